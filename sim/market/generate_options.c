#include "market/generate.h"

#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fixed.h"

#define ROW(name, kind) \
    .key = #name, .type = PARAM_##kind, .offset = offsetof(struct generate_options, name)

/* clang-format off */
const struct param generate_params[] = {
    {ROW(symbol, TEXT), .unit = "", .fallback = "BTCUSDT",
     .doc = "Instrument, the first part of every file name: letters, digits, - and _."},
    {ROW(start, TIME), .unit = "", .fallback = "2024-01-15T04:00:00Z",
     .doc = "First instant, a whole minute."},
    {ROW(duration, DURATION), .min = 60, .max = 31 * 86400.0, .unit = "s", .fallback = "6h",
     .doc = "Length of the market, whole minutes."},
    {ROW(start_price, DOUBLE), .min = 1e-6, .max = 1e7, .unit = "quote", .fallback = "43000",
     .doc = "Index price at the start."},
    {ROW(tick, DECIMAL), .min = 1e-8, .max = 1000, .unit = "quote", .fallback = "0.10",
     .doc = "Price step of the trades; its decimals, as written, are those of every price."},
    {ROW(lot, DECIMAL), .min = 1e-8, .max = 1000, .unit = "base", .fallback = "0.001",
     .doc = "Quantity step of the trades; at most 8 decimals together with the tick."},
    {ROW(volatility, DOUBLE), .max = 10, .unit = "1", .fallback = "60%",
     .doc = "Annual volatility of the index's diffusion in the calm, per square root of 365 days."},
    {ROW(jump_rate, DOUBLE), .max = 3600, .unit = "1/h", .fallback = "0.5",
     .doc = "Jumps an hour in the calm."},
    {ROW(jump_mean, DOUBLE), .min = -0.5, .max = 0.5, .unit = "1", .fallback = "0",
     .doc = "Mean log size of a calm jump."},
    {ROW(jump_sigma, DOUBLE), .max = 0.5, .unit = "1", .fallback = "20bps",
     .doc = "Standard deviation of the log size of a calm jump."},
    {ROW(storm_start, DURATION), .max = 31 * 86400.0, .unit = "s", .fallback = "2h",
     .doc = "When the storm begins, after the start; whole seconds."},
    {ROW(storm_length, DURATION), .max = 31 * 86400.0, .unit = "s", .fallback = "2h",
     .doc = "How long the storm lasts, whole seconds; 0s: no storm."},
    {ROW(storm_depth, DOUBLE), .max = 0.95, .unit = "1", .fallback = "35%",
     .doc = "Fall of the index from the storm's beginning to its end; the path is conditioned on "
            "it."},
    {ROW(storm_volatility, DOUBLE), .min = 0.01, .max = 50, .unit = "1", .fallback = "300%",
     .doc = "Annual volatility of the diffusion at the height of the storm."},
    {ROW(storm_jump_rate, DOUBLE), .max = 3600, .unit = "1/h", .fallback = "12",
     .doc = "Jumps an hour at the height of the storm."},
    {ROW(storm_jump_mean, DOUBLE), .min = -0.5, .max = 0.5, .unit = "1", .fallback = "-60bps",
     .doc = "Mean log size of a jump in the storm."},
    {ROW(storm_jump_sigma, DOUBLE), .max = 0.5, .unit = "1", .fallback = "60bps",
     .doc = "Standard deviation of the log size of a jump in the storm."},
    {ROW(spread, DOUBLE), .max = 0.1, .unit = "1", .fallback = "0.3bps",
     .doc = "Quoted spread in the calm, share of the price."},
    {ROW(storm_spread, DOUBLE), .max = 0.1, .unit = "1", .fallback = "4bps",
     .doc = "Quoted spread at the height of the storm, share of the price."},
    {ROW(trade_rate, DOUBLE), .max = 1000, .unit = "1/s", .fallback = "8",
     .doc = "Mean number of trades a second in the calm, children included."},
    {ROW(storm_trade_rate, DOUBLE), .max = 1000, .unit = "1/s", .fallback = "50",
     .doc = "Mean number of trades a second at the height of the storm."},
    {ROW(burst, DOUBLE), .max = 0.95, .unit = "1", .fallback = "0.6",
     .doc = "Trades a trade sets off on average (the branching ratio); 0: a Poisson process."},
    {ROW(burst_time, DURATION), .min = 0.001, .max = 3600, .unit = "s", .fallback = "500ms",
     .doc = "Mean time from a trade to one it sets off."},
    {ROW(side_bias, DOUBLE), .max = 10, .unit = "1", .fallback = "0.8",
     .doc = "Log odds of a buying aggressor for a second's return of one standard deviation."},
    {ROW(trade_notional, DOUBLE), .min = 1e-6, .max = 1e7, .unit = "quote", .fallback = "600",
     .doc = "Median notional of a trade; a trade is at least one lot."},
    {ROW(trade_sigma, DOUBLE), .max = 5, .unit = "1", .fallback = "1.6",
     .doc = "Standard deviation of the log of a trade's notional."},
    {ROW(trade_notional_max, DOUBLE), .min = 1e-6, .max = 1e9, .unit = "quote",
     .fallback = "250k", .doc = "Largest notional of a trade; larger draws are cut to it."},
    {ROW(basis_mean, DOUBLE), .min = -0.1, .max = 0.1, .unit = "1", .fallback = "1bps",
     .doc = "Mean of the mark's basis over the index in the calm, share of the index."},
    {ROW(storm_basis, DOUBLE), .min = -0.1, .max = 0.1, .unit = "1", .fallback = "-15bps",
     .doc = "Mean of the basis at the height of the storm."},
    {ROW(basis_sigma, DOUBLE), .max = 0.1, .unit = "1", .fallback = "2bps",
     .doc = "Stationary standard deviation of the basis around its mean."},
    {ROW(basis_time, DURATION), .min = 1, .max = 86400, .unit = "s", .fallback = "5min",
     .doc = "Time constant with which the basis returns to its mean."},
    {ROW(funding_hours, INTEGER), .min = 1, .max = 24, .unit = "h", .fallback = "8",
     .doc = "Hours between fundings, counted from 00:00 UTC; a divisor of 24."},
    {ROW(funding_cap, RATE), .max = 0.1, .unit = "1", .fallback = "0.375%",
     .doc = "Largest absolute funding rate of an interval."},
    {ROW(seed, INTEGER), .max = 9007199254740991.0, .unit = "", .fallback = "1",
     .doc = "Seed of every random number."},
    {.key = NULL},
};
/* clang-format on */

