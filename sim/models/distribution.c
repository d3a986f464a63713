#include "models/distribution.h"

enum { DRAWS_MAX = 1000 };

const struct model *const distribution_registry[] = {
    &distribution_constant.model,
    &distribution_lognormal.model,
    &distribution_beta.model,
    &distribution_pareto.model,
    &distribution_exponential.model,
    &distribution_mixture.model,
    NULL,
};

double
distribution_draw(const struct distribution *distribution, struct rng *rng)
{
    const struct distribution_type *type =
        (const struct distribution_type *)(const void *)distribution->kind;
    const struct distribution_params *params = &distribution->params;
    double drawn = type->draw(params, rng);
    if (!(params->max > 0.0))
        return drawn;
    for (int i = 1; i < DRAWS_MAX && drawn > params->max; i++)
        drawn = type->draw(params, rng);
    return drawn > params->max ? params->max : drawn;
}
