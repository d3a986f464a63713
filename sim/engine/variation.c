#include "engine/variation.h"

#include <assert.h>
#include <stdlib.h>

#include "engine/holding.h"
#include "engine/lot.h"

enum status
variation_note(struct engine *engine, uint32_t account, uint32_t instrument, money_t amount,
               struct error *err)
{
    if (engine->pending_count == engine->pending_capacity) {
        const size_t capacity = engine->pending_capacity < 16 ? 16 : 2 * engine->pending_capacity;
        struct variation_pending *grown = realloc(engine->pending, capacity * sizeof(*grown));
        if (grown == NULL)
            return error_memory(err, "settling variation margin");
        engine->pending = grown;
        engine->pending_capacity = capacity;
    }
    engine->pending[engine->pending_count++] =
        (struct variation_pending){account, instrument, amount};
    engine->instruments[instrument].check = true;
    return OK;
}

/* ---- who owes whom ---- */

/* Forgets the dues, and has a place for every account. */
static enum status
clear_dues(struct engine *engine, struct error *err)
{
    for (size_t i = 0; i < engine->due_dues; i++)
        engine->due_place[engine->dues[i].account + 1U] = 0; /* POSITION_NONE + 1 is 0 */
    engine->due_dues = 0;
    const size_t count = (size_t)engine->accounts.count + 1;
    if (engine->due_place_count >= count)
        return OK;
    uint32_t *grown = realloc(engine->due_place, 2 * count * sizeof(*grown));
    if (grown == NULL)
        return error_memory(err, "settling variation margin");
    for (size_t i = engine->due_place_count; i < 2 * count; i++)
        grown[i] = 0;
    engine->due_place = grown;
    engine->due_place_count = 2 * count;
    return OK;
}

/* The due of an account, added when it is new. */
static enum status
due_of(struct engine *engine, uint32_t account, struct variation_due **due, struct error *err)
{
    uint32_t *place = &engine->due_place[account + 1U];
    if (*place != 0) {
        *due = &engine->dues[*place - 1];
        return OK;
    }
    if (engine->due_dues == engine->dues_capacity) {
        const size_t capacity = engine->dues_capacity < 64 ? 64 : 2 * engine->dues_capacity;
        struct variation_due *grown = realloc(engine->dues, capacity * sizeof(*grown));
        if (grown == NULL)
            return error_memory(err, "settling variation margin");
        engine->dues = grown;
        engine->dues_capacity = capacity;
    }
    *due = &engine->dues[engine->due_dues++];
    *place = (uint32_t)engine->due_dues;
    **due = (struct variation_due){.account = account};
    return OK;
}

/* What the fund's lots of one side gain; they stand at the mark afterwards. */
static money_t
mark_queue(struct lot_queue *queue, const struct contract *contract, int64_t mark_price)
{
    money_t gain = 0;
    for (size_t i = 0; i < queue->count; i++) {
        struct lot *lot = lot_queue_at(queue, i);
        const money_t value = contract_value(contract, lot->quantity, mark_price);
        gain = money_add(gain, value - lot->entry_value);
        lot->entry_value = value;
    }
    return gain;
}

static enum status
add_positions(struct engine *engine, uint32_t instrument, struct error *err)
{
    struct instrument_state *state = &engine->instruments[instrument];
    const struct contract *contract = &state->now.contract;
    for (size_t i = 0; i < engine->positions.used; i++) {
        struct position *position = &engine->positions.row[i];
        if (position->quantity == 0 || position->instrument != instrument || !position->cross)
            continue;
        const money_t value = contract_value(contract, position->quantity, state->view.mark_price);
        struct variation_due *due = NULL;
        if (value != position->entry_value)
            TRY(due_of(engine, position->account, &due, err));
        if (due != NULL)
            due->amount = money_add(due->amount, value - position->entry_value);
        position->entry_value = value;
    }
    const money_t fund = mark_queue(&state->longs, contract, state->view.mark_price) +
                         mark_queue(&state->shorts, contract, state->view.mark_price);
    struct variation_due *due;
    if (fund == 0)
        return OK;
    TRY(due_of(engine, POSITION_NONE, &due, err));
    due->amount = money_add(due->amount, fund);
    return OK;
}

/* Trades since the last settlement. */
static enum status
add_pending(struct engine *engine, uint32_t instrument, struct error *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < engine->pending_count; i++) {
        const struct variation_pending pending = engine->pending[i];
        struct variation_due *due;
        if (pending.instrument != instrument) {
            engine->pending[kept++] = pending;
            continue;
        }
        TRY(due_of(engine, pending.account, &due, err));
        due->amount = money_add(due->amount, pending.amount);
    }
    engine->pending_count = kept;
    return OK;
}

/* ---- collecting and paying ---- */

