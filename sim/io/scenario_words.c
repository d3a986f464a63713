#include "io/scenario_words.h"

#include <math.h>
#include <string.h>

#include "base/timeline.h"
#include "io/scenario_table.h"
#include "io/scenario_text.h"

static bool
is_number(const struct param *row)
{
    return row->type == PARAM_DOUBLE || row->type == PARAM_RATE || row->type == PARAM_DECIMAL ||
           row->type == PARAM_INTEGER;
}

/* The name of the registry a row picks from. */
static const char *
registry_name(const struct param *row)
{
    for (size_t i = 0; scenario_table_registries[i].name != NULL; i++) {
        if (scenario_table_registries[i].models == row->registry)
            return scenario_table_registries[i].name;
    }
    return "model";
}

void
scenario_words_type(struct text *out, const struct param *row)
{
    static const char *const names[] = {
        [PARAM_DOUBLE] = "number",         [PARAM_RATE] = "exact number",
        [PARAM_DECIMAL] = "exact number",  [PARAM_INTEGER] = "whole number",
        [PARAM_BOOL] = "true or false",    [PARAM_TEXT] = "text",
        [PARAM_TEXTS] = "list of texts",   [PARAM_TIME] = "time in UTC",
        [PARAM_DURATION] = "duration",     [PARAM_SECTION] = "mapping",
        [PARAM_LIST] = "list of mappings",
    };
    const bool path = strcmp(row->unit, "path") == 0;
    if (row->choices != NULL) {
        const char *first = row->type == PARAM_TEXTS ? "list of some of " : "one of ";
        for (size_t i = 0; row->choices[i] != NULL; i++)
            text_printf(out, "%s%s", i > 0 ? ", " : first, row->choices[i]);
    } else if (row->registry != NULL)
        text_printf(out, "%s%s", row->type == PARAM_LIST ? "list of kinds of " : "a kind of ",
                    registry_name(row));
    else if (path)
        text_append(out, row->type == PARAM_TEXTS ? "list of paths" : "path");
    else
        text_printf(out, "%s%s", names[row->type],
                    strcmp(row->unit, "file") == 0 ? ", or the path of a file with it" : "");
}

void
scenario_words_range(struct text *out, const struct param *row)
{
    char low[SCENARIO_NUMBER_MAX], high[SCENARIO_NUMBER_MAX];
    if (row->type == PARAM_DURATION) {
        scenario_text_duration(low, (time_ns_t)llround(row->min * 1e9));
        scenario_text_duration(high, (time_ns_t)llround(row->max * 1e9));
        text_printf(out, "[%s, %s]", low, high);
    } else if (is_number(row)) {
        text_printf(out, "[%s, %s]", scenario_text_double(low, row->min),
                    scenario_text_double(high, row->max));
    } else if (row->type == PARAM_LIST || row->type == PARAM_TEXTS) {
        text_printf(out, "%g to %g elements", row->min, row->max);
    } else if (row->type == PARAM_TEXT && row->max > 0.0) {
        text_printf(out, "at most %g bytes", row->max);
    }
}

void
scenario_words_default(struct text *out, const struct param *row)
{
    if (row->fallback == NULL)
        text_append(out, "required");
    else if (row->fallback[0] == '\0')
        text_append(out, "optional");
    else if (strcmp(row->fallback, "{}") == 0)
        text_append(out, "its keys' defaults");
    else
        text_append(out, row->fallback);
}

const char *
scenario_words_unit(const struct param *row)
{
    static const struct {
        const char *unit, *words;
    } known[] = {
        {"1", "a share"},
        {"quote", "quote currency"},
        {"settlement", "settlement currency"},
        {"contract", "per contract"},
        {"drawn", "of what is drawn"},
        {"s", ""},
        {"path", ""},
        {"file", ""},
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(known[i].unit, row->unit) == 0)
            return known[i].words;
    }
    return row->unit;
}

void
scenario_words_suffixes(struct text *out, const struct param *row)
{
    if (!is_number(row) || row->type == PARAM_INTEGER || row->unit[0] == '\0')
        return;
    text_append(out, strcmp(row->unit, "1") == 0 ? "% bps" : "k M");
}
