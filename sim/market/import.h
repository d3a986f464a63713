/*
 * import.h - venue CSV files into the columns of a tape.
 *
 *     files -> head: format, instrument, decimals, first time -> sorted by stream and time
 *     bytes -> parts of about 1 MiB, cut at line ends (and hashed by the pool meanwhile)
 *           -> workers: csv, format, check, bars -> columns
 *           -> the caller, part by part in the order of the data: joins, appends to the sink
 *
 * Files may come in any order and of several kinds; those of one instrument and kind become one
 * stream and must follow one another in time without overlapping.  Every mistake stops the import
 * with file:line:column (the column is the number of the field); which one is reported does not
 * depend on the number of threads, nor does anything that reaches the sink.  A file with a double
 * quote is read by one thread from there on, because a quoted field could hold a line end.
 * Memory is bounded by a few MB a thread, at most 200 MB, whatever the size of the files.
 */
#ifndef SIM_MARKET_IMPORT_H
#define SIM_MARKET_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/pool.h"
#include "market/bars.h"
#include "market/store.h"

/* Where rows go: import_tape_sink() for a tape.  All are called on the caller's thread. */
struct import_sink {
    void *context; /* borrowed */
    enum status (*stream)(void *context, const struct tape_stream *stream, size_t *id,
                          struct error *err);
    enum status (*append)(void *context, size_t id, const struct tape_rows *rows,
                          struct error *err);
    enum status (*source)(void *context, const struct tape_source *source, struct error *err);
};

struct import_options {
    const char *const *paths; /* "-" is standard input; borrowed, as all texts here */
    size_t path_count;
    const char *format;     /* name of a format, or NULL: told from the data */
    const char *instrument; /* name on the tape, or NULL: from a column or the file's name */
    enum tape_kind kind;    /* FORMAT_KIND_ANY: told from the data */
    int price_scale;        /* decimals in [0, 18]; -1: the most in the first part of the files */
    int quantity_scale;     /* likewise */
    enum bars_path bar_path;
    time_ns_t bar_length; /* of bars stamped at their end; 0: the step between rows */
    time_ns_t gap_limit;  /* longer times without a row are counted as gaps; 0: none is, but every
                             hole between bars */
    bool keep_duplicates; /* rows without ids: equal consecutive rows are kept */
    struct pool *pool;    /* borrowed */

    /* Called now and then with the rows appended, and the stored bytes read of all files (total 0:
     * not known); may be NULL. */
    void (*progress)(void *context, uint64_t rows, uint64_t bytes, uint64_t bytes_total);
    void *progress_context;
};

struct import_summary {
    size_t files;        /* CSV files read, those inside a zip counted one by one */
    size_t streams;      /* instruments x kinds */
    uint64_t read;       /* data rows of the files */
    uint64_t rows;       /* rows given to the sink */
    uint64_t skipped;    /* data rows left out as duplicates */
    uint64_t empty_bars; /* data rows left out because nothing was traded in the bar */
    uint64_t gaps;
    uint64_t missing; /* ids between those of consecutive rows */
    time_ns_t gap_longest;
    time_ns_t first, last; /* of all rows given to the sink; 0 when there are none */
};

/* Options that leave everything to the data: no paths, scales -1, kind any. */
struct import_options import_defaults(void);

/* Reads all files into the sink.  After a failure what the sink got is incomplete and must be
 * thrown away. */
enum status import_run(const struct import_options *options, const struct import_sink *sink,
                       struct import_summary *summary, struct error *err) MUST_CHECK;

/* The sink that writes to a tape (borrowed). */
struct import_sink import_tape_sink(struct tape_writer *writer);

#endif
