#include "engine/fund_rules.h"

#include <assert.h>
#include <stddef.h>

const char *const fund_rules_settle_names[] = {"event", "hourly", "daily", NULL};

static money_t
cost_of(const struct fund_rules *rules, money_t paid)
{
    return money_add(paid, money_share(paid, rules->payout_premium));
}

struct fund_payout
fund_rules_payable(const struct fund_rules *rules, money_t balance, money_t in_window,
                   money_t deficit)
{
    assert(deficit >= 0);
    money_t paid = deficit;
    if (!rules->may_go_negative) {
        const money_t have = balance > 0 ? balance : 0;
        if (cost_of(rules, paid) > have)
            paid = rules->payout_premium == 0
                       ? have
                       : (money_t)((int128_t)have * RATE_ONE / (RATE_ONE + rules->payout_premium));
        while (paid > 0 && cost_of(rules, paid) > have)
            paid--;
    }
    if (rules->payout_max > 0) {
        const money_t room = in_window < rules->payout_max ? rules->payout_max - in_window : 0;
        paid = paid < room ? paid : room;
    }
    return (struct fund_payout){paid, cost_of(rules, paid)};
}

bool
fund_rules_can_pay(const struct fund_rules *rules, money_t balance, money_t delta)
{
    return delta >= 0 || fund_rules_payable(rules, balance, 0, -delta).paid == -delta;
}

time_ns_t
fund_rules_next_settlement(const struct fund_rules *rules, time_ns_t time)
{
    if (rules->settle == FUND_SETTLE_EVENT)
        return TIME_NS_NEVER;
    const time_ns_t period = rules->settle == FUND_SETTLE_HOURLY ? TIME_NS_HOUR : TIME_NS_DAY;
    const time_ns_t at = rules->settle == FUND_SETTLE_HOURLY ? 0 : rules->settle_at;
    time_ns_t next = (time - at) / period * period + at;
    while (next <= time)
        next += period;
    return next;
}
