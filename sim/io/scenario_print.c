/* scenario_print() of scenario.h: the effective scenario, by walking the tables. */
#include "io/scenario.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/fixed.h"
#include "io/scenario_table.h"
#include "io/scenario_text.h"

enum { INDENT = 2 };

static const void *
field(const void *base, size_t offset)
{
    return (const char *)base + offset;
}

/* Whether any YAML reader takes text, unquoted, for a text: a letter or '/' first, then nothing
 * with a meaning, and none of the words for true, false, nothing and not a number. */
static bool
is_plain(const char *text)
{
    static const char *const words[] = {"null", "true", "false", "yes", "no",  "on",
                                        "off",  "y",    "n",     "nan", "inf", NULL};
    const bool letter = (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z');
    if (!letter && *text != '/')
        return false;
    for (size_t i = 0; words[i] != NULL; i++) {
        if (strcasecmp(text, words[i]) == 0)
            return false;
    }
    return text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                             "_-./")] == '\0';
}

static void
print_text(struct text *out, const char *value)
{
    if (is_plain(value)) {
        text_append(out, value);
        return;
    }
    text_append(out, "\"");
    const char *end = value + strlen(value);
    while (value < end) {
        uint32_t code = 0;
        const size_t bytes = scenario_text_utf8(value, (size_t)(end - value), &code);
        assert(bytes > 0 && "texts come from UTF-8 files and paths");
        if (code == '"' || code == '\\')
            text_printf(out, "\\%c", (int)code);
        else if (code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029 ||
                 code == 0xFEFF || code == 0xFFFE || code == 0xFFFF)
            text_printf(out, "\\u%04X", (unsigned)code);
        else
            text_append_bytes(out, value, bytes);
        value += bytes;
    }
    text_append(out, "\"");
}

static void
print_time(struct text *out, time_ns_t time)
{
    char buffer[TIMELINE_TEXT_MAX];
    timeline_format(buffer, time);
    text_append(out, buffer);
}

static void
print_scalar(struct text *out, const struct param *row, const void *value)
{
    char buffer[SCENARIO_NUMBER_MAX];
    const struct decimal *decimal;
    switch (row->type) {
    case PARAM_DOUBLE:
        text_append(out, scenario_text_double(buffer, *(const double *)value));
        break;
    case PARAM_RATE:
        fixed_format(buffer, *(const rate_t *)value, RATE_SCALE);
        text_append(out, buffer);
        break;
    case PARAM_DECIMAL:
        decimal = value;
        fixed_format(buffer, decimal->value, decimal->scale);
        text_append(out, buffer);
        break;
    case PARAM_INTEGER:
        text_printf(out, "%lld", (long long)*(const int64_t *)value);
        break;
    case PARAM_BOOL:
        text_append(out, *(const bool *)value ? "true" : "false");
        break;
    case PARAM_TEXT:
        print_text(out, *(char *const *)value);
        break;
    case PARAM_TIME:
        print_time(out, *(const time_ns_t *)value);
        break;
    case PARAM_DURATION:
        text_append(out, scenario_text_duration(buffer, *(const time_ns_t *)value));
        break;
    case PARAM_CHOICE:
        text_append(out, row->choices[*(const int *)value]);
        break;
    default:
        assert(false && "not a scalar");
    }
}

/* Whether an optional key was left out: its value is the zero (a number: NaN) it was left as. */
static bool
is_unset(const struct param *row, const void *base)
{
    const void *value = field(base, row->offset);
    bool unset = true;
    if (row->fallback == NULL || row->fallback[0] != '\0')
        return false;
    switch (row->type) {
    case PARAM_DOUBLE:
        return isnan(*(const double *)value);
    case PARAM_DECIMAL:
        return ((const struct decimal *)value)->value == 0;
    case PARAM_RATE:
    case PARAM_INTEGER:
    case PARAM_TIME:
    case PARAM_DURATION:
        return *(const int64_t *)value == 0;
    case PARAM_TEXT:
        return *(char *const *)value == NULL;
    case PARAM_TEXTS:
    case PARAM_LIST:
        return *(const size_t *)field(base, row->count_offset) == 0;
    case PARAM_MODEL:
        return *(const struct model *const *)value == NULL;
    case PARAM_SECTION:
        for (const struct param *inner = row->section; inner->key != NULL; inner++) {
            struct param optional = *inner;
            optional.fallback = "";
            unset = unset && is_unset(&optional, value);
        }
        return unset;
    case PARAM_BOOL:
    case PARAM_CHOICE:
        break;
    }
    return false;
}

static void print_table(struct text *out, const struct param *table, const void *base, int indent,
                        bool inline_first);

static void
print_indent(struct text *out, int indent)
{
    for (int i = 0; i < indent; i++)
        text_append(out, " ");
}

/* `kind: name`, then the model's own keys. */
static void
print_model(struct text *out, const struct model *model, const void *params, int indent,
            bool inline_first)
{
    if (!inline_first)
        print_indent(out, indent);
    text_printf(out, "kind: %s\n", model->name);
    print_table(out, model->params, params, indent, false);
}

static void
print_list(struct text *out, const struct param *row, const void *base, int indent)
{
    const size_t count = *(const size_t *)field(base, row->count_offset);
    const char *elements = *(const char *const *)field(base, row->offset);
    text_append(out, count == 0 ? " []\n" : "\n");
    for (size_t i = 0; i < count; i++) {
        print_indent(out, indent);
        text_append(out, "- ");
        if (row->type == PARAM_TEXTS) {
            const void *text = elements + i * sizeof(char *);
            print_text(out, *(char *const *)text);
            text_append(out, "\n");
            continue;
        }
        const char *element = elements + i * row->size;
        const struct model *model = NULL;
        if (row->registry != NULL)
            memcpy(&model, element, sizeof(model));
        if (model != NULL)
            print_model(out, model, element + row->params_offset, indent + INDENT, true);
        else
            print_table(out, row->section, element, indent + INDENT, true);
    }
}

/* Every key of the table that is set, one a line from `indent`; the first may continue a line. */
static void
print_table(struct text *out, const struct param *table, const void *base, int indent,
            bool inline_first)
{
    bool first = inline_first;
    for (const struct param *row = table; row->key != NULL; row++) {
        const void *value = field(base, row->offset);
        if (is_unset(row, base))
            continue;
        if (!first)
            print_indent(out, indent);
        first = false;
        text_printf(out, "%s:", row->key);
        if (row->type == PARAM_SECTION) {
            text_append(out, "\n");
            print_table(out, row->section, value, indent + INDENT, false);
        } else if (row->type == PARAM_MODEL) {
            text_append(out, "\n");
            print_model(out, *(const struct model *const *)value, field(base, row->params_offset),
                        indent + INDENT, false);
        } else if (row->type == PARAM_LIST || row->type == PARAM_TEXTS) {
            print_list(out, row, base, indent + INDENT);
        } else {
            text_append(out, " ");
            print_scalar(out, row, value);
            text_append(out, "\n");
        }
    }
}

void
scenario_print(const struct scenario *scenario, struct text *out)
{
    print_table(out, scenario_table_root, scenario, 0, false);
}
