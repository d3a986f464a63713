/*
 * unwind_orders.h - orders of accounts that are unwound, while they stand.
 *
 *     placed -> the prints after that instant -> filled, in parts
 *                                             -> immediate ones: over once the volume reached them,
 *                                                or where no other follows, after the first print
 *                                             -> resting ones: priced anew after their time to live
 *
 * How much stands on each side of an instrument is kept as a sum.
 */
#ifndef SIM_ENGINE_UNWIND_ORDERS_H
#define SIM_ENGINE_UNWIND_ORDERS_H

#include "engine/engine.h"

/* An order for a part of position `id` stands from now on; the case has none. */
void unwind_orders_place(struct engine *engine, struct unwind_case *unwinding, uint32_t id,
                         const struct partial_order *order);

/* What is left of a case's order is cancelled, if anything is. */
void unwind_orders_cancel(struct engine *engine, struct unwind_case *unwinding);

/* The position a case's order would close; NULL when somebody else closed it. */
const struct position *unwind_orders_row(const struct engine *engine,
                                         const struct unwind_case *unwinding);

/* A print reached an order: *filled of it, at most `volume`, is closed at `close_price`. */
enum status unwind_orders_fill(struct engine *engine, struct unwind_case *unwinding, int64_t volume,
                               int64_t close_price, double slippage, int64_t *filled,
                               struct error *err) MUST_CHECK;

/* What orders that stand in an instrument on one side (sign of the positions) would still fill,
 * quantity units; without those placed at this instant, which wait for the next. */
int64_t unwind_orders_waiting(const struct engine *engine, size_t instrument, int sign);

/* Cancels orders in an instrument that were to meet the first prints after them and no others:
 * these have come. */
void unwind_orders_cancel_once(struct engine *engine, size_t instrument);

#endif
