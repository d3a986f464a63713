#include "engine/adl.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/liquidation.h"
#include "engine/lot.h"

static bool
ranks_before(const struct adl_entry *a, const struct adl_entry *b)
{
    return a->score > b->score || (a->score == b->score && a->position < b->position);
}

static void
sift_down(struct adl_entry *heap, size_t count, size_t i)
{
    const struct adl_entry entry = heap[i];
    for (size_t child; (child = 2 * i + 1) < count; i = child) {
        if (child + 1 < count && ranks_before(&heap[child + 1], &heap[child]))
            child++;
        if (!ranks_before(&heap[child], &entry))
            break;
        heap[i] = heap[child];
    }
    heap[i] = entry;
}

/* What the ranking is told about a position. */
static struct adl_candidate
candidate_of(const struct engine_instrument *instrument, const struct position *position,
             int64_t mark_price)
{
    const money_t value = contract_value(&instrument->contract, position->quantity, mark_price);
    return (struct adl_candidate){
        .profit = (double)(value - position->entry_value),
        .entry_value = fabs((double)position->entry_value),
        .notional = fabs((double)value),
        .equity = (double)(position->margin + value - position->entry_value),
    };
}

/* Counts what happens to the positions of one side. */
static uint64_t
version_of(const struct position_table *table, uint32_t instrument, int side)
{
    return table->totals[instrument].version[side > 0 ? 0 : 1];
}

static enum status
build_queue(struct engine *engine, uint32_t instrument, int side, struct error *err)
{
    struct adl_queue *queue = &engine->adl_queue;
    const struct position_table *table = &engine->positions;
    const int64_t mark_price = engine->instruments[instrument].view.mark_price;
    const struct engine_instrument *rules = &engine->config->instruments[instrument];
    *queue = (struct adl_queue){
        .entry = queue->entry,
        .capacity = queue->capacity,
        .instrument = instrument,
        .side = side,
        .mark_price = mark_price,
        .version = version_of(table, instrument, side),
    };
    if (queue->capacity < table->open) {
        struct adl_entry *entry = realloc(queue->entry, table->open * sizeof(*entry));
        if (entry == NULL)
            return error_memory(err, "ranking winners");
        queue->entry = entry;
        queue->capacity = table->open;
    }
    for (size_t i = 0; i < table->used; i++) {
        const struct position *position = &table->row[i];
        if (position->instrument != instrument ||
            (side > 0 ? position->quantity <= 0 : position->quantity >= 0))
            continue;
        const struct adl_candidate candidate = candidate_of(rules, position, mark_price);
        if (!(candidate.profit > 0.0 && candidate.equity > 0.0) ||
            engine_in_breach(engine, position))
            continue;
        queue->entry[queue->count++] = (struct adl_entry){
            .score = engine->config->adl->score(&candidate),
            .position = (uint32_t)i,
        };
    }
    queue->end = queue->count;
    for (size_t i = queue->count / 2; i-- > 0;)
        sift_down(queue->entry, queue->count, i);
    return OK;
}

/* Moves the best of the heap behind the heap, in front of the winners met before it: they stand
 * from end - 1 (the best) down to count (the latest). */
static void
meet_next(struct adl_queue *queue)
{
    struct adl_entry best = queue->entry[0];
    best.rank = ++queue->rank;
    queue->entry[0] = queue->entry[--queue->count];
    if (queue->count > 1)
        sift_down(queue->entry, queue->count, 0);
    queue->entry[queue->count] = best;
}

/* Takes a winner who was met out of the queue. */
static void
drop(struct adl_queue *queue, size_t i)
{
    queue->end--;
    memmove(&queue->entry[i], &queue->entry[i + 1], (queue->end - i) * sizeof(*queue->entry));
}

/* Closes `quantity` of the lot (sign of the lot) against one winner at the lot's cost.  False, and
 * nothing done, when the winner would end below zero. */
