/*
 * distribution.h - the shapes a population is drawn from: leverage, position size, lifetime.
 *
 * Each is a `struct model` a scenario picks with `kind:`; a mixture holds weighted parts, each a
 * distribution again.
 */
#ifndef SIM_MODELS_DISTRIBUTION_H
#define SIM_MODELS_DISTRIBUTION_H

#include <stddef.h>

#include "base/param.h"
#include "base/rng.h"

struct distribution;

struct distribution_params {
    double value;     /* constant */
    double weight;    /* share of this part in a mixture, > 0; scaled to sum 1; NaN elsewhere */
    double mu, sigma; /* lognormal: of the logarithm */
    double a, b;      /* beta: shape */
    double alpha, minimum; /* pareto: P(X > x) = (minimum/x)^alpha */
    double mean;           /* exponential */
    double max; /* draws above it are drawn again (beta: the upper end); NaN or 0: none */
    struct distribution *parts; /* mixture; owned */
    size_t part_count;
};

struct distribution {
    const struct model *kind; /* one of distribution_registry[] */
    struct distribution_params params;
};

/* The two keys every kind has; a row of a kind's table each. */
#define DISTRIBUTION_WEIGHT                                                                       \
    {                                                                                             \
        .key = "weight", .type = PARAM_DOUBLE,                                                    \
        .offset = offsetof(struct distribution_params, weight), .min = 1e-9, .max = 1e9,          \
        .unit = "", .fallback = "",                                                               \
        .doc =                                                                                    \
            "Weight of this part among the parts of a mixture (weights are scaled to sum to 1); " \
            "only for a part of a mixture, and required there.",                                  \
    }
#define DISTRIBUTION_MAX                                                                         \
    {                                                                                            \
        .key = "max", .type = PARAM_DOUBLE, .offset = offsetof(struct distribution_params, max), \
        .min = 1e-9, .max = 1e15, .unit = "drawn", .fallback = "",                               \
        .doc = "Draws above this are drawn again; left out, nothing is cut.",                    \
    }

struct distribution_type {
    struct model model;
    double (*draw)(const struct distribution_params *params, struct rng *rng);
};

extern const struct distribution_type distribution_constant;
extern const struct distribution_type distribution_lognormal;
extern const struct distribution_type distribution_beta;
extern const struct distribution_type distribution_pareto;
extern const struct distribution_type distribution_exponential;
extern const struct distribution_type distribution_mixture;

/* constant, lognormal, beta, pareto, exponential, mixture; ends with NULL. */
extern const struct model *const distribution_registry[];

/* One draw, truncated at params.max by drawing again (at most 1000 times, then max itself). */
double distribution_draw(const struct distribution *distribution, struct rng *rng);

#endif
