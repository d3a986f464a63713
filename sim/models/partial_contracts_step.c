#include "models/partial.h"

#include <stddef.h>

static bool
order_part(const struct partial_params *params, const struct partial_situation *situation,
           struct partial_order *order)
{
    *order = (struct partial_order){
        .quantity = partial_whole_steps(params->contracts / situation->unit_contracts,
                                        situation->step, situation->quantity),
        .fill = PARTIAL_IOC,
        .wait = params->every};
    return true;
}

static const struct param rows[] = {
    {
        .key = "contracts",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct partial_params, contracts),
        .min = 1e-9,
        .max = 1e12,
        .unit = "contracts",
        .fallback = "1",
        .doc = "Contracts an order closes.",
    },
    PARTIAL_EVERY("0s", "Pause between two orders."),
    {.key = NULL},
};

const struct partial_type partial_contracts_step = {
    .model =
        {
            .name = "contracts_step",
            .doc = "A fixed number of contracts an order, again and again until the account is "
                   "well; nothing is taken over. Source: Deribit, liquidations (1 contract in "
                   "2016, later up to 400).",
            .params = rows,
        },
    .order = order_part,
};
