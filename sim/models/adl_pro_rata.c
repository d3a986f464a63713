#include "models/adl_rank.h"

#include <math.h>

static void
allocate(const struct adl_params *params, const struct adl_holding *holding, size_t count,
         int64_t need, int64_t *take)
{
    (void)params;
    double whole = 0.0;
    for (size_t i = 0; i < count; i++)
        whole += (double)holding[i].quantity;
    const double share = whole > 0.0 ? fmin(1.0, (double)need / whole) : 0.0;
    for (size_t i = 0; i < count; i++)
        take[i] = adl_rank_part(&holding[i], share * (double)holding[i].quantity);
}

static const struct param rows[] = {
    {.key = NULL},
};

const struct adl_type adl_pro_rata = {
    .model =
        {
            .name = "pro_rata",
            .doc = "Every winner gives up the same share of its size: need x quantity / sum of "
                   "quantities, rounded down to whole contracts.",
            .params = rows,
        },
    .allocate = allocate,
};
