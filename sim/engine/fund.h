/*
 * fund.h - an insurance fund pool: its account in the ledger, its sums, its drawdown.
 *
 * The balance is the ledger's.  fund_book() is the only way money enters or leaves a pool; it
 * posts, adds to the sums and tells the observer.  The 8 h peak is the largest balance within the
 * closed window [time - 8 h, time], between samples too, kept in a queue whose balances fall from
 * front to back, one entry a sample at most: where the window begins between two samples it
 * reaches back to the earlier one.
 *
 * Where the venue settles its fund by the clock, what changes it wait in the clearing
 * account until then; what they will make of the balance counts for what the fund can pay.
 */
#ifndef SIM_ENGINE_FUND_H
#define SIM_ENGINE_FUND_H

#include "base/error.h"
#include "engine/fund_rules.h"
#include "engine/ledger.h"
#include "engine/observer.h"

#define FUND_WINDOW (8 * TIME_NS_HOUR)

struct fund {
    size_t account;                                                       /* in the ledger */
    size_t currency;                                                      /* index */
    uint32_t pool;                                                        /* its own number */
    money_t surplus, deficit, fee, injection, adl_relief, uncovered_loss; /* sums, >= 0 */
    money_t socialized_loss;                                              /* sum, >= 0 */
    money_t other;              /* sum of all other changes, signed */
    money_t injected_by_policy; /* of the injections, what the threshold policy brought */
    money_t carried;            /* of the uncovered loss, what a settlement period will share */
    money_t pending[FUND_CHANGE_KINDS]; /* that wait for the settlement, by kind */
    time_ns_t next_settlement;          /* TIME_NS_NEVER: every event is settled at once */
    money_t paid;                       /* out since the payout window began */
    int64_t payout_window;              /* its number */
    const struct fund_rules *rules;     /* borrowed */
    enum fund_state state;
    money_t highest; /* since the last sample */
    struct fund_peak {
        time_ns_t time;  /* of the sample it ends at */
        money_t balance; /* the highest since the sample before */
    } * peaks;           /* ring: balances fall, times rise; owned */
    size_t head, count, capacity;
};

/* `sample_every` bounds how many samples a window holds; `rules` is borrowed. */
enum status fund_init(struct fund *fund, const struct ledger *ledger, uint32_t pool,
                      size_t currency, const struct fund_rules *rules, time_ns_t sample_every,
                      struct error *err) MUST_CHECK;
void fund_clear(struct fund *fund);

/* Moves `amount` (> 0 into the pool, < 0 out of it) between the pool and ledger account `other`. */
void fund_book(struct fund *fund, struct ledger *ledger, const struct observer *observer,
               enum fund_change_kind kind, size_t other, money_t amount, uint64_t case_id,
               time_ns_t time);

/* Balance, and what waits for the settlement. */
money_t fund_balance(const struct fund *fund, const struct ledger *ledger);

/* How much of a deficit (> 0) the pool would pay at `time`, within its rules. */
money_t fund_able(const struct fund *fund, const struct ledger *ledger, money_t deficit,
                  time_ns_t time);

/* Pays `amount` (0..fund_able()) of a deficit into ledger account `other`, and the discount its
 * assets are handed out at. */
void fund_pay(struct fund *fund, struct ledger *ledger, const struct observer *observer,
              size_t other, money_t amount, uint64_t case_id, time_ns_t time);

/* The clock of the settlement starts at `time`. */
void fund_start(struct fund *fund, time_ns_t time);

/* Books what waits. */
void fund_settle_now(struct fund *fund, struct ledger *ledger, const struct observer *observer,
                     time_ns_t time);

/* The same, when the clock of the settlement has come. */
void fund_settle(struct fund *fund, struct ledger *ledger, const struct observer *observer,
                 time_ns_t time);

/* The pool's state at `time`, and the window moves on. */
struct pool_sample fund_sample(struct fund *fund, const struct ledger *ledger, time_ns_t time);

#endif
