/*
 * fund.h - an insurance fund pool: its account in the ledger, its sums, its drawdown.
 *
 * The balance is the ledger's.  fund_book() is the only way money enters or leaves a pool; it
 * posts, adds to the sums and tells the observer.  The 8 h peak is the largest balance within the
 * closed window [time - 8 h, time], between samples too, kept in a queue whose balances fall from
 * front to back, one entry a sample at most: where the window begins between two samples it
 * reaches back to the earlier one.
 */
#ifndef SIM_ENGINE_FUND_H
#define SIM_ENGINE_FUND_H

#include "base/error.h"
#include "engine/ledger.h"
#include "engine/observer.h"

#define FUND_WINDOW (8 * TIME_NS_HOUR)

struct fund {
    size_t account;                                                       /* in the ledger */
    size_t currency;                                                      /* index */
    uint32_t pool;                                                        /* its own number */
    money_t surplus, deficit, fee, injection, adl_relief, uncovered_loss; /* sums, >= 0 */
    enum fund_state state;
    money_t highest; /* since the last sample */
    struct fund_peak {
        time_ns_t time;  /* of the sample it ends at */
        money_t balance; /* the highest since the sample before */
    } * peaks;           /* ring: balances fall, times rise; owned */
    size_t head, count, capacity;
};

/* `sample_every` bounds how many samples a window holds. */
enum status fund_init(struct fund *fund, const struct ledger *ledger, uint32_t pool,
                      size_t currency, time_ns_t sample_every, struct error *err) MUST_CHECK;
void fund_clear(struct fund *fund);

/* Moves `amount` (> 0 into the pool, < 0 out of it) between the pool and ledger account `other`. */
void fund_book(struct fund *fund, struct ledger *ledger, const struct observer *observer,
               enum fund_change_kind kind, size_t other, money_t amount, uint64_t case_id,
               time_ns_t time);

/* The pool's state at `time`, and the window moves on. */
struct pool_sample fund_sample(struct fund *fund, const struct ledger *ledger, time_ns_t time);

#endif
