#include "market/format.h"

#include <assert.h>
#include <string.h>

#include "base/fixed.h"

const struct format_type *const format_types[] = {
    &format_binance_trades,      &format_binance_agg_trades,   &format_binance_klines,
    &format_binance_mark_klines, &format_binance_index_klines, &format_binance_funding,
    &format_bitmex_bars,         &format_plain_trades,         &format_plain_mark,
    &format_plain_index,         &format_plain_funding,        NULL,
};

const struct format_type *
format_find(const char *name)
{
    for (size_t i = 0; format_types[i] != NULL; i++) {
        if (strcmp(format_types[i]->name, name) == 0)
            return format_types[i];
    }
    return NULL;
}

/* At most 19 digits and nothing else. */
static bool
read_digits(const char *text, size_t length, int64_t *value)
{
    uint64_t digits = 0;
    if (length == 0 || length > 19)
        return false;
    for (size_t i = 0; i < length; i++) {
        const unsigned digit = (unsigned)(text[i] - '0');
        if (digit > 9)
            return false;
        digits = digits * 10 + digit;
    }
    *value = (int64_t)digits;
    return digits <= INT64_MAX;
}

bool
format_time(const struct format_layout *layout, const char *text, size_t length, time_ns_t *time_ns)
{
    if (layout->time_digits == 0)
        return timeline_parse(text, length, time_ns);
    int64_t value;
    return length == layout->time_digits && read_digits(text, length, &value) &&
           !__builtin_mul_overflow(value, layout->time_unit, time_ns);
}

static const char *
unit_name(int64_t unit)
{
    return unit == TIME_NS_SECOND ? "seconds"
           : unit == 1000000      ? "milliseconds"
           : unit == 1000         ? "microseconds"
                                  : "nanoseconds";
}

/* Says what is wrong with a time, at length: mixed units are the classic trap. */
static void
time_problem(const struct format_layout *layout, struct csv_reader *reader, unsigned column,
             const char *text, size_t length)
{
    int64_t value;
    const char *name = layout->name[column];
    const bool digits = read_digits(text, length, &value);
    if (layout->time_digits == 0)
        csv_stop(reader, column + 1,
                 "%s \"%.40s\" is not a time like 2020-03-12T00:00:00Z, as the "
                 "first row has",
                 name, text);
    else if (!digits)
        csv_stop(reader, column + 1, "%s \"%.40s\" is not a whole number of %s since 1970", name,
                 text, unit_name(layout->time_unit));
    else if (length != layout->time_digits)
        csv_stop(reader, column + 1,
                 "%s \"%.40s\" has %zu digits where the file began with %u (%s)", name, text,
                 length, layout->time_digits, unit_name(layout->time_unit));
    else
        csv_stop(reader, column + 1, "%s \"%.40s\" is later than 2262-04-11", name, text);
}

static void
number_problem(const struct format_layout *layout, struct csv_reader *reader, unsigned column,
               const char *text, enum fixed_result result, int scale)
{
    char buffer[64];
    const char *problem = fixed_problem(result, scale, buffer, sizeof(buffer));
    const uint8_t role = layout->role[column];
    const char *option = role == FORMAT_QUANTITY ? "--quantity-scale" : "--price-scale";
    if (result == FIXED_INEXACT && role != FORMAT_RATE)
        csv_stop(reader, column + 1, "%s \"%.40s\" %s; state more with %s", layout->name[column],
                 text, problem, option);
    else if (result == FIXED_OVERFLOW && role != FORMAT_RATE)
        csv_stop(reader, column + 1, "%s \"%.40s\" %s; state fewer decimals with %s",
                 layout->name[column], text, problem, option);
    else
        csv_stop(reader, column + 1, "%s \"%.40s\" %s", layout->name[column], text, problem);
}

/* A number at `scale`, at least `least`; `blank` allows no text at all, for 0. */
static void
read_number(const struct format_layout *layout, struct csv_reader *reader, unsigned column,
            const char *text, size_t length, int scale, int64_t least, bool blank, int64_t *value)
{
    const enum fixed_result result = fixed_parse(text, length, scale, value);
    if (result == FIXED_EMPTY && blank)
        *value = 0;
    else if (result != FIXED_OK)
        number_problem(layout, reader, column, text, result, scale);
    else if (*value < least)
        csv_stop(reader, column + 1, "%s \"%.40s\" must be %s", layout->name[column], text,
                 least == 0 ? "0 or more" : "greater than 0");
}

static void
read_rate(const struct format_layout *layout, struct csv_reader *reader, unsigned column,
          const char *text, size_t length, int64_t *value)
{
    const enum fixed_result result = fixed_parse(text, length, FORMAT_RATE_SCALE, value);
    const int64_t one = fixed_power_of_ten[FORMAT_RATE_SCALE];
    if (result != FIXED_OK)
        number_problem(layout, reader, column, text, result, FORMAT_RATE_SCALE);
    else if (*value < -one || *value > one)
        csv_stop(reader, column + 1, "%s \"%.40s\" is outside [-1, 1], the share per interval",
                 layout->name[column], text);
}

static void
read_maker(struct csv_reader *reader, unsigned column, const char *text, size_t length,
           const char *name, int8_t *side)
{
    if (length == 4 && (memcmp(text, "true", 4) == 0 || memcmp(text, "True", 4) == 0))
        *side = -1;
    else if (length == 5 && (memcmp(text, "false", 5) == 0 || memcmp(text, "False", 5) == 0))
        *side = 1;
    else
        csv_stop(reader, column + 1, "%s \"%.40s\" is neither true nor false", name, text);
}

