/* Instants and durations as text and as nanoseconds.  Epoch numbers from `date -u +%s`. */
#include "cmocka_all.h"

#include <string.h>

#include "base/timeline.h"

static void
test_instants_parse_to_nanoseconds(void **state)
{
    static const struct {
        const char *text;
        bool fine;
        time_ns_t time_ns;
    } cases[] = {
        {"1970-01-01T00:00:00Z", true, 0},
        {"2020-03-12T10:44:00Z", true, INT64_C(1584009840000000000)},
        {"2020-03-12T10:44:00.25Z", true, INT64_C(1584009840250000000)},
        {"2020-02-29T00:00:00Z", true, INT64_C(1582934400000000000)},
        {"2000-02-29T23:59:59.999999999Z", true, INT64_C(951868799999999999)},
        {"1969-12-31T23:59:59Z", true, INT64_C(-1000000000)},
        {"2261-12-31T23:59:59.999999999Z", true, INT64_C(9214646399999999999)},
        {"2019-02-29T00:00:00Z", false, 0},
        {"1900-02-29T00:00:00Z", false, 0},
        {"2020-13-01T00:00:00Z", false, 0},
        {"2020-00-01T00:00:00Z", false, 0},
        {"2020-04-31T00:00:00Z", false, 0},
        {"2020-04-30T24:00:00Z", false, 0},
        {"2020-04-30T23:60:00Z", false, 0},
        {"2020-04-30T23:59:60Z", false, 0},
        {"2020-04-30T23:59:00", false, 0},
        {"2020-04-30T23:59:00+00:00", false, 0},
        {"2020-04-30 23:59:00Z", false, 0},
        {"2020-04-30T23:59:00.Z", false, 0},
        {"2020-04-30T23:59:00.1234567890Z", false, 0},
        {"2020-04-30T23:59:00Zx", false, 0},
        {"2300-01-01T00:00:00Z", false, 0},
        {"2020-4-30T23:59:00Z", false, 0},
        {"", false, 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        time_ns_t time_ns = 0;
        const bool fine = timeline_parse(cases[i].text, strlen(cases[i].text), &time_ns);
        if (fine != cases[i].fine || time_ns != cases[i].time_ns)
            fail_msg("%s: %d, %lld", cases[i].text, fine, (long long)time_ns);
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
test_instants_come_back_from_their_text(void **state)
{
    static const int64_t grain[] = {1, 1000, 1000000, 1000000000, INT64_C(86400000000000)};
    uint64_t seed = 362436069;
    for (int i = 0; i < 100000; i++) {
        int64_t time = (int64_t)(next(&seed) % UINT64_C(9214646400000000000));
        time -= time % grain[i % 5];
        if (i % 3 == 0)
            time = -time;
        char text[TIMELINE_TEXT_MAX];
        time_ns_t back = 0;
        const int length = timeline_format(text, time);
        if (!timeline_parse(text, (size_t)length, &back) || back != time)
            fail_msg("%lld became %s became %lld", (long long)time, text, (long long)back);
    }
}

static void
test_days_count_every_date_once(void **state)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t expected = -36524; /* 1870-01-01: 100 years of 365 days and 24 leap days before 1970 */
    for (int year = 1870; year < 2200; year++) {
        const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        for (int month = 1; month <= 12; month++) {
            for (int day = 1; day <= lengths[month - 1] + (month == 2 && leap); day++)
                assert_true(timeline_days(year, month, day) == expected++);
        }
    }
}

static void
test_fractions_are_written_in_groups_of_three(void **state)
{
    char text[TIMELINE_TEXT_MAX];
    timeline_format(text, INT64_C(1584009840250000000));
    assert_string_equal(text, "2020-03-12T10:44:00.250Z");
    timeline_format(text, INT64_C(1584009840000001000));
    assert_string_equal(text, "2020-03-12T10:44:00.000001Z");
    timeline_format(text, INT64_C(-1));
    assert_string_equal(text, "1969-12-31T23:59:59.999999999Z");
    timeline_format(text, INT64_MIN);
    assert_string_equal(text, "1677-09-21T00:12:43.145224192Z");
    timeline_format(text, INT64_MAX);
    assert_string_equal(text, "2262-04-11T23:47:16.854775807Z");
}

static void
test_durations_are_exact(void **state)
{
    static const struct {
        const char *text;
        bool fine;
        time_ns_t duration_ns;
        const char *shortest;
    } cases[] = {
        {"250ms", true, 250000000, "250ms"},
        {"1s", true, 1000000000, "1s"},
        {"60s", true, 60000000000, "1min"},
        {"1.5h", true, INT64_C(5400000000000), "90min"},
        {"8h", true, INT64_C(28800000000000), "8h"},
        {"24h", true, INT64_C(86400000000000), "1d"},
        {"365d", true, INT64_C(31536000000000000), "365d"}, /* beyond 106 d: 128-bit product */
        {"100000d", true, INT64_C(8640000000000000000), "100000d"},
        {"0.000001ms", true, 1, "1ns"},
        {"0s", true, 0, "0s"},
        {"200000d", false, 0, NULL},
        {"0.0000001ms", false, 0, NULL},
        {"1", false, 0, NULL},
        {"s", false, 0, NULL},
        {"-1s", false, 0, NULL},
        {"1e3s", false, 0, NULL},
        {"1 s", false, 0, NULL},
        {"1m", false, 0, NULL},
        {"1us", false, 0, NULL},
        {"", false, 0, NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[TIMELINE_TEXT_MAX];
        time_ns_t duration = 0;
        const bool fine = timeline_parse_duration(cases[i].text, strlen(cases[i].text), &duration);
        if (fine != cases[i].fine || duration != cases[i].duration_ns)
            fail_msg("%s: %d, %lld", cases[i].text, fine, (long long)duration);
        if (!fine)
            continue;
        timeline_format_duration(text, duration);
        assert_string_equal(text, cases[i].shortest);
    }
}

static void
test_digit_counts_tell_the_unit(void **state)
{
    assert_true(timeline_unit_of_digits(10) == 1000000000);
    assert_true(timeline_unit_of_digits(13) == 1000000);
    assert_true(timeline_unit_of_digits(16) == 1000);
    assert_true(timeline_unit_of_digits(19) == 1);
    for (size_t digits = 0; digits < 30; digits++) {
        if (digits < 10 || digits > 19 || (digits - 10) % 3 != 0)
            assert_true(timeline_unit_of_digits(digits) == 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_instants_parse_to_nanoseconds),
        cmocka_unit_test(test_instants_come_back_from_their_text),
        cmocka_unit_test(test_days_count_every_date_once),
        cmocka_unit_test(test_fractions_are_written_in_groups_of_three),
        cmocka_unit_test(test_durations_are_exact),
        cmocka_unit_test(test_digit_counts_tell_the_unit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
