#include "engine/adl.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "engine/adl_queue.h"
#include "engine/adl_watch.h"
#include "engine/cross.h"
#include "engine/holding.h"
#include "engine/liquidation.h"
#include "engine/lot.h"

/* One bankrupt position that is being closed against winners. */
struct offset {
    struct engine *engine;
    struct lot *lot;
    const struct contract *contract;
    size_t pool;
    int64_t close_price; /* what the market would have paid */
    int64_t mark_price;
};

/* The value a part of the lot (its sign) changes hands at; entry and margin are the part's. */
static money_t
value_at(const struct offset *offset, int64_t quantity, money_t entry_value, money_t margin)
{
    struct engine *engine = offset->engine;
    const struct instrument_state *state = &engine->instruments[offset->lot->instrument];
    const money_t bankruptcy = entry_value - margin;
    const money_t at_mark = contract_value(offset->contract, quantity, offset->mark_price);
    switch (engine->config->rules.adl.price) {
    case RULES_ADL_MARK:
        return at_mark;
    case RULES_ADL_PREVIOUS_MARK:
        return contract_value(offset->contract, quantity, state->previous_mark);
    case RULES_ADL_MARK_UNLESS_DEPLETED: {
        const money_t deficit = bankruptcy - at_mark;
        return deficit <= 0 || waterfall_able(engine, offset->pool, deficit) == deficit
                   ? at_mark
                   : bankruptcy;
    }
    case RULES_ADL_DRAWDOWN_LINE: {
        const money_t deficit = bankruptcy - at_mark;
        const money_t bears = adl_watch_line(engine, offset->lot->instrument);
        return deficit <= 0 ? at_mark : bankruptcy - (deficit < bears ? deficit : bears);
    }
    case RULES_ADL_BANKRUPTCY:
        break;
    }
    return bankruptcy;
}

static void
report(const struct offset *offset, const struct adl_entry *winner, uint32_t counterparty,
       int64_t quantity, money_t value, money_t profit)
{
    const struct observer *observer = &offset->engine->observer;
    if (observer->adl == NULL)
        return;
    const struct adl_event event = {
        .time = offset->engine->now,
        .case_id = offset->lot->case_id,
        .account = offset->lot->account,
        .counterparty = counterparty,
        .instrument = offset->lot->instrument,
        .rank = winner->rank,
        .quantity = -quantity,
        .mark_price = offset->mark_price,
        .price = offset->engine->config->rules.adl.price == RULES_ADL_BANKRUPTCY
                     ? offset->lot->bankruptcy_price
                     : contract_price_at_value(offset->contract, quantity, (double)value),
        .score = winner->score,
        .profit = profit,
        .haircut = contract_value(offset->contract, -quantity, offset->mark_price) + value,
        .fund_after =
            ledger_balance(&offset->engine->ledger, offset->engine->pools[offset->pool].account),
        .depleted = offset->engine->pools[offset->pool].state == FUND_DEPLETED,
    };
    observer->adl(observer->context, &event);
}

/* What the price leaves of the part's margin goes where residues go; what it lacks is covered. */
static enum status
settle_bankrupt(const struct offset *offset, int64_t quantity, money_t residue, struct error *err)
{
    struct engine *engine = offset->engine;
    const struct claim claim = {
        .instrument = offset->lot->instrument,
        .account = offset->lot->account,
        .case_id = offset->lot->case_id,
        .side = quantity > 0 ? 1 : -1,
        .ledger = holding_ledger(engine, offset->lot->instrument, LEDGER_INVENTORY),
    };
    struct waterfall_outcome outcome;
    money_t uncovered;
    if (residue > 0)
        return waterfall_settle(engine, &claim, residue, 0, &outcome, err);
    return residue < 0 ? waterfall_cover(engine, &claim, -residue, &uncovered, err) : OK;
}

/* Closes `quantity` of the lot (sign of the lot) against one winner.  *done is false, and nothing
 * changed, when the winner would end below zero, or where no price above zero is so bad: a cross
 * account may have lost more than its part in one instrument is worth. */
