#include "io/export.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fixed.h"
#include "io/result.h"

enum { BLOCK_ROWS = 4096 };

static const time_ns_t adl_window = 8 * TIME_NS_HOUR; /* of maxBal */
static const time_ns_t millisecond = TIME_NS_SECOND / 1000;
static const time_ns_t daily_at = 8 * TIME_NS_HOUR; /* time of the day of the amounts */

enum row_type { ROW_DEPOSIT = 0, ROW_LOSS, ROW_REVENUE, ROW_ADL, ROW_UPDATE };
static const char *const type_names[] = {"liquidation_balance_deposit", "bankruptcy_loss",
                                         "platform_revenue", "adl", "regular_update"};

enum adl_type { ADL_NONE = 0, ADL_RATE, ADL_BALANCE, ADL_END };
static const char *const adl_names[] = {"", "rate_adl_start", "bal_adl_start", "adl_end"};

struct row {
    time_ns_t time;
    enum row_type type;
    money_t balance, amount;
    enum adl_type adl;
    money_t highest; /* of the last 8 hours; ROW_ADL, as the next */
    time_ns_t highest_time;
};

/* One pool while its rows are made. */
struct history {
    const struct result *result;
    const struct result_pool *pool;
    struct layout_change *changes; /* owned */
    struct row *rows;              /* owned */
    size_t count, capacity;
};

static enum status
add_row(struct history *history, const struct row *row, struct error *err)
{
    if (history->count == history->capacity) {
        const size_t capacity = history->capacity < 256 ? 256 : 2 * history->capacity;
        struct row *grown = realloc(history->rows, capacity * sizeof(*grown));
        if (grown == NULL)
            return error_memory(err, "exporting a fund");
        history->rows = grown;
        history->capacity = capacity;
    }
    history->rows[history->count++] = *row;
    return OK;
}

/* ---- balances and amounts ---- */

/* The first time after `time` that is `at` after a multiple of `every`. */
static time_ns_t
next_after(time_ns_t time, time_ns_t every, time_ns_t at)
{
    const time_ns_t since = time - at;
    time_ns_t count = since / every;
    if (since % every < 0)
        count--;
    return (count + 1) * every + at;
}

/* What changed since the last row of amounts. */
struct amounts {
    money_t deposit, loss, revenue;
};

static void
add_change(struct amounts *amounts, const struct layout_change *change)
{
    if (change->kind == FUND_OPENING)
        return;
    if (change->kind == FUND_INJECTION)
        amounts->revenue = money_add(amounts->revenue, change->amount);
    else if (change->amount > 0)
        amounts->deposit = money_add(amounts->deposit, change->amount);
    else
        amounts->loss = money_add(amounts->loss, change->amount);
}

static enum status
add_amounts(struct history *history, struct amounts *amounts, money_t balance, time_ns_t time,
            struct error *err)
{
    const money_t amount[] = {amounts->deposit, amounts->loss, amounts->revenue};
    for (size_t i = 0; i < sizeof(amount) / sizeof(*amount); i++) {
        const struct row row = {
            .time = time, .type = (enum row_type)i, .balance = balance, .amount = amount[i]};
        if (amount[i] != 0)
            TRY(add_row(history, &row, err));
    }
    *amounts = (struct amounts){0};
    return OK;
}

/* Walks the changes; regular updates and daily amounts as their times pass. */
static enum status
add_balances(struct history *history, time_ns_t every, struct error *err)
{
    const struct result *result = history->result;
    const time_ns_t last = result->last;
    time_ns_t update = result->first;
    time_ns_t daily = next_after(result->first, TIME_NS_DAY, daily_at);
    struct amounts amounts = {0};
    money_t balance = 0;
    size_t at = 0;
    for (bool more = true; more;) {
        const time_ns_t until = update < daily ? update : daily;
        const time_ns_t time = until < last ? until : last;
        for (; at < history->pool->changes && history->changes[at].time <= time; at++) {
            add_change(&amounts, &history->changes[at]);
            balance = history->changes[at].balance;
        }
        more = time < last;
        if (time == daily || !more)
            TRY(add_amounts(history, &amounts, balance, time, err));
        const struct row row = {.time = time, .type = ROW_UPDATE, .balance = balance};
        if (time == update || !more)
            TRY(add_row(history, &row, err));
        if (time == daily)
            daily += TIME_NS_DAY;
        if (time == update)
            update = next_after(update, every, 0);
    }
    return OK;
}

/* ---- ADL ---- */

