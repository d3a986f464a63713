#include "io/export_history.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_ROWS = 4096 };

static const time_ns_t adl_window = 8 * TIME_NS_HOUR; /* of maxBal */
static const time_ns_t daily_at = 8 * TIME_NS_HOUR;   /* time of the day of the amounts */

const char *const export_history_types[] = {"liquidation_balance_deposit", "bankruptcy_loss",
                                            "platform_revenue", "adl", "regular_update"};
const char *const export_history_adl[] = {"", "rate_adl_start", "bal_adl_start", "adl_end"};

static enum status
add_row(struct export_history *history, const struct export_row *row, struct error *err)
{
    if (history->count == history->capacity) {
        const size_t capacity = history->capacity < 256 ? 256 : 2 * history->capacity;
        struct export_row *grown = realloc(history->rows, capacity * sizeof(*grown));
        if (grown == NULL)
            return error_memory(err, "exporting a fund");
        history->rows = grown;
        history->capacity = capacity;
    }
    history->rows[history->count] = *row;
    history->rows[history->count].order = history->count;
    history->count++;
    return OK;
}

/* ---- balances and amounts ---- */

/* The first time after `time` (>= 0) that is daily_at after a multiple of `every`. */
static time_ns_t
next_after(time_ns_t time, time_ns_t every)
{
    const time_ns_t past = (time - daily_at) % every;
    return past < 0 ? time - past : time - past + every;
}

static enum export_type
type_of(enum fund_change_kind kind, money_t amount)
{
    if (kind == FUND_OPENING || kind == FUND_INJECTION)
        return EXPORT_REVENUE;
    return amount > 0 ? EXPORT_DEPOSIT : EXPORT_LOSS;
}

/* The day's sums by kind become its rows, and begin again. */
static enum status
add_amounts(struct export_history *history, money_t sums[FUND_CHANGE_KINDS], money_t balance,
            time_ns_t time, struct error *err)
{
    money_t amounts[EXPORT_TYPES] = {0};
    for (size_t kind = 0; kind < FUND_CHANGE_KINDS; kind++) {
        const enum export_type type = type_of((enum fund_change_kind)kind, sums[kind]);
        amounts[type] = money_add(amounts[type], sums[kind]);
        sums[kind] = 0;
    }
    for (size_t type = 0; type < EXPORT_ADL; type++) {
        const struct export_row row = {.time = time,
                                       .type = (enum export_type)type,
                                       .balance = balance,
                                       .amount = amounts[type]};
        if (amounts[type] != 0)
            TRY(add_row(history, &row, err));
    }
    return OK;
}

/* A change is a row at once, or adds to its day. */
static enum status
add_change(struct export_history *history, const struct layout_change *change, bool event,
           money_t sums[FUND_CHANGE_KINDS], struct error *err)
{
    const enum fund_change_kind kind = (enum fund_change_kind)change->kind;
    const struct export_row row = {.time = change->time,
                                   .type = type_of(kind, change->amount),
                                   .balance = change->balance,
                                   .amount = change->amount};
    if (event || kind == FUND_OPENING)
        return add_row(history, &row, err);
    sums[kind] = money_add(sums[kind], change->amount);
    return OK;
}

/* Walks the changes of [first, last]; regular updates and daily amounts as their times pass. */
static enum status
add_balances(struct export_history *history, const struct export_options *options, time_ns_t first,
             time_ns_t last, struct error *err)
{
    time_ns_t update = next_after(first, options->every);
    time_ns_t daily = next_after(first, TIME_NS_DAY);
    money_t sums[FUND_CHANGE_KINDS] = {0};
    money_t balance = 0;
    size_t at = 0;
    for (bool more = true; more;) {
        const time_ns_t until = update < daily ? update : daily;
        const time_ns_t time = until < last ? until : last;
        for (; at < history->pool->changes && history->changes[at].time <= time; at++) {
            TRY(add_change(history, &history->changes[at], options->events, sums, err));
            balance = history->changes[at].balance;
        }
        more = time < last;
        if (time == daily || !more)
            TRY(add_amounts(history, sums, balance, time, err));
        const struct export_row row = {.time = time, .type = EXPORT_UPDATE, .balance = balance};
        if (time == update || !more)
            TRY(add_row(history, &row, err));
        if (time == daily)
            daily += TIME_NS_DAY;
        if (time == update)
            update += options->every;
    }
    return OK;
}

