#include "engine/funding.h"

#include <assert.h>

#include "base/fixed.h"

money_t
funding_payment(const struct contract *contract, int64_t quantity, int64_t price, rate_t rate)
{
    const money_t paid = money_share(contract_value(contract, quantity, price), rate);
    /* The value of an inverse long is negative: it is the coin the long owes. */
    return contract->kind == CONTRACT_LINEAR ? -paid : paid;
}

rate_t
funding_rate_for(rate_t rate, int64_t interval, int64_t period)
{
    assert(interval > 0 && period > 0);
    return money_divide((int128_t)rate * interval, period);
}

rate_t
funding_rate_capped(rate_t rate, rate_t cap)
{
    assert(cap >= 0);
    return rate > cap ? cap : rate < -cap ? -cap : rate;
}

rate_t
funding_cap(rate_t factor, rate_t initial_rate, rate_t maintenance_rate)
{
    assert(initial_rate >= maintenance_rate);
    return money_share(initial_rate - maintenance_rate, factor);
}

money_t
funding_accrued(const struct contract *contract, int64_t quantity, money_t index_change)
{
    return money_divide(-(int128_t)quantity * index_change,
                        fixed_power_of_ten[contract->quantity_scale]);
}
