#include "io/scenario_scalar.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/fixed.h"
#include "base/money.h"
#include "base/timeline.h"
#include "io/scenario_text.h"

enum { MANTISSA_MAX = 40, EXPONENT_MAX = 9999, NUMBER_TEXT = 64 };

/* A number taken apart: text = mantissa [e exponent] suffix. */
struct number {
    const char *text; /* the whole scalar, borrowed */
    size_t length;
    size_t mantissa; /* bytes of sign, digits and point */
    int exponent;
    size_t end; /* bytes up to the suffix */
};

static bool refuse(struct scenario_reason *reason, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool
refuse(struct scenario_reason *reason, enum status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(reason->text, sizeof(reason->text), format, args);
    va_end(args);
    reason->status = status;
    return false;
}

bool
scenario_scalar_is_null(const char *text)
{
    return text[0] == '\0' || strcmp(text, "~") == 0 || strcasecmp(text, "null") == 0;
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Takes a number apart; false when text does not start with one. */
static bool
split(const char *text, size_t length, struct number *number)
{
    size_t at = length > 0 && (text[0] == '+' || text[0] == '-'), digits = 0;
    for (bool point = false; at < length; at++) {
        if (is_digit(text[at]))
            digits++;
        else if (text[at] == '.' && !point)
            point = true;
        else
            break;
    }
    if (digits == 0)
        return false;
    *number = (struct number){.text = text, .length = length, .mantissa = at, .end = at};
    if (at < length && (text[at] == 'e' || text[at] == 'E')) {
        const bool negative = at + 1 < length && text[at + 1] == '-';
        size_t next = at + 1 + (negative || (at + 1 < length && text[at + 1] == '+'));
        const size_t first = next;
        int exponent = 0;
        for (; next < length && is_digit(text[next]); next++)
            exponent =
                exponent < EXPONENT_MAX / 10 ? exponent * 10 + (text[next] - '0') : EXPONENT_MAX;
        if (next > first) {
            number->exponent = negative ? -exponent : exponent;
            number->end = next;
        }
    }
    return true;
}

/* ---- what to say about texts that are no numbers ---- */

static bool
is_share(const struct param *row)
{
    return strcmp(row->unit, "1") == 0;
}

static bool
is_amount(const struct param *row)
{
    return row->unit[0] != '\0' && !is_share(row) && row->type != PARAM_INTEGER;
}

static const char *
suffixes_of(const struct param *row)
{
    return is_share(row)    ? " (% and bps may follow it)"
           : is_amount(row) ? " (k for thousands and M for millions may follow it)"
                            : "";
}

/* 0x1F and 0b1 and 0o17: says the decimal number when it can. */
static bool
refuse_other_base(const char *text, size_t length, const char *quoted,
                  struct scenario_reason *reason)
{
    const size_t sign = text[0] == '-' || text[0] == '+';
    if (length < sign + 3 || text[sign] != '0' || !isalpha((unsigned char)text[sign + 1]))
        return true;
    const int letter = tolower((unsigned char)text[sign + 1]);
    const int base = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
    if (base == 0 || !isalnum((unsigned char)text[sign + 2]))
        return true;
    char *end;
    const unsigned long long value = strtoull(text + sign + 2, &end, base);
    if (end == text + length && value < UINT64_MAX)
        return refuse(reason, ERR_PARSE, "%s is not decimal: write %s%llu", quoted,
                      text[0] == '-' ? "-" : "", value);
    return end == text + sign + 2 || refuse(reason, ERR_PARSE, "%s is not decimal", quoted);
}

/* 50_000, 7,900 and 1'000: says the number without what separates its digits.  True when text is
 * nothing of the kind. */
static bool
refuse_separators(const char *text, size_t length, const char *quoted,
                  struct scenario_reason *reason)
{
    char plain[NUMBER_TEXT];
    size_t kept = 0, found = 0;
    char separator = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '_' || text[i] == ',' || text[i] == '\'') {
            separator = text[i];
            found++;
        } else if (kept + 1 < sizeof(plain))
            plain[kept++] = text[i];
        else
            return true;
    }
    plain[kept] = '\0';
    struct number number;
    if (found == 0 || !split(plain, kept, &number))
        return true;
    const char *comma = memchr(text, ',', length);
    if (separator == ',' && found == 1 && memchr(text, '.', length) == NULL) {
        size_t group = 0;
        while (comma + 1 + group < text + length && is_digit(comma[1 + group]))
            group++;
        if (group > 0 && group != 3)
            return refuse(reason, ERR_PARSE,
                          "%s has a comma: the decimal point is '.', write %.*s.%s", quoted,
                          (int)(comma - text), text, comma + 1);
    }
    return refuse(reason, ERR_PARSE, "%s has '%c' inside a number: write %s", quoted, separator,
                  plain);
}

