/*
 * socialise.h - how a loss that nothing else covers is shared.
 *
 * A kind says what the shares are measured by and when they are taken: at once, or when a
 * settlement period ends.  The shares themselves are socialise_share()'s, exact to the unit.
 * To add a kind: socialise_<name>.c, a line in socialise_registry[], a row in
 * tests/test_socialise.c.
 */
#ifndef SIM_MODELS_SOCIALISE_H
#define SIM_MODELS_SOCIALISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/money.h"
#include "base/param.h"
#include "base/timeline.h"

enum socialise_base {
    SOCIALISE_BY_OPEN_INTEREST = 0, /* size of the position */
    SOCIALISE_BY_PROFIT,            /* net profit of the settlement period, if > 0 */
    SOCIALISE_BY_GAIN,              /* gain of this settlement (variation margin) */
};

struct socialise_params {
    bool opposite_only; /* open_interest: only the side opposite to the bankrupt pays */
    time_ns_t period;   /* net_profit, day_winners: length of the settlement period */
    time_ns_t at;       /* end of a period, after its beginning on the clock (1970-01-01 is a
                           Thursday) */
};

struct socialise_type {
    struct model model;
    enum socialise_base base;
    bool at_period_end;
};

extern const struct socialise_type socialise_none;
extern const struct socialise_type socialise_open_interest;
extern const struct socialise_type socialise_net_profit;
extern const struct socialise_type socialise_day_winners;
extern const struct socialise_type socialise_step_gains;

extern const struct model *const socialise_registry[]; /* ends with NULL */

const struct socialise_type *socialise_of(const struct model *model);

/* Shares out `loss` (>= 0) in proportion to base[i] (>= 0), rounded down, the remainder unit by
 * unit to the last bases that are not used up; with `capped` nobody gives more than its base. 
 * Returns what was shared: all of it unless the bases are too small or zero. */
money_t socialise_share(money_t loss, const money_t *base, size_t count, bool capped,
                        money_t *share);

/* Loss a unit of open interest, rounded up, as an amount of money a `unit` of quantity. */
money_t socialise_per_unit(money_t loss, int64_t open_interest, int64_t unit);

/* The first end of a period after `time`. */
time_ns_t socialise_period_end(const struct socialise_params *params, time_ns_t time);

#endif
