#include "io/show.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fixed.h"
#include "base/money.h"

static const char minus[] = "\xE2\x88\x92", dash[] = "\xE2\x80\x93", thin[] = "\xE2\x80\xAF";

/* Appends a run of digits with a comma before every third one from the right. */
static void
group_digits(struct text *out, const char *digits, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            text_append(out, ",");
        text_append_bytes(out, digits + i, 1);
    }
}

void
show_count(struct text *out, uint64_t count)
{
    char digits[24];
    const int length = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)count);
    group_digits(out, digits, (size_t)length);
}

void
show_decimal(struct text *out, int64_t value, int decimals, int shown)
{
    assert(shown >= 0 && shown <= decimals && decimals <= FIXED_SCALE_MAX);
    const int64_t rounded = money_divide(value, fixed_power_of_ten[decimals - shown]);
    const uint64_t size = rounded < 0 ? -(uint64_t)rounded : (uint64_t)rounded;
    const uint64_t unit = (uint64_t)fixed_power_of_ten[shown];
    if (rounded < 0)
        text_append(out, minus);
    show_count(out, size / unit);
    if (shown > 0)
        text_printf(out, ".%0*llu", shown, (unsigned long long)(size % unit));
}

void
show_money(struct text *out, int64_t value, int decimals)
{
    const int wanted = decimals <= 6 ? 2 : 4;
    show_decimal(out, value, decimals, wanted < decimals ? wanted : decimals);
}

void
show_exact(struct text *out, int64_t value, int decimals)
{
    char buffer[FIXED_TEXT_MAX];
    fixed_format(buffer, value, decimals);
    text_append(out, buffer);
}

void
show_share(struct text *out, double share)
{
    if (isnan(share))
        text_append(out, dash);
    else if (share > 0.0 && share < 0.0005)
        text_printf(out, "under 0.1%s%%", thin);
    else if (share >= 0.9995 && share < 1.0)
        text_printf(out, "over 99.9%s%%", thin);
    else
        text_printf(out, "%.1f%s%%", share * 100.0, thin);
}

void
show_time(struct text *out, time_ns_t time)
{
    char buffer[TIMELINE_TEXT_MAX];
    if (time == 0) {
        text_append(out, dash);
        return;
    }
    timeline_format(buffer, time - time % (TIME_NS_SECOND / 1000));
    buffer[strcspn(buffer, "Z")] = '\0';
    char *middle = strchr(buffer, 'T');
    if (middle != NULL)
        *middle = ' ';
    text_printf(out, "%s UTC", buffer);
}

void
show_number(struct text *out, double value)
{
    char buffer[64];
    if (!isfinite(value) || fabs(value) >= 1e15) {
        text_append(out, isnan(value) ? dash
                         : value < 0  ? "\xE2\x88\x92\xE2\x88\x9E"
                                      : "\xE2\x88\x9E");
        return;
    }
    snprintf(buffer, sizeof(buffer), "%.*f", fabs(value) >= 1000.0 ? 2 : 6, fabs(value));
    size_t length = strlen(buffer);
    while (buffer[length - 1] == '0')
        length--;
    length -= buffer[length - 1] == '.';
    const size_t whole = strcspn(buffer, ".");
    if (value < 0)
        text_append(out, minus);
    group_digits(out, buffer, whole < length ? whole : length);
    if (length > whole)
        text_append_bytes(out, buffer + whole, length - whole);
}
