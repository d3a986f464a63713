/*
 * scenario_scalar.h - one value of a scenario: text to number, rate, amount, time, choice.
 *
 * YAML's own guesses are not used.  A number is [+-] digits [. digits] [e [+-] digits], decimal,
 * followed by nothing or by the unit suffix that fits its key: % or bps on a share, k or M on an
 * amount.  The suffix shifts the decimal point before anything is rounded, so 0.4% and 0.004 are
 * the same double.  What is refused is refused with what to write instead.
 */
#ifndef SIM_IO_SCENARIO_SCALAR_H
#define SIM_IO_SCENARIO_SCALAR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/param.h"

enum { SCENARIO_REASON_MAX = 400 };

/* Why a text is refused. */
struct scenario_reason {
    enum status status; /* ERR_PARSE or ERR_RANGE */
    char text[SCENARIO_REASON_MAX];
};

/* Stores the value of text[0..length) as row's type in *value, checked against row's range.  Any
 * type but texts, sections, lists and models.  False, with *value untouched, when it is refused. */
bool scenario_scalar_parse(const struct param *row, const char *text, size_t length, void *value,
                           struct scenario_reason *reason);

/* Whether text is one of YAML's spellings of "no value": empty, ~, null. */
bool scenario_scalar_is_null(const char *text);

#endif
