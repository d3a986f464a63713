/*
 * contract.h - what one contract is worth, in exact money.
 *
 * Quantities are signed (long > 0) and prices positive, both integers at the scale of the tape.
 * The `value` of a position is chosen so that one formula serves both kinds and both sides:
 *
 *     linear    value = quantity x size x price          (settled in the quote currency)
 *     inverse   value = -quantity x size / price         (settled in the base coin)
 *     profit    = value(price now) - value(entry price)
 *
 * An inverse long is worth less negative coin the higher the price: -N/P rises with P, and
 * value(exit) - value(entry) = N (1/entry - 1/exit).  Rounding is to the nearest money unit, ties
 * away from zero, so a long and a short of the same trade are exact opposites.
 * Source of the formulas: BitMEX inverse and OKX linear contract guides (see scenarios/README.md).
 */
#ifndef SIM_MARKET_CONTRACT_H
#define SIM_MARKET_CONTRACT_H

#include <stdint.h>

#include "base/error.h"
#include "base/money.h"
#include "base/param.h"

enum contract_kind { CONTRACT_LINEAR = 0, CONTRACT_INVERSE };
enum { CONTRACT_SYMBOL_MAX = 48 };

extern const char *const contract_kind_names[]; /* "linear", "inverse", NULL */

struct contract {
    char symbol[CONTRACT_SYMBOL_MAX];
    char settlement[16]; /* settlement currency: "USDT", "XBT" */
    enum contract_kind kind;
    struct decimal size; /* linear: base coin per contract; inverse: quote value of one contract */
    int price_scale;     /* decimals of int64 prices */
    int quantity_scale;  /* decimals of int64 quantities */
    int money_decimals;  /* decimals of money_t: 6 for USDT, 8 for XBT */
    int64_t numerator,
        denominator; /* derived: linear value = q p num / den; inverse -q num / (p den) */
};

/* Fills the derived fields from the others.  ERR_RANGE when the scales cannot be combined in 64
 * bits. */
enum status contract_init(struct contract *contract, struct error *err) MUST_CHECK;

/* Signed value of `quantity` at `price` (> 0), money. */
money_t contract_value(const struct contract *contract, int64_t quantity, int64_t price);

/* abs(value). */
money_t contract_notional(const struct contract *contract, int64_t quantity, int64_t price);

/* The price at which `quantity` (not 0) has `value`, in natural units; for an inverse contract
 * +infinity when no finite price has it (a fully covered short), and <= 0 when a linear long can
 * never lose that much. */
double contract_price_at_value(const struct contract *contract, int64_t quantity, double value);

/* Natural units of a tape price or quantity. */
double contract_price(const struct contract *contract, int64_t price);
double contract_quantity(const struct contract *contract, int64_t quantity);

/* Nearest tape price >= 1 to a price in natural units: the crossing from models to prices. */
int64_t contract_price_from_double(const struct contract *contract, double price);

/* Notional in the quote currency, natural units, for models (impact, size): linear: value;
 * inverse: quantity x size. */
double contract_quote_notional(const struct contract *contract, int64_t quantity, int64_t price);

#endif
