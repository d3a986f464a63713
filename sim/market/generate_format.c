#include "market/generate_format.h"

#include <assert.h>
#include <string.h>

#include "base/fixed.h"

int
generate_format_padded(char *buffer, int64_t value, int scale, int decimals)
{
    assert(decimals >= scale && decimals <= FIXED_SCALE_MAX);
    int length = fixed_format(buffer, value, scale);
    const char *point = memchr(buffer, '.', (size_t)length);
    int written = point == NULL ? 0 : length - 1 - (int)(point - buffer);
    if (point == NULL && decimals > 0)
        buffer[length++] = '.';
    for (; written < decimals; written++)
        buffer[length++] = '0';
    buffer[length] = '\0';
    return length;
}

void
generate_format_date(char buffer[GENERATE_DATE_MAX], time_ns_t time)
{
    char text[TIMELINE_TEXT_MAX];
    timeline_format(text, time);
    memcpy(buffer, text, GENERATE_DATE_MAX - 1);
    buffer[GENERATE_DATE_MAX - 1] = '\0';
}
