/*
 * controls.h - emergency controls and what runs by the clock.
 *
 * When the waterfall comes to its halt stage the instrument is not traded for a time: nothing of it
 * is taken over, closed or sold until then.  Maintenance margins can be multiplied for a time as
 * well.  Both end early when the pool has recovered.  Capital of the manual ledger, the settlement
 * of the pools and of the socialisation period come when their time does.
 */
#ifndef SIM_ENGINE_CONTROLS_H
#define SIM_ENGINE_CONTROLS_H

#include "engine/engine.h"

/* The halt stage: what the rules say begins now. */
enum status controls_halt(struct engine *engine, uint32_t instrument, struct error *err) MUST_CHECK;

/* Everything whose time has come at engine->now. */
enum status controls_run(struct engine *engine, struct error *err) MUST_CHECK;

/* The threshold policy: pools whose balance is below its limit are filled up. */
void controls_refill(struct engine *engine);

/* When controls_run() is needed next. */
time_ns_t controls_next(const struct engine *engine);

/* Whether an instrument is halted now. */
bool controls_halted(const struct engine *engine, uint32_t instrument);

#endif
