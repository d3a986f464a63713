/*
 * scenario_problem.h - everything wrong with a scenario, collected, then listed by position.
 *
 *     a.yaml:6:20: error: '50_000' has '_' inside a number: write 50000 [venue.contracts[0].size]
 *         notional_max: 50_000
 *                       ^
 */
#ifndef SIM_IO_SCENARIO_PROBLEM_H
#define SIM_IO_SCENARIO_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "io/scenario_node.h"

enum { SCENARIO_PROBLEMS_MAX = 1000, SCENARIO_MESSAGE_MAX = 640 };

struct scenario_problem {
    struct scenario_place place; /* source is borrowed; line 0: the source as a whole */
    enum status status;
    char *message; /* owned */
    char *path;    /* "" when it is not about a key; owned */
    size_t order;  /* of discovery: keeps the sort stable */
};

struct scenario_problems {
    struct scenario_problem *items; /* owned */
    size_t count, capacity;
    size_t dropped;     /* found beyond SCENARIO_PROBLEMS_MAX, not kept */
    bool out_of_memory; /* something was lost: the whole reading fails with ERR_MEMORY */
};

void scenario_problem_clear(struct scenario_problems *problems);

/* Notes a problem; path may be "" or NULL. */
void scenario_problem_add(struct scenario_problems *problems, struct scenario_place place,
                          enum status status, const char *path, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Whether something at `path` or below it has been complained about. */
bool scenario_problem_under(const struct scenario_problems *problems, const char *path);

/* Sorts the problems by position, appends them all to out (may be NULL) and puts the first, and
 * how many more there are, into err; returns its status.  OK when there is none. */
enum status scenario_problem_report(struct scenario_problems *problems, struct text *out,
                                    struct error *err) MUST_CHECK;

#endif
