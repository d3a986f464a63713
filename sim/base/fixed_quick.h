/*
 * fixed_quick.h - the usual decimal text to int64, eight characters at a time; private to those who
 * read millions of them, all others use fixed.h.
 *
 * Most numbers of a market-data file are at most 8 characters, digits with at most one point, and
 * fit 64 bits at their scale; ids and times have 9 to 16 digits.  These functions read such texts
 * and say false to all others, for which fixed_parse() and fixed_whole() know the rest (and the
 * former does 9 to 16 characters in the same way); what they accept they read as those do.  They
 * are inline because a call costs as much as the work.
 *
 * Eight characters are one word, the last character in the top byte; a shorter text has zeros, as
 * leading digits, below.  XOR with "00000000" leaves 0 to 9 where there was a digit and more where
 * there was something else.  Joining digits: Lemire, "Number parsing at a gigabyte per second",
 * 2021.
 */
#ifndef SIM_BASE_FIXED_QUICK_H
#define SIM_BASE_FIXED_QUICK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/fixed.h"

/* Whatever the length of a text, so many bytes from its start on may be read (and are ignored). */
enum { FIXED_QUICK_READABLE = 8 };

/* What comes before the last eight digits hardly changes from one time or id to the next: the last
 * such word and its number, times 10^8.  {0} is a valid start. */
struct fixed_quick_prefix {
    uint64_t word, value;
};

static inline uint64_t
fixed_quick_load(const char *text)
{
    uint64_t word;
    memcpy(&word, text, sizeof(word));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word ^ UINT64_C(0x3030303030303030);
}

/* The top bit of every byte that is no digit.  What is above the lowest of them may be wrong: a
 * byte of 0x8a or more carries into the next. */
static inline uint64_t
fixed_quick_others(uint64_t word)
{
    return ((word + UINT64_C(0x7676767676767676)) | word) & UINT64_C(0x8080808080808080);
}

/* The number eight digits are: neighbours are joined in pairs, fours and eights. */
static inline uint64_t
fixed_quick_join(uint64_t word)
{
    word = word * 10 + (word >> 8);
    return ((word & UINT64_C(0x000000FF000000FF)) * UINT64_C(0x000F424000000064) +
            ((word >> 16) & UINT64_C(0x000000FF000000FF)) * UINT64_C(0x0000271000000001)) >>
           32;
}

/* Takes the point out of a word that holds characters which are no digits (`others` is not 0),
 * *decimals being the digits after it; false when they are not one point. */
static inline bool
fixed_quick_point(uint64_t *word, uint64_t others, int *decimals)
{
    const uint64_t one = others >> 7; /* 1 at the byte of the point */
    const uint64_t digits = *word ^ one * ('.' ^ '0');
    if ((others & (others - 1)) != 0 || (digits & ((one << 8) - one)) != 0)
        return false;
    const uint64_t before = digits & (one - 1);
    *word = digits - before + (before << 8);
    *decimals = __builtin_clzll(others) / 8;
    return true;
}

/* fixed_parse() when it succeeds on a usual text of at most 8 characters; false: *value is
 * untouched. */
static inline bool
fixed_quick_parse(const char *text, size_t length, int scale, int64_t *value)
{
    if (length - 1 > 8 - 1) /* also when it is 0 */
        return false;
    uint64_t word = fixed_quick_load(text) << (8 * (8 - length));
    const uint64_t others = fixed_quick_others(word);
    int decimals = 0;
    if (others != 0 && (length == 1 || !fixed_quick_point(&word, others, &decimals)))
        return false;
    int64_t scaled;
    if (decimals > scale || __builtin_mul_overflow((int64_t)fixed_quick_join(word),
                                                   fixed_power_of_ten[scale - decimals], &scaled))
        return false;
    *value = scaled;
    return true;
}

/* fixed_whole() of 9 to 16 digits, as times and ids have; false: *value is untouched. */
static inline bool
fixed_quick_whole(const char *text, size_t length, struct fixed_quick_prefix *prefix,
                  int64_t *value)
{
    if (length - 9 > 16 - 9) /* also when it is less than 9 */
        return false;
    const uint64_t high = fixed_quick_load(text) << (8 * (16 - length));
    const uint64_t low = fixed_quick_load(text + length - 8);
    if (high != prefix->word) {
        if (fixed_quick_others(high) != 0)
            return false;
        prefix->word = high;
        prefix->value = fixed_quick_join(high) * 100000000;
    }
    if (fixed_quick_others(low) != 0)
        return false;
    *value = (int64_t)(prefix->value + fixed_quick_join(low));
    return true;
}

#endif
