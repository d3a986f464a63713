/*
 * generate_path.h - the index and the mark of a generated market, one value a second.
 *
 * Part of generate; the model is described in generate.h.  Value i is the price at start + i
 * seconds; there is one more value than seconds, so every second has both its ends.
 */
#ifndef SIM_MARKET_GENERATE_PATH_H
#define SIM_MARKET_GENERATE_PATH_H

#include <stddef.h>

#include "market/generate.h"

struct generate_path {
    size_t seconds;
    double *index; /* seconds + 1 values, quote currency; owned */
    double *mark;  /* likewise */
};

/* Draws both; ERR_MEMORY, or ERR_RANGE when a price leaves [one tick, 10^9]. */
enum status generate_path_init(struct generate_path *path, const struct generate_options *options,
                               struct error *err) MUST_CHECK;

void generate_path_clear(struct generate_path *path);

/* How much storm there is in second i: 0 outside, 1 at its height, linear in its first and last
 * fifth. */
double generate_path_storm(const struct generate_options *options, size_t second);

/* Standard deviation of the diffusion's log return over second i. */
double generate_path_deviation(const struct generate_options *options, size_t second);

#endif
