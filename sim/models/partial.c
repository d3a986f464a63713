#include "models/partial.h"

#include <math.h>

const struct model *const partial_registry[] = {
    &partial_none.model,
    &partial_two_tiers_down.model,
    &partial_to_tier_1.model,
    &partial_one_ioc.model,
    &partial_fok_lower_tier.model,
    &partial_contracts_step.model,
    &partial_percent_then_all.model,
    &partial_percent_per_block.model,
    &partial_time_ramp.model,
    &partial_to_maintenance.model,
    &partial_to_initial.model,
    NULL,
};

const struct partial_type *
partial_of(const struct model *model)
{
    return (const struct partial_type *)(const void *)model;
}

bool
partial_goes_down(const struct partial_params *params, const struct partial_situation *situation)
{
    const double lowest = (situation->lowest_rate + situation->fee_rate) *
                          situation->unit_notional * (double)situation->quantity;
    return (int64_t)situation->tier + 1 >= params->from_tier && situation->equity >= lowest;
}

int64_t
partial_whole_steps(double quantity, int64_t step, int64_t held)
{
    /* a size that is whole but for its last binary digits is that many */
    const double steps = floor(quantity / (double)step * (1.0 + 1e-12));
    const double whole = (steps < 1.0 ? 1.0 : steps) * (double)step;
    return whole < (double)held ? (int64_t)whole : held;
}

int64_t
partial_least(const struct partial_situation *situation, double guess, enum partial_level level)
{
    const int64_t held = situation->quantity, step = situation->step;
    if (!situation->restored(situation->context, held, level))
        return held;
    int64_t high = partial_whole_steps(fmin(guess, (double)held), step, held), low = 0;
    for (int64_t reach = step; !situation->restored(situation->context, high, level); reach *= 2) {
        low = high;
        high = high < held - reach ? high + reach : held;
    }
    while (high - low > step) {
        const int64_t middle = low + (high - low) / (2 * step) * step;
        const int64_t tried = middle > low ? middle : low + step;
        if (situation->restored(situation->context, tried, level))
            high = tried;
        else
            low = tried;
    }
    return high;
}

double
partial_block_most(double notional, double share, double minimum)
{
    return fmin(fmax(share * notional, minimum), notional);
}

double
partial_block_least(double notional, double minimum)
{
    return fmin(minimum, notional);
}

double
partial_cover(double shortage, double price, double margin_rate, double liquidator_fee,
              double fund_fee)
{
    const double released = price * (margin_rate - liquidator_fee) - price * fund_fee;
    return released > 0.0 ? shortage / released : INFINITY;
}

double
partial_initial_size(double equity, double size, double price, double initial_rate,
                     double penalties)
{
    const double missing = initial_rate * size * price - equity;
    return missing <= 0.0             ? 0.0
           : initial_rate > penalties ? fmin(size, missing / (price * (initial_rate - penalties)))
                                      : size;
}

double
partial_health_size(double health, double size, double price, double maintenance_rate, double limit)
{
    if (health >= 0.0)
        return 0.0;
    return fmin(fmin(size, limit), -health / (maintenance_rate * price));
}
