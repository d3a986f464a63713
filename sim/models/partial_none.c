#include "models/partial.h"

static bool
order_part(const struct partial_params *params, const struct partial_situation *situation,
           struct partial_order *order)
{
    (void)params;
    (void)situation;
    (void)order;
    return false;
}

static const struct param rows[] = {
    {.key = NULL},
};

const struct partial_type partial_none = {
    .model =
        {
            .name = "none",
            .doc = "Nothing is closed step by step: the takeover follows at once.",
            .params = rows,
        },
    .order = order_part,
};
