#include <assert.h>
#include <math.h>

#include "models/funding_rows.h"

static double
rate(const struct funding_params *params, const struct funding_inputs *inputs)
{
    assert(params->interval > 0 && params->period > 0);
    if (isnan(inputs->premium))
        return 0.0;
    /* without margin rates: NaN, which does not bind */
    const double cap = params->factor * (inputs->initial_rate - inputs->maintenance_rate);
    const double whole = funding_rate_bounded(inputs->premium + params->interest, -cap, cap);
    return whole * ((double)params->interval / (double)params->period);
}

static const struct param rows[] = {
    FUNDING_INTERVAL("1h"),
    FUNDING_PERIOD,
    FUNDING_LENGTH("1h"),
    FUNDING_SAMPLING("1min"),
    FUNDING_ROLLING,
    FUNDING_PREMIUM,
    FUNDING_AVERAGE,
    FUNDING_SHARE(interest, -1.0, 1.0, "0", "Interest of the quote over the base, a period."),
    {
        .key = "factor",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct funding_params, factor),
        .min = 0.0,
        .max = 1000.0,
        .unit = "",
        .fallback = "6",
        .doc = "Largest rate of a period, over the room between initial and maintenance rate.",
    },
    {.key = NULL},
};

const struct funding_type funding_margin_capped = {
    .model =
        {
            .name = "margin_capped",
            .doc = "rate = clamp(P + interest, -cap, cap) x interval / period, P the average "
                   "premium in the window, cap = factor x (initial - maintenance margin rate): a "
                   "market with little room to be liquidated in has a low cap. dYdX v4: impact "
                   "prices, hourly, quoted for 8 h, factor 6. Source: dYdX v4 protocol, funding.",
            .params = rows,
        },
    .rate = rate,
    .premiums = true,
};
