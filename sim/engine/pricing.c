#include "engine/pricing.h"

#include <math.h>

enum status
pricing_init(struct pricing *pricing, const struct pricing_rules *rules, struct error *err)
{
    *pricing = (struct pricing){
        .rules = rules,
        .tape_mark = NAN,
        .funding_rate = NAN,
        .next_funding = TIME_NS_NEVER,
    };
    for (size_t i = 0; i < rules->source_count; i++)
        pricing->source[i] = (struct index_source){.price = NAN, .weight = rules->weight[i]};
    if (rules->mark != NULL)
        TRY(mark_init(&pricing->mark, rules->mark, &rules->mark_params, err));
    if (rules->funding != NULL)
        TRY(funding_rate_init(&pricing->funding, rules->funding, &rules->funding_params, err));
    return OK;
}

void
pricing_clear(struct pricing *pricing)
{
    mark_clear(&pricing->mark);
    funding_rate_clear(&pricing->funding);
    *pricing = (struct pricing){0};
}

void
pricing_source(struct pricing *pricing, size_t which, double price, time_ns_t time)
{
    pricing->source[which].price = price;
    pricing->source[which].time = time;
}

void
pricing_tape_mark(struct pricing *pricing, double price)
{
    pricing->tape_mark = price;
}

void
pricing_tape_rate(struct pricing *pricing, rate_t rate)
{
    pricing->funding_rate = (double)rate / (double)RATE_ONE;
}

void
pricing_touch(struct pricing *pricing)
{
    pricing->fresh = true;
}

/* A tape price in quote currency; NaN for 0, which is none. */
static double
natural(const struct contract *contract, int64_t price)
{
    return price == 0 ? NAN : contract_price(contract, price);
}

static void
run_mark(struct pricing *pricing, struct engine *engine, size_t instrument, time_ns_t now)
{
    const struct market_view *view = &engine->instruments[instrument].view;
    const struct contract *contract = &engine->config->instruments[instrument].contract;
    struct mark_inputs inputs = mark_inputs_unknown();
    inputs.tape = pricing->tape_mark;
    inputs.index = natural(contract, view->index_price);
    inputs.last = natural(contract, view->last_price);
    inputs.time = now;
    if (pricing->next_funding != TIME_NS_NEVER) {
        inputs.funding_rate = pricing->funding_rate;
        inputs.next_funding = pricing->next_funding;
        inputs.funding_interval = pricing->rules->funding_params.interval;
    }
    mark_sample(&pricing->mark, &inputs);
    const double price = mark_price(&pricing->mark, &inputs);
    if (price > 0.0)
        engine_mark(engine, instrument, contract_price_from_double(contract, price));
}

static enum status
run_funding(struct pricing *pricing, struct engine *engine, size_t instrument, time_ns_t now,
            struct error *err)
{
    const struct market_view *view = &engine->instruments[instrument].view;
    const struct contract *contract = &engine->config->instruments[instrument].contract;
    const time_ns_t interval = pricing->rules->funding_params.interval;
    if (now >= pricing->next_funding) {
        pricing->funding_rate = funding_rate_settle(&pricing->funding, pricing->next_funding);
        TRY(engine_funding(engine, instrument, llround(pricing->funding_rate * (double)RATE_ONE),
                           err));
    }
    if (pricing->next_funding == TIME_NS_NEVER || now >= pricing->next_funding)
        pricing->next_funding = funding_settlement_after(now, interval);
    struct funding_quote quote = funding_quote_unknown();
    quote.mark = natural(contract, view->mark_price);
    quote.index = natural(contract, view->index_price);
    quote.bid = quote.ask = natural(contract, view->last_price);
    quote.initial_rate = pricing->rules->initial_rate;
    quote.maintenance_rate = pricing->rules->maintenance_rate;
    funding_rate_sample(&pricing->funding, now, &quote);
    return OK;
}

enum status
pricing_run(struct pricing *pricing, struct engine *engine, size_t instrument, time_ns_t now,
            struct error *err)
{
    const struct pricing_rules *rules = pricing->rules;
    if (!pricing->fresh && now < pricing->next_funding)
        return OK;
    pricing->fresh = false;
    if (rules->index != NULL) {
        const double price = index_price(rules->index, &rules->index_params, pricing->source,
                                         rules->source_count, now);
        if (price > 0.0)
            engine_index(engine, instrument,
                         contract_price_from_double(
                             &engine->config->instruments[instrument].contract, price));
    }
    if (rules->mark != NULL)
        run_mark(pricing, engine, instrument, now);
    return rules->funding == NULL ? OK : run_funding(pricing, engine, instrument, now, err);
}
