#include "engine/adl_queue.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fixed.h"
#include "engine/cross.h"
#include "engine/liquidation.h"

static bool
ranks_before(const struct adl_entry *a, const struct adl_entry *b)
{
    if (a->score != b->score)
        return a->score > b->score;
    return a->account != b->account ? a->account < b->account : a->position < b->position;
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

enum status
adl_queue_candidate(struct engine *engine, uint32_t id, uint64_t case_id,
                    struct adl_candidate *candidate, bool *in_breach, struct error *err)
{
    const struct position *position = &engine->positions.row[id];
    const struct instrument_state *state = &engine->instruments[position->instrument];
    const struct contract *contract = &state->now.contract;
    const int64_t mark_price = state->view.mark_price;
    const money_t value = contract_value(contract, position->quantity, mark_price);
    const money_t profit = value - position->entry_value;
    money_t equity = position->margin + profit, wallet = position->margin;
    money_t maintenance = liquidation_need(&state->now, position, mark_price).maintenance;
    if (position->cross) {
        struct cross_risk risk;
        TRY(cross_measure(engine, position->account, &risk, err));
        *in_breach = cross_in_breach(engine, &risk);
        equity = risk.equity;
        maintenance = risk.maintenance;
        wallet = account_table_row(&engine->accounts, position->account)->balance;
    } else {
        *in_breach = liquidation_in_breach(&state->now, position, mark_price);
    }
    *candidate = (struct adl_candidate){
        .profit = (double)profit,
        .entry_value = fabs((double)position->entry_value),
        .notional = fabs((double)value),
        .equity = (double)equity,
        .wallet = (double)wallet,
        .maintenance = (double)maintenance,
        .unit = (double)fixed_power_of_ten[contract->money_decimals],
        .price_ratio =
            contract_price(contract, mark_price) /
            contract_price_at_value(contract, position->quantity, (double)position->entry_value),
        .side = position->quantity > 0 ? 1 : -1,
        .size = fabs(contract_quantity(contract, position->quantity)),
        .account = position->account,
        .position = id,
        .case_id = case_id,
    };
    return OK;
}

uint64_t
adl_queue_version(const struct engine *engine, uint32_t instrument, int side)
{
    return engine->positions.totals[instrument].version[side > 0 ? 0 : 1];
}

/* Room for an entry more. */
static enum status
reserve(struct adl_queue *queue, size_t open, struct error *err)
{
    if (queue->capacity >= open)
        return OK;
    struct adl_entry *entry = realloc(queue->entry, open * sizeof(*entry));
    if (entry == NULL)
        return error_memory(err, "ranking winners");
    queue->entry = entry;
    queue->capacity = open;
    return OK;
}

static enum status
build(struct engine *engine, uint64_t case_id, struct error *err)
{
    struct adl_queue *queue = &engine->adl_queue;
    const struct position_table *table = &engine->positions;
    const struct adl_type *type = engine->config->adl;
    TRY(reserve(queue, table->open, err));
    for (size_t i = 0; i < table->used; i++) {
        const struct position *position = &table->row[i];
        if (position->instrument != queue->instrument || position->held_back ||
            (queue->side > 0 ? position->quantity <= 0 : position->quantity >= 0))
            continue;
        struct adl_candidate candidate;
        bool in_breach;
        TRY(adl_queue_candidate(engine, (uint32_t)i, case_id, &candidate, &in_breach, err));
        if (in_breach || !(candidate.equity > 0.0) || !(candidate.profit > 0.0 || type->losers))
            continue;
        queue->entry[queue->count++] = (struct adl_entry){
            .score =
                type->score == NULL ? 0.0 : type->score(&engine->config->adl_params, &candidate),
            .position = (uint32_t)i,
            .account = position->account,
        };
    }
    queue->end = queue->count;
    for (size_t i = queue->count / 2; i-- > 0;)
        sift_down(queue->entry, queue->count, i);
    return OK;
}

enum status
adl_queue_prepare(struct engine *engine, uint32_t instrument, int side, uint64_t case_id,
                  struct error *err)
{
    struct adl_queue *queue = &engine->adl_queue;
    const int64_t mark_price = engine->instruments[instrument].view.mark_price;
    const uint64_t version = adl_queue_version(engine, instrument, side);
    /* A cross account is worth what other instruments say, and a draw is a case's own. */
    const bool lasts = engine->accounts.count == 0 && !engine->config->adl->by_case;
    if (queue->mark_price == mark_price && queue->side == side && queue->instrument == instrument &&
        queue->version == version &&
        (lasts || (queue->time == engine->now && queue->case_id == case_id)))
        return OK;
    *queue = (struct adl_queue){
        .entry = queue->entry,
        .capacity = queue->capacity,
        .instrument = instrument,
        .side = side,
        .mark_price = mark_price,
        .version = version,
        .time = engine->now,
        .case_id = case_id,
    };
    return build(engine, case_id, err);
}

/* Moves the best of the heap behind the heap, in front of the winners met before it: they stand
 * from end - 1 (the best) down to count (the latest). */
void
adl_queue_meet(struct adl_queue *queue)
{
    struct adl_entry best = queue->entry[0];
    best.rank = ++queue->rank;
    queue->entry[0] = queue->entry[--queue->count];
    if (queue->count > 1)
        sift_down(queue->entry, queue->count, 0);
    queue->entry[queue->count] = best;
}

void
adl_queue_drop(struct adl_queue *queue, size_t i)
{
    queue->end--;
    memmove(&queue->entry[i], &queue->entry[i + 1], (queue->end - i) * sizeof(*queue->entry));
}
