/*
 * golden.h - one row of a table of published figures, and what the simulator makes of it.
 *
 * A row has an id, inputs and expected figures as text.  The numbers in both are taken in the order
 * they stand ("1,535,443.01" is one number, "0.5%" is 0.005): an answer reads its inputs from `in`
 * and compares with `out`, so that a figure that changes in the table changes the test.
 */
#ifndef TESTS_GOLDENS_GOLDEN_H
#define TESTS_GOLDENS_GOLDEN_H

#include <stdbool.h>
#include <stddef.h>

enum { GOLDEN_NUMBERS = 32, GOLDEN_WHY = 256 };

struct golden {
    const char *id, *inputs, *expected, *rounding; /* borrowed */
    double in[GOLDEN_NUMBERS], out[GOLDEN_NUMBERS];
    double step[GOLDEN_NUMBERS]; /* of the last digit that is printed of out[i] */
    size_t in_count, out_count;
    size_t compared;
    bool failed;
    char why[GOLDEN_WHY]; /* of the first figure that differs */
};

/* Takes the numbers out of a row's texts. */
void golden_read(struct golden *row);

/* Fails the row unless it has so many numbers: another text needs another answer. */
bool golden_has(struct golden *row, size_t in_count, size_t out_count);

/* Compares with out[i] as exactly as the row's rounding says: "2 dp" half a printed digit, "1e-9"
 * that much, else one part in 10^9. */
void golden_is(struct golden *row, size_t i, double got);

/* Compares with out[i] within half a printed digit, whatever the row says. */
void golden_is_printed(struct golden *row, size_t i, double got);

/* The expected text says `words` (true) or does not (false). */
void golden_says(struct golden *row, const char *words, bool got);

/* An answer, and the ids it is for. */
struct golden_answer {
    const char *id;
    void (*answer)(struct golden *row);
};

/* The answers, by what they are about; id NULL ends each. */
extern const struct golden_answer golden_margin_answers[];
extern const struct golden_answer golden_fund_answers[];
extern const struct golden_answer golden_rate_answers[];

#endif
