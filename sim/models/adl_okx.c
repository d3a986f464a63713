#include "models/adl_rank.h"

#include <assert.h>

static double
score(const struct adl_candidate *candidate)
{
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
                   "in profit are ranked. Source: OKX, introduction to auto-deleveraging "
                   "(2025-08-04); BitMEX ranks winners by the same product.",
            .params = rows,
        },
    .score = score,
};