static bool
is_not_finite(const char *text)
{
    static const char *const spellings[] = {"nan", "inf", "infinity"};
    text += *text == '+' || *text == '-';
    text += *text == '.';
    for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
        if (strcasecmp(text, spellings[i]) == 0)
            return true;
    }
    return false;
}

/* The suffix of a number shifts its exponent; false, with a reason, when it does not fit. */
static bool
apply_suffix(const struct param *row, struct number *number, struct scenario_reason *reason)
{
    static const struct suffix {
        const char *name;
        bool share;
        int shift;
    } suffixes[] = {{"%", true, -2}, {"bps", true, -4}, {"k", false, 3}, {"M", false, 6}};
    const char *suffix = number->text + number->end;
    if (*suffix == '\0')
        return true;
    char quoted[SCENARIO_QUOTE_MAX];
    const char *trimmed = suffix + strspn(suffix, " ");
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        if (strcmp(trimmed, suffixes[i].name) != 0)
            continue;
        if (suffixes[i].share ? !is_share(row) : !is_amount(row))
            return refuse(reason, ERR_PARSE,
                          "'%s' is for %s, which this is not%s%s: write a number%s", trimmed,
                          suffixes[i].share ? "shares" : "amounts",
                          row->unit[0] != '\0' ? "; its unit is " : "",
                          is_share(row) ? "a share" : row->unit, suffixes_of(row));
        if (trimmed != suffix)
            return refuse(reason, ERR_PARSE, "a space before '%s': write %.*s%s", trimmed,
                          (int)number->end, number->text, trimmed);
        number->exponent += suffixes[i].shift;
        return true;
    }
    scenario_text_quote(quoted, suffix, number->length - number->end);
    return refuse(reason, ERR_PARSE, "%s is not understood after the number %.*s%s", quoted,
                  number->end > MANTISSA_MAX ? MANTISSA_MAX : (int)number->end, number->text,
                  suffixes_of(row));
}

/* Reads text as a number of `row` and writes it as "<mantissa>e<exponent>" into plain. */
static bool
parse_number(const struct param *row, const char *text, size_t length, char plain[NUMBER_TEXT],
             struct scenario_reason *reason)
{
    char quoted[SCENARIO_QUOTE_MAX];
    scenario_text_quote(quoted, text, length);
    if (scenario_scalar_is_null(text))
        return refuse(reason, ERR_PARSE,
                      "no value where a number is needed: write one, or leave "
                      "the key out");
    if (is_not_finite(text))
        return refuse(reason, ERR_PARSE, "%s is not a number: write a finite one", quoted);
    struct number number;
    if (!split(text, length, &number))
        return refuse(reason, ERR_PARSE, "%s is not a number%s", quoted, suffixes_of(row));
    if (!refuse_other_base(text, length, quoted, reason) ||
        (number.end < length && !refuse_separators(text, length, quoted, reason)))
        return false;
    const size_t sign = text[0] == '+' || text[0] == '-';
    if (text[sign] == '0' && is_digit(text[sign + 1])) {
        const size_t zeros = strspn(text + sign, "0");
        const size_t cut = is_digit(text[sign + zeros]) ? zeros : zeros - 1;
        return refuse(reason, ERR_PARSE,
                      "%s starts with 0, which other YAML readers take for octal: write %.*s%.40s",
                      quoted, (int)sign, text, text + sign + cut);
    }
    if (!apply_suffix(row, &number, reason))
        return false;
    if (number.mantissa > MANTISSA_MAX)
        return refuse(reason, ERR_PARSE, "%s has more than %d digits", quoted, MANTISSA_MAX);
    snprintf(plain, NUMBER_TEXT, "%.*se%d", (int)number.mantissa, text, number.exponent);
    return true;
}

/* ---- the types ---- */

