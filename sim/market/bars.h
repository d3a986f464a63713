/*
 * bars.h - a bar as four rows of a tape.
 *
 * A bar says where the price began, how far it went both ways and where it ended, not in which
 * order.  The order is an assumption, chosen by name and kept in the tape (from_bars, bar_path):
 *
 *     open-low-high-close       open-high-low-close
 *
 *          H                         H
 *         / \                       / \
 *     O  /   C                  O--'   \   C
 *      \/                               \ /
 *       L                                L
 *
 *     adverse    the extreme farther from the open comes first, so that every position entered at
 *                the open meets the bar's largest excursion before any recovery:
 *                high - open > open - low: open-high-low-close; otherwise (ties too)
 *                open-low-high-close.
 *
 * adverse looks at the excursions, not at the close: O 100, H 101, L 90, C 100.5 rises, and goes
 * 100, 90, 101, 100.5.  An open outside [low, high] (BitMEX) is the first price as it is.
 *
 * The four rows are at 0, 1/3 and 2/3 of the bar (rounded down to a nanosecond) and one nanosecond
 * before its end: in order, inside the bar, never in the next one.  The volume is split so that the
 * parts add up to it exactly: part i is floor(volume (i+1) / 4) - floor(volume i / 4), so a part
 * is 0 when the volume is below four units of the scale.
 */
#ifndef SIM_MARKET_BARS_H
#define SIM_MARKET_BARS_H

#include "market/format.h"

enum { BARS_ROWS = 4 };

enum bars_path { BARS_OPEN_LOW_HIGH_CLOSE = 0, BARS_OPEN_HIGH_LOW_CLOSE, BARS_ADVERSE };

extern const char *const bars_path_names[]; /* "open-low-high-close" ..., NULL */

/* Writes the four rows of `bar` (not missing, at least 4 ns long). */
void bars_expand(const struct format_row *bar, enum bars_path path, time_ns_t time[BARS_ROWS],
                 int64_t price[BARS_ROWS], int64_t quantity[BARS_ROWS]);

#endif
