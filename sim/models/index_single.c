#include "models/index_kind.h"

#include <math.h>

static double
price(const struct index_params *params, const struct index_source *sources, size_t count)
{
    (void)params;
    return count > 0 ? sources[0].price : NAN;
}

static const struct param rows[] = {
    INDEX_STALENESS,
    {.key = NULL},
};

const struct index_type index_single = {
    .model =
        {
            .name = "single",
            .doc = "The price of the first source that is fresh, in the order they are listed: one "
                   "market, and others to fall back on.",
            .params = rows,
        },
    .price = price,
};
