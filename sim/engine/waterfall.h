/*
 * waterfall.h - who gets what is left of a closed position, and who pays what is missing.
 *
 *     residue = margin + value(close price) - entry_value        of the part sold
 *
 *     residue > 0    shared out as the venue's fees say: liquidation fee, surplus to the fund, back
 *                    to the trader
 *     residue < 0    a deficit: the venue's stages in their order, by default
 *                    the fund pays, as long as it can; capital is injected, where the policy says
 * so
 *                    the quantity they cannot pay for is not sold but closed against winners (ADL),
 *                    in the order of the ranking, both sides at one price
 *                    what no winner takes is sold after all: fund to its last unit, then the loss
 *                    is shared (socialised), trading halts, and the rest is uncovered
 *
 * Unless the venue says otherwise the fund is never negative.
 */
#ifndef SIM_ENGINE_WATERFALL_H
#define SIM_ENGINE_WATERFALL_H

#include "engine/engine.h"

/* Whose residue or deficit it is. */
struct claim {
    uint32_t instrument;
    uint32_t account; /* the bankrupt, or the trader whose position was closed */
    uint64_t case_id;
    int side;      /* of the position: +1 long, -1 short */
    size_t ledger; /* account that holds the residue, or is made whole */
};

/* What became of a residue; all >= 0, what was not paid is in `uncovered_loss`. */
struct waterfall_outcome {
    money_t fee, surplus, trader, keeper;
    money_t deficit;        /* to be covered */
    money_t uncovered_loss; /* of it */
};

/* Shares out a residue of closing `notional`, or covers the deficit by every stage. */
enum status waterfall_settle(struct engine *engine, const struct claim *claim, money_t residue,
                             money_t notional, struct waterfall_outcome *outcome,
                             struct error *err) MUST_CHECK;

/* Covers a deficit (> 0) by the venue's stages; *uncovered is what nobody paid. */
enum status waterfall_cover(struct engine *engine, const struct claim *claim, money_t deficit,
                            money_t *uncovered, struct error *err) MUST_CHECK;

/* Sells `quantity` (same sign as the lot, at most all) of *lot at close_price.  `slippage` is
 * reported with it.  On return lot->quantity is what is left: less than lot - quantity when the
 * fund could not pay and winners took more. */
enum status waterfall_sell(struct engine *engine, struct lot *lot, int64_t quantity,
                           int64_t close_price, double slippage, struct error *err) MUST_CHECK;

/* What fund and injection can pay of a deficit now. */
money_t waterfall_able(const struct engine *engine, size_t pool, money_t deficit);

#endif
