/*
 * scenario_period.h - a venue whose rules changed: the set that holds when the window begins.
 *
 *     name: Somewhere                     what all periods share; each may state its own instead
 *     contracts: [...]
 *     periods:
 *       - {valid_to: 2020-01-01T00:00:00Z, tier_mode: flat, ...}
 *       - {valid_from: 2020-01-01T00:00:00Z, tier_mode: step, ...}
 *
 * Periods follow one another without a gap: each begins when the one before it ends, only the first
 * may lack valid_from and only the last valid_to.  A run has one set of rules, so a window may not
 * reach from one period into the next.  Periods that are not taken are checked as well: a mistake
 * is one whichever period it stands in.
 */
#ifndef SIM_IO_SCENARIO_PERIOD_H
#define SIM_IO_SCENARIO_PERIOD_H

#include <stdbool.h>

#include "io/scenario_load.h"

/* Where the venue has periods, checks all of them and puts the one that holds window.from, or
 * without a window the last, in the venue's place.  True when it was the last for want of a
 * window. */
bool scenario_period_pick(struct scenario_tree *tree);

#endif
