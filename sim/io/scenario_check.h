/*
 * scenario_check.h - what must hold between the keys of a scenario, beyond each one's own range.
 *
 * Every check is skipped where its inputs were already complained about, so that one mistake is
 * one message.
 */
#ifndef SIM_IO_SCENARIO_CHECK_H
#define SIM_IO_SCENARIO_CHECK_H

#include "io/scenario.h"
#include "io/scenario_node.h"
#include "io/scenario_problem.h"

/* Adds a problem, at the node to blame, for everything that does not fit together. */
void scenario_check(const struct scenario *scenario, const struct scenario_node *root,
                    struct scenario_problems *problems);

#endif
