#include "models/distribution.h"

static double
draw(const struct distribution_params *params, struct rng *rng)
{
    return rng_exponential(rng, params->mean);
}

static const struct param rows[] = {
    {
        .key = "mean",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct distribution_params, mean),
        .min = 1e-9,
        .max = 1e15,
        .unit = "drawn",
        .doc = "Mean of the draws.",
    },
    DISTRIBUTION_MAX,
    DISTRIBUTION_WEIGHT,
    {.key = NULL},
};

const struct distribution_type distribution_exponential = {
    .model =
        {
            .name = "exponential",
            .doc = "P(X > x) = exp(-x / mean): no memory, mean and standard deviation equal.",
            .params = rows,
        },
    .draw = draw,
};
