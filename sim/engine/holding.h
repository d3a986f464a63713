/*
 * holding.h - parts of positions change hands: what their holders get, in the table, the accounts
 * and the ledger.
 *
 * `value` is what a part is worth to both sides, as contract_value() has it at the one price they
 * settle at; profit = value - entry value of the part.
 */
#ifndef SIM_ENGINE_HOLDING_H
#define SIM_ENGINE_HOLDING_H

#include "engine/engine.h"

/* Where the money of an account lies that backs no isolated position: a cross account's backs its
 * other positions. */
size_t holding_wallet(const struct engine *engine, uint32_t account, size_t instrument);

/* Ledger account of the settlement currency of an instrument. */
size_t holding_ledger(const struct engine *engine, size_t instrument, enum ledger_class class);

/* The holder gives up `quantity` (same sign, at most all) at a value: the part's margin and profit
 * go to the wallet, or the profit to a cross account's balance.  Returns the profit; arms nothing.
 */
money_t holding_release(struct engine *engine, uint32_t position, int64_t quantity, money_t value);

/* The same for a position that is being liquidated for its holder's account: margin and profit stay
 * behind what is left of an isolated position.  When nothing is left of it, the margin is handed
 * out in *rest (may be negative) and waits in the ledger's margins; else *rest is 0. */
money_t holding_close_part(struct engine *engine, uint32_t position, int64_t quantity,
                           money_t value, money_t *rest);

/* The margin or balance behind a position changes by `amount`, against ledger account `other`. */
void holding_credit(struct engine *engine, uint32_t position, size_t other, money_t amount);

/* Equity behind a position at the marks: of itself if isolated, else of its account. */
enum status holding_equity(struct engine *engine, uint32_t position, money_t *equity,
                           struct error *err) MUST_CHECK;

/* Whether the position, or the account it belongs to, is in breach at the marks. */
enum status holding_in_breach(struct engine *engine, uint32_t position, bool *in_breach,
                              struct error *err) MUST_CHECK;

#endif
