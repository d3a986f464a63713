#include "models/partial.h"

#include <stddef.h>

static bool
order_part(const struct partial_params *params, const struct partial_situation *situation,
           struct partial_order *order)
{
    const double lowest = (situation->lowest_rate + situation->fee_rate) *
                          situation->unit_notional * (double)situation->quantity;
    if ((int64_t)situation->tier + 1 < params->from_tier || situation->equity < lowest)
        return false;
    *order = (struct partial_order){.quantity = situation->quantity - situation->tier_quantity[0],
                                    .time_to_live = params->time_to_live};
    return order->quantity > 0;
}

static const struct param rows[] = {
    {
        .key = "from_tier",
        .type = PARAM_INTEGER,
        .offset = offsetof(struct partial_params, from_tier),
        .min = 2,
        .max = 64,
        .unit = "",
        .fallback = "3",
        .doc = "Lowest tier, counted from 1, that is reduced step by step; below it the takeover "
               "follows.",
    },
    {
        .key = "time_to_live",
        .type = PARAM_DURATION,
        .offset = offsetof(struct partial_params, time_to_live),
        .min = 0.0,
        .max = 86400.0,
        .unit = "s",
        .fallback = "60s",
        .doc = "How long an order stands before it is cancelled and priced anew.",
    },
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
