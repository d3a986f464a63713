#include "models/adl_rank.h"

#include <assert.h>

static double
score(const struct adl_params *params, const struct adl_candidate *candidate)
{
    (void)params;
    assert(candidate->equity > 0.0);
    return candidate->profit * (candidate->notional / candidate->equity);
}

static const struct param rows[] = {
    {.key = NULL},
};

const struct adl_type adl_profit_leverage = {
    .model =
        {
            .name = "profit_leverage",
            .doc = "Unrealised profit times leverage, profit x notional / equity, highest first: "
                   "large winners go before small ones. Source: FLOX, ranking upnl_x_leverage.",
            .params = rows,
        },
    .score = score,
};
