#include "golden.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whether a sign at `at` belongs to a number: nothing it could be the hyphen of is before it. */
static bool
is_sign(const char *text, const char *at)
{
    if (*at != '-' && *at != '+')
        return false;
    return at == text || strchr(" (>", at[-1]) != NULL;
}

/* A group of three digits behind a comma, and no more. */
static bool
is_group(const char *at)
{
    return at[0] == ',' && isdigit((unsigned char)at[1]) && isdigit((unsigned char)at[2]) &&
           isdigit((unsigned char)at[3]) && !isdigit((unsigned char)at[4]);
}

/* Reads the number that begins at *at; its last printed digit stands for *step. */
static double
read_number(const char **at, double *step)
{
    char digits[64];
    size_t count = 0, decimals = 0;
    bool point = false, grouped = false;
    for (; count + 1 < sizeof(digits); (*at)++) {
        const char c = **at;
        if (isdigit((unsigned char)c) || ((c == '-' || c == '+') && count == 0)) {
            decimals += point;
            digits[count++] = c;
        } else if (c == '.' && !point && isdigit((unsigned char)(*at)[1])) {
            point = true;
            digits[count++] = c;
        } else if (!point && (grouped || count <= 4) && is_group(*at)) {
            grouped = true;
        } else {
            break;
        }
    }
    digits[count] = '\0';
    const double share = **at == '%' ? 0.01 : 1.0;
    *step = pow(10.0, -(double)decimals) * share;
    return strtod(digits, NULL) * share;
}

static size_t
read_numbers(const char *text, double *numbers, double *steps)
{
    size_t count = 0;
    for (const char *at = text; *at != '\0' && count < GOLDEN_NUMBERS;) {
        double step;
        const bool sign = is_sign(text, at) && isdigit((unsigned char)at[1]);
        if (!sign && !isdigit((unsigned char)*at)) {
            at++;
            continue;
        }
        numbers[count] = read_number(&at, &step);
        if (steps != NULL)
            steps[count] = step;
        count++;
    }
    return count;
}

void
golden_read(struct golden *row)
{
    row->in_count = read_numbers(row->inputs, row->in, NULL);
    row->out_count = read_numbers(row->expected, row->out, row->step);
}

static void
fail(struct golden *row, const char *what, double expected, double got)
{
    if (row->failed)
        return;
    row->failed = true;
    snprintf(row->why, sizeof(row->why), "%s: expected %.12g, got %.12g", what, expected, got);
}

bool
golden_has(struct golden *row, size_t in_count, size_t out_count)
{
    if (row->in_count != in_count)
        fail(row, "numbers in the inputs", (double)in_count, (double)row->in_count);
    if (row->out_count != out_count)
        fail(row, "numbers expected", (double)out_count, (double)row->out_count);
    return !row->failed;
}

static void
compare(struct golden *row, size_t i, double got, double tolerance)
{
    char what[32];
    snprintf(what, sizeof(what), "figure %zu", i + 1);
    row->compared++;
    if (!(fabs(got - row->out[i]) <= tolerance))
        fail(row, what, row->out[i], got);
}

void
golden_is(struct golden *row, size_t i, double got)
{
    const double size = fmax(1.0, fabs(row->out[i]));
    double tolerance = 1e-9 * size;
    if (strncmp(row->rounding, "1e-", 3) == 0)
        tolerance = fmax(tolerance, strtod(row->rounding, NULL));
    else if (strstr(row->rounding, " dp") != NULL)
        tolerance = row->step[i] / 2.0 + 1e-9 * size;
    compare(row, i, got, tolerance);
}

void
golden_is_printed(struct golden *row, size_t i, double got)
{
    compare(row, i, got, row->step[i] / 2.0 + 1e-12);
}

void
golden_says(struct golden *row, const char *words, bool got)
{
    const bool expected = strstr(row->expected, words) != NULL;
    row->compared++;
    if (expected != got)
        fail(row, words, expected, got);
}
