/*
 * scenario_fill.h - walks a parameter table over a node tree and fills the table's struct.
 *
 * Goes on after every problem, so one pass finds them all; a value that was refused, or is
 * missing, stays zeroed.  The struct must be zeroed before.  Whatever a struct owns after a
 * walk, finished or not, scenario_fill_clear() frees.
 */
#ifndef SIM_IO_SCENARIO_FILL_H
#define SIM_IO_SCENARIO_FILL_H

#include <stdbool.h>

#include "base/param.h"
#include "io/scenario_node.h"
#include "io/scenario_problem.h"

struct scenario_fill {
    struct scenario_problems *problems; /* borrowed */
    const char *directory; /* what relative paths are relative to, "" or ending in '/'; borrowed */
    struct scenario_path path; /* of the node being read */
};

/* Fills the struct at `base` that `table` describes from the mapping `node`. */
void scenario_fill_section(struct scenario_fill *fill, const struct scenario_node *node,
                           const struct param *table, void *base);

/* Frees everything the table's struct owns and makes it safe to clear again. */
void scenario_fill_clear(const struct param *table, void *base);

/* directory + path, or path itself when it is absolute; owned by the caller; NULL when out of
 * memory. */
char *scenario_fill_join(const char *directory, const char *path);

#endif
