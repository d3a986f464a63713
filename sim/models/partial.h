/*
 * partial.h - how much of a breached position is closed before anybody takes it over.
 *
 * A kind is one `const struct partial_type` whose `order` is a pure function of the situation: the
 * next order for the trader's account, or none, and then the venue's takeover follows.  To add one:
 * partial_<name>.c, a line in partial_registry[], a row in tests/test_partial.c.
 */
#ifndef SIM_MODELS_PARTIAL_H
#define SIM_MODELS_PARTIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/param.h"
#include "base/timeline.h"

struct partial_params {
    int64_t from_tier;      /* two_tiers_down, to_tier_1: lowest tier they apply to, 1 the first */
    int64_t levels;         /* two_tiers_down: tiers an order goes down */
    time_ns_t time_to_live; /* of a resting order, before it is priced anew */
    double share;           /* of the position an order closes */
    double contracts;       /* contracts_step: contracts an order */
    time_ns_t every;        /* between two orders */
    double threshold;       /* percent_then_all: notional from which it goes in two steps, quote */
    time_ns_t cooldown;     /* percent_then_all: before the rest is closed */
    double minimum, limit;  /* percent_per_block: least and most notional an order, quote */
    time_ns_t duration;     /* time_ramp: until everything may be closed at once */
    double liquidator_fee;  /* time_ramp, to_initial: of the closed notional */
    double fund_fee;        /* the same, to the fund */
    double dust;            /* time_ramp: a shortage below it is closed at once, quote */
};

enum partial_level { PARTIAL_MAINTENANCE = 0, PARTIAL_INITIAL };

/* One position of a breached isolated position or cross account; amounts in natural units. */
struct partial_situation {
    int64_t quantity;     /* abs, quantity units, > 0 */
    int64_t step;         /* smallest amount that is traded, quantity units, >= 1 */
    double unit_notional; /* notional of one quantity unit at the mark */
    double unit_contracts;
    double price;                 /* mark */
    size_t tier, tier_count;      /* it is in now, 0 the lowest; of how many */
    const int64_t *tier_quantity; /* [tier_count] largest quantity in each tier at the mark */
    double equity, maintenance, required, initial;                /* of the position or account */
    double maintenance_rate, lowest_rate, initial_rate, fee_rate; /* of its tier; of tier 1 */
    /* The engine's exact test: does the account meet the level after `closed` units are closed at
     * the mark and fees are paid? */
    bool (*restored)(const void *context, int64_t closed, enum partial_level level);
    const void *context;
    time_ns_t now, started, last; /* now; began; last order, or began */
    uint32_t orders;              /* placed so far */
};

/* Rows that several kinds share. */
#define PARTIAL_FROM_TIER                                                                      \
    {                                                                                          \
        .key = "from_tier", .type = PARAM_INTEGER,                                             \
        .offset = offsetof(struct partial_params, from_tier), .min = 2, .max = 64, .unit = "", \
        .fallback = "3",                                                                       \
        .doc = "Lowest tier, counted from 1, that is reduced step by step; below it the "      \
               "takeover follows.",                                                            \
    }
#define PARTIAL_TIME_TO_LIVE                                                                 \
    {                                                                                        \
        .key = "time_to_live", .type = PARAM_DURATION,                                       \
        .offset = offsetof(struct partial_params, time_to_live), .min = 0.0, .max = 86400.0, \
        .unit = "s", .fallback = "60s",                                                      \
        .doc = "How long an order stands before it is cancelled and priced anew.",           \
    }
#define PARTIAL_EVERY(text, words)                                                                \
    {                                                                                             \
        .key = "every", .type = PARAM_DURATION, .offset = offsetof(struct partial_params, every), \
        .min = 0.0, .max = 86400.0, .unit = "s", .fallback = (text), .doc = (words),              \
    }

enum partial_fill { PARTIAL_RESTING = 0, PARTIAL_IOC, PARTIAL_FOK };

struct partial_order {
    int64_t quantity; /* 1..situation->quantity */
    enum partial_fill fill;
    time_ns_t time_to_live; /* a resting order is priced anew after it; 0: it stands */
    time_ns_t wait;         /* no further order so long after this one */
    bool once;              /* an immediate order that no other follows: what the first print leaves
                               of it is over, whether its volume got that far or not */
};

struct partial_type {
    struct model model;
    /* False: no partial step is left, the takeover follows. */
    bool (*order)(const struct partial_params *params, const struct partial_situation *situation,
                  struct partial_order *order);
};

extern const struct partial_type partial_none;
extern const struct partial_type partial_two_tiers_down;
extern const struct partial_type partial_to_tier_1;
extern const struct partial_type partial_one_ioc;
extern const struct partial_type partial_fok_lower_tier;
extern const struct partial_type partial_contracts_step;
extern const struct partial_type partial_percent_then_all;
extern const struct partial_type partial_percent_per_block;
extern const struct partial_type partial_time_ramp;
extern const struct partial_type partial_to_maintenance;
extern const struct partial_type partial_to_initial;

extern const struct model *const partial_registry[]; /* ends with NULL */

const struct partial_type *partial_of(const struct model *model);

/* Whether a position is in a tier that is reduced step by step, and the account still has what tier
 * 1 would ask of all of it and the fee. */
bool partial_goes_down(const struct partial_params *params,
                       const struct partial_situation *situation);

/* Down to a multiple of `step`, at least one step, at most `quantity`. */
int64_t partial_whole_steps(double quantity, int64_t step, int64_t held);

/* The least number of whole steps, from a first guess on, after which the level is met; all of the
 * position when none does. */
int64_t partial_least(const struct partial_situation *situation, double guess,
                      enum partial_level level);

/* Most and least notional of an order: share x notional but at least `minimum`, and the whole where
 * that is less.  Source: dYdX v4, GetMaxAndMinPositionNotionalLiquidatable. */
double partial_block_most(double notional, double share, double minimum);
double partial_block_least(double notional, double minimum);

/* Size (contracts) whose released margin, net of fees, equals a shortage; infinite when fees eat
 * the release.  Source: Drift v2, math/liquidation.rs. */
double partial_cover(double shortage, double price, double margin_rate, double liquidator_fee,
                     double fund_fee);

/* Size that restores the initial margin: (IM size price - equity) / (price (IM - penalties)).
 * Source: Mai protocol v2. */
double partial_initial_size(double equity, double size, double price, double initial_rate,
                            double penalties);

/* Size that brings health up to zero, -health / (rate price), limited to what is held and to
 * `limit`.  Source: Mango v4, perp base liquidation. */
double partial_health_size(double health, double size, double price, double maintenance_rate,
                           double limit);

#endif
