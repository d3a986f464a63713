/*
 * market_view.h - what the engine knows of one instrument's market: prices, prints, volume clock.
 *
 * The volume clock keeps, for each of the last 1,440 minutes, the traded notional and the squared
 * log return; their sums, scaled to a day, are the daily volume and daily volatility that slippage
 * models ask for.  It only looks back.  Until a day has passed it scales up what it has seen.
 */
#ifndef SIM_ENGINE_MARKET_VIEW_H
#define SIM_ENGINE_MARKET_VIEW_H

#include <stdint.h>

#include "base/error.h"
#include "base/timeline.h"
#include "market/contract.h"
#include "models/slippage.h"

enum { MARKET_VIEW_MINUTES = 1440 };

/* Trades of one aggressor side at the present instant. */
struct market_prints {
    int64_t quantity; /* sum, quantity units */
    double value;     /* sum of quantity x price, for the average price */
};

struct market_view {
    int64_t mark_price, last_price, index_price; /* 0: none yet */
    struct market_prints bought, sold, unknown;  /* by the aggressor's side, this instant only */
    int64_t minute_quantity;                     /* traded since the minute began */
    int64_t minute_price; /* reference price at the last minute boundary; 0: none yet */
    struct market_minute {
        double notional;       /* quote currency */
        double return_squared; /* of the log price over the minute */
    } * minutes;               /* ring of MARKET_VIEW_MINUTES; owned */
    uint64_t minutes_seen;
    double daily_volume, daily_volatility; /* NaN before the first minute, the first return */
};

enum status market_view_init(struct market_view *view, struct error *err) MUST_CHECK;
void market_view_clear(struct market_view *view);

/* Closes the present minute; called at every minute boundary of the run. */
void market_view_minute(struct market_view *view, const struct contract *contract);

/* Forgets the prints of the instant that is over. */
void market_view_next_instant(struct market_view *view);

/* The volume an engine that sells (side < 0) or buys (side > 0) can take part in at this instant,
 * and its average price in tape units: trades whose aggressor was on the engine's own side, and
 * those of unknown side. */
int64_t market_view_volume(const struct market_view *view, int side, double *average_price);

/* What slippage models are told. */
struct slippage_market market_view_slippage(const struct market_view *view);

#endif