/* Changes are in order of time, of known kinds, at times a day can be added to. */
static enum status
check_changes(const struct export_history *history, time_ns_t first, time_ns_t last,
              struct error *err)
{
    const char *wrong = NULL;
    if (first < 0 || last > INT64_MAX - 2 * TIME_NS_DAY)
        wrong = "a time is before 1970 or after 2262";
    for (uint64_t i = 0; i < history->pool->changes && wrong == NULL; i++) {
        const struct layout_change *change = &history->changes[i];
        if (change->kind < 0 || change->kind >= FUND_CHANGE_KINDS)
            wrong = "a change is of a kind that is not known";
        else if (i > 0 && change->time < history->changes[i - 1].time)
            wrong = "a change is before the one that stands above it";
    }
    return wrong == NULL ? OK
                         : error_set(err, ERR_PARSE, "%s: fund %s: %s", history->result->path,
                                     history->pool->name, wrong);
}

/* Reads the changes and walks them over the run: its samples, and what was booked beside them. */
static enum status
read_balances(struct export_history *history, const struct export_options *options,
              struct error *err)
{
    const uint64_t count = history->pool->changes;
    time_ns_t first = history->result->first, last = history->result->last;
    history->changes = malloc((count + 1) * sizeof(*history->changes));
    if (history->changes == NULL)
        return error_memory(err, "exporting a fund");
    TRY(result_changes(history->result, history->pool, 0, count, history->changes, err));
    if (count == 0)
        return OK;
    if (history->pool->samples == 0 || history->changes[0].time < first)
        first = history->changes[0].time;
    if (history->changes[count - 1].time > last)
        last = history->changes[count - 1].time;
    TRY(check_changes(history, first, last, err));
    return add_balances(history, options, first, last, err);
}

/* ---- ADL ---- */

/* How many changes there are up to and with `time`. */
static size_t
changes_until(const struct export_history *history, time_ns_t time)
{
    size_t low = 0, high = history->pool->changes;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (history->changes[middle].time <= time)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The balance, and the largest of [time - 8 h, time] with the last time it was reached. */
static void
find_balances(const struct export_history *history, struct export_row *row)
{
    size_t at = changes_until(history, row->time);
    if (at == 0)
        return;
    row->balance = history->changes[at - 1].balance;
    row->highest = INT64_MIN;
    for (; at > 0; at--) {
        const struct layout_change *change = &history->changes[at - 1];
        const bool before = change->time < row->time - adl_window;
        if (change->balance > row->highest) {
            row->highest = change->balance;
            row->highest_time = before ? row->time - adl_window : change->time;
        }
        if (before)
            break; /* it stood when the window began */
    }
}

/* A balance that is used up counts before its decline: where both trigger, OKX tells the first. */
static enum status
add_adl_row(struct export_history *history, time_ns_t time, enum export_adl adl, struct error *err)
{
    struct export_row row = {.time = time, .type = EXPORT_ADL, .adl = adl};
    find_balances(history, &row);
    if (adl == EXPORT_ADL_RATE && row.balance <= 0)
        row.adl = EXPORT_ADL_BALANCE;
    return add_row(history, &row, err);
}

/* When winners of the pool were closed, and whether ADL is on while the samples go by. */
struct adl_walk {
    time_ns_t *times; /* owned */
    size_t count, at; /* at: the next one */
    bool on;
};

static enum status
begin_adl(struct export_history *history, struct adl_walk *walk, time_ns_t time, bool triggered,
          struct error *err)
{
    if (walk->on)
        return OK;
    walk->on = true;
    return add_adl_row(history, time, triggered ? EXPORT_ADL_RATE : EXPORT_ADL_BALANCE, err);
}

/* Walks a block of samples, each after all events up to its time. */
static enum status
walk_samples(struct export_history *history, struct adl_walk *walk, const int64_t *time,
             const int64_t *state, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        const bool triggered = state[i] == FUND_IN_ADL;
        for (; walk->at < walk->count && walk->times[walk->at] <= time[i]; walk->at++)
            TRY(begin_adl(history, walk, walk->times[walk->at], triggered, err));
        if (triggered)
            TRY(begin_adl(history, walk, time[i], true, err));
        if (state[i] == FUND_NORMAL && walk->on) {
            walk->on = false;
            TRY(add_adl_row(history, time[i], EXPORT_ADL_END, err));
        }
    }
    return OK;
}

