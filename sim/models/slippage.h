/*
 * slippage.h - what closing a taken-over position costs in price.
 *
 * A slippage model is one `const struct slippage_type`: a pure function from size and market to a
 * concession, the average distance of the close price from the reference price as a share of it
 * (>= 0).  To add one: write slippage_<name>.c, add it to slippage_registry[] in slippage.c, add
 * a row to tests/test_slippage.c.  Nothing else knows the models by name.
 */
#ifndef SIM_MODELS_SLIPPAGE_H
#define SIM_MODELS_SLIPPAGE_H

#include "base/param.h"

struct slippage_params {
    double share;       /* constant: the concession, share of the price */
    double coefficient; /* linear: share per million of quote notional; square_root: Y */
    double spread;      /* half the quoted spread, share of the price */
};

/* A row of the tables of the models that know a spread. */
#define SLIPPAGE_SPREAD                                                                            \
    {                                                                                              \
        .key = "spread", .type = PARAM_DOUBLE, .offset = offsetof(struct slippage_params, spread), \
        .min = 0.0, .max = 0.1, .unit = "1", .fallback = "0",                                      \
        .doc = "Half the quoted spread, paid whatever the size.",                                  \
    }

/* The market a fill meets, as the volume clock measured it or the scenario stated it. */
struct slippage_market {
    double daily_volume;     /* traded notional of a day, quote currency, > 0; NaN if unknown */
    double daily_volatility; /* standard deviation of a day's log return; NaN if unknown */
};

struct slippage_type {
    struct model model; /* first: registries are walked through it */
    /* Concession >= 0, as a share of the reference price, for a fill of `notional` (quote
     * currency, >= 0).  Pure: no state, no I/O, no randomness. */
    double (*concession)(const struct slippage_params *params, double notional,
                         const struct slippage_market *market);
    int needs_market; /* 1 if daily_volume and daily_volatility are used */
};

extern const struct slippage_type slippage_constant;
extern const struct slippage_type slippage_linear;
extern const struct slippage_type slippage_square_root;

extern const struct model *const slippage_registry[]; /* ends with NULL */

/* The type whose model this is. */
const struct slippage_type *slippage_of(const struct model *model);

#endif
