/*
 * window.h - peak and mean of a quantity over the window that ends now.
 *
 * The quantity is constant between two pushes.  The window is closed, [now - length, now]: a value
 * that ended exactly `length` ago still counts.  Memory is bounded: what happens within one
 * `resolution` is kept as its highest value, so a peak may be seen up to one resolution longer than
 * the window, never shorter; the mean is exact over whole resolutions and takes the present one as
 * far as it has gone.
 */
#ifndef SIM_ENGINE_WINDOW_H
#define SIM_ENGINE_WINDOW_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/money.h"
#include "base/timeline.h"

struct window {
    time_ns_t length, resolution;
    struct window_peak {
        time_ns_t until; /* last instant the value was held, or a later one of its resolution */
        money_t value;
    } * peaks; /* ring: values fall, times rise; owned */
    size_t head, count, capacity;
    int128_t *area;  /* value x time a resolution, ring by number; owned */
    int128_t sum;    /* of the area of the whole resolutions in the window */
    int64_t slot;    /* number of the present resolution */
    size_t slots;    /* in a window */
    time_ns_t began; /* of the first push */
    time_ns_t time;  /* of the last push */
    money_t value;   /* held since */
    int pushed;
};

enum status window_init(struct window *window, time_ns_t length, time_ns_t resolution,
                        struct error *err) MUST_CHECK;
void window_clear(struct window *window);

/* The quantity is `value` from `time` (not before the last push) on. */
void window_push(struct window *window, time_ns_t time, money_t value);

/* Highest value and time-weighted mean of the window that ends at `time` (not before the last
 * push); with less history than the length, of what there is. */
money_t window_peak(struct window *window, time_ns_t time);
double window_mean(struct window *window, time_ns_t time);

#endif
