#include "models/distribution.h"

static double
draw(const struct distribution_params *params, struct rng *rng)
{
    (void)rng;
    return params->value;
}

static const struct param rows[] = {
    {
        .key = "value",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct distribution_params, value),
        .min = 1e-9,
        .max = 1e15,
        .unit = "drawn",
        .doc = "The value of every draw.",
    },
    DISTRIBUTION_WEIGHT,
    {.key = NULL},
};

const struct distribution_type distribution_constant = {
    .model =
        {
            .name = "constant",
            .doc = "Always the same value.",
            .params = rows,
        },
    .draw = draw,
};
