#include <assert.h>
#include <math.h>

#include "models/funding_rows.h"

static double
rate(const struct funding_params *params, const struct funding_inputs *inputs)
{
    const double mark = inputs->mark_average, index = inputs->index_average;
    if (isnan(mark) || !(index > 0.0))
        return 0.0;
    const double years = isnan(inputs->years) ? 0.0 : inputs->years;
    const double interest =
        params->interest == 0.0
            ? 0.0
            : funding_rate_bounded(((1.0 + params->interest * years) * index - mark) / index,
                                   params->interest_floor, params->interest_cap);
    const double difference = (mark - index) / index;
    return funding_rate_bounded(params->scale * (difference + interest), params->floor,
                                params->cap);
}

double
funding_twap_payment(const struct funding_params *params, const struct funding_inputs *inputs)
{
    const double paid = rate(params, inputs);
    return paid == 0.0 ? 0.0 : paid * inputs->index_average;
}

static const struct param rows[] = {
    FUNDING_INTERVAL("8h"),
    FUNDING_LENGTH("8h"),
    FUNDING_SAMPLING("1min"),
    FUNDING_ROLLING,
    {
        .key = "scale",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct funding_params, scale),
        .min = 0.0,
        .max = 1000.0,
        .unit = "",
        .fallback = "1",
        .doc = "Factor of the rate before it is bounded.",
    },
    FUNDING_SHARE(interest, -1.0, 1.0, "0", "Interest, a year; 0: no interest term."),
    FUNDING_SHARE(interest_floor, -1.0, 1.0, "0", "Lowest interest term, share of the index."),
    FUNDING_SHARE(interest_cap, -1.0, 1.0, "0", "Highest interest term, share of the index."),
    FUNDING_FLOOR,
    FUNDING_CAP,
    {.key = NULL},
};

const struct funding_type funding_twap = {
    .model =
        {
            .name = "twap",
            .doc = "rate = clamp(scale x [(M - S) + I] / S, floor, cap), M and S the averages of "
                   "mark and index in the window, I = clamp((1 + interest x years) S - M, "
                   "interest_floor x S, interest_cap x S); a long pays rate x S. Source: Vega "
                   "protocol, 0053-PERP.",
            .params = rows,
        },
    .rate = rate,
    .averages = true,
};
