/*
 * progress.h - how far a long command is, on standard error.
 *
 * On a terminal one line, redrawn at most ten times a second; otherwise a line every 30 seconds.
 * Results go to standard output, so the two never mix.
 */
#ifndef SIM_IO_PROGRESS_H
#define SIM_IO_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    const char *doing; /* "run", "import"; borrowed */
    bool quiet, terminal;
    bool drawn;                   /* a line stands on the terminal */
    int64_t started_ns, shown_ns; /* monotonic clock */
};

void progress_init(struct progress *progress, const char *doing, bool quiet);

/* `share` of the work is done (0..1; NaN: not known) and `rows` rows; `detail` is appended. */
void progress_show(struct progress *progress, double share, uint64_t rows, const char *detail);

/* Takes the line off the terminal. */
void progress_end(struct progress *progress);

/* Seconds since progress_init(). */
double progress_seconds(const struct progress *progress);

#endif
