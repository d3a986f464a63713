/*
 * measure.h - what the benches share: the clock, the median, and the line a figure is printed as.
 *
 *     name value unit target verdict
 *
 * `name` is lower_snake; `target` is ">=X", "<=X" or "-" for none; the verdict is "ok", "missed"
 * or, without a target, "-".  scripts/bench.sh reads these lines.
 */
#ifndef TESTS_BENCH_MEASURE_H
#define TESTS_BENCH_MEASURE_H

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline double
measure_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static inline int
measure_compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorts values[0..count) and returns the middle one. */
static inline double
measure_median(double *values, size_t count)
{
    assert(count > 0);
    qsort(values, count, sizeof(values[0]), measure_compare);
    return values[count / 2];
}

static inline void
measure_print(const char *name, double value, const char *unit, const char *target)
{
    const char *verdict = "-";
    if (target[0] != '-') {
        const double limit = strtod(target + 2, NULL);
        assert((target[0] == '>' || target[0] == '<') && target[1] == '=');
        verdict = (target[0] == '>' ? value >= limit : value <= limit) ? "ok" : "missed";
    }
    printf("%s %.4g %s %s %s\n", name, value, unit, target, verdict);
    fflush(stdout);
}

#endif
