#include "io/binding_prices.h"

#include <string.h>

enum {
    MORE_DECIMALS = 2, /* a computed price is not rounded to the tick of trades ... */
    DECIMALS_MAX = 8,  /* ... within these */
};

/* ---- the sources of an index ---- */

static enum status
find_source(struct binding_prices *prices, const struct scenario_instrument *instrument,
            const struct feed_tapes *tapes, size_t k, struct feed_extent *extent, struct error *err)
{
    const char *name = instrument->index_sources[k].tape;
    prices->source[k] = name;
    prices->source_kind[k] = TAPE_TRADE;
    TRY(feed_extent(tapes, name, TAPE_TRADE, extent, err));
    if (extent->parts == 0) {
        prices->source_kind[k] = TAPE_MARK;
        TRY(feed_extent(tapes, name, TAPE_MARK, extent, err));
    }
    if (extent->parts == 0)
        return error_set(err, ERR_RANGE,
                         "%s: no tape holds trades or marks of %s, source %zu of its index; "
                         "`seawall info` lists what a tape holds",
                         instrument->symbol, name, k + 1);
    prices->source_quantity_scale[k] = extent->quantity_scale;
    return OK;
}

/* An index has prices while one of its sources has. */
static enum status
bind_index(struct binding_prices *prices, const struct scenario *scenario,
           const struct scenario_instrument *instrument, const struct feed_tapes *tapes,
           struct error *err)
{
    struct pricing_rules *rules = &prices->rules;
    rules->index = index_of(scenario->venue.index);
    rules->index_params = scenario->venue.index_params;
    rules->source_count = instrument->index_source_count;
    for (size_t k = 0; k < rules->source_count; k++) {
        struct feed_extent extent;
        TRY(find_source(prices, instrument, tapes, k, &extent, err));
        rules->weight[k] = instrument->index_sources[k].weight;
        if (k == 0 || extent.first < prices->first)
            prices->first = extent.first;
        if (k == 0 || extent.last > prices->last)
            prices->last = extent.last;
        if (extent.price_scale > prices->price_scale)
            prices->price_scale = extent.price_scale;
    }
    return OK;
}

/* ---- what is there, and what is needed ---- */

static enum status
need(const struct binding *binding, const struct scenario_instrument *instrument, size_t i,
     enum tape_kind kind, const char *what, struct error *err)
{
    const bool there = kind == TAPE_INDEX && binding->prices[i].rules.index != NULL;
    if (there || binding->extents[i][kind].parts > 0)
        return OK;
    const char *name = binding->tape_names[i];
    const char *advice = "";
    if (kind == TAPE_INDEX)
        advice = "; import one, or state index_sources";
    else if (kind == TAPE_MARK && binding->extents[i][TAPE_TRADE].parts > 0)
        advice = "; import one, or say `mark: last` to use the last price";
    return error_set(err, ERR_RANGE, "%s: the tapes hold no %s of %s%s%s", instrument->symbol,
                     tape_kind_names[kind], name, what, advice);
}

/* Times of one stream, or of the computed index, narrow those at which margins can be judged. */
static void
narrow(struct binding_prices *prices, time_ns_t first, time_ns_t last)
{
    prices->first = first > prices->first ? first : prices->first;
    prices->last = last < prices->last ? last : prices->last;
}

static enum status
need_for_mark(struct binding *binding, const struct scenario_instrument *instrument, size_t i,
              enum scenario_mark mark, struct error *err)
{
    struct binding_prices *prices = &binding->prices[i];
    const struct feed_extent *extents = binding->extents[i];
    const struct mark_type *computed = prices->rules.mark;
    const bool last = mark == MARK_LAST || computed == &mark_last;
    const bool tape = mark == MARK_TAPE || computed == &mark_tape;
    const time_ns_t first_index = prices->first, last_index = prices->last;
    prices->first = INT64_MIN;
    prices->last = TIME_NS_NEVER;
    if (tape || last) {
        const enum tape_kind kind = tape ? TAPE_MARK : TAPE_TRADE;
        TRY(need(binding, instrument, i, kind, "", err));
        narrow(prices, extents[kind].first, extents[kind].last);
        return OK;
    }
    TRY(need(binding, instrument, i, TAPE_INDEX, "", err));
    if (prices->rules.index != NULL)
        narrow(prices, first_index, last_index);
    else
        narrow(prices, extents[TAPE_INDEX].first, extents[TAPE_INDEX].last);
    if (computed == NULL || !computed->averages)
        return OK;
    TRY(need(binding, instrument, i, TAPE_TRADE, ", which the mark is computed of", err));
    narrow(prices, extents[TAPE_TRADE].first, extents[TAPE_TRADE].last);
    return OK;
}