static bool
check_range(const struct param *row, const char *quoted, double value,
            struct scenario_reason *reason)
{
    char low[SCENARIO_NUMBER_MAX], high[SCENARIO_NUMBER_MAX];
    if (value >= row->min && value <= row->max)
        return true;
    scenario_text_double(low, row->min);
    scenario_text_double(high, row->max);
    if (row->min >= row->max)
        return refuse(reason, ERR_RANGE, "%s must be %s", quoted, low);
    const char *unit = is_share(row) ? "as a share" : row->unit;
    return refuse(reason, ERR_RANGE, "%s is outside [%s, %s]%s%s", quoted, low, high,
                  unit[0] != '\0' ? " " : "", unit);
}

static bool
parse_double(const struct param *row, const char *plain, const char *quoted, double *value,
             struct scenario_reason *reason)
{
    const double parsed = strtod(plain, NULL);
    if (!isfinite(parsed))
        return refuse(reason, ERR_RANGE, "%s is too large for a number", quoted);
    if (parsed == 0.0 && strcspn(plain, "123456789") < strcspn(plain, "e"))
        return refuse(reason, ERR_RANGE, "%s is too small for a number", quoted);
    if (!check_range(row, quoted, parsed, reason))
        return false;
    *value = parsed == 0.0 ? 0.0 : parsed;
    return true;
}

/* An exact value at `scale`. */
static bool
parse_exact(const char *plain, const char *quoted, int scale, int64_t *value,
            struct scenario_reason *reason)
{
    switch (fixed_parse(plain, strlen(plain), scale, value)) {
    case FIXED_OK:
        return true;
    case FIXED_INEXACT:
        if (scale == 0)
            return refuse(reason, ERR_PARSE, "%s is not a whole number", quoted);
        return refuse(reason, ERR_PARSE, "%s has more than the %d decimals that are kept", quoted,
                      scale);
    case FIXED_OVERFLOW:
        return refuse(reason, ERR_RANGE, "%s is too large for an exact number", quoted);
    case FIXED_EMPTY:
    case FIXED_JUNK:
        break;
    }
    assert(false && "parse_number() passes numbers only");
    return false;
}

static bool
parse_decimal(const struct param *row, const char *plain, const char *quoted, struct decimal *value,
              struct scenario_reason *reason)
{
    const int decimals = fixed_decimals(plain, strlen(plain));
    struct decimal parsed = {.scale = decimals < FIXED_SCALE_MAX ? decimals : FIXED_SCALE_MAX};
    if (!parse_exact(plain, quoted, parsed.scale, &parsed.value, reason))
        return false;
    while (parsed.scale > 0 && parsed.value % 10 == 0) {
        parsed.value /= 10;
        parsed.scale--;
    }
    if (!check_range(row, quoted, strtod(plain, NULL), reason))
        return false;
    *value = parsed;
    return true;
}

static bool
parse_any_number(const struct param *row, const char *text, size_t length, void *value,
                 struct scenario_reason *reason)
{
    char plain[NUMBER_TEXT], quoted[SCENARIO_QUOTE_MAX];
    if (!parse_number(row, text, length, plain, reason))
        return false;
    scenario_text_quote(quoted, text, length);
    if (row->type == PARAM_DOUBLE)
        return parse_double(row, plain, quoted, value, reason);
    if (row->type == PARAM_DECIMAL)
        return parse_decimal(row, plain, quoted, value, reason);
    int64_t exact;
    if (!parse_exact(plain, quoted, row->type == PARAM_RATE ? RATE_SCALE : 0, &exact, reason) ||
        !check_range(row, quoted, strtod(plain, NULL), reason))
        return false;
    *(int64_t *)value = exact;
    return true;
}

static bool
parse_time(const char *text, size_t length, time_ns_t *value, struct scenario_reason *reason)
{
    char quoted[SCENARIO_QUOTE_MAX];
    if (timeline_parse(text, length, value))
        return true;
    scenario_text_quote(quoted, text, length);
    char whole[32];
    if (length == 10 && snprintf(whole, sizeof(whole), "%.10sT00:00:00Z", text) == 20 &&
        timeline_parse(whole, 20, value))
        return refuse(reason, ERR_PARSE, "%s is a date without a time: write %s", quoted, whole);
    if (length == 19 && snprintf(whole, sizeof(whole), "%.10sT%.8sZ", text, text + 11) == 20 &&
        timeline_parse(whole, 20, value))
        return refuse(reason, ERR_PARSE, "%s has no zone: write %s, times are UTC", quoted, whole);
    return refuse(reason, ERR_PARSE, "%s is not a time in UTC: write it as 2020-03-12T00:00:00Z",
                  quoted);
}

