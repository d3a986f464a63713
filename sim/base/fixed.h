/*
 * fixed.h - decimal text to int64 at a stated scale, exactly.
 *
 * A price of 61800.30 at scale 2 is the integer 6180030.  Nothing is rounded: a text with more
 * decimals than the scale holds is FIXED_INEXACT, not an approximation.  The locale is not
 * consulted.  Accepted: [+-] digits [. digits] [e [+-] digits]; at least one digit before or
 * after the point.  Everything else (spaces, nan, inf, 0x10, 1_000, 1,000) is FIXED_JUNK.
 */
#ifndef SIM_BASE_FIXED_H
#define SIM_BASE_FIXED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FIXED_SCALE_MAX = 18, FIXED_TEXT_MAX = 24 };

enum fixed_result {
    FIXED_OK = 0,
    FIXED_EMPTY,    /* no text at all */
    FIXED_JUNK,     /* not a decimal number */
    FIXED_OVERFLOW, /* does not fit 64 bits at this scale */
    FIXED_INEXACT,  /* has more decimals than the scale */
};

/* 10^exponent for exponent in [0, 18]. */
extern const int64_t fixed_power_of_ten[FIXED_SCALE_MAX + 1];

/* Parses text[0..length) at `scale` decimals in [0, 18] into *value; *value is untouched unless
 * FIXED_OK is returned. */
enum fixed_result fixed_parse(const char *text, size_t length, int scale, int64_t *value);

/* Parses 1 to 19 digits and nothing else into *value; false, with *value untouched, for any other
 * text and for numbers of 2^63 and more. */
bool fixed_whole(const char *text, size_t length, int64_t *value);

/* "is not a decimal number", "does not fit 64 bits at scale 8" ...: the end of a sentence that
 * starts with the quoted text.  `buffer` is used when the sentence names the scale. */
const char *fixed_problem(enum fixed_result result, int scale, char *buffer, size_t size);

/* The number of decimals text is written with ("61800.30" has 2, "1e-8" has 8), or -1 for text
 * that is no decimal number. */
int fixed_decimals(const char *text, size_t length);

/* Writes value at scale as decimal text without trailing zeros ("61800.3") into buffer of at
 * least FIXED_TEXT_MAX bytes; returns the length. */
int fixed_format(char *buffer, int64_t value, int scale);

/* value x 10^(to - from), exact: returns FIXED_OVERFLOW or FIXED_INEXACT when it cannot be. */
enum fixed_result fixed_rescale(int64_t value, int from, int to, int64_t *result);

#endif
