#include "models/closeout_kind.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

static int64_t
fill(const struct closeout_params *params, const struct closeout_situation *situation)
{
    assert(situation->remaining >= 0);
    if (situation->since_fill < params->every)
        return 0;
    const int64_t full = (int64_t)fmin(params->full_size * (double)situation->unit, 9e18);
    const int64_t step = closeout_fraction_step(situation->remaining, params->fraction, full);
    const int64_t allowed = closeout_share_of(params->share, situation->volume);
    return allowed < step ? allowed : step;
}

static const struct param rows[] = {
    {
        .key = "fraction",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct closeout_params, fraction),
        .min = 1e-6,
        .max = 1.0,
        .unit = "1",
        .fallback = "10%",
        .doc = "Part of what is left that a step sells.",
    },
    {
        .key = "full_size",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct closeout_params, full_size),
        .min = 0.0,
        .max = 1e15,
        .unit = "contracts",
        .fallback = "0",
        .doc = "Contracts that are sold in one step when so many or fewer are left.",
    },
    CLOSEOUT_SHARE,
    {
        .key = "every",
        .type = PARAM_DURATION,
        .offset = offsetof(struct closeout_params, every),
        .min = 0.0,
        .max = 2592000.0,
        .unit = "s",
        .fallback = "1min",
        .doc = "Time between two steps.",
    },
    CLOSEOUT_SLIPPAGE,
    CLOSEOUT_DAILY_VOLUME,
    CLOSEOUT_DAILY_VOLATILITY,
    {.key = NULL},
};

const struct closeout_type closeout_fractions = {
    .model =
        {
            .name = "fractions",
            .doc = "Disposes of the inventory in fractions: a step sells ceil(fraction x what is "
                   "left) contracts, everything once full_size or fewer are left, never more than "
                   "a share of the volume printed on its side; a step every so often. Source: Vega "
                   "protocol, disposal of network positions.",
            .params = rows,
        },
    .fill = fill,
};
