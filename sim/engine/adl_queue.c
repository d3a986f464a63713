#include "engine/adl_queue.h"

#include <assert.h>
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

static int
compare_entries(const void *a, const void *b)
{
    return ranks_before(a, b) ? 1 : ranks_before(b, a) ? -1 : 0;
}

static void
swap(struct adl_entry *a, struct adl_entry *b)
{
    const struct adl_entry kept = *a;
    *a = *b;
    *b = kept;
}

/* Sorts a few entries, the best last. */
static void
insertion_sort(struct adl_entry *entry, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const struct adl_entry moved = entry[i];
        size_t at = i;
        for (; at > 0 && ranks_before(&entry[at - 1], &moved); at--)
            entry[at] = entry[at - 1];
        entry[at] = moved;
    }
}

/* Moves the better entries behind the others; where they begin, which is neither 0 nor count. */
static size_t
split(struct adl_entry *entry, size_t count)
{
    const size_t middle = (count - 1) / 2;
    if (ranks_before(&entry[0], &entry[middle]))
        swap(&entry[0], &entry[middle]);
    if (ranks_before(&entry[middle], &entry[count - 1]))
        swap(&entry[middle], &entry[count - 1]);
    if (ranks_before(&entry[0], &entry[middle]))
        swap(&entry[0], &entry[middle]);
    const struct adl_entry pivot = entry[middle];
    for (size_t i = 0, j = count - 1;; i++, j--) {
        while (ranks_before(&pivot, &entry[i]))
            i++;
        while (ranks_before(&entry[j], &pivot))
            j--;
        if (i >= j)
            return j + 1;
        swap(&entry[i], &entry[j]);
    }
}

/* Brings the best part of those not met yet into order. */
static void
sort_more(struct adl_queue *queue)
{
    enum { FEW = 16 };
    assert(queue->sorted == queue->count && queue->count > 0);
    for (;;) {
        const size_t begin = queue->bounds == 0 ? 0 : queue->bound[queue->bounds - 1];
        const size_t count = queue->count - begin;
        if (count > FEW && queue->bounds < ADL_QUEUE_BOUNDS) {
            queue->bound[queue->bounds++] = begin + split(queue->entry + begin, count);
            continue;
        }
        if (count > FEW) /* so unlucky with its pivots */
            qsort(queue->entry + begin, count, sizeof(*queue->entry), compare_entries);
        else
            insertion_sort(queue->entry + begin, count);
        queue->sorted = begin;
        if (queue->bounds > 0)
            queue->bounds--;
        return;
    }
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
    queue->end = queue->sorted = queue->count;
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

void
adl_queue_meet(struct adl_queue *queue)
{
    if (queue->sorted == queue->count)
        sort_more(queue);
    queue->entry[--queue->count].rank = ++queue->rank;
}

void
adl_queue_drop(struct adl_queue *queue, size_t i)
{
    queue->end--;
    memmove(&queue->entry[i], &queue->entry[i + 1], (queue->end - i) * sizeof(*queue->entry));
}
