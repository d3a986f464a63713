#include "base/fixed.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/fixed_quick.h"

const int64_t fixed_power_of_ten[FIXED_SCALE_MAX + 1] = {
    1,
    10,
    100,
    1000,
    10000,
    100000,
    1000000,
    10000000,
    100000000,
    1000000000,
    10000000000,
    100000000000,
    1000000000000,
    10000000000000,
    100000000000000,
    1000000000000000,
    10000000000000000,
    100000000000000000,
    1000000000000000000,
};

enum { EXPONENT_MAX = 400 }; /* beyond this any non-zero number overflows or is inexact */

/* A decimal number taken apart: digits x 10^exponent, zeros at both ends stripped. */
struct parts {
    bool negative;
    bool too_long;   /* more significant digits than 64 bits hold */
    uint64_t digits; /* without trailing zeros */
    int exponent;    /* power of ten of the last digit kept */
    int decimals;    /* as written, before stripping */
};

static enum fixed_result
read_exponent(const char *at, const char *end, int *exponent)
{
    bool negative = false;
    if (at < end && (*at == '+' || *at == '-'))
        negative = *at++ == '-';
    if (at == end)
        return FIXED_JUNK;
    int value = 0;
    for (; at < end; at++) {
        if (*at < '0' || *at > '9')
            return FIXED_JUNK;
        value = value * 10 + (*at - '0');
        if (value > EXPONENT_MAX)
            value = EXPONENT_MAX;
    }
    *exponent = negative ? -value : value;
    return FIXED_OK;
}

/* Takes text apart.  Zeros that follow a digit are held back (`zeros`) and only multiplied in
 * when another digit comes, so that 5.00000000000000000000 needs one digit, not twenty-one. */
static enum fixed_result
take_apart(const char *text, size_t length, struct parts *parts)
{
    const char *at = text, *end = text + length;
    if (length == 0)
        return FIXED_EMPTY;
    *parts = (struct parts){0};
    if (*at == '+' || *at == '-')
        parts->negative = *at++ == '-';
    bool seen_digit = false, seen_point = false;
    int zeros = 0;
    for (; at < end; at++) {
        if (*at == '.' && !seen_point) {
            seen_point = true;
            continue;
        }
        const unsigned digit = (unsigned)(*at - '0');
        if (digit > 9)
            break;
        seen_digit = true;
        parts->decimals += seen_point;
        if (digit == 0) {
            zeros++;
            continue;
        }
        for (; zeros > 0 && parts->digits != 0; zeros--) {
            parts->too_long |= parts->digits > UINT64_MAX / 10 - 9;
            if (!parts->too_long)
                parts->digits *= 10;
        }
        zeros = 0;
        parts->too_long |= parts->digits > (UINT64_MAX - 9) / 10;
        if (!parts->too_long)
            parts->digits = parts->digits * 10 + digit;
    }
    if (!seen_digit)
        return FIXED_JUNK;
    int exponent = 0;
    if (at < end) {
        if (*at != 'e' && *at != 'E')
            return FIXED_JUNK;
        const enum fixed_result result = read_exponent(at + 1, end, &exponent);
        if (result != FIXED_OK)
            return result;
    }
    parts->exponent = exponent - parts->decimals + zeros;
    parts->decimals = exponent >= parts->decimals ? 0 : parts->decimals - exponent;
    return FIXED_OK;
}

/* The general case: signs, exponents, many digits. */
static enum fixed_result
parse_slow(const char *text, size_t length, int scale, int64_t *value)
{
    struct parts parts;
    const enum fixed_result result = take_apart(text, length, &parts);
    if (result != FIXED_OK)
        return result;
    const int shift = parts.exponent + scale;
    if (parts.digits == 0) {
        *value = 0;
        return FIXED_OK;
    }
    if (shift < 0)
        return FIXED_INEXACT;
    if (parts.too_long || shift > FIXED_SCALE_MAX)
        return FIXED_OVERFLOW;
    uint64_t magnitude;
    if (__builtin_mul_overflow(parts.digits, (uint64_t)fixed_power_of_ten[shift], &magnitude) ||
        magnitude > (uint64_t)INT64_MAX)
        return FIXED_OVERFLOW;
    *value = parts.negative ? -(int64_t)magnitude : (int64_t)magnitude;
    return FIXED_OK;
}

