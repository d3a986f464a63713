#include "compare.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "reader.h"

static enum compare_result
differ(struct compare_place *place, const json_t *expected, const json_t *got)
{
    place->expected = expected;
    place->got = got;
    return COMPARE_DIFFERENT;
}

/* Puts a step of the path in front of what a deeper comparison found. */
static void
prepend(struct compare_place *place, const char *step)
{
    char rest[COMPARE_KEY_MAX];
    memcpy(rest, place->key, sizeof rest);
    const char *dot = rest[0] && rest[0] != '[' ? "." : "";
    snprintf(place->key, sizeof place->key, "%.40s%s%.50s", step, dot, rest);
}

static enum compare_result
compare_objects(json_t *expected, const json_t *got, long double tolerance,
                struct compare_place *place)
{
    const char *key;
    json_t *claim;
    json_object_foreach(expected, key, claim)
    {
        const json_t *value = json_object_get(got, key);
        enum compare_result result = COMPARE_UNANSWERED;
        if (value)
            result = compare(claim, value, tolerance, place);
        if (result != COMPARE_SAME) {
            prepend(place, key);
            return result;
        }
    }
    return COMPARE_SAME;
}

static enum compare_result
compare_arrays(const json_t *expected, const json_t *got, long double tolerance,
               struct compare_place *place)
{
    if (json_array_size(expected) != json_array_size(got))
        return differ(place, expected, got);
    for (size_t i = 0; i < json_array_size(expected); i++) {
        const enum compare_result result =
            compare(json_array_get(expected, i), json_array_get(got, i), tolerance, place);
        if (result != COMPARE_SAME) {
            char step[24];
            snprintf(step, sizeof step, "[%zu]", i);
            prepend(place, step);
            return result;
        }
    }
    return COMPARE_SAME;
}

enum compare_result
compare(json_t *expected, const json_t *got, long double tolerance, struct compare_place *place)
{
    place->key[0] = '\0';
    if (json_is_object(expected) && json_is_object(got))
        return compare_objects(expected, got, tolerance, place);
    if (json_is_array(expected) && json_is_array(got))
        return compare_arrays(expected, got, tolerance, place);
    struct number e, g;
    const bool got_number = reader_parse(got, &g);
    bool same;
    if (json_is_null(expected))
        same = json_is_null(got) || (got_number && g.value <= 0.0L);
    else if (got_number && reader_parse(expected, &e))
        same = fabsl(e.value - g.value) <= tolerance;
    else
        same = json_equal(expected, got);
    return same ? COMPARE_SAME : differ(place, expected, got);
}
