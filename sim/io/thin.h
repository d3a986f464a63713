/*
 * thin.h - keeps of a long series what a screen can show, and every spike of it.
 *
 * Time is cut into columns, about one a pixel.  Of each column the first and last row stay, and
 * for each of up to two values the rows with its smallest and its largest.  A step or line drawn
 * through the kept rows covers the same pixels as one through all rows.  Memory is bounded by the
 * number of columns.
 */
#ifndef SIM_IO_THIN_H
#define SIM_IO_THIN_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/timeline.h"

enum { THIN_VALUES = 2, THIN_KEPT_MAX = 2 + 2 * THIN_VALUES };

struct thin_row {
    uint64_t index; /* in the series that was given */
    time_ns_t time;
    int64_t value[THIN_VALUES];
};

/* {0} is safe to clear. */
struct thin {
    time_ns_t first, last;               /* of the series */
    size_t columns, at;                  /* at: the column that is being filled */
    uint64_t seen;                       /* rows given */
    struct thin_row kept[THIN_KEPT_MAX]; /* first, last, then min and max of each value */
    int filling;                         /* kept holds rows */
    struct thin_row *rows;               /* owned: what stays, in order */
    size_t count;
};

enum status thin_init(struct thin *thin, time_ns_t first, time_ns_t last, size_t columns,
                      struct error *err) MUST_CHECK;

/* Gives the next row; times must not decrease and lie within [first, last]. */
void thin_add(struct thin *thin, time_ns_t time, int64_t value, int64_t other);

/* Ends the series: rows and count are complete. */
void thin_finish(struct thin *thin);

void thin_clear(struct thin *thin);

#endif
