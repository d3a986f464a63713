#include "models/mark_kind.h"

static double
price(const struct mark_params *params, const struct mark_inputs *inputs, double basis)
{
    (void)params, (void)basis;
    return inputs->last;
}

static const struct param rows[] = {{.key = NULL}};

const struct mark_type mark_last = {
    .model =
        {
            .name = "last",
            .doc = "The price of the last trade: what venues used before mark prices, and what a "
                   "tape without a mark price leaves. One print can liquidate.",
            .params = rows,
        },
    .price = price,
};
