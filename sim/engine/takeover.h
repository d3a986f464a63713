/*
 * takeover.h - the engine assumes positions that breached.
 *
 * At the bankruptcy price: the engine takes the whole position together with all of its margin, and
 * the trader has neither any more.  In money that is exact, whatever the price rounds to: the
 * engine's cost is entry_value - margin, which is the position's value at the bankruptcy price.
 *
 * A cross account's equity E at the marks is allocated to its positions by their share of
 * maintenance margin (by notional where none is required), so that each has a bankruptcy price of
 * its own and all of them together leave the account with exactly nothing:
 *
 *     cost of position i = value_i - E x maintenance_i / maintenance      the last takes the rest
 *
 * At the mark, where the takeover kind says so: what the account still has is the fund's at once,
 * and the engine's cost is the value at the mark.  An account below zero has nothing to give and is
 * taken over at its bankruptcy price.
 *
 * Source: dYdX v4, GetBankruptcyPriceInQuoteQuantums (mechanics: the generalisation of a bankruptcy
 * price to several positions).
 */
#ifndef SIM_ENGINE_TAKEOVER_H
#define SIM_ENGINE_TAKEOVER_H

#include "engine/engine.h"

/* Takes an isolated position over: tells the observer and returns what the engine now holds. */
struct lot takeover_position(struct engine *engine, uint32_t position);

/* Takes all positions of a cross account over, in the order of their rows; what the engine now
 * holds is appended to engine->taken. */
enum status takeover_account(struct engine *engine, uint32_t account, struct error *err) MUST_CHECK;

/* Value at which a part (same sign, at most all) of a position changes hands at its bankruptcy
 * price: of the part's own margin if isolated, of its share of the account's equity if cross,
 * rounded so that no account ends below zero by it. */
enum status takeover_cost(struct engine *engine, uint32_t position, int64_t quantity, money_t *cost,
                          struct error *err) MUST_CHECK;

/* Takes a part of a position over at `cost`. */
struct lot takeover_part(struct engine *engine, uint32_t position, int64_t quantity, money_t cost,
                         uint64_t case_id);

#endif
