/*
 * sampler.h - a value that changes at any time, looked at on a fixed clock.
 *
 * Sampling instants are the multiples of `interval` since 1970.  The sample of an instant is the
 * value that stood when the instant was over, so it enters the window with the first event after
 * it, events of one instant may come in any number, and nothing looks ahead.  An instant that
 * passes without an event repeats the value that stands.  A value that is missing (NaN) takes its
 * place in the window and does not count.
 *
 * The window holds the last window / interval samples.  No call but sampler_init() allocates.
 */
#ifndef SIM_BASE_SAMPLER_H
#define SIM_BASE_SAMPLER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/timeline.h"

struct sampler {
    double *values;     /* ring; owned */
    size_t capacity;    /* samples in a whole window */
    size_t count, next; /* samples held; where the next one goes */
    time_ns_t interval; /* > 0 */
    time_ns_t due;      /* the next sampling instant; meaningless before the first event */
    double value;       /* stands now; NaN: none */
    double smooth;      /* exponential average of all samples; NaN: none */
    bool started;
};

/* ERR_RANGE, naming `what`, unless 0 < interval <= window and the window has at most 10 million
 * samples; ERR_MEMORY. */
enum status sampler_init(struct sampler *sampler, time_ns_t window, time_ns_t interval,
                         const char *what, struct error *err) MUST_CHECK;
void sampler_clear(struct sampler *sampler);

/* Takes the samples of all instants before `time`, which never goes back; returns how many. */
int64_t sampler_advance(struct sampler *sampler, time_ns_t time);

/* The same, and `value` stands from `time` on. */
int64_t sampler_take(struct sampler *sampler, time_ns_t time, double value);

/* Empties the window; the value that stands still does. */
void sampler_forget(struct sampler *sampler);

/* The mean of the window, each sample alike; NaN when it holds none. */
double sampler_mean(const struct sampler *sampler);

/* The mean with weights 1, 2, 3, ... from the oldest sample to the newest; NaN of none. */
double sampler_mean_rising(const struct sampler *sampler);

/* The exponential average over all samples with gain 2 / (samples of a window + 1), begun at the
 * first; NaN of none. */
double sampler_mean_exponential(const struct sampler *sampler);

#endif
