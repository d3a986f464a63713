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
#include "models/slippage.h"

struct closeout_params {
    double cap;                   /* participation: share of the aggressor volume, (0, 1] */
    const struct model *slippage; /* one of slippage_registry[] */
    struct slippage_params slippage_params;
    double daily_volume;     /* quote notional a day for the slippage model; NaN: measured */
    double daily_volatility; /* for the slippage model; NaN: measured */
};

/* The keys every kind has, rows of its table: the slippage model and the market it assumes. */
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

struct closeout_type {
    struct model model;
    bool at_mark; /* reference is the mark price now; else the prints of this instant */
    /* How much (0..remaining, quantity units) may be filled, given the volume printed at this
     * instant on the engine's side. */
    int64_t (*fill)(const struct closeout_params *params, int64_t remaining, int64_t volume);
};

extern const struct closeout_type closeout_at_once;
extern const struct closeout_type closeout_participation;

extern const struct model *const closeout_registry[]; /* ends with NULL */

const struct closeout_type *closeout_of(const struct model *model);

#endif
