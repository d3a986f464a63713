/* Amounts: one rounding, to nearest, ties away from zero.  All numbers are by hand. */
#include "cmocka_all.h"

#include <math.h>

#include "base/money.h"

static void
test_a_division_rounds_to_nearest_and_ties_away_from_zero(void **state)
{
    static const struct {
        int64_t numerator, denominator, expected;
    } cases[] = {
        {0, 7, 0},   {1, 2, 1},   {-1, 2, -1}, {3, 2, 2},   {-3, 2, -2}, {1, 3, 0},
        {2, 3, 1},   {-2, 3, -1}, {4, 3, 1},   {5, 10, 1},  {4, 10, 0},  {-5, 10, -1},
        {15, 10, 2}, {25, 10, 3}, {7, 1, 7},   {-7, 1, -7},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_true(money_divide(cases[i].numerator, cases[i].denominator) == cases[i].expected);
}

static void
test_numerators_beyond_64_bits_divide_by_the_same_rule(void **state)
{
    const int128_t big = (int128_t)INT64_MAX * 10; /* 92233720368547758070 */
    assert_true(money_divide(big, 10) == INT64_MAX);
    assert_true(money_divide(-big, 10) == -INT64_MAX);
    assert_true(money_divide(big + 4, 10) == INT64_MAX);
    assert_true(money_divide(big - 5, 10) == INT64_MAX); /* x.5 away from zero */
    assert_true(money_divide(big - 6, 10) == INT64_MAX - 1);
    assert_true(money_divide(-big + 5, 10) == -INT64_MAX);
    assert_true(money_divide(-big + 6, 10) == -INT64_MAX + 1);
    /* Both sides of the switch from 64 to 128 bits: the half is added before it divides. */
    for (int64_t step = -3; step <= 3; step++) {
        const int128_t near = (int128_t)INT64_MAX - 500 + step; /* 9223372036854775307 + step */
        const int64_t expected = INT64_C(9223372036854775) + (307 + step >= 500);
        assert_true(money_divide(near, 1000) == expected);
        assert_true(money_divide(-near, 1000) == -expected);
    }
    assert_true(money_divide(INT64_MAX, INT64_MAX) == 1);
    assert_true(money_divide(INT64_MAX, 2) == INT64_C(4611686018427387904)); /* ...903.5 */
    assert_true(money_divide(INT64_MIN, 1) == INT64_MIN);
}

static void
test_a_share_is_the_amount_times_the_rate(void **state)
{
    assert_true(money_share(1000000, 4000000000) == 4000);        /* 0.4 % of 1 USDT */
    assert_true(money_share(-1000000, 4000000000) == -4000);      /* and of a debt */
    assert_true(money_share(1, RATE_ONE / 2) == 1);               /* half a unit rounds up */
    assert_true(money_share(1, RATE_ONE / 2 - 1) == 0);           /* less does not */
    assert_true(money_share(1000000, -100000000) == -100);        /* a negative funding rate */
    assert_true(money_share(INT64_MAX, RATE_ONE) == INT64_MAX);   /* through 128 bits */
    assert_true(money_share(INT64_MAX, -RATE_ONE) == -INT64_MAX); /* */
    assert_true(money_share(123456789, RATE_ONE / 3) == 41152263);
}

static void
test_portions_of_a_whole_add_up_when_the_last_takes_the_rest(void **state)
{
    assert_true(money_portion(100, 1, 3) == 33);
    assert_true(money_portion(100, 2, 3) == 67);
    assert_true(money_portion(100, -1, -3) == 33); /* part and whole of a short */
    assert_true(money_portion(-100, 1, 3) == -33);
    assert_true(money_portion(1, 1, 2) == 1);
    assert_true(money_portion(INT64_MAX, INT64_MAX, INT64_MAX) == INT64_MAX);
    assert_true(money_portion(INT64_MAX, -INT64_MAX, -INT64_MAX) == INT64_MAX);
    assert_true(money_portion(INT64_C(9000000000000000000), INT64_C(1000000000000),
                              INT64_C(3000000000000)) == INT64_C(3000000000000000000));
    for (int64_t amount = -50; amount <= 50; amount++) { /* closing 7 in steps of what is left */
        money_t left = amount;
        for (int64_t whole = 7; whole > 0; whole--)
            left -= money_portion(left, 1, whole);
        assert_true(left == 0);
    }
}

static void
test_models_cross_into_money_in_one_place(void **state)
{
    money_t money = 42;
    assert_true(money_from_double(1.5, 6, &money) && money == 1500000);
    assert_true(money_from_double(-1.5, 6, &money) && money == -1500000);
    assert_true(money_from_double(0.5, 0, &money) && money == 1);
    assert_true(money_from_double(-0.5, 0, &money) && money == -1);
    assert_true(money_from_double(0.1, 8, &money) && money == 10000000);
    assert_true(money_from_double(9.1e12, 6, &money) && money == INT64_C(9100000000000000000));
    money = 42;
    assert_false(money_from_double(9.3e12, 6, &money));
    assert_false(money_from_double(-9.3e12, 6, &money));
    assert_false(money_from_double((double)NAN, 6, &money));
    assert_false(money_from_double((double)INFINITY, 6, &money));
    assert_true(money == 42); /* untouched */
    assert_true(money_to_double(-1500000, 6) == -1.5);
    assert_true(money_to_double(100000000, 8) == 1.0);
}

static void
test_dividing_down_goes_towards_minus_infinity(void **state)
{
    assert_int_equal(money_divide_down(7, 2), 3);
    assert_int_equal(money_divide_down(-7, 2), -4);
    assert_int_equal(money_divide_down(-8, 2), -4);
    assert_int_equal(money_divide_down((int128_t)INT64_MIN * 3, 3), INT64_MIN);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_division_rounds_to_nearest_and_ties_away_from_zero),
        cmocka_unit_test(test_numerators_beyond_64_bits_divide_by_the_same_rule),
        cmocka_unit_test(test_a_share_is_the_amount_times_the_rate),
        cmocka_unit_test(test_portions_of_a_whole_add_up_when_the_last_takes_the_rest),
        cmocka_unit_test(test_models_cross_into_money_in_one_place),
        cmocka_unit_test(test_dividing_down_goes_towards_minus_infinity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
