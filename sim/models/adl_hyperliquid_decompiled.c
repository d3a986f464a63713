#include "models/adl_rank.h"

#include <math.h>

static double
score(const struct adl_params *params, const struct adl_candidate *candidate)
{
    (void)params;
    const double leverage = candidate->notional / fmax(candidate->equity, 1e-8);
    const double share = fmax(candidate->profit, 0.0) / fmax(candidate->entry_value, 1e-8);
    return fmax(leverage, 1e-8) * fmax(share, 1e-8);
}

static const struct param rows[] = {
    {.key = NULL},
};

const struct adl_type adl_hyperliquid_decompiled = {
    .model =
        {
            .name = "hyperliquid_decompiled",
            .doc = "The index as read from the venue's program: leverage x max(profit, 0) / entry "
                   "notional, both floored at 1e-8. It orders winners otherwise than the "
                   "documented index does. Source: osec.io, Hyperliquid risk engine (2026-06-22).",
            .params = rows,
        },
    .score = score,
};