static enum status
close_against(const struct offset *offset, int64_t quantity, const struct adl_entry *winner,
              bool *done, struct error *err)
{
    struct engine *engine = offset->engine;
    struct position *position = &engine->positions.row[winner->position];
    const uint32_t counterparty = position->account;
    const size_t market = holding_ledger(engine, offset->lot->instrument, LEDGER_MARKET);
    const size_t inventory = holding_ledger(engine, offset->lot->instrument, LEDGER_INVENTORY);
    money_t entry_value, margin, winner_entry, winner_margin, equity;
    lot_portion(offset->lot, quantity, &entry_value, &margin);
    const money_t value = value_at(offset, quantity, entry_value, margin);
    position_portion(position, -quantity, &winner_entry, &winner_margin);
    TRY(holding_equity(engine, winner->position, &equity, err));
    const money_t at_mark = contract_value(offset->contract, -quantity, offset->mark_price);
    const bool priced = value != 0 && (value > 0) == (at_mark < 0);
    *done = priced && (position->cross ? equity - (at_mark + value) >= 0
                                       : winner_margin - value - winner_entry >= 0);
    if (!*done)
        return OK;
    lot_reduce(offset->lot, quantity, &entry_value, &margin);
    const money_t profit = holding_release(engine, winner->position, -quantity, -value);
    ledger_post(&engine->ledger, market, inventory, value - entry_value);
    const money_t spared =
        entry_value - margin - contract_value(offset->contract, quantity, offset->close_price);
    struct fund *fund = &engine->pools[offset->pool];
    fund->adl_relief = money_add(fund->adl_relief, spared > 0 ? spared : 0);
    TRY(settle_bankrupt(offset, quantity, margin + value - entry_value, err));
    report(offset, winner, counterparty, quantity, value, profit);
    return OK;
}

/* Alarms of a winner after a part of its position, or all of it, was closed. */
static enum status
arm_winner(struct engine *engine, uint32_t id, bool whole, struct error *err)
{
    const struct position *position = &engine->positions.row[id];
    if (position->cross)
        return cross_arm(engine, position->account, err);
    return whole ? OK : liquidation_arm(engine, id, err);
}

/* One winner after the other, best ranked first. */
static enum status
close_ranked(const struct offset *offset, int64_t quantity, int side, struct error *err)
{
    struct engine *engine = offset->engine;
    struct adl_queue *queue = &engine->adl_queue;
    for (size_t i = queue->end; quantity != 0; i--) {
        if (i == queue->count) {
            if (queue->count == 0)
                break;
            adl_queue_meet(queue);
        }
        const struct adl_entry winner = queue->entry[i - 1];
        const struct position *position = &engine->positions.row[winner.position];
        const int64_t held = position->quantity;
        if (held == 0) { /* taken over since, for what rounding left of it */
            adl_queue_drop(queue, i - 1);
            continue;
        }
        assert((held > 0) == (side > 0));
        const int64_t part = llabs(held) < llabs(quantity) ? -held : quantity;
        bool in_breach, done;
        TRY(holding_in_breach(engine, winner.position, &in_breach, err));
        if (in_breach)
            continue;
        TRY(close_against(offset, part, &winner, &done, err));
        if (!done)
            continue; /* passed over; a lot with another bankruptcy price asks again */
        quantity -= part;
        queue->version++; /* its own doing: the ranking stands */
        if (part == -held)
            adl_queue_drop(queue, i - 1);
        TRY(arm_winner(engine, winner.position, part == -held, err));
    }
    return OK;
}

/* All winners at once: each gives up what the ranking allocates to it, in whole contracts. */
static enum status
close_allocated(const struct offset *offset, int64_t quantity, struct error *err)
{
    struct engine *engine = offset->engine;
    struct adl_queue *queue = &engine->adl_queue;
    const struct adl_type *type = engine->config->adl;
    const size_t count = queue->count;
    struct adl_holding *holdings = calloc(count + 1, sizeof(*holdings));
    int64_t *take = calloc(count + 1, sizeof(*take));
    enum status status =
        holdings == NULL || take == NULL ? error_memory(err, "allocating an ADL") : OK;
    const int64_t step = engine->instruments[offset->lot->instrument].now.lot_step;
    for (size_t i = 0; status == OK && i < count; i++) {
        bool in_breach;
        const uint32_t id = queue->entry[i].position;
        status = adl_queue_candidate(engine, id, offset->lot->case_id, &holdings[i].candidate,
                                     &in_breach, err);
        holdings[i].quantity = llabs(engine->positions.row[id].quantity);
        holdings[i].step = step > 0 ? step : 1;
    }
    if (status == OK)
        type->allocate(&engine->config->adl_params, holdings, count, llabs(quantity), take);
    const int64_t sign = quantity > 0 ? 1 : -1;
    int64_t closed = 0;
    for (size_t i = 0; status == OK && i < count; i++) {
        struct adl_entry winner = queue->entry[i];
        const int64_t held = llabs(engine->positions.row[winner.position].quantity);
        bool done = false;
        winner.rank = (uint32_t)(i + 1);
        if (take[i] > 0)
            status = close_against(offset, sign * take[i], &winner, &done, err);
        if (done)
            closed += take[i];
        if (status == OK && done)
            status = arm_winner(engine, winner.position, take[i] == held, err);
    }
    struct instrument_state *state = &engine->instruments[offset->lot->instrument];
    state->adl_shortfall += llabs(quantity) - closed;
    queue->side = 0; /* used up */
    free(holdings);
    free(take);
    return status;
}

