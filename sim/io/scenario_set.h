/*
 * scenario_set.h - `--set path.to[0].key=value` on the node tree, before anything is checked.
 */
#ifndef SIM_IO_SCENARIO_SET_H
#define SIM_IO_SCENARIO_SET_H

#include "io/scenario_load.h"

/*
 * Applies one override (borrowed) to tree->root: a key is replaced or added, mappings on the way
 * are made when missing, `[n]` picks an element that exists.  The value is YAML, so lists and
 * mappings may be given in braces.  A path into `venue` loads the venue's file first.  Keys that
 * no table knows are found later, by the walk, under the override's name.
 */
void scenario_set_apply(struct scenario_tree *tree, const char *override);

#endif
