/*
 * tally.h - what became of every vector, and how it is printed.
 */
#ifndef TESTS_CONFORMANCE_TALLY_H
#define TESTS_CONFORMANCE_TALLY_H

#include <jansson.h>
#include <stdio.h>

#include "vector.h"

struct tally {
    json_t *records;       /* array, one object a vector, in the order of the files; owned */
    json_t *kinds, *needs; /* name -> {passed, failed, unsupported}; owned */
    size_t count[VECTOR_VERDICTS];
    size_t known_wrong; /* of the passed */
};

enum status tally_init(struct tally *tally, struct error *err) MUST_CHECK;
void tally_clear(struct tally *tally);

void tally_add(struct tally *tally, const struct vector *vector,
               const struct vector_outcome *outcome);

/* One line a vector that did not pass, the tables, and the closing line. */
void tally_print(const struct tally *tally, FILE *stream);
void tally_print_json(const struct tally *tally, FILE *stream);

#endif
