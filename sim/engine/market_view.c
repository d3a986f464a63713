#include "engine/market_view.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

enum status
market_view_init(struct market_view *view, struct error *err)
{
    *view = (struct market_view){
        .minutes = calloc(MARKET_VIEW_MINUTES, sizeof(struct market_minute)),
        .daily_volume = NAN,
        .daily_volatility = NAN,
    };
    return view->minutes == NULL ? error_memory(err, "starting the volume clock") : OK;
}

void
market_view_clear(struct market_view *view)
{
    free(view->minutes);
    *view = (struct market_view){0};
}

void
market_view_minute(struct market_view *view, const struct contract *contract)
{
    const int64_t price = view->last_price != 0 ? view->last_price : view->mark_price;
    if (price == 0)
        return;
    const double change =
        view->minute_price == 0 ? 0.0 : log((double)price / (double)view->minute_price);
    view->minutes[view->minutes_seen % MARKET_VIEW_MINUTES] = (struct market_minute){
        .notional = contract_quote_notional(contract, view->minute_quantity, price),
        .return_squared = change * change,
    };
    view->minutes_seen++;
    view->minute_quantity = 0;
    view->minute_price = price;

    const uint64_t count =
        view->minutes_seen < MARKET_VIEW_MINUTES ? view->minutes_seen : MARKET_VIEW_MINUTES;
    double notional = 0.0, variance = 0.0;
    for (uint64_t i = 0; i < count; i++) {
        notional += view->minutes[i].notional;
        variance += view->minutes[i].return_squared;
    }
    /* The first minute of all has no price before it, hence no return. */
    const uint64_t returns = view->minutes_seen > count ? count : count - 1;
    view->daily_volume = notional * (double)MARKET_VIEW_MINUTES / (double)count;
    if (returns > 0)
        view->daily_volatility = sqrt(variance * (double)MARKET_VIEW_MINUTES / (double)returns);
}

void
market_view_next_instant(struct market_view *view)
{
    view->bought = view->sold = view->unknown = (struct market_prints){0};
}

int64_t
market_view_volume(const struct market_view *view, int side, double *average_price)
{
    const struct market_prints *own = side > 0 ? &view->bought : &view->sold;
    int64_t quantity;
    const bool overflow = __builtin_add_overflow(own->quantity, view->unknown.quantity, &quantity);
    assert(!overflow);
    *average_price = quantity == 0 ? NAN : (own->value + view->unknown.value) / (double)quantity;
    return quantity;
}

struct slippage_market
market_view_slippage(const struct market_view *view)
{
    return (struct slippage_market){view->daily_volume, view->daily_volatility};
}
