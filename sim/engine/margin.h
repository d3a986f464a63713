/*
 * margin.h - when a position must be taken over: maintenance margin, trigger, the prices of both.
 *
 * Exact rules work on integers; the closed forms below them work in double and natural units, are
 * used to place alarms and to print prices, and never decide a liquidation.
 *
 *     equity             = margin + value(mark) - entry_value
 *     maintenance margin = notional x rate(tier) - deduction(tier)      deduction 0 in `step` mode
 *     breach             : equity <= maintenance margin + notional x fee rate      (or <)
 *
 * Tiers, by notional in the settlement currency, upper bounds inclusive.  `step`: the tier's rate
 * on the whole position (OKX, BitMEX), tiers by notional or by quantity.  `marginal`: each tier's
 * rate on its own slice, written as rate x notional less a deduction: d_n = floor_n (r_n -
 * r_(n-1)) + d_(n-1) (Binance, Bybit, Hyperliquid).  `slope`: one rate that rises with the size of
 * the position (Deribit).  `flat`: one rate (dYdX v4).
 *
 * Maintenance margin is charged on the notional at the mark, or on that at entry (Bybit until
 * 2024); the liquidation fee belongs to the trigger or does not.
 */
#ifndef SIM_ENGINE_MARGIN_H
#define SIM_ENGINE_MARGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/money.h"
#include "market/contract.h"

enum margin_tier_mode { MARGIN_STEP = 0, MARGIN_MARGINAL, MARGIN_SLOPE, MARGIN_FLAT };
enum margin_basis { MARGIN_ON_MARK = 0, MARGIN_ON_ENTRY }; /* notional that margin is charged on */
enum margin_compare { MARGIN_BREACH_LE = 0, MARGIN_BREACH_LT }; /* equity <= or < what is needed */
enum { MARGIN_TIERS_MAX = 64 };

extern const char *const margin_tier_mode_names[]; /* "step", "marginal", "slope", "flat", NULL */
extern const char *const margin_basis_names[];     /* "mark", "entry", NULL */
extern const char *const margin_compare_names[];   /* "le", "lt", NULL */

struct margin_tier {
    money_t notional_max; /* inclusive; INT64_MAX in the last tier, and where quantity_max rules */
    int64_t quantity_max; /* inclusive, quantity units, of tiers by quantity; else not looked at */
    rate_t rate;          /* maintenance margin rate */
    money_t deduction;    /* marginal mode; derived */
    double leverage_max;  /* of a position opened in this tier */
};

struct margin_rules {
    enum margin_tier_mode mode;
    enum margin_compare compare;
    enum margin_basis basis;
    bool by_quantity;         /* tiers end at quantities; `step` only */
    bool fee_outside_trigger; /* the fee is charged, but is no part of what equity must cover */
    rate_t fee_rate;          /* liquidation fee; share of notional */
    rate_t slope;             /* `slope`: added to the rate for every `slope_quantity` held */
    int64_t slope_quantity;   /* quantity units, > 0 in `slope` mode */
    size_t tier_count;
    struct margin_tier tier[MARGIN_TIERS_MAX]; /* ascending ends */
};

/* What a position needs. */
struct margin_need {
    money_t maintenance; /* maintenance margin */
    money_t required;    /* what equity is compared with: and the fee, where it is in the trigger */
};

/* Checks the order of the tiers (ascending caps, rates within (0, 1) that never fall and with the
 * fee stay below 1, the last one open-ended) and derives the deductions. */
enum status margin_rules_init(struct margin_rules *rules, struct error *err) MUST_CHECK;

/* The rules with every maintenance margin multiplied by `multiplier` (share, > 0): an emergency
 * measure.  A rate that would reach 1 together with the fee stops just below. */
void margin_rules_scale(struct margin_rules *scaled, const struct margin_rules *rules,
                        rate_t multiplier);

/* Index of the tier a notional belongs to, of tiers by notional. */
size_t margin_tier_of(const struct margin_rules *rules, money_t notional);

/* Index of the tier a position belongs to, whatever the tiers are by; quantity signed or not. */
size_t margin_tier_at(const struct margin_rules *rules, int64_t quantity, money_t notional);

/* The maintenance margin rate of a position in tier `tier`: of the tier, and in `slope` mode what
 * its size adds. */
rate_t margin_rate_at(const struct margin_rules *rules, size_t tier, int64_t quantity);

/* What a position needs; `notional` at the mark, `entry_notional` at entry, both >= 0. */
struct margin_need margin_need(const struct margin_rules *rules, int64_t quantity, money_t notional,
                               money_t entry_notional);

/* Initial margin of a position: notional / leverage_max of its tier, and in `slope` mode what its
 * size adds. */
money_t margin_initial_need(const struct margin_rules *rules, int64_t quantity, money_t notional);

/* Maintenance margin of a notional, without the fee; tiers by notional. */
money_t margin_maintenance(const struct margin_rules *rules, money_t notional);

/* Maintenance margin and liquidation fee of a notional; tiers by notional. */
money_t margin_required(const struct margin_rules *rules, money_t notional);

/* The breach itself.  A position without any requirement and no loss is never in breach. */
bool margin_breached(enum margin_compare compare, money_t equity, money_t required);

/* Margin that opens `notional` at `leverage` (within [1e-12, 9e6], taken at 12 decimals): notional
 * / leverage to nearest, at least one unit. */
money_t margin_initial(money_t notional, double leverage);

/* ---- closed forms, natural units; quantity signed (long > 0) and not 0 ---- */

/* Price at which equity meets rate x notional - deduction + fee_rate x notional, maintenance on
 * the mark notional.  Linear: (entry_value - margin - deduction) / (q - |q| (rate + fee));
 * inverse: N (1 + s (rate + fee)) / (N / entry + s (margin + deduction)).  `entry_value` is signed
 * as contract_value() is.  +infinity when a short can never breach, <= 0 when a long cannot. */
double margin_liquidation_price(enum contract_kind kind, double quantity, double entry_value,
                                double margin, double rate, double deduction, double fee_rate);

/* The same with maintenance margin fixed at rate x entry notional (Bybit until 2024). */
double margin_liquidation_price_on_entry(enum contract_kind kind, double quantity,
                                         double entry_value, double margin, double rate);

/* Price at which equity is zero: linear entry - margin / q; inverse N / (N / entry + s margin). */
double margin_bankruptcy_price(enum contract_kind kind, double quantity, double entry_value,
                               double margin);

#endif
