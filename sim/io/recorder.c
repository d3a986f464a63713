#include "io/recorder_part.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fixed.h"
#include "io/hdf.h"
#include "io/layout.h"
#include "io/provenance.h"
#include "base/replace.h"

enum { CHUNK_ROWS_MAX = 8192, CHUNK_ROWS_MIN = 256 };
#define BUFFER_BYTES ((size_t)64 << 20) /* all series together, unless CHUNK_ROWS_MIN needs more */

static const struct layout_table *const event_tables[RECORDER_EVENTS] = {
    [RECORDER_LIQUIDATION] = &layout_liquidation_table,
    [RECORDER_CLOSEOUT] = &layout_closeout_table,
    [RECORDER_ADL] = &layout_adl_table,
    [RECORDER_INJECTION] = &layout_injection_table,
    [RECORDER_CONTROL] = &layout_control_table,
    [RECORDER_SOCIALISED] = &layout_socialised_table,
    [RECORDER_BAD_DEBT] = &layout_bad_debt_table,
};

/* ---- opening ---- */

/* Names become links of the file: refused when HDF5 would read them as a path. */
static enum status
check_names(const char *path, const char *what, const char *const *names, size_t count,
            struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (names[i][0] == '\0' || names[i][0] == '.' || strchr(names[i], '/') != NULL)
            return error_set(err, ERR_RANGE,
                             "%s: the %s name '%s' cannot name a group of the result: it must "
                             "not be empty, start with a point or contain a slash",
                             path, what, names[i]);
        for (size_t j = 0; j < i; j++) {
            if (strcmp(names[i], names[j]) == 0)
                return error_set(err, ERR_RANGE, "%s: there are two %ss named '%s'", path, what,
                                 names[i]);
        }
    }
    return OK;
}

/* Rows a chunk so that all buffers together stay within BUFFER_BYTES. */
static size_t
chunk_rows(const struct recorder_layout *layout)
{
    const size_t row = (layout->pool_count * (layout_pool_table.count + 1) +
                        layout->instrument_count * (layout_instrument_table.count + 1)) *
                           sizeof(int64_t) +
                       layout->pool_count * layout_change_table.row_size;
    size_t rows = CHUNK_ROWS_MAX;
    while (rows > CHUNK_ROWS_MIN && rows * row > BUFFER_BYTES)
        rows /= 2;
    return rows;
}

static enum status
open_pool(struct recorder *recorder, size_t i, hid_t parent, hid_t metric_parent,
          const struct recorder_layout *layout, struct error *err)
{
    struct recorder_pool *pool = &recorder->pools[i];
    const char *name = layout->pool_names[i];
    pool->contract = *layout->pool_contracts[i];
    const struct layout_scale scale = layout_scale_of(&pool->contract);
    TRY(hdf_group(parent, name, &pool->group, err));
    TRY(hdf_group(metric_parent, name, &pool->metric, err));
    TRY(hdf_attribute_text(pool->group, "currency", pool->contract.settlement, err));
    TRY(hdf_attribute(pool->group, "decimals", H5T_NATIVE_INT, &pool->contract.money_decimals,
                      err));
    TRY(series_open(&pool->series, pool->group, &layout_pool_table, &scale, chunk_rows(layout),
                    err));
    return rows_open(&pool->changes, pool->group, &layout_change_table, &scale, chunk_rows(layout),
                     err);
}

static enum status
open_instrument(struct recorder *recorder, size_t i, hid_t parent,
                const struct recorder_layout *layout, struct error *err)
{
    struct recorder_instrument *instrument = &recorder->instruments[i];
    const struct contract *contract = &recorder->contracts[i];
    const struct layout_scale scale = layout_scale_of(contract);
    TRY(hdf_group(parent, layout->instrument_names[i], &instrument->group, err));
    TRY(hdf_attribute_text(instrument->group, "pool", layout->covers[i], err));
    TRY(hdf_attribute_text(instrument->group, "contract_kind", contract_kind_names[contract->kind],
                           err));
    TRY(hdf_attribute_text(instrument->group, "currency", contract->settlement, err));
    TRY(hdf_attribute(instrument->group, "decimals", H5T_NATIVE_INT, &contract->money_decimals,
                      err));
    return series_open(&instrument->series, instrument->group, &layout_instrument_table, &scale,
                       chunk_rows(layout), err);
}