static bool
parse_duration(const struct param *row, const char *text, size_t length, time_ns_t *value,
               struct scenario_reason *reason)
{
    char quoted[SCENARIO_QUOTE_MAX], low[SCENARIO_NUMBER_MAX], high[SCENARIO_NUMBER_MAX];
    scenario_text_quote(quoted, text, length);
    time_ns_t parsed;
    if (!timeline_parse_duration(text, length, &parsed)) {
        struct number number;
        if (split(text, length, &number) && number.end == length)
            return refuse(reason, ERR_PARSE,
                          "%s has no unit: write %ss, or another of ms s min h d", quoted,
                          length < MANTISSA_MAX ? text : "1");
        return refuse(reason, ERR_PARSE,
                      "%s is not a duration: write a number and one of ms s min h d, as in 250ms",
                      quoted);
    }
    const double seconds = (double)parsed / (double)TIME_NS_SECOND;
    if (seconds < row->min || seconds > row->max) {
        scenario_text_duration(low, (time_ns_t)llround(row->min * 1e9));
        scenario_text_duration(high, (time_ns_t)llround(row->max * 1e9));
        return refuse(reason, ERR_RANGE, "%s is outside [%s, %s]", quoted, low, high);
    }
    *value = parsed;
    return true;
}

static bool
parse_choice(const struct param *row, const char *text, size_t length, int *value,
             struct scenario_reason *reason)
{
    char list[160] = "", quoted[SCENARIO_QUOTE_MAX];
    const char *nearest = NULL;
    size_t distance = SIZE_MAX, used = 0;
    for (int i = 0; row->choices[i] != NULL; i++) {
        if (strcmp(row->choices[i], text) == 0) {
            *value = i;
            return true;
        }
        scenario_text_nearest(text, row->choices[i], &nearest, &distance);
        if (used < sizeof(list))
            used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", i > 0 ? ", " : "",
                                     row->choices[i]);
    }
    scenario_text_quote(quoted, text, length);
    return refuse(reason, ERR_PARSE, "%s is not one of %s%s%s%s", quoted, list,
                  nearest != NULL ? "; did you mean '" : "", nearest != NULL ? nearest : "",
                  nearest != NULL ? "'?" : "");
}

static bool
parse_bool(const char *text, size_t length, bool *value, struct scenario_reason *reason)
{
    static const char *const yes[] = {"true", "yes", "on", "y", "1", NULL};
    static const char *const no[] = {"false", "no", "off", "n", "0", NULL};
    char quoted[SCENARIO_QUOTE_MAX];
    if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0) {
        *value = text[0] == 't';
        return true;
    }
    scenario_text_quote(quoted, text, length);
    for (size_t i = 0; yes[i] != NULL; i++) {
        if (strcasecmp(text, yes[i]) == 0 || strcasecmp(text, no[i]) == 0)
            return refuse(reason, ERR_PARSE, "%s is not true or false: write %s", quoted,
                          strcasecmp(text, yes[i]) == 0 ? "true" : "false");
    }
    return refuse(reason, ERR_PARSE, "%s is not true or false", quoted);
}

bool
scenario_scalar_parse(const struct param *row, const char *text, size_t length, void *value,
                      struct scenario_reason *reason)
{
    switch (row->type) {
    case PARAM_DOUBLE:
    case PARAM_RATE:
    case PARAM_DECIMAL:
    case PARAM_INTEGER:
        return parse_any_number(row, text, length, value, reason);
    case PARAM_BOOL:
        return parse_bool(text, length, value, reason);
    case PARAM_TIME:
        return parse_time(text, length, value, reason);
    case PARAM_DURATION:
        return parse_duration(row, text, length, value, reason);
    case PARAM_CHOICE:
        return parse_choice(row, text, length, value, reason);
    case PARAM_TEXT:
    case PARAM_TEXTS:
    case PARAM_SECTION:
    case PARAM_LIST:
    case PARAM_MODEL:
        break;
    }
    assert(false && "not a scalar type");
    return false;
}
