/* Peak and mean of a window against a scan of everything that was pushed. */
#include "cmocka_all.h"

#include <math.h>

#include "base/rng.h"
#include "engine/window.h"
#include "quick.h"

/* By hand, seconds and a window of 10 with a resolution of 1: 5 from 0, 9 from 4, 2 from 6. */
static void
test_peak_and_mean_of_three_values(void **state)
{
    const time_ns_t s = TIME_NS_SECOND;
    struct window window;
    assert_int_equal(window_init(&window, 10 * s, s, NULL), OK);
    window_push(&window, 0, 5);
    window_push(&window, 4 * s, 9);
    window_push(&window, 6 * s, 2);
    assert_int_equal(window_peak(&window, 8 * s), 9);
    /* 4 x 5 + 2 x 9 + 2 x 2 = 42 in 8 seconds */
    assert_true(fabs(window_mean(&window, 8 * s) - 42.0 / 8.0) < 1e-12);
    /* the 9 ended at 6: it counts until 16, and a resolution longer at the most */
    assert_int_equal(window_peak(&window, 16 * s), 9);
    assert_int_equal(window_peak(&window, 17 * s + 1), 2);
    window_clear(&window);
}

enum { PUSHES = 200 };

/* Of the values held in [from, to]: the largest, and the sum of value x time. */
struct scan {
    money_t peak;
    double area;
};

static struct scan
scan_of(const time_ns_t *time, const money_t *value, size_t count, time_ns_t from, time_ns_t to)
{
    struct scan scan = {INT64_MIN, 0.0};
    for (size_t i = 0; i < count; i++) {
        const time_ns_t begin = time[i] > from ? time[i] : from;
        const time_ns_t end = i + 1 < count ? time[i + 1] : to;
        if (end < from)
            continue;
        scan.peak = value[i] > scan.peak ? value[i] : scan.peak;
        if (end > begin)
            scan.area += (double)value[i] * (double)(end - begin);
    }
    return scan;
}

/* Whether `mean` is that of a window which ends at `now` and is up to one resolution shorter. */
static bool
is_mean(double mean, const time_ns_t *time, const money_t *value, size_t count, time_ns_t now,
        time_ns_t length, time_ns_t resolution)
{
    for (time_ns_t cut = 0; cut <= resolution; cut += TIME_NS_SECOND / 1000) {
        const time_ns_t begin = now - length + cut;
        const time_ns_t from = begin < time[0] ? time[0] : begin;
        const struct scan part = scan_of(time, value, count, from, now);
        if (now == from ||
            fabs(mean - part.area / (double)(now - from)) < 1e-6 * (1.0 + fabs(mean)))
            return true;
    }
    return false;
}

static void
test_a_thousand_random_series_agree_with_a_scan(void **state)
{
    const time_ns_t length = 100 * TIME_NS_SECOND, resolution = 5 * TIME_NS_SECOND;
    for (uint64_t number = 0; number < (uint64_t)quick_of(1000); number++) {
        struct window window;
        struct rng rng;
        time_ns_t time[PUSHES], now = TIME_NS_DAY;
        money_t value[PUSHES];
        rng_init(&rng, number, RNG_TEST, 3);
        assert_int_equal(window_init(&window, length, resolution, NULL), OK);
        for (size_t i = 0; i < PUSHES; i++) {
            time[i] = now;
            value[i] = (money_t)(rng_u32(&rng) % 2000) - 1000;
            window_push(&window, now, value[i]);
            now += (time_ns_t)(rng_u32(&rng) % 8000) * (TIME_NS_SECOND / 1000);
            const money_t peak = window_peak(&window, now);
            const struct scan exact = scan_of(time, value, i + 1, now - length, now);
            const struct scan longer = scan_of(time, value, i + 1, now - length - resolution, now);
            assert_true(peak >= exact.peak && peak <= longer.peak);
            const double mean = window_mean(&window, now);
            if (i % 50 == 49)
                assert_true(is_mean(mean, time, value, i + 1, now, length, resolution));
        }
        window_clear(&window);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_peak_and_mean_of_three_values),
        cmocka_unit_test(test_a_thousand_random_series_agree_with_a_scan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
