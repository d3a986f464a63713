#include "models/partial.h"

#include <stddef.h>

static bool
order_part(const struct partial_params *params, const struct partial_situation *situation,
           struct partial_order *order)
{
    const size_t levels = (size_t)params->levels;
    if (!partial_goes_down(params, situation))
        return false;
    const size_t target = situation->tier > levels ? situation->tier - levels : 0;
    const int64_t left = situation->tier_quantity[target];
    if (left >= situation->quantity)
        return false;
    *order = (struct partial_order){.quantity = situation->quantity - left,
                                    .time_to_live = params->time_to_live};
    return true;
}

static const struct param rows[] = {
    PARTIAL_FROM_TIER,
    {
        .key = "levels",
        .type = PARAM_INTEGER,
        .offset = offsetof(struct partial_params, levels),
        .min = 1,
        .max = 63,
        .unit = "",
        .fallback = "2",
        .doc = "Tiers an order takes the position down.",
    },
    PARTIAL_TIME_TO_LIVE,
    {.key = NULL},
};

const struct partial_type partial_two_tiers_down = {
    .model =
        {
            .name = "two_tiers_down",
            .doc = "While equity still covers the rate of tier 1 and the fee on the whole "
                   "position, positions in a high tier are reduced to the largest size of the tier "
                   "`levels` below, order by order; then the takeover follows. Source: OKX, "
                   "partial liquidation (amorrr.com/14966, 365shuku.com/10258).",
            .params = rows,
        },
    .order = order_part,
};
