#include "io/report_rank.h"

#include <stdlib.h>
#include <string.h>

#include "io/caseload.h"

enum { BLOCK_ROWS = 8192 };

/* What reading the tables shares. */
struct reading {
    const struct result *result;
    struct report_rank *rank;
    size_t *pool_of; /* owned; one an instrument: its pool, or SIZE_MAX */
    struct caseload cases;
};

/* Takes one row; false without memory. */
typedef int (*take_row)(struct reading *reading, const void *row);

/* Gives every row of a table to `take`, in order. */
static enum status
each_row(struct reading *reading, const struct layout_table *table, take_row take,
         struct error *err)
{
    uint64_t total = 0;
    TRY(result_event_count(reading->result, table, &total, err));
    char *block = malloc(BLOCK_ROWS * table->row_size);
    enum status status = block == NULL ? error_memory(err, "reading events") : OK;
    for (uint64_t from = 0; from < total && status == OK; from += BLOCK_ROWS) {
        const size_t count = total - from < BLOCK_ROWS ? (size_t)(total - from) : BLOCK_ROWS;
        status = result_events(reading->result, table, from, count, block, err);
        for (size_t i = 0; i < count && status == OK; i++) {
            if (!take(reading, block + i * table->row_size))
                status = error_memory(err, "reading events");
        }
    }
    free(block);
    return status;
}

/* The pool of an instrument; SIZE_MAX for one the file does not have. */
static size_t
pool_of(const struct reading *reading, uint32_t instrument)
{
    return instrument < reading->result->instrument_count ? reading->pool_of[instrument] : SIZE_MAX;
}

static int
take_closeout(struct reading *reading, const void *row)
{
    const struct layout_closeout *closeout = row;
    const size_t pool = pool_of(reading, closeout->instrument);
    if (pool == SIZE_MAX || closeout->case_id == 0)
        return 1;
    struct caseload_entry *entry = caseload_entry(&reading->cases, closeout->case_id);
    if (entry == NULL)
        return 0;
    entry->pool = (uint32_t)pool;
    entry->result += closeout->result;
    entry->uncovered += closeout->uncovered_loss;
    entry->parts++;
    return 1;
}

/* Puts a case among its pool's costliest, if it belongs there: insertion from the end. */
static void
rank_loss(struct report_rank_pool *pool, const struct caseload_entry *entry)
{
    const struct report_loss loss = {.case_id = entry->case_id,
                                     .cost = -entry->result,
                                     .uncovered = entry->uncovered,
                                     .parts = entry->parts};
    size_t at = pool->loss_count;
    while (at > 0 && (pool->losses[at - 1].cost < loss.cost ||
                      (pool->losses[at - 1].cost == loss.cost &&
                       pool->losses[at - 1].case_id > loss.case_id))) {
        if (at < REPORT_RANK_ROWS)
            pool->losses[at] = pool->losses[at - 1];
        at--;
    }
    if (at < REPORT_RANK_ROWS)
        pool->losses[at] = loss;
    if (pool->loss_count < REPORT_RANK_ROWS)
        pool->loss_count++;
}

static int
take_liquidation(struct reading *reading, const void *row)
{
    const struct layout_liquidation *liquidation = row;
    const size_t index = pool_of(reading, liquidation->instrument);
    struct report_rank_pool *pool = index == SIZE_MAX ? NULL : &reading->rank->pools[index];
    const bool taken = liquidation->step == LIQUIDATION_TAKEOVER;
    if (!taken && liquidation->step != LIQUIDATION_ORDER && liquidation->step != LIQUIDATION_CLOSE)
        return 1;
    /* the takeover, or where there is none what began it */
    for (size_t i = 0; pool != NULL && i < pool->loss_count; i++) {
        if (pool->losses[i].case_id == liquidation->case_id &&
            (taken || pool->losses[i].liquidation.case_id == 0))
            pool->losses[i].liquidation = *liquidation;
    }
    return 1;
}

static int
take_adl(struct reading *reading, const void *row)
{
    const struct layout_adl *adl = row;
    const size_t index = pool_of(reading, adl->instrument);
    if (index == SIZE_MAX)
        return 1;
    struct report_rank_pool *pool = &reading->rank->pools[index];
    size_t at = pool->adl_count;
    while (at > 0 && pool->adls[at - 1].haircut < adl->haircut) {
        if (at < REPORT_RANK_ROWS)
            pool->adls[at] = pool->adls[at - 1];
        at--;
    }
    if (at < REPORT_RANK_ROWS)
        pool->adls[at] = *adl;
    if (pool->adl_count < REPORT_RANK_ROWS)
        pool->adl_count++;
    return 1;
}

/* Finds the pool of each instrument by name. */
static void
map_pools(struct reading *reading)
{
    const struct result *result = reading->result;
    for (size_t i = 0; i < result->instrument_count; i++) {
        reading->pool_of[i] = SIZE_MAX;
        for (size_t j = 0; j < result->pool_count; j++) {
            if (strcmp(result->instruments[i].pool, result->pools[j].name) == 0)
                reading->pool_of[i] = j;
        }
    }
}

enum status
report_rank_read(struct report_rank *rank, const struct result *result, struct error *err)
{
    struct reading reading = {.result = result, .rank = rank};
    rank->pools = calloc(result->pool_count + 1, sizeof(*rank->pools));
    reading.pool_of = calloc(result->instrument_count + 1, sizeof(*reading.pool_of));
    if (rank->pools == NULL || reading.pool_of == NULL) {
        free(reading.pool_of);
        return error_memory(err, "reading events");
    }
    map_pools(&reading);
    enum status status = each_row(&reading, &layout_closeout_table, take_closeout, err);
    for (size_t i = 0; i < reading.cases.capacity; i++) {
        const struct caseload_entry *entry = &reading.cases.slots[i];
        if (entry->case_id != 0 && entry->result < 0)
            rank_loss(&rank->pools[entry->pool], entry);
    }
    if (status == OK)
        status = each_row(&reading, &layout_liquidation_table, take_liquidation, err);
    if (status == OK)
        status = each_row(&reading, &layout_adl_table, take_adl, err);
    caseload_clear(&reading.cases);
    free(reading.pool_of);
    return status;
}

void
report_rank_clear(struct report_rank *rank)
{
    free(rank->pools);
    *rank = (struct report_rank){0};
}
