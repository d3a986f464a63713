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

#endif
