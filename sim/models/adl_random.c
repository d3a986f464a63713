#include "models/adl_rank.h"

#include <stddef.h>

#include "base/rng.h"

static double
score(const struct adl_params *params, const struct adl_candidate *candidate)
{
    struct rng rng;
    rng_init(&rng, (uint64_t)params->seed, RNG_ADL,
             candidate->case_id * UINT64_C(0x9E3779B97F4A7C15) + candidate->position);
    return rng_uniform(&rng);
}

static const struct param rows[] = {
    {
        .key = "seed",
        .type = PARAM_INTEGER,
        .offset = offsetof(struct adl_params, seed),
        .min = 0,
        .max = 9e18,
        .unit = "",
        .fallback = "1",
        .doc = "Seed of the order.",
    },
    {.key = NULL},
};

const struct adl_type adl_random = {
    .model =
        {
            .name = "random",
            .doc = "No ranking: the order is drawn anew for every bankrupt position, a function of "
                   "(seed, case, position), and positions without profit are drawn as well. "
                   "Source: dYdX v4, deleveraging from a pseudo-random offset.",
            .params = rows,
        },
    .score = score,
    .losers = true,
    .by_case = true,
};
