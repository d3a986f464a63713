/* scenario_schema() of scenario.h: JSON Schema for editors, by walking the tables. */
#include "io/scenario.h"

#include <string.h>

#include "io/scenario_table.h"
#include "io/scenario_text.h"

#define DECIMAL_PATTERN "^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?"

static void
line(struct text *out, int indent, const char *string)
{
    for (int i = 0; i < indent; i++)
        text_append(out, "  ");
    text_append(out, string);
}

/* `"name": "string",` */
static void
member(struct text *out, int indent, const char *name, const char *string)
{
    line(out, indent, "");
    text_append_json(out, name);
    text_append(out, ": ");
    text_append_json(out, string);
    text_append(out, ",\n");
}

static void append_mapping(struct text *out, const struct param *table, const struct model *model,
                           int indent);
static void append_properties(struct text *out, const struct param *table, int indent);
static void append_required(struct text *out, const struct param *table, const struct model *model,
                            int indent, const char *end);

/* A number as itself, or as text with a unit suffix: then only the reader checks its range. */
static void
append_number(struct text *out, const struct param *row, int indent)
{
    char low[SCENARIO_NUMBER_MAX], high[SCENARIO_NUMBER_MAX];
    const bool whole = row->type == PARAM_INTEGER;
    const char *suffix = whole || row->unit[0] == '\0' ? "$"
                         : strcmp(row->unit, "1") == 0 ? "(%|bps)?$"
                                                       : "[kM]?$";
    line(out, indent, "\"anyOf\": [\n");
    line(out, indent + 1, "");
    text_printf(out, "{\"type\": \"%s\", \"minimum\": %s, \"maximum\": %s},\n",
                whole ? "integer" : "number", scenario_text_double(low, row->min),
                scenario_text_double(high, row->max));
    line(out, indent + 1, "{\"type\": \"string\", \"pattern\": ");
    struct text pattern = {0};
    text_printf(&pattern, "%s%s", DECIMAL_PATTERN, suffix);
    text_append_json(out, text_failed(&pattern) ? "" : pattern.data);
    text_clear(&pattern);
    text_append(out, "}\n");
    line(out, indent, "]");
}

static void
append_choice(struct text *out, const struct param *row)
{
    text_append(out, "\"enum\": [");
    for (size_t i = 0; row->choices[i] != NULL; i++) {
        text_append(out, i > 0 ? ", " : "");
        text_append_json(out, row->choices[i]);
    }
    text_append(out, "]");
}

static void
append_reference(struct text *out, const struct model *const *models)
{
    for (size_t i = 0; scenario_table_registries[i].name != NULL; i++) {
        if (scenario_table_registries[i].models == models)
            text_printf(out, "\"$ref\": \"#/$defs/%s\"", scenario_table_registries[i].name);
    }
}

static void
append_list(struct text *out, const struct param *row, int indent)
{
    line(out, indent, "");
    text_printf(out, "\"type\": \"array\", \"minItems\": %g, \"maxItems\": %g,\n", row->min,
                row->max);
    if (row->choices != NULL)
        line(out, indent, "\"uniqueItems\": true,\n");
    line(out, indent, "\"items\": {");
    if (row->registry != NULL)
        append_reference(out, row->registry);
    else if (row->choices != NULL)
        append_choice(out, row);
    else if (row->type == PARAM_TEXTS)
        text_append(out, "\"type\": \"string\", \"minLength\": 1");
    else {
        text_append(out, "\n");
        append_mapping(out, row->section, NULL, indent + 1);
        text_append(out, "\n");
        line(out, indent, "");
    }
    text_append(out, "}");
}

/* A section that may be the name of a file: the venue, whose keys may stand in its periods. */
static void
append_section(struct text *out, const struct param *row, int indent)
{
    if (strcmp(row->unit, "file") != 0) {
        append_mapping(out, row->section, NULL, indent);
        return;
    }
    line(out, indent, "\"anyOf\": [\n");
    line(out, indent + 1, "{\"type\": \"string\", \"minLength\": 1},\n");
    line(out, indent + 1, "{\n");
    line(out, indent + 2, "\"type\": \"object\",\n");
    line(out, indent + 2, "\"additionalProperties\": false,\n");
    line(out, indent + 2, "\"anyOf\": [{");
    append_required(out, row->section, NULL, 0, "}, {\"required\": [\"periods\"]}],\n");
    line(out, indent + 2, "\"properties\": {\n");
    line(out, indent + 3, "\"periods\": {\n");
    member(out, indent + 4, "description", scenario_table_periods);
    line(out, indent + 4, "\"type\": \"array\", \"minItems\": 1,\n");
    line(out, indent + 4, "\"items\": {\"$ref\": \"#/$defs/period\"}\n");
    line(out, indent + 3, "},\n");
    append_properties(out, row->section, indent + 3);
    line(out, indent + 2, "}\n");
    line(out, indent + 1, "}\n");
    line(out, indent, "]");
}

