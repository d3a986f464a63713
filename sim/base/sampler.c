#include "base/sampler.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum { SAMPLES_MAX = 10000000 };

enum status
sampler_init(struct sampler *sampler, time_ns_t window, time_ns_t interval, const char *what,
             struct error *err)
{
    *sampler = (struct sampler){0};
    if (interval <= 0 || window < interval || window / interval > SAMPLES_MAX) {
        char of_window[TIMELINE_TEXT_MAX], of_interval[TIMELINE_TEXT_MAX];
        timeline_format_duration(of_window, window);
        timeline_format_duration(of_interval, interval);
        return error_set(err, ERR_RANGE,
                         "%s: a window of %s with a sample every %s: expected 1 to %d samples",
                         what, of_window, of_interval, SAMPLES_MAX);
    }
    sampler->capacity = (size_t)(window / interval);
    sampler->interval = interval;
    sampler->value = sampler->smooth = NAN;
    sampler->values = calloc(sampler->capacity, sizeof *sampler->values);
    return sampler->values ? OK : error_memory(err, what);
}

void
sampler_clear(struct sampler *sampler)
{
    free(sampler->values);
    *sampler = (struct sampler){0};
}

/* The first sampling instant at or after `time`. */
static time_ns_t
instant_from(time_ns_t time, time_ns_t interval)
{
    const time_ns_t past = time % interval;
    return past > 0 ? time - past + interval : time - past;
}

static void
smooth(struct sampler *sampler, int64_t times)
{
    if (isnan(sampler->value))
        return;
    if (isnan(sampler->smooth))
        sampler->smooth = sampler->value;
    const double kept = 1.0 - 2.0 / ((double)sampler->capacity + 1.0);
    sampler->smooth =
        sampler->value + (sampler->smooth - sampler->value) * pow(kept, (double)times);
}

int64_t
sampler_advance(struct sampler *sampler, time_ns_t time)
{
    assert(sampler->capacity > 0);
    if (!sampler->started) {
        sampler->started = true;
        sampler->due = instant_from(time, sampler->interval);
    }
    if (sampler->due >= time)
        return 0;
    const int64_t passed = (time - 1 - sampler->due) / sampler->interval + 1;
    sampler->due += passed * sampler->interval;
    smooth(sampler, passed);
    const int64_t room = (int64_t)sampler->capacity;
    for (int64_t i = passed < room ? passed : room; i > 0; i--) {
        sampler->values[sampler->next] = sampler->value;
        sampler->next = (sampler->next + 1) % sampler->capacity;
        if (sampler->count < sampler->capacity)
            sampler->count++;
    }
    return passed;
}

int64_t
sampler_take(struct sampler *sampler, time_ns_t time, double value)
{
    const int64_t passed = sampler_advance(sampler, time);
    sampler->value = value;
    return passed;
}

void
sampler_forget(struct sampler *sampler)
{
    sampler->count = sampler->next = 0;
    sampler->smooth = NAN;
}

/* Weights 1 + step x (0, 1, 2, ...) from the oldest sample on. */
static double
mean(const struct sampler *sampler, double step)
{
    double sum = 0.0, weights = 0.0, weight = 1.0;
    size_t at = sampler->count < sampler->capacity ? 0 : sampler->next;
    for (size_t i = 0; i < sampler->count; i++, weight += step) {
        if (!isnan(sampler->values[at])) {
            sum += weight * sampler->values[at];
            weights += weight;
        }
        at = at + 1 < sampler->capacity ? at + 1 : 0;
    }
    return weights > 0.0 ? sum / weights : NAN;
}

double
sampler_mean(const struct sampler *sampler)
{
    return mean(sampler, 0.0);
}

double
sampler_mean_rising(const struct sampler *sampler)
{
    return mean(sampler, 1.0);
}

double
sampler_mean_exponential(const struct sampler *sampler)
{
    return sampler->smooth;
}
