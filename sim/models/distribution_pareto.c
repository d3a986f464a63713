#include "models/distribution.h"

static double
draw(const struct distribution_params *params, struct rng *rng)
{
    return rng_pareto(rng, params->alpha, params->minimum);
}

static const struct param rows[] = {
    {
        .key = "alpha",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct distribution_params, alpha),
        .min = 0.1,
        .max = 100.0,
        .unit = "",
        .doc = "Tail exponent; the mean is finite only above 1.",
    },
    {
        .key = "minimum",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct distribution_params, minimum),
        .min = 1e-9,
        .max = 1e15,
        .unit = "drawn",
        .doc = "Smallest value drawn.",
    },
    DISTRIBUTION_MAX,
    DISTRIBUTION_WEIGHT,
    {.key = NULL},
};

const struct distribution_type distribution_pareto = {
    .model =
        {
            .name = "pareto",
            .doc = "Power-law tail: P(X > x) = (minimum / x)^alpha for x >= minimum; mean alpha x "
                   "minimum / (alpha - 1) for alpha > 1.",
            .params = rows,
        },
    .draw = draw,
};