static void
read_side(struct csv_reader *reader, unsigned column, const char *text, int8_t *side)
{
    static const struct {
        const char *text;
        int8_t side;
    } sides[] = {{"buy", 1}, {"sell", -1}, {"Buy", 1}, {"Sell", -1},
                 {"1", 1},   {"-1", -1},   {"0", 0}};
    for (size_t i = 0; i < sizeof(sides) / sizeof(sides[0]); i++) {
        if (strcmp(text, sides[i].text) == 0) {
            *side = sides[i].side;
            return;
        }
    }
    csv_stop(reader, column + 1, "side \"%.40s\" is none of buy, sell, 1, -1, 0", text);
}

void
format_field(const struct format_layout *layout, struct format_row *row, struct csv_reader *reader,
             unsigned column, const char *text, size_t length)
{
    if (column >= layout->columns)
        return; /* format_finish() reports the count */
    const bool blank = layout->type->open_outside;
    time_ns_t *time;
    switch ((enum format_role)layout->role[column]) {
    case FORMAT_IGNORED:
    case FORMAT_ROLES:
        return;
    case FORMAT_TIME:
    case FORMAT_TIME_LAST:
        time = layout->role[column] == FORMAT_TIME ? &row->time : &row->end;
        if (!format_time(layout, text, length, time))
            time_problem(layout, reader, column, text, length);
        return;
    case FORMAT_ID:
        if (!read_digits(text, length, &row->id))
            csv_stop(reader, column + 1, "id \"%.40s\" is not a whole number below 2^63", text);
        return;
    case FORMAT_PRICE:
        read_number(layout, reader, column, text, length, layout->price_scale, 1, blank,
                    &row->price);
        return;
    case FORMAT_HIGH:
        read_number(layout, reader, column, text, length, layout->price_scale, 1, blank,
                    &row->high);
        return;
    case FORMAT_LOW:
        read_number(layout, reader, column, text, length, layout->price_scale, 1, blank, &row->low);
        return;
    case FORMAT_CLOSE:
        read_number(layout, reader, column, text, length, layout->price_scale, 1, blank,
                    &row->close);
        return;
    case FORMAT_QUANTITY:
        read_number(layout, reader, column, text, length, layout->quantity_scale,
                    layout->type->bars ? 0 : 1, blank, &row->quantity);
        return;
    case FORMAT_MAKER:
        read_maker(reader, column, text, length, layout->name[column], &row->side);
        return;
    case FORMAT_SIDE:
        read_side(reader, column, text, &row->side);
        return;
    case FORMAT_RATE:
        read_rate(layout, reader, column, text, length, &row->price);
        return;
    case FORMAT_SYMBOL:
        if (strcmp(text, layout->symbol) != 0)
            csv_stop(reader, column + 1,
                     "symbol \"%.40s\" where the file began with \"%s\": one file "
                     "holds one instrument",
                     text, layout->symbol);
        return;
    }
}

static void
finish_bar(const struct format_layout *layout, struct format_row *row, struct csv_reader *reader)
{
    if (layout->type->stamped_at_end) {
        row->end = row->time;
        row->time -= layout->bar_length;
    } else if (__builtin_add_overflow(row->end, layout->time_unit, &row->end)) {
        row->end = row->time; /* reported below */
    }
    if (row->end - row->time < TIME_NS_SECOND) {
        csv_stop(reader, 0,
                 "the bar is shorter than a second: its last time must follow its first");
        return;
    }
    row->missing = layout->has_quantity && row->quantity == 0;
    if (row->missing)
        return;
    if (row->price == 0 || row->high == 0 || row->low == 0 || row->close == 0)
        csv_stop(reader, 0, "the bar has volume but lacks a price");
    else if (row->low > row->high)
        csv_stop(reader, 0, "the bar's low is above its high");
    else if (row->close < row->low || row->close > row->high)
        csv_stop(reader, 0, "the bar's close is outside [low, high]");
    else if (!layout->type->open_outside && (row->price < row->low || row->price > row->high))
        csv_stop(reader, 0, "the bar's open is outside [low, high]");
}

void
format_finish(const struct format_layout *layout, struct format_row *row, struct csv_reader *reader,
              unsigned fields)
{
    if (fields != layout->columns)
        csv_stop(reader, 0, "the row has %u fields where %u are expected", fields, layout->columns);
    else if (layout->type->bars)
        finish_bar(layout, row, reader);
}

bool
format_instrument_valid(const char *name)
{
    const size_t length = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                       "0123456789._-");
    return length > 0 && length < TAPE_NAME_MAX && name[length] == '\0' && name[0] != '.';
}

bool
format_instrument(const char *file, char instrument[TAPE_NAME_MAX])
{
    static const char *const types[] = {
        "trades",
        "aggTrades",
        "klines",
        "markPriceKlines",
        "indexPriceKlines",
        "fundingRate",
        "1s",
        "1m",
        "3m",
        "5m",
        "15m",
        "30m",
        "1h",
        "2h",
        "4h",
        "6h",
        "8h",
        "12h",
        "1d",
        "3d",
        "1w",
        "1mo",
    };
    const size_t length = strspn(file, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    if (length < 2 || length >= TAPE_NAME_MAX || file[length] != '-')
        return false;
    const char *type = file + length + 1;
    const size_t type_length = strcspn(type, "-.");
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (strlen(types[i]) == type_length && memcmp(types[i], type, type_length) == 0) {
            memcpy(instrument, file, length);
            instrument[length] = '\0';
            return true;
        }
    }
    return false;
}
