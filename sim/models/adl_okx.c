#include "models/adl_rank.h"

#include <assert.h>

static double
score(const struct adl_params *params, const struct adl_candidate *candidate)
{
    (void)params;
    assert(candidate->profit > 0.0 && candidate->equity > 0.0);
    assert(candidate->entry_value > 0.0 && candidate->notional >= 0.0);
    return candidate->profit / candidate->entry_value * (candidate->notional / candidate->equity);
}

static const struct param rows[] = {
    {.key = NULL},
};

const struct adl_type adl_okx = {
    .model =
        {
            .name = "okx",
            .doc = "Profit share times effective leverage, highest first: score = (profit / entry "
                   "value) x (notional / equity), all at the mark price; no units. Only positions "
                   "in profit are ranked. Bybit's leveraged return, and OKX's 2020 profit over "
                   "margin ratio, order winners the same way. Source: OKX, introduction to "
                   "auto-deleveraging (2025-08-04); Bybit help 900000031623.",
            .params = rows,
        },
    .score = score,
};
