#include "models/adl_rank.h"

#include <assert.h>
#include <math.h>

static double
score(const struct adl_params *params, const struct adl_candidate *candidate)
{
    (void)params;
    assert(candidate->entry_value > 0.0 && candidate->equity > 0.0);
    const double share = candidate->profit / candidate->entry_value;
    const double leverage = candidate->notional / candidate->equity;
    if (share >= 0.0)
        return share * leverage;
    return leverage > 0.0 ? share / leverage : -INFINITY;
}

static const struct param rows[] = {
    {.key = NULL},
};

const struct adl_type adl_bitmex = {
    .model =
        {
            .name = "bitmex",
            .doc = "Profit share times effective leverage for winners, divided by it for losers, "
                   "who stand behind them: score = P x L if P > 0, P / L if P < 0, with P = (mark "
                   "value - entry value) / entry value and L = mark value / (mark value - bankrupt "
                   "value) = notional / equity. Source: BitMEX, auto-deleveraging.",
            .params = rows,
        },
    .score = score,
    .losers = true,
};
