#include "io/report_data.h"

#include <assert.h>
#include <stdlib.h>

#include "io/show.h"

enum { BLOCK_ROWS = 16384 };

/* Steps people count in. */
static const time_ns_t steps[] = {
    TIME_NS_SECOND,      5 * TIME_NS_SECOND,  10 * TIME_NS_SECOND, 30 * TIME_NS_SECOND,
    TIME_NS_MINUTE,      2 * TIME_NS_MINUTE,  5 * TIME_NS_MINUTE,  10 * TIME_NS_MINUTE,
    15 * TIME_NS_MINUTE, 30 * TIME_NS_MINUTE, TIME_NS_HOUR,        2 * TIME_NS_HOUR,
    4 * TIME_NS_HOUR,    8 * TIME_NS_HOUR,    12 * TIME_NS_HOUR,   TIME_NS_DAY,
    2 * TIME_NS_DAY,     7 * TIME_NS_DAY,     14 * TIME_NS_DAY,    30 * TIME_NS_DAY,
    91 * TIME_NS_DAY,    365 * TIME_NS_DAY,   3650 * TIME_NS_DAY};

/* Rounds towards the past, also before 1970. */
static time_ns_t
floor_to(time_ns_t time, time_ns_t step)
{
    const time_ns_t rest = time % step;
    return time - (rest < 0 ? rest + step : rest);
}

static void
choose_step(struct report_data *data, const struct result *result)
{
    const size_t last = sizeof(steps) / sizeof(*steps) - 1;
    size_t i = 0;
    while (i < last && (result->last - result->first) / steps[i] >= REPORT_DATA_BINS)
        i++;
    data->step = steps[i];
    data->bin_first = floor_to(result->first, data->step);
    data->bin_count = (size_t)((result->last - data->bin_first) / data->step) + 1;
    assert(data->bin_count <= REPORT_DATA_BINS + 2);
}

time_ns_t
report_data_bin_time(const struct report_data *data, size_t i)
{
    return data->bin_first + (time_ns_t)i * data->step;
}

/* Puts one value into its bin. */
static struct report_bin *
add_to_bin(const struct report_data *data, struct report_series *series, time_ns_t time,
           int64_t value)
{
    const size_t i = (size_t)((time - data->bin_first) / data->step);
    struct report_bin *bin = &series->bins[i];
    if (bin->samples == 0 || value < bin->low)
        bin->low = value;
    if (bin->samples == 0 || value > bin->high)
        bin->high = value;
    bin->last = value;
    bin->samples++;
    return bin;
}

/* What a series is read from. */
struct source {
    const char *group, *name, *value, *other;
    uint64_t samples;
};

/* One block of a pool's or instrument's series; *total is the sum reached by the block before. */
static void
add_block(const struct report_data *data, struct report_series *series, int is_pool,
          const int64_t *time, const int64_t *value, const int64_t *other, size_t count,
          int64_t *total)
{
    for (size_t i = 0; i < count; i++) {
        const int64_t added = other[i] - *total;
        *total = other[i];
        if (!is_pool && value[i] == 0) /* no mark price yet, and so nothing liquidated */
            continue;
        thin_add(&series->thin, time[i], value[i], is_pool ? other[i] : 0);
        struct report_bin *bin = add_to_bin(data, series, time[i], value[i]);
        if (!is_pool)
            bin->sum += added;
        else if (other[i] > bin->sum)
            bin->sum = other[i];
    }
}

/* Times must lie within the period and not go back: anything else is a damaged file. */
static enum status
check_times(const struct result *result, const struct source *source, const int64_t *time,
            size_t count, time_ns_t *before, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (time[i] < *before || time[i] > result->last)
            return error_set(err, ERR_PARSE,
                             "%s: /%s/%s/time goes back or leaves the period of the run: the "
                             "file is damaged",
                             result->path, source->group, source->name);
        *before = time[i];
    }
    return OK;
}

static enum status
read_series(const struct report_data *data, struct report_series *series, int is_pool,
            const struct result *result, const struct source *source, size_t columns,
            struct error *err)
{
    enum status status = thin_init(&series->thin, result->first, result->last, columns, err);
    int64_t *block = malloc(3 * BLOCK_ROWS * sizeof(*block)), total = 0;
    time_ns_t before = result->first;
    if (status == OK && block == NULL)
        status = error_memory(err, "reading a series");
    int64_t *value = block + BLOCK_ROWS, *other = block + 2 * BLOCK_ROWS;
    for (uint64_t from = 0; from < source->samples && status == OK; from += BLOCK_ROWS) {
        const uint64_t left = source->samples - from;
        const size_t count = left < BLOCK_ROWS ? (size_t)left : BLOCK_ROWS;
        status = result_read(result, source->group, source->name, "time", from, count, block, err);
        if (status == OK)
            status = result_read(result, source->group, source->name, source->value, from, count,
                                 value, err);
        if (status == OK)
            status = result_read(result, source->group, source->name, source->other, from, count,
                                 other, err);
        if (status == OK)
            status = check_times(result, source, block, count, &before, err);
        if (status == OK)
            add_block(data, series, is_pool, block, value, other, count, &total);
    }
    thin_finish(&series->thin);
    free(block);
    return status;
}

static size_t
charted(size_t count)
{
    return count < REPORT_DATA_CHARTS ? count : REPORT_DATA_CHARTS;
}