/* The largest balance of [time - 8 h, time] and when it was reached last. */
static void
find_highest(const struct history *history, struct row *row)
{
    size_t at = history->pool->changes;
    row->highest = INT64_MIN;
    while (at > 0 && history->changes[at - 1].time > row->time)
        at--;
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

/* What a change of the fund's state means; ADL that never closed anybody is none. */
static enum adl_type
transition(const struct history *history, int64_t from, int64_t to)
{
    if (from == to || history->pool->figures.adl_count == 0)
        return ADL_NONE;
    return to == FUND_IN_ADL ? ADL_RATE : to == FUND_DEPLETED ? ADL_BALANCE : ADL_END;
}

static enum status
add_adl_block(struct history *history, const int64_t *time, const int64_t *state,
              const int64_t *balance, size_t count, int64_t *before, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        struct row row = {.time = time[i],
                          .type = ROW_ADL,
                          .balance = balance[i],
                          .adl = transition(history, *before, state[i])};
        *before = state[i];
        if (row.adl == ADL_NONE)
            continue;
        find_highest(history, &row);
        TRY(add_row(history, &row, err));
    }
    return OK;
}

static enum status
add_adl(struct history *history, struct error *err)
{
    static const char *const columns[] = {"time", "state", "balance"};
    const uint64_t samples = history->pool->samples;
    int64_t *block = malloc(3 * BLOCK_ROWS * sizeof(*block));
    int64_t before = FUND_NORMAL;
    enum status status = block == NULL ? error_memory(err, "exporting a fund") : OK;
    for (uint64_t from = 0; status == OK && from < samples; from += BLOCK_ROWS) {
        const size_t count = samples - from < BLOCK_ROWS ? (size_t)(samples - from) : BLOCK_ROWS;
        for (size_t i = 0; status == OK && i < 3; i++)
            status = result_read(history->result, "fund", history->pool->name, columns[i], from,
                                 count, block + i * BLOCK_ROWS, err);
        if (status == OK)
            status = add_adl_block(history, block, block + BLOCK_ROWS, block + 2 * BLOCK_ROWS,
                                   count, &before, err);
    }
    free(block);
    return status;
}

/* ---- one pool ---- */

static int
compare_rows(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return (x->type > y->type) - (x->type < y->type);
}

static void
history_clear(struct history *history)
{
    free(history->changes);
    free(history->rows);
}

static enum status
history_make(struct history *history, const struct result *result, const struct result_pool *pool,
             time_ns_t every, struct error *err)
{
    *history = (struct history){.result = result, .pool = pool};
    history->changes = malloc((pool->changes + 1) * sizeof(*history->changes));
    enum status status = history->changes == NULL ? error_memory(err, "exporting a fund") : OK;
    if (status == OK)
        status = result_changes(result, pool, 0, pool->changes, history->changes, err);
    if (status == OK)
        status = add_balances(history, every, err);
    if (status == OK)
        status = add_adl(history, err);
    if (status != OK)
        history_clear(history);
    else if (history->count > 1)
        qsort(history->rows, history->count, sizeof(*history->rows), compare_rows);
    return status;
}

/* ---- the forms ---- */

struct words {
    char balance[FIXED_TEXT_MAX], amount[FIXED_TEXT_MAX], highest[FIXED_TEXT_MAX];
    char highest_time[24], rate[24];
    int64_t ts; /* ms */
};

static struct words
words_of(const struct row *row, int decimals)
{
    struct words words = {.ts = row->time / millisecond};
    fixed_format(words.balance, row->balance, decimals);
    if (row->type < ROW_ADL)
        fixed_format(words.amount, row->amount, decimals);
    if (row->type != ROW_ADL)
        return words;
    fixed_format(words.highest, row->highest, decimals);
    snprintf(words.highest_time, sizeof(words.highest_time), "%" PRId64,
             row->highest_time / millisecond);
    if (row->highest > 0)
        snprintf(words.rate, sizeof(words.rate), "%.6g",
                 (double)(row->highest - row->balance) / (double)row->highest);
    return words;
}

/* A name as a CSV field. */
static void
append_field(struct text *out, const char *name)
{
    if (strpbrk(name, ",\"\r\n") == NULL) {
        text_append(out, name);
        return;
    }
    text_append(out, "\"");
    for (; *name != '\0'; name++)
        text_append_bytes(out, *name == '"' ? "\"\"" : name, *name == '"' ? 2 : 1);
    text_append(out, "\"");
}

