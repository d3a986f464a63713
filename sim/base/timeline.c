#include "base/timeline.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/fixed.h"
#include "base/money.h"

/* Days from civil: years start in March, so that the leap day is the last of its year and the
 * month lengths follow 153/5 (the formula of the Julian day literature). */
int64_t
timeline_days(int64_t year, int month, int day)
{
    const int64_t y = month <= 2 ? year - 1 : year;
    const int64_t era = (y >= 0 ? y : y - 399) / 400;
    const int64_t year_of_era = y - era * 400;
    const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           719468;
}

static void
civil_of_days(int64_t days, int64_t *year, int *month, int *day)
{
    const int64_t z = days + 719468;
    const int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    const int64_t doe = z - era * 146097;
    const int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    const int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    const int64_t mp = (5 * doy + 2) / 153;
    *day = (int)(doy - (153 * mp + 2) / 5 + 1);
    *month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *year = yoe + era * 400 + (*month <= 2);
}

static bool
read_digits(const char **at, const char *end, int count, int *value)
{
    *value = 0;
    for (int i = 0; i < count; i++, (*at)++) {
        if (*at == end || **at < '0' || **at > '9')
            return false;
        *value = *value * 10 + (**at - '0');
    }
    return true;
}

static bool
read_char(const char **at, const char *end, char expected)
{
    if (*at == end || **at != expected)
        return false;
    (*at)++;
    return true;
}

static int
month_length(int year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return lengths[month - 1] + (month == 2 && leap);
}

bool
timeline_parse(const char *text, size_t length, time_ns_t *time_ns)
{
    const char *at = text, *end = text + length;
    int year, month, day, hour, minute, second;
    if (!read_digits(&at, end, 4, &year) || !read_char(&at, end, '-') ||
        !read_digits(&at, end, 2, &month) || !read_char(&at, end, '-') ||
        !read_digits(&at, end, 2, &day) || !read_char(&at, end, 'T') ||
        !read_digits(&at, end, 2, &hour) || !read_char(&at, end, ':') ||
        !read_digits(&at, end, 2, &minute) || !read_char(&at, end, ':') ||
        !read_digits(&at, end, 2, &second))
        return false;
    int64_t fraction = 0;
    if (at < end && *at == '.') {
        int64_t unit = TIME_NS_SECOND / 10;
        const char *first = ++at;
        for (; at < end && *at >= '0' && *at <= '9'; at++, unit /= 10)
            fraction += unit * (*at - '0');
        if (at == first || at - first > 9)
            return false;
    }
    if (!read_char(&at, end, 'Z') || at != end)
        return false;
    if (year < 1678 || year > 2261 || month < 1 || month > 12 || day < 1 ||
        day > month_length(year, month) || hour > 23 || minute > 59 || second > 59)
        return false;
    const int64_t seconds =
        timeline_days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
    *time_ns = seconds * TIME_NS_SECOND + fraction;
    return true;
}

int
timeline_format(char *buffer, time_ns_t time_ns)
{
    const int64_t rest = time_ns % TIME_NS_DAY;
    const int64_t days = time_ns / TIME_NS_DAY - (rest < 0);
    const int64_t in_day = rest < 0 ? rest + TIME_NS_DAY : rest;
    int64_t year;
    int month, day;
    civil_of_days(days, &year, &month, &day);
    const int seconds = (int)(in_day / TIME_NS_SECOND);
    int length = snprintf(buffer, TIMELINE_TEXT_MAX, "%04d-%02d-%02dT%02d:%02d:%02d", (int)year,
                          month, day, seconds / 3600, seconds / 60 % 60, seconds % 60);
    int64_t fraction = in_day % TIME_NS_SECOND;
    if (fraction != 0) {
        int digits = 9;
        for (; fraction % 1000 == 0; fraction /= 1000)
            digits -= 3;
        length += snprintf(buffer + length, (size_t)(TIMELINE_TEXT_MAX - length), ".%0*lld", digits,
                           (long long)fraction);
    }
    buffer[length++] = 'Z';
    buffer[length] = '\0';
    return length;
}

static const struct duration_unit {
    const char *name;
    time_ns_t unit_ns;
} duration_units[] = {
    {"d", TIME_NS_DAY},    {"h", TIME_NS_HOUR},           {"min", TIME_NS_MINUTE},
    {"s", TIME_NS_SECOND}, {"ms", TIME_NS_SECOND / 1000},
};
enum { DURATION_UNITS = sizeof(duration_units) / sizeof(duration_units[0]) };

bool
timeline_parse_duration(const char *text, size_t length, time_ns_t *duration_ns)
{
    size_t number = 0;
    while (number < length && ((text[number] >= '0' && text[number] <= '9') || text[number] == '.'))
        number++;
    int64_t value;
    if (fixed_parse(text, number, 9, &value) != FIXED_OK)
        return false;
    for (size_t i = 0; i < DURATION_UNITS; i++) {
        const char *name = duration_units[i].name;
        if (strlen(name) != length - number || memcmp(name, text + number, length - number) != 0)
            continue;
        /* value is in 1e-9 units: the product is far beyond 64 bits long before the duration is */
        const int128_t product = (int128_t)value * duration_units[i].unit_ns;
        if (product % TIME_NS_SECOND != 0 || product / TIME_NS_SECOND > INT64_MAX)
            return false;
        *duration_ns = (time_ns_t)(product / TIME_NS_SECOND);
        return true;
    }
    return false;
}

int
timeline_format_duration(char *buffer, time_ns_t duration_ns)
{
    for (size_t i = 0; i < DURATION_UNITS; i++) {
        if (duration_ns % duration_units[i].unit_ns == 0 && duration_ns != 0) {
            return snprintf(buffer, TIMELINE_TEXT_MAX, "%lld%s",
                            (long long)(duration_ns / duration_units[i].unit_ns),
                            duration_units[i].name);
        }
    }
    return snprintf(buffer, TIMELINE_TEXT_MAX, "%lld%s", (long long)duration_ns,
                    duration_ns == 0 ? "s" : "ns");
}

int64_t
timeline_unit_of_digits(size_t digits)
{
    switch (digits) {
    case 10:
        return TIME_NS_SECOND;
    case 13:
        return 1000000;
    case 16:
        return 1000;
    case 19:
        return 1;
    default:
        return 0;
    }
}
