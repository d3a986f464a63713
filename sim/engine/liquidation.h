/*
 * liquidation.h - arms positions, checks the ones whose alarm rang, takes over what breaches.
 *
 * Takeover at the bankruptcy price: the engine assumes the whole position together with all of its
 * margin, and the trader has neither any more.  In money that is exact, whatever the price rounds
 * to: the engine's cost is entry_value - margin, which is the position's value at the bankruptcy
 * price.
 *
 * Where an alarm goes, for a long (a short is the mirror image):
 *
 *     price  ---------|======= tier 1 =======|======= tier 2 =======|---------
 *                     ^ liquidation price     ^ tier edge    ^ mark
 *
 * Downwards the first price at which equity meets the requirement of the tier it would be in.  In
 * `step` mode the requirement jumps at a tier edge, so a position can also breach on a move in its
 * favour, when growing notional lifts it over an edge: that edge gets an alarm too.
 */
#ifndef SIM_ENGINE_LIQUIDATION_H
#define SIM_ENGINE_LIQUIDATION_H

#include "engine/engine.h"

/* The exact check: true when the position must be taken over at `mark_price`. */
bool liquidation_in_breach(const struct engine_instrument *instrument,
                           const struct position *position, int64_t mark_price);

/* Alarm prices of a position seen at `mark_price`; one that is in breach rings at once. */
void liquidation_alarms(const struct engine_instrument *instrument, const struct position *position,
                        int64_t mark_price, int64_t *below, int64_t *above);

/* Computes and stores the position's alarms and adds them to the instrument's sides. */
enum status liquidation_arm(struct engine *engine, uint32_t position, struct error *err) MUST_CHECK;

/* The same for every position of the instrument, together. */
enum status liquidation_arm_all(struct engine *engine, size_t instrument,
                                struct error *err) MUST_CHECK;

/* Appends to engine->due, in position order, the positions of the instrument that breach at its
 * mark; those whose alarm rang too early are armed again. */
enum status liquidation_collect(struct engine *engine, size_t instrument,
                                struct error *err) MUST_CHECK;

/* Takes a breached position over: tells the observer and returns what the engine now holds. */
struct lot liquidation_take_over(struct engine *engine, uint32_t position);

#endif
