#include "engine/window.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum status
window_init(struct window *window, time_ns_t length, time_ns_t resolution, struct error *err)
{
    assert(length > 0 && resolution > 0 && resolution <= length);
    *window = (struct window){
        .length = length,
        .resolution = resolution,
        .slots = (size_t)(length / resolution),
        .capacity = (size_t)(length / resolution) + 4,
    };
    window->peaks = calloc(window->capacity, sizeof(*window->peaks));
    window->area = calloc(window->slots, sizeof(*window->area));
    if (window->peaks != NULL && window->area != NULL)
        return OK;
    window_clear(window);
    return error_memory(err, "following a fund's balance");
}

void
window_clear(struct window *window)
{
    free(window->peaks);
    free(window->area);
    *window = (struct window){0};
}

static struct window_peak *
peak_at(const struct window *window, size_t i)
{
    return &window->peaks[(window->head + i) % window->capacity];
}

/* The value that was held until `until` enters the peaks. */
static void
add_peak(struct window *window, time_ns_t until, money_t value)
{
    while (window->count > 0 && peak_at(window, window->count - 1)->value <= value)
        window->count--;
    struct window_peak *last = window->count > 0 ? peak_at(window, window->count - 1) : NULL;
    if (last != NULL && last->until / window->resolution == until / window->resolution) {
        last->until = until; /* higher, and within the same resolution */
        return;
    }
    assert(window->count < window->capacity);
    *peak_at(window, window->count++) = (struct window_peak){until, value};
}

static void
forget(struct window *window, time_ns_t time)
{
    while (window->count > 0 && peak_at(window, 0)->until < time - window->length) {
        window->head = (window->head + 1) % window->capacity;
        window->count--;
    }
}

/* Moves the area on to `time` with the present value. */
static void
advance(struct window *window, time_ns_t time)
{
    while (window->time < time) {
        const time_ns_t end = (window->slot + 1) * window->resolution;
        const time_ns_t to = time < end ? time : end;
        int128_t *area = &window->area[(size_t)window->slot % window->slots];
        *area += (int128_t)window->value * (to - window->time);
        window->sum += (int128_t)window->value * (to - window->time);
        window->time = to;
        if (to < end)
            break;
        window->slot++;
        area = &window->area[(size_t)window->slot % window->slots];
        window->sum -= *area;
        *area = 0;
    }
}

void
window_push(struct window *window, time_ns_t time, money_t value)
{
    if (!window->pushed) {
        window->pushed = 1;
        window->began = window->time = time;
        window->slot = time / window->resolution;
        window->value = value;
        return;
    }
    assert(time >= window->time);
    if (value == window->value)
        return;
    add_peak(window, time, window->value);
    advance(window, time);
    window->value = value;
    forget(window, time);
}

money_t
window_peak(struct window *window, time_ns_t time)
{
    forget(window, time);
    const money_t before = window->count > 0 ? peak_at(window, 0)->value : window->value;
    return before > window->value ? before : window->value;
}

double
window_mean(struct window *window, time_ns_t time)
{
    advance(window, time);
    const time_ns_t first = (window->slot - (int64_t)window->slots + 1) * window->resolution;
    const time_ns_t from = first > window->began ? first : window->began;
    return time > from ? (double)window->sum / (double)(time - from) : (double)window->value;
}
