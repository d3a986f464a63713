/*
 * mark_impact.h - the price an order of a given size would get from a book.
 *
 * A best price that one coin backs is easily moved; the average price of a size that matters is
 * not.  Source: BitMEX impact mid price; FLOX (flox-foundation/flox), venue mark price.
 */
#ifndef SIM_MODELS_MARK_IMPACT_H
#define SIM_MODELS_MARK_IMPACT_H

#include <stddef.h>

/* What one side of a book offers at one price. */
struct mark_level {
    double price; /* quote currency, > 0 */
    double size;  /* base coin or contracts, >= 0 */
};

/* Average price of filling `size` (>= 0, in the unit of the levels) from `count` levels, best
 * first; of what there is where the book is thinner; the best price for a size of 0.  NaN where
 * there is nothing. */
double mark_impact_price(const struct mark_level *levels, size_t count, double size);

/* The mean of both sides' impact prices, the one there is where a side is empty; NaN of none. */
double mark_impact_mid(const struct mark_level *bids, size_t bid_count,
                       const struct mark_level *asks, size_t ask_count, double size);

#endif
