#include "models/partial.h"

#include <math.h>
#include <stddef.h>

static bool
order_part(const struct partial_params *params, const struct partial_situation *situation,
           struct partial_order *order)
{
    const double shortage = situation->required - situation->equity;
    const double elapsed = (double)(situation->now - situation->started);
    const double allowed = shortage < params->dust || params->duration <= 0
                               ? 1.0
                               : fmin(1.0, params->share + elapsed / (double)params->duration);
    const double cover =
        partial_cover(shortage, situation->unit_notional, situation->maintenance_rate,
                      params->liquidator_fee, params->fund_fee);
    const double most = fmin(cover, allowed * (double)situation->quantity);
    /* a size that is whole but for its last binary digits is that many */
    const double steps = ceil(most / (double)situation->step * (1.0 - 1e-12));
    *order = (struct partial_order){
        .quantity = most >= (double)situation->quantity
                        ? situation->quantity
                        : partial_whole_steps(steps * (double)situation->step, situation->step,
                                              situation->quantity),
        .fill = PARTIAL_IOC,
        .wait = params->every};
    return true;
}

static const struct param rows[] = {
    {
        .key = "share",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct partial_params, share),
        .min = 0.0,
        .max = 1.0,
        .unit = "1",
        .fallback = "2%",
        .doc = "Share that may be closed at the start.",
    },
    {
        .key = "duration",
        .type = PARAM_DURATION,
        .offset = offsetof(struct partial_params, duration),
        .min = 0.0,
        .max = 864000.0,
        .unit = "s",
        .fallback = "60s",
        .doc = "Time after which everything may be closed.",
    },
    PARTIAL_EVERY("1s", "Pause between two orders."),
    {
        .key = "liquidator_fee",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct partial_params, liquidator_fee),
        .min = 0.0,
        .max = 0.5,
        .unit = "1",
        .fallback = "1%",
        .doc = "What the liquidator earns of the closed notional.",
    },
    {
        .key = "fund_fee",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct partial_params, fund_fee),
        .min = 0.0,
        .max = 0.5,
        .unit = "1",
        .fallback = "1%",
        .doc = "What the fund earns of the closed notional.",
    },
    {
        .key = "dust",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct partial_params, dust),
        .min = 0.0,
        .max = 1e9,
        .unit = "quote",
        .fallback = "50",
        .doc = "A shortage below this is closed at once.",
    },
    {.key = NULL},
};

const struct partial_type partial_time_ramp = {
    .model =
        {
            .name = "time_ramp",
            .doc = "What covers the shortage of maintenance margin, within a share that grows with "
                   "the time the liquidation lasts: size = shortage / (price (margin rate - "
                   "liquidator fee) - price fund fee). Source: Drift v2, math/liquidation.rs.",
            .params = rows,
        },
    .order = order_part,
};
