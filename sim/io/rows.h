/*
 * rows.h - writes one compound table, a chunk of rows at a time.
 */
#ifndef SIM_IO_ROWS_H
#define SIM_IO_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "io/layout.h"

struct rows {
    const struct layout_table *table; /* borrowed */
    hid_t dataset, memory_type;       /* owned */
    char *buffer;                     /* owned: capacity x table->row_size bytes */
    size_t capacity, waiting;
    uint64_t written;
};

/* Creates dataset table->name in `group`. */
enum status rows_open(struct rows *rows, hid_t group, const struct layout_table *table,
                      const struct layout_scale *scale, size_t chunk_rows,
                      struct error *err) MUST_CHECK;

/* Appends a copy of one row: a struct of the table's kind. */
enum status rows_add(struct rows *rows, const void *row, struct error *err) MUST_CHECK;

/* Writes what waits. */
enum status rows_flush(struct rows *rows, struct error *err) MUST_CHECK;

/* Frees, without writing; {0} and twice are safe.  False when HDF5 could not close. */
int rows_close(struct rows *rows);

#endif
