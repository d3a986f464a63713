#include <assert.h>
#include <math.h>

#include "models/funding_rows.h"

static double
impact_premium(double bid, double ask, double index)
{
    if (isnan(bid) && isnan(ask))
        return NAN;
    const double above = isnan(bid) ? 0.0 : fmax(0.0, bid - index);
    const double below = isnan(ask) ? 0.0 : fmax(0.0, index - ask);
    return (above - below) / index;
}

double
funding_premium_of(const struct funding_quote *quote, enum funding_premium_from from)
{
    if (!(quote->index > 0.0))
        return NAN;
    if (from == FUNDING_PREMIUM_FROM_IMPACT)
        return impact_premium(quote->bid, quote->ask, quote->index);
    const double price =
        from == FUNDING_PREMIUM_FROM_MARK ? quote->mark : (quote->bid + quote->ask) / 2.0;
    return (price - quote->index) / quote->index;
}

double
funding_premium_average(const double *premiums, const double *weights, size_t count)
{
    double sum = 0.0, total = 0.0;
    for (size_t i = 0; i < count; i++) {
        assert(weights[i] >= 0.0);
        sum += premiums[i] * weights[i];
        total += weights[i];
    }
    return total > 0.0 ? sum / total : NAN;
}

static double
rate(const struct funding_params *params, const struct funding_inputs *inputs)
{
    const double premium = inputs->premium, interest = params->interest;
    assert(params->band >= 0.0 && params->interval > 0 && params->period > 0);
    if (isnan(premium))
        return 0.0;
    const double whole =
        params->interest_form == FUNDING_INTEREST_SUBTRACTED
            ? premium - interest
            : premium + funding_rate_bounded(interest - premium, -params->band, params->band);
    const double share = (double)params->interval / (double)params->period;
    return funding_rate_bounded(whole * share, params->floor, params->cap);
}

static const char *const interest_forms[] = {"banded", "subtracted", NULL};

static const struct param rows[] = {
    FUNDING_INTERVAL("8h"),
    FUNDING_PERIOD,
    FUNDING_LENGTH("8h"),
    FUNDING_SAMPLING("1min"),
    FUNDING_ROLLING,
    FUNDING_CROSS_CYCLE,
    FUNDING_PREMIUM,
    FUNDING_AVERAGE,
    {
        .key = "interest_form",
        .type = PARAM_CHOICE,
        .offset = offsetof(struct funding_params, interest_form),
        .unit = "",
        .fallback = "banded",
        .doc = "banded: P + clamp(interest - P, -band, band); subtracted: P - interest.",
        .choices = interest_forms,
    },
    FUNDING_SHARE(interest, -1.0, 1.0, "0", "Interest of the quote over the base, a period."),
    FUNDING_SHARE(band, 0.0, 1.0, "0",
                  "Largest correction of the premium towards the interest, a period."),
    FUNDING_FLOOR,
    FUNDING_CAP,
    {.key = NULL},
};

const struct funding_type funding_premium = {
    .model =
        {
            .name = "premium",
            .doc = "rate = clamp([P + clamp(interest - P, -band, band)] x interval / period, "
                   "floor, cap), P the average premium over the index, in the window. BitMEX, "
                   "Binance: interest 0.01 %, band 0.05 %; Hyperliquid: the same, hourly, cap "
                   "4 %; OKX: clamp(average of (premium - interest), floor, cap), interest 0, each "
                   "minute, rolling since 2024-03-05, cross_cycle from 2019-07-10; Kraken: "
                   "interval 1 h, period 24 h, cap 0.25 %. Source: OKX help 360053909272; Binance "
                   "support, funding rates; Hyperliquid docs, funding; Kraken support "
                   "360022835911.",
            .params = rows,
        },
    .rate = rate,
    .premiums = true,
};
