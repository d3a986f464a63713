#include "cmocka_all.h"

#include <math.h>
#include <string.h>

#include "io/show.h"

#define MINUS "\xE2\x88\x92"
#define THIN "\xE2\x80\xAF"

/* Compares what was appended and empties it. */
static void
shows(struct text *out, const char *expected)
{
    assert_non_null(out->data);
    assert_string_equal(out->data, expected);
    text_clear(out);
}

static void
test_money_has_separators_and_is_rounded_to_nearest(void **state)
{
    static const struct {
        int64_t value;
        int decimals;
        const char *expected;
    } cases[] = {
        {12900000000000, 6, "12,900,000.00"},
        {999995000, 6, "1,000.00"}, /* 999.995: a tie goes away from zero */
        {999994999, 6, "999.99"},
        {-5000, 6, MINUS "0.01"},
        {-4999, 6, "0.00"}, /* no minus sign before nothing */
        {0, 6, "0.00"},
        {123456789, 8, "1.2346"}, /* a coin shows 4 decimals */
        {7, 0, "7"},
        {INT64_MIN, 0, MINUS "9,223,372,036,854,775,808"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct text out = {0};
        show_money(&out, cases[i].value, cases[i].decimals);
        shows(&out, cases[i].expected);
    }
}

static void
test_a_share_is_never_shown_as_none_or_all_unless_it_is(void **state)
{
    static const struct {
        double share;
        const char *expected;
    } cases[] = {
        {0.0, "0.0" THIN "%"},           {1.0, "100.0" THIN "%"},        {0.5196, "52.0" THIN "%"},
        {0.99999, "over 99.9" THIN "%"}, {0.0004, "under 0.1" THIN "%"}, {0.0005, "0.1" THIN "%"},
        {(double)NAN, "\xE2\x80\x93"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct text out = {0};
        show_share(&out, cases[i].share);
        shows(&out, cases[i].expected);
    }
}

static void
test_times_are_utc_to_the_millisecond(void **state)
{
    struct text out = {0};
    show_time(&out, INT64_C(1583971200000000000)); /* date -u -d @1583971200 */
    shows(&out, "2020-03-12 00:00:00 UTC");
    show_time(&out, INT64_C(1583971200250999999));
    shows(&out, "2020-03-12 00:00:00.250 UTC");
    show_time(&out, 0);
    shows(&out, "\xE2\x80\x93");
}

static void
test_numbers_lose_their_trailing_zeros(void **state)
{
    static const struct {
        double value;
        const char *expected;
    } cases[] = {
        {6900.5, "6,900.5"},
        {20.0, "20"},
        {-77432.0, MINUS "77,432"},
        {0.000125, "0.000125"},
        {100000.0, "100,000"},
        {(double)INFINITY, "\xE2\x88\x9E"},
        {0.0, "0"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct text out = {0};
        show_number(&out, cases[i].value);
        shows(&out, cases[i].expected);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_money_has_separators_and_is_rounded_to_nearest),
        cmocka_unit_test(test_a_share_is_never_shown_as_none_or_all_unless_it_is),
        cmocka_unit_test(test_times_are_utc_to_the_millisecond),
        cmocka_unit_test(test_numbers_lose_their_trailing_zeros),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