/* What the index and the money of an event row mean, once for all event tables. */
static enum status
describe_events(hid_t dataset, const struct recorder_layout *layout, struct error *err)
{
    const size_t count = layout->instrument_count;
    const char **currencies = calloc(count + 1, sizeof(*currencies));
    double *scales = calloc(count + 1, sizeof(*scales));
    enum status status = OK;
    if (currencies == NULL || scales == NULL)
        status = error_memory(err, "setting up a result");
    for (size_t i = 0; status == OK && i < count; i++) {
        currencies[i] = layout->contracts[i].settlement;
        scales[i] = 1.0 / (double)fixed_power_of_ten[layout->contracts[i].money_decimals];
    }
    if (status == OK && count > 0)
        status =
            hdf_attribute_texts(dataset, "instrument_names", layout->instrument_names, count, err);
    if (status == OK && count > 0)
        status = hdf_attribute_texts(dataset, "instrument_currency", currencies, count, err);
    if (status == OK && count > 0)
        status = hdf_attribute_numbers(dataset, "instrument_money_scale", H5T_NATIVE_DOUBLE, scales,
                                       count, err);
    if (status == OK && layout->pool_count > 0)
        status =
            hdf_attribute_texts(dataset, "pool_names", layout->pool_names, layout->pool_count, err);
    free(currencies);
    free(scales);
    return status;
}

static enum status
open_events(struct recorder *recorder, const struct recorder_layout *layout, struct error *err)
{
    const struct contract **all = calloc(layout->instrument_count + 1, sizeof(*all));
    if (all == NULL)
        return error_memory(err, "setting up a result");
    for (size_t i = 0; i < layout->instrument_count; i++)
        all[i] = &recorder->contracts[i];
    const struct layout_scale scale = layout_scale_common(all, layout->instrument_count);
    free(all);
    TRY(hdf_group(recorder->file, "event", &recorder->event_group, err));
    for (size_t i = 0; i < RECORDER_EVENTS; i++) {
        struct rows *rows = &recorder->events[i];
        TRY(rows_open(rows, recorder->event_group, event_tables[i], &scale, CHUNK_ROWS_MAX, err));
        TRY(describe_events(rows->dataset, layout, err));
    }
    return OK;
}

/* Root attributes but `complete`, which is written last. */
static enum status
write_head(struct recorder *recorder, const struct recorder_layout *layout, struct error *err)
{
    const int version = LAYOUT_VERSION;
    TRY(hdf_attribute_text(recorder->file, "Conventions", "CF-1.8", err));
    TRY(hdf_attribute_text(recorder->file, "title", layout->title, err));
    TRY(hdf_attribute_text(recorder->file, "seawall_version", SEAWALL_VERSION, err));
    return hdf_attribute(recorder->file, "seawall_result_version", H5T_NATIVE_INT, &version, err);
}

static enum status
open_groups(struct recorder *recorder, const struct recorder_layout *layout, struct error *err)
{
    hid_t fund = -1, metric = -1, instrument = -1;
    enum status status = hdf_group(recorder->file, "fund", &fund, err);
    if (status == OK)
        status = hdf_group(recorder->file, "metric", &metric, err);
    if (status == OK)
        status = hdf_group(recorder->file, "instrument", &instrument, err);
    for (size_t i = 0; i < layout->pool_count && status == OK; i++)
        status = open_pool(recorder, i, fund, metric, layout, err);
    for (size_t i = 0; i < layout->instrument_count && status == OK; i++)
        status = open_instrument(recorder, i, instrument, layout, err);
    hdf_close(&fund);
    hdf_close(&metric);
    hdf_close(&instrument);
    return status;
}

