/*
 * account_table.h - accounts whose money is followed one by one.
 *
 * A cross account backs all of its positions with one balance, in one settlement currency:
 *
 *     equity   = balance + sum of (value(mark) - entry value)          over its positions
 *     required = sum of maintenance margins and liquidation fees + order margin
 *
 * Other accounts (isolated) have their balance beside the margins of their positions: what is in no
 * position.  Traders drawn by a synthetic population with isolated margin have no row here: their
 * position carries all that matters, and a million of them cost nothing more.
 *
 * Row = account, and a row is never used again: rows follow the accounts a scenario names, or the
 * accounts drawn.
 */
#ifndef SIM_ENGINE_ACCOUNT_TABLE_H
#define SIM_ENGINE_ACCOUNT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/money.h"
#include "engine/position.h"

struct account_row {
    money_t balance;      /* may be negative */
    money_t order_margin; /* held back for open orders until they are cancelled, >= 0 */
    money_t profit;       /* realised since the settlement period began */
    uint32_t first;       /* position of a cross account; POSITION_NONE: none */
    uint32_t positions;   /* of a cross account */
    uint16_t currency;    /* index */
    bool cross;
    bool due;       /* collected at this instant already */
    bool held_back; /* being liquidated step by step: its alarms are off */
};

struct account_table {
    struct account_row *row; /* owned */
    size_t count, capacity;
};

void account_table_clear(struct account_table *table);

/* Adds an account without money; *id is its row. */
enum status account_table_add(struct account_table *table, bool cross, size_t currency,
                              uint32_t *id, struct error *err) MUST_CHECK;

/* The row of an account, or NULL for one that is not followed. */
struct account_row *account_table_row(const struct account_table *table, uint32_t account);

/* Puts a position that is in the position table into the list of its cross account. */
void account_table_link(struct account_table *table, struct position_table *positions, uint32_t id);

/* Takes it out again; before it is reduced to nothing. */
void account_table_unlink(struct account_table *table, struct position_table *positions,
                          uint32_t id);

#endif
