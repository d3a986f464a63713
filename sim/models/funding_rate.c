#include "models/funding_rate.h"

#include <assert.h>
#include <math.h>

const struct model *const funding_registry[] = {
    &funding_tape.model,
    &funding_premium.model,
    &funding_twap.model,
    &funding_margin_capped.model,
    NULL,
};

const struct funding_type *
funding_of(const struct model *model)
{
    return (const struct funding_type *)(const void *)model;
}

struct funding_quote
funding_quote_unknown(void)
{
    return (struct funding_quote){NAN, NAN, NAN, NAN, NAN, NAN, NAN};
}

double
funding_rate_bounded(double rate, double floor, double cap)
{
    assert(!isnan(rate));
    return fmin(fmax(rate, floor), cap); /* which pass over a NaN */
}

/* ---- clocks ---- */

/* The multiple of `unit` at or before `time`. */
static time_ns_t
multiple_before(time_ns_t time, time_ns_t unit)
{
    const time_ns_t past = time % unit;
    return past >= 0 ? time - past : time - past - unit;
}

time_ns_t
funding_settlement_after(time_ns_t now, time_ns_t interval)
{
    assert(interval > 0);
    return multiple_before(now, interval) + interval;
}

struct funding_window
funding_window(time_ns_t now, time_ns_t length, bool rolling)
{
    assert(length >= TIME_NS_MINUTE);
    const time_ns_t before =
        rolling ? multiple_before(now - length, TIME_NS_MINUTE) : multiple_before(now, length) - 1;
    const time_ns_t first = multiple_before(before, TIME_NS_MINUTE) + TIME_NS_MINUTE;
    const time_ns_t last = multiple_before(now, TIME_NS_MINUTE);
    return (struct funding_window){
        .first = first, .last = last, .samples = (last - first) / TIME_NS_MINUTE + 1};
}

/* ---- state ---- */

enum status
funding_rate_init(struct funding_rate_state *state, const struct funding_type *type,
                  const struct funding_params *params, struct error *err)
{
    *state = (struct funding_rate_state){.type = type,
                                         .params = params,
                                         .tape_rate = NAN,
                                         .initial_rate = NAN,
                                         .maintenance_rate = NAN,
                                         .pending = NAN};
    if (!type->premiums && !type->averages)
        return OK;
    if (params->interval <= 0 || (type->premiums && params->period <= 0))
        return error_set(err, ERR_RANGE,
                         "funding: the interval, and the period of a premium, must be > 0 s");
    if (type->premiums)
        return sampler_init(&state->premium, params->length, params->sampling,
                            "the premium of the funding rate", err);
    enum status status = sampler_init(&state->mark, params->length, params->sampling,
                                      "the mark prices of the funding rate", err);
    if (status == OK)
        status = sampler_init(&state->index, params->length, params->sampling,
                              "the index prices of the funding rate", err);
    if (status != OK)
        funding_rate_clear(state);
    return status;
}

void
funding_rate_clear(struct funding_rate_state *state)
{
    sampler_clear(&state->premium);
    sampler_clear(&state->mark);
    sampler_clear(&state->index);
    *state = (struct funding_rate_state){0};
}

void
funding_rate_sample(struct funding_rate_state *state, time_ns_t time,
                    const struct funding_quote *quote)
{
    state->tape_rate = quote->tape_rate;
    state->initial_rate = quote->initial_rate;
    state->maintenance_rate = quote->maintenance_rate;
    if (state->type->premiums)
        sampler_take(&state->premium, time,
                     funding_premium_of(quote, (enum funding_premium_from)state->params->premium));
    if (state->type->averages) {
        sampler_take(&state->mark, time, quote->mark);
        sampler_take(&state->index, time, quote->index);
    }
}

double
funding_rate_now(const struct funding_rate_state *state)
{
    const struct funding_params *params = state->params;
    double (*const average)(const struct sampler *) =
        params->average == FUNDING_AVERAGE_RISING ? sampler_mean_rising : sampler_mean;
    const struct sampler *index = &state->index;
    const struct funding_inputs inputs = {
        .tape = state->tape_rate,
        .premium = average(&state->premium),
        .mark_average = average(&state->mark),
        .index_average = average(index),
        .initial_rate = state->initial_rate,
        .maintenance_rate = state->maintenance_rate,
        .years = (double)index->count * (double)index->interval / (365.0 * (double)TIME_NS_DAY),
    };
    return state->type->rate(params, &inputs);
}

static void
next_window(struct sampler *sampler, bool rolling)
{
    if (!rolling)
        sampler_forget(sampler);
}

double
funding_rate_settle(struct funding_rate_state *state, time_ns_t time)
{
    const struct funding_type *type = state->type;
    if (type->premiums)
        sampler_advance(&state->premium, time);
    if (type->averages) {
        sampler_advance(&state->mark, time);
        sampler_advance(&state->index, time);
    }
    const double rate = funding_rate_now(state);
    const double before = isnan(state->pending) ? 0.0 : state->pending;
    state->pending = rate;
    next_window(&state->premium, state->params->rolling);
    next_window(&state->mark, state->params->rolling);
    next_window(&state->index, state->params->rolling);
    return state->params->cross_cycle ? before : rate;
}