/* fixed_quick_parse() of 9 to 16 characters. */
static bool
parse_long(const char *text, size_t length, int scale, int64_t *value)
{
    uint64_t high = fixed_quick_load(text) << (8 * (16 - length));
    uint64_t low = fixed_quick_load(text + length - 8);
    const uint64_t high_others = fixed_quick_others(high), low_others = fixed_quick_others(low);
    int decimals = 0;
    if (low_others != 0) {
        if (high_others != 0 || !fixed_quick_point(&low, low_others, &decimals))
            return false;
        low |= high >> 56; /* one character less below: the next one moves in */
        high <<= 8;
    } else if (high_others != 0) {
        if (!fixed_quick_point(&high, high_others, &decimals))
            return false;
        decimals += 8;
    }
    const uint64_t digits = fixed_quick_join(high) * 100000000 + fixed_quick_join(low);
    int64_t scaled;
    if (decimals > scale ||
        __builtin_mul_overflow((int64_t)digits, fixed_power_of_ten[scale - decimals], &scaled))
        return false;
    *value = scaled;
    return true;
}

enum fixed_result
fixed_parse(const char *text, size_t length, int scale, int64_t *value)
{
    assert(scale >= 0 && scale <= FIXED_SCALE_MAX);
    char padded[FIXED_QUICK_READABLE] = {0};
    bool quick = false;
    if (length <= 8)
        quick = fixed_quick_parse(memcpy(padded, text, length), length, scale, value);
    else if (length <= 16)
        quick = parse_long(text, length, scale, value);
    return quick ? FIXED_OK : parse_slow(text, length, scale, value);
}

bool
fixed_whole(const char *text, size_t length, int64_t *value)
{
    uint64_t number = 0;
    if (length == 0 || length > 19)
        return false;
    for (size_t i = 0; i < length; i++) {
        const unsigned digit = (unsigned)(text[i] - '0');
        if (digit > 9)
            return false;
        number = number * 10 + digit;
    }
    if (number > INT64_MAX)
        return false;
    *value = (int64_t)number;
    return true;
}

const char *
fixed_problem(enum fixed_result result, int scale, char *buffer, size_t size)
{
    switch (result) {
    case FIXED_OK:
        return "is fine";
    case FIXED_EMPTY:
        return "is empty where a number is needed";
    case FIXED_JUNK:
        return "is not a decimal number";
    case FIXED_OVERFLOW:
        snprintf(buffer, size, "does not fit 64 bits at scale %d", scale);
        return buffer;
    case FIXED_INEXACT:
        snprintf(buffer, size, "has more than %d decimals", scale);
        return buffer;
    }
    assert(false); /* there is no other result */
    return "";
}

int
fixed_decimals(const char *text, size_t length)
{
    struct parts parts;
    return take_apart(text, length, &parts) == FIXED_OK ? parts.decimals : -1;
}

int
fixed_format(char *buffer, int64_t value, int scale)
{
    assert(scale >= 0 && scale <= FIXED_SCALE_MAX);
    const uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    const uint64_t unit = (uint64_t)fixed_power_of_ten[scale];
    int length = snprintf(buffer, FIXED_TEXT_MAX, "%s%llu", value < 0 ? "-" : "",
                          (unsigned long long)(magnitude / unit));
    uint64_t rest = magnitude % unit;
    if (rest == 0)
        return length;
    int decimals = scale;
    for (; rest % 10 == 0; rest /= 10)
        decimals--;
    length += snprintf(buffer + length, (size_t)(FIXED_TEXT_MAX - length), ".%0*llu", decimals,
                       (unsigned long long)rest);
    return length;
}

enum fixed_result
fixed_rescale(int64_t value, int from, int to, int64_t *result)
{
    assert(from >= 0 && from <= FIXED_SCALE_MAX && to >= 0 && to <= FIXED_SCALE_MAX);
    if (to >= from) {
        return __builtin_mul_overflow(value, fixed_power_of_ten[to - from], result) ? FIXED_OVERFLOW
                                                                                    : FIXED_OK;
    }
    if (value % fixed_power_of_ten[from - to] != 0)
        return FIXED_INEXACT;
    *result = value / fixed_power_of_ten[from - to];
    return FIXED_OK;
}
