/*
 * holders.h - opens and closes positions as the population says.
 *
 * Explicit positions open at their time and leave at their time.  A synthetic population fills the
 * book to its open-interest target when the window begins, with entries at the prices of the
 * lookback before it: who would have been liquidated since is not drawn.  After that, at every
 * step,
 *
 *     1  positions whose lifetime is over leave at the mark (those in breach stay for the engine)
 *     2  what left is replaced by fresh draws, lighter side first, and a share step / recovery of
 *        what is missing to the target comes back
 *     3  whichever side is then heavier (the engine's inventory counted) closes positions, nearest
 *        to their end first: the outside party that bought from the engine was one of them
 *
 * so that longs and shorts, inventory included, balance after every step.
 */
#ifndef SIM_ENGINE_HOLDERS_H
#define SIM_ENGINE_HOLDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/engine.h"
#include "models/population.h"

/* An explicit position and when it opens: at the first mark of its instrument, when that is later.
 */
struct holder_order {
    time_ns_t open; /* at or after the start of the window */
    struct position position;
    money_t deposit;      /* brought to an account that is followed, before it opens */
    money_t order_margin; /* what open orders of a cross account hold back from then on, too */
};

/* An account that is followed (account_table.h): row i of the table. */
struct holder_account {
    bool cross;
    size_t currency; /* index */
};

/* A synthetic population of one instrument. */
struct holder_target {
    const struct population_params *params; /* borrowed */
    double open_interest;                   /* of one side, quote notional */
    uint64_t seed;
    bool cross;      /* every position has a cross account of its own, and takes along what is left
                        of its balance when it leaves */
    size_t currency; /* index: of that account */
};

struct holders_config {
    const struct holder_order *orders; /* ascending `open`; borrowed */
    size_t order_count;
    const struct holder_account *accounts; /* of the orders; NULL: none is followed; borrowed */
    size_t account_count;
    const struct holder_target *targets; /* one an instrument, open_interest 0: none; borrowed */
};

struct holder_book; /* of one instrument */

struct holders {
    const struct holders_config *config; /* borrowed */
    struct holder_book *books;           /* one an instrument; owned */
    size_t instrument_count;
    time_ns_t next;        /* when holders_run() is needed; TIME_NS_NEVER: not again */
    bool started, waiting; /* waiting for the first mark of an instrument */
    uint32_t accounts;     /* numbers given to drawn positions so far */
};

/* `from` is when the window begins: prices are noted from `from` - lookback on. */
enum status holders_init(struct holders *holders, const struct holders_config *config,
                         size_t instrument_count, time_ns_t from, struct error *err) MUST_CHECK;
void holders_clear(struct holders *holders);

/* The window begins: explicit positions of the start open, synthetic books are filled. */
enum status holders_start(struct holders *holders, struct engine *engine, time_ns_t time,
                          struct error *err) MUST_CHECK;

/* Bytes of all structures whose size depends on the positions or the lookback. */
size_t holders_bytes(const struct holders *holders);

/* Everything due at `time`; before the start it only notes prices for the lookback. */
enum status holders_run(struct holders *holders, struct engine *engine, time_ns_t time,
                        struct error *err) MUST_CHECK;

#endif
