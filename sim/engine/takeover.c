#include "engine/takeover.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "engine/cross.h"
#include "engine/liquidation.h"

/* Tells the observer of one taken-over position; *held is what it was. */
static void
report(struct engine *engine, const struct lot *lot, const struct position *held, money_t equity)
{
    struct instrument_state *state = &engine->instruments[lot->instrument];
    const struct contract *contract = &state->now.contract;
    const int64_t mark_price = state->view.mark_price;
    const money_t notional = contract_notional(contract, held->quantity, mark_price);
    state->liquidated_notional = money_add(state->liquidated_notional, notional);
    state->liquidations++;
    if (engine->observer.liquidation == NULL)
        return;
    const struct liquidation_event event = {
        .time = engine->now,
        .case_id = lot->case_id,
        .account = lot->account,
        .instrument = lot->instrument,
        .quantity = lot->quantity,
        .mark_price = mark_price,
        .margin = lot->margin,
        .equity = equity,
        .maintenance_margin = liquidation_need(&state->now, held, mark_price).required,
        .notional = notional,
        .bankruptcy_price = lot->bankruptcy_price,
        .leverage =
            lot->margin > 0 ? fabs((double)lot->entry_value / (double)lot->margin) : INFINITY,
    };
    engine->observer.liquidation(engine->observer.context, &event);
}

/* The position leaves the table and its margin goes to the inventory. */
static void
move(struct engine *engine, uint32_t id, struct lot *lot)
{
    const size_t pool = engine->config->instruments[lot->instrument].pool;
    const size_t currency = engine->config->pools[pool].currency;
    money_t margin;
    position_reduce(&engine->positions, id, lot->quantity, &lot->entry_value, &margin);
    lot->margin = money_add(lot->margin, margin);
    ledger_post(&engine->ledger, ledger_account(&engine->ledger, currency, LEDGER_MARGINS),
                ledger_account(&engine->ledger, currency, LEDGER_INVENTORY), lot->margin);
    lot->bankruptcy_price =
        contract_price_at_value(&engine->config->instruments[lot->instrument].contract,
                                lot->quantity, (double)(lot->entry_value - lot->margin));
}

struct lot
takeover_position(struct engine *engine, uint32_t id)
{
    const struct position held = engine->positions.row[id];
    const struct instrument_state *state = &engine->instruments[held.instrument];
    assert(!held.cross);
    struct lot lot = {
        .case_id = ++engine->cases,
        .quantity = held.quantity,
        .account = held.account,
        .instrument = held.instrument,
    };
    move(engine, id, &lot);
    report(engine, &lot, &held,
           position_equity(&held, &state->now.contract, state->view.mark_price));
    return lot;
}

/* Room for `count` more lots in engine->taken. */
static enum status
reserve_lots(struct engine *engine, size_t count, struct error *err)
{
    if (engine->taken_count + count <= engine->taken_capacity)
        return OK;
    const size_t capacity = 2 * (engine->taken_count + count);
    struct lot *taken = realloc(engine->taken, capacity * sizeof(*taken));
    if (taken == NULL)
        return error_memory(err, "taking positions over");
    engine->taken = taken;
    engine->taken_capacity = capacity;
    return OK;
}

/* The lowest row of the account's positions. */
static uint32_t
lowest_position(const struct engine *engine, const struct account_row *account)
{
    uint32_t lowest = account->first;
    for (uint32_t id = account->first; id != POSITION_NONE; id = engine->positions.row[id].next)
        lowest = id < lowest ? id : lowest;
    return lowest;
}

/* What a position weighs when equity is allocated, and what all of them do. */
static money_t
weight_of(const struct engine *engine, const struct position *position, bool by_notional)
{
    const struct instrument_state *state = &engine->instruments[position->instrument];
    return by_notional
               ? contract_notional(&state->now.contract, position->quantity, state->view.mark_price)
               : liquidation_need(&state->now, position, state->view.mark_price).maintenance;
}

enum status
takeover_account(struct engine *engine, uint32_t id, struct error *err)
{
    struct account_row *account = account_table_row(&engine->accounts, id);
    struct cross_risk risk;
    TRY(cross_measure(engine, id, &risk, err));
    TRY(reserve_lots(engine, account->positions, err));
    const uint64_t case_id = ++engine->cases;
    int128_t whole = 0, notional = 0;
    for (uint32_t p = account->first; p != POSITION_NONE; p = engine->positions.row[p].next) {
        whole += weight_of(engine, &engine->positions.row[p], false);
        notional += weight_of(engine, &engine->positions.row[p], true);
    }
    const bool by_notional = whole == 0;
    whole = by_notional ? notional : whole;
    money_t left = risk.equity;
    while (account->positions > 0) {
        const uint32_t p = lowest_position(engine, account);
        const struct position held = engine->positions.row[p];
        const struct instrument_state *state = &engine->instruments[held.instrument];
        const int128_t part = (int128_t)risk.equity * weight_of(engine, &held, by_notional);
        money_t given = account->positions == 1 || whole == 0 ? left : (money_t)(part / whole);
        if (given < 0 && given * whole != part && account->positions > 1)
            given--; /* towards minus infinity */
        left -= given;
        struct lot lot = {
            .case_id = case_id,
            .quantity = held.quantity,
            .account = held.account,
            .instrument = held.instrument,
            .margin = money_add(given, held.entry_value - contract_value(&state->now.contract,
                                                                         held.quantity,
                                                                         state->view.mark_price)),
        };
        account_table_unlink(&engine->accounts, &engine->positions, p);
        account->balance = money_add(account->balance, -lot.margin);
        move(engine, p, &lot);
        report(engine, &lot, &held, given);
        engine->taken[engine->taken_count++] = lot;
    }
    assert(account->balance == 0);
    return OK;
}
