#include "cmocka_all.h"

#include "io/thin.h"

static int
keeps(const struct thin *thin, uint64_t index)
{
    for (size_t i = 0; i < thin->count; i++) {
        if (thin->rows[i].index == index)
            return 1;
    }
    return 0;
}

static void
test_a_spike_of_one_sample_stays(void **state)
{
    enum { ROWS = 100000 };
    struct thin thin;
    assert_int_equal(thin_init(&thin, 0, ROWS - 1, 100, NULL), OK);
    for (int i = 0; i < ROWS; i++)
        thin_add(&thin, i, i == 54321 ? -7 : 1000 + i % 10, i == 77777 ? 9 : 0);
    thin_finish(&thin);
    assert_true(keeps(&thin, 54321)); /* the only low of the first value */
    assert_true(keeps(&thin, 77777)); /* the only high of the second */
    assert_true(keeps(&thin, 0));
    assert_true(keeps(&thin, ROWS - 1));
    assert_true(thin.count <= 100 * THIN_KEPT_MAX);
    thin_clear(&thin);
}

static void
test_rows_stay_in_order_and_once(void **state)
{
    struct thin thin;
    assert_int_equal(thin_init(&thin, 0, 999, 7, NULL), OK);
    for (int i = 0; i < 1000; i++)
        thin_add(&thin, i, i * 7919 % 1009, i * 104729 % 997);
    thin_finish(&thin);
    for (size_t i = 1; i < thin.count; i++)
        assert_true(thin.rows[i].index > thin.rows[i - 1].index);
    thin_clear(&thin);
}

static void
test_a_short_series_is_kept_whole(void **state)
{
    struct thin thin;
    assert_int_equal(thin_init(&thin, 100, 104, 1100, NULL), OK);
    for (int i = 0; i < 5; i++)
        thin_add(&thin, 100 + i, i, 0);
    thin_finish(&thin);
    assert_int_equal(thin.count, 5);
    assert_int_equal(thin.rows[3].time, 103);
    assert_int_equal(thin.rows[3].value[0], 3);
    thin_clear(&thin);
    thin_clear(&thin);
}

static void
test_one_instant_and_an_empty_series_are_fine(void **state)
{
    struct thin thin;
    assert_int_equal(thin_init(&thin, 5, 5, 10, NULL), OK);
    thin_add(&thin, 5, 1, 2);
    thin_finish(&thin);
    assert_int_equal(thin.count, 1);
    thin_clear(&thin);
    assert_int_equal(thin_init(&thin, 0, 0, 10, NULL), OK);
    thin_finish(&thin);
    assert_int_equal(thin.count, 0);
    thin_clear(&thin);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_spike_of_one_sample_stays),
        cmocka_unit_test(test_rows_stay_in_order_and_once),
        cmocka_unit_test(test_a_short_series_is_kept_whole),
        cmocka_unit_test(test_one_instant_and_an_empty_series_are_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
