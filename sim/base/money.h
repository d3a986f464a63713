/*
 * money.h - amounts of a settlement currency, in its smallest unit, and the rates applied to them.
 *
 * 1.5 USDT at 6 decimals is 1500000; 1 XBT at 8 decimals is 100000000.  Every operation is
 * integer with a 128-bit intermediate and one rounding: to nearest, ties away from zero, so that
 * the two sides of a trade round to exact opposites.  An amount that leaves 64 bits is a bug in
 * the scenario's scale and stops the run (assert): it would be wrong silently otherwise.
 */
#ifndef SIM_BASE_MONEY_H
#define SIM_BASE_MONEY_H

#include <stdbool.h>
#include <stdint.h>

typedef int64_t money_t; /* smallest unit of the settlement currency */
typedef int64_t rate_t;  /* share x 10^12: 0.4 % is 4000000000 */

__extension__ typedef __int128 int128_t;

enum { RATE_SCALE = 12 };
#define RATE_ONE INT64_C(1000000000000)

/* numerator / denominator (> 0) to nearest, ties away from zero. */
money_t money_divide(int128_t numerator, int64_t denominator);

/* numerator / denominator (> 0) towards minus infinity. */
money_t money_divide_down(int128_t numerator, int128_t denominator);

/* a + b. */
money_t money_add(money_t a, money_t b);

/* amount x rate. */
money_t money_share(money_t amount, rate_t rate);

/* The part of `amount` that belongs to `part` of `whole` (whole != 0, same sign, |part| <=
 * |whole|): amount x part / whole. */
money_t money_portion(money_t amount, int64_t part, int64_t whole);

/* The one crossing from models (double, natural units) to money: amount x 10^decimals to
 * nearest.  False when the result is not finite or does not fit. */
bool money_from_double(double amount, int decimals, money_t *result);

/* Natural units, for models and reports. */
double money_to_double(money_t amount, int decimals);

#endif
