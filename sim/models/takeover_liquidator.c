#include "models/takeover_kind.h"

#include <stddef.h>

static double
limit(const struct takeover_params *params, const struct takeover_situation *situation)
{
    (void)situation;
    return params->liquidator_fee;
}

static const struct param rows[] = {
    {
        .key = "liquidator_fee",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct takeover_params, liquidator_fee),
        .min = 0.0,
        .max = 0.5,
        .unit = "1",
        .fallback = "1%",
        .doc = "Discount at which outside liquidators take positions, share of the mark.",
    },
    {.key = NULL},
};

const struct takeover_type takeover_liquidator = {
    .model =
        {
            .name = "liquidator",
            .doc = "Outside liquidators take the position at the mark less (longs) or plus "
                   "(shorts) their fee, for the trader's account; a balance below zero is a "
                   "bankruptcy. Source: Drift v2, controller/liquidation.rs; Mango v4, "
                   "perp liquidation.",
            .params = rows,
        },
    .how = TAKEOVER_BY_TRADER,
    .limit = limit,
    .at_limit = true,
};