enum { OPTION_TEXT_MAX = 64, SYMBOL_MAX = 32 };

/* Powers of ten a unit takes from a number: 35 % is 35 x 10^-2. */
static const struct {
    const char *name;
    int exponent;
} unit_suffixes[] = {{"%", -2}, {"bps", -4}, {"k", 3}, {"M", 6}};

/* "35%", "250k", "0.10": an exact decimal.  The scale is that of the number as written. */
static bool
read_decimal(const char *text, struct decimal *decimal)
{
    size_t length = strlen(text);
    int exponent = 0;
    for (size_t i = 0; i < sizeof(unit_suffixes) / sizeof(unit_suffixes[0]); i++) {
        const size_t suffix = strlen(unit_suffixes[i].name);
        if (length > suffix && strcmp(text + length - suffix, unit_suffixes[i].name) == 0) {
            exponent = unit_suffixes[i].exponent;
            length -= suffix;
            break;
        }
    }
    const int written = fixed_decimals(text, length);
    if (written < 0 || written > FIXED_SCALE_MAX)
        return false;
    const int scale = written - exponent > 0 ? written - exponent : 0;
    if (scale > FIXED_SCALE_MAX)
        return false;
    int64_t value;
    if (fixed_parse(text, length, written, &value) != FIXED_OK)
        return false;
    if (fixed_rescale(value, written + (exponent > 0 ? 0 : -exponent), scale, &value) != FIXED_OK)
        return false;
    if (exponent > 0 && __builtin_mul_overflow(value, fixed_power_of_ten[exponent], &value))
        return false;
    *decimal = (struct decimal){value, scale};
    return true;
}

static double
decimal_to_double(struct decimal decimal)
{
    return (double)decimal.value / (double)fixed_power_of_ten[decimal.scale];
}

static bool
read_symbol(const char *text, char **symbol)
{
    const size_t length = strlen(text);
    if (length == 0 || length > SYMBOL_MAX)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (!isalnum((unsigned char)text[i]) && text[i] != '-' && text[i] != '_')
            return false;
    }
    char *copy = malloc(length + 1);
    if (copy == NULL)
        return false;
    memcpy(copy, text, length + 1);
    free(*symbol);
    *symbol = copy;
    return true;
}

/* Stores a number of any type in its field when it lies within the row's range. */
static bool
read_number(const struct param *row, const char *text, void *field)
{
    struct decimal decimal;
    if (!read_decimal(text, &decimal))
        return false;
    const double number = decimal_to_double(decimal);
    if (!(number >= row->min && number <= row->max))
        return false;
    int64_t value;
    switch (row->type) {
    case PARAM_DOUBLE:
        *(double *)field = number;
        return true;
    case PARAM_DECIMAL:
        *(struct decimal *)field = decimal;
        return true;
    case PARAM_INTEGER:
        if (fixed_rescale(decimal.value, decimal.scale, 0, &value) != FIXED_OK)
            return false;
        *(int64_t *)field = value;
        return true;
    default:
        assert(row->type == PARAM_RATE);
        if (fixed_rescale(decimal.value, decimal.scale, RATE_SCALE, &value) != FIXED_OK)
            return false;
        *(rate_t *)field = value;
        return true;
    }
}

/* The value of one row; false when it is malformed or out of range (or memory ran out, which for
 * the one short string is reported the same way). */
