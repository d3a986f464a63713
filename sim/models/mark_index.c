#include "models/mark_kind.h"

static double
price(const struct mark_params *params, const struct mark_inputs *inputs, double basis)
{
    (void)params, (void)basis;
    return inputs->index;
}

static const struct param rows[] = {{.key = NULL}};

const struct mark_type mark_index = {
    .model =
        {
            .name = "index",
            .doc = "The index price: margins are judged at the spot or oracle price, whatever the "
                   "contract trades at. Source: dYdX v4 (margins at the oracle price).",
            .params = rows,
        },
    .price = price,
};
