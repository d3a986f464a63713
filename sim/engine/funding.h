/*
 * funding.h - what a perpetual contract's longs pay its shorts.
 *
 * A positive rate is paid by longs, a negative one by shorts, on the position's value at the mark
 * price (linear: quote; inverse: coin).  Amounts are signed as what the position receives.  Both
 * sides of a trade round to exact opposites, so funding moves money and makes none.
 * Source: OKX and BitMEX perpetual guides (fee = position value x rate); dYdX v4 for the index.
 */
#ifndef SIM_ENGINE_FUNDING_H
#define SIM_ENGINE_FUNDING_H

#include <stdint.h>

#include "base/money.h"
#include "market/contract.h"

/* What `quantity` receives (> 0) or pays (< 0) at `price` (> 0, the mark) at the rate of one
 * interval. */
money_t funding_payment(const struct contract *contract, int64_t quantity, int64_t price,
                        rate_t rate);

/* The part of a rate quoted for `period` that is charged for `interval` (both > 0, same unit): an
 * 8 hour rate charged hourly is an eighth.  To nearest. */
rate_t funding_rate_for(rate_t rate, int64_t interval, int64_t period);

/* `rate` kept within [-cap, cap], cap >= 0. */
rate_t funding_rate_capped(rate_t rate, rate_t cap);

/* The cap of a market whose rate may reach `factor` (share) times the room between its initial and
 * maintenance margin rates (dYdX: 600 % for 8 hours). */
rate_t funding_cap(rate_t factor, rate_t initial_rate, rate_t maintenance_rate);

/* What `quantity` receives when the funding index, money paid by a long of one whole contract,
 * moved by index_change since it was last settled. */
money_t funding_accrued(const struct contract *contract, int64_t quantity, money_t index_change);

#endif
