/*
 * liquidation.h - arms positions and checks the ones whose alarm rang.
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

/* What the position needs at `mark_price`. */
struct margin_need liquidation_need(const struct engine_instrument *instrument,
                                    const struct position *position, int64_t mark_price);

/* Alarm prices of an isolated position seen at `mark_price`; one that is in breach rings at
 * once. */
void liquidation_alarms(const struct engine_instrument *instrument, const struct position *position,
                        int64_t mark_price, int64_t *below, int64_t *above);

/* Adds the alarms a position's row shows to the sides of its instrument. */
enum status liquidation_add_alarms(struct engine *engine, uint32_t position,
                                   struct error *err) MUST_CHECK;

/* Computes and stores the alarms of a position, or of its whole cross account, and adds them to the
 * sides of their instruments. */
enum status liquidation_arm(struct engine *engine, uint32_t position, struct error *err) MUST_CHECK;

/* The same for every position of the instrument, together. */
enum status liquidation_arm_all(struct engine *engine, size_t instrument,
                                struct error *err) MUST_CHECK;

/* Appends to engine->due, in position order, the isolated positions of the instrument that breach
 * at its mark, and to engine->due_accounts the cross accounts one of whose alarms rang there and
 * that breach; those whose alarm rang too early are armed again. */
enum status liquidation_collect(struct engine *engine, size_t instrument,
                                struct error *err) MUST_CHECK;

/* Adds a position, or a cross account, to what is due at this instant. */
enum status liquidation_add_due(struct engine *engine, bool cross, uint32_t id,
                                struct error *err) MUST_CHECK;

/* Brings the cross accounts in breach into the order of their rows. */
void liquidation_sort_accounts(struct engine *engine);

#endif
