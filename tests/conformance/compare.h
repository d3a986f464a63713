/*
 * compare.h - whether an answer has the figures a vector claims.
 *
 * The claim is a subset: only its keys are compared.  Numbers (JSON numbers, decimal or p/q text)
 * match within the absolute tolerance, bounds included; booleans, other texts and arrays must be
 * the same; null says that there is no such price: none at all, or none above 0.
 */
#ifndef TESTS_CONFORMANCE_COMPARE_H
#define TESTS_CONFORMANCE_COMPARE_H

#include <jansson.h>

enum compare_result {
    COMPARE_SAME = 0,
    COMPARE_DIFFERENT,
    COMPARE_UNANSWERED, /* the answer has no figure under a claimed key */
};

enum { COMPARE_KEY_MAX = 96 };

/* Where the first difference is; the values are borrowed. */
struct compare_place {
    char key[COMPARE_KEY_MAX]; /* "underwater.cash", "cum[3]" */
    const json_t *expected, *got;
};

enum compare_result compare(json_t *expected, const json_t *got, long double tolerance,
                            struct compare_place *place);

#endif
