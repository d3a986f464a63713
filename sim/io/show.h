/*
 * show.h - numbers and times as people read them, in `seawall info` and in the report.
 *
 * 12900000000000 at 6 decimals is "12,900,000.00".  Money with up to 6 decimals is shown to 2,
 * with more to 4, rounded to nearest, ties away from zero; the exact amount is show_exact().
 */
#ifndef SIM_IO_SHOW_H
#define SIM_IO_SHOW_H

#include <stdint.h>

#include "base/text.h"
#include "base/timeline.h"

/* Appends a whole number with thousands separators. */
void show_count(struct text *out, uint64_t count);

/* Appends value / 10^decimals, rounded for display, with a real minus sign. */
void show_money(struct text *out, int64_t value, int decimals);

/* Appends value / 10^decimals with exactly `shown` (<= decimals) decimals. */
void show_decimal(struct text *out, int64_t value, int decimals, int shown);

/* Appends value / 10^decimals as it is, without separators: "12900000.5". */
void show_exact(struct text *out, int64_t value, int decimals);

/* Appends a share as a percentage with one decimal: "52.0 %", or a dash for NaN.  What is neither
 * none nor all is never shown as such: "under 0.1 %", "over 99.9 %". */
void show_share(struct text *out, double share);

/* Appends "2020-03-12 10:44:07 UTC", with milliseconds when there are any; a dash for 0. */
void show_time(struct text *out, time_ns_t time);

/* Appends a price or quantity in natural units, to at most 8 significant decimals. */
void show_number(struct text *out, double value);

#endif
