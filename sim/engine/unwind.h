/*
 * unwind.h - a breached account step by step: cancel, net, close parts, hand over.
 *
 *     in breach -> open orders are cancelled                    -> restored? done
 *               -> longs and shorts of one instrument are netted -> restored? done
 *               -> the partial scheme closes a part, waits, ...  -> restored? done
 *               -> no partial step is left: takeover, or everything is closed for the trader's
 *                  account
 *
 * Parts are closed for the trader's account, at what the close-out kind makes of them: at once at
 * the mark worsened by slippage, or as orders that take part in the prints of the tape, are priced
 * anew after their time to live and are cancelled when the account is well again.  While an account
 * is unwound its alarms are off and every settlement looks at it.
 */
#ifndef SIM_ENGINE_UNWIND_H
#define SIM_ENGINE_UNWIND_H

#include "engine/engine.h"

/* Works on what is due at this instant and, if `all`, on every account that is being unwound.
 * engine->due and due_accounts keep only what is to be taken over now. */
enum status unwind_work(struct engine *engine, bool all, struct error *err) MUST_CHECK;

/* The case that a takeover of a position, or of an account if `cross`, belongs to: the one it was
 * unwound in, else a new one. */
uint64_t unwind_case_of(struct engine *engine, bool cross, uint32_t id);

/* Fills orders that stand in an instrument on one side of it (sign of the positions) from at most
 * `volume` quantity units at `close_price`, the oldest case first; orders placed at this instant
 * wait.  An immediate order that the volume reaches is over then, filled or not. */
enum status unwind_fill(struct engine *engine, size_t instrument, int sign, int64_t volume,
                        int64_t close_price, double slippage, struct error *err) MUST_CHECK;

/* When an account that is unwound is to be looked at without a mark; TIME_NS_NEVER: not. */
time_ns_t unwind_next(const struct engine *engine);

#endif
