/*
 * population.h - who holds the positions.
 *
 *     positions   an explicit CSV: every position with its account, side, quantity, entry, margin
 *     synthetic   drawn: an open-interest target, leverage, size and lifetime distributions,
 *                 entries at tape prices, longs and shorts balanced
 */
#ifndef SIM_MODELS_POPULATION_H
#define SIM_MODELS_POPULATION_H

#include "base/param.h"
#include "base/timeline.h"
#include "models/distribution.h"

struct population_params {
    char *file;                   /* positions: path, relative to the scenario; owned */
    double open_interest;         /* synthetic: target of one side, quote notional at the start */
    struct distribution leverage; /* drawn > 1, cut at the venue's leverage_max of its tier */
    struct distribution size;     /* quote notional of a position */
    struct distribution lifetime; /* hours a position stays open unless liquidated */
    time_ns_t step;               /* how often positions open and expire */
    time_ns_t lookback;           /* the opening book was entered within this time before from */
    time_ns_t recovery;           /* what is missing to the target comes back within about this */
};

extern const struct model population_positions;
extern const struct model population_synthetic;

extern const struct model *const population_registry[]; /* ends with NULL */

#endif
