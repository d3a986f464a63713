#include "models/distribution.h"

static double
draw(const struct distribution_params *params, struct rng *rng)
{
    return rng_lognormal(rng, params->mu, params->sigma);
}

static const struct param rows[] = {
    {
        .key = "mu",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct distribution_params, mu),
        .min = -50.0,
        .max = 50.0,
        .unit = "",
        .doc = "Mean of the natural logarithm; the median is exp(mu).",
    },
    {
        .key = "sigma",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct distribution_params, sigma),
        .min = 0.0,
        .max = 10.0,
        .unit = "",
        .doc = "Standard deviation of the natural logarithm.",
    },
    DISTRIBUTION_MAX,
    DISTRIBUTION_WEIGHT,
    {.key = NULL},
};

const struct distribution_type distribution_lognormal = {
    .model =
        {
            .name = "lognormal",
            .doc = "exp(N(mu, sigma)): the logarithm is normal; mean exp(mu + sigma^2 / 2).",
            .params = rows,
        },
    .draw = draw,
};
