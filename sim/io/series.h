/*
 * series.h - writes one group of equally long columns over time, a chunk at a time.
 *
 * /<group>/time is the dimension scale of one dataset a table column.  Rows wait in memory until
 * a chunk is full; then every column writes one whole chunk.  The regular time axis is shuffled
 * before deflate, the balances are not: that is what compresses each best.
 */
#ifndef SIM_IO_SERIES_H
#define SIM_IO_SERIES_H

#include <stddef.h>
#include <stdint.h>

#include "io/layout.h"

enum { SERIES_COLUMNS_MAX = 16 };

struct series {
    const struct layout_table *table;       /* borrowed */
    hid_t group;                            /* borrowed */
    hid_t datasets[SERIES_COLUMNS_MAX + 1]; /* time, then the columns; owned */
    int64_t *buffer;                        /* owned: (count + 1) runs of `capacity` values */
    size_t capacity;                        /* rows of a chunk */
    size_t waiting;                         /* rows in the buffer */
    uint64_t written;                       /* rows in the file */
};

/* Creates the datasets in `group` (borrowed until series_close()). */
enum status series_open(struct series *series, hid_t group, const struct layout_table *table,
                        const struct layout_scale *scale, size_t chunk_rows,
                        struct error *err) MUST_CHECK;

/* Appends one row: a struct of the table's kind. */
enum status series_add(struct series *series, time_ns_t time, const void *row,
                       struct error *err) MUST_CHECK;

/* Writes what waits. */
enum status series_flush(struct series *series, struct error *err) MUST_CHECK;

/* Frees, without writing; {0} and twice are safe.  False when HDF5 could not close a dataset. */
int series_close(struct series *series);

#endif
