/*
 * binding_prices.h - where the prices of an instrument come from: the tapes, or the venue's rules.
 */
#ifndef SIM_IO_BINDING_PRICES_H
#define SIM_IO_BINDING_PRICES_H

#include "io/binding.h"

/* Fills binding->prices[i] from what the scenario says and the tapes hold; binding->extents[i] is
 * known.  ERR_RANGE, with a sentence, where prices are missing. */
enum status binding_prices_make(struct binding *binding, const struct scenario *scenario,
                                const struct feed_tapes *tapes, size_t i,
                                struct error *err) MUST_CHECK;

/* Rates of the first tier that a funding rate may depend on; the margin rules of instrument i are
 * bound. */
void binding_prices_rates(struct binding *binding, size_t i);

#endif
