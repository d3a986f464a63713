#include "models/adl_rank.h"

#include <assert.h>

static double
score(const struct adl_params *params, const struct adl_candidate *candidate)
{
    const double ratio = params->invert_shorts && candidate->side < 0 ? 1.0 / candidate->price_ratio
                                                                      : candidate->price_ratio;
    assert(candidate->equity > 0.0);
    return ratio * (candidate->notional / candidate->equity);
}

static const struct param rows[] = {
    {
        .key = "invert_shorts",
        .type = PARAM_BOOL,
        .offset = offsetof(struct adl_params, invert_shorts),
        .unit = "",
        .fallback = "true",
        .doc = "Whether shorts are ranked by entry / mark, so that a short that wins ranks higher.",
    },
    {.key = NULL},
};

const struct adl_type adl_hyperliquid_documented = {
    .model =
        {
            .name = "hyperliquid_documented",
            .doc = "The documented index: (mark / entry) x (notional / account value), highest "
                   "first. Read to the letter it falls as a short wins; invert_shorts takes entry "
                   "/ mark for shorts. Source: Hyperliquid documentation, auto-deleveraging.",
            .params = rows,
        },
    .score = score,
};
