#include "io/scenario_node.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t
path_append(struct scenario_path *path, const char *string)
{
    const size_t before = path->length;
    const size_t room = sizeof(path->text) - 1 - before;
    size_t length = strlen(string);
    if (length > room)
        length = room;
    memcpy(path->text + before, string, length);
    path->length += length;
    path->text[path->length] = '\0';
    return before;
}

size_t
scenario_path_key(struct scenario_path *path, const char *key)
{
    const size_t before = path->length;
    if (before > 0)
        path_append(path, ".");
    path_append(path, key);
    return before;
}

size_t
scenario_path_index(struct scenario_path *path, size_t index)
{
    char text[32];
    snprintf(text, sizeof(text), "[%zu]", index);
    return path_append(path, text);
}

void
scenario_path_cut(struct scenario_path *path, size_t length)
{
    path->length = length;
    path->text[length] = '\0';
}

struct scenario_node *
scenario_node_new(enum scenario_node_kind kind, struct scenario_place place)
{
    struct scenario_node *node = calloc(1, sizeof(*node));
    if (node != NULL) {
        node->kind = kind;
        node->place = place;
    }
    return node;
}

struct scenario_node *
scenario_node_scalar(struct scenario_place place, const char *text, size_t length)
{
    struct scenario_node *node = scenario_node_new(NODE_SCALAR, place);
    if (node == NULL)
        return NULL;
    node->text = malloc(length + 1);
    if (node->text == NULL) {
        scenario_node_free(node);
        return NULL;
    }
    memcpy(node->text, text, length);
    node->text[length] = '\0';
    node->length = length;
    return node;
}

/* The depth of a tree is bounded by the loader, so recursion is too. */
void
scenario_node_free(struct scenario_node *node)
{
    if (node == NULL)
        return;
    for (size_t i = 0; i < node->count; i++) {
        if (node->keys != NULL)
            scenario_node_free(node->keys[i]);
        scenario_node_free(node->children[i]);
    }
    free(node->keys);
    free(node->children);
    free(node->text);
    free(node);
}

static bool
grow(struct scenario_node *node)
{
    const size_t capacity = node->capacity == 0 ? 8 : node->capacity * 2;
    struct scenario_node **children =
        realloc(node->children, capacity * sizeof(struct scenario_node *));
    if (children == NULL)
        return false;
    node->children = children;
    if (node->kind == NODE_MAPPING) {
        struct scenario_node **keys =
            realloc(node->keys, capacity * sizeof(struct scenario_node *));
        if (keys == NULL)
            return false;
        node->keys = keys;
    }
    node->capacity = capacity;
    return true;
}

bool
scenario_node_add(struct scenario_node *node, struct scenario_node *key,
                  struct scenario_node *child)
{
    const bool whole = child != NULL && (node->kind != NODE_MAPPING || key != NULL);
    if (!whole || (node->count == node->capacity && !grow(node))) {
        scenario_node_free(key);
        scenario_node_free(child);
        return false;
    }
    if (node->kind == NODE_MAPPING)
        node->keys[node->count] = key;
    node->children[node->count++] = child;
    return true;
}

size_t
scenario_node_find(const struct scenario_node *node, const char *key)
{
    if (node->kind != NODE_MAPPING)
        return SIZE_MAX;
    for (size_t i = 0; i < node->count; i++) {
        if (strcmp(node->keys[i]->text, key) == 0)
            return i;
    }
    return SIZE_MAX;
}

const struct scenario_node *
scenario_node_at(const struct scenario_node *root, const char *path)
{
    const struct scenario_node *node = root;
    while (*path != '\0') {
        if (*path == '[') {
            const size_t index = strtoul(path + 1, NULL, 10);
            if (node->kind != NODE_LIST || index >= node->count)
                return node;
            node = node->children[index];
            path += strcspn(path, "]");
            path += *path == ']';
            continue;
        }
        path += *path == '.';
        char key[SCENARIO_PATH_MAX];
        const size_t length = strcspn(path, ".[");
        if (length >= sizeof(key))
            return node;
        memcpy(key, path, length);
        key[length] = '\0';
        path += length;
        const size_t index = scenario_node_find(node, key);
        if (index == SIZE_MAX)
            return node;
        node = node->children[index];
    }
    return node;
}
