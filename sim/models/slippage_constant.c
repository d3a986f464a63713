#include "models/slippage.h"

#include <assert.h>

static double
concession(const struct slippage_params *params, double notional,
           const struct slippage_market *market)
{
    (void)market;
    assert(notional >= 0.0);
    return params->share;
}

static const struct param rows[] = {
    {
        .key = "share",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct slippage_params, share),
        .min = 0.0,
        .max = 0.5,
        .unit = "1",
        .doc = "The close price is this share of the reference price worse than it.",
    },
    {.key = NULL},
};

const struct slippage_type slippage_constant = {
    .model =
        {
            .name = "constant",
            .doc = "The same concession whatever the size: concession = share, a share of the "
                   "reference price. Typical of calm markets: 1 to 5 bps for BTC, 20 to 100 bps "
                   "for small coins.",
            .params = rows,
        },
    .concession = concession,
};
