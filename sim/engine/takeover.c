#include "engine/takeover.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "engine/cross.h"
#include "engine/fund.h"
#include "engine/liquidation.h"
#include "engine/unwind.h"

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
    lot->taken = engine->now;
    position_reduce(&engine->positions, id, lot->quantity, &lot->entry_value, &margin);
    lot->margin = money_add(lot->margin, margin);
    ledger_post(&engine->ledger, ledger_account(&engine->ledger, currency, LEDGER_MARGINS),
                ledger_account(&engine->ledger, currency, LEDGER_INVENTORY), lot->margin);
    lot->bankruptcy_price =
        contract_price_at_value(&engine->config->instruments[lot->instrument].contract,
                                lot->quantity, (double)(lot->entry_value - lot->margin));
}

/* Whether the fund takes what is left at once. */
static bool
at_mark(const struct engine *engine, money_t equity)
{
    const struct takeover_type *type = engine->config->rules.takeover;
    return type != NULL && type->how == TAKEOVER_AT_MARK && equity >= 0;
}

/* The lot's equity goes to the fund and the lot stands at the mark. */
static void
credit_fund(struct engine *engine, struct lot *lot)
{
    const struct instrument_state *state = &engine->instruments[lot->instrument];
    struct fund *fund = &engine->pools[state->now.pool];
    struct ledger *ledger = &engine->ledger;
    const size_t inventory = ledger_account(ledger, fund->currency, LEDGER_INVENTORY);
    const money_t value =
        contract_value(&state->now.contract, lot->quantity, state->view.mark_price);
    ledger_post(ledger, ledger_account(ledger, fund->currency, LEDGER_MARKET), inventory,
                value - lot->entry_value);
    fund_book(fund, ledger, &engine->observer, FUND_TAKEOVER, inventory,
              lot->margin + value - lot->entry_value, lot->case_id, engine->now);
    lot->entry_value = value;
    lot->margin = 0;
    lot->bankruptcy_price = contract_price(&state->now.contract, state->view.mark_price);
}

struct lot
takeover_position(struct engine *engine, uint32_t id)
{
    const struct position held = engine->positions.row[id];
    const struct instrument_state *state = &engine->instruments[held.instrument];
    assert(!held.cross);
    struct lot lot = {
        .case_id = unwind_case_of(engine, false, id),
        .quantity = held.quantity,
        .account = held.account,
        .instrument = held.instrument,
    };
    const money_t equity = position_equity(&held, &state->now.contract, state->view.mark_price);
    move(engine, id, &lot);
    report(engine, &lot, &held, equity);
    if (at_mark(engine, equity))
        credit_fund(engine, &lot);
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
    const uint64_t case_id = unwind_case_of(engine, true, id);
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
        const money_t given =
            account->positions == 1 || whole == 0 ? left : money_divide_down(part, whole);
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
        if (at_mark(engine, risk.equity))
            credit_fund(engine, &lot);
        engine->taken[engine->taken_count++] = lot;
    }
    assert(account->balance == 0);
    return OK;
}

enum status
takeover_cost(struct engine *engine, uint32_t id, int64_t quantity, money_t *cost,
              struct error *err)
{
    const struct position *position = &engine->positions.row[id];
    const struct instrument_state *state = &engine->instruments[position->instrument];
    const int64_t mark_price = state->view.mark_price;
    money_t entry_value, margin;
    if (!position->cross) {
        position_portion(position, quantity, &entry_value, &margin);
        *cost = entry_value - margin;
        return OK;
    }
    struct cross_risk risk;
    struct position left = *position;
    TRY(cross_measure(engine, position->account, &risk, err));
    left.quantity -= quantity;
    left.entry_value -= money_portion(position->entry_value, quantity, position->quantity);
    const money_t after =
        left.quantity == 0 ? 0 : liquidation_need(&state->now, &left, mark_price).maintenance;
    const money_t released =
        llabs(liquidation_need(&state->now, position, mark_price).maintenance - after);
    const money_t given =
        risk.maintenance == 0
            ? 0
            : money_divide_down((int128_t)risk.equity * released, risk.maintenance);
    *cost =
        contract_value(&state->now.contract, position->quantity, mark_price) -
        (left.quantity == 0 ? 0 : contract_value(&state->now.contract, left.quantity, mark_price)) -
        given;
    return OK;
}

struct lot
takeover_part(struct engine *engine, uint32_t id, int64_t quantity, money_t cost, uint64_t case_id)
{
    const struct position held = engine->positions.row[id];
    struct instrument_state *state = &engine->instruments[held.instrument];
    struct account_row *row = account_table_row(&engine->accounts, held.account);
    struct lot lot = {
        .case_id = case_id,
        .quantity = quantity,
        .account = held.account,
        .instrument = held.instrument,
    };
    if (held.cross) {
        lot.margin = money_portion(held.entry_value, quantity, held.quantity) - cost;
        row->balance = money_add(row->balance, -lot.margin);
    }
    if (held.cross && quantity == held.quantity)
        account_table_unlink(&engine->accounts, &engine->positions, id);
    move(engine, id, &lot);
    assert(lot.entry_value - lot.margin == cost);
    state->liquidated_notional =
        money_add(state->liquidated_notional,
                  contract_notional(&state->now.contract, quantity, state->view.mark_price));
    return lot;
}
