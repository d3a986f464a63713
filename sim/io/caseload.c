#include "io/caseload.h"

#include <stdlib.h>

/* Where the search for case_id starts: the top bits of a multiplicative hash (Fibonacci). */
static size_t
home(const struct caseload *load, uint64_t case_id)
{
    return (size_t)((case_id * UINT64_C(0x9E3779B97F4A7C15)) >> 20) & (load->capacity - 1);
}

/* The slot that holds case_id, or the empty one where it would go; the table is never full. */
static struct caseload_entry *
slot_of(const struct caseload *load, uint64_t case_id)
{
    size_t at = home(load, case_id);
    while (load->slots[at].case_id != 0 && load->slots[at].case_id != case_id)
        at = (at + 1) & (load->capacity - 1);
    return &load->slots[at];
}

/* Keeps at least a third of the slots empty. */
static int
grow(struct caseload *load)
{
    if (load->capacity > 0 && load->count * 3 < load->capacity * 2)
        return 1;
    struct caseload bigger = {.capacity = load->capacity == 0 ? 64 : load->capacity * 2,
                              .count = load->count};
    bigger.slots = calloc(bigger.capacity, sizeof(*bigger.slots));
    if (bigger.slots == NULL)
        return 0;
    for (size_t i = 0; i < load->capacity; i++) {
        if (load->slots[i].case_id != 0)
            *slot_of(&bigger, load->slots[i].case_id) = load->slots[i];
    }
    free(load->slots);
    *load = bigger;
    return 1;
}

struct caseload_entry *
caseload_entry(struct caseload *load, uint64_t case_id)
{
    if (!grow(load))
        return NULL;
    struct caseload_entry *entry = slot_of(load, case_id);
    if (entry->case_id == 0) {
        *entry = (struct caseload_entry){.case_id = case_id};
        load->count++;
    }
    return entry;
}

struct caseload_entry *
caseload_find(const struct caseload *load, uint64_t case_id)
{
    if (load->capacity == 0)
        return NULL;
    struct caseload_entry *entry = slot_of(load, case_id);
    return entry->case_id == 0 ? NULL : entry;
}

/* Closes the gap by moving back each following entry that may stand nearer to its home. */
void
caseload_remove(struct caseload *load, struct caseload_entry *entry)
{
    const size_t mask = load->capacity - 1;
    size_t hole = (size_t)(entry - load->slots), at = hole;
    for (;;) {
        at = (at + 1) & mask;
        if (load->slots[at].case_id == 0)
            break;
        const size_t wanted = home(load, load->slots[at].case_id);
        if (((at - wanted) & mask) >= ((at - hole) & mask)) {
            load->slots[hole] = load->slots[at];
            hole = at;
        }
    }
    load->slots[hole] = (struct caseload_entry){0};
    load->count--;
}

void
caseload_clear(struct caseload *load)
{
    free(load->slots);
    *load = (struct caseload){0};
}
