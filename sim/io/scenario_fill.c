#include "io/scenario_fill.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/scenario_scalar.h"
#include "io/scenario_text.h"

/* The keys a mapping may have: a section's table, or a model's with `kind` and its registry. */
struct keys {
    const struct param *table;
    const struct model *model;           /* NULL for a section */
    const struct model *const *registry; /* NULL for a section */
};

static void *
field(void *base, size_t offset)
{
    return (char *)base + offset;
}

static void
problem(struct scenario_fill *fill, const struct scenario_node *node, const char *what)
{
    scenario_problem_add(fill->problems, node->place, ERR_PARSE, fill->path.text, "%s", what);
}

/* "a list", "a mapping", or the quoted scalar: what was found instead of what was needed. */
static const char *
describe(const struct scenario_node *node, char quoted[SCENARIO_QUOTE_MAX])
{
    if (node->kind == NODE_LIST)
        return "a list";
    if (node->kind == NODE_MAPPING)
        return "a mapping";
    return node->length == 0 ? "nothing" : scenario_text_quote(quoted, node->text, node->length);
}

/* True when node is of the kind; else says what was needed, in words. */
static bool
expect(struct scenario_fill *fill, const struct scenario_node *node, enum scenario_node_kind kind,
       const char *needed)
{
    if (node->kind == kind)
        return true;
    char quoted[SCENARIO_QUOTE_MAX];
    if (node->kind != NODE_BROKEN)
        scenario_problem_add(fill->problems, node->place, ERR_PARSE, fill->path.text,
                             "%s where %s is needed", describe(node, quoted), needed);
    return false;
}

static const struct param *
find_row(const struct param *table, const char *key)
{
    for (; table->key != NULL; table++) {
        if (strcmp(table->key, key) == 0)
            return table;
    }
    return NULL;
}

/* The other model of the registry that has this key, or NULL. */
static const struct model *
other_owner(const struct keys *keys, const char *key)
{
    for (size_t i = 0; keys->registry != NULL && keys->registry[i] != NULL; i++) {
        if (keys->registry[i] != keys->model && find_row(keys->registry[i]->params, key) != NULL)
            return keys->registry[i];
    }
    return NULL;
}

static void
report_unknown(struct scenario_fill *fill, const struct keys *keys, const struct scenario_node *key)
{
    char quoted[SCENARIO_QUOTE_MAX], known[320] = "";
    scenario_text_quote(quoted, key->text, key->length);
    const size_t cut = scenario_path_key(&fill->path, key->text);
    const struct model *owner = other_owner(keys, key->text);
    const char *nearest = NULL;
    size_t distance = SIZE_MAX, used = 0;
    if (keys->model != NULL)
        scenario_text_nearest(key->text, "kind", &nearest, &distance);
    for (const struct param *row = keys->table; row->key != NULL; row++) {
        scenario_text_nearest(key->text, row->key, &nearest, &distance);
        if (used < sizeof(known))
            used += (size_t)snprintf(known + used, sizeof(known) - used, "%s%s",
                                     used > 0 ? ", " : "", row->key);
    }
    if (owner != NULL)
        scenario_problem_add(fill->problems, key->place, ERR_PARSE, fill->path.text,
                             "%s is a parameter of kind %s, not of %s", quoted, owner->name,
                             keys->model->name);
    else if (nearest != NULL)
        scenario_problem_add(fill->problems, key->place, ERR_PARSE, fill->path.text,
                             "unknown key %s, did you mean '%s'?", quoted, nearest);
    else
        scenario_problem_add(fill->problems, key->place, ERR_PARSE, fill->path.text,
                             "unknown key %s; the keys here are: %s%s", quoted,
                             keys->model != NULL ? "kind, " : "", known);
    scenario_path_cut(&fill->path, cut);
}

static void
report_missing(struct scenario_fill *fill, const struct scenario_node *mapping,
               const struct param *row)
{
    const size_t cut = scenario_path_key(&fill->path, row->key);
    scenario_problem_add(fill->problems, mapping->place, ERR_PARSE, fill->path.text,
                         "missing key '%s': %s", row->key, row->doc);
    scenario_path_cut(&fill->path, cut);
}

/* ---- values ---- */

