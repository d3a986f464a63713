/* What a venue does by its own decision: the part of engine.h that takes over, fills and closes
 * accounts it names. */
#include "engine/engine.h"

#include <assert.h>
#include <stdlib.h>

#include "engine/closeout.h"
#include "engine/cross.h"
#include "engine/holding.h"
#include "engine/lot.h"
#include "engine/takeover.h"
#include "engine/unwind_part.h"
#include "engine/variation.h"

/* The account's position in an instrument, or POSITION_NONE. */
static uint32_t
position_in(const struct engine *engine, uint32_t account, size_t instrument)
{
    uint32_t id = account_table_row(&engine->accounts, account)->first;
    while (id != POSITION_NONE && engine->positions.row[id].instrument != instrument)
        id = engine->positions.row[id].next;
    return id;
}

enum status
engine_take_over(struct engine *engine, uint32_t account, struct error *err)
{
    engine->taken_count = 0;
    engine->due_count = engine->due_accounts_count = engine->handed_count = 0;
    TRY(takeover_account(engine, account, err));
    for (size_t i = 0; i < engine->taken_count; i++) {
        struct lot *lot = &engine->taken[i];
        struct instrument_state *state = &engine->instruments[lot->instrument];
        TRY(lot_queue_push(lot->quantity > 0 ? &state->longs : &state->shorts, lot, err));
    }
    return OK;
}

enum status
engine_fund_trade(struct engine *engine, size_t instrument, int64_t quantity, int64_t price,
                  uint32_t counterparty, money_t fee, struct error *err)
{
    struct instrument_state *state = &engine->instruments[instrument];
    const struct contract *contract = &state->now.contract;
    struct lot_queue *queue = quantity < 0 ? &state->longs : &state->shorts;
    struct fund *fund = &engine->pools[state->now.pool];
    assert(llabs(quantity) <= queue->quantity && quantity != 0);
    const money_t at_mark = contract_value(contract, quantity, state->view.mark_price);
    for (int64_t left = -quantity; left != 0;) {
        struct lot *lot = lot_queue_at(queue, 0);
        const int64_t part = llabs(lot->quantity) < llabs(left) ? lot->quantity : left;
        money_t entry_value, margin;
        lot_reduce(lot, part, &entry_value, &margin);
        /* it stands at the mark: what its entry differs by is a rounding, or not yet settled */
        TRY(variation_note(engine, POSITION_NONE, (uint32_t)instrument,
                           contract_value(contract, part, state->view.mark_price) - entry_value,
                           err));
        queue->quantity -= llabs(part);
        left -= part;
        if (lot->quantity == 0)
            lot_queue_drop_first(queue);
    }
    TRY(variation_note(engine, POSITION_NONE, (uint32_t)instrument,
                       at_mark - contract_value(contract, quantity, price), err));
    const money_t paid =
        fee < fund_balance(fund, &engine->ledger) ? fee : fund_balance(fund, &engine->ledger);
    fund_book(fund, &engine->ledger, &engine->observer, FUND_COST,
              ledger_account(&engine->ledger, fund->currency, LEDGER_PLATFORM), -paid, 0,
              engine->now);
    return engine_trade_account(engine, counterparty, instrument, -quantity, price, err);
}

enum status
engine_liquidation_fill(struct engine *engine, uint32_t account, size_t instrument,
                        int64_t quantity, int64_t price, uint32_t counterparty,
                        enum engine_fill *fill, struct error *err)
{
    const uint32_t id = position_in(engine, account, instrument);
    struct unwind_case unwinding = {.case_id = ++engine->cases, .cross = true, .id = account};
    struct unwind_risk risk;
    int64_t filled;
    *fill = ENGINE_NOT_LIQUIDATABLE;
    TRY(unwind_part_risk(engine, &unwinding, &risk, err));
    if (id == POSITION_NONE || !risk.in_breach)
        return OK;
    const int64_t sign = engine->positions.row[id].quantity > 0 ? 1 : -1;
    const int64_t held = llabs(engine->positions.row[id].quantity);
    const int64_t part = held < quantity ? held : quantity;
    TRY(unwind_part_fill(engine, &unwinding, id, part, price, 0.0, &filled, err));
    *fill = filled > 0 ? ENGINE_FILLED : ENGINE_REFUSED;
    if (filled == 0)
        return OK;
    TRY(cross_arm(engine, account, err));
    return counterparty == POSITION_NONE
               ? OK
               : engine_trade_account(engine, counterparty, instrument, sign * filled, price, err);
}

