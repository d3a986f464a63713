/*
 * takeover_kind.h - who bears a position once nothing else restored its margin, and at which price.
 *
 *     at_bankruptcy   the engine takes the position with all of its margin, at the price at which
 *                     that margin is just used up; what the close-out leaves is the fund's
 *     at_mark         the fund takes it at the mark with all the equity that is left, at once, and
 *                     bears every move from there on
 *     by_fills        the position stays the trader's until it is filled, and each fill is settled
 *                     at the bankruptcy price of the part: better fills pay the fund up to the fee
 *                     cap, worse ones are paid by it
 *     by_trader       the position is closed for the trader's account; only a balance below zero
 *                     at the end is anybody else's
 *
 * To add a kind: takeover_<name>.c, a line in takeover_registry[], a row in
 * tests/test_takeover_kind.c.
 */
#ifndef SIM_MODELS_TAKEOVER_KIND_H
#define SIM_MODELS_TAKEOVER_KIND_H

#include <stdbool.h>

#include "base/param.h"

enum takeover_how {
    TAKEOVER_AT_BANKRUPTCY = 0,
    TAKEOVER_AT_MARK,
    TAKEOVER_BY_FILLS,
    TAKEOVER_BY_TRADER
};

struct takeover_params {
    double fraction;              /* backstop: of maintenance margin, below which it acts */
    double bankruptcy_adjustment; /* fillable: how fast the limit moves to its end, >= 1 */
    double spread_to_maintenance; /* fillable: the end of the limit, as a share of the maintenance
                                     margin rate */
    double liquidator_fee;        /* liquidator: what an outside liquidator earns, share of price */
};

/* What a limit price depends on; money in one unit, whatever it is. */
struct takeover_situation {
    double equity, maintenance; /* of the isolated position or account */
    double maintenance_rate;    /* of this position: maintenance margin / notional */
};

struct takeover_type {
    struct model model;
    enum takeover_how how;
    /* Whether the takeover waits until equity is below `fraction` of maintenance margin; until then
     * the position is closed for the trader's account. */
    bool staged;
    /* The largest concession against the mark a closing order accepts, share >= 0; +infinity: any.
     * NULL: any. */
    double (*limit)(const struct takeover_params *params,
                    const struct takeover_situation *situation);
    bool at_limit; /* an outside liquidator takes all at the limit, whatever the market pays */
};

extern const struct takeover_type takeover_bankruptcy;
extern const struct takeover_type takeover_backstop;
extern const struct takeover_type takeover_fund_at_mark;
extern const struct takeover_type takeover_none;
extern const struct takeover_type takeover_fillable;
extern const struct takeover_type takeover_liquidator;

extern const struct model *const takeover_registry[]; /* ends with NULL */

const struct takeover_type *takeover_of(const struct model *model);

#endif
