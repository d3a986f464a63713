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
time_problem(struct format_reader *fields, unsigned column, const char *text, size_t length)
{
    int64_t value;
    struct csv_reader *reader = fields->cursor.reader;
    const struct format_layout *layout = fields->layout;
    const char *name = layout->name[column];
    if (layout->time_digits == 0)
        csv_stop(reader, column + 1,
                 "%s \"%.40s\" is not a time like 2020-03-12T00:00:00Z, as the first row has", name,
                 text);
    else if (!read_digits(text, length, &value))
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
describe_number(struct format_reader *fields, unsigned column, const char *text,
                enum fixed_result result, int scale)
{
    char buffer[64];
    const char *problem = fixed_problem(result, scale, buffer, sizeof(buffer));
    const uint8_t role = fields->layout->role[column];
    const char *name = fields->layout->name[column];
    const char *option = role == FORMAT_QUANTITY ? "--quantity-scale" : "--price-scale";
    if (result == FIXED_INEXACT && role != FORMAT_RATE)
        csv_stop(fields->cursor.reader, column + 1, "%s \"%.40s\" %s; state more with %s", name,
                 text, problem, option);
    else if (result == FIXED_OVERFLOW && role != FORMAT_RATE)
        csv_stop(fields->cursor.reader, column + 1, "%s \"%.40s\" %s; state fewer decimals with %s",
                 name, text, problem, option);
    else
        csv_stop(fields->cursor.reader, column + 1, "%s \"%.40s\" %s", name, text, problem);
}

/* A price or quantity that is not a number of 1 or more units: a missing number or a zero where the
 * format allows it (`least` 0), else a mistake. */
static void
number_problem(struct format_reader *fields, unsigned column, const char *text, size_t length,
               int64_t least, int64_t *value)
{
    const struct format_layout *layout = fields->layout;
    const int scale =
        layout->role[column] == FORMAT_QUANTITY ? layout->quantity_scale : layout->price_scale;
    const enum fixed_result result = fixed_parse(text, length, scale, value);
    if (result == FIXED_EMPTY && layout->type->open_outside)
        *value = 0;
    else if (result != FIXED_OK)
        describe_number(fields, column, text, result, scale);
    else if (*value < least)
        csv_stop(fields->cursor.reader, column + 1, "%s \"%.40s\" must be %s", layout->name[column],
                 text, least == 0 ? "0 or more" : "greater than 0");
}

/* ---- one reader a role: libcsv calls format_field(), which calls the one of the column ---- */

typedef void field_reader(struct format_reader *fields, unsigned column, const char *text,
                          size_t length);

static void
read_time(struct format_reader *fields, unsigned column, const char *text, size_t length)
{
    if (!format_time(fields->layout, text, length, &fields->row->time))
        time_problem(fields, column, text, length);
}

static void
read_time_last(struct format_reader *fields, unsigned column, const char *text, size_t length)
{
    if (!format_time(fields->layout, text, length, &fields->row->end))
        time_problem(fields, column, text, length);
}

static void
read_id(struct format_reader *fields, unsigned column, const char *text, size_t length)
{
    if (!read_digits(text, length, &fields->row->id))
        csv_stop(fields->cursor.reader, column + 1, "id \"%.40s\" is not a whole number below 2^63",
                 text);
}

static void
read_price(struct format_reader *fields, unsigned column, const char *text, size_t length)
{
    int64_t *price = &fields->row->price;
    if (fixed_parse(text, length, fields->layout->price_scale, price) != FIXED_OK || *price < 1)
        number_problem(fields, column, text, length, 1, price);
}

static void
read_high(struct format_reader *fields, unsigned column, const char *text, size_t length)
{
    int64_t *price = &fields->row->high;
    if (fixed_parse(text, length, fields->layout->price_scale, price) != FIXED_OK || *price < 1)
        number_problem(fields, column, text, length, 1, price);
}

static void
read_low(struct format_reader *fields, unsigned column, const char *text, size_t length)
{
    int64_t *price = &fields->row->low;
    if (fixed_parse(text, length, fields->layout->price_scale, price) != FIXED_OK || *price < 1)
        number_problem(fields, column, text, length, 1, price);
}

static void
read_close(struct format_reader *fields, unsigned column, const char *text, size_t length)
{
    int64_t *price = &fields->row->close;
    if (fixed_parse(text, length, fields->layout->price_scale, price) != FIXED_OK || *price < 1)
        number_problem(fields, column, text, length, 1, price);
}

static void
read_quantity(struct format_reader *fields, unsigned column, const char *text, size_t length)
{
    int64_t *quantity = &fields->row->quantity;
    if (fixed_parse(text, length, fields->layout->quantity_scale, quantity) != FIXED_OK ||
        *quantity < 1)
        number_problem(fields, column, text, length, !fields->layout->type->bars, quantity);
}

static void
read_maker(struct format_reader *fields, unsigned column, const char *text, size_t length)
{
    if (length == 4 && (text[0] | 0x20) == 't' && memcmp(text + 1, "rue", 3) == 0)
        fields->row->side = -1;
    else if (length == 5 && (text[0] | 0x20) == 'f' && memcmp(text + 1, "alse", 4) == 0)
        fields->row->side = 1;
    else
        csv_stop(fields->cursor.reader, column + 1, "%s \"%.40s\" is neither true nor false",
                 fields->layout->name[column], text);
}

static void
read_side(struct format_reader *fields, unsigned column, const char *text, size_t length)
{
    static const struct {
        const char *text;
        int8_t side;
    } sides[] = {{"buy", 1}, {"sell", -1}, {"Buy", 1}, {"Sell", -1},
                 {"1", 1},   {"-1", -1},   {"0", 0}};
    (void)length;
    for (size_t i = 0; i < sizeof(sides) / sizeof(sides[0]); i++) {
        if (strcmp(text, sides[i].text) == 0) {
            fields->row->side = sides[i].side;
            return;
        }
    }
    csv_stop(fields->cursor.reader, column + 1, "side \"%.40s\" is none of buy, sell, 1, -1, 0",
             text);
}

static void
read_rate(struct format_reader *fields, unsigned column, const char *text, size_t length)
{
    int64_t *rate = &fields->row->price;
    const enum fixed_result result = fixed_parse(text, length, FORMAT_RATE_SCALE, rate);
    const int64_t one = fixed_power_of_ten[FORMAT_RATE_SCALE];
    if (result != FIXED_OK)
        describe_number(fields, column, text, result, FORMAT_RATE_SCALE);
    else if (*rate < -one || *rate > one)
        csv_stop(fields->cursor.reader, column + 1,
                 "%s \"%.40s\" is outside [-1, 1], the share per interval",
                 fields->layout->name[column], text);
}

static void
read_symbol(struct format_reader *fields, unsigned column, const char *text, size_t length)
{
    (void)length;
    if (strcmp(text, fields->layout->symbol) != 0)
        csv_stop(fields->cursor.reader, column + 1,
                 "symbol \"%.40s\" where the file began with \"%s\": one file holds one "
                 "instrument",
                 text, fields->layout->symbol);
}

void
format_field(void *text, size_t length, void *context)
{
    static field_reader *const readers[FORMAT_ROLES] = {
        [FORMAT_TIME] = read_time,   [FORMAT_TIME_LAST] = read_time_last,
        [FORMAT_ID] = read_id,       [FORMAT_PRICE] = read_price,
        [FORMAT_HIGH] = read_high,   [FORMAT_LOW] = read_low,
        [FORMAT_CLOSE] = read_close, [FORMAT_QUANTITY] = read_quantity,
        [FORMAT_MAKER] = read_maker, [FORMAT_SIDE] = read_side,
        [FORMAT_RATE] = read_rate,   [FORMAT_SYMBOL] = read_symbol,
    };
    struct format_reader *fields = context;
    const unsigned column = fields->cursor.column++;
    if (fields->cursor.skip || fields->header || column >= fields->layout->columns)
        return; /* format_finish() reports a wrong count */
    field_reader *const read = readers[fields->layout->role[column]];
    if (read != NULL)
        read(fields, column, text, length);
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
format_finish(struct format_reader *fields, unsigned count)
{
    const struct format_layout *layout = fields->layout;
    struct csv_reader *reader = fields->cursor.reader;
    if (count != layout->columns)
        csv_stop(reader, 0, "the row has %u fields where %u are expected", count, layout->columns);
    else if (layout->type->bars)
        finish_bar(layout, fields->row, reader);
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
        "mark",
        "index",
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