static bool
close_against(struct engine *engine, struct lot *lot, int64_t quantity, int64_t close_price,
              const struct adl_entry *winner)
{
    const struct engine_instrument *instrument = &engine->config->instruments[lot->instrument];
    const struct contract *contract = &instrument->contract;
    struct ledger *ledger = &engine->ledger;
    struct fund *fund = &engine->pools[instrument->pool];
    struct position *position = &engine->positions.row[winner->position];
    const uint32_t counterparty = position->account;
    money_t winner_entry, winner_margin;
    position_portion(position, -quantity, &winner_entry, &winner_margin);
    money_t entry_value, margin;
    lot_portion(lot, quantity, &entry_value, &margin);
    const money_t value = entry_value - margin; /* of the part, at its bankruptcy price */
    const money_t profit = -value - winner_entry;
    if (winner_margin + profit < 0)
        return false;

    money_t taken_entry, taken_margin;
    position_reduce(&engine->positions, winner->position, -quantity, &taken_entry, &taken_margin);
    assert(taken_entry == winner_entry && taken_margin == winner_margin);
    lot_reduce(lot, quantity, &entry_value, &margin);
    const size_t currency = engine->config->pools[instrument->pool].currency;
    const size_t market = ledger_account(ledger, currency, LEDGER_MARKET);
    const size_t wallets = ledger_account(ledger, currency, LEDGER_WALLETS);
    ledger_post(ledger, ledger_account(ledger, currency, LEDGER_MARGINS), wallets, winner_margin);
    ledger_post(ledger, market, wallets, profit);
    ledger_post(ledger, ledger_account(ledger, currency, LEDGER_INVENTORY), market, margin);

    const money_t residue = margin + contract_value(contract, quantity, close_price) - entry_value;
    fund->adl_relief = money_add(fund->adl_relief, residue < 0 ? -residue : 0);
    if (engine->observer.adl == NULL)
        return true;
    const int64_t mark_price = engine->instruments[lot->instrument].view.mark_price;
    const struct adl_event event = {
        .time = engine->now,
        .case_id = lot->case_id,
        .account = lot->account,
        .counterparty = counterparty,
        .instrument = lot->instrument,
        .rank = winner->rank,
        .quantity = -quantity,
        .mark_price = mark_price,
        .price = lot->bankruptcy_price,
        .score = winner->score,
        .profit = profit,
        .haircut = contract_value(contract, -quantity, mark_price) - winner_entry - profit,
        .fund_after = ledger_balance(ledger, fund->account),
    };
    engine->observer.adl(engine->observer.context, &event);
    return true;
}

enum status
adl_close(struct engine *engine, struct lot *lot, int64_t quantity, int64_t close_price,
          struct error *err)
{
    struct adl_queue *queue = &engine->adl_queue;
    const int64_t mark_price = engine->instruments[lot->instrument].view.mark_price;
    const int side = quantity > 0 ? -1 : 1;
    const uint64_t version = version_of(&engine->positions, lot->instrument, side);
    if (lot->refused_mark == mark_price && lot->refused_version == version)
        return OK;
    if (queue->mark_price != mark_price || queue->side != side ||
        queue->instrument != lot->instrument || queue->version != version)
        TRY(build_queue(engine, lot->instrument, side, err));
    for (size_t i = queue->end; quantity != 0; i--) {
        if (i == queue->count) {
            if (queue->count == 0)
                break;
            meet_next(queue);
        }
        const struct adl_entry winner = queue->entry[i - 1];
        const struct position *position = &engine->positions.row[winner.position];
        const int64_t held = position->quantity;
        if (held == 0) { /* taken over since, for what rounding left of it */
            drop(queue, i - 1);
            continue;
        }
        assert((held > 0) == (side > 0));
        const int64_t part = llabs(held) < llabs(quantity) ? -held : quantity;
        if (engine_in_breach(engine, position) ||
            !close_against(engine, lot, part, close_price, &winner))
            continue; /* passed over; a lot with another bankruptcy price asks again */
        quantity -= part;
        queue->version++; /* its own doing: the ranking stands */
        if (position->quantity == 0)
            drop(queue, i - 1);
        else
            TRY(liquidation_arm(engine, winner.position, err));
    }
    if (quantity != 0) {
        lot->refused_mark = mark_price;
        lot->refused_version = queue->version;
    }
    return OK;
}
