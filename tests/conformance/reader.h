/*
 * reader.h - the inputs of a vector as numbers the simulator takes.
 *
 * Numbers are JSON numbers or strings, decimal ("0.00021347") or fractions ("10/3").  A reader
 * remembers the first trouble it met and hands out harmless values from then on, so a rule reads
 * all its inputs first and asks once whether they were good.
 */
#ifndef TESTS_CONFORMANCE_READER_H
#define TESTS_CONFORMANCE_READER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/money.h"

enum reader_state {
    READER_GOOD = 0,
    READER_UNABLE,    /* an input the rule needs is not there, or is not one the simulator takes */
    READER_MALFORMED, /* the file is not in its form */
};

struct reader {
    enum reader_state state;
    char problem[240];
};

enum { READER_TEXT_MAX = 64 };

/* A number with its text, so that it can be taken exactly at any scale. */
struct number {
    char text[READER_TEXT_MAX]; /* decimal, or p/q */
    int decimals;               /* it is written with; -1: a fraction */
    long double value;
};

/* Notes a trouble, unless one is noted already. */
void reader_fail(struct reader *reader, enum reader_state state, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The first of the keys "a|b|c" that `object` has and that is not null, or NULL. */
const json_t *reader_find(const json_t *object, const char *keys);

/* Reads a JSON number or numeric text; false when it is none. */
bool reader_parse(const json_t *json, struct number *number);

/* The number under one of the keys; missing is READER_UNABLE, unreadable READER_MALFORMED. */
struct number reader_number(struct reader *reader, const json_t *object, const char *keys);
struct number reader_number_or(struct reader *reader, const json_t *object, const char *keys,
                               const char *fallback);

/* The same, and READER_UNABLE unless it is > 0. */
struct number reader_positive(struct reader *reader, const json_t *object, const char *keys);

/* The value of a number under one of the keys as a double; NaN where there is none. */
double reader_double(struct reader *reader, const json_t *object, const char *keys);

/* An array [a, b] of two numbers, an object with them under `a_keys` and `b_keys`, or a number
 * alone; a missing b is 1.  READER_MALFORMED when it is none of these. */
void reader_pair(struct reader *reader, const json_t *json, const char *a_keys, const char *b_keys,
                 double *a, double *b);

/* "leverage", 1 where there is none; READER_UNABLE outside [1e-6, 1e6]. */
struct number reader_leverage(struct reader *reader, const json_t *object);

/* value x 10^scale: exact where the text allows, else to nearest; READER_UNABLE when it does not
 * fit. */
int64_t reader_at(struct reader *reader, const struct number *number, int scale);
rate_t reader_rate(struct reader *reader, const struct number *number);

#endif
