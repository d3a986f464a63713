#include "models/adl_rank.h"

#include <math.h>

/* Quantity a holding gives up when leverage is lowered to `level`. */
static double
part_at(const struct adl_holding *holding, double level)
{
    const double notional = holding->candidate.notional;
    const double over = notional - level * fmax(holding->candidate.equity, 0.0);
    return over > 0.0 ? (double)holding->quantity * (over / notional) : 0.0;
}

/* Its effective leverage. */
static double
level_of(const struct adl_holding *holding)
{
    return holding->candidate.notional / fmax(holding->candidate.equity, 1e-300);
}

static void
allocate(const struct adl_params *params, const struct adl_holding *holding, size_t count,
         int64_t need, int64_t *take)
{
    (void)params;
    double high = 1.0;
    for (size_t i = 0; i < count; i++)
        high = fmax(high, level_of(&holding[i]));
    adl_rank_to_level(holding, count, need, high, false, part_at, take);
}

static const struct param rows[] = {
    {.key = NULL},
};

const struct adl_type adl_leverage_water_fill = {
    .model =
        {
            .name = "leverage_water_fill",
            .doc = "The highest effective leverage is lowered first: each winner is reduced to "
                   "notional = lambda x equity, where it has more, with the common lambda at which "
                   "the sum is what is needed. Nobody below the level is touched. Rounded down to "
                   "whole contracts. Source: Campbell, Hey, Moallemi and Nutz (March 2026), "
                   "leverage water-filling.",
            .params = rows,
        },
    .allocate = allocate,
};
