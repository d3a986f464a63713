#include "models/closeout_kind.h"

#include <assert.h>
#include <stddef.h>

static int64_t
fill(const struct closeout_params *params, const struct closeout_situation *situation)
{
    assert(situation->remaining >= 0);
    const int64_t allowed = closeout_share_of(params->share, situation->volume);
    return allowed < situation->remaining ? allowed : situation->remaining;
}

static const struct param rows[] = {
    {
        .key = "limit_spread",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct closeout_params, limit_spread),
        .min = 0.0,
        .max = 0.99,
        .unit = "1",
        .fallback = "1.5%",
        .doc = "Distance of the limit from the mark.",
    },
    CLOSEOUT_SHARE,
    CLOSEOUT_SLIPPAGE,
    CLOSEOUT_DAILY_VOLUME,
    CLOSEOUT_DAILY_VOLATILITY,
    {.key = NULL},
};

const struct closeout_type closeout_external = {
    .model =
        {
            .name = "external",
            .doc = "Outside parties take the inventory at a limit price, limit_spread away from "
                   "the mark on the losing side, at most a share of the volume printed on its "
                   "side. Source: dYdX v4 and Drift v2 (positions go to whoever meets the limit).",
            .params = rows,
        },
    .fill = fill,
    .at_limit = true,
};
