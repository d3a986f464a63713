/*
 * csv.h - rows of comma-separated text, through libcsv, with the place of every mistake.
 *
 * The reader is fed text in pieces; the handler gets each field with its length as it is complete,
 * then the end of the row.  Strict RFC 4180: a quote inside an unquoted field and an unterminated
 * quoted field are mistakes.  Line ends are LF or CRLF; a lone CR is a mistake.  Blank lines are
 * counted and otherwise ignored.  Blanks around a field are not part of it.
 *
 * libcsv's callbacks return nothing, so the first mistake, the reader's or the handler's own
 * (csv_stop), is kept here and everything after it is skipped.  Lines count from 1; the column of
 * a mistake is the number of the field, from 1.
 */
#ifndef SIM_MARKET_CSV_H
#define SIM_MARKET_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { CSV_FIELD_BYTES_MAX = 1 << 20, CSV_READABLE = 16 };

struct csv_reader;

/* Where a row is; the first member of every handler's context.  libcsv calls `field` directly, one
 * call a field being a good part of the cost of a file: the handler itself counts the columns. */
struct csv_cursor {
    unsigned column; /* of the next field, from 0: the handler adds 1 for each */
    bool skip;       /* there is a problem: the handler must ignore the field */
    struct csv_reader *reader;
};

/* What is done with the text.  `text` is NUL-terminated and valid during the call; CSV_READABLE
 * bytes from its start on may be read, however short it is. */
struct csv_handler {
    void (*field)(void *text, size_t length, void *context);
    void (*row)(void *context, unsigned fields);
};

struct csv_problem {
    uint64_t line;   /* 0: there is no problem */
    unsigned column; /* field number from 1; 0: the row as a whole */
    char text[512];
};

/* `handler` and `context`, which begins with a struct csv_cursor, are borrowed. */
enum status csv_open(struct csv_reader **reader, const struct csv_handler *handler, void *context,
                     struct error *err) MUST_CHECK;
void csv_close(struct csv_reader *reader); /* NULL is allowed */

/* Forgets everything: what is fed next is line 1 of a new text. */
void csv_restart(struct csv_reader *reader);

/* Reads the next piece of the text; false once there is a problem. */
bool csv_feed(struct csv_reader *reader, const char *text, size_t length);

/* The text ends here: a last row without a line end is complete.  False if there is a problem. */
bool csv_finish(struct csv_reader *reader);

/* The handler's own mistake: keeps the first one, at the current line, in field `column` (from 1;
 * 0: the row). */
void csv_stop(struct csv_reader *reader, unsigned column, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The first problem; line 0 when there is none. */
const struct csv_problem *csv_first_problem(const struct csv_reader *reader);

/* The line being read, from 1; and within `row` the line the row ended on. */
uint64_t csv_line(const struct csv_reader *reader);

#endif