enum status
engine_deleverage(struct engine *engine, uint32_t account, uint32_t counterparty, size_t instrument,
                  int64_t quantity, int64_t *closed, struct error *err)
{
    const uint32_t id = position_in(engine, account, instrument);
    const uint32_t other = position_in(engine, counterparty, instrument);
    const struct instrument_state *state = &engine->instruments[instrument];
    *closed = 0;
    if (id == POSITION_NONE || other == POSITION_NONE)
        return OK;
    const int64_t held = engine->positions.row[id].quantity;
    const int64_t against = engine->positions.row[other].quantity;
    if ((held > 0) == (against > 0))
        return OK;
    int64_t part = llabs(held) < llabs(against) ? llabs(held) : llabs(against);
    part = (held > 0 ? 1 : -1) * (part < quantity ? part : quantity);
    money_t cost, equity;
    TRY(takeover_cost(engine, id, part, &cost, err));
    TRY(holding_equity(engine, other, &equity, err));
    const money_t at_mark = contract_value(&state->now.contract, -part, state->view.mark_price);
    if (equity - (at_mark + cost) < 0)
        return OK;
    holding_release(engine, id, part, cost);
    holding_release(engine, other, -part, -cost);
    *closed = llabs(part);
    TRY(cross_arm(engine, account, err));
    return cross_arm(engine, counterparty, err);
}

money_t
engine_wallet(const struct engine *engine, uint32_t account)
{
    const struct account_row *row = account_table_row(&engine->accounts, account);
    assert(row != NULL);
    money_t wallet = row->balance;
    for (size_t i = 0; !row->cross && i < engine->positions.used; i++) {
        const struct position *position = &engine->positions.row[i];
        if (position->quantity != 0 && position->account == account)
            wallet = money_add(wallet, position->margin);
    }
    return wallet;
}

money_t
engine_cash(const struct engine *engine, uint32_t account)
{
    const struct account_row *row = account_table_row(&engine->accounts, account);
    assert(row != NULL);
    money_t cash = row->balance;
    for (uint32_t id = row->first; id != POSITION_NONE; id = engine->positions.row[id].next)
        cash = money_add(cash, -engine->positions.row[id].entry_value);
    return cash;
}

money_t
engine_equity(const struct engine *engine, uint32_t account)
{
    money_t equity = engine_wallet(engine, account);
    for (size_t i = 0; i < engine->positions.used; i++) {
        const struct position *position = &engine->positions.row[i];
        const struct instrument_state *state = &engine->instruments[position->instrument];
        if (position->quantity != 0 && position->account == account)
            equity = money_add(
                equity, position_equity(position, &state->now.contract, state->view.mark_price) -
                            position->margin);
    }
    return equity;
}

int64_t
engine_holds(const struct engine *engine, uint32_t account, size_t instrument)
{
    int64_t held = 0;
    for (size_t i = 0; i < engine->positions.used; i++) {
        const struct position *position = &engine->positions.row[i];
        if (position->quantity != 0 && position->account == account &&
            position->instrument == instrument)
            held += position->quantity;
    }
    return held;
}

money_t
engine_total(const struct engine *engine, size_t currency)
{
    const struct ledger *ledger = &engine->ledger;
    int128_t total = 0;
    static const enum ledger_class held[] = {LEDGER_WALLETS,  LEDGER_MARGINS,     LEDGER_INVENTORY,
                                             LEDGER_CLEARING, LEDGER_LIQUIDATORS, LEDGER_UNCOVERED};
    for (size_t i = 0; i < sizeof(held) / sizeof(*held); i++)
        total += ledger_balance(ledger, ledger_account(ledger, currency, held[i]));
    for (size_t i = 0; i < engine->config->pool_count; i++) {
        if (engine->pools[i].currency == currency)
            total += ledger_balance(ledger, engine->pools[i].account);
    }
    for (size_t i = 0; i < engine->positions.used; i++) {
        const struct position *position = &engine->positions.row[i];
        const struct instrument_state *state = &engine->instruments[position->instrument];
        if (position->quantity != 0 && engine->pools[state->now.pool].currency == currency)
            total +=
                contract_value(&state->now.contract, position->quantity, state->view.mark_price) -
                position->entry_value;
    }
    for (size_t i = 0; i < engine->config->instrument_count; i++) {
        const struct instrument_state *state = &engine->instruments[i];
        if (engine->pools[state->now.pool].currency != currency || state->view.mark_price == 0)
            continue;
        for (size_t k = 0; k < state->longs.count + state->shorts.count; k++) {
            const struct lot *lot = k < state->longs.count
                                        ? lot_queue_at(&state->longs, k)
                                        : lot_queue_at(&state->shorts, k - state->longs.count);
            total += contract_value(&state->now.contract, lot->quantity, state->view.mark_price) -
                     lot->entry_value;
        }
    }
    return (money_t)total;
}
