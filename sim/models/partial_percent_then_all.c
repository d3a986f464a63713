#include "models/partial.h"

#include <stddef.h>

static bool
order_part(const struct partial_params *params, const struct partial_situation *situation,
           struct partial_order *order)
{
    const double notional = situation->unit_notional * (double)situation->quantity;
    const bool first = situation->orders == 0 && notional > params->threshold;
    *order = (struct partial_order){
        .quantity = first ? partial_whole_steps(params->share * (double)situation->quantity,
                                                situation->step, situation->quantity)
                          : situation->quantity,
        .wait = first ? params->cooldown : 0};
    return true;
}

static const struct param rows[] = {
    {
        .key = "threshold",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct partial_params, threshold),
        .min = 0.0,
        .max = 1e15,
        .unit = "quote",
        .fallback = "100k",
        .doc = "Notional above which the position goes in two steps.",
    },
    {
        .key = "share",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct partial_params, share),
        .min = 0.000001,
        .max = 1.0,
        .unit = "1",
        .fallback = "20%",
        .doc = "Share of the position the first order closes.",
    },
    {
        .key = "cooldown",
        .type = PARAM_DURATION,
        .offset = offsetof(struct partial_params, cooldown),
        .min = 0.0,
        .max = 86400.0,
        .unit = "s",
        .fallback = "30s",
        .doc = "Pause before the rest is closed.",
    },
    {.key = NULL},
};

const struct partial_type partial_percent_then_all = {
    .model =
        {
            .name = "percent_then_all",
            .doc = "Positions above a notional are reduced by a share first, and after a pause the "
                   "whole rest is closed; smaller ones are closed whole at once. Source: "
                   "Hyperliquid, liquidations (20 % above 100k USDC, 30 s).",
            .params = rows,
        },
    .order = order_part,
};
