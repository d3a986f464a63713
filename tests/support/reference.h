/*
 * reference.h - the same rules as the engine's, the slow and obvious way.
 *
 * No alarms, no spans, no ledger: every instant looks at every position.  It shares with the
 * product only what a contract is worth and what margin it needs, which have tests of their own.
 */
#ifndef TESTS_SUPPORT_REFERENCE_H
#define TESTS_SUPPORT_REFERENCE_H

#include "engine/engine.h"
#include "market/store.h"

/* One row of a tape, of any kind. */
struct world_event {
    time_ns_t time;
    enum tape_kind kind;
    size_t instrument;
    int64_t price, quantity; /* price: rate for funding */
    int8_t side;
};

/* What happened, in a form two engines can be compared by. */
struct happening {
    char what; /* 'L' takeover, 'C' close-out, 'A' ADL, 'F' fund */
    time_ns_t time;
    uint64_t case_id;
    uint32_t account, other; /* other: counterparty, or kind of fund change */
    int64_t quantity, price;
    money_t amount, balance;
};

struct happenings {
    struct happening *row;
    size_t count, capacity;
};

void happenings_add(struct happenings *list, struct happening happening);
void happenings_clear(struct happenings *list);

/* Callbacks that write into a struct happenings. */
struct observer happenings_observer(struct happenings *list);

/* Runs events (sorted by time; order within an instant does not matter) on positions that are all
 * open from the first event on. */
void reference_run(const struct engine_config *config, const struct position *positions,
                   size_t position_count, const struct world_event *events, size_t event_count,
                   struct happenings *list);

#endif
