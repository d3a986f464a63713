#include "engine/controls.h"

#include "engine/liquidation.h"
#include "engine/socialisation.h"

static void
tell(struct engine *engine, uint32_t instrument, enum control_kind kind, bool on)
{
    if (engine->observer.control == NULL)
        return;
    const struct control_event event = {
        .time = engine->now,
        .instrument = instrument,
        .kind = kind,
        .on = on,
        .multiplier = kind == CONTROL_MARGIN && on
                          ? engine->config->rules.controls.margin_multiplier
                          : RATE_ONE,
    };
    engine->observer.control(engine->observer.context, &event);
}

bool
controls_halted(const struct engine *engine, uint32_t instrument)
{
    return engine->instruments[instrument].halted_until > engine->now;
}

static enum status
multiply(struct engine *engine, uint32_t instrument, rate_t multiplier, struct error *err)
{
    struct instrument_state *state = &engine->instruments[instrument];
    margin_rules_scale(&state->now.rules, &engine->config->instruments[instrument].rules,
                       multiplier);
    return state->view.mark_price != 0 ? liquidation_arm_all(engine, instrument, err) : OK;
}

enum status
controls_halt(struct engine *engine, uint32_t instrument, struct error *err)
{
    const struct rules_controls *controls = &engine->config->rules.controls;
    struct instrument_state *state = &engine->instruments[instrument];
    if (controls->halt > 0 && state->halted_until <= engine->now) {
        state->halted_until = engine->now + controls->halt;
        tell(engine, instrument, CONTROL_HALT, true);
    }
    if (controls->margin_multiplier > 0 && state->multiplied_until <= engine->now) {
        state->multiplied_until = engine->now + controls->multiplier_for;
        tell(engine, instrument, CONTROL_MARGIN, true);
        return multiply(engine, instrument, controls->margin_multiplier, err);
    }
    return OK;
}

/* Ends what has run out, or is no longer needed. */
static enum status
release(struct engine *engine, uint32_t instrument, struct error *err)
{
    const struct rules_controls *controls = &engine->config->rules.controls;
    struct instrument_state *state = &engine->instruments[instrument];
    const struct fund *fund = &engine->pools[engine->config->instruments[instrument].pool];
    const bool recovered = controls->release_balance > 0 &&
                           fund_balance(fund, &engine->ledger) >= controls->release_balance;
    if (state->halted_until != 0 && (recovered || state->halted_until <= engine->now)) {
        state->halted_until = 0;
        state->check = true;
        engine->rearmed = true; /* what waited for the end of the halt goes on */
        tell(engine, instrument, CONTROL_HALT, false);
    }
    if (state->multiplied_until != 0 && (recovered || state->multiplied_until <= engine->now)) {
        state->multiplied_until = 0;
        tell(engine, instrument, CONTROL_MARGIN, false);
        return multiply(engine, instrument, RATE_ONE, err);
    }
    return OK;
}

/* Capital that the manual ledger brings. */
static void
inject(struct engine *engine, size_t pool)
{
    const struct engine_pool *rules = &engine->config->pools[pool];
    struct fund *fund = &engine->pools[pool];
    const size_t platform = ledger_account(&engine->ledger, fund->currency, LEDGER_PLATFORM);
    size_t *next = &engine->next_injection[pool];
    for (; *next < rules->injection_count && rules->injections[*next].time <= engine->now;
         (*next)++)
        fund_book(fund, &engine->ledger, &engine->observer, FUND_INJECTION, platform,
                  rules->injections[*next].amount, 0, engine->now);
}

void
controls_refill(struct engine *engine)
{
    for (size_t i = 0; i < engine->config->pool_count; i++) {
        const struct engine_pool *rules = &engine->config->pools[i];
        struct fund *fund = &engine->pools[i];
        const money_t left = rules->inject_max - fund->injected_by_policy;
        const money_t wanted =
            left > 0 ? rules->inject_to - fund_balance(fund, &engine->ledger) : 0;
        if (wanted <= rules->inject_to - rules->inject_below)
            continue;
        const money_t brought = wanted < left ? wanted : left;
        fund->injected_by_policy = money_add(fund->injected_by_policy, brought);
        fund_book(fund, &engine->ledger, &engine->observer, FUND_INJECTION,
                  ledger_account(&engine->ledger, fund->currency, LEDGER_PLATFORM), brought, 0,
                  engine->now);
    }
}

enum status
controls_run(struct engine *engine, struct error *err)
{
    for (size_t i = 0; i < engine->config->pool_count; i++) {
        inject(engine, i);
        fund_settle(&engine->pools[i], &engine->ledger, &engine->observer, engine->now);
    }
    for (uint32_t i = 0; i < engine->config->instrument_count; i++)
        TRY(release(engine, i, err));
    return engine->period_end <= engine->now ? socialisation_period(engine, err) : OK;
}

static time_ns_t
earlier(time_ns_t a, time_ns_t b)
{
    return a < b ? a : b;
}

time_ns_t
controls_next(const struct engine *engine)
{
    time_ns_t next = engine->period_end;
    for (size_t i = 0; i < engine->config->pool_count; i++) {
        const struct engine_pool *rules = &engine->config->pools[i];
        next = earlier(next, engine->pools[i].next_settlement);
        if (engine->next_injection[i] < rules->injection_count)
            next = earlier(next, rules->injections[engine->next_injection[i]].time);
    }
    for (size_t i = 0; i < engine->config->instrument_count; i++) {
        const struct instrument_state *state = &engine->instruments[i];
        if (state->halted_until != 0)
            next = earlier(next, state->halted_until);
        if (state->multiplied_until != 0)
            next = earlier(next, state->multiplied_until);
    }
    return next;
}
