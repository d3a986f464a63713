#include "models/adl_rank.h"

static double
score(const struct adl_params *params, const struct adl_candidate *candidate)
{
    (void)params;
    return candidate->profit;
}

static const struct param rows[] = {
    {.key = NULL},
};

const struct adl_type adl_profit = {
    .model =
        {
            .name = "profit",
            .doc = "Unrealised profit in money, highest first. Source: FLOX, ranking upnl.",
            .params = rows,
        },
    .score = score,
};
