/*
 * desk.h - a small venue by hand: two contracts, one pool, and all that happens written down.
 */
#ifndef TESTS_SUPPORT_DESK_H
#define TESTS_SUPPORT_DESK_H

#include "engine/engine.h"

enum { DESK_INSTRUMENTS = 2, DESK_EVENTS = 256 };
#define DESK_USDT INT64_C(1000000) /* money units in one */

struct desk {
    struct engine_instrument instruments[DESK_INSTRUMENTS];
    struct engine_pool pool;
    struct engine_config config; /* a test changes rules in it before desk_open() */
    struct engine engine;
    struct liquidation_event steps[DESK_EVENTS];
    struct closeout_event closeouts[DESK_EVENTS];
    struct adl_event adls[DESK_EVENTS];
    struct socialised_event shares[DESK_EVENTS];
    struct control_event controls[DESK_EVENTS];
    struct fund_change changes[DESK_EVENTS];
    size_t step_count, closeout_count, adl_count, share_count, control_count, change_count;
};

/* Two linear contracts of one coin, whole contracts, prices in cents, money in millionths, margin
 * 1 % flat without a fee; close-outs at the mark, a fund of 1,000, ADL last. */
void desk_init(struct desk *desk);

/* Starts the engine at second 0 with both marks at `price` (cents). */
void desk_open(struct desk *desk, int64_t price);

/* Verifies the books and frees. */
void desk_close(struct desk *desk);

/* A mark, or a print of `quantity` contracts, at a second; then everything is settled. */
void desk_mark(struct desk *desk, size_t instrument, int64_t price, int second);
void desk_print(struct desk *desk, size_t instrument, int64_t price, int64_t quantity, int second);

/* Nothing happens but the time. */
void desk_settle(struct desk *desk, int second);

/* A cross account with this deposit; its position is bought (> 0) or sold at the present mark. */
uint32_t desk_account(struct desk *desk, money_t deposit);
void desk_trade(struct desk *desk, uint32_t account, size_t instrument, int64_t quantity);

/* An isolated position entered at the present mark with this margin, of an account of its own; its
 * row. */
uint32_t desk_position(struct desk *desk, size_t instrument, int64_t quantity, money_t margin);

/* Balance of the pool. */
money_t desk_fund(const struct desk *desk);

#endif