static void
fill_scalar(struct scenario_fill *fill, const struct scenario_node *node, const struct param *row,
            void *value)
{
    if (!expect(fill, node, NODE_SCALAR, "a single value"))
        return;
    struct scenario_reason reason;
    if (!scenario_scalar_parse(row, node->text, node->length, value, &reason))
        scenario_problem_add(fill->problems, node->place, reason.status, fill->path.text, "%s",
                             reason.text);
}

char *
scenario_fill_join(const char *directory, const char *path)
{
    if (path[0] == '/')
        directory = "";
    const size_t size = strlen(directory) + strlen(path) + 1;
    char *joined = malloc(size);
    if (joined != NULL)
        snprintf(joined, size, "%s%s", directory, path);
    return joined;
}

static void
fill_text(struct scenario_fill *fill, const struct scenario_node *node, const struct param *row,
          char **value)
{
    if (!expect(fill, node, NODE_SCALAR, "a text"))
        return;
    if (node->length == 0 || (!node->quoted && scenario_scalar_is_null(node->text))) {
        problem(fill, node, "no text where one is needed: write one, or leave the key out");
        return;
    }
    if (row->max > 0.0 && (double)node->length > row->max) {
        char quoted[SCENARIO_QUOTE_MAX];
        scenario_problem_add(fill->problems, node->place, ERR_RANGE, fill->path.text,
                             "%s is longer than %g bytes",
                             scenario_text_quote(quoted, node->text, node->length), row->max);
        return;
    }
    const bool is_path = strcmp(row->unit, "path") == 0;
    *value = scenario_fill_join(is_path ? fill->directory : "", node->text);
    if (*value == NULL)
        fill->problems->out_of_memory = true;
}

/* A list within row's bounds of length; its memory is at *elements, zeroed.  False when there is
 * nothing to fill. */
static bool
start_list(struct scenario_fill *fill, const struct scenario_node *node, const struct param *row,
           size_t size, void *base)
{
    if (!expect(fill, node, NODE_LIST, "a list"))
        return false;
    if ((double)node->count < row->min || (double)node->count > row->max) {
        scenario_problem_add(fill->problems, node->place, ERR_RANGE, fill->path.text,
                             "a list of %zu, which must hold from %g to %g elements", node->count,
                             row->min, row->max);
        return false;
    }
    if (node->count == 0)
        return false;
    void *elements = calloc(node->count, size);
    if (elements == NULL) {
        fill->problems->out_of_memory = true;
        return false;
    }
    memcpy(field(base, row->offset), &elements, sizeof(elements));
    memcpy(field(base, row->count_offset), &node->count, sizeof(node->count));
    return true;
}

/* A text that must be one of the row's choices, and no other of the list. */
static void
check_word(struct scenario_fill *fill, const struct scenario_node *node, const struct param *row,
           char *const *texts, size_t i)
{
    const struct param choice = {.type = PARAM_CHOICE, .choices = row->choices};
    struct scenario_reason reason;
    int index;
    if (texts[i] == NULL)
        return;
    if (!scenario_scalar_parse(&choice, node->text, node->length, &index, &reason))
        scenario_problem_add(fill->problems, node->place, reason.status, fill->path.text, "%s",
                             reason.text);
    for (size_t k = 0; k < i; k++) {
        if (texts[k] != NULL && strcmp(texts[k], texts[i]) == 0) {
            scenario_problem_add(fill->problems, node->place, ERR_PARSE, fill->path.text,
                                 "'%s' again: [%zu] names it already", texts[i], k);
            return;
        }
    }
}

static void
fill_texts(struct scenario_fill *fill, const struct scenario_node *node, const struct param *row,
           void *base)
{
    const struct param element = {.key = row->key, .type = PARAM_TEXT, .unit = row->unit};
    if (!start_list(fill, node, row, sizeof(char *), base))
        return;
    char **texts = *(char ***)field(base, row->offset);
    for (size_t i = 0; i < node->count; i++) {
        const size_t cut = scenario_path_index(&fill->path, i);
        fill_text(fill, node->children[i], &element, &texts[i]);
        if (row->choices != NULL)
            check_word(fill, node->children[i], row, texts, i);
        scenario_path_cut(&fill->path, cut);
    }
}

static void fill_keys(struct scenario_fill *fill, const struct scenario_node *node,
                      const struct keys *keys, void *base);

/* "a, b, c": the names of a registry. */
static void
list_names(const struct model *const *registry, char *list, size_t size)
{
    size_t used = 0;
    list[0] = '\0';
    for (size_t i = 0; registry[i] != NULL && used < size; i++)
        used += (size_t)snprintf(list + used, size - used, "%s%s", i > 0 ? ", " : "",
                                 registry[i]->name);
}

