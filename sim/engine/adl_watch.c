#include "engine/adl_watch.h"

#include <stdlib.h>

#include "base/fixed.h"
#include "engine/lot.h"

enum status
adl_watch_init(struct engine *engine, struct error *err)
{
    const struct engine_config *config = engine->config;
    const struct adl_trigger_params *trigger = &config->rules.adl.trigger;
    if (!trigger->drawdown)
        return OK;
    engine->watch_pools = calloc(config->pool_count, sizeof(*engine->watch_pools));
    engine->watch_symbols = calloc(config->instrument_count, sizeof(*engine->watch_symbols));
    if (engine->watch_pools == NULL || engine->watch_symbols == NULL)
        return error_memory(err, "watching the fund");
    const time_ns_t resolution = trigger->window / 480 > 0 ? trigger->window / 480 : 1;
    for (size_t i = 0; i < config->pool_count; i++)
        TRY(window_init(&engine->watch_pools[i].window, trigger->window, resolution, err));
    for (size_t i = 0; i < config->instrument_count; i++)
        TRY(window_init(&engine->watch_symbols[i].window, trigger->window, resolution, err));
    return OK;
}

void
adl_watch_clear(struct engine *engine)
{
    for (size_t i = 0; engine->watch_pools != NULL && i < engine->config->pool_count; i++)
        window_clear(&engine->watch_pools[i].window);
    for (size_t i = 0; engine->watch_symbols != NULL && i < engine->config->instrument_count; i++)
        window_clear(&engine->watch_symbols[i].window);
    free(engine->watch_pools);
    free(engine->watch_symbols);
}

/* Fall and base of the drawdown trigger an instrument is under, in money. */
struct fall {
    double fall, base, balance;
};

static struct fall
fall_of(struct engine *engine, uint32_t instrument)
{
    const struct adl_trigger_params *trigger = &engine->config->rules.adl.trigger;
    const size_t pool = engine->config->instruments[instrument].pool;
    struct window *balances = &engine->watch_pools[pool].window;
    struct window *results = &engine->watch_symbols[instrument].window;
    const money_t balance = fund_balance(&engine->pools[pool], &engine->ledger);
    window_push(balances, engine->now, balance);
    window_push(results, engine->now, engine->instruments[instrument].fund_result);
    struct fall fall = {.balance = (double)balance};
    const double peak = (double)window_peak(balances, engine->now);
    if (trigger->scope == ADL_TRIGGER_SYMBOL) {
        fall.base = peak;
        fall.fall = (double)window_peak(results, engine->now) -
                    (double)engine->instruments[instrument].fund_result;
        return fall;
    }
    fall.base = trigger->reference == ADL_TRIGGER_MEAN ? window_mean(balances, engine->now) : peak;
    fall.fall = fall.base - (double)balance;
    return fall;
}

static double
unit_of(const struct engine *engine, uint32_t instrument)
{
    const int decimals = engine->config->instruments[instrument].contract.money_decimals;
    return (double)fixed_power_of_ten[decimals];
}

/* Notional of what the pool's engine holds, at the marks. */
static double
inventory_of(const struct engine *engine, size_t pool)
{
    double notional = 0.0;
    for (size_t i = 0; i < engine->config->instrument_count; i++) {
        const struct instrument_state *state = &engine->instruments[i];
        const int64_t held = state->longs.quantity - state->shorts.quantity;
        if (engine->config->instruments[i].pool == pool && held != 0 && state->view.mark_price != 0)
            notional += (double)contract_notional(&engine->config->instruments[i].contract, held,
                                                  state->view.mark_price);
    }
    return notional;
}

bool
adl_watch_on(struct engine *engine, uint32_t instrument)
{
    const struct adl_trigger_params *trigger = &engine->config->rules.adl.trigger;
    const size_t pool = engine->config->instruments[instrument].pool;
    struct fund *fund = &engine->pools[pool];
    const double unit = unit_of(engine, instrument);
    const double balance = (double)fund_balance(fund, &engine->ledger) / unit;
    bool on = adl_trigger_depleted(trigger, balance);
    if (!on && trigger->inventory_cap)
        on = adl_trigger_inventory(trigger, inventory_of(engine, pool) / unit, balance);
    if (trigger->drawdown) {
        struct adl_watch_state *state = trigger->scope == ADL_TRIGGER_SYMBOL
                                            ? &engine->watch_symbols[instrument]
                                            : &engine->watch_pools[pool];
        const struct fall fall = fall_of(engine, instrument);
        state->on = adl_trigger_drawdown(trigger, state->on, fall.fall / unit, fall.base / unit,
                                         fall.balance / unit);
        on |= state->on;
    }
    if (on)
        fund->state = FUND_IN_ADL;
    else if (fund->state == FUND_IN_ADL)
        fund->state = FUND_NORMAL;
    return on;
}

void
adl_watch_run(struct engine *engine)
{
    for (uint32_t i = 0; engine->watch_pools != NULL && i < engine->config->instrument_count; i++)
        (void)adl_watch_on(engine, i);
}

money_t
adl_watch_line(struct engine *engine, uint32_t instrument)
{
    const struct adl_trigger_params *trigger = &engine->config->rules.adl.trigger;
    if (!trigger->drawdown)
        return 0;
    const double unit = unit_of(engine, instrument);
    const struct fall fall = fall_of(engine, instrument);
    const double left = adl_trigger_line(trigger, fall.base / unit) * unit - fall.fall;
    return left > 0.0 && left < 9e18 ? (money_t)left : 0;
}
