/* Decimal text to integers and back: exact, or refused. */
#include "cmocka_all.h"

#include <string.h>

#include "base/fixed.h"

static void
test_texts_parse_to_the_integer_their_scale_says(void **state)
{
    static const struct {
        const char *text;
        int scale;
        enum fixed_result result;
        int64_t value;
    } cases[] = {
        {"61800.30", 2, FIXED_OK, 6180030},
        {"61800.3", 8, FIXED_OK, 6180030000000},
        {"5", 0, FIXED_OK, 5},
        {"0", 18, FIXED_OK, 0},
        {"-0.00", 2, FIXED_OK, 0},
        {"+7.5", 1, FIXED_OK, 75},
        {"-12.25", 2, FIXED_OK, -1225},
        {".5", 1, FIXED_OK, 5},
        {"5.", 1, FIXED_OK, 50},
        {"0012", 0, FIXED_OK, 12},
        {"-1.8E-7", 12, FIXED_OK, -180000},
        {"1.5e3", 0, FIXED_OK, 1500},
        {"1e+2", 1, FIXED_OK, 1000},
        {"100e-2", 0, FIXED_OK, 1},
        {"5.00000000000000000000000", 0, FIXED_OK, 5},
        {"0.00000000000000000000000", 0, FIXED_OK, 0},
        {"9223372036854775807", 0, FIXED_OK, INT64_MAX},
        {"-9223372036854775807", 0, FIXED_OK, -INT64_MAX},
        {"9.223372036854775807", 18, FIXED_OK, INT64_MAX},
        {"9223372036854775808", 0, FIXED_OVERFLOW, 0},
        {"18446744073709551617", 0, FIXED_OVERFLOW, 0}, /* 2^64 + 1 must not become 1 */
        {"10", 18, FIXED_OVERFLOW, 0},
        {"1e400", 0, FIXED_OVERFLOW, 0},
        {"99999999999999999999999999", 0, FIXED_OVERFLOW, 0},
        {"1.5", 0, FIXED_INEXACT, 0},
        {"0.001", 2, FIXED_INEXACT, 0},
        {"1e-9", 8, FIXED_INEXACT, 0},
        {"1.0000000000000000000000001", 18, FIXED_INEXACT, 0},
        {"", 2, FIXED_EMPTY, 0},
        {"-", 2, FIXED_JUNK, 0},
        {".", 2, FIXED_JUNK, 0},
        {"1.2.3", 2, FIXED_JUNK, 0},
        {"nan", 2, FIXED_JUNK, 0},
        {"NaN", 2, FIXED_JUNK, 0},
        {"inf", 2, FIXED_JUNK, 0},
        {"0x10", 2, FIXED_JUNK, 0},
        {"1_000", 2, FIXED_JUNK, 0},
        {"1,000", 2, FIXED_JUNK, 0},
        {" 1", 2, FIXED_JUNK, 0},
        {"1 ", 2, FIXED_JUNK, 0},
        {"1e", 2, FIXED_JUNK, 0},
        {"1e+", 2, FIXED_JUNK, 0},
        {"e5", 2, FIXED_JUNK, 0},
        {"--1", 2, FIXED_JUNK, 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t value = 4711;
        const enum fixed_result result =
            fixed_parse(cases[i].text, strlen(cases[i].text), cases[i].scale, &value);
        const int64_t expected = cases[i].result == FIXED_OK ? cases[i].value : 4711;
        if (result != cases[i].result || value != expected)
            fail_msg("\"%s\" at scale %d: result %d value %lld", cases[i].text, cases[i].scale,
                     (int)result, (long long)value);
    }
}

static void
test_formatting_drops_trailing_zeros_only(void **state)
{
    static const struct {
        int64_t value;
        int scale;
        const char *text;
    } cases[] = {
        {6180030, 2, "61800.3"},
        {6180000, 2, "61800"},
        {0, 8, "0"},
        {-5, 1, "-0.5"},
        {1, 18, "0.000000000000000001"},
        {INT64_MAX, 0, "9223372036854775807"},
        {INT64_MIN, 18, "-9.223372036854775808"},
        {100, 0, "100"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[FIXED_TEXT_MAX];
        const int length = fixed_format(text, cases[i].value, cases[i].scale);
        assert_string_equal(text, cases[i].text);
        assert_int_equal(length, strlen(text));
    }
}

static uint64_t
next(uint64_t *state)
{
    *state ^= *state << 13; /* xorshift64, Marsaglia 2003 */
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void
test_what_is_formatted_parses_back_at_every_scale(void **state)
{
    uint64_t seed = 88172645463325252;
    for (int i = 0; i < 200000; i++) {
        const int64_t value = (int64_t)next(&seed) >> (next(&seed) % 63);
        const int scale = (int)(next(&seed) % (FIXED_SCALE_MAX + 1));
        if (value == INT64_MIN)
            continue; /* the only number that formats and does not parse */
        char text[FIXED_TEXT_MAX];
        int64_t back = 0;
        const int length = fixed_format(text, value, scale);
        if (fixed_parse(text, (size_t)length, scale, &back) != FIXED_OK || back != value)
            fail_msg("%s at scale %d came back as %lld", text, scale, (long long)back);
        if (fixed_decimals(text, (size_t)length) > scale)
            fail_msg("%s has more decimals than %d", text, scale);
    }
}

static void
test_decimals_are_those_written(void **state)
{
    assert_int_equal(fixed_decimals("61800.30", 8), 2);
    assert_int_equal(fixed_decimals("1e-8", 4), 8);
    assert_int_equal(fixed_decimals("1.5e1", 5), 0);
    assert_int_equal(fixed_decimals("-1.8E-7", 7), 8);
    assert_int_equal(fixed_decimals("12", 2), 0);
    assert_int_equal(fixed_decimals("", 0), -1);
    assert_int_equal(fixed_decimals("true", 4), -1);
}

static void
test_rescaling_is_exact_or_refused(void **state)
{
    int64_t value = 0;
    assert_int_equal(fixed_rescale(6180030, 2, 4, &value), FIXED_OK);
    assert_true(value == 618003000);
    assert_int_equal(fixed_rescale(-6180030, 2, 1, &value), FIXED_OK);
    assert_true(value == -618003);
    assert_int_equal(fixed_rescale(6180030, 2, 0, &value), FIXED_INEXACT);
    assert_int_equal(fixed_rescale(INT64_MAX, 0, 1, &value), FIXED_OVERFLOW);
}

static void
test_problems_end_a_sentence(void **state)
{
    char buffer[64];
    assert_string_equal(fixed_problem(FIXED_JUNK, 2, buffer, sizeof(buffer)),
                        "is not a decimal number");
    assert_string_equal(fixed_problem(FIXED_INEXACT, 2, buffer, sizeof(buffer)),
                        "has more than 2 decimals");
    assert_string_equal(fixed_problem(FIXED_OVERFLOW, 8, buffer, sizeof(buffer)),
                        "does not fit 64 bits at scale 8");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts_parse_to_the_integer_their_scale_says),
        cmocka_unit_test(test_formatting_drops_trailing_zeros_only),
        cmocka_unit_test(test_what_is_formatted_parses_back_at_every_scale),
        cmocka_unit_test(test_decimals_are_those_written),
        cmocka_unit_test(test_rescaling_is_exact_or_refused),
        cmocka_unit_test(test_problems_end_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
