/*
 * position.h - the table of open positions, and what one is worth.
 *
 * Row = position; a closed row is used again, so memory follows the positions that are open, not
 * those that ever were.  The whole row is one cache line: a takeover reads and writes all of it
 * at a random place, and one line is one miss where a column a field would be eight.
 *
 *     equity = margin + value(mark) - entry_value
 *
 * An isolated position stands alone behind its margin.  One of a cross account has no margin of its
 * own: the account's balance (account_table.h) backs all of its positions together.
 */
#ifndef SIM_ENGINE_POSITION_H
#define SIM_ENGINE_POSITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/money.h"
#include "base/timeline.h"
#include "market/contract.h"

#define POSITION_NONE UINT32_MAX /* no row of the table */
#define POSITION_ALARM_NONE_BELOW (-INT64_MAX)
#define POSITION_ALARM_NONE_ABOVE INT64_MAX
#define POSITION_ALARM_NOW_BELOW INT64_MAX /* rings whatever the next mark is */
#define POSITION_ALARM_NOW_ABOVE 1

struct position {
    int64_t quantity;     /* signed, quantity units; 0: the row is free */
    money_t entry_value;  /* contract_value() at the entry price */
    money_t margin;       /* posted, after funding; 0 of a cross account's */
    int64_t alarm_below;  /* look again when the mark is at or below this price */
    int64_t alarm_above;  /* look again when the mark is at or above this price */
    time_ns_t close_time; /* leaves by itself; TIME_NS_NEVER: does not */
    uint32_t account;     /* row of the account table */
    uint32_t instrument;
    uint32_t next; /* of a free row: the next free one; of a cross account: its next position */
    uint32_t generation : 30; /* counts the uses of the row: tells a reused row from the old one */
    bool cross : 1;           /* one of a cross account's */
    bool held_back : 1;       /* being liquidated step by step: its alarms are off */
};

/* What all open positions of an instrument add up to. */
struct position_totals {
    int64_t long_quantity, short_quantity; /* sums of abs(quantity) */
    uint64_t count;
    uint64_t version[2]; /* of longs, shorts: changes with every position opened, reduced or paid
                            funding, so that who has looked at them knows whether to look again */
};

struct position_table {
    struct position *row; /* owned */
    size_t used;          /* rows ever used: [0, used) may be open */
    size_t capacity;
    uint32_t first_free;
    uint64_t open;
    struct position_totals *totals; /* one an instrument; owned */
    size_t instruments;
};

enum status position_table_init(struct position_table *table, size_t instruments, size_t capacity,
                                struct error *err) MUST_CHECK;
void position_table_clear(struct position_table *table);

/* Puts an open position into a free row; grows the table when it is full.  `generation`, `next`
 * and the alarms of *position are ignored. */
enum status position_open(struct position_table *table, const struct position *position,
                          uint32_t *id, struct error *err) MUST_CHECK;

/* The entry value and margin that belong to `quantity` (same sign, at most all) of a position. */
void position_portion(const struct position *position, int64_t quantity, money_t *entry_value,
                      money_t *margin);

/* Takes `quantity` (same sign, at most all) off a position with its share of entry value and
 * margin, which are stored in *entry_value and *margin; frees the row when nothing is left. */
void position_reduce(struct position_table *table, uint32_t id, int64_t quantity,
                     money_t *entry_value, money_t *margin);

/* Adds `quantity` (same sign) that cost `entry_value` to a position. */
void position_increase(struct position_table *table, uint32_t id, int64_t quantity,
                       money_t entry_value);

/* margin + value(mark) - entry_value. */
money_t position_equity(const struct position *position, const struct contract *contract,
                        int64_t mark_price);

#endif
