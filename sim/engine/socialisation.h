/*
 * socialisation.h - losses that neither fund nor ADL covered are shared by accounts.
 *
 * By open interest at once: every open position of the instrument (or of the side opposite to the
 * bankrupt) gives up margin in proportion to its size.  By profit at the end of a settlement
 * period: accounts whose net profit of the period is above zero give up the same share of it; until
 * then the loss is uncovered.  Profit is what accounts that are followed realised in the period,
 * and what all positions show at the marks; an account that is not followed counts with what its
 * open position shows.
 */
#ifndef SIM_ENGINE_SOCIALISATION_H
#define SIM_ENGINE_SOCIALISATION_H

#include "engine/waterfall.h"

/* The stage of the waterfall: *deficit becomes what is not shared now. */
enum status socialisation_cover(struct engine *engine, const struct claim *claim, money_t *deficit,
                                struct error *err) MUST_CHECK;

/* The settlement period ends: what the pools carried is shared, and a new period begins. */
enum status socialisation_period(struct engine *engine, struct error *err) MUST_CHECK;

#endif
