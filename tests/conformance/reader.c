#include "reader.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fixed.h"

void
reader_fail(struct reader *reader, enum reader_state state, const char *format, ...)
{
    if (reader->state != READER_GOOD)
        return;
    reader->state = state;
    va_list args;
    va_start(args, format);
    vsnprintf(reader->problem, sizeof reader->problem, format, args);
    va_end(args);
}

const json_t *
reader_find(const json_t *object, const char *keys)
{
    while (*keys) {
        const size_t length = strcspn(keys, "|");
        const json_t *value = json_object_getn(object, keys, length);
        if (value && !json_is_null(value))
            return value;
        keys += length + (keys[length] == '|');
    }
    return NULL;
}

/* The text of a JSON number: of a real the shortest that reads back as the same double. */
static bool
text_of(const json_t *json, char *text, size_t size)
{
    int length = -1;
    if (json_is_string(json)) {
        length = snprintf(text, size, "%s", json_string_value(json));
    } else if (json_is_integer(json)) {
        length = snprintf(text, size, "%" JSON_INTEGER_FORMAT, json_integer_value(json));
    } else if (json_is_real(json)) {
        for (int digits = 15; digits <= 17; digits++) {
            length = snprintf(text, size, "%.*g", digits, json_real_value(json));
            if (strtod(text, NULL) == json_real_value(json))
                break;
        }
    }
    return length > 0 && (size_t)length < size;
}

bool
reader_parse(const json_t *json, struct number *number)
{
    *number = (struct number){0};
    if (!text_of(json, number->text, sizeof number->text))
        return false;
    const char *text = number->text, *slash = strchr(text, '/');
    if (!slash) {
        number->decimals = fixed_decimals(text, strlen(text));
        number->value = strtold(text, NULL);
        return number->decimals >= 0;
    }
    const long double denominator = strtold(slash + 1, NULL);
    if (fixed_decimals(text, (size_t)(slash - text)) < 0 ||
        fixed_decimals(slash + 1, strlen(slash + 1)) < 0 || denominator == 0.0L)
        return false;
    number->decimals = -1;
    number->value = strtold(text, NULL) / denominator;
    return true;
}

static struct number
parse_or_complain(struct reader *reader, const json_t *json, const char *keys)
{
    struct number number;
    if (reader_parse(json, &number))
        return number;
    char *dump = json_dumps(json, JSON_ENCODE_ANY | JSON_COMPACT);
    reader_fail(reader, READER_MALFORMED, "%s: %.60s is no decimal number and no fraction p/q",
                keys, dump ? dump : "it");
    free(dump);
    return (struct number){.text = "1", .value = 1.0L};
}

struct number
reader_number_or(struct reader *reader, const json_t *object, const char *keys,
                 const char *fallback)
{
    const json_t *json = reader_find(object, keys);
    if (json)
        return parse_or_complain(reader, json, keys);
    struct number number = {.decimals = fixed_decimals(fallback, strlen(fallback)),
                            .value = strtold(fallback, NULL)};
    snprintf(number.text, sizeof number.text, "%s", fallback);
    return number;
}

struct number
reader_number(struct reader *reader, const json_t *object, const char *keys)
{
    if (!reader_find(object, keys))
        reader_fail(reader, READER_UNABLE, "the rule needs the input %s", keys);
    return reader_number_or(reader, object, keys, "1");
}

struct number
reader_positive(struct reader *reader, const json_t *object, const char *keys)
{
    const struct number number = reader_number(reader, object, keys);
    if (!(number.value > 0.0L))
        reader_fail(reader, READER_UNABLE, "the input %s is %s where the simulator takes only > 0",
                    keys, number.text);
    return number;
}

double
reader_double(struct reader *reader, const json_t *object, const char *keys)
{
    const json_t *json = reader_find(object, keys);
    return json ? (double)parse_or_complain(reader, json, keys).value : NAN;
}

void
reader_pair(struct reader *reader, const json_t *json, const char *a_keys, const char *b_keys,
            double *a, double *b)
{
    const json_t *first = reader_find(json, a_keys), *second = reader_find(json, b_keys);
    if (json_is_array(json)) {
        first = json_array_get(json, 0);
        second = json_array_get(json, 1);
    } else if (!json_is_object(json)) {
        first = json; /* the number alone */
    }
    *a = *b = 1.0;
    if (!first)
        reader_fail(reader, READER_MALFORMED, "%s: expected a pair of numbers", a_keys);
    else
        *a = (double)parse_or_complain(reader, first, a_keys).value;
    if (second)
        *b = (double)parse_or_complain(reader, second, b_keys).value;
}

struct number
reader_leverage(struct reader *reader, const json_t *object)
{
    const struct number number = reader_number_or(reader, object, "leverage", "1");
    if (!(number.value >= 1e-6L && number.value <= 1e6L))
        reader_fail(reader, READER_UNABLE, "leverage %s where the simulator takes 1e-6 to 1e6",
                    number.text);
    return number;
}

int64_t
reader_at(struct reader *reader, const struct number *number, int scale)
{
    int64_t result = 1;
    if (number->decimals >= 0 &&
        fixed_parse(number->text, strlen(number->text), scale, &result) == FIXED_OK)
        return result;
    const long double scaled = roundl(number->value * (long double)fixed_power_of_ten[scale]);
    if (fabsl(scaled) < 9.2e18L)
        return (int64_t)scaled;
    reader_fail(reader, READER_UNABLE, "%s does not fit 64 bits with %d decimals", number->text,
                scale);
    return 1;
}

rate_t
reader_rate(struct reader *reader, const struct number *number)
{
    return reader_at(reader, number, RATE_SCALE);
}
