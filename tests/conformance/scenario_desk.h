/*
 * scenario_desk.h - an engine for a vector's scenario: accounts by name, one pool, and what the
 * engine told of it.
 *
 * The steps are the engine's own events: deposits, trades, marks, settlements.  Money and
 * quantities have fixed scales, fine enough for the figures.
 */
#ifndef TESTS_CONFORMANCE_SCENARIO_DESK_H
#define TESTS_CONFORMANCE_SCENARIO_DESK_H

#include "engine/engine.h"
#include "formula.h"

enum { DESK_ACCOUNTS = 64, DESK_SYMBOLS = 8 };

struct scenario_desk {
    const struct formula_call *call;
    struct engine_instrument instruments[DESK_SYMBOLS];
    char symbols[DESK_SYMBOLS][32];
    size_t symbol_count;
    struct engine_pool pool;
    struct engine_config config;
    struct engine engine;
    bool open, settled;
    char names[DESK_ACCOUNTS][32]; /* of the accounts, by row */
    size_t account_count;
    bool liquidated[DESK_ACCOUNTS], deleveraged[DESK_ACCOUNTS]; /* since the last look */
    money_t haircut[DESK_ACCOUNTS], bad_debt[DESK_ACCOUNTS];    /* sums */
    money_t socialised;                                         /* sum */
    money_t unpaid;                                             /* uncovered when last looked at */
    int money_decimals;
};

/* Prepares instruments and rules; the caller then changes config and opens. */
void scenario_desk_init(struct scenario_desk *desk, const struct formula_call *call,
                        int money_decimals, rate_t maintenance_rate, money_t fund);

/* Starts the engine; false when it cannot. */
bool scenario_desk_open(struct scenario_desk *desk);
void scenario_desk_close(struct scenario_desk *desk);

/* Row of the account called so (a text or a number), opened when it is new. */
uint32_t scenario_desk_account(struct scenario_desk *desk, const json_t *name, bool cross);
size_t scenario_desk_symbol(struct scenario_desk *desk, const json_t *name);

/* Figures of a step at the desk's scales. */
money_t scenario_desk_money(struct scenario_desk *desk, const json_t *step, const char *key);
int64_t scenario_desk_quantity(struct scenario_desk *desk, const json_t *step, const char *key);
int64_t scenario_desk_price(struct scenario_desk *desk, const json_t *step, const char *key);

/* Applies a mark; settles when `sweep`. */
void scenario_desk_mark(struct scenario_desk *desk, size_t symbol, int64_t price);
void scenario_desk_settle(struct scenario_desk *desk);

/* Answers the claims of an `expect` step. */
json_t *scenario_desk_expect(struct scenario_desk *desk, const json_t *step);

/* A failed engine call is an input the simulator does not take. */
void scenario_desk_check(struct scenario_desk *desk, enum status status);

#endif
