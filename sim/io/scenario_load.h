/*
 * scenario_load.h - the files a scenario is written in, as one tree of nodes.
 *
 * The venue may be a file of its own; its nodes replace the path under `venue:` and keep their own
 * file, line and column.
 */
#ifndef SIM_IO_SCENARIO_LOAD_H
#define SIM_IO_SCENARIO_LOAD_H

#include <stdbool.h>

#include "base/error.h"
#include "io/scenario_node.h"
#include "io/scenario_problem.h"

struct scenario_tree {
    struct scenario_node *root;       /* owned; NULL until a file is loaded */
    struct scenario_source **sources; /* owned, each owned */
    size_t source_count;
    char *directory;                    /* of the scenario file, "" or ending in '/'; owned */
    struct scenario_problems *problems; /* borrowed */
};

void scenario_load_clear(struct scenario_tree *tree);

/* Loads a scenario file, or the scenario kept in a result file.  Problems with what it says are
 * added to tree->problems and leave tree->root NULL; a file that cannot be read is returned. */
enum status scenario_load(struct scenario_tree *tree, const char *path,
                          struct error *err) MUST_CHECK;

/* Replaces `venue: path` by what the file holds; nothing when venue is no single value. */
void scenario_load_venue(struct scenario_tree *tree);

/* A new source owned by the tree that takes over text (may be NULL); NULL when out of memory, and
 * text is freed. */
struct scenario_source *scenario_load_source(struct scenario_tree *tree, const char *label,
                                             char *text, size_t length, int rank);

#endif
