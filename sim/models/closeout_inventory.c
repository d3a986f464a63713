#include "models/closeout_kind.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

/* How far the ramp has come, 0 to 1. */
static double
progress(const struct closeout_params *params, const struct closeout_situation *situation)
{
    if (params->ramp <= 0)
        return 1.0;
    return fmin(1.0, (double)situation->age / (double)params->ramp);
}

static int64_t
fill(const struct closeout_params *params, const struct closeout_situation *situation)
{
    assert(situation->remaining >= 0);
    const double most = fmax(params->cap, params->cap_max);
    const double share = params->cap + (most - params->cap) * progress(params, situation);
    const int64_t allowed = closeout_share_of(share, situation->volume);
    return allowed < situation->remaining ? allowed : situation->remaining;
}

static double
aggression(const struct closeout_params *params, const struct closeout_situation *situation)
{
    return params->aggression_max * progress(params, situation);
}

static const struct param rows[] = {
    {
        .key = "cap",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct closeout_params, cap),
        .min = 1e-6,
        .max = 1.0,
        .unit = "1",
        .fallback = "10%",
        .doc = "Share of the volume on its side that fresh inventory takes part in.",
    },
    {
        .key = "cap_max",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct closeout_params, cap_max),
        .min = 1e-6,
        .max = 1.0,
        .unit = "1",
        .fallback = "50%",
        .doc = "Share it has grown to after ramp.",
    },
    {
        .key = "ramp",
        .type = PARAM_DURATION,
        .offset = offsetof(struct closeout_params, ramp),
        .min = 0.0,
        .max = 2592000.0,
        .unit = "s",
        .fallback = "1h",
        .doc = "Time in which it grows most aggressive.",
    },
    {
        .key = "aggression_max",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct closeout_params, aggression_max),
        .min = 0.0,
        .max = 0.5,
        .unit = "1",
        .fallback = "0.5%",
        .doc = "Concession it has grown to after ramp, beside the slippage model.",
    },
    CLOSEOUT_SLIPPAGE,
    CLOSEOUT_DAILY_VOLUME,
    CLOSEOUT_DAILY_VOLATILITY,
    {.key = NULL},
};

const struct closeout_type closeout_inventory = {
    .model =
        {
            .name = "inventory",
            .doc = "Works the inventory over time and grows more aggressive with its age a: takes "
                   "part in share(a) of the volume printed on its side, and concedes g(a) of the "
                   "price on top of the slippage model; both grow in a straight line from cap and "
                   "0 to cap_max and aggression_max within ramp, and stay there. Source: BitMEX, "
                   "March 2020 (gradually more aggressive orders); Binance, insurance fund "
                   "(positions are offloaded gradually).",
            .params = rows,
        },
    .fill = fill,
    .aggression = aggression,
};
