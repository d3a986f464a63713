/*
 * timeline.h - instants and durations: int64 nanoseconds since 1970-01-01T00:00:00Z.
 *
 * Inputs state their unit or are told apart by their digit count; everything inside is
 * nanoseconds.  UTC only, no leap seconds, no time zones, no locale.
 */
#ifndef SIM_BASE_TIMELINE_H
#define SIM_BASE_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int64_t time_ns_t; /* instant or duration, nanoseconds */

#define TIME_NS_SECOND INT64_C(1000000000)
#define TIME_NS_MINUTE (60 * TIME_NS_SECOND)
#define TIME_NS_HOUR (60 * TIME_NS_MINUTE)
#define TIME_NS_DAY (24 * TIME_NS_HOUR)
#define TIME_NS_NEVER INT64_MAX /* after every event */
enum { TIMELINE_TEXT_MAX = 40 };

/* "2020-03-12T00:00:00Z", with an optional fraction of up to 9 digits; only the zone Z. */
bool timeline_parse(const char *text, size_t length, time_ns_t *time_ns);

/* Writes "2020-03-12T10:44:00.250Z" (fraction only when there is one, in groups of three digits)
 * into buffer of at least TIMELINE_TEXT_MAX bytes; returns the length. */
int timeline_format(char *buffer, time_ns_t time_ns);

/* "250ms", "1s", "8h", "1d", "1.5h": a decimal number, 0 or more, and one of ms s min h d. */
bool timeline_parse_duration(const char *text, size_t length, time_ns_t *duration_ns);

/* "250ms", "8h": the shortest exact form with one unit of ms s min h d, or "<n>ns". */
int timeline_format_duration(char *buffer, time_ns_t duration_ns);

/* Nanoseconds in one unit of an epoch number with this many digits: 10 is seconds, 13
 * milliseconds, 16 microseconds, 19 nanoseconds; 0 when the count fits no unit.  Valid for
 * instants from 2001-09-09 to 2262-04-11. */
int64_t timeline_unit_of_digits(size_t digits);

/* Days since 1970-01-01 of a date of the Gregorian calendar (month 1..12, day 1..31). */
int64_t timeline_days(int64_t year, int month, int day);

#endif
