#include "models/closeout_kind.h"

#include <assert.h>
#include <stddef.h>

static int64_t
fill(const struct closeout_params *params, const struct closeout_situation *situation)
{
    assert(situation->remaining >= 0);
    const int64_t allowed = closeout_share_of(params->cap, situation->volume);
    return allowed < situation->remaining ? allowed : situation->remaining;
}

static const struct param rows[] = {
    {
        .key = "cap",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct closeout_params, cap),
        .min = 1e-6,
        .max = 1.0,
        .unit = "1",
        .doc = "Largest share of the volume printed on the engine's side that the engine may "
               "take part in.",
    },
    CLOSEOUT_SLIPPAGE,
    CLOSEOUT_DAILY_VOLUME,
    CLOSEOUT_DAILY_VOLATILITY,
    {.key = NULL},
};

const struct closeout_type closeout_participation = {
    .model =
        {
            .name = "participation",
            .doc = "Sells the inventory into the prints of the tape on the engine's side: at each "
                   "instant at most floor(cap x volume printed), at the price of the prints less "
                   "the concession of the slippage model for what is filled at that instant; the "
                   "rest waits for the next print. The prints carry the impact of the real flow "
                   "around them and earlier fills are not added up, so the concession shrinks as "
                   "the tape gets finer; what decides is the cap. "
                   "Filling Q takes Q / (cap x volume per second).",
            .params = rows,
        },
    .at_mark = false,
    .fill = fill,
};
