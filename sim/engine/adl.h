/*
 * adl.h - auto-deleveraging: winners are closed against a bankrupt position, or give up profit.
 *
 *     offset    the bankrupt's quantity is closed against winners, both sides at one price: the
 *               bankruptcy price, the mark, the mark before, or the price at which the fund has
 *               borne what it may until the drawdown line.  What that price leaves of the margin,
 *               or lacks, is the fund's.  One after the other in the order of the ranking, or all
 *               at once where the ranking allocates; whole contracts, and what rounding keeps from
 *               being closed is recorded.
 *     haircut   winners in the order of the ranking are closed whole at the mark and give up of
 *               their profit what the deficit still lacks.
 *
 * A winner who would end below zero at the price is passed over, as its price lies beyond its own,
 * and is asked again for the next bankrupt position.
 */
#ifndef SIM_ENGINE_ADL_H
#define SIM_ENGINE_ADL_H

#include "engine/waterfall.h"

/* Closes up to `quantity` (same sign as the lot) of *lot against winners; close_price is what the
 * market would have paid, to say what the fund was spared.  *lot keeps what no winner took. */
enum status adl_close(struct engine *engine, struct lot *lot, int64_t quantity, int64_t close_price,
                      struct error *err) MUST_CHECK;

/* Winners give up profit until *deficit is covered or there is none left; *deficit becomes the
 * rest. */
enum status adl_haircut(struct engine *engine, const struct claim *claim, money_t *deficit,
                        struct error *err) MUST_CHECK;

#endif
