/*
 * scenario_fixture.h - a valid scenario by lines, in a directory of the test's own.
 */
#ifndef TESTS_SUPPORT_SCENARIO_FIXTURE_H
#define TESTS_SUPPORT_SCENARIO_FIXTURE_H

#include <stddef.h>

#include "io/scenario.h"

enum { SCENARIO_FIXTURE_LINES = 21, SCENARIO_FIXTURE_PATH = 256 };

extern const char *const scenario_fixture_lines[SCENARIO_FIXTURE_LINES];

/* The directory and two files in it; the scenario is at scenario_fixture_path. */
extern char scenario_fixture_directory[];
extern char scenario_fixture_path[SCENARIO_FIXTURE_PATH];
extern char scenario_fixture_other[SCENARIO_FIXTURE_PATH];

/* Group setup and teardown: make and remove the directory. */
int scenario_fixture_make(void **state);
int scenario_fixture_remove(void **state);

void scenario_fixture_write(const char *path, const char *bytes, size_t count);

/* Writes the valid scenario with line `number` (from 1; 0: none) replaced. */
void scenario_fixture_valid_but(size_t number, const char *line);

/* Reads scenario_fixture_path and fails unless there is no problem at all. */
void scenario_fixture_read(struct scenario *scenario, const char *const *overrides, size_t count);

/* Fails unless reading finds exactly the `count` problems, each starting with
 * "line:column: error: ..." or "--set '...': error: ...", in that order. */
void scenario_fixture_refuses(const char *name, const char *const *overrides, size_t override_count,
                              const char *const *expected, size_t count);

#endif
