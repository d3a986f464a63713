/* Decimal text to integers and back: exact, or refused. */
#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "base/fixed.h"
#include "base/fixed_quick.h"

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

/* Mostly digits, now and then a point or something that has no place in a number. */
static size_t
random_text(uint64_t *seed, char text[24])
{
    static const char others[] = ".......-+eE, /:x\x80\x8a\xae\xb5\xff";
    const size_t length = next(seed) % 21;
    const unsigned rare = next(seed) % 4 == 0 ? 4 : 12;
    for (size_t i = 0; i < length; i++) {
        const uint64_t draw = next(seed) >> 8;
        text[i] = draw % rare == 0 ? others[(draw >> 8) % (sizeof(others) - 1)]
                                   : (char)('0' + (draw >> 8) % 10);
    }
    text[length] = '\0';
    return length;
}

static void
test_eight_characters_at_a_time_read_what_one_at_a_time_does(void **state)
{
    uint64_t seed = 2463534242;
    unsigned fine = 0;
    for (int i = 0; i < 1000000; i++) {
        char text[25] = "+"; /* a sign takes the slow way, and changes nothing else */
        const size_t length = random_text(&seed, text + 1);
        const int scale = (int)(next(&seed) % (FIXED_SCALE_MAX + 1));
        int64_t value = 4711, slow = 4711;
        if (length == 0 || text[1] == '+' || text[1] == '-')
            continue;
        const enum fixed_result result = fixed_parse(text + 1, length, scale, &value);
        if (result != fixed_parse(text, length + 1, scale, &slow) || value != slow)
            fail_msg("\"%s\" at scale %d: result %d, %lld, not %lld", text + 1, scale, (int)result,
                     (long long)value, (long long)slow);
        fine += result == FIXED_OK;
    }
    assert_in_range(fine, 100000, 900000); /* numbers and others, both many */
}

static void
test_texts_up_to_eight_characters_ignore_what_follows(void **state)
{
    uint64_t seed = 521288629;
    for (int i = 0; i < 1000000; i++) {
        char text[24], other[24];
        const size_t length = random_text(&seed, text) % 9;
        random_text(&seed, other);
        memcpy(other, text, length);
        const int scale = (int)(next(&seed) % (FIXED_SCALE_MAX + 1));
        int64_t value = 4711, expected = 4711;
        const enum fixed_result result = fixed_parse(text, length, scale, &expected);
        const bool quick = fixed_quick_parse(other, length, scale, &value);
        if ((quick && result != FIXED_OK) || value != (quick ? expected : 4711))
            fail_msg("\"%.*s\" at scale %d: %lld, not %lld", (int)length, text, scale,
                     (long long)value, (long long)expected);
    }
}

static void
test_whole_numbers_are_digits_below_two_to_the_63(void **state)
{
    static const struct {
        const char *text;
        bool fine;
        int64_t value;
    } cases[] = {
        {"0", true, 0},
        {"007", true, 7},
        {"1723161256322", true, INT64_C(1723161256322)},
        {"5266583935", true, INT64_C(5266583935)},
        {"9999999999999999", true, INT64_C(9999999999999999)},
        {"9223372036854775807", true, INT64_MAX},
        {"9223372036854775808", false, 0},
        {"9999999999999999999", false, 0},
        {"00000000000000000001", false, 0}, /* 20 digits */
        {"", false, 0},
        {"-1", false, 0},
        {"1.0", false, 0},
        {"172316125632:", false, 0},
        {"/723161256322", false, 0},
        {"17231612\x8a"
         "6322",
         false, 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t value = 4711;
        const bool fine = fixed_whole(cases[i].text, strlen(cases[i].text), &value);
        if (fine != cases[i].fine || value != (fine ? cases[i].value : 4711))
            fail_msg("\"%s\": %d, %lld", cases[i].text, fine, (long long)value);
    }
}

static void
test_whole_numbers_with_a_remembered_start_are_the_same(void **state)
{
    uint64_t seed = 88675123, start = 0;
    struct fixed_quick_prefix prefix = {0};
    for (int i = 0; i < 1000000; i++) {
        char text[24];
        if (next(&seed) % 8 == 0)
            start = next(&seed) >> (next(&seed) % 32 + 10); /* below 2^54: 16 digits and a few */
        size_t length =
            (size_t)snprintf(text, sizeof(text), "%llu",
                             (unsigned long long)(start + next(&seed) % (next(&seed) % 99999 + 1)));
        if (next(&seed) % 16 == 0)
            text[next(&seed) % length] = (char)next(&seed);
        int64_t value = 4711, expected = 4711;
        const bool fine = fixed_whole(text, length, &expected);
        const bool quick = fixed_quick_whole(text, length, &prefix, &value);
        if (quick != (fine && length >= 9 && length <= 16) || value != (quick ? expected : 4711))
            fail_msg("\"%s\": %lld, not %lld", text, (long long)value, (long long)expected);
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
        cmocka_unit_test(test_eight_characters_at_a_time_read_what_one_at_a_time_does),
        cmocka_unit_test(test_texts_up_to_eight_characters_ignore_what_follows),
        cmocka_unit_test(test_whole_numbers_are_digits_below_two_to_the_63),
        cmocka_unit_test(test_whole_numbers_with_a_remembered_start_are_the_same),
        cmocka_unit_test(test_decimals_are_those_written),
        cmocka_unit_test(test_rescaling_is_exact_or_refused),
        cmocka_unit_test(test_problems_end_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
