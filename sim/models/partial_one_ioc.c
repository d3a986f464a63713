#include "models/partial.h"

#include <stddef.h>

static bool
order_part(const struct partial_params *params, const struct partial_situation *situation,
           struct partial_order *order)
{
    if (situation->orders > 0)
        return false;
    *order = (struct partial_order){
        .quantity = partial_whole_steps(params->share * (double)situation->quantity,
                                        situation->step, situation->quantity),
        .fill = PARTIAL_IOC,
        .once = true};
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
        .fallback = "100%",
        .doc = "Share of the position the order closes.",
    },
    {.key = NULL},
};

const struct partial_type partial_one_ioc = {
    .model =
        {
            .name = "one_ioc",
            .doc = "One immediate-or-cancel order; if the account is not well after it, the "
                   "takeover follows. Source: Binance, liquidation protocol (smart liquidation).",
            .params = rows,
        },
    .order = order_part,
};