static void
append_csv(struct text *out, const struct history *history)
{
    for (size_t i = 0; i < history->count; i++) {
        const struct row *row = &history->rows[i];
        const struct words words = words_of(row, history->pool->decimals);
        text_append(out, "SWAP,");
        append_field(out, history->pool->name);
        text_printf(out, ",%s,%" PRId64 ",%s,%s,%s,%s,%s,%s,%s\n", history->pool->currency,
                    words.ts, type_names[row->type], words.balance, words.amount, words.highest,
                    words.highest_time, words.rate, adl_names[row->adl]);
    }
}

/* `"name": "value"`, with a comma unless it is the last. */
static void
member(struct text *out, const char *name, const char *value, const char *end)
{
    text_printf(out, "\"%s\": ", name);
    text_append_json(out, value);
    text_append(out, end);
}

static void
append_detail(struct text *out, const struct history *history, const struct row *row)
{
    const struct words words = words_of(row, history->pool->decimals);
    char ts[24];
    snprintf(ts, sizeof(ts), "%" PRId64, words.ts);
    text_append(out, "        {");
    member(out, "adlType", adl_names[row->adl], ", ");
    member(out, "amt", words.amount, ", ");
    member(out, "balance", words.balance, ", ");
    member(out, "ccy", history->pool->currency, ", ");
    member(out, "decRate", words.rate, ", ");
    member(out, "maxBal", words.highest, ", ");
    member(out, "maxBalTs", words.highest_time, ", ");
    member(out, "ts", ts, ", ");
    member(out, "type", type_names[row->type], "}");
}

static void
append_json(struct text *out, const struct history *history, const char *total, bool first)
{
    text_append(out, first ? "\n" : ",\n");
    text_append(out, "    {\n      \"details\": [");
    for (size_t i = history->count; i-- > 0;) {
        text_append(out, i + 1 < history->count ? ",\n" : "\n");
        append_detail(out, history, &history->rows[i]);
    }
    text_append(out, "\n      ],\n      ");
    member(out, "instFamily", history->pool->name, ",\n      ");
    member(out, "instType", "SWAP", ",\n      ");
    member(out, "total", total, "\n    }");
}

/* What all pools have in the end, where they have one currency; else "". */
static void
total_of(const struct result *result, char *total)
{
    money_t sum = 0;
    total[0] = '\0';
    for (size_t i = 0; i < result->pool_count; i++) {
        if (strcmp(result->pools[i].currency, result->pools[0].currency) != 0 ||
            result->pools[i].decimals != result->pools[0].decimals)
            return;
        sum = money_add(sum, result->pools[i].figures.balance_closing);
    }
    if (result->pool_count > 0)
        fixed_format(total, sum, result->pools[0].decimals);
}

/* ---- all of it ---- */

static enum status
no_such_pool(const struct result *result, const char *pool, struct error *err)
{
    struct text names = {0};
    for (size_t i = 0; i < result->pool_count; i++)
        text_printf(&names, "%s%s", i > 0 ? ", " : "", result->pools[i].name);
    const enum status status =
        error_set(err, ERR_RANGE, "%s: no pool '%s'; there is %s", result->path, pool,
                  text_failed(&names) || names.length == 0 ? "none" : names.data);
    text_clear(&names);
    return status;
}

static enum status
append_pools(const struct result *result, const struct export_options *options, struct text *out,
             struct error *err)
{
    char total[FIXED_TEXT_MAX];
    size_t found = 0;
    total_of(result, total);
    for (size_t i = 0; i < result->pool_count; i++) {
        struct history history;
        if (options->pool != NULL && strcmp(options->pool, result->pools[i].name) != 0)
            continue;
        TRY(history_make(&history, result, &result->pools[i], options->every, err));
        if (options->json)
            append_json(out, &history, total, found == 0);
        else
            append_csv(out, &history);
        history_clear(&history);
        found++;
    }
    return found == 0 && options->pool != NULL ? no_such_pool(result, options->pool, err) : OK;
}

enum status
export_rows(const char *path, const struct export_options *options, struct text *out,
            struct error *err)
{
    struct result *result;
    assert(options->every > 0);
    TRY(result_open(&result, path, err));
    text_append(out, options->json ? "{\n  \"code\": \"0\",\n  \"data\": ["
                                   : "instType,instFamily,ccy,ts,type,balance,amt,maxBal,maxBalTs,"
                                     "decRate,adlType\n");
    enum status status = append_pools(result, options, out, err);
    if (options->json)
        text_append(out, "\n  ],\n  \"msg\": \"\"\n}\n");
    result_close(result);
    if (status == OK && text_failed(out))
        status = error_memory(err, "exporting a fund");
    return status;
}
