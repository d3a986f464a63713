/*
 * fund_rules.h - what a fund pool may pay, what that costs it, and when it is settled.
 *
 *     paid <= balance / (1 + payout_premium)    unless it may go negative
 *     paid <= payout_max - what it paid in the present payout window
 *
 * Sources: Mango v4 (assets handed out at a 5 % discount: paying x costs 1.05 x), dYdX v4
 * (insurance loss a block), Bybit (negative pools are published), Deribit (credited hourly), OKX
 * (daily at 08:00 UTC).
 */
#ifndef SIM_ENGINE_FUND_RULES_H
#define SIM_ENGINE_FUND_RULES_H

#include <stdbool.h>

#include "base/money.h"
#include "base/timeline.h"

enum fund_settle { FUND_SETTLE_EVENT = 0, FUND_SETTLE_HOURLY, FUND_SETTLE_DAILY };
extern const char *const fund_rules_settle_names[]; /* "event", "hourly", "daily", NULL */

struct fund_rules {
    bool may_go_negative;
    rate_t payout_premium;   /* cost of paying 1 out, above 1 */
    money_t payout_max;      /* most a payout window pays out; 0: no limit */
    time_ns_t payout_window; /* length; windows begin at multiples of it since 1970 */
    enum fund_settle settle;
    time_ns_t settle_at; /* daily: time of the day */
};

struct fund_payout {
    money_t paid; /* of the deficit, >= 0 */
    money_t cost; /* to the fund, >= paid */
};

/* What a fund with `balance` that has paid `in_window` in the present window pays of `deficit`
 * (>= 0). */
struct fund_payout fund_rules_payable(const struct fund_rules *rules, money_t balance,
                                      money_t in_window, money_t deficit);

/* Whether a change of the fund by `delta` (< 0: it pays) can be made in full. */
bool fund_rules_can_pay(const struct fund_rules *rules, money_t balance, money_t delta);

/* The first settlement after `time`; TIME_NS_NEVER where every event is settled. */
time_ns_t fund_rules_next_settlement(const struct fund_rules *rules, time_ns_t time);

#endif
