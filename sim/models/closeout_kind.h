/*
 * closeout_kind.h - how fast the engine sells what it has taken over, and at which price.
 *
 * A kind is one `const struct closeout_type`; it says how much of the remaining inventory may be
 * filled now and whether the reference price is the mark (an order of its own) or the price of
 * the prints it takes part in.  To add one: closeout_<name>.c, a line in closeout_registry[], a
 * row in tests/test_closeout_kind.c.
 */
#ifndef SIM_MODELS_CLOSEOUT_KIND_H
#define SIM_MODELS_CLOSEOUT_KIND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/param.h"
#include "base/timeline.h"
#include "models/slippage.h"

struct closeout_params {
    double cap;                   /* share of the aggressor volume, (0, 1] */
    double cap_max;               /* inventory: the share it grows to */
    time_ns_t ramp;               /* inventory: in this time */
    double aggression_max;        /* inventory: concession it grows to, share of price */
    double fraction;              /* fractions: of what is left, a step */
    double full_size;             /* fractions: so many contracts or less are sold in one step */
    double share;                 /* fractions, external: of the volume, at most */
    time_ns_t every;              /* fractions: between two steps */
    double limit_spread;          /* external: distance of the limit from the mark, share */
    const struct model *slippage; /* one of slippage_registry[] */
    struct slippage_params slippage_params;
    double daily_volume;     /* quote notional a day for the slippage model; NaN: measured */
    double daily_volatility; /* for the slippage model; NaN: measured */
};

/* The keys every kind has, rows of its table: the slippage model and the market it assumes. */
#define CLOSEOUT_SHARE                                                                           \
    {                                                                                            \
        .key = "share", .type = PARAM_DOUBLE, .offset = offsetof(struct closeout_params, share), \
        .min = 1e-6, .max = 1.0, .unit = "1", .fallback = "100%",                                \
        .doc = "Largest share of the volume on its side that is taken at an instant.",           \
    }
#define CLOSEOUT_SLIPPAGE                                                   \
    {                                                                       \
        .key = "slippage", .type = PARAM_MODEL,                             \
        .offset = offsetof(struct closeout_params, slippage),               \
        .params_offset = offsetof(struct closeout_params, slippage_params), \
        .registry = slippage_registry, .unit = "",                          \
        .doc = "What selling the inventory costs in price.",                \
    }
#define CLOSEOUT_DAILY_VOLUME                                                                  \
    {                                                                                          \
        .key = "daily_volume", .type = PARAM_DOUBLE,                                           \
        .offset = offsetof(struct closeout_params, daily_volume), .min = 1.0, .max = 1e18,     \
        .unit = "quote", .fallback = "",                                                       \
        .doc = "Traded notional of a day for the slippage model; left out, it is measured on " \
               "the tape.",                                                                    \
    }
#define CLOSEOUT_DAILY_VOLATILITY                                                               \
    {                                                                                           \
        .key = "daily_volatility", .type = PARAM_DOUBLE,                                        \
        .offset = offsetof(struct closeout_params, daily_volatility), .min = 0.0, .max = 10.0,  \
        .unit = "1", .fallback = "",                                                            \
        .doc = "Standard deviation of a day's log return for the slippage model; left out, it " \
               "is measured on the tape.",                                                      \
    }

/* What a fill depends on; quantities in quantity units. */
struct closeout_situation {
    int64_t remaining;    /* to be sold, >= 0 */
    int64_t volume;       /* printed at this instant on the engine's side, >= 0 */
    int64_t unit;         /* quantity units in one contract, >= 1 */
    time_ns_t age;        /* since the oldest of it was taken over */
    time_ns_t since_fill; /* since the last fill of this inventory, or the same */
};

struct closeout_type {
    struct model model;
    bool at_mark; /* an order of its own at the mark, now; else fills as the prints come */
    /* How much (0..remaining) may be filled at this instant. */
    int64_t (*fill)(const struct closeout_params *params,
                    const struct closeout_situation *situation);
    /* Concession on top of the slippage model, share of price >= 0; NULL: none. */
    double (*aggression)(const struct closeout_params *params,
                         const struct closeout_situation *situation);
    /* Whether fills are made at a limit, params->limit_spread away from the mark, instead of the
     * prices printed. */
    bool at_limit;
};

extern const struct closeout_type closeout_at_once;
extern const struct closeout_type closeout_participation;
extern const struct closeout_type closeout_inventory;
extern const struct closeout_type closeout_fractions;
extern const struct closeout_type closeout_external;

extern const struct model *const closeout_registry[]; /* ends with NULL */

const struct closeout_type *closeout_of(const struct model *model);

/* One step of a disposal in fractions: ceil(fraction x remaining), everything once remaining <=
 * full_size; all in whole units.  Source: Vega protocol, disposal of network positions. */
int64_t closeout_fraction_step(int64_t remaining, double fraction, int64_t full_size);

/* floor(share x volume), with the share as the exact decimal it was written as: in doubles
 * 0.29 x 100 is 28.999999999999996. */
int64_t closeout_share_of(double share, int64_t volume);

#endif
