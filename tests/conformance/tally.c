#include "tally.h"

#include <stdlib.h>

static const char *const verdict_names[] = {"passed", "failed", "unsupported"};

enum status
tally_init(struct tally *tally, struct error *err)
{
    *tally = (struct tally){json_array(), json_object(), json_object(), {0}, 0};
    if (tally->records && tally->kinds && tally->needs)
        return OK;
    tally_clear(tally);
    return error_memory(err, "starting the tally");
}

void
tally_clear(struct tally *tally)
{
    json_decref(tally->records);
    json_decref(tally->kinds);
    json_decref(tally->needs);
    *tally = (struct tally){0};
}

static void
count(json_t *table, const char *name, enum vector_verdict verdict)
{
    json_t *row = json_object_get(table, name);
    if (!row) {
        row = json_object();
        for (int i = 0; i < VECTOR_VERDICTS; i++)
            json_object_set_new(row, verdict_names[i], json_integer(0));
        json_object_set_new(table, name, row);
    }
    json_t *cell = json_object_get(row, verdict_names[verdict]);
    json_integer_set(cell, json_integer_value(cell) + 1);
}

void
tally_add(struct tally *tally, const struct vector *vector, const struct vector_outcome *outcome)
{
    tally->count[outcome->verdict]++;
    tally->known_wrong += outcome->known_wrong;
    count(tally->kinds, vector->kind, outcome->verdict);
    size_t i;
    const json_t *need;
    json_array_foreach(vector->needs, i, need)
        count(tally->needs, json_string_value(need), outcome->verdict);
    if (json_array_size(vector->needs) == 0)
        count(tally->needs, "(none)", outcome->verdict);
    json_t *record = json_object();
    json_object_set_new(record, "id", json_string(vector->id));
    json_object_set_new(record, "kind", json_string(vector->kind));
    json_object_set_new(record, "formula", json_string(vector->formula));
    json_object_set_new(record, "verdict", json_string(verdict_names[outcome->verdict]));
    if (outcome->known_wrong)
        json_object_set_new(record, "published_figure_known_wrong", json_true());
    if (outcome->verdict == VECTOR_UNSUPPORTED)
        json_object_set_new(record, "reason", json_string(outcome->reason));
    if (outcome->verdict == VECTOR_FAILED) {
        json_object_set_new(record, "key", json_string(outcome->key));
        json_object_set(record, "expected", outcome->expected);
        json_object_set(record, "got", outcome->got);
        json_object_set_new(record, "tolerance", json_string(vector->tolerance.text));
    }
    json_array_append_new(tally->records, record);
}

static const char *
text(const json_t *record, const char *key)
{
    return json_string_value(json_object_get(record, key));
}

/* A value as it would stand in a file; numbers, which are kept as text, without quotes. */
static void
print_value(FILE *stream, const json_t *value)
{
    char *dump = json_is_string(value) ? NULL : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    fputs(json_is_string(value) ? json_string_value(value) : dump ? dump : "?", stream);
    free(dump);
}

static void
print_record(FILE *stream, const json_t *record)
{
    const json_t *key = json_object_get(record, "key");
    const json_t *reason = json_object_get(record, "reason");
    if (!key && !reason)
        return;
    fprintf(stream, "%-11s %s %s ", text(record, "verdict"), text(record, "id"),
            text(record, "kind"));
    if (reason) {
        fprintf(stream, "%s\n", json_string_value(reason));
        return;
    }
    fprintf(stream, "%s: expected ", json_string_value(key));
    print_value(stream, json_object_get(record, "expected"));
    fputs(", got ", stream);
    print_value(stream, json_object_get(record, "got"));
    fprintf(stream, ", tolerance %s\n", text(record, "tolerance"));
}

static void
print_table(FILE *stream, const char *title, json_t *table)
{
    fprintf(stream, "\n%-32s %8s %8s %12s\n", title, "passed", "failed", "unsupported");
    const char *name;
    json_t *row;
    json_object_foreach(table, name, row)
    {
        fprintf(stream, "%-32s", name);
        for (int i = 0; i < VECTOR_VERDICTS; i++)
            fprintf(stream, " %*lld", i < 2 ? 8 : 12,
                    (long long)json_integer_value(json_object_get(row, verdict_names[i])));
        fputc('\n', stream);
    }
}

void
tally_print(const struct tally *tally, FILE *stream)
{
    size_t i;
    const json_t *record;
    json_array_foreach(tally->records, i, record) print_record(stream, record);
    print_table(stream, "kind", tally->kinds);
    print_table(stream, "needs", tally->needs);
    if (tally->known_wrong)
        fprintf(stream, "\n%zu passed: %zu of them published figures known wrong, not reproduced\n",
                tally->count[VECTOR_PASSED], tally->known_wrong);
    fprintf(stream, "\n%zu passed, %zu failed, %zu unsupported\n", tally->count[VECTOR_PASSED],
            tally->count[VECTOR_FAILED], tally->count[VECTOR_UNSUPPORTED]);
}

void
tally_print_json(const struct tally *tally, FILE *stream)
{
    json_t *root = json_object();
    json_object_set(root, "vectors", tally->records);
    json_object_set(root, "kinds", tally->kinds);
    json_object_set(root, "needs", tally->needs);
    for (int i = 0; i < VECTOR_VERDICTS; i++)
        json_object_set_new(root, verdict_names[i], json_integer((json_int_t)tally->count[i]));
    json_object_set_new(root, "published_figures_known_wrong",
                        json_integer((json_int_t)tally->known_wrong));
    json_dumpf(root, stream, JSON_INDENT(1));
    fputc('\n', stream);
    json_decref(root);
}
