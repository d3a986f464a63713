/*
 * closeout.h - the engine sells what it took over: at once, or as part of the traded volume.
 *
 * `at_once` sells positions when they are taken over, at the mark worsened by the slippage model.
 * All of one instrument and side that is taken over at one instant is one order, so that ten
 * positions cost what one of ten times the size costs.  `participation` keeps an inventory and, at
 * every instant with trades, fills first in, first out up to its share of the volume on its own
 * aggressor side, at the average price of those trades worsened by the slippage of the whole fill.
 */
#ifndef SIM_ENGINE_CLOSEOUT_H
#define SIM_ENGINE_CLOSEOUT_H

#include "engine/engine.h"

/* What one order a side would cost: [0] of longs that are sold, [1] of shorts bought back. */
struct closeout_orders {
    int64_t close_price[2];
    double slippage[2]; /* concession, share >= 0 */
};

/* Prices the orders for the positions `due` of one instrument, before they are taken over. */
void closeout_price(const struct engine *engine, size_t instrument, const uint32_t *due,
                    size_t count, struct closeout_orders *orders);

/* A position was just taken over: sells it as part of its order, or puts it into the inventory. */
enum status closeout_take(struct engine *engine, struct lot *lot,
                          const struct closeout_orders *orders, struct error *err) MUST_CHECK;

/* Sells from the inventory of an instrument what this instant allows, at most `longs` and `shorts`
 * quantity units of either side: what was held before the instant. */
enum status closeout_work(struct engine *engine, size_t instrument, int64_t longs, int64_t shorts,
                          struct error *err) MUST_CHECK;

#endif
