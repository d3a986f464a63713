/*
 * adl_rank.h - in which order winners are closed when the fund cannot pay.
 *
 * A kind either scores each candidate (higher scores are closed first; ties go to the lower
 * account, then the lower position) or allocates a quantity over all of them at once.  To add one:
 * adl_<name>.c, a line in adl_registry[], a row in tests/test_adl_rank.c.
 */
#ifndef SIM_MODELS_ADL_RANK_H
#define SIM_MODELS_ADL_RANK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/param.h"

struct adl_params {
    int64_t seed;       /* random */
    bool invert_shorts; /* hyperliquid_documented: entry / mark for shorts */
};

/* One candidate on the opposite side; amounts in money units of the settlement currency. */
struct adl_candidate {
    double profit;      /* unrealised at the mark */
    double entry_value; /* abs(value) at the entry price, > 0 */
    double notional;    /* abs(value) at the mark */
    double equity;      /* margin, or balance of the cross account, + unrealised profit */
    double wallet;      /* equity without unrealised profit */
    double maintenance; /* maintenance margin of the position or account */
    double unit;        /* money units in one of the currency */
    double price_ratio; /* mark / entry */
    int side;           /* +1 long, -1 short */
    double size;        /* contracts, > 0 */
    uint32_t account, position;
    uint64_t case_id; /* of the bankrupt */
};

/* A candidate and what may be taken of it. */
struct adl_holding {
    struct adl_candidate candidate;
    int64_t quantity; /* abs, quantity units, > 0 */
    int64_t step;     /* whole contracts: a part taken is a multiple, or all of it; >= 1 */
};

struct adl_type {
    struct model model;
    /* Score of a candidate with equity > 0, and profit > 0 unless `losers`.  NULL: allocates. */
    double (*score)(const struct adl_params *params, const struct adl_candidate *candidate);
    /* take[i] (0..quantity) of each holding, in sum at most `need`: each share is rounded down to
     * its step, so the sum may fall short of `need` by less than a step a holding, which the
     * engine records. */
    void (*allocate)(const struct adl_params *params, const struct adl_holding *holding,
                     size_t count, int64_t need, int64_t *take);
    bool losers;  /* candidates without profit are ranked as well */
    bool by_case; /* the ranking differs from case to case */
};

extern const struct adl_type adl_okx;
extern const struct adl_type adl_binance;
extern const struct adl_type adl_bitmex;
extern const struct adl_type adl_hyperliquid_documented;
extern const struct adl_type adl_hyperliquid_decompiled;
extern const struct adl_type adl_profit_share;
extern const struct adl_type adl_profit_leverage;
extern const struct adl_type adl_profit;
extern const struct adl_type adl_size;
extern const struct adl_type adl_random;
extern const struct adl_type adl_pro_rata;
extern const struct adl_type adl_profit_pro_rata;
extern const struct adl_type adl_leverage_water_fill;

extern const struct model *const adl_registry[]; /* ends with NULL */

const struct adl_type *adl_of(const struct model *model);

/* The fifth of the queue a position is shown in, 1 (closed first) to 5, when `cumulative` of
 * `total` contracts stand in the queue up to and with it: ceil(5 cumulative / total).  Source:
 * BitMEX, auto-deleveraging examples. */
int adl_rank_quintile(int64_t cumulative, int64_t total);

/* A share of a holding, rounded down to its step; all of it where the share reaches it. */
int64_t adl_rank_part(const struct adl_holding *holding, double share);

/* What a holding gives up at a level; with the level that grows, or falls, throughout. */
typedef double adl_part_at(const struct adl_holding *holding, double level);

/* take[i]: what each holding gives up at the level in [0, high] at which the sum is `need`, found
 * by halving and rounded to the side that gives no more. */
void adl_rank_to_level(const struct adl_holding *holding, size_t count, int64_t need, double high,
                       bool grows, adl_part_at *part_at, int64_t *take);

#endif
