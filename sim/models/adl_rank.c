#include "models/adl_rank.h"

#include <assert.h>
#include <math.h>

const struct model *const adl_registry[] = {
    &adl_okx.model,
    &adl_binance.model,
    &adl_bitmex.model,
    &adl_hyperliquid_documented.model,
    &adl_hyperliquid_decompiled.model,
    &adl_profit_share.model,
    &adl_profit_leverage.model,
    &adl_profit.model,
    &adl_size.model,
    &adl_random.model,
    &adl_pro_rata.model,
    &adl_profit_pro_rata.model,
    &adl_leverage_water_fill.model,
    NULL,
};

const struct adl_type *
adl_of(const struct model *model)
{
    return (const struct adl_type *)(const void *)model;
}

int
adl_rank_quintile(int64_t cumulative, int64_t total)
{
    assert(cumulative > 0 && cumulative <= total && total <= INT64_MAX / 5);
    return (int)((5 * cumulative + total - 1) / total);
}

int64_t
adl_rank_part(const struct adl_holding *holding, double share)
{
    if (!(share > 0.0))
        return 0;
    if (share >= (double)holding->quantity)
        return holding->quantity;
    return (int64_t)floor(share) / holding->step * holding->step;
}

/* What all holdings give up at a level. */
static double
given_at(const struct adl_holding *holding, size_t count, double level, adl_part_at *part_at)
{
    double given = 0.0;
    for (size_t i = 0; i < count; i++)
        given += part_at(&holding[i], level);
    return given;
}

void
adl_rank_to_level(const struct adl_holding *holding, size_t count, int64_t need, double high,
                  bool grows, adl_part_at *part_at, int64_t *take)
{
    double low = 0.0;
    for (int step = 0; step < 200; step++) {
        const double middle = low + (high - low) / 2.0;
        if (middle <= low || middle >= high)
            break;
        const bool enough = given_at(holding, count, middle, part_at) > (double)need;
        if (enough == grows)
            high = middle;
        else
            low = middle;
    }
    for (size_t i = 0; i < count; i++)
        take[i] = adl_rank_part(&holding[i], part_at(&holding[i], grows ? low : high));
}
