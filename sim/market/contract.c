#include "market/contract.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/fixed.h"

const char *const contract_kind_names[] = {"linear", "inverse", NULL};

enum status
contract_init(struct contract *contract, struct error *err)
{
    if (contract->size.value <= 0)
        return error_set(err, ERR_RANGE, "contract %s: the contract size must be > 0",
                         contract->symbol);
    /* linear:  10^money x size / 10^(size scale + quantity scale + price scale)
     * inverse: 10^(money + price scale) x size / 10^(size scale + quantity scale) */
    const int inverse = contract->kind == CONTRACT_INVERSE;
    const int up = contract->money_decimals + (inverse ? contract->price_scale : 0);
    const int down =
        contract->size.scale + contract->quantity_scale + (inverse ? 0 : contract->price_scale);
    const int shift = up - down;
    int64_t numerator = contract->size.value, denominator = 1;
    int left = shift < 0 ? -shift : 0;
    for (; left > 0 && numerator % 10 == 0; left--)
        numerator /= 10;
    if (left > FIXED_SCALE_MAX || shift > FIXED_SCALE_MAX ||
        (shift > 0 && __builtin_mul_overflow(numerator, fixed_power_of_ten[shift], &numerator)))
        return error_set(err, ERR_RANGE,
                         "contract %s: price scale %d, quantity scale %d and %d money decimals "
                         "do not fit 64 bits together",
                         contract->symbol, contract->price_scale, contract->quantity_scale,
                         contract->money_decimals);
    denominator = fixed_power_of_ten[left];
    contract->numerator = numerator;
    contract->denominator = denominator;
    return OK;
}

money_t
contract_value(const struct contract *contract, int64_t quantity, int64_t price)
{
    assert(price > 0);
    if (contract->kind == CONTRACT_LINEAR)
        return money_divide((int128_t)quantity * price * contract->numerator,
                            contract->denominator);
    const int64_t denominator = contract->denominator;
    if (denominator == 1)
        return money_divide(-(int128_t)quantity * contract->numerator, price);
    const int128_t divisor = (int128_t)price * denominator;
    assert(divisor <= INT64_MAX);
    return money_divide(-(int128_t)quantity * contract->numerator, (int64_t)divisor);
}

money_t
contract_notional(const struct contract *contract, int64_t quantity, int64_t price)
{
    const money_t value = contract_value(contract, quantity, price);
    return value < 0 ? -value : value;
}

/* Money per (quantity unit x price unit), or money x price unit per quantity unit. */
static double
factor(const struct contract *contract)
{
    return (double)contract->numerator / (double)contract->denominator;
}

double
contract_price_at_value(const struct contract *contract, int64_t quantity, double value)
{
    assert(quantity != 0);
    const double q = (double)quantity * factor(contract);
    double price;
    if (contract->kind == CONTRACT_LINEAR)
        price = value / q;
    else
        price = value * q < 0.0 ? -q / value : INFINITY;
    return price / (double)fixed_power_of_ten[contract->price_scale];
}

double
contract_price(const struct contract *contract, int64_t price)
{
    return (double)price / (double)fixed_power_of_ten[contract->price_scale];
}

double
contract_quantity(const struct contract *contract, int64_t quantity)
{
    return (double)quantity / (double)fixed_power_of_ten[contract->quantity_scale];
}

int64_t
contract_price_from_double(const struct contract *contract, double price)
{
    const double scaled = nearbyint(price * (double)fixed_power_of_ten[contract->price_scale]);
    assert(scaled < 9.2e18);
    return scaled < 1.0 ? 1 : (int64_t)scaled;
}

double
contract_quote_notional(const struct contract *contract, int64_t quantity, int64_t price)
{
    const double size =
        (double)contract->size.value / (double)fixed_power_of_ten[contract->size.scale];
    const double contracts = fabs(contract_quantity(contract, quantity)) * size;
    return contract->kind == CONTRACT_LINEAR ? contracts * contract_price(contract, price)
                                             : contracts;
}
