/*
 * account.h - the risk of one account: several positions, one settlement currency, one balance.
 *
 * An isolated position is an account with one position whose balance is its margin; a cross
 * account holds several that share one balance.  Everything is exact integer money:
 *
 *     equity      = balance + sum of (value at the mark - entry value + unsettled funding)
 *     required    = sum of maintenance margins and liquidation fees (margin_required())
 *     free margin = equity - initial margin             what may be withdrawn or opened with
 *     liquidatable: equity < required                   (or <=)
 *     deleveragable: equity < 0                         only then may winners be closed
 *
 * A balance may already carry what the positions cost (dYdX: negative cash of a long): entry values
 * are 0 then and equity is cash plus value.  All functions are pure; nothing is allocated.
 */
#ifndef SIM_ENGINE_ACCOUNT_H
#define SIM_ENGINE_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/money.h"
#include "engine/margin.h"
#include "market/contract.h"

struct account_position {
    const struct contract *contract;  /* borrowed; settles in the account's currency */
    const struct margin_rules *rules; /* borrowed; NULL: no maintenance margin */
    int64_t quantity;                 /* signed, quantity units; 0: none */
    int64_t mark_price;               /* > 0 */
    money_t entry_value;       /* contract_value() at entry; 0 where the balance carries it */
    money_t funding;           /* unsettled, > 0: to be received */
    rate_t initial_rate;       /* share of notional / leverage held as initial margin; 0: none */
    double leverage;           /* > 0 where initial_rate is not 0 */
    bool maintenance_on_entry; /* maintenance on the entry notional (Bybit until 2024) */
};

/* When an account may be liquidated. */
struct account_trigger {
    enum margin_compare compare;
    bool only_if_required; /* an account of which nothing is required never is, whatever it owes */
};

struct account {
    money_t balance; /* may be negative */
    struct account_trigger trigger;
    const struct account_position *positions; /* borrowed */
    size_t count;
};

struct account_risk {
    money_t equity;
    money_t initial_margin;
    money_t maintenance_margin; /* without liquidation fees */
    money_t required;           /* with them: what equity is compared with */
    money_t free_margin;        /* may be negative */
    bool liquidatable;
    bool deleveragable;
};

struct account_risk account_risk(const struct account *account);

/* The verdict alone, for equity and requirement measured elsewhere. */
bool account_liquidatable(const struct account_trigger *trigger, money_t equity, money_t required);

/* Equity of one position with `margin` posted for it, and maintenance margin of its notional. */
money_t account_position_equity(const struct account_position *position, money_t margin);
money_t account_position_maintenance(const struct account_position *position);

/*
 * Value, as contract_value() has it, at which position `index` changes by `change` (opposite sign,
 * at most the position) at its bankruptcy price; for a linear contract what the account gets (> 0)
 * or pays (< 0) in cash.  The account's equity is allocated to its positions by their share of
 * maintenance margin, so closing them one after the other ends at exactly zero:
 *
 *     value of the closed part at the mark - equity x |change in maintenance| / maintenance
 *
 * For one position it is the bankruptcy price of margin.h.  The share is rounded down, so the
 * result is rounded up: no account is left below zero by a rounding, which would be a loss that
 * nobody pays.  Only for accounts that need maintenance margin.  Source: dYdX v4,
 * GetBankruptcyPriceInQuoteQuantums.
 */
money_t account_bankruptcy_value(const struct account *account, size_t index, int64_t change);

/* Whether positive values (balance, longs) are worth less than `minimum` (share; 1.1 is 110 %)
 * times the negative ones (debt, shorts): the trigger of dYdX v1, and with 1 its test for a
 * position under water.  Without negative values never.  Linear, entry values carried by the
 * balance. */
bool account_ratio_below(const struct account *account, rate_t minimum);

/* Whether an order needs more than is available: margin required and fee against it. */
bool account_order_exceeds(money_t required, money_t fee, money_t available);

/* Maintenance margin of variation-margined positions (Vega): what moving the whole position to the
 * risk factor's price and into the book may cost, and open orders moved to it:
 * notional x (risk factor + slippage) + order notional x risk factor, rounded up to a multiple of
 * `unit` money units (> 0). */
money_t account_variation_margin(money_t notional, money_t order_notional, rate_t risk_factor,
                                 rate_t slippage, money_t unit);

/* A requirement times the factor of a margin level (search, initial, release), rounded down to a
 * multiple of `unit`: a level is crossed when the balance reaches it. */
money_t account_margin_level(money_t maintenance, rate_t factor, money_t unit);

/* Profit of a position closed at exit_value (contract_value()), never below -margin: beyond it the
 * loss is the insurance fund's. */
money_t account_isolated_profit(money_t entry_value, money_t exit_value, money_t margin);

/* Cash and one linear position, as an ADL or a takeover moves them. */
struct account_holding {
    money_t cash;     /* carries what the position cost */
    int64_t quantity; /* signed, quantity units */
};

/* Part of from's position passes to `to` for `value`: from's quantity changes by `change` and it
 * gets `value` (account_bankruptcy_value() or contract_value() of the part; < 0: it pays). */
void account_transfer(struct account_holding *from, struct account_holding *to, int64_t change,
                      money_t value);

/* The same as a deleveraging: refused, with nothing changed and false, when the counterparty `to`
 * would be left with negative equity at the mark, or `from` would and may not. */
bool account_offset(const struct contract *contract, struct account_holding *from,
                    struct account_holding *to, int64_t change, money_t value, int64_t mark_price,
                    bool from_may_stay_negative);

#endif
