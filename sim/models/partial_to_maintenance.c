#include "models/partial.h"

#include <math.h>
#include <stddef.h>

static bool
order_part(const struct partial_params *params, const struct partial_situation *situation,
           struct partial_order *order)
{
    const double health = situation->equity - situation->required;
    const double guess =
        partial_health_size(health, (double)situation->quantity, situation->unit_notional,
                            fmax(situation->maintenance_rate, 1e-9), INFINITY);
    int64_t least = partial_least(situation, guess, PARTIAL_MAINTENANCE);
    const double cap = params->limit / situation->unit_notional;
    if ((double)least > cap)
        least = partial_whole_steps(cap, situation->step, situation->quantity);
    *order = (struct partial_order){.quantity = least, .fill = PARTIAL_IOC, .wait = params->every};
    return true;
}

static const struct param rows[] = {
    {
        .key = "limit",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct partial_params, limit),
        .min = 0.0,
        .max = 1e18,
        .unit = "quote",
        .fallback = "1000000000000000",
        .doc = "Largest notional an order may have.",
    },
    PARTIAL_EVERY("0s", "Pause between two orders."),
    {.key = NULL},
};

const struct partial_type partial_to_maintenance = {
    .model =
        {
            .name = "to_maintenance",
            .doc = "The least that restores maintenance margin at the mark, again where fees or "
                   "slippage leave it short. Source: Mango v4, liquidation to zero health.",
            .params = rows,
        },
    .order = order_part,
};
