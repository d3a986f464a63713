/*
 * ledger.h - double entry: every movement of money debits one account and credits another.
 *
 *     outside     traders' deposits come from and withdrawals go to
 *     market      the counterparty of every trade: profits are paid by it, losses go to it
 *     wallets     money of traders that is in no position
 *     margins     money posted for open positions
 *     inventory   what the engine took over with the positions it now holds
 *     platform    the venue's own capital: where opening balances come from
 *     uncovered   losses nobody paid (its balance is <= 0)
 *     clearing    what is booked to a pool at the next clock of its settlement
 *     liquidators rewards and discounts of outside liquidators
 *     fund(pool)  one account an insurance fund pool
 *
 * One set per settlement currency, one fund account per pool.  The sum over a currency is zero
 * after every posting by construction; ledger_verify() recomputes it.
 */
#ifndef SIM_ENGINE_LEDGER_H
#define SIM_ENGINE_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/money.h"

enum ledger_class {
    LEDGER_OUTSIDE = 0,
    LEDGER_MARKET,
    LEDGER_WALLETS,
    LEDGER_MARGINS,
    LEDGER_INVENTORY,
    LEDGER_PLATFORM,
    LEDGER_UNCOVERED,
    LEDGER_CLEARING,
    LEDGER_LIQUIDATORS,
    LEDGER_CLASSES
};

struct ledger {
    money_t *balance;   /* one an account; owned */
    uint16_t *currency; /* of each account; owned */
    size_t count;       /* accounts */
    size_t currencies;
    uint64_t postings; /* made so far */
};

/* An empty ledger of `currencies` sets and one fund account per pool, whose currency is
 * pool_currency[pool]. */
enum status ledger_init(struct ledger *ledger, size_t currencies, const uint16_t *pool_currency,
                        size_t pools, struct error *err) MUST_CHECK;
void ledger_clear(struct ledger *ledger); /* {0} and twice are safe */

/* Account numbers. */
size_t ledger_account(const struct ledger *ledger, size_t currency, enum ledger_class class);
size_t ledger_fund(const struct ledger *ledger, size_t pool);

/* Moves `amount` (negative: the other way) between two accounts of one currency; nothing where both
 * are the same. */
void ledger_post(struct ledger *ledger, size_t from, size_t to, money_t amount);

money_t ledger_balance(const struct ledger *ledger, size_t account);

/* True when every currency sums to zero. */
bool ledger_verify(const struct ledger *ledger);

#endif
