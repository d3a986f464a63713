#include "vector.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "formula.h"

/* ---- reading ---- */

static enum status
read_text(const json_t *object, const char *path, size_t number, const char *key, const char **text,
          struct error *err)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_string(value) || json_string_length(value) == 0)
        return error_set(err, ERR_PARSE, "%s: vector %zu: \"%s\" must be a text", path, number,
                         key);
    *text = json_string_value(value);
    return OK;
}

static enum status
read_object(const json_t *object, const char *path, const char *id, const char *key, json_t **value,
            struct error *err)
{
    *value = json_object_get(object, key);
    if (!json_is_object(*value))
        return error_set(err, ERR_PARSE, "%s: vector %s: \"%s\" must be an object", path, id, key);
    return OK;
}

static enum status
read_needs(struct vector *vector, const json_t *object, const char *path, struct error *err)
{
    vector->needs = json_object_get(object, "needs");
    if (!json_is_array(vector->needs))
        return error_set(err, ERR_PARSE, "%s: vector %s: \"needs\" must be an array", path,
                         vector->id);
    size_t i;
    const json_t *need;
    json_array_foreach(vector->needs, i, need)
    {
        if (!json_is_string(need))
            return error_set(err, ERR_PARSE, "%s: vector %s: needs[%zu] must be a text", path,
                             vector->id, i);
    }
    return OK;
}

static enum status
read_vector(struct vector *vector, const json_t *object, const char *path, size_t number,
            struct error *err)
{
    if (!json_is_object(object))
        return error_set(err, ERR_PARSE, "%s: vector %zu must be an object", path, number);
    TRY(read_text(object, path, number, "id", &vector->id, err));
    TRY(read_text(object, path, number, "kind", &vector->kind, err));
    TRY(read_text(object, path, number, "formula", &vector->formula, err));
    json_t *inputs;
    TRY(read_object(object, path, vector->id, "inputs", &inputs, err));
    vector->inputs = inputs;
    TRY(read_object(object, path, vector->id, "expected", &vector->expected, err));
    TRY(read_needs(vector, object, path, err));
    vector->model = json_object_get(object, "model");
    if (vector->model && !json_is_object(vector->model))
        return error_set(err, ERR_PARSE, "%s: vector %s: \"model\" must be an object", path,
                         vector->id);
    if (json_object_size(vector->expected) == 0)
        return error_set(err, ERR_PARSE, "%s: vector %s: \"expected\" claims no figure", path,
                         vector->id);
    const json_t *tolerance = json_object_get(object, "tolerance");
    if (!tolerance || !reader_parse(tolerance, &vector->tolerance) ||
        !(vector->tolerance.value >= 0.0L))
        return error_set(err, ERR_PARSE, "%s: vector %s: \"tolerance\" must be a number >= 0", path,
                         vector->id);
    vector->expected_to_fail = json_is_true(json_object_get(object, "expected_to_fail"));
    return OK;
}

static enum status
read_all(struct vector_file *file, const char *path, struct error *err)
{
    const json_t *array = json_object_get(file->root, "vectors");
    if (!json_is_array(array))
        return error_set(err, ERR_PARSE, "%s: expected an object with an array \"vectors\"", path);
    file->count = json_array_size(array);
    file->vectors = calloc(file->count ? file->count : 1, sizeof *file->vectors);
    if (!file->vectors)
        return error_memory(err, path);
    for (size_t i = 0; i < file->count; i++)
        TRY(read_vector(&file->vectors[i], json_array_get(array, i), path, i + 1, err));
    return OK;
}

enum status
vector_file_read(struct vector_file *file, const char *path, struct error *err)
{
    *file = (struct vector_file){0};
    FILE *stream = fopen(path, "rb");
    if (!stream)
        return error_system(err, ERR_NO_INPUT, path, "open", errno);
    json_error_t problem;
    errno = 0;
    file->root = json_loadf(stream, JSON_REJECT_DUPLICATES, &problem);
    const int read_error = ferror(stream) ? errno : 0;
    fclose(stream);
    if (read_error)
        return error_system(err, ERR_NO_INPUT, path, "read", read_error);
    if (!file->root)
        return error_set(err, ERR_PARSE, "%s:%d:%d: error: %s", path, problem.line, problem.column,
                         problem.text);
    const enum status status = read_all(file, path, err);
    if (status != OK)
        vector_file_clear(file);
    return status;
}

void
vector_file_clear(struct vector_file *file)
{
    json_decref(file->root);
    free(file->vectors);
    *file = (struct vector_file){0};
}

/* ---- checking ---- */

static void
unsupported(struct vector_outcome *outcome, const char *what, const char *name)
{
    outcome->verdict = VECTOR_UNSUPPORTED;
    snprintf(outcome->reason, sizeof outcome->reason, "%s %.200s", what, name);
}

/* Whether the kind, the formula and all needs are built; the first that is not is named. */
static const struct formula *
find_formula(const struct vector *vector, struct vector_outcome *outcome)
{
    const struct formula *formula = formula_find(vector->formula);
    size_t i;
    const json_t *need;
    json_array_foreach(vector->needs, i, need)
    {
        if (!formula_need_built(json_string_value(need))) {
            unsupported(outcome, "needs", json_string_value(need));
            return NULL;
        }
    }
    if (!formula_kind_known(vector->kind))
        unsupported(outcome, "kind", vector->kind);
    else if (!formula)
        unsupported(outcome, "formula", vector->formula);
    else
        return formula;
    return NULL;
}

static void
judge(const struct vector *vector, const json_t *answer, struct vector_outcome *outcome)
{
    struct compare_place place = {0};
    const enum compare_result result =
        compare(vector->expected, answer, vector->tolerance.value, &place);
    if (result == COMPARE_UNANSWERED) {
        unsupported(outcome, "figure", place.key);
        return;
    }
    const bool same = result == COMPARE_SAME;
    outcome->known_wrong = vector->expected_to_fail && !same;
    if (same != vector->expected_to_fail)
        return;
    outcome->verdict = VECTOR_FAILED;
    snprintf(outcome->key, sizeof outcome->key, "%s",
             same ? "(a published figure known to be wrong)" : place.key);
    outcome->expected = json_deep_copy(same ? vector->expected : place.expected);
    outcome->got = json_deep_copy(same ? answer : place.got);
}

enum status
vector_check(const struct vector *vector, const char *path, struct vector_outcome *outcome,
             struct error *err)
{
    *outcome = (struct vector_outcome){0};
    const struct formula *formula = find_formula(vector, outcome);
    if (!formula)
        return OK;
    struct reader reader = {0};
    struct book *book = calloc(1, sizeof *book);
    json_t *answer = json_object();
    if (!book || !answer) {
        free(book);
        json_decref(answer);
        return error_memory(err, vector->id);
    }
    const struct formula_call call = {vector->kind, vector->model, vector->inputs,
                                      &reader,      book,          answer};
    formula->answer(&call);
    enum status status = OK;
    if (reader.state == READER_MALFORMED)
        status = error_set(err, ERR_PARSE, "%s: vector %s: %s", path, vector->id, reader.problem);
    else if (reader.state == READER_UNABLE)
        unsupported(outcome, "inputs:", reader.problem);
    else
        judge(vector, answer, outcome);
    json_decref(answer);
    free(book);
    return status;
}

void
vector_outcome_clear(struct vector_outcome *outcome)
{
    json_decref(outcome->expected);
    json_decref(outcome->got);
    *outcome = (struct vector_outcome){0};
}
