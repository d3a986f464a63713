/*
 * adl_watch.h - the triggers that put deleveraging on although the fund could still pay.
 *
 * Looked at when something is about to be sold, with the balance as it then is.  While a trigger is
 * on nothing of the instruments it is about is sold: it is closed against winners.
 */
#ifndef SIM_ENGINE_ADL_WATCH_H
#define SIM_ENGINE_ADL_WATCH_H

#include "engine/engine.h"

enum status adl_watch_init(struct engine *engine, struct error *err) MUST_CHECK;
void adl_watch_clear(struct engine *engine);

/* Whether deleveraging is on for an instrument now. */
bool adl_watch_on(struct engine *engine, uint32_t instrument);

/* Notes the balances and ends what has recovered; after every settlement. */
void adl_watch_run(struct engine *engine);

/* What the pool still bears of a loss of the instrument before the drawdown line, >= 0. */
money_t adl_watch_line(struct engine *engine, uint32_t instrument);

#endif
