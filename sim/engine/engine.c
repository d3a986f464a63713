#include "engine/engine.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/adl_watch.h"
#include "engine/closeout.h"
#include "engine/controls.h"
#include "engine/liquidation.h"
#include "engine/lot.h"
#include "engine/takeover.h"
#include "engine/unwind.h"
#include "engine/variation.h"

static enum status
init_pools(struct engine *engine, const struct engine_config *config, struct error *err)
{
    uint16_t *currency = calloc(config->pool_count, sizeof(*currency));
    if (currency == NULL)
        return error_memory(err, "opening the fund pools");
    for (size_t i = 0; i < config->pool_count; i++)
        currency[i] = (uint16_t)config->pools[i].currency;
    enum status status =
        ledger_init(&engine->ledger, config->currency_count, currency, config->pool_count, err);
    free(currency);
    for (size_t i = 0; status == OK && i < config->pool_count; i++)
        status =
            fund_init(&engine->pools[i], &engine->ledger, (uint32_t)i, config->pools[i].currency,
                      &config->rules.fund, config->sample_every, err);
    return status;
}

enum status
engine_init(struct engine *engine, const struct engine_config *config, struct error *err)
{
    assert(config->instrument_count > 0 && config->pool_count > 0 && config->currency_count > 0);
    *engine = (struct engine){
        .config = config,
        .observer = config->observer,
        .instruments = calloc(config->instrument_count, sizeof(struct instrument_state)),
        .pools = calloc(config->pool_count, sizeof(struct fund)),
        .pool_samples = calloc(config->pool_count, sizeof(struct pool_sample)),
        .instrument_samples = calloc(config->instrument_count, sizeof(struct instrument_sample)),
        .next_injection = calloc(config->pool_count, sizeof(size_t)),
        .period_end = TIME_NS_NEVER,
        .unwinding_next = TIME_NS_NEVER,
    };
    enum status status = OK;
    if (engine->instruments == NULL || engine->pools == NULL || engine->pool_samples == NULL ||
        engine->instrument_samples == NULL || engine->next_injection == NULL)
        status = error_memory(err, "starting the engine");
    if (status == OK)
        status = position_table_init(&engine->positions, config->instrument_count,
                                     config->positions_expected, err);
    if (status == OK)
        status = init_pools(engine, config, err);
    if (status == OK)
        status = adl_watch_init(engine, err);
    for (size_t i = 0; status == OK && i < config->instrument_count; i++) {
        engine->instruments[i].now = config->instruments[i];
        alarm_init(&engine->instruments[i].below, -1);
        alarm_init(&engine->instruments[i].above, 1);
        status = market_view_init(&engine->instruments[i].view, err);
    }
    if (status != OK)
        engine_clear(engine);
    return status;
}

void
engine_clear(struct engine *engine)
{
    for (size_t i = 0; engine->instruments != NULL && i < engine->config->instrument_count; i++) {
        struct instrument_state *state = &engine->instruments[i];
        market_view_clear(&state->view);
        alarm_clear(&state->below);
        alarm_clear(&state->above);
        lot_queue_clear(&state->longs);
        lot_queue_clear(&state->shorts);
    }
    adl_watch_clear(engine);
    for (size_t i = 0; engine->pools != NULL && i < engine->config->pool_count; i++)
        fund_clear(&engine->pools[i]);
    position_table_clear(&engine->positions);
    ledger_clear(&engine->ledger);
    free(engine->instruments);
    free(engine->pools);
    free(engine->adl_queue.entry);
    account_table_clear(&engine->accounts);
    free(engine->due);
    free(engine->due_accounts);
    free(engine->legs);
    free(engine->taken);
    free(engine->unwinding);
    free(engine->handed);
    free(engine->pending);
    free(engine->dues);
    free(engine->due_place);
    free(engine->next_injection);
    free(engine->pool_samples);
    free(engine->instrument_samples);
    *engine = (struct engine){0};
}

void
engine_start(struct engine *engine, time_ns_t time)
{
    engine->now = time;
    engine->started = true;
    for (size_t i = 0; i < engine->config->pool_count; i++) {
        struct fund *fund = &engine->pools[i];
        fund_book(fund, &engine->ledger, &engine->observer, FUND_OPENING,
                  ledger_account(&engine->ledger, fund->currency, LEDGER_PLATFORM),
                  engine->config->pools[i].opening, 0, time);
        fund_start(fund, time);
    }
    const struct engine_rules *rules = &engine->config->rules;
    if (rules->socialise != NULL && rules->socialise->at_period_end)
        engine->period_end = socialise_period_end(&rules->socialise_params, time);
}

