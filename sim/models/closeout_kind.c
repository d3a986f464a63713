#include "models/closeout_kind.h"

#include <assert.h>
#include <math.h>

#include "base/money.h"

const struct model *const closeout_registry[] = {
    &closeout_at_once.model,   &closeout_participation.model, &closeout_inventory.model,
    &closeout_fractions.model, &closeout_external.model,      NULL,
};

const struct closeout_type *
closeout_of(const struct model *model)
{
    return (const struct closeout_type *)(const void *)model;
}

int64_t
closeout_share_of(double share, int64_t volume)
{
    const int64_t rate = llround(share * (double)RATE_ONE);
    assert(rate >= 0 && rate <= RATE_ONE && volume >= 0);
    return (int64_t)((int128_t)volume * rate / RATE_ONE);
}

int64_t
closeout_fraction_step(int64_t remaining, double fraction, int64_t full_size)
{
    if (remaining <= full_size)
        return remaining;
    const int64_t rate = llround(fraction * (double)RATE_ONE);
    assert(rate > 0 && rate <= RATE_ONE && remaining >= 0);
    return (int64_t)(((int128_t)remaining * rate + RATE_ONE - 1) / RATE_ONE);
}
