/*
 * vector.h - files of figures that an independent implementation must reproduce.
 *
 * A file is an object with an array "vectors"; a vector is an object with
 *
 *     id, kind, formula     text
 *     inputs, expected      objects; expected claims at least one figure
 *     tolerance             number >= 0, absolute
 *     needs                 array of text: features beyond the formula
 *     model                 object, may be missing
 *     expected_to_fail      true where the published figure is known to be wrong; may be missing
 *
 * and anything else, which is not looked at.
 */
#ifndef TESTS_CONFORMANCE_VECTOR_H
#define TESTS_CONFORMANCE_VECTOR_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "reader.h"

struct vector {
    const char *id, *kind, *formula; /* borrowed from the file's JSON, as all below */
    const json_t *model, *inputs, *needs;
    json_t *expected;
    struct number tolerance;
    bool expected_to_fail;
};

struct vector_file {
    json_t *root;           /* owned */
    struct vector *vectors; /* owned */
    size_t count;
};

/* Reads a whole file.  ERR_NO_INPUT when it cannot be read, ERR_PARSE when it is not in the form
 * above. */
enum status vector_file_read(struct vector_file *file, const char *path,
                             struct error *err) MUST_CHECK;
void vector_file_clear(struct vector_file *file);

enum vector_verdict { VECTOR_PASSED = 0, VECTOR_FAILED, VECTOR_UNSUPPORTED, VECTOR_VERDICTS };

struct vector_outcome {
    enum vector_verdict verdict;
    char reason[256];       /* unsupported: why, by name */
    char key[96];           /* failed: of the first figure that differs */
    json_t *expected, *got; /* failed: the values there, owned */
    bool known_wrong;       /* a published figure known to be wrong, and not reproduced */
};

/* Drives the simulator with one vector.  ERR_PARSE when an input cannot be read. */
enum status vector_check(const struct vector *vector, const char *path,
                         struct vector_outcome *outcome, struct error *err) MUST_CHECK;
void vector_outcome_clear(struct vector_outcome *outcome);

#endif
