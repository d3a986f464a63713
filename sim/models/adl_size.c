#include "models/adl_rank.h"

static double
score(const struct adl_params *params, const struct adl_candidate *candidate)
{
    (void)params;
    return candidate->notional;
}

static const struct param rows[] = {
    {.key = NULL},
};

const struct adl_type adl_size = {
    .model =
        {
            .name = "size",
            .doc = "Notional at the mark, largest first. Source: FLOX, ranking size.",
            .params = rows,
        },
    .score = score,
};
