#include "io/scenario_set.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "io/scenario_text.h"
#include "io/scenario_yaml.h"

enum { STEP_MAX = 64 };

/* One override on its way down the tree. */
struct walk {
    struct scenario_tree *tree; /* borrowed */
    struct scenario_place place;
    const char *at; /* what is left of the path */
    struct scenario_path path;
};

static void
problem(const struct walk *walk, const char *what)
{
    scenario_problem_add(walk->tree->problems, walk->place, ERR_PARSE, walk->path.text, "%s", what);
}

/* The slot of `key` in the mapping, made when missing as an empty mapping, which the value or the
 * rest of the path then fills.  NULL when out of memory. */
static struct scenario_node **
key_slot(struct walk *walk, struct scenario_node *node, const char *key)
{
    size_t index = scenario_node_find(node, key);
    if (index == SIZE_MAX) {
        if (!scenario_node_add(node, scenario_node_scalar(walk->place, key, strlen(key)),
                               scenario_node_new(NODE_MAPPING, walk->place))) {
            walk->tree->problems->out_of_memory = true;
            return NULL;
        }
        index = node->count - 1;
    }
    return &node->children[index];
}

static struct scenario_node **
step_key(struct walk *walk, struct scenario_node *node)
{
    char key[STEP_MAX];
    const bool first = walk->path.length == 0, dot = *walk->at == '.';
    walk->at += !first && dot;
    const size_t length = strcspn(walk->at, ".[=");
    if ((!first && !dot) || length == 0 || length >= sizeof(key)) {
        problem(walk, "a key is missing: write path.to.key=value, list elements as [0]");
        return NULL;
    }
    memcpy(key, walk->at, length);
    key[length] = '\0';
    walk->at += length;
    if (node->kind != NODE_MAPPING) {
        if (node->kind != NODE_BROKEN)
            problem(walk, node->kind == NODE_LIST ? "a list: pick an element with [0], [1] ..."
                                                  : "a single value: nothing can be set inside it");
        return NULL;
    }
    scenario_path_key(&walk->path, key);
    return key_slot(walk, node, key);
}

static struct scenario_node **
step_index(struct walk *walk, struct scenario_node *node)
{
    char *end;
    const bool digits = walk->at[1] >= '0' && walk->at[1] <= '9';
    const unsigned long long index = digits ? strtoull(walk->at + 1, &end, 10) : 0;
    if (!digits || *end != ']') {
        problem(walk, "an index is a number in brackets, as in tiers[1]");
        return NULL;
    }
    walk->at = end + 1;
    if (node->kind != NODE_LIST) {
        if (node->kind != NODE_BROKEN)
            problem(walk, "not a list: it has no elements to pick");
        return NULL;
    }
    if (index >= node->count) {
        scenario_problem_add(walk->tree->problems, walk->place, ERR_RANGE, walk->path.text,
                             "there is no element [%llu]: the list has %zu, the first is [0]",
                             index, node->count);
        return NULL;
    }
    scenario_path_index(&walk->path, (size_t)index);
    return &node->children[index];
}

/* The slot the path names; NULL after a problem. */
static struct scenario_node **
find_slot(struct walk *walk)
{
    struct scenario_node **slot = &walk->tree->root;
    for (int steps = 0; *walk->at != '=' || steps == 0; steps++) {
        if (steps == SCENARIO_DEPTH_MAX) {
            problem(walk, "the path is deeper than 32 levels");
            return NULL;
        }
        if (strcmp(walk->path.text, "venue") == 0) {
            scenario_load_venue(walk->tree);
            slot = &walk->tree->root->children[scenario_node_find(walk->tree->root, "venue")];
        }
        slot = *walk->at == '[' ? step_index(walk, *slot) : step_key(walk, *slot);
        if (slot == NULL)
            return NULL;
    }
    return slot;
}

/* The value after '=' as a node; NULL after a problem. */
static struct scenario_node *
read_value(struct walk *walk, const char *value)
{
    if (value[strspn(value, " ")] != '\0')
        return scenario_yaml_read(walk->place.source, value, strlen(value), walk->path.text,
                                  walk->tree->problems);
    struct scenario_node *node = scenario_node_scalar(walk->place, "", 0);
    if (node == NULL)
        walk->tree->problems->out_of_memory = true;
    return node;
}

void
scenario_set_apply(struct scenario_tree *tree, const char *override)
{
    struct text label = {0};
    text_printf(&label, "--set '%s'", override);
    struct scenario_source *source = NULL;
    if (!text_failed(&label))
        source = scenario_load_source(tree, label.data, NULL, 0, (int)tree->source_count + 2);
    text_clear(&label);
    if (source == NULL) {
        tree->problems->out_of_memory = true;
        return;
    }
    struct walk walk = {.tree = tree, .place = {.source = source}, .at = override};
    const char *equals = strchr(override, '=');
    if (equals == NULL || !scenario_text_is_utf8(override, strlen(override))) {
        problem(&walk, "write it as path.to.key=value");
        return;
    }
    struct scenario_node **slot = find_slot(&walk);
    if (slot == NULL)
        return;
    struct scenario_node *value = read_value(&walk, equals + 1);
    if (value == NULL)
        value = scenario_node_new(NODE_BROKEN, walk.place);
    if (value == NULL) {
        tree->problems->out_of_memory = true;
        return;
    }
    scenario_node_free(*slot);
    *slot = value;
}