static bool
read_value(const struct param *row, const char *text, struct generate_options *options)
{
    void *field = (char *)options + row->offset;
    time_ns_t time;
    switch (row->type) {
    case PARAM_TEXT:
        return read_symbol(text, field);
    case PARAM_TIME:
        if (!timeline_parse(text, strlen(text), &time) || time < 0)
            return false;
        *(time_ns_t *)field = time;
        return true;
    case PARAM_DURATION:
        if (!timeline_parse_duration(text, strlen(text), &time) || (double)time < row->min * 1e9 ||
            (double)time > row->max * 1e9)
            return false;
        *(time_ns_t *)field = time;
        return true;
    default:
        return read_number(row, text, field);
    }
}

static const char *
expected(const struct param *row, char *buffer, size_t size)
{
    switch (row->type) {
    case PARAM_TEXT:
        return "1 to 32 letters, digits, - or _";
    case PARAM_TIME:
        return "a time like 2024-01-15T04:00:00Z";
    case PARAM_DURATION:
        snprintf(buffer, size, "a duration like 90s, 5min or 2h within [%gs, %gs]", row->min,
                 row->max);
        return buffer;
    default:
        snprintf(buffer, size, "%s within [%.16g, %.16g]",
                 row->type == PARAM_INTEGER ? "a whole number" : "a number", row->min, row->max);
        return buffer;
    }
}

enum status
generate_options_init(struct generate_options *options, struct error *err)
{
    *options = (struct generate_options){0};
    for (const struct param *row = generate_params; row->key != NULL; row++) {
        if (!read_value(row, row->fallback, options)) {
            assert(row->type == PARAM_TEXT); /* a default outside its own range is a bug */
            return error_memory(err, "setting the default options");
        }
    }
    return OK;
}

void
generate_options_clear(struct generate_options *options)
{
    free(options->symbol);
    *options = (struct generate_options){0};
}

enum status
generate_options_set(struct generate_options *options, const char *assignment, struct error *err)
{
    const char *equals = strchr(assignment, '=');
    if (equals == NULL)
        return error_set(err, ERR_USAGE, "--set %s: expected key=value", assignment);
    const size_t length = (size_t)(equals - assignment);
    for (const struct param *row = generate_params; row->key != NULL; row++) {
        if (strlen(row->key) != length || memcmp(row->key, assignment, length) != 0)
            continue;
        if (read_value(row, equals + 1, options))
            return OK;
        char buffer[160];
        return error_set(err, ERR_RANGE, "--set %s: expected %s", assignment,
                         expected(row, buffer, sizeof(buffer)));
    }
    return error_set(err, ERR_USAGE,
                     "--set %s: there is no option %.*s; seawall generate --help lists them",
                     assignment, (int)length, assignment);
}

/* Decimal text that reads back to the same double, without digits that are only noise. */
static void
print_double(double value, struct text *out)
{
    char buffer[OPTION_TEXT_MAX];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(buffer, sizeof(buffer), "%.*g", digits, value);
        if (strtod(buffer, NULL) == value)
            break;
    }
    text_append(out, buffer);
}

/* A decimal with exactly the digits of its scale: 0.10 stays 0.10. */
static void
print_decimal(struct decimal decimal, struct text *out)
{
    const int64_t one = fixed_power_of_ten[decimal.scale];
    assert(decimal.value >= 0);
    text_printf(out, "%lld", (long long)(decimal.value / one));
    if (decimal.scale > 0)
        text_printf(out, ".%0*lld", decimal.scale, (long long)(decimal.value % one));
}

void
generate_options_print(const struct generate_options *options, struct text *out)
{
    for (const struct param *row = generate_params; row->key != NULL; row++) {
        const void *field = (const char *)options + row->offset;
        char buffer[OPTION_TEXT_MAX];
        text_printf(out, "%s=", row->key);
        switch (row->type) {
        case PARAM_TEXT:
            text_append(out, *(char *const *)field);
            break;
        case PARAM_TIME:
            timeline_format(buffer, *(const time_ns_t *)field);
            text_append(out, buffer);
            break;
        case PARAM_DURATION:
            timeline_format_duration(buffer, *(const time_ns_t *)field);
            text_append(out, buffer);
            break;
        case PARAM_INTEGER:
            text_printf(out, "%lld", (long long)*(const int64_t *)field);
            break;
        case PARAM_RATE:
            fixed_format(buffer, *(const rate_t *)field, RATE_SCALE);
            text_append(out, buffer);
            break;
        case PARAM_DECIMAL:
            print_decimal(*(const struct decimal *)field, out);
            break;
        default:
            print_double(*(const double *)field, out);
        }
        text_append(out, "\n");
    }
}

void
generate_options_help(struct text *out)
{
    for (const struct param *row = generate_params; row->key != NULL; row++) {
        text_printf(out, "  %s=%s", row->key, row->fallback);
        if (row->type != PARAM_TEXT && row->type != PARAM_TIME)
            text_printf(out, "  [%.16g, %.16g]%s%s", row->min, row->max,
                        strcmp(row->unit, "1") == 0 ? "" : " ",
                        strcmp(row->unit, "1") == 0 ? "" : row->unit);
        text_printf(out, "\n      %s\n", row->doc);
    }
}
