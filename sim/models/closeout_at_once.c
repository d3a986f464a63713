#include "models/closeout_kind.h"

#include <assert.h>
#include <stddef.h>

static int64_t
fill(const struct closeout_params *params, const struct closeout_situation *situation)
{
    (void)params;
    assert(situation->remaining >= 0);
    return situation->remaining;
}

static const struct param rows[] = {
    CLOSEOUT_SLIPPAGE,
    CLOSEOUT_DAILY_VOLUME,
    CLOSEOUT_DAILY_VOLATILITY,
    {.key = NULL},
};

const struct closeout_type closeout_at_once = {
    .model =
        {
            .name = "at_once",
            .doc = "Sells positions at the moment they are taken over, at the mark price less the "
                   "concession of the slippage model. All that is taken over of one instrument and "
                   "side at one instant is one order and pays for its whole size.",
            .params = rows,
        },
    .at_mark = true,
    .fill = fill,
};
