/*
 * scenario_node.h - a scenario as a tree of nodes that know where they were written.
 *
 * The tree is what libyaml read, before any meaning is given to it: mappings, lists and scalars,
 * each with its file, line and column.  `--set` changes it, the tables of base/param.h are walked
 * over it.  A node that was already complained about is `NODE_BROKEN`, so that one mistake is one
 * message.
 */
#ifndef SIM_IO_SCENARIO_NODE_H
#define SIM_IO_SCENARIO_NODE_H

#include <stdbool.h>
#include <stddef.h>

enum {
    SCENARIO_BYTES_MAX = 1 << 20, /* of one file */
    SCENARIO_DEPTH_MAX = 32,      /* of mappings and lists inside each other */
    SCENARIO_NODES_MAX = 100000,  /* in one file */
    SCENARIO_KEYS_MAX = 256,      /* in one mapping */
    SCENARIO_PATH_MAX = 192,      /* bytes of a path.to[0].key with its NUL */
};

/* Text that nodes came from: a file, or one --set argument. */
struct scenario_source {
    char *label;   /* the file's path, or "--set 'text'"; owned */
    char *text;    /* owned; NULL for --set, which has no lines to show */
    size_t length; /* bytes of text */
    int rank;      /* problems are listed in this order: scenario, venue, --set */
};

/* Where something was written; line and column count from 1, columns in characters. */
struct scenario_place {
    const struct scenario_source *source; /* borrowed */
    size_t line, column;
};

enum scenario_node_kind { NODE_SCALAR = 0, NODE_MAPPING, NODE_LIST, NODE_BROKEN };

struct scenario_node {
    enum scenario_node_kind kind;
    struct scenario_place place;
    char *text;                      /* scalar: its value, NUL-terminated; owned */
    size_t length;                   /* scalar: bytes of text */
    bool quoted;                     /* scalar: written in quotes or as a block */
    struct scenario_node **keys;     /* mapping: one scalar an entry; owned */
    struct scenario_node **children; /* mapping: values; list: elements; owned */
    size_t count, capacity;
};

/* "venue.contracts[0].size", grown and cut back while a tree is walked; too long a path is cut. */
struct scenario_path {
    char text[SCENARIO_PATH_MAX];
    size_t length;
};

/* Both return the length to give to scenario_path_cut() afterwards. */
size_t scenario_path_key(struct scenario_path *path, const char *key);
size_t scenario_path_index(struct scenario_path *path, size_t index);
void scenario_path_cut(struct scenario_path *path, size_t length);

/* A new node, owned by the caller; NULL when out of memory. */
struct scenario_node *scenario_node_new(enum scenario_node_kind kind, struct scenario_place place);
/* A scalar with a copy of text. */
struct scenario_node *scenario_node_scalar(struct scenario_place place, const char *text,
                                           size_t length);
/* Frees a node and all below it; NULL is allowed. */
void scenario_node_free(struct scenario_node *node);

/* Adds child (and key, for a mapping) to node, which then owns them; false when out of memory,
 * and both are freed. */
bool scenario_node_add(struct scenario_node *node, struct scenario_node *key,
                       struct scenario_node *child);

/* The index of `key` in a mapping, or SIZE_MAX (also for anything but a mapping). */
size_t scenario_node_find(const struct scenario_node *node, const char *key);

/* The node at "path.to[0].key" below root or, when there is none, the deepest one on the way. */
const struct scenario_node *scenario_node_at(const struct scenario_node *root, const char *path);

#endif
