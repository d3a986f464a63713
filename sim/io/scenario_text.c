#include "io/scenario_text.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fixed.h"

size_t
scenario_text_utf8(const char *text, size_t length, uint32_t *code)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (length == 0)
        return 0;
    const unsigned char first = (unsigned char)text[0];
    if (first < 0x80) {
        *code = first;
        return 1;
    }
    const size_t bytes = (first & 0xE0) == 0xC0   ? 2
                         : (first & 0xF0) == 0xE0 ? 3
                         : (first & 0xF8) == 0xF0 ? 4
                                                  : 0;
    if (bytes == 0 || bytes > length)
        return 0;
    uint32_t value = first & (0xFFu >> (bytes + 1));
    for (size_t i = 1; i < bytes; i++) {
        if (((unsigned char)text[i] & 0xC0) != 0x80)
            return 0;
        value = value << 6 | ((unsigned char)text[i] & 0x3Fu);
    }
    if (value < smallest[bytes] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return 0;
    *code = value;
    return bytes;
}

bool
scenario_text_is_utf8(const char *text, size_t length)
{
    uint32_t code;
    for (size_t at = 0; at < length;) {
        const size_t bytes = scenario_text_utf8(text + at, length - at, &code);
        if (bytes == 0)
            return false;
        at += bytes;
    }
    return true;
}

const char *
scenario_text_quote(char buffer[SCENARIO_QUOTE_MAX], const char *text, size_t length)
{
    size_t out = 0;
    buffer[out++] = '\'';
    for (size_t at = 0; at < length;) {
        uint32_t code = 0;
        const size_t bytes = scenario_text_utf8(text + at, length - at, &code);
        if (out + 4 + 5 > SCENARIO_QUOTE_MAX) {
            memcpy(buffer + out, "...", 3);
            out += 3;
            break;
        }
        if (bytes == 0 || code < 0x20 || (code >= 0x7F && code < 0xA0)) {
            buffer[out++] = '?';
            at += bytes == 0 ? 1 : bytes;
            continue;
        }
        memcpy(buffer + out, text + at, bytes);
        out += bytes;
        at += bytes;
    }
    buffer[out++] = '\'';
    buffer[out] = '\0';
    return buffer;
}

enum { WORD_MAX = 48 };

static size_t
smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edit distance in which swapping two neighbours is one edit (optimal string alignment). */
static size_t
edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][WORD_MAX + 1];
    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t *row = rows[i % 3];
        const size_t *last = rows[(i - 1) % 3], *before = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            const size_t change = last[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = smaller(change, smaller(last[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = smaller(row[j], before[j - 2] + 1);
        }
    }
    return rows[a_length % 3][b_length];
}

void
scenario_text_nearest(const char *word, const char *candidate, const char **best, size_t *distance)
{
    const size_t length = strlen(word), candidate_length = strlen(candidate);
    if (length > WORD_MAX || candidate_length > WORD_MAX || length == 0)
        return;
    const size_t found = edit_distance(word, length, candidate, candidate_length);
    const size_t limit = length < 4 ? 1 : length < 8 ? 2 : 1 + length / 4;
    if (found <= limit && found < *distance) {
        *distance = found;
        *best = candidate;
    }
}

/* Lays digits d1d2d3.. x 10^exponent (of d1) out without an exponent. */
static void
lay_out(char *buffer, bool negative, const char *digits, int count, int exponent)
{
    int out = 0;
    if (negative)
        buffer[out++] = '-';
    if (exponent < 0) {
        buffer[out++] = '0';
        buffer[out++] = '.';
        for (int i = -1; i > exponent; i--)
            buffer[out++] = '0';
    }
    for (int i = 0; i < count || i <= exponent; i++) {
        if (i == exponent + 1 && exponent >= 0)
            buffer[out++] = '.';
        buffer[out++] = (char)(i < count ? digits[i] : '0');
    }
    buffer[out] = '\0';
}

const char *
scenario_text_double(char buffer[SCENARIO_NUMBER_MAX], double value)
{
    assert(isfinite(value));
    char text[SCENARIO_NUMBER_MAX];
    int precision = 0;
    do
        snprintf(text, sizeof(text), "%.*e", precision, value);
    while (strtod(text, NULL) != value && precision++ < 17);
    const bool negative = text[0] == '-';
    const char *mantissa = text + negative;
    const int exponent = (int)strtol(strchr(mantissa, 'e') + 1, NULL, 10);
    if (value == 0.0 || exponent < -20 || exponent > 20) {
        snprintf(buffer, SCENARIO_NUMBER_MAX, "%s", value == 0.0 ? "0" : text);
        return buffer;
    }
    char digits[24];
    int count = 0;
    for (; *mantissa != 'e'; mantissa++) {
        if (*mantissa != '.')
            digits[count++] = *mantissa;
    }
    lay_out(buffer, negative, digits, count, exponent);
    return buffer;
}

const char *
scenario_text_duration(char buffer[SCENARIO_NUMBER_MAX], time_ns_t duration_ns)
{
    if (duration_ns % 1000000 == 0) {
        timeline_format_duration(buffer, duration_ns);
        return buffer;
    }
    const int length = fixed_format(buffer, duration_ns, 6);
    memcpy(buffer + length, "ms", 3);
    return buffer;
}