enum status
adl_close(struct engine *engine, struct lot *lot, int64_t quantity, int64_t close_price,
          struct error *err)
{
    const struct engine_instrument *instrument = &engine->config->instruments[lot->instrument];
    const int64_t mark_price = engine->instruments[lot->instrument].view.mark_price;
    const int side = quantity > 0 ? -1 : 1;
    const uint64_t version = adl_queue_version(engine, lot->instrument, side);
    const struct offset offset = {
        .engine = engine,
        .lot = lot,
        .contract = &instrument->contract,
        .pool = instrument->pool,
        .close_price = close_price,
        .mark_price = mark_price,
    };
    if (lot->refused_mark == mark_price && lot->refused_version == version)
        return OK;
    TRY(adl_queue_prepare(engine, lot->instrument, side, lot->case_id, err));
    const int64_t before = lot->quantity;
    if (engine->config->adl->allocate != NULL)
        TRY(close_allocated(&offset, quantity, err));
    else
        TRY(close_ranked(&offset, quantity, side, err));
    if (before - lot->quantity != quantity) {
        lot->refused_mark = mark_price;
        lot->refused_version = adl_queue_version(engine, lot->instrument, side);
    }
    return OK;
}

/* ---- haircuts ---- */

/* A winner is closed whole at the mark and gives up `*deficit` of its profit, or what it has. */
static enum status
cut(struct engine *engine, const struct claim *claim, const struct adl_entry *winner,
    money_t *deficit, struct error *err)
{
    const struct position held = engine->positions.row[winner->position];
    const struct instrument_state *state = &engine->instruments[held.instrument];
    struct ledger *ledger = &engine->ledger;
    const money_t value =
        contract_value(&state->now.contract, held.quantity, state->view.mark_price);
    const money_t profit = holding_release(engine, winner->position, held.quantity, value);
    struct account_row *row = account_table_row(&engine->accounts, held.account);
    money_t given = profit < *deficit ? profit : *deficit;
    if (engine->config->rules.adl.free_wallet_only && row != NULL && row->balance < given)
        given = row->balance > 0 ? row->balance : 0;
    ledger_post(ledger, holding_wallet(engine, held.account, held.instrument), claim->ledger,
                given);
    if (row != NULL)
        row->balance = money_add(row->balance, -given);
    *deficit -= given;
    struct fund *fund = &engine->pools[state->now.pool];
    fund->adl_relief = money_add(fund->adl_relief, given);
    if (engine->observer.adl != NULL) {
        const struct adl_event event = {
            .time = engine->now,
            .case_id = claim->case_id,
            .account = claim->account,
            .counterparty = held.account,
            .instrument = held.instrument,
            .rank = winner->rank,
            .quantity = held.quantity,
            .mark_price = state->view.mark_price,
            .price = contract_price(&state->now.contract, state->view.mark_price),
            .score = winner->score,
            .profit = profit - given,
            .haircut = given,
            .fund_after = ledger_balance(ledger, fund->account),
            .depleted = fund->state == FUND_DEPLETED,
        };
        engine->observer.adl(engine->observer.context, &event);
    }
    return row != NULL && row->cross ? cross_arm(engine, held.account, err) : OK;
}

enum status
adl_haircut(struct engine *engine, const struct claim *claim, money_t *deficit, struct error *err)
{
    struct adl_queue *queue = &engine->adl_queue;
    TRY(adl_queue_prepare(engine, claim->instrument, -claim->side, claim->case_id, err));
    while (*deficit > 0 && queue->count > 0) {
        adl_queue_meet(queue);
        const struct adl_entry winner = queue->entry[queue->count];
        const struct position *position = &engine->positions.row[winner.position];
        bool in_breach = true;
        if (position->quantity != 0)
            TRY(holding_in_breach(engine, winner.position, &in_breach, err));
        adl_queue_drop(queue, queue->count);
        if (in_breach || position->account == claim->account)
            continue;
        TRY(cut(engine, claim, &winner, deficit, err));
        queue->version++; /* its own doing */
    }
    return OK;
}
