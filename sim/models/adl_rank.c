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
