/*
 * adl.h - auto-deleveraging: winners are closed against a bankrupt position, best ranked first.
 *
 * Candidates are open positions of the other side with a profit at the mark that are not in breach
 * themselves.  The queue is built when it is first needed and stands until the mark moves or a
 * position of that side is opened, closed otherwise or paid funding; it is used up in order.  A
 * winner who would end below zero at the bankruptcy price is passed over, as its price lies beyond
 * its own, and is asked again for the next bankrupt position.  Quantities are whole quantity units;
 * nothing is rounded between the two sides.
 */
#ifndef SIM_ENGINE_ADL_H
#define SIM_ENGINE_ADL_H

#include "engine/engine.h"

/* Closes up to `quantity` (same sign as the lot) of *lot against winners; close_price is what the
 * market would have paid, to say what the fund was spared.  *lot keeps what no winner took. */
enum status adl_close(struct engine *engine, struct lot *lot, int64_t quantity, int64_t close_price,
                      struct error *err) MUST_CHECK;

#endif
