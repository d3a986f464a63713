#include "models/adl_rank.h"

#include <assert.h>

static double
score(const struct adl_params *params, const struct adl_candidate *candidate)
{
    (void)params;
    assert(candidate->equity > 0.0);
    return candidate->profit / candidate->equity;
}

static const struct param rows[] = {
    {.key = NULL},
};

const struct adl_type adl_profit_share = {
    .model =
        {
            .name = "profit_share",
            .doc = "Unrealised profit over equity, highest first. Source: FLOX, ranking pnl_ratio.",
            .params = rows,
        },
    .score = score,
};
