#include <math.h>

#include "models/funding_rate.h"

#include "formula.h"

enum { PREMIUMS_MAX = 4096, HOUR_DIGITS = 3 };

/* A share that is 0 where the vector says nothing. */
static double
share(const struct formula_call *call, const char *keys)
{
    const struct number number = reader_number_or(call->reader, call->inputs, keys, "0");
    return (double)number.value;
}

/* Bounds "floor" and "cap", or one "cap" for both sides; NaN where there is none. */
static void
read_bounds(const struct formula_call *call, const char *floor_keys, const char *cap_keys,
            const char *both_keys, struct funding_params *params)
{
    const double both = reader_double(call->reader, call->inputs, both_keys);
    params->floor = reader_double(call->reader, call->inputs, floor_keys);
    params->cap = reader_double(call->reader, call->inputs, cap_keys);
    if (isnan(params->floor))
        params->floor = -both;
    if (isnan(params->cap))
        params->cap = both;
}

/* A number of hours, in thousandths. */
static int64_t
hours(const struct formula_call *call, const char *keys)
{
    const struct number number = reader_number_or(call->reader, call->inputs, keys, "8");
    const int64_t thousandths = reader_at(call->reader, &number, HOUR_DIGITS);
    if (thousandths <= 0)
        reader_fail(call->reader, READER_UNABLE, "%s: a time the simulator does not take", keys);
    return thousandths;
}

static double
average_premium(const struct formula_call *call, const json_t *list)
{
    double premiums[PREMIUMS_MAX], weights[PREMIUMS_MAX];
    const size_t count = json_array_size(list);
    if (count > PREMIUMS_MAX) {
        reader_fail(call->reader, READER_UNABLE, "more than %d premiums", PREMIUMS_MAX);
        return NAN;
    }
    for (size_t i = 0; i < count; i++) {
        reader_pair(call->reader, json_array_get(list, i), "premium|p", "weight|w|dt", &premiums[i],
                    &weights[i]);
        if (weights[i] < 0.0)
            reader_fail(call->reader, READER_UNABLE, "a weight the simulator does not take");
    }
    return call->reader->state == READER_GOOD ? funding_premium_average(premiums, weights, count)
                                              : NAN;
}

/* Given, averaged from a list, or measured from the mark or from impact prices. */
static double
read_premium(const struct formula_call *call)
{
    const json_t *list = reader_find(call->inputs, "premiums");
    if (list)
        return average_premium(call, list);
    if (reader_find(call->inputs, "premium|premium_rate"))
        return reader_double(call->reader, call->inputs, "premium|premium_rate");
    struct funding_quote quote = funding_quote_unknown();
    quote.index = reader_double(call->reader, call->inputs, "index|index_price");
    quote.mark = reader_double(call->reader, call->inputs, "mark|mark_price|price");
    quote.bid = reader_double(call->reader, call->inputs, "impact_bid");
    quote.ask = reader_double(call->reader, call->inputs, "impact_ask");
    const bool marked = !isnan(quote.mark);
    if (isnan(quote.index) || (!marked && isnan(quote.bid) && isnan(quote.ask)))
        reader_fail(call->reader, READER_UNABLE, "the rule needs premiums, or mark and index");
    return funding_premium_of(&quote,
                              marked ? FUNDING_PREMIUM_FROM_MARK : FUNDING_PREMIUM_FROM_IMPACT);
}

void
formula_rate_premium(const struct formula_call *call)
{
    struct funding_params params = {
        .interval = hours(call, "interval_hours|interval_h"),
        .period = hours(call, "period_hours|period_h"),
        .interest = share(call, "interest|interest_rate"),
        .band = share(call, "band|clamp"),
    };
    read_bounds(call, "floor", "ceiling", "cap", &params);
    const struct funding_inputs inputs = {.premium = read_premium(call)};
    if (params.band < 0.0)
        reader_fail(call->reader, READER_UNABLE, "a band the simulator does not take");
    if (call->reader->state == READER_GOOD)
        book_answer_double(call->answer, "rate", funding_premium.rate(&params, &inputs));
}

void
formula_rate_twap(const struct formula_call *call)
{
    struct reader *reader = call->reader;
    const struct number scale =
        reader_number_or(reader, call->inputs, "scale|scaling_factor|rate_scale", "1");
    const struct number years = reader_number_or(reader, call->inputs, "delta_t|years", "1");
    const struct number mark = reader_number(reader, call->inputs, "mark_twap|internal_twap");
    const struct number index = reader_number(reader, call->inputs, "index_twap|external_twap");
    struct funding_params params = {
        .interest = share(call, "interest|interest_rate"),
        .interest_floor = reader_double(reader, call->inputs, "clamp_lower|clamp_lower_bound"),
        .interest_cap = reader_double(reader, call->inputs, "clamp_upper|clamp_upper_bound"),
        .scale = (double)scale.value,
    };
    read_bounds(call, "lower_bound|rate_lower_bound|floor", "upper_bound|rate_upper_bound|cap",
                "rate_bound|bound", &params);
    const struct funding_inputs inputs = {.mark_average = (double)mark.value,
                                          .index_average = (double)index.value,
                                          .years = (double)years.value};
    if (reader->state != READER_GOOD)
        return;
    book_answer_double(call->answer, "rate", funding_twap.rate(&params, &inputs));
    book_answer_double(call->answer, "payment_per_unit", funding_twap_payment(&params, &inputs));
}
