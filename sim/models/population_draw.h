/*
 * population_draw.h - the n-th position of a synthetic population.
 *
 * A function of (seed, instrument, n): the same position whatever was drawn before it, so that two
 * runs that differ in one rule still meet the same people.
 */
#ifndef SIM_MODELS_POPULATION_DRAW_H
#define SIM_MODELS_POPULATION_DRAW_H

#include <stdint.h>

#include "models/population.h"

struct population_draw {
    double notional; /* quote currency, > 0 */
    double leverage; /* >= 1, not yet cut at the venue's limit */
    time_ns_t life;  /* > 0, until it leaves by itself */
    double entry;    /* in (0, 1): where in the lookback the opening book's position was entered */
};

struct population_draw population_draw(const struct population_params *params, uint64_t seed,
                                       uint32_t instrument, uint64_t n);

#endif
