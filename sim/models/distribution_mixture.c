#include "models/distribution.h"

#include <assert.h>

static double
draw(const struct distribution_params *params, struct rng *rng)
{
    assert(params->part_count > 0);
    double total = 0.0;
    for (size_t i = 0; i < params->part_count; i++)
        total += params->parts[i].params.weight;
    double left = rng_uniform(rng) * total;
    size_t part = 0;
    while (part + 1 < params->part_count && left >= params->parts[part].params.weight)
        left -= params->parts[part++].params.weight;
    return distribution_draw(&params->parts[part], rng);
}

static const struct param rows[] = {
    {
        .key = "parts",
        .type = PARAM_LIST,
        .offset = offsetof(struct distribution_params, parts),
        .min = 1.0,
        .max = 64.0,
        .unit = "",
        .doc = "The distributions mixed, each with its weight.",
        .registry = distribution_registry,
        .params_offset = offsetof(struct distribution, params),
        .size = sizeof(struct distribution),
        .count_offset = offsetof(struct distribution_params, part_count),
    },
    DISTRIBUTION_MAX,
    DISTRIBUTION_WEIGHT,
    {.key = NULL},
};

const struct distribution_type distribution_mixture = {
    .model =
        {
            .name = "mixture",
            .doc = "One of its parts, picked with probability weight / sum of weights, then a draw "
                   "of that part.",
            .params = rows,
        },
    .draw = draw,
};