/* The figures need to know which pool covers an instrument. */
static enum status
open_figures(struct recorder *recorder, const struct recorder_layout *layout, struct error *err)
{
    uint32_t *pool_of = calloc(layout->instrument_count + 1, sizeof(*pool_of));
    if (pool_of == NULL)
        return error_memory(err, "setting up a result");
    enum status status = OK;
    for (size_t i = 0; i < layout->instrument_count && status == OK; i++) {
        uint32_t pool = 0;
        while (pool < layout->pool_count &&
               strcmp(layout->pool_names[pool], layout->covers[i]) != 0)
            pool++;
        if (pool == layout->pool_count)
            status = error_set(err, ERR_RANGE, "%s: no pool named '%s', which is to cover '%s'",
                               recorder->path, layout->covers[i], layout->instrument_names[i]);
        pool_of[i] = pool;
    }
    if (status == OK)
        status = figures_init(&recorder->figures, layout->pool_count, recorder->contracts, pool_of,
                              layout->instrument_count, err);
    free(pool_of);
    return status;
}

/* Allocates everything whose size the layout tells. */
static enum status
allocate(struct recorder *recorder, const char *path, const struct recorder_layout *layout,
         struct error *err)
{
    recorder->file = recorder->event_group = -1;
    recorder->record_events = layout->record_events;
    recorder->pool_count = layout->pool_count;
    recorder->instrument_count = layout->instrument_count;
    recorder->path = strdup(path);
    recorder->partial = replace_partial_name(path);
    recorder->contracts = calloc(layout->instrument_count + 1, sizeof(*recorder->contracts));
    recorder->pools = calloc(layout->pool_count + 1, sizeof(*recorder->pools));
    recorder->instruments = calloc(layout->instrument_count + 1, sizeof(*recorder->instruments));
    if (recorder->path == NULL || recorder->partial == NULL || recorder->contracts == NULL ||
        recorder->pools == NULL || recorder->instruments == NULL)
        return error_memory(err, "setting up a result");
    for (size_t i = 0; i < layout->instrument_count; i++)
        recorder->contracts[i] = layout->contracts[i];
    return OK;
}

enum status
recorder_open(struct recorder **recorder, const char *path, const struct recorder_layout *layout,
              struct error *err)
{
    *recorder = NULL;
    TRY(check_names(path, "pool", layout->pool_names, layout->pool_count, err));
    TRY(check_names(path, "instrument", layout->instrument_names, layout->instrument_count, err));
    struct recorder *opened = calloc(1, sizeof(*opened));
    if (opened == NULL)
        return error_memory(err, "setting up a result");
    enum status status = allocate(opened, path, layout, err);
    if (status == OK)
        status = open_figures(opened, layout, err);
    if (status == OK)
        status = hdf_create(opened->partial, &opened->file, err);
    if (status == OK)
        status = write_head(opened, layout, err);
    if (status == OK)
        status = open_groups(opened, layout, err);
    if (status == OK)
        status = open_events(opened, layout, err);
    if (status == OK)
        status = provenance_write(opened->file, layout, err);
    if (status != OK)
        recorder_abort(opened);
    else
        *recorder = opened;
    return status;
}

void
recorder_accounts(struct recorder *recorder, const char *const *names, size_t count)
{
    hid_t group = -1;
    if (recorder->error.code == OK &&
        hdf_group(recorder->file, "account", &group, &recorder->error) == OK)
        (void)!hdf_texts(group, "name", names, count, &recorder->error);
    hdf_close(&group);
}

enum status
recorder_status(const struct recorder *recorder, struct error *err)
{
    if (recorder->error.code == OK)
        return OK;
    return error_set(err, recorder->error.code, "%s", recorder->error.message);
}

/* ---- the end ---- */

