#include "io/progress.h"

#include <math.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { REDRAW_MS = 100, LINE_SECONDS = 30 };

static int64_t
clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void
progress_init(struct progress *progress, const char *doing, bool quiet)
{
    *progress = (struct progress){
        .doing = doing,
        .quiet = quiet,
        .terminal = isatty(STDERR_FILENO) == 1,
        .started_ns = clock_ns(),
    };
    progress->shown_ns = progress->started_ns;
}

void
progress_show(struct progress *progress, double share, uint64_t rows, const char *detail)
{
    if (progress->quiet)
        return;
    const int64_t now = clock_ns();
    const int64_t pause =
        progress->terminal ? REDRAW_MS * INT64_C(1000000) : LINE_SECONDS * INT64_C(1000000000);
    if (now - progress->shown_ns < pause)
        return;
    progress->shown_ns = now;
    const double seconds = (double)(now - progress->started_ns) * 1e-9;
    if (progress->terminal)
        fputs("\r\033[K", stderr);
    fprintf(stderr, "%s: ", progress->doing);
    if (!isnan(share))
        fprintf(stderr, "%3.0f %%  ", 100.0 * share);
    fprintf(stderr, "%.1f M rows  %.1f M rows/s", (double)rows * 1e-6,
            (double)rows * 1e-6 / seconds);
    if (share > 0.01)
        fprintf(stderr, "  %.0f s left", seconds * (1.0 - share) / share);
    fprintf(stderr, "  %s%s", detail, progress->terminal ? "" : "\n");
    fflush(stderr);
    progress->drawn = progress->terminal;
}

void
progress_end(struct progress *progress)
{
    if (progress->drawn) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
    progress->drawn = false;
}

double
progress_seconds(const struct progress *progress)
{
    return (double)(clock_ns() - progress->started_ns) * 1e-9;
}
