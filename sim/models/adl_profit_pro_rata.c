#include "models/adl_rank.h"

#include <math.h>

/* Quantity a holding gives up at a level: units a unit of profit. */
static double
part_at(const struct adl_holding *holding, double level)
{
    return fmin((double)holding->quantity, level * fmax(holding->candidate.profit, 0.0));
}

/* The level at which a holding gives up all it has. */
static double
level_of(const struct adl_holding *holding)
{
    const double profit = holding->candidate.profit;
    return profit > 0.0 ? (double)holding->quantity / profit : 0.0;
}

static void
allocate(const struct adl_params *params, const struct adl_holding *holding, size_t count,
         int64_t need, int64_t *take)
{
    (void)params;
    double high = 1.0;
    for (size_t i = 0; i < count; i++)
        high = fmax(high, level_of(&holding[i]));
    adl_rank_to_level(holding, count, need, high, true, part_at, take);
}

static const struct param rows[] = {
    {.key = NULL},
};

const struct adl_type adl_profit_pro_rata = {
    .model =
        {
            .name = "profit_pro_rata",
            .doc = "Winners give up quantity in proportion to their unrealised profit, none more "
                   "than it holds; what the capped ones cannot give is spread over the others: "
                   "quantity_i = min(held_i, c x profit_i), with c such that the sum is what is "
                   "needed. Rounded down to whole contracts. Source: Chitra, arXiv 2512.01112 "
                   "(capped pro rata on positive profit).",
            .params = rows,
        },
    .allocate = allocate,
};
