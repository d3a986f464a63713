#include "models/partial.h"

#include <math.h>
#include <stddef.h>

static bool
order_part(const struct partial_params *params, const struct partial_situation *situation,
           struct partial_order *order)
{
    const double notional = situation->unit_notional * (double)situation->quantity;
    const double most =
        fmin(partial_block_most(notional, params->share, params->minimum), params->limit);
    *order = (struct partial_order){.quantity =
                                        partial_whole_steps(most / situation->unit_notional,
                                                            situation->step, situation->quantity),
                                    .fill = PARTIAL_IOC,
                                    .wait = params->every};
    return true;
}

static const struct param rows[] = {
    {
        .key = "share",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct partial_params, share),
        .min = 0.000001,
        .max = 1.0,
        .unit = "1",
        .fallback = "10%",
        .doc = "Largest share of the position an order closes.",
    },
    {
        .key = "minimum",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct partial_params, minimum),
        .min = 0.0,
        .max = 1e15,
        .unit = "quote",
        .fallback = "1k",
        .doc = "Notional an order may always have.",
    },
    {
        .key = "limit",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct partial_params, limit),
        .min = 0.0,
        .max = 1e15,
        .unit = "quote",
        .fallback = "100k",
        .doc = "Largest notional an order may have.",
    },
    PARTIAL_EVERY("1s", "Length of a block."),
    {.key = NULL},
};

const struct partial_type partial_percent_per_block = {
    .model =
        {
            .name = "percent_per_block",
            .doc = "At most a share of the position a block, but at least `minimum` of notional "
                   "and at most `limit`, in whole steps. Source: dYdX v4, "
                   "GetPerpetualPositionToLiquidate and subaccount block limits.",
            .params = rows,
        },
    .order = order_part,
};
