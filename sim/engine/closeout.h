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

/* Prices the orders for everything that is due at this instant, isolated positions and those of
 * cross accounts, before it is taken over: one order an instrument and side. */
void closeout_plan(struct engine *engine);

/* Concession (share >= 0) of an order of its own for `quantity` (signed as the position is) at the
 * mark, and the close price it leads to. */
double closeout_concession(const struct engine *engine, size_t instrument, int64_t quantity,
                           int64_t *close_price);

/* A position was just taken over: sells it as part of its order, or puts it into the inventory. */
enum status closeout_take(struct engine *engine, struct lot *lot, struct error *err) MUST_CHECK;

/* Sells from the inventory of an instrument what this instant allows, at most `longs` and `shorts`
 * quantity units of either side: what was held before the instant. */
enum status closeout_work(struct engine *engine, size_t instrument, int64_t longs, int64_t shorts,
                          struct error *err) MUST_CHECK;

#endif