void
engine_trade(struct engine *engine, size_t instrument, int64_t price, int64_t quantity, int side)
{
    assert(price > 0 && quantity >= 0);
    struct instrument_state *state = &engine->instruments[instrument];
    struct market_view *view = &state->view;
    struct market_prints *prints = side > 0   ? &view->bought
                                   : side < 0 ? &view->sold
                                              : &view->unknown;
    view->last_price = price;
    const bool overflow =
        __builtin_add_overflow(view->minute_quantity, quantity, &view->minute_quantity) ||
        __builtin_add_overflow(prints->quantity, quantity, &prints->quantity);
    assert(!overflow);
    prints->value += (double)quantity * (double)price;
    state->printed = true;
    if (engine->config->instruments[instrument].mark_is_last)
        engine_mark(engine, instrument, price);
}

void
engine_mark(struct engine *engine, size_t instrument, int64_t price)
{
    assert(price > 0);
    struct instrument_state *state = &engine->instruments[instrument];
    if (!state->marked)
        state->previous_mark = state->view.mark_price != 0 ? state->view.mark_price : price;
    state->marked = true;
    state->view.mark_price = price;
    state->check |= price <= alarm_nearest(&state->below) || price >= alarm_nearest(&state->above);
}

void
engine_index(struct engine *engine, size_t instrument, int64_t price)
{
    assert(price > 0);
    engine->instruments[instrument].view.index_price = price;
    if (engine->config->instruments[instrument].mark_is_index)
        engine_mark(engine, instrument, price);
}

void
engine_minute(struct engine *engine)
{
    for (size_t i = 0; i < engine->config->instrument_count; i++)
        market_view_minute(&engine->instruments[i].view, &engine->config->instruments[i].contract);
}

bool
engine_in_breach(const struct engine *engine, const struct position *position)
{
    const struct instrument_state *state = &engine->instruments[position->instrument];
    return liquidation_in_breach(&state->now, position, state->view.mark_price);
}

/* Collects what breaches, of all instruments, before anything is closed. */
static enum status
collect_due(struct engine *engine, struct error *err)
{
    engine->due_count = engine->due_accounts_count = 0;
    for (size_t i = 0; i < engine->config->instrument_count; i++) {
        struct instrument_state *state = &engine->instruments[i];
        state->due_begin = state->due_end = engine->due_count;
        if (state->check)
            TRY(liquidation_collect(engine, i, err));
        state->check = false; /* arming again what rang too early asks for no second look */
    }
    liquidation_sort_accounts(engine);
    return OK;
}

/* Takes over what is due: the isolated positions of one instrument after the other, then the cross
 * accounts. */
static enum status
take_over_due(struct engine *engine, struct error *err)
{
    closeout_plan(engine);
    for (size_t i = 0; i < engine->due_count; i++) {
        struct lot lot = takeover_position(engine, engine->due[i]);
        TRY(closeout_take(engine, &lot, err));
    }
    for (size_t i = 0; i < engine->due_accounts_count; i++) {
        engine->taken_count = 0;
        TRY(takeover_account(engine, engine->due_accounts[i], err));
        for (size_t k = 0; k < engine->taken_count; k++)
            TRY(closeout_take(engine, &engine->taken[k], err));
    }
    return OK;
}

/* Margins of all instruments, until no position is left that breaches: ADL can leave a winner with
 * a rest so small that rounding puts it in breach.  Accounts that are already unwound are looked at
 * too if `unwound`. */
static enum status
check_margins(struct engine *engine, bool unwound, struct error *err)
{
    for (bool again = true; again; unwound = false) {
        again = false;
        engine->handed_count = 0;
        TRY(collect_due(engine, err));
        if (engine->due_count + engine->due_accounts_count + engine->unwinding_count > 0)
            TRY(unwind_work(engine, unwound, err));
        if (engine->due_count + engine->due_accounts_count > 0)
            TRY(take_over_due(engine, err));
        for (size_t i = 0; i < engine->config->instrument_count; i++)
            again |= engine->instruments[i].check && !engine->config->rules.one_sweep;
    }
    return OK;
}

/* Variation margin of every instrument whose mark came, or that was traded. */
static enum status
settle_variation(struct engine *engine, struct error *err)
{
    for (uint32_t i = 0; i < engine->config->instrument_count; i++) {
        struct instrument_state *state = &engine->instruments[i];
        if (state->marked && state->view.mark_price != 0) {
            TRY(variation_settle(engine, i, err));
            TRY(liquidation_arm_all(engine, i, err));
        }
    }
    return OK;
}

