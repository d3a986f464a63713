#include "models/partial.h"

#include <stddef.h>

static bool
order_part(const struct partial_params *params, const struct partial_situation *situation,
           struct partial_order *order)
{
    if (!partial_goes_down(params, situation))
        return false;
    *order = (struct partial_order){.quantity = situation->quantity - situation->tier_quantity[0],
                                    .time_to_live = params->time_to_live};
    return order->quantity > 0;
}

static const struct param rows[] = {
    PARTIAL_FROM_TIER,
    PARTIAL_TIME_TO_LIVE,
    {.key = NULL},
};

const struct partial_type partial_to_tier_1 = {
    .model =
        {
            .name = "to_tier_1",
            .doc = "While equity still covers the rate of tier 1 and the fee on the whole "
                   "position, positions in a high tier are reduced to the largest size of tier 1; "
                   "then the takeover follows. Source: OKX support 360020411711.",
            .params = rows,
        },
    .order = order_part,
};
