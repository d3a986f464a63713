/*
 * generate_format.h - small pieces of text for generated files.
 */
#ifndef SIM_MARKET_GENERATE_FORMAT_H
#define SIM_MARKET_GENERATE_FORMAT_H

#include <stdint.h>

#include "base/timeline.h"

enum { GENERATE_DATE_MAX = 11 };

/* value at scale as decimal text with exactly `decimals` (>= scale) decimals, as venues print
 * it: 370.8018 with 8 is 370.80180000.  Returns the length; buffer holds at least 48 bytes. */
int generate_format_padded(char *buffer, int64_t value, int scale, int decimals);

/* "2024-01-15" of an instant. */
void generate_format_date(char buffer[GENERATE_DATE_MAX], time_ns_t time);

#endif