/* What a value may be, without a line end. */
static void
append_type(struct text *out, const struct param *row, int indent)
{
    switch (row->type) {
    case PARAM_DOUBLE:
    case PARAM_RATE:
    case PARAM_DECIMAL:
    case PARAM_INTEGER:
        append_number(out, row, indent);
        break;
    case PARAM_BOOL:
        line(out, indent, "\"type\": \"boolean\"");
        break;
    case PARAM_TEXT:
        line(out, indent, "\"type\": [\"string\", \"number\", \"boolean\"], \"minLength\": 1");
        if (row->max > 0.0)
            text_printf(out, ", \"maxLength\": %g", row->max);
        break;
    case PARAM_TIME:
        line(out, indent,
             "\"type\": \"string\", \"pattern\": "
             "\"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
             "([.][0-9]{1,9})?Z$\"");
        break;
    case PARAM_DURATION:
        line(out, indent,
             "\"type\": \"string\", \"pattern\": "
             "\"^([0-9]+([.][0-9]*)?|[.][0-9]+)(ms|s|min|h|d)$\"");
        break;
    case PARAM_CHOICE:
        line(out, indent, "");
        append_choice(out, row);
        break;
    case PARAM_TEXTS:
    case PARAM_LIST:
        append_list(out, row, indent);
        break;
    case PARAM_SECTION:
        append_section(out, row, indent);
        break;
    case PARAM_MODEL:
        line(out, indent, "");
        append_reference(out, row->registry);
        break;
    }
}

static void
append_required(struct text *out, const struct param *table, const struct model *model, int indent,
                const char *end)
{
    bool first = model == NULL;
    line(out, indent, model == NULL ? "\"required\": [" : "\"required\": [\"kind\"");
    for (const struct param *row = table; row->key != NULL; row++) {
        if (row->fallback != NULL)
            continue;
        text_append(out, first ? "" : ", ");
        text_append_json(out, row->key);
        first = false;
    }
    text_printf(out, "]%s", end);
}

/* A property for every row. */
static void
append_properties(struct text *out, const struct param *table, int indent)
{
    for (const struct param *row = table; row->key != NULL; row++) {
        line(out, indent, "");
        text_append_json(out, row->key);
        text_append(out, ": {\n");
        member(out, indent + 1, "description", row->doc);
        if (row->fallback != NULL && row->fallback[0] != '\0' && row->type != PARAM_SECTION &&
            row->type != PARAM_MODEL && row->type != PARAM_TEXTS)
            member(out, indent + 1, "default", row->fallback);
        append_type(out, row, indent + 1);
        text_append(out, "\n");
        line(out, indent, row[1].key != NULL ? "},\n" : "}\n");
    }
}

/* The members of a schema for a mapping of these keys (and `kind`, for a model), without the last
 * line end. */
static void
append_mapping(struct text *out, const struct param *table, const struct model *model, int indent)
{
    line(out, indent, "\"type\": \"object\",\n");
    line(out, indent, "\"additionalProperties\": false,\n");
    append_required(out, table, model, indent, ",\n");
    line(out, indent, "\"properties\": {\n");
    if (model != NULL) {
        line(out, indent + 1, "\"kind\": {\"const\": ");
        text_append_json(out, model->name);
        text_append(out, table->key != NULL ? "},\n" : "}\n");
    }
    append_properties(out, table, indent + 1);
    line(out, indent, "}");
}

/* A period of a venue states any of its keys. */
static void
append_period(struct text *out)
{
    line(out, 2, "\"period\": {\n");
    member(out, 3, "description", "Rules of a venue for a time.");
    line(out, 3, "\"type\": \"object\",\n");
    line(out, 3, "\"additionalProperties\": false,\n");
    line(out, 3, "\"properties\": {\n");
    append_properties(out, scenario_table_venue, 4);
    line(out, 3, "}\n");
    line(out, 2, "},\n");
}

static void
append_registry(struct text *out, const struct scenario_table_registry *registry)
{
    line(out, 2, "");
    text_append_json(out, registry->name);
    text_append(out, ": {\n");
    member(out, 3, "description", registry->doc);
    line(out, 3, "\"oneOf\": [\n");
    for (size_t i = 0; registry->models[i] != NULL; i++) {
        line(out, 4, "{\n");
        member(out, 5, "title", registry->models[i]->name);
        member(out, 5, "description", registry->models[i]->doc);
        append_mapping(out, registry->models[i]->params, registry->models[i], 5);
        text_append(out, "\n");
        line(out, 4, registry->models[i + 1] != NULL ? "},\n" : "}\n");
    }
    line(out, 3, "]\n");
    line(out, 2, registry[1].name != NULL ? "},\n" : "}\n");
}

void
scenario_schema(struct text *out)
{
    text_append(out, "{\n");
    member(out, 1, "$schema", "https://json-schema.org/draft/2020-12/schema");
    member(out, 1, "title", "seawall scenario");
    append_mapping(out, scenario_table_root, NULL, 1);
    text_append(out, ",\n");
    line(out, 1, "\"$defs\": {\n");
    append_period(out);
    for (size_t i = 0; scenario_table_registries[i].name != NULL; i++)
        append_registry(out, &scenario_table_registries[i]);
    line(out, 1, "}\n");
    text_append(out, "}\n");
}
