#include "engine/holding.h"

#include <assert.h>

#include "engine/cross.h"

size_t
holding_ledger(const struct engine *engine, size_t instrument, enum ledger_class class)
{
    const size_t pool = engine->config->instruments[instrument].pool;
    return ledger_account(&engine->ledger, engine->config->pools[pool].currency, class);
}

size_t
holding_wallet(const struct engine *engine, uint32_t account, size_t instrument)
{
    const struct account_row *row = account_table_row(&engine->accounts, account);
    return holding_ledger(engine, instrument,
                          row != NULL && row->cross ? LEDGER_MARGINS : LEDGER_WALLETS);
}

/* Takes the part out of the table and returns its profit; *margin is what was behind it. */
static money_t
take_off(struct engine *engine, uint32_t id, int64_t quantity, money_t value, money_t *margin)
{
    const struct position *position = &engine->positions.row[id];
    money_t entry_value;
    if (position->cross && quantity == position->quantity)
        account_table_unlink(&engine->accounts, &engine->positions, id);
    position_reduce(&engine->positions, id, quantity, &entry_value, margin);
    return money_add(value, -entry_value);
}

/* Profit counts towards what the account made in this settlement period. */
static struct account_row *
note_profit(struct engine *engine, uint32_t account, money_t profit)
{
    struct account_row *row = account_table_row(&engine->accounts, account);
    if (row != NULL)
        row->profit = money_add(row->profit, profit);
    return row;
}

money_t
holding_release(struct engine *engine, uint32_t id, int64_t quantity, money_t value)
{
    const struct position held = engine->positions.row[id];
    struct ledger *ledger = &engine->ledger;
    const size_t margins = holding_ledger(engine, held.instrument, LEDGER_MARGINS);
    const size_t wallet = holding_wallet(engine, held.account, held.instrument);
    money_t margin;
    const money_t profit = take_off(engine, id, quantity, value, &margin);
    if (wallet != margins)
        ledger_post(ledger, margins, wallet, margin);
    ledger_post(ledger, holding_ledger(engine, held.instrument, LEDGER_MARKET), wallet, profit);
    struct account_row *row = note_profit(engine, held.account, profit);
    if (row != NULL)
        row->balance = money_add(row->balance, money_add(margin, profit));
    return profit;
}

money_t
holding_close_part(struct engine *engine, uint32_t id, int64_t quantity, money_t value,
                   money_t *rest)
{
    const struct position held = engine->positions.row[id];
    money_t margin;
    const money_t profit = take_off(engine, id, quantity, value, &margin);
    struct account_row *row = note_profit(engine, held.account, profit);
    ledger_post(&engine->ledger, holding_ledger(engine, held.instrument, LEDGER_MARKET),
                holding_ledger(engine, held.instrument, LEDGER_MARGINS), profit);
    *rest = 0;
    if (held.cross)
        row->balance = money_add(row->balance, profit);
    else if (quantity == held.quantity)
        *rest = money_add(margin, profit);
    else
        engine->positions.row[id].margin =
            money_add(engine->positions.row[id].margin, money_add(margin, profit));
    return profit;
}

void
holding_credit(struct engine *engine, uint32_t id, size_t other, money_t amount)
{
    struct position *position = &engine->positions.row[id];
    ledger_post(&engine->ledger, other,
                holding_ledger(engine, position->instrument, LEDGER_MARGINS), amount);
    money_t *backing = position->cross
                           ? &account_table_row(&engine->accounts, position->account)->balance
                           : &position->margin;
    *backing = money_add(*backing, amount);
}

enum status
holding_equity(struct engine *engine, uint32_t id, money_t *equity, struct error *err)
{
    const struct position *position = &engine->positions.row[id];
    const struct instrument_state *state = &engine->instruments[position->instrument];
    struct cross_risk risk;
    *equity = position_equity(position, &state->now.contract, state->view.mark_price);
    if (!position->cross)
        return OK;
    TRY(cross_measure(engine, position->account, &risk, err));
    *equity = risk.equity;
    return OK;
}

enum status
holding_in_breach(struct engine *engine, uint32_t id, bool *in_breach, struct error *err)
{
    const struct position *position = &engine->positions.row[id];
    struct cross_risk risk;
    if (!position->cross) {
        *in_breach = engine_in_breach(engine, position);
        return OK;
    }
    TRY(cross_measure(engine, position->account, &risk, err));
    *in_breach = cross_in_breach(engine, &risk);
    return OK;
}