/* /metric/<pool>: one number a row of the figure table. */
static enum status
write_figures(struct recorder *recorder, size_t i, struct error *err)
{
    const struct recorder_pool *pool = &recorder->pools[i];
    const struct layout_scale scale = layout_scale_of(&pool->contract);
    const char *row = (const char *)&recorder->figures.pools[i].figures;
    for (size_t j = 0; j < layout_figure_table.count; j++) {
        const struct layout_column *column = &layout_figure_table.columns[j];
        const hid_t type = column->store == LAYOUT_F64 ? H5T_NATIVE_DOUBLE : H5T_NATIVE_INT64;
        hid_t dataset = -1;
        enum status status =
            hdf_scalar(pool->metric, column->name, type, row + column->offset, &dataset, err);
        if (status == OK)
            status = layout_describe(dataset, column, &scale, err);
        if (!hdf_close(&dataset) && status == OK)
            status = hdf_failed(pool->metric, "write", column->name, err);
        TRY(status);
    }
    return OK;
}

static enum status
write_rest(struct recorder *recorder, struct error *err)
{
    const int complete = 1;
    TRY(recorder_status(recorder, err));
    for (size_t i = 0; i < recorder->pool_count; i++) {
        TRY(series_flush(&recorder->pools[i].series, err));
        TRY(rows_flush(&recorder->pools[i].changes, err));
    }
    for (size_t i = 0; i < recorder->instrument_count; i++)
        TRY(series_flush(&recorder->instruments[i].series, err));
    for (size_t i = 0; i < RECORDER_EVENTS; i++)
        TRY(rows_flush(&recorder->events[i], err));
    figures_finish(&recorder->figures);
    for (size_t i = 0; i < recorder->pool_count; i++)
        TRY(write_figures(recorder, i, err));
    if (H5Fflush(recorder->file, H5F_SCOPE_GLOBAL) < 0)
        return hdf_failed(recorder->file, "write", "", err);
    TRY(hdf_attribute(recorder->file, "complete", H5T_NATIVE_INT, &complete, err));
    if (H5Fflush(recorder->file, H5F_SCOPE_GLOBAL) < 0)
        return hdf_failed(recorder->file, "write", "", err);
    return OK;
}

/* Closes everything of HDF5; 0 when it could not be done. */
static int
close_file(struct recorder *recorder)
{
    int closed = 1;
    for (size_t i = 0; recorder->pools != NULL && i < recorder->pool_count; i++) {
        closed = series_close(&recorder->pools[i].series) && closed;
        closed = rows_close(&recorder->pools[i].changes) && closed;
        closed = hdf_close(&recorder->pools[i].group) && closed;
        closed = hdf_close(&recorder->pools[i].metric) && closed;
    }
    for (size_t i = 0; recorder->instruments != NULL && i < recorder->instrument_count; i++) {
        closed = series_close(&recorder->instruments[i].series) && closed;
        closed = hdf_close(&recorder->instruments[i].group) && closed;
    }
    for (size_t i = 0; i < RECORDER_EVENTS; i++)
        closed = rows_close(&recorder->events[i]) && closed;
    closed = hdf_close(&recorder->event_group) && closed;
    return hdf_close(&recorder->file) && closed;
}

static void
release(struct recorder *recorder)
{
    figures_clear(&recorder->figures);
    free(recorder->pools);
    free(recorder->instruments);
    free(recorder->contracts);
    free(recorder->partial);
    free(recorder->path);
    free(recorder);
}

enum status
recorder_commit(struct recorder *recorder, struct error *err)
{
    enum status status = write_rest(recorder, err);
    if (status != OK)
        hdf_discard(recorder->file);
    if (!close_file(recorder) && status == OK)
        status = error_set(err, ERR_IO, "%s: cannot close the file", recorder->partial);
    if (status == OK)
        status = replace_commit(recorder->partial, recorder->path, err);
    if (status != OK)
        unlink(recorder->partial);
    release(recorder);
    return status;
}

void
recorder_abort(struct recorder *recorder)
{
    if (recorder == NULL)
        return;
    const int created = recorder->file >= 0;
    hdf_discard(recorder->file);
    close_file(recorder);
    if (created)
        unlink(recorder->partial);
    release(recorder);
}
