#include "io/series.h"

#include <assert.h>
#include <stdlib.h>

#include "io/hdf.h"

static const struct layout_column time_column = {
    .name = "time", .store = LAYOUT_I64, .unit = LAYOUT_TIME, .doc = "time of the sample"};

/* Column 0 is time, column i the table's i - 1. */
static const struct layout_column *
column_at(const struct series *series, size_t i)
{
    return i == 0 ? &time_column : &series->table->columns[i - 1];
}

enum status
series_open(struct series *series, hid_t group, const struct layout_table *table,
            const struct layout_scale *scale, size_t chunk_rows, struct error *err)
{
    assert(table->count <= SERIES_COLUMNS_MAX);
    *series = (struct series){.table = table, .group = group, .capacity = chunk_rows};
    series->buffer = calloc((table->count + 1) * chunk_rows, sizeof(*series->buffer));
    if (series->buffer == NULL)
        return error_memory(err, "setting up a result");
    for (size_t i = 0; i <= table->count; i++) {
        const struct layout_column *column = column_at(series, i);
        const hid_t type = column->store == LAYOUT_CHOICE ? H5T_NATIVE_INT8 : H5T_NATIVE_INT64;
        hid_t *dataset = &series->datasets[i];
        TRY(hdf_growing(group, column->name, type, chunk_rows, i == 0, dataset, err));
        TRY(layout_describe(*dataset, column, scale, err));
    }
    return hdf_dimension(group, series->datasets[0], series->datasets + 1, table->count, err);
}

enum status
series_add(struct series *series, time_ns_t time, const void *row, struct error *err)
{
    series->buffer[series->waiting] = time;
    for (size_t i = 1; i <= series->table->count; i++)
        series->buffer[i * series->capacity + series->waiting] =
            layout_integer(column_at(series, i), row);
    series->waiting++;
    return series->waiting == series->capacity ? series_flush(series, err) : OK;
}

enum status
series_flush(struct series *series, struct error *err)
{
    if (series->waiting == 0)
        return OK;
    for (size_t i = 0; i <= series->table->count; i++)
        TRY(hdf_append(series->datasets[i], H5T_NATIVE_INT64, series->written, series->waiting,
                       series->buffer + i * series->capacity, err));
    series->written += series->waiting;
    series->waiting = 0;
    return OK;
}

int
series_close(struct series *series)
{
    int closed = 1;
    for (size_t i = 0; i <= SERIES_COLUMNS_MAX; i++)
        closed = hdf_close(&series->datasets[i]) && closed;
    free(series->buffer);
    *series = (struct series){0};
    return closed;
}
