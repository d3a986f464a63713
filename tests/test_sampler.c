/*
 * test_sampler.c - what is seen on a fixed clock of a value that changes at any time.
 *
 * Times are in units of the sampling interval, 1 s.
 */
#include "cmocka_all.h"

#include <math.h>

#include "base/sampler.h"

#define AT(seconds) ((time_ns_t)((seconds) * (double)TIME_NS_SECOND))

static struct sampler
begin(double window)
{
    struct sampler sampler;
    assert_int_equal(sampler_init(&sampler, AT(window), AT(1), "a test", NULL), OK);
    return sampler;
}

static void
test_a_sample_is_what_stood_when_its_instant_was_over(void **state)
{
    struct sampler sampler = begin(3);
    assert_int_equal(sampler_take(&sampler, AT(0.5), 1.0), 0);
    assert_true(isnan(sampler_mean(&sampler))); /* 0.5 s is no instant */
    assert_int_equal(sampler_take(&sampler, AT(1), 2.0), 0);
    assert_int_equal(sampler_take(&sampler, AT(1), 4.0), 0); /* the same instant, again */
    assert_int_equal(sampler_take(&sampler, AT(1.1), 100.0), 1);
    assert_true(sampler_mean(&sampler) == 4.0);
    sampler_clear(&sampler);
    sampler_clear(&sampler);
}

static void
test_instants_without_an_event_repeat_what_stands(void **state)
{
    struct sampler sampler = begin(3);
    sampler_take(&sampler, AT(0), 10.0);
    assert_int_equal(sampler_take(&sampler, AT(1.5), 40.0), 2); /* 0 and 1: 10 10 */
    assert_true(sampler_mean(&sampler) == 10.0);
    assert_int_equal(sampler_take(&sampler, AT(2.5), 70.0), 1); /* 2: 40 */
    assert_true(sampler_mean(&sampler) == 20.0);
    assert_true(sampler_mean_rising(&sampler) == 25.0);      /* (10 + 2 x 10 + 3 x 40) / 6 */
    assert_int_equal(sampler_advance(&sampler, AT(3.5)), 1); /* the window moves on: 10 40 70 */
    assert_true(sampler_mean(&sampler) == 40.0);
    assert_true(sampler_mean_rising(&sampler) == 50.0); /* (10 + 80 + 210) / 6 */
    assert_int_equal(sampler_advance(&sampler, AT(1000.5)), 997);
    assert_true(sampler_mean(&sampler) == 70.0);
    sampler_forget(&sampler);
    assert_true(isnan(sampler_mean(&sampler)));
    sampler_clear(&sampler);
}

static void
test_a_missing_value_takes_a_place_and_does_not_count(void **state)
{
    struct sampler sampler = begin(2);
    sampler_take(&sampler, AT(0), 10.0);
    sampler_take(&sampler, AT(0.5), NAN);
    sampler_advance(&sampler, AT(1.5));
    assert_true(sampler_mean(&sampler) == 10.0);
    sampler_advance(&sampler, AT(2.5)); /* 10 has left the window */
    assert_true(isnan(sampler_mean(&sampler)));
    sampler_clear(&sampler);
}

static void
test_the_exponential_mean_moves_by_its_gain_each_sample(void **state)
{
    struct sampler sampler = begin(3); /* gain 2 / (3 + 1) = 1/2 */
    sampler_take(&sampler, AT(0), 16.0);
    sampler_take(&sampler, AT(0.5), 0.0);
    assert_true(sampler_mean_exponential(&sampler) == 16.0);
    sampler_advance(&sampler, AT(1.5));
    assert_true(sampler_mean_exponential(&sampler) == 8.0);
    sampler_advance(&sampler, AT(3.5)); /* two instants at once */
    assert_true(sampler_mean_exponential(&sampler) == 2.0);
    sampler_clear(&sampler);
}

static void
test_a_window_must_hold_a_sample(void **state)
{
    struct sampler sampler;
    struct error err;
    assert_int_equal(sampler_init(&sampler, AT(1), AT(2), "the basis", &err), ERR_RANGE);
    assert_string_equal(err.message, "the basis: a window of 1s with a sample every 2s: expected 1 "
                                     "to 10000000 samples");
    sampler_clear(&sampler);
    assert_int_equal(sampler_init(&sampler, AT(1), 0, "the basis", NULL), ERR_RANGE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_sample_is_what_stood_when_its_instant_was_over),
        cmocka_unit_test(test_instants_without_an_event_repeat_what_stands),
        cmocka_unit_test(test_a_missing_value_takes_a_place_and_does_not_count),
        cmocka_unit_test(test_the_exponential_mean_moves_by_its_gain_each_sample),
        cmocka_unit_test(test_a_window_must_hold_a_sample),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