static enum status
read_samples(struct export_history *history, struct adl_walk *walk, struct error *err)
{
    static const char *const columns[] = {"time", "state"};
    const uint64_t samples = history->pool->samples;
    int64_t *block = malloc(2 * BLOCK_ROWS * sizeof(*block));
    enum status status = block == NULL ? error_memory(err, "exporting a fund") : OK;
    for (uint64_t from = 0; status == OK && from < samples; from += BLOCK_ROWS) {
        const size_t count = samples - from < BLOCK_ROWS ? (size_t)(samples - from) : BLOCK_ROWS;
        for (size_t i = 0; status == OK && i < 2; i++)
            status = result_read(history->result, "fund", history->pool->name, columns[i], from,
                                 count, block + i * BLOCK_ROWS, err);
        if (status == OK)
            status = walk_samples(history, walk, block, block + BLOCK_ROWS, count, err);
    }
    for (; status == OK && walk->at < walk->count; walk->at++)
        status = begin_adl(history, walk, walk->times[walk->at], false, err);
    free(block);
    return status;
}

/* Whether instrument `id` is one the pool covers. */
static bool
covers(const struct export_history *history, uint32_t id)
{
    return id < history->result->instrument_count &&
           strcmp(history->result->instruments[id].pool, history->pool->name) == 0;
}

/* The times of the ADL events of the pool; there are none where a run does not record events. */
static enum status
read_adl_times(const struct export_history *history, struct adl_walk *walk, struct error *err)
{
    uint64_t events = 0;
    TRY(result_event_count(history->result, &layout_adl_table, &events, err));
    walk->times = malloc((events + 1) * sizeof(*walk->times));
    struct layout_adl *block = malloc(BLOCK_ROWS * sizeof(*block));
    enum status status = OK;
    if (walk->times == NULL || block == NULL)
        status = error_memory(err, "exporting a fund");
    for (uint64_t from = 0; status == OK && from < events; from += BLOCK_ROWS) {
        const size_t count = events - from < BLOCK_ROWS ? (size_t)(events - from) : BLOCK_ROWS;
        status = result_events(history->result, &layout_adl_table, from, count, block, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            if (covers(history, block[i].instrument))
                walk->times[walk->count++] = block[i].time;
        }
    }
    free(block);
    return status;
}

static enum status
add_adl(struct export_history *history, struct error *err)
{
    struct adl_walk walk = {0};
    enum status status = read_adl_times(history, &walk, err);
    if (status == OK)
        status = read_samples(history, &walk, err);
    free(walk.times);
    return status;
}

/* ---- all rows of a pool ---- */

/* By time; then amounts, ADL, the balance; then as they came. */
static int
compare_rows(const void *a, const void *b)
{
    const struct export_row *x = a, *y = b;
    const int first = x->type < EXPORT_ADL ? 0 : (int)x->type;
    const int second = y->type < EXPORT_ADL ? 0 : (int)y->type;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    if (first != second)
        return first < second ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

void
export_history_clear(struct export_history *history)
{
    free(history->changes);
    free(history->rows);
    *history = (struct export_history){0};
}

enum status
export_history_make(struct export_history *history, const struct result *result,
                    const struct result_pool *pool, const struct export_options *options,
                    struct error *err)
{
    *history = (struct export_history){.result = result, .pool = pool};
    enum status status = read_balances(history, options, err);
    if (status == OK)
        status = add_adl(history, err);
    if (status != OK)
        export_history_clear(history);
    else if (history->count > 1)
        qsort(history->rows, history->count, sizeof(*history->rows), compare_rows);
    return status;
}
