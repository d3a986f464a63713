/*
 * tapes.h - small tapes whose every value is known from its row number, for tests that need one.
 *
 *     time      2020-03-12T00:00:00Z + floor(row / 3) milliseconds     (three rows share a time)
 *     price     500000 + 7919 row mod 1009        (rate: that x 1000000 - 500 x 10^9)
 *     quantity  row mod 997
 *     side      row mod 3 - 1
 */
#ifndef TESTS_SUPPORT_TAPES_H
#define TESTS_SUPPORT_TAPES_H

#include "market/store.h"

#define TAPES_START INT64_C(1583971200000000000) /* 2020-03-12T00:00:00Z */

int64_t tapes_time(uint64_t row);
int64_t tapes_price(enum tape_kind kind, uint64_t row);
int64_t tapes_quantity(uint64_t row);
int8_t tapes_side(uint64_t row);

/* Appends rows [from, from + count) to stream `id`, `step` at a time; the first failure. */
enum status tapes_append(struct tape_writer *writer, size_t id, enum tape_kind kind, uint64_t from,
                         uint64_t count, size_t step, struct error *err) MUST_CHECK;

/* Writes a tape of one instrument BTCUSDT (price scale 2, quantity scale 3) with `rows` rows of
 * each kind whose bit is set in `kinds`; fails the test when that fails. */
void tapes_write(const char *path, unsigned kinds, uint64_t rows, unsigned threads);

#endif
