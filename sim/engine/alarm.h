/*
 * alarm.h - which positions may have breached, without looking at the others.
 *
 * An alarm is the mark price at which a position must be looked at again.  It may ring too early,
 * never too late, so a quiet mark costs two comparisons whatever the number of positions.
 *
 * One side holds the alarms that ring when the mark falls to a price (`below`), the other those
 * that ring when it rises to one (`above`).  A side is
 *
 *     a sorted run  [ taken | next ......................... ]   and a heap of later additions
 *                            ^ head
 *
 * The nearest alarm is the lesser of the run's head and the heap's top.  A storm walks along the
 * run: no sifting, sequential memory.  When the heap has grown to an eighth of the run both are
 * merged.  An alarm of a position that was closed or re-armed is stale: it is recognised when it
 * comes up, because the position's own alarm price is another one, and dropped.
 */
#ifndef SIM_ENGINE_ALARM_H
#define SIM_ENGINE_ALARM_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/position.h"

struct alarm_entry {
    int64_t key; /* direction x price: the least key rings first */
    uint32_t position;
    uint32_t instrument;
};

struct alarm_side {
    int direction; /* -1: rings when the mark falls to the price; +1: when it rises to it */
    struct alarm_entry *run; /* ascending (key, position) from head on; owned */
    size_t head, end, run_capacity;
    struct alarm_entry *heap; /* least at 0; owned */
    size_t heap_count, heap_capacity;
};

void alarm_init(struct alarm_side *side, int direction);
void alarm_clear(struct alarm_side *side);

/* Adds an alarm for a position that the table already shows with this alarm price. */
enum status alarm_add(struct alarm_side *side, const struct position_table *table, int64_t price,
                      uint32_t position, struct error *err) MUST_CHECK;

/* Forgets everything and builds the run anew from the alarms of the table's open positions of
 * `instrument`. */
enum status alarm_rebuild(struct alarm_side *side, const struct position_table *table,
                          uint32_t instrument, struct error *err) MUST_CHECK;

/* The price of the nearest alarm, stale ones included; when there is none, one that never rings. */
int64_t alarm_nearest(const struct alarm_side *side);

/* Takes the nearest alarm away if it rings at `mark_price`; returns its position, or
 * POSITION_NONE when none rings.  Stale alarms are dropped on the way. */
uint32_t alarm_take(struct alarm_side *side, const struct position_table *table,
                    int64_t mark_price);

size_t alarm_bytes(const struct alarm_side *side);

#endif