enum status
report_data_read(struct report_data *data, const struct result *result, struct error *err)
{
    *data = (struct report_data){0};
    choose_step(data, result);
    data->pools = calloc(charted(result->pool_count) + 1, sizeof(*data->pools));
    data->instruments = calloc(charted(result->instrument_count) + 1, sizeof(*data->instruments));
    if (data->pools == NULL || data->instruments == NULL)
        return error_memory(err, "reading series");
    const size_t charts = charted(result->pool_count) + charted(result->instrument_count);
    const size_t columns =
        charts <= 2 ? REPORT_DATA_COLUMNS : (size_t)REPORT_DATA_COLUMNS * 2 / charts;
    for (size_t i = 0; i < charted(result->pool_count); i++) {
        const struct source source = {"fund", result->pools[i].name, "balance", "drawdown_8h",
                                      result->pools[i].samples};
        data->pools[i].member = i;
        data->pool_count = i + 1;
        TRY(read_series(data, &data->pools[i], 1, result, &source, columns, err));
    }
    for (size_t i = 0; i < charted(result->instrument_count); i++) {
        const struct source source = {"instrument", result->instruments[i].name, "mark",
                                      "liquidated_notional", result->instruments[i].samples};
        data->instruments[i].member = i;
        data->instrument_count = i + 1;
        TRY(read_series(data, &data->instruments[i], 0, result, &source, columns, err));
    }
    return OK;
}

void
report_data_clear(struct report_data *data)
{
    for (size_t i = 0; i < data->pool_count; i++)
        thin_clear(&data->pools[i].thin);
    for (size_t i = 0; i < data->instrument_count; i++)
        thin_clear(&data->instruments[i].thin);
    free(data->pools);
    free(data->instruments);
    *data = (struct report_data){0};
}

/* Times in ms since the first sample. */
static void
json_times(const struct report_series *series, const struct result *result, struct text *out)
{
    text_append(out, "\"t\":[");
    for (size_t i = 0; i < series->thin.count; i++) {
        text_append(out, i == 0 ? "" : ",");
        show_exact(out, series->thin.rows[i].time - result->first, 6);
    }
    text_append(out, "]");
}

static void
json_values(const struct report_series *series, const char *key, size_t which, int decimals,
            struct text *out)
{
    text_printf(out, ",\"%s\":[", key);
    for (size_t i = 0; i < series->thin.count; i++) {
        text_append(out, i == 0 ? "" : ",");
        show_exact(out, series->thin.rows[i].value[which], decimals);
    }
    text_append(out, "]");
}

static void
json_pool(const struct report_series *series, const struct result *result, struct text *out)
{
    const struct result_pool *pool = &result->pools[series->member];
    text_append(out, "{\"unit\":");
    text_append_json(out, pool->currency);
    text_printf(out, ",\"digits\":%d,", pool->decimals <= 6 ? 2 : 4);
    json_times(series, result, out);
    json_values(series, "balance", 0, pool->decimals, out);
    json_values(series, "drawdown", 1, pool->decimals, out);
    text_append(out, ",\"lowest\":[");
    show_exact(out, pool->figures.balance_lowest_time - result->first, 6);
    text_append(out, ",");
    show_exact(out, pool->figures.balance_lowest, pool->decimals);
    text_append(out, "],\"depletion\":");
    if (pool->figures.depleted)
        show_exact(out, pool->figures.depletion_time - result->first, 6);
    else
        text_append(out, "null");
    text_append(out, "}");
}

static void
json_instrument(const struct report_data *data, const struct report_series *series,
                const struct result *result, struct text *out)
{
    const struct result_instrument *instrument = &result->instruments[series->member];
    text_append(out, "{\"unit\":");
    text_append_json(out, instrument->price_unit);
    text_append(out, ",\"money\":");
    text_append_json(out, instrument->currency);
    text_printf(out, ",\"digits\":%d,\"moneyDigits\":%d,", instrument->price_decimals,
                instrument->decimals <= 6 ? 2 : 4);
    json_times(series, result, out);
    json_values(series, "mark", 0, instrument->price_decimals, out);
    text_append(out, ",\"bars\":[");
    for (size_t i = 0; i < data->bin_count; i++) {
        text_append(out, i == 0 ? "" : ",");
        show_exact(out, series->bins[i].sum, instrument->decimals);
    }
    text_append(out, "]}");
}

void
report_data_json(const struct report_data *data, const struct result *result, struct text *out)
{
    text_append(out, "{\"from\":");
    show_exact(out, result->first, 6);
    text_append(out, ",\"to\":");
    show_exact(out, result->last, 6);
    text_append(out, ",\"binFrom\":");
    show_exact(out, data->bin_first - result->first, 6);
    text_append(out, ",\"step\":");
    show_exact(out, data->step, 6);
    text_append(out, ",\"pools\":[");
    for (size_t i = 0; i < data->pool_count; i++) {
        text_append(out, i == 0 ? "" : ",");
        json_pool(&data->pools[i], result, out);
    }
    text_append(out, "],\"instruments\":[");
    for (size_t i = 0; i < data->instrument_count; i++) {
        text_append(out, i == 0 ? "" : ",");
        json_instrument(data, &data->instruments[i], result, out);
    }
    text_append(out, "]}");
}