/* The model that a mapping's `kind` names, or NULL with a problem. */
static const struct model *
pick_model(struct scenario_fill *fill, const struct scenario_node *node,
           const struct model *const *registry)
{
    char names[480], quoted[SCENARIO_QUOTE_MAX];
    list_names(registry, names, sizeof(names));
    if (!expect(fill, node, NODE_MAPPING, "a mapping with a 'kind'"))
        return NULL;
    const size_t index = scenario_node_find(node, "kind");
    const size_t cut = scenario_path_key(&fill->path, "kind");
    const struct scenario_node *kind = index == SIZE_MAX ? NULL : node->children[index];
    const struct model *model = NULL;
    if (kind == NULL) {
        scenario_problem_add(fill->problems, node->place, ERR_PARSE, fill->path.text,
                             "missing key 'kind': one of %s", names);
    } else if (expect(fill, kind, NODE_SCALAR, "the name of a kind")) {
        model = param_find_model(registry, kind->text);
        const char *nearest = NULL;
        size_t distance = SIZE_MAX;
        for (size_t i = 0; registry[i] != NULL; i++)
            scenario_text_nearest(kind->text, registry[i]->name, &nearest, &distance);
        if (model == NULL)
            scenario_problem_add(fill->problems, kind->place, ERR_PARSE, fill->path.text,
                                 "unknown kind %s%s%s%s; the kinds are: %s",
                                 scenario_text_quote(quoted, kind->text, kind->length),
                                 nearest != NULL ? " (did you mean '" : "",
                                 nearest != NULL ? nearest : "", nearest != NULL ? "'?)" : "",
                                 names);
    }
    scenario_path_cut(&fill->path, cut);
    return model;
}

static void
fill_model(struct scenario_fill *fill, const struct scenario_node *node,
           const struct model *const *registry, const struct model **model, void *params)
{
    *model = pick_model(fill, node, registry);
    if (*model == NULL)
        return;
    const struct keys keys = {.table = (*model)->params, .model = *model, .registry = registry};
    fill_keys(fill, node, &keys, params);
}

static void
fill_list(struct scenario_fill *fill, const struct scenario_node *node, const struct param *row,
          void *base)
{
    if (!start_list(fill, node, row, row->size, base))
        return;
    char *elements = *(char **)field(base, row->offset);
    for (size_t i = 0; i < node->count; i++, elements += row->size) {
        const size_t cut = scenario_path_index(&fill->path, i);
        if (row->registry != NULL)
            fill_model(fill, node->children[i], row->registry,
                       (const struct model **)(void *)elements, elements + row->params_offset);
        else
            scenario_fill_section(fill, node->children[i], row->section, elements);
        scenario_path_cut(&fill->path, cut);
    }
}

static void
fill_value(struct scenario_fill *fill, const struct scenario_node *node, const struct param *row,
           void *base)
{
    void *value = field(base, row->offset);
    const size_t cut = scenario_path_key(&fill->path, row->key);
    switch (row->type) {
    case PARAM_TEXT:
        fill_text(fill, node, row, value);
        break;
    case PARAM_TEXTS:
        fill_texts(fill, node, row, base);
        break;
    case PARAM_SECTION:
        scenario_fill_section(fill, node, row->section, value);
        break;
    case PARAM_LIST:
        fill_list(fill, node, row, base);
        break;
    case PARAM_MODEL:
        fill_model(fill, node, row->registry, value, field(base, row->params_offset));
        break;
    default:
        fill_scalar(fill, node, row, value);
    }
    scenario_path_cut(&fill->path, cut);
}

/* ---- defaults ---- */

/* A default list of texts: its elements with ", " between them. */
static void
default_texts(struct scenario_fill *fill, const struct param *row, void *base)
{
    size_t count = 1;
    for (const char *comma = row->fallback; (comma = strstr(comma, ", ")) != NULL; comma += 2)
        count++;
    char **texts = calloc(count, sizeof(char *));
    if (texts == NULL) {
        fill->problems->out_of_memory = true;
        return;
    }
    const char *at = row->fallback;
    for (size_t i = 0; i < count; i++) {
        const char *end = strstr(at, ", ");
        const size_t length = end == NULL ? strlen(at) : (size_t)(end - at);
        texts[i] = strndup(at, length);
        fill->problems->out_of_memory |= texts[i] == NULL;
        at = end == NULL ? at + length : end + 2;
    }
    memcpy(field(base, row->offset), &texts, sizeof(texts));
    memcpy(field(base, row->count_offset), &count, sizeof(count));
}