/* One party pays what it can of what it owes into the market account; returns what is missing. */
static money_t
collect(struct engine *engine, uint32_t instrument, const struct variation_due *due)
{
    const size_t market = holding_ledger(engine, instrument, LEDGER_MARKET);
    struct fund *fund = &engine->pools[engine->config->instruments[instrument].pool];
    const money_t owed = -due->amount;
    if (due->account == POSITION_NONE) {
        const money_t paid = fund_able(fund, &engine->ledger, owed, engine->now);
        fund_book(fund, &engine->ledger, &engine->observer, FUND_VARIATION, market, -paid, 0,
                  engine->now);
        return owed - paid;
    }
    struct account_row *row = account_table_row(&engine->accounts, due->account);
    const money_t have = row->balance > 0 ? row->balance : 0;
    const money_t paid = have < owed ? have : owed;
    ledger_post(&engine->ledger, holding_ledger(engine, instrument, LEDGER_MARGINS), market, paid);
    row->balance -= paid;
    row->profit = money_add(row->profit, -paid);
    return owed - paid;
}

static void
pay(struct engine *engine, uint32_t instrument, const struct variation_due *due)
{
    const size_t market = holding_ledger(engine, instrument, LEDGER_MARKET);
    const size_t pool = engine->config->instruments[instrument].pool;
    struct fund *fund = &engine->pools[pool];
    const money_t amount = due->amount - due->haircut;
    if (due->account == POSITION_NONE) {
        fund_book(fund, &engine->ledger, &engine->observer, FUND_VARIATION, market, amount, 0,
                  engine->now);
    } else {
        struct account_row *row = account_table_row(&engine->accounts, due->account);
        ledger_post(&engine->ledger, market, holding_ledger(engine, instrument, LEDGER_MARGINS),
                    amount);
        row->balance = money_add(row->balance, amount);
        row->profit = money_add(row->profit, amount);
    }
    if (due->haircut == 0)
        return;
    fund->socialized_loss = money_add(fund->socialized_loss, due->haircut);
    const struct socialised_event event = {
        .time = engine->now,
        .account = due->account,
        .instrument = instrument,
        .pool = (uint32_t)pool,
        .base = (double)due->amount,
        .amount = due->haircut,
    };
    if (engine->observer.socialised != NULL)
        engine->observer.socialised(engine->observer.context, &event);
}

/* Gains are cut until `missing` is shared, if the venue shares losses so; returns the rest. */
static enum status
cut_gains(struct engine *engine, struct variation_due *dues, size_t count, money_t *missing,
          struct error *err)
{
    if (*missing == 0 || engine->config->rules.socialise != &socialise_step_gains)
        return OK;
    money_t *gain = calloc(2 * (count + 1), sizeof(*gain));
    if (gain == NULL)
        return error_memory(err, "settling variation margin");
    money_t *share = gain + count + 1;
    for (size_t i = 0; i < count; i++)
        gain[i] = dues[i].amount > 0 ? dues[i].amount : 0;
    *missing -= socialise_share(*missing, gain, count, true, share);
    for (size_t i = 0; i < count; i++)
        dues[i].haircut = share[i];
    free(gain);
    return OK;
}

enum status
variation_distribute(struct engine *engine, uint32_t instrument, struct variation_due *dues,
                     size_t count, bool by_fund, struct error *err)
{
    struct fund *fund = &engine->pools[engine->config->instruments[instrument].pool];
    const size_t market = holding_ledger(engine, instrument, LEDGER_MARKET);
    money_t missing = 0;
    for (size_t i = 0; i < count; i++) {
        if (dues[i].amount < 0)
            missing = money_add(missing, collect(engine, instrument, &dues[i]));
    }
    if (by_fund && missing > 0) {
        const money_t paid = fund_able(fund, &engine->ledger, missing, engine->now);
        fund_pay(fund, &engine->ledger, &engine->observer, market, paid, 0, engine->now);
        missing -= paid;
        if (missing > 0)
            fund->state = FUND_DEPLETED;
    }
    TRY(cut_gains(engine, dues, count, &missing, err));
    if (missing > 0) {
        ledger_post(&engine->ledger, holding_ledger(engine, instrument, LEDGER_UNCOVERED), market,
                    missing);
        fund->uncovered_loss = money_add(fund->uncovered_loss, missing);
    }
    for (size_t i = 0; i < count; i++) {
        if (dues[i].amount > 0)
            pay(engine, instrument, &dues[i]);
    }
    return OK;
}

enum status
variation_settle(struct engine *engine, uint32_t instrument, struct error *err)
{
    assert(engine->instruments[instrument].view.mark_price > 0);
    TRY(clear_dues(engine, err));
    TRY(add_positions(engine, instrument, err));
    TRY(add_pending(engine, instrument, err));
    return variation_distribute(engine, instrument, engine->dues, engine->due_dues, true, err);
}
