#include "models/socialise.h"

#include <assert.h>

const struct model *const socialise_registry[] = {
    &socialise_none.model,        &socialise_open_interest.model, &socialise_net_profit.model,
    &socialise_day_winners.model, &socialise_step_gains.model,    NULL,
};

const struct socialise_type *
socialise_of(const struct model *model)
{
    return (const struct socialise_type *)(const void *)model;
}

money_t
socialise_share(money_t loss, const money_t *base, size_t count, bool capped, money_t *share)
{
    assert(loss >= 0);
    int128_t whole = 0;
    for (size_t i = 0; i < count; i++) {
        assert(base[i] >= 0);
        whole += base[i];
    }
    if (whole == 0) {
        for (size_t i = 0; i < count; i++)
            share[i] = 0;
        return 0;
    }
    const money_t shared = capped && loss > whole ? (money_t)whole : loss;
    money_t left = shared;
    for (size_t i = 0; i < count; i++) {
        share[i] = (money_t)((int128_t)shared * base[i] / whole);
        left -= share[i];
    }
    /* fewer units are left than there are bases above zero */
    for (size_t i = count; i-- > 0 && left > 0;) {
        if (base[i] == 0 || (capped && share[i] == base[i]))
            continue;
        share[i]++;
        left--;
    }
    assert(left == 0);
    return shared;
}

money_t
socialise_per_unit(money_t loss, int64_t open_interest, int64_t unit)
{
    assert(loss >= 0 && open_interest > 0 && unit > 0);
    const int128_t product = (int128_t)loss * unit;
    const int128_t rounded = (product + open_interest - 1) / open_interest;
    assert(rounded <= INT64_MAX);
    return (money_t)rounded;
}

time_ns_t
socialise_period_end(const struct socialise_params *params, time_ns_t time)
{
    assert(params->period > 0);
    time_ns_t end = (time - params->at) / params->period * params->period + params->at;
    while (end <= time)
        end += params->period;
    return end;
}
