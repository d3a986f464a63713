/*
 * import_plan.h - what import will read, in which order.  Private to import.
 *
 * Each CSV file (a zip may hold several) is looked at once: its head tells format, instrument,
 * decimals and first time.  Sorted, the inputs of one stream stand together, in time.
 */
#ifndef SIM_MARKET_IMPORT_PLAN_H
#define SIM_MARKET_IMPORT_PLAN_H

#include "market/import.h"
#include "market/source.h"

struct import_input {
    const char *path; /* borrowed */
    size_t order;     /* as given */
    unsigned member;  /* CSV files before it in the same archive */
    bool alone;       /* the only one of its path */
    char instrument[TAPE_NAME_MAX];
    struct format_layout layout;
    uint64_t size; /* stored bytes of the path */

    /* Standard input cannot be opened twice: it stays open, with the head already read. */
    struct source *source; /* owned; NULL for files */
    char *head;            /* owned */
    size_t head_length;
};

struct import_plan {
    struct import_input *inputs; /* owned */
    size_t count, capacity;
    uint64_t bytes; /* stored bytes of all; 0: not known */
};

/* Looks at every file, settles the decimals of each stream and sorts. */
enum status import_plan_make(struct import_plan *plan, const struct import_options *options,
                             struct error *err) MUST_CHECK;
void import_plan_clear(struct import_plan *plan);

/* Whether two inputs belong to one stream. */
bool import_plan_same_stream(const struct import_input *a, const struct import_input *b);

/* The start of text after a UTF-8 byte order mark, if it has one: 3 or 0. */
size_t import_plan_bom(const char *text, size_t length);

#endif
