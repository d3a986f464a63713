#include "io/export.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/fixed.h"
#include "io/export_history.h"

enum { RATE_DECIMALS = 8 };

static const time_ns_t millisecond = TIME_NS_SECOND / 1000;

const char *const export_format_names[] = {"csv", "json", NULL};

enum export_format
export_format_of(const char *output)
{
    const char *ending = output == NULL ? NULL : strrchr(output, '.');
    return ending != NULL && strcmp(ending, ".json") == 0 ? EXPORT_JSON : EXPORT_CSV;
}

/* ---- the forms ---- */

/* The cells of a row; "" where OKX leaves them empty. */
struct words {
    char balance[FIXED_TEXT_MAX], amount[FIXED_TEXT_MAX], highest[FIXED_TEXT_MAX];
    char rate[FIXED_TEXT_MAX];
    char time[24], highest_time[24]; /* ms */
};

/* The decline from the highest balance as a share of it. */
static void
rate_of(const struct export_row *row, char *rate)
{
    const int128_t fall = (int128_t)row->highest - row->balance;
    const int64_t one = fixed_power_of_ten[RATE_DECIMALS];
    if (row->highest > 0 && fall / row->highest < one) /* else it is no share worth telling */
        fixed_format(rate, money_divide(fall * one, row->highest), RATE_DECIMALS);
}

static struct words
words_of(const struct export_row *row, int decimals)
{
    struct words words = {0};
    snprintf(words.time, sizeof(words.time), "%" PRId64, row->time / millisecond);
    fixed_format(words.balance, row->balance, decimals);
    if (row->type < EXPORT_ADL)
        fixed_format(words.amount, row->amount, decimals);
    if (row->type != EXPORT_ADL)
        return words;
    fixed_format(words.highest, row->highest, decimals);
    snprintf(words.highest_time, sizeof(words.highest_time), "%" PRId64,
             row->highest_time / millisecond);
    rate_of(row, words.rate);
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
append_csv(struct text *out, const struct export_history *history, const char *total)
{
    for (size_t i = 0; i < history->count; i++) {
        const struct export_row *row = &history->rows[i];
        const struct words words = words_of(row, history->pool->decimals);
        text_append(out, "SWAP,");
        append_field(out, history->pool->name);
        text_printf(out, ",%s,", total);
        append_field(out, history->pool->currency);
        text_printf(out, ",%s,%s,%s,%s,%s,%s,%s,%s\n", words.time, export_history_types[row->type],
                    words.balance, words.amount, words.highest, words.highest_time, words.rate,
                    export_history_adl[row->adl]);
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
append_detail(struct text *out, const struct export_history *history, const struct export_row *row)
{
    const struct words words = words_of(row, history->pool->decimals);
    text_append(out, "        {");
    member(out, "adlType", export_history_adl[row->adl], ", ");
    member(out, "amt", words.amount, ", ");
    member(out, "balance", words.balance, ", ");
    member(out, "ccy", history->pool->currency, ", ");
    member(out, "decRate", words.rate, ", ");
    member(out, "maxBal", words.highest, ", ");
    member(out, "maxBalTs", words.highest_time, ", ");
    member(out, "ts", words.time, ", ");
    member(out, "type", export_history_types[row->type], "}");
}

static void
append_json(struct text *out, const struct export_history *history, const char *total, bool first)
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
        struct export_history history;
        if (options->pool != NULL && strcmp(options->pool, result->pools[i].name) != 0)
            continue;
        TRY(export_history_make(&history, result, &result->pools[i], options, err));
        if (options->format == EXPORT_JSON)
            append_json(out, &history, total, found == 0);
        else
            append_csv(out, &history, total);
        export_history_clear(&history);
        found++;
    }
    return found == 0 && options->pool != NULL ? no_such_pool(result, options->pool, err) : OK;
}

enum status
export_rows(const char *path, const struct export_options *options, struct text *out,
            struct error *err)
{
    struct result *result;
    assert(options->every >= millisecond && options->every <= TIME_NS_DAY);
    TRY(result_open(&result, path, err));
    const bool json = options->format == EXPORT_JSON;
    text_append(out, json ? "{\n  \"code\": \"0\",\n  \"data\": ["
                          : "instType,instFamily,total,ccy,ts,type,balance,amt,maxBal,maxBalTs,"
                            "decRate,adlType\n");
    enum status status = append_pools(result, options, out, err);
    if (json)
        text_append(out, "\n  ],\n  \"msg\": \"\"\n}\n");
    result_close(result);
    if (status == OK && text_failed(out))
        status = error_memory(err, "exporting a fund");
    return status;
}
