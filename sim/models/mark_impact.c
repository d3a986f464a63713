#include "models/mark_impact.h"

#include <assert.h>
#include <math.h>

double
mark_impact_price(const struct mark_level *levels, size_t count, double size)
{
    assert(size >= 0.0);
    double filled = 0.0, value = 0.0;
    for (size_t i = 0; i < count; i++) {
        if (levels[i].size <= 0.0)
            continue;
        if (size == 0.0)
            return levels[i].price;
        const double taken = fmin(levels[i].size, size - filled);
        filled += taken;
        value += taken * levels[i].price;
        if (filled >= size)
            break;
    }
    return filled > 0.0 ? value / filled : NAN;
}

double
mark_impact_mid(const struct mark_level *bids, size_t bid_count, const struct mark_level *asks,
                size_t ask_count, double size)
{
    const double bid = mark_impact_price(bids, bid_count, size);
    const double ask = mark_impact_price(asks, ask_count, size);
    if (isnan(bid))
        return ask;
    return isnan(ask) ? bid : (bid + ask) / 2.0;
}
