/*
 * variation.h - variation margin: profit and loss become money at every mark.
 *
 *     due of a party = value(mark) - value(mark before) of what it holds
 *                      + what its trades since then were better than the mark
 *
 * Losers pay what they have.  What is missing the fund pays as long as it can; the rest the winners
 * of this settlement give up in proportion to their gains (haircuts), to the unit.  The fund's own
 * inventory is settled like everybody's, out of the fund.  Positions stand at the mark afterwards.
 * Source: Vega protocol, mark to market settlement and loss socialisation.
 */
#ifndef SIM_ENGINE_VARIATION_H
#define SIM_ENGINE_VARIATION_H

#include "engine/engine.h"

/* Settles an instrument at its present mark. */
enum status variation_settle(struct engine *engine, uint32_t instrument,
                             struct error *err) MUST_CHECK;

/* Collects and pays dues of an instrument's parties (gains > 0); they need not add up to zero. */
enum status variation_distribute(struct engine *engine, uint32_t instrument,
                                 struct variation_due *dues, size_t count, bool by_fund,
                                 struct error *err) MUST_CHECK;

/* Notes what a trade was better (> 0) or worse than the mark for a party (POSITION_NONE: the
 * fund). */
enum status variation_note(struct engine *engine, uint32_t account, uint32_t instrument,
                           money_t amount, struct error *err) MUST_CHECK;

#endif
