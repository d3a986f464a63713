/*
 * adl_trigger.h - when deleveraging starts although the fund could still pay, and when it ends.
 *
 *     depleted          the fund cannot pay a deficit, or its balance is at or below a preset one
 *     drawdown          fall from the reference >= max(rate x base, amount)      (or >)
 *                       pool    fall of the balance from its peak or mean over the window; base is
 *                               that reference (OKX; 2025: 30 % or 50K, whichever is higher)
 *                       symbol  fall of what one instrument brought the pool from its peak; base is
 *                               the pool's peak balance (Bybit)
 *                       it ends when the fall is below recover_rate x base
 *     inventory_cap     notional of the inventory > ratio x balance (Binance)
 *     account_negative  an account's equity is below zero at the mark (Hyperliquid, dYdX)
 */
#ifndef SIM_MODELS_ADL_TRIGGER_H
#define SIM_MODELS_ADL_TRIGGER_H

#include <stdbool.h>

#include "base/param.h"
#include "base/timeline.h"

enum adl_trigger_reference { ADL_TRIGGER_PEAK = 0, ADL_TRIGGER_MEAN };
enum adl_trigger_scope { ADL_TRIGGER_POOL = 0, ADL_TRIGGER_SYMBOL };
enum adl_trigger_compare { ADL_TRIGGER_LE = 0, ADL_TRIGGER_LT };

struct adl_trigger_params {
    bool depleted;         /* a balance puts it on; else only a deficit that cannot be paid does */
    double depleted_below; /* balance at or below which it is on, natural units */
    bool drawdown;
    int reference, scope, compare; /* the enums above */
    time_ns_t window;
    double rate, recover_rate; /* shares */
    double amount;             /* absolute leg, natural units */
    double balance_min;        /* no drawdown trigger at or below this balance */
    bool inventory_cap;
    double inventory_ratio;
    bool account_negative;
};

extern const struct param adl_trigger_rows[]; /* of a scenario's section */

/* Whether the drawdown trigger is on after a fall of `fall` with this base, having been `on`. */
bool adl_trigger_drawdown(const struct adl_trigger_params *params, bool on, double fall,
                          double base, double balance);

/* The fall at which the drawdown trigger goes on. */
double adl_trigger_line(const struct adl_trigger_params *params, double base);

/* Whether the balance, or an inventory of this notional, puts it on. */
bool adl_trigger_depleted(const struct adl_trigger_params *params, double balance);
bool adl_trigger_inventory(const struct adl_trigger_params *params, double inventory,
                           double balance);

#endif
