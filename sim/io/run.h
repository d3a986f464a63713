/*
 * run.h - one scenario, from its tapes to its result file.
 */
#ifndef SIM_IO_RUN_H
#define SIM_IO_RUN_H

#include "base/error.h"
#include "base/pool.h"
#include "io/progress.h"
#include "io/scenario.h"

/* Replays the scenario and writes its result to `output`.  The books are verified at the end;
 * books that do not balance are a bug and stop the program. */
enum status run_scenario(const struct scenario *scenario, const char *output, struct pool *pool,
                         struct progress *progress, struct error *err) MUST_CHECK;

/* Opens the tapes and binds the scenario to them, without running it. */
enum status run_check(const struct scenario *scenario, struct error *err) MUST_CHECK;

#endif
