#include "models/slippage.h"

#include <assert.h>

/* The price moves by coefficient per million while the order fills, so its average is half. */
static double
concession(const struct slippage_params *params, double notional,
           const struct slippage_market *market)
{
    (void)market;
    assert(notional >= 0.0);
    return params->spread + params->coefficient * (notional / 1e6) / 2.0;
}

static const struct param rows[] = {
    SLIPPAGE_SPREAD,
    {
        .key = "coefficient",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct slippage_params, coefficient),
        .min = 0.0,
        .max = 1.0,
        .unit = "1",
        .doc = "How far one million of quote notional moves the price at its end, as a share of "
               "it (Kyle's lambda).",
    },
    {.key = NULL},
};

const struct slippage_type slippage_linear = {
    .model =
        {
            .name = "linear",
            .doc = "Impact proportional to size: the end of an order of Q (quote notional) is at "
                   "lambda Q, its average at half of that, so concession = spread + coefficient x "
                   "(Q / 1e6) / 2, a share of the reference price. BTC in calm books: 0.4 to 0.8 "
                   "bps a million; BitMEX in March 2020: about 25. Source: Kyle, Econometrica 53 "
                   "(1985).",
            .params = rows,
        },
    .concession = concession,
};
