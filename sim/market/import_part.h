/*
 * import_part.h - one part of a file, read by one worker into columns.  Private to import.
 *
 * A part is whole lines.  Its rows are checked against one another here; its first row against the
 * part before it by import.c, which takes parts in order.
 */
#ifndef SIM_MARKET_IMPORT_PART_H
#define SIM_MARKET_IMPORT_PART_H

#include "base/pool.h"
#include "market/bars.h"
#include "market/check.h"
#include "market/csv.h"

enum { IMPORT_PART_SIZE = 1 << 20 };

struct import_part {
    struct pool_job job; /* first: the pool's view of a part */

    /* What to read, set by the owner before it is queued. */
    struct format_reader fields; /* context of the reader; format_start() is the owner's */
    struct check_rule rule;
    enum bars_path path;
    bool continued;       /* goes on where this slot's last part ended, perhaps within a field */
    bool last;            /* the file ends here */
    bool header;          /* the first row is one; false once it was read */
    char *text;           /* IMPORT_PART_SIZE bytes; owned */
    size_t start, length; /* of the lines within text */

    /* What was found. */
    struct csv_reader *reader;   /* owned; holds the first problem */
    struct format_row buffer[2]; /* the row being read and the one before, */
    struct format_row *before;   /* which is this one */
    uint64_t count;              /* data rows, duplicates included */
    uint64_t first_line;
    struct format_row first;      /* of the data rows; valid when count > 0 */
    struct format_row previous;   /* the last of them */
    size_t first_rows;            /* tape rows the first data row became: 0, 1 or 4 */
    uint64_t skipped, empty_bars; /* data rows left out */
    struct check_count checked;
    bool no_memory;        /* the problem is that */
    struct tape_rows rows; /* points into the four columns below */
    int64_t *time, *price, *quantity;
    int8_t *side; /* owned */
    size_t capacity;
};

enum status import_part_init(struct import_part *part, struct error *err) MUST_CHECK;
void import_part_clear(struct import_part *part);

/* The job: reads the part. */
void import_part_run(struct pool_job *job);

#endif
