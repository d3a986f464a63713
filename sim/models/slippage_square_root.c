#include "models/slippage.h"

#include <assert.h>
#include <math.h>

/* Impact grows as sqrt(filled), so its average over the fill is 2/3 of its end. */
static double
concession(const struct slippage_params *params, double notional,
           const struct slippage_market *market)
{
    assert(notional >= 0.0);
    assert(market->daily_volume > 0.0);
    assert(market->daily_volatility >= 0.0);
    return params->spread + 2.0 / 3.0 * params->coefficient * market->daily_volatility *
                                sqrt(notional / market->daily_volume);
}

static const struct param rows[] = {
    SLIPPAGE_SPREAD,
    {
        .key = "coefficient",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct slippage_params, coefficient),
        .min = 0.0,
        .max = 10.0,
        .unit = "",
        .fallback = "1",
        .doc = "Y: impact of trading a day's volume, in daily volatilities; measured values lie "
               "between 0.5 and 1.5.",
    },
    {.key = NULL},
};

const struct slippage_type slippage_square_root = {
    .model =
        {
            .name = "square_root",
            .doc = "Square-root impact: the end of an order of Q (quote notional) is at I = Y x "
                   "sigma_D x sqrt(Q / V_D), its average at two thirds of that, so concession = "
                   "spread + 2/3 I, a share of the reference price; sigma_D is the day's "
                   "volatility and V_D the day's volume in quote notional. Source: Sato and "
                   "Kanazawa, PRL (2025); Donier and Bonart for BTC (2015).",
            .params = rows,
        },
    .concession = concession,
    .needs_market = 1,
};
