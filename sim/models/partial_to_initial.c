#include "models/partial.h"

#include <stddef.h>

static bool
order_part(const struct partial_params *params, const struct partial_situation *situation,
           struct partial_order *order)
{
    const double guess = partial_initial_size(situation->equity, (double)situation->quantity,
                                              situation->unit_notional, situation->initial_rate,
                                              params->liquidator_fee + params->fund_fee);
    *order = (struct partial_order){.quantity = partial_least(situation, guess, PARTIAL_INITIAL),
                                    .fill = PARTIAL_IOC,
                                    .wait = params->every};
    return true;
}

static const struct param rows[] = {
    {
        .key = "liquidator_fee",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct partial_params, liquidator_fee),
        .min = 0.0,
        .max = 0.5,
        .unit = "1",
        .fallback = "0.5%",
        .doc = "Penalty to the liquidator, of the closed notional.",
    },
    {
        .key = "fund_fee",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct partial_params, fund_fee),
        .min = 0.0,
        .max = 0.5,
        .unit = "1",
        .fallback = "0.5%",
        .doc = "Penalty to the fund, of the closed notional.",
    },
    PARTIAL_EVERY("0s", "Pause between two orders."),
    {.key = NULL},
};

const struct partial_type partial_to_initial = {
    .model =
        {
            .name = "to_initial",
            .doc = "The least that restores the initial margin after the penalties, x = (IM |q| p "
                   "- equity) / (p (IM - penalties)); everything when nothing does. Source: Mai "
                   "protocol v2, liquidation.",
            .params = rows,
        },
    .order = order_part,
};
