#include "models/partial.h"

static bool
order_part(const struct partial_params *params, const struct partial_situation *situation,
           struct partial_order *order)
{
    (void)params;
    if (situation->tier == 0 || situation->orders > 0)
        return false;
    *order = (struct partial_order){.quantity = situation->quantity -
                                                situation->tier_quantity[situation->tier - 1],
                                    .fill = PARTIAL_FOK,
                                    .once = true};
    return order->quantity > 0;
}

static const struct param rows[] = {
    {.key = NULL},
};

const struct partial_type partial_fok_lower_tier = {
    .model =
        {
            .name = "fok_lower_tier",
            .doc = "One fill-or-kill order for what lies above the next lower tier; in the lowest "
                   "tier, or when the account is not well after it, the takeover follows. Source: "
                   "Bybit help 000001098; BitMEX, liquidation (lower risk limit).",
            .params = rows,
        },
    .order = order_part,
};