static enum status
need_for_funding(struct binding *binding, const struct scenario_instrument *instrument, size_t i,
                 struct error *err)
{
    static const char what[] = ", which its funding is computed of";
    const struct pricing_rules *rules = &binding->prices[i].rules;
    TRY(need(binding, instrument, i, TAPE_INDEX, what, err));
    if (rules->funding->premiums && rules->funding_params.premium != FUNDING_PREMIUM_FROM_MARK)
        TRY(need(binding, instrument, i, TAPE_TRADE, what, err));
    return OK;
}

/* What a reader must know about computed prices. */
static enum status
remark(struct binding *binding, const struct scenario_instrument *instrument, size_t i,
       struct error *err)
{
    const struct pricing_rules *rules = &binding->prices[i].rules;
    const bool mid = (rules->mark != NULL && rules->mark->averages) ||
                     (rules->funding != NULL && rules->funding->premiums &&
                      rules->funding_params.premium != FUNDING_PREMIUM_FROM_MARK);
    if (mid)
        TRY(binding_warn(binding, err,
                         "%s: no book on the tapes: the last trade stands for best bid and ask",
                         instrument->symbol));
    if (rules->mark != NULL)
        TRY(binding_warn(binding, err, "%s: the mark price is computed (%s), at every row",
                         instrument->symbol, rules->mark->model.name));
    if (rules->funding != NULL)
        TRY(binding_warn(binding, err, "%s: funding rates are computed (%s)", instrument->symbol,
                         rules->funding->model.name));
    else if (binding->extents[i][TAPE_FUNDING].parts == 0)
        TRY(binding_warn(binding, err, "%s: no funding on the tape: none is paid",
                         instrument->symbol));
    return OK;
}

enum status
binding_prices_make(struct binding *binding, const struct scenario *scenario,
                    const struct feed_tapes *tapes, size_t i, struct error *err)
{
    const struct scenario_instrument *instrument = &scenario->instruments[i];
    const enum scenario_mark mark = scenario_mark_of(scenario, i);
    struct binding_prices *prices = &binding->prices[i];
    struct pricing_rules *rules = &prices->rules;
    if (scenario->venue.index != NULL && instrument->index_source_count > 0)
        TRY(bind_index(prices, scenario, instrument, tapes, err));
    if (mark == MARK_COMPUTED) {
        rules->mark = mark_of(scenario->venue.mark);
        rules->mark_params = scenario->venue.mark_params;
    }
    if (instrument->funding == FUNDING_COMPUTED) {
        rules->funding = funding_of(scenario->venue.funding);
        rules->funding_params = scenario->venue.funding_params;
    }
    prices->computed = rules->index != NULL || rules->mark != NULL || rules->funding != NULL;
    TRY(need_for_mark(binding, instrument, i, mark, err));
    if (rules->funding != NULL)
        TRY(need_for_funding(binding, instrument, i, err));
    for (enum tape_kind kind = TAPE_TRADE; kind < TAPE_KINDS; kind++) {
        if (kind != TAPE_FUNDING && binding->extents[i][kind].price_scale > prices->price_scale)
            prices->price_scale = binding->extents[i][kind].price_scale;
    }
    if ((rules->index != NULL || rules->mark != NULL) &&
        prices->price_scale + MORE_DECIMALS <= DECIMALS_MAX)
        prices->price_scale += MORE_DECIMALS;
    return remark(binding, instrument, i, err);
}

void
binding_prices_rates(struct binding *binding, size_t i)
{
    const struct margin_tier *tier = &binding->instruments[i].rules.tier[0];
    binding->prices[i].rules.initial_rate = 1.0 / tier->leverage_max;
    binding->prices[i].rules.maintenance_rate = (double)tier->rate / (double)RATE_ONE;
}

bool
binding_feeds(const struct binding *binding, size_t i, enum tape_kind kind)
{
    const struct engine_instrument *bound = &binding->instruments[i];
    const struct pricing_rules *rules = &binding->prices[i].rules;
    if (binding->extents[i][kind].parts == 0)
        return false;
    /* Where another price is the mark, a mark on the tape must not move it. */
    if (kind == TAPE_MARK)
        return !bound->mark_is_last && !bound->mark_is_index;
    return kind == TAPE_INDEX ? rules->index == NULL
                              : kind != TAPE_FUNDING || rules->funding == NULL;
}
