#include "models/distribution.h"

static double
draw(const struct distribution_params *params, struct rng *rng)
{
    return params->max * rng_beta(rng, params->a, params->b);
}

static const struct param rows[] = {
    {
        .key = "a",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct distribution_params, a),
        .min = 0.01,
        .max = 1000.0,
        .unit = "",
        .doc = "First shape.",
    },
    {
        .key = "b",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct distribution_params, b),
        .min = 0.01,
        .max = 1000.0,
        .unit = "",
        .doc = "Second shape.",
    },
    {
        .key = "max",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct distribution_params, max),
        .min = 1e-9,
        .max = 1e15,
        .unit = "drawn",
        .doc = "Upper end: draws lie between 0 and this.",
    },
    DISTRIBUTION_WEIGHT,
    {.key = NULL},
};

const struct distribution_type distribution_beta = {
    .model =
        {
            .name = "beta",
            .doc = "max x Beta(a, b): between 0 and max, mean max x a / (a + b).",
            .params = rows,
        },
    .draw = draw,
};
