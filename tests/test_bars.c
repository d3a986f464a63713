/* A bar as four rows, by hand. */
#include "cmocka_all.h"

#include <string.h>

#include "market/bars.h"

/* One minute: open, high, low, close, volume. */
static struct format_row
bar_of(int64_t open, int64_t high, int64_t low, int64_t close, int64_t volume)
{
    return (struct format_row){.time = INT64_C(1584000000000000000),
                               .end = INT64_C(1584000060000000000),
                               .price = open,
                               .high = high,
                               .low = low,
                               .close = close,
                               .quantity = volume};
}

static void
test_the_path_orders_the_extremes(void **state)
{
    static const struct {
        const char *name;
        enum bars_path path;
        int64_t open, high, low, close;
        int64_t second, third;
    } cases[] = {
        {"low first", BARS_OPEN_LOW_HIGH_CLOSE, 100, 110, 95, 108, 95, 110},
        {"high first", BARS_OPEN_HIGH_LOW_CLOSE, 100, 110, 95, 108, 110, 95},
        {"adverse, high is farther", BARS_ADVERSE, 100, 110, 95, 96, 110, 95},
        {"adverse, low is farther", BARS_ADVERSE, 100, 104, 90, 103, 90, 104},
        {"adverse, rising bar with a deep low", BARS_ADVERSE, 100, 101, 90, 101, 90, 101},
        {"adverse, tie", BARS_ADVERSE, 100, 105, 95, 100, 95, 105},
        {"adverse, open above the bar", BARS_ADVERSE, 120, 110, 95, 100, 95, 110},
        {"adverse, open below the bar", BARS_ADVERSE, 90, 110, 95, 100, 110, 95},
        {"flat", BARS_ADVERSE, 100, 100, 100, 100, 100, 100},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct format_row bar =
            bar_of(cases[i].open, cases[i].high, cases[i].low, cases[i].close, 7);
        int64_t time[BARS_ROWS], price[BARS_ROWS], quantity[BARS_ROWS];
        bars_expand(&bar, cases[i].path, time, price, quantity);
        if (price[0] != cases[i].open || price[1] != cases[i].second ||
            price[2] != cases[i].third || price[3] != cases[i].close)
            fail_msg("%s: %lld %lld %lld %lld", cases[i].name, (long long)price[0],
                     (long long)price[1], (long long)price[2], (long long)price[3]);
    }
}

static void
test_times_are_at_thirds_and_one_nanosecond_before_the_end(void **state)
{
    const struct format_row bar = bar_of(1, 1, 1, 1, 1);
    int64_t time[BARS_ROWS], price[BARS_ROWS], quantity[BARS_ROWS];
    bars_expand(&bar, BARS_ADVERSE, time, price, quantity);
    assert_true(time[0] == INT64_C(1584000000000000000));
    assert_true(time[1] == INT64_C(1584000020000000000));
    assert_true(time[2] == INT64_C(1584000040000000000));
    assert_true(time[3] == INT64_C(1584000059999999999));
}

static void
test_times_stay_inside_and_ordered_for_any_length(void **state)
{
    struct format_row bar = bar_of(1, 1, 1, 1, 1);
    for (int64_t length = 4; length < 4000; length++) {
        int64_t time[BARS_ROWS], price[BARS_ROWS], quantity[BARS_ROWS];
        bar.end = bar.time + length;
        bars_expand(&bar, BARS_ADVERSE, time, price, quantity);
        assert_true(time[0] == bar.time && time[3] == bar.end - 1);
        assert_true(time[1] - bar.time == length / 3 && time[2] - bar.time == 2 * length / 3);
        assert_true(time[0] < time[1] && time[1] < time[2] && time[2] <= time[3]);
    }
}

static void
test_volume_parts_sum_to_the_volume(void **state)
{
    static const int64_t volumes[] = {1, 2, 3, 4, 5, 7, 1000003, INT64_MAX, INT64_MAX - 1};
    int64_t time[BARS_ROWS], price[BARS_ROWS], quantity[BARS_ROWS];
    for (size_t i = 0; i < sizeof(volumes) / sizeof(volumes[0]); i++) {
        const struct format_row bar = bar_of(1, 1, 1, 1, volumes[i]);
        bars_expand(&bar, BARS_ADVERSE, time, price, quantity);
        assert_true(quantity[0] + quantity[1] + quantity[2] + quantity[3] == volumes[i]);
        for (int k = 0; k < BARS_ROWS; k++)
            assert_true(quantity[k] == volumes[i] / 4 || quantity[k] == volumes[i] / 4 + 1);
    }
    const struct format_row bar = bar_of(1, 1, 1, 1, 6);
    bars_expand(&bar, BARS_ADVERSE, time, price, quantity); /* floor(6 i/4): 0 1 3 4 6 */
    assert_true(quantity[0] == 1 && quantity[1] == 2 && quantity[2] == 1 && quantity[3] == 2);
}

static void
test_paths_are_spelled_as_on_the_tape(void **state)
{
    assert_string_equal(bars_path_names[BARS_OPEN_LOW_HIGH_CLOSE], "open-low-high-close");
    assert_string_equal(bars_path_names[BARS_OPEN_HIGH_LOW_CLOSE], "open-high-low-close");
    assert_string_equal(bars_path_names[BARS_ADVERSE], "adverse");
    assert_null(bars_path_names[BARS_ADVERSE + 1]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_path_orders_the_extremes),
        cmocka_unit_test(test_times_are_at_thirds_and_one_nanosecond_before_the_end),
        cmocka_unit_test(test_times_stay_inside_and_ordered_for_any_length),
        cmocka_unit_test(test_volume_parts_sum_to_the_volume),
        cmocka_unit_test(test_paths_are_spelled_as_on_the_tape),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
