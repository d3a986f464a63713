/*
 * waterfall.h - who pays when part of a taken-over position is sold on.
 *
 *     residue = margin + value(close price) - entry_value        of the part sold
 *
 *     residue > 0    the liquidation fee first, the rest is surplus: both into the fund
 *     residue < 0    a deficit: the fund pays, as long as it can
 *                    the quantity it cannot pay for is not sold but closed against winners (ADL),
 *                    in the order of the ranking, at the bankruptcy price
 *                    what no winner takes is sold after all: fund to its last unit, then
 *                    uncovered loss
 *
 * The fund is never negative.  Both sides of an ADL settle at one value: the taken-over part costs
 * what it was taken over for, so nobody but the winner gives anything up.
 */
#ifndef SIM_ENGINE_WATERFALL_H
#define SIM_ENGINE_WATERFALL_H

#include "engine/engine.h"

/* Sells `quantity` (same sign as the lot, at most all) of *lot at close_price.  `slippage` is
 * reported with it.  On return lot->quantity is what is left: less than lot - quantity when the
 * fund could not pay and winners took more. */
enum status waterfall_sell(struct engine *engine, struct lot *lot, int64_t quantity,
                           int64_t close_price, double slippage, struct error *err) MUST_CHECK;

#endif
