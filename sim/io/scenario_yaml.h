/*
 * scenario_yaml.h - YAML text to a tree of nodes, refusing what a scenario does not need.
 *
 * libyaml's events are turned into nodes here rather than by yaml_parser_load(): the document tree
 * it builds has already forgotten where anchors, aliases and tags stood, and a file full of
 * aliases is a bomb there.  Refused, each with its position: anchors, aliases, tags, merge keys,
 * duplicate keys, keys that are not plain text, more than one document, more than
 * SCENARIO_DEPTH_MAX levels.
 */
#ifndef SIM_IO_SCENARIO_YAML_H
#define SIM_IO_SCENARIO_YAML_H

#include "io/scenario_node.h"
#include "io/scenario_problem.h"

/*
 * Reads text[0..length) of `source` (borrowed, outlives the tree) as one document; `path` is what
 * problems call its root ("" or "venue").  NULL when it is no YAML at all, empty or out of memory:
 * then at least one problem was added.  Otherwise the tree, owned by the caller, with broken nodes
 * where problems were added.  An override's places are its source alone, without lines.
 */
struct scenario_node *scenario_yaml_read(const struct scenario_source *source, const char *text,
                                         size_t length, const char *path,
                                         struct scenario_problems *problems);

#endif