/* Inventory and standing orders meet the prints of this instant; a winner that is closed or shares
 * a loss for them is looked at again. */
static enum status
work_orders(struct engine *engine, struct error *err)
{
    bool again = false;
    for (size_t i = 0; i < engine->config->instrument_count; i++) {
        struct instrument_state *state = &engine->instruments[i];
        if (!state->printed)
            continue;
        if ((state->held_longs != 0 || state->held_shorts != 0 || engine->unwinding_count > 0) &&
            !controls_halted(engine, (uint32_t)i))
            TRY(closeout_work(engine, i, state->held_longs, state->held_shorts, err));
        market_view_next_instant(&state->view);
        state->printed = false;
    }
    for (size_t i = 0; i < engine->config->instrument_count; i++)
        again |= engine->instruments[i].check;
    return again && !engine->config->rules.one_sweep ? check_margins(engine, false, err) : OK;
}

enum status
engine_settle(struct engine *engine, time_ns_t time, struct error *err)
{
    engine->now = time;
    for (size_t i = 0; i < engine->config->instrument_count; i++) {
        struct instrument_state *state = &engine->instruments[i];
        /* What is taken over now waits: an order cannot be filled by trades that came before it. */
        state->held_longs = state->longs.quantity;
        state->held_shorts = state->shorts.quantity;
    }
    if (engine->started && controls_next(engine) <= time)
        TRY(controls_run(engine, err));
    if (engine->config->rules.settlement == RULES_AT_MARK)
        TRY(settle_variation(engine, err));
    TRY(check_margins(engine, true, err));
    TRY(work_orders(engine, err));
    for (size_t i = 0; i < engine->config->instrument_count; i++)
        engine->instruments[i].marked = false;
    if (engine->started)
        controls_refill(engine);
    if (engine->watch_pools != NULL)
        adl_watch_run(engine);
#ifdef SEAWALL_VERIFY
    struct error difference;
    const bool sound = engine_verify(engine, &difference);
    if (!sound)
        fprintf(stderr, "%s\n", difference.message);
    assert(sound);
#endif
    return OK;
}

void
engine_finish(struct engine *engine, time_ns_t time)
{
    for (size_t i = 0; i < engine->config->pool_count; i++)
        fund_settle_now(&engine->pools[i], &engine->ledger, &engine->observer, time);
}

void
engine_sample(struct engine *engine, time_ns_t time)
{
    for (size_t i = 0; i < engine->config->pool_count; i++)
        engine->pool_samples[i] = fund_sample(&engine->pools[i], &engine->ledger, time);
    for (size_t i = 0; i < engine->config->instrument_count; i++) {
        const struct instrument_state *state = &engine->instruments[i];
        const struct position_totals *totals = &engine->positions.totals[i];
        const struct contract *contract = &engine->config->instruments[i].contract;
        engine->instrument_samples[i] = (struct instrument_sample){
            .mark_price = state->view.mark_price,
            .last_price = state->view.last_price,
            .open_interest = totals->long_quantity,
            .open_interest_short = totals->short_quantity,
            .positions = totals->count,
            .inventory = state->longs.quantity - state->shorts.quantity,
            .inventory_gross = state->longs.quantity + state->shorts.quantity,
            .inventory_pnl =
                state->view.mark_price == 0
                    ? 0
                    : lot_queue_pnl(&state->longs, contract, state->view.mark_price) +
                          lot_queue_pnl(&state->shorts, contract, state->view.mark_price),
            .adl_shortfall = state->adl_shortfall,
            .liquidated_notional = state->liquidated_notional,
            .liquidations = state->liquidations,
        };
    }
    if (engine->observer.sample != NULL) {
        const struct engine_sample sample = {time, engine->pool_samples,
                                             engine->instrument_samples};
        engine->observer.sample(engine->observer.context, &sample);
    }
}

bool
engine_holds_inventory(const struct engine *engine, size_t instrument)
{
    const struct instrument_state *state = &engine->instruments[instrument];
    return state->longs.count > 0 || state->shorts.count > 0 || engine->unwinding_count > 0 ||
           engine->config->rules.settlement == RULES_AT_MARK;
}

time_ns_t
engine_next(const struct engine *engine)
{
    const time_ns_t controls = controls_next(engine), unwinding = unwind_next(engine);
    return controls < unwinding ? controls : unwinding;
}
