/*
 * caseload.h - the sum of what each liquidation case brought or cost, by case id.
 *
 * An open-addressing hash table.  The recorder removes a case once its whole quantity is closed,
 * so its memory follows the open cases; the report keeps all of them.
 */
#ifndef SIM_IO_CASELOAD_H
#define SIM_IO_CASELOAD_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/money.h"

struct caseload_entry {
    uint64_t case_id;  /* 0: an empty slot */
    int64_t remaining; /* quantity still to be closed, >= 0 */
    money_t result;    /* sum of the close-outs so far */
    money_t uncovered; /* part of it that nobody paid, >= 0 */
    uint32_t pool;     /* of its instrument */
    uint32_t parts;    /* close-outs so far */
};

/* {0} is empty and safe to clear. */
struct caseload {
    struct caseload_entry *slots; /* owned; capacity is a power of two */
    size_t capacity, count;
};

/* The entry of case_id (not 0), made zeroed when there is none; NULL without memory.  Valid until
 * the next call. */
struct caseload_entry *caseload_entry(struct caseload *load, uint64_t case_id) MUST_CHECK;

/* The entry of case_id, or NULL. */
struct caseload_entry *caseload_find(const struct caseload *load, uint64_t case_id);

/* Takes out an entry of the table. */
void caseload_remove(struct caseload *load, struct caseload_entry *entry);

void caseload_clear(struct caseload *load);

#endif
