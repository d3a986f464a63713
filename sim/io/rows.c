#include "io/rows.h"

#include <stdlib.h>
#include <string.h>

#include "io/hdf.h"

enum status
rows_open(struct rows *rows, hid_t group, const struct layout_table *table,
          const struct layout_scale *scale, size_t chunk_rows, struct error *err)
{
    *rows = (struct rows){.table = table, .dataset = -1, .capacity = chunk_rows};
    rows->buffer = calloc(chunk_rows, table->row_size);
    rows->memory_type = layout_compound(table, 0);
    hid_t file_type = layout_compound(table, 1);
    enum status status = OK;
    if (rows->buffer == NULL || rows->memory_type < 0 || file_type < 0)
        status = error_memory(err, "setting up a result");
    if (status == OK)
        status = hdf_growing(group, table->name, file_type, chunk_rows, 0, &rows->dataset, err);
    if (status == OK)
        status = layout_compound_describe(rows->dataset, table, scale, err);
    hdf_close(&file_type);
    return status;
}

enum status
rows_add(struct rows *rows, const void *row, struct error *err)
{
    memcpy(rows->buffer + rows->waiting * rows->table->row_size, row, rows->table->row_size);
    rows->waiting++;
    return rows->waiting == rows->capacity ? rows_flush(rows, err) : OK;
}

enum status
rows_flush(struct rows *rows, struct error *err)
{
    if (rows->waiting == 0)
        return OK;
    TRY(hdf_append(rows->dataset, rows->memory_type, rows->written, rows->waiting, rows->buffer,
                   err));
    rows->written += rows->waiting;
    rows->waiting = 0;
    return OK;
}

int
rows_close(struct rows *rows)
{
    const int dataset = hdf_close(&rows->dataset), type = hdf_close(&rows->memory_type);
    free(rows->buffer);
    *rows = (struct rows){0};
    return dataset && type;
}
