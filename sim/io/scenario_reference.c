/* scenario_reference() and scenario_models() of scenario.h: the manual the tables are. */
#include "io/scenario.h"

#include <string.h>

#include "io/scenario_table.h"
#include "io/scenario_words.h"

/* A cell of a Markdown table: '|' would end it. */
static void
append_cell(struct text *out, const char *words)
{
    for (; *words != '\0'; words++) {
        if (*words == '|')
            text_append(out, "\\");
        text_append_bytes(out, words, 1);
    }
}

static void
append_row(struct text *out, const struct param *row)
{
    struct text suffixes = {0};
    scenario_words_suffixes(&suffixes, row);
    text_printf(out, "| `%s` | ", row->key);
    scenario_words_type(out, row);
    text_append(out, " | ");
    append_cell(out, scenario_words_unit(row));
    if (suffixes.length > 0)
        text_printf(out, " (%s)", suffixes.data);
    text_append(out, " | ");
    scenario_words_range(out, row);
    text_append(out, " | ");
    scenario_words_default(out, row);
    text_append(out, " | ");
    append_cell(out, row->doc);
    text_append(out, " |\n");
    text_clear(&suffixes);
}

static void
append_table(struct text *out, const struct param *table)
{
    if (table->key == NULL) {
        text_append(out, "It has no keys of its own.\n");
        return;
    }
    text_append(out, "| key | what | unit (suffixes) | range | default | meaning |\n"
                     "|---|---|---|---|---|---|\n");
    for (const struct param *row = table; row->key != NULL; row++)
        append_row(out, row);
}

/* A heading and table for every section below `table`, named by its path. */
static void
append_sections(struct text *out, const struct param *table, const char *path)
{
    for (const struct param *row = table; row->key != NULL; row++) {
        if (row->section == NULL)
            continue;
        struct text name = {0};
        text_printf(&name, "%s%s%s%s", path, path[0] != '\0' ? "." : "", row->key,
                    row->type == PARAM_LIST ? "[]" : "");
        if (!text_failed(&name)) {
            text_printf(out, "\n## %s\n\n%s\n\n", name.data, row->doc);
            append_table(out, row->section);
            if (row->section == scenario_table_venue)
                text_printf(out, "| `periods` | list of mappings |  | 1 and more |  | %s |\n",
                            scenario_table_periods);
            append_sections(out, row->section, name.data);
        }
        text_clear(&name);
    }
}

void
scenario_reference(struct text *out)
{
    text_append(out,
                "# Scenario reference\n\n"
                "Every key of a scenario file, generated from the tables the reader itself uses "
                "(do not edit).\nREADME.md tells the story; this is the list.\n\n"
                "Numbers are decimal, with `.` for the point and nothing between the digits. "
                "A number with a unit may\ncarry the suffixes named beside it: `0.4%`, `40bps` "
                "and `0.004` are the same share, `12.9M` and\n`12900000` the same amount. "
                "Durations are a number and one of `ms s min h d`; times are\n"
                "`2020-03-12T00:00:00Z`, in UTC. Exact numbers are kept as the decimals they are "
                "written as.\n\n"
                "## The scenario\n\n");
    append_table(out, scenario_table_root);
    append_sections(out, scenario_table_root, "");
    for (size_t i = 0; scenario_table_registries[i].name != NULL; i++) {
        const struct scenario_table_registry *registry = &scenario_table_registries[i];
        text_printf(out, "\n## Kinds of %s\n\n%s Picked with `kind:`, its keys beside it.\n",
                    registry->name, registry->doc);
        for (size_t j = 0; registry->models[j] != NULL; j++) {
            text_printf(out, "\n### %s: %s\n\n%s\n\n", registry->name, registry->models[j]->name,
                        registry->models[j]->doc);
            append_table(out, registry->models[j]->params);
        }
    }
}

static void
append_parameter(struct text *out, const struct param *row)
{
    text_printf(out, "        %s: ", row->key);
    scenario_words_type(out, row);
    const char *unit = scenario_words_unit(row);
    text_printf(out, "%s%s ", unit[0] != '\0' ? ", " : "", unit);
    scenario_words_range(out, row);
    text_append(out, row->fallback != NULL && row->fallback[0] != '\0' ? " default " : " ");
    scenario_words_default(out, row);
    text_printf(out, "\n            %s\n", row->doc);
}

void
scenario_models(struct text *out)
{
    for (size_t i = 0; scenario_table_registries[i].name != NULL; i++) {
        const struct scenario_table_registry *registry = &scenario_table_registries[i];
        text_printf(out, "%s%s: %s\n", i > 0 ? "\n" : "", registry->name, registry->doc);
        for (size_t j = 0; registry->models[j] != NULL; j++) {
            const struct model *model = registry->models[j];
            text_printf(out, "    %s\n        %s\n", model->name, model->doc);
            for (const struct param *row = model->params; row->key != NULL; row++)
                append_parameter(out, row);
        }
    }
}