/* Gives a key that was left out, and is not required, its default. */
static void
fill_default(struct scenario_fill *fill, const struct param *row, void *base)
{
    void *value = field(base, row->offset);
    if (row->fallback[0] == '\0') {
        if (row->type == PARAM_DOUBLE)
            *(double *)value = NAN;
        return;
    }
    if (row->type == PARAM_TEXTS) {
        default_texts(fill, row, base);
        return;
    }
    const struct param *table = NULL;
    void *inner = value;
    struct scenario_reason reason;
    if (row->type == PARAM_SECTION) {
        table = row->section;
    } else if (row->type == PARAM_MODEL) {
        const struct model *model = param_find_model(row->registry, row->fallback);
        assert(model != NULL);
        *(const struct model **)value = model;
        table = model->params;
        inner = field(base, row->params_offset);
    } else if (row->type == PARAM_TEXT) {
        *(char **)value = strdup(row->fallback);
        fill->problems->out_of_memory |= *(char **)value == NULL;
    } else {
        const bool fit =
            scenario_scalar_parse(row, row->fallback, strlen(row->fallback), value, &reason);
        assert(fit && "a default must be a value its own row accepts");
        (void)fit;
    }
    for (; table != NULL && table->key != NULL; table++) {
        assert(table->fallback != NULL && "a default cannot leave out a required key");
        fill_default(fill, table, inner);
    }
}

static void
fill_keys(struct scenario_fill *fill, const struct scenario_node *node, const struct keys *keys,
          void *base)
{
    for (size_t i = 0; i < node->count; i++) {
        const bool is_kind = keys->model != NULL && strcmp(node->keys[i]->text, "kind") == 0;
        if (!is_kind && find_row(keys->table, node->keys[i]->text) == NULL)
            report_unknown(fill, keys, node->keys[i]);
    }
    for (const struct param *row = keys->table; row->key != NULL; row++) {
        const size_t index = scenario_node_find(node, row->key);
        if (index != SIZE_MAX)
            fill_value(fill, node->children[index], row, base);
        else if (row->fallback != NULL)
            fill_default(fill, row, base);
        else
            report_missing(fill, node, row);
    }
}

void
scenario_fill_section(struct scenario_fill *fill, const struct scenario_node *node,
                      const struct param *table, void *base)
{
    const struct keys keys = {.table = table};
    if (expect(fill, node, NODE_MAPPING, "a mapping of keys"))
        fill_keys(fill, node, &keys, base);
}

/* ---- clearing ---- */

static void
clear_list(const struct param *row, void *base)
{
    char *elements = *(char **)field(base, row->offset);
    const size_t count = *(size_t *)field(base, row->count_offset);
    for (size_t i = 0; i < count; i++) {
        char *element = elements + i * row->size;
        const struct model *model = NULL;
        if (row->type == PARAM_TEXTS) {
            free(*(char **)(void *)(elements + i * sizeof(char *)));
        } else if (row->registry == NULL) {
            scenario_fill_clear(row->section, element);
        } else {
            memcpy(&model, element, sizeof(model));
            if (model != NULL)
                scenario_fill_clear(model->params, element + row->params_offset);
        }
    }
    free(elements);
    *(void **)field(base, row->offset) = NULL;
    *(size_t *)field(base, row->count_offset) = 0;
}

void
scenario_fill_clear(const struct param *table, void *base)
{
    for (const struct param *row = table; row->key != NULL; row++) {
        void *value = field(base, row->offset);
        if (row->type == PARAM_TEXT) {
            free(*(char **)value);
            *(char **)value = NULL;
        } else if (row->type == PARAM_TEXTS || row->type == PARAM_LIST) {
            clear_list(row, base);
        } else if (row->type == PARAM_SECTION) {
            scenario_fill_clear(row->section, value);
        } else if (row->type == PARAM_MODEL && *(const struct model **)value != NULL) {
            scenario_fill_clear((*(const struct model **)value)->params,
                                field(base, row->params_offset));
            *(const struct model **)value = NULL;
        }
    }
}
