#include "models/mark_kind.h"

#include <math.h>

static double
price(const struct mark_params *params, const struct mark_inputs *inputs, double basis)
{
    (void)params;
    return isnan(basis) ? inputs->index : inputs->index + basis;
}

static const struct param rows[] = {
    MARK_WINDOW("1min"),
    MARK_SAMPLING,
    MARK_AVERAGE,
    {.key = NULL},
};

const struct mark_type mark_index_basis = {
    .model =
        {
            .name = "index_basis",
            .doc = "mark = index + average of the basis over the window; basis = (best bid + best "
                   "ask) / 2 - index, with the last trade for the mid where there is no book. OKX "
                   "does not publish its window; the default is ours. Source: OKX learn, mark "
                   "price and index price of margined contracts.",
            .params = rows,
        },
    .price = price,
    .averages = true,
};
