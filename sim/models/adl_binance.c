#include "models/adl_rank.h"

#include <math.h>

static double
score(const struct adl_params *params, const struct adl_candidate *candidate)
{
    (void)params;
    const double profit = candidate->profit > 0.0 ? candidate->profit : 0.0;
    const double ratio = candidate->equity > 0.0 ? candidate->maintenance / candidate->equity : 0.0;
    return profit / fmax(candidate->unit, candidate->wallet) * ratio;
}

static const struct param rows[] = {
    {.key = NULL},
};

const struct adl_type adl_binance = {
    .model =
        {
            .name = "binance",
            .doc = "Profit over wallet times margin ratio: score = max(0, profit) / max(1, wallet) "
                   "x maintenance / equity, the 1 being one unit of the currency; 0 where wallet + "
                   "profit <= 0. Source: Binance developer forum, leverage PnL quantile (topic "
                   "17801); Binance announcement 360033525471.",
            .params = rows,
        },
    .score = score,
};
