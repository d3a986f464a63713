#include "base/money.h"

#include <assert.h>
#include <math.h>

#include "base/fixed.h"

money_t
money_divide(int128_t numerator, int64_t denominator)
{
    assert(denominator > 0);
    /* The 64-bit division is several times faster than the 128-bit one and almost always enough. */
    const int64_t half = denominator / 2;
    if (numerator <= INT64_MAX - half && numerator >= INT64_MIN + half) {
        const int64_t small = (int64_t)numerator;
        return (small >= 0 ? small + half : small - half) / denominator;
    }
    const int128_t rounded =
        (numerator >= 0 ? numerator + half : numerator - half) / (int128_t)denominator;
    assert(rounded <= INT64_MAX && rounded >= INT64_MIN);
    return (money_t)rounded;
}

money_t
money_add(money_t a, money_t b)
{
    money_t sum;
    const bool overflow = __builtin_add_overflow(a, b, &sum);
    assert(!overflow);
    return sum;
}

money_t
money_share(money_t amount, rate_t rate)
{
    return money_divide((int128_t)amount * rate, RATE_ONE);
}

money_t
money_divide_down(int128_t numerator, int128_t denominator)
{
    assert(denominator > 0);
    int128_t quotient = numerator / denominator;
    if (quotient * denominator > numerator)
        quotient--;
    assert(quotient <= INT64_MAX && quotient >= INT64_MIN);
    return (money_t)quotient;
}

money_t
money_portion(money_t amount, int64_t part, int64_t whole)
{
    assert(whole != 0);
    if (part == whole)
        return amount; /* as the division would say: most closings are of the whole */
    const int128_t product = (int128_t)amount * part;
    return whole > 0 ? money_divide(product, whole) : money_divide(-product, -whole);
}

bool
money_from_double(double amount, int decimals, money_t *result)
{
    assert(decimals >= 0 && decimals <= FIXED_SCALE_MAX);
    const double scaled = round(amount * (double)fixed_power_of_ten[decimals]);
    if (!(fabs(scaled) < 9.2e18))
        return false;
    *result = (money_t)scaled;
    return true;
}

double
money_to_double(money_t amount, int decimals)
{
    assert(decimals >= 0 && decimals <= FIXED_SCALE_MAX);
    return (double)amount / (double)fixed_power_of_ten[decimals];
}
