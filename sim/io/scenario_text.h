/*
 * scenario_text.h - small text work shared by the scenario reader and printer.
 */
#ifndef SIM_IO_SCENARIO_TEXT_H
#define SIM_IO_SCENARIO_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/param.h"
#include "base/timeline.h"

enum {
    SCENARIO_QUOTE_MAX = 80,  /* bytes of a quoted piece with its NUL */
    SCENARIO_NUMBER_MAX = 64, /* bytes of a printed number with its NUL */
};

/* The length in bytes (1..4) of the UTF-8 character at text[0..length) and its code point, or 0
 * when the bytes are no UTF-8. */
size_t scenario_text_utf8(const char *text, size_t length, uint32_t *code);

/* Whether text[0..length) is UTF-8 throughout. */
bool scenario_text_is_utf8(const char *text, size_t length);

/* Writes 'text' in single quotes, shortened to fit, control characters and bytes that are no UTF-8
 * as '?'; returns buffer. */
const char *scenario_text_quote(char buffer[SCENARIO_QUOTE_MAX], const char *text, size_t length);

/* The candidate nearest in spelling to `word`, or NULL when none is near enough to be meant.
 * Start with *best = NULL and *distance = SIZE_MAX and offer the candidates one by one. */
void scenario_text_nearest(const char *word, const char *candidate, const char **best,
                           size_t *distance);

/* The shortest decimal text that reads back to the same double, without an exponent for sizes
 * that occur; returns buffer. */
const char *scenario_text_double(char buffer[SCENARIO_NUMBER_MAX], double value);

/* A duration as scenarios spell it, exact to the nanosecond: "8h", "0.0005ms"; returns buffer. */
const char *scenario_text_duration(char buffer[SCENARIO_NUMBER_MAX], time_ns_t duration_ns);

#endif
