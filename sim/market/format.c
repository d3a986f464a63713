#include "market/format.h"

#include <assert.h>
#include <string.h>

#include "base/fixed.h"
#include "base/fixed_quick.h"

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

bool
format_time(const struct format_layout *layout, const char *text, size_t length, time_ns_t *time_ns)
{
    if (layout->time_digits == 0)
        return timeline_parse(text, length, time_ns);
    int64_t value;
    return length == layout->time_digits && fixed_whole(text, length, &value) &&
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
    else if (!fixed_whole(text, length, &value))
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

/* The column being read; format_field() has counted it already. */
static unsigned
column_of(const struct format_reader *fields)
{
    return fields->cursor.column - 1;
}

/* A price or quantity that is not a usual number of 1 or more units: a longer one, a missing one or
 * a zero where the format allows it, else a mistake.  Out of line, and the last thing its callers
 * do: they need no registers of their own then. */
static __attribute__((noinline)) void
other_number(const char *text, size_t length, struct format_reader *fields, int64_t *value)
{
    const struct format_layout *layout = fields->layout;
    const unsigned column = column_of(fields);
    const bool quantity = layout->role[column] == FORMAT_QUANTITY;
    const int64_t least = quantity && layout->type->bars ? 0 : 1;
    const int scale = quantity ? layout->quantity_scale : layout->price_scale;
    const enum fixed_result result = fixed_parse(text, length, scale, value);
    if (result == FIXED_EMPTY && layout->type->open_outside)
        *value = 0;
    else if (result != FIXED_OK)
        describe_number(fields, column, text, result, scale);
    else if (*value < least)
        csv_stop(fields->cursor.reader, column + 1, "%s \"%.40s\" must be %s", layout->name[column],
                 text, least == 0 ? "0 or more" : "greater than 0");
}

/* ---- one reader a role: libcsv calls format_field(), which goes on to the column's ---- */

static void
read_time(void *text, size_t length, void *context)
{
    struct format_reader *fields = context;
    if (!format_time(fields->layout, text, length, &fields->row->time))
        time_problem(fields, column_of(fields), text, length);
}

/* 13 digits of milliseconds and their like. */
static void
read_epoch(void *text, size_t length, void *context)
{
    struct format_reader *fields = context;
    int64_t value;
    if (length != fields->time_digits ||
        !fixed_quick_whole(text, length, &fields->time_prefix, &value) ||
        __builtin_mul_overflow(value, fields->time_unit, &fields->row->time))
        read_time(text, length, fields); /* 19 digits, or a mistake */
}

static void
read_time_last(void *text, size_t length, void *context)
{
    struct format_reader *fields = context;
    if (!format_time(fields->layout, text, length, &fields->row->end))
        time_problem(fields, column_of(fields), text, length);
}

static void
read_id(void *text, size_t length, void *context)
{
    struct format_reader *fields = context;
    if (!fixed_quick_whole(text, length, &fields->id_prefix, &fields->row->id) &&
        !fixed_whole(text, length, &fields->row->id))
        csv_stop(fields->cursor.reader, column_of(fields) + 1,
                 "id \"%.40s\" is not a whole number below 2^63", (const char *)text);
}

static void
read_price(void *text, size_t length, void *context)
{
    struct format_reader *fields = context;
    int64_t *price = &fields->row->price;
    if (!fixed_quick_parse(text, length, fields->price_scale, price) || *price < 1)
        other_number(text, length, fields, price);
}

static void
read_high(void *text, size_t length, void *context)
{
    struct format_reader *fields = context;
    int64_t *price = &fields->row->high;
    if (!fixed_quick_parse(text, length, fields->price_scale, price) || *price < 1)
        other_number(text, length, fields, price);
}

static void
read_low(void *text, size_t length, void *context)
{
    struct format_reader *fields = context;
    int64_t *price = &fields->row->low;
    if (!fixed_quick_parse(text, length, fields->price_scale, price) || *price < 1)
        other_number(text, length, fields, price);
}

static void
read_close(void *text, size_t length, void *context)
{
    struct format_reader *fields = context;
    int64_t *price = &fields->row->close;
    if (!fixed_quick_parse(text, length, fields->price_scale, price) || *price < 1)
        other_number(text, length, fields, price);
}

static void
read_quantity(void *text, size_t length, void *context)
{
    struct format_reader *fields = context;
    int64_t *quantity = &fields->row->quantity;
    if (!fixed_quick_parse(text, length, fields->quantity_scale, quantity) || *quantity < 1)
        other_number(text, length, fields, quantity);
}

/* true, false, True or False: as likely one as the other, so no branch tells them apart. */
static void
read_maker(void *field, size_t length, void *context)
{
    struct format_reader *fields = context;
    const char *text = field;
    const char *word = length == 4 ? "true" : "false";
    if (length - 4 > 1 || (text[0] | 0x20) != word[0] || memcmp(text + 1, word + 1, 3) != 0 ||
        text[length - 1] != 'e')
        csv_stop(fields->cursor.reader, column_of(fields) + 1,
                 "%s \"%.40s\" is neither true nor false", fields->layout->name[column_of(fields)],
                 text);
    else
        fields->row->side = (int8_t)(2 * (int)length - 9);
}

static void
read_side(void *field, size_t length, void *context)
{
    struct format_reader *fields = context;
    const char *text = field;
    if (length == 3 && (text[0] | 0x20) == 'b' && memcmp(text + 1, "uy", 2) == 0)
        fields->row->side = 1;
    else if ((length == 4 && (text[0] | 0x20) == 's' && memcmp(text + 1, "ell", 3) == 0) ||
             (length == 2 && memcmp(text, "-1", 2) == 0))
        fields->row->side = -1;
    else if (length == 1 && (text[0] == '1' || text[0] == '0'))
        fields->row->side = (int8_t)(text[0] - '0');
    else
        csv_stop(fields->cursor.reader, column_of(fields) + 1,
                 "side \"%.40s\" is none of buy, sell, 1, -1, 0", text);
}

static void
read_rate(void *field, size_t length, void *context)
{
    struct format_reader *fields = context;
    const char *text = field;
    const unsigned column = column_of(fields);
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
read_symbol(void *field, size_t length, void *context)
{
    struct format_reader *fields = context;
    const char *text = field;
    (void)length;
    if (strcmp(text, fields->layout->symbol) != 0)
        csv_stop(fields->cursor.reader, column_of(fields) + 1,
                 "symbol \"%.40s\" where the file began with \"%s\": one file holds one "
                 "instrument",
                 text, fields->layout->symbol);
}

static void
read_nothing(void *text, size_t length, void *context)
{
    (void)text;
    (void)length;
    (void)context;
}

void
format_start(struct format_reader *fields, const struct format_layout *layout)
{
    static format_read *const readers[FORMAT_ROLES] = {
        [FORMAT_IGNORED] = read_nothing,
        [FORMAT_TIME] = read_time,
        [FORMAT_TIME_LAST] = read_time_last,
        [FORMAT_ID] = read_id,
        [FORMAT_PRICE] = read_price,
        [FORMAT_HIGH] = read_high,
        [FORMAT_LOW] = read_low,
        [FORMAT_CLOSE] = read_close,
        [FORMAT_QUANTITY] = read_quantity,
        [FORMAT_MAKER] = read_maker,
        [FORMAT_SIDE] = read_side,
        [FORMAT_RATE] = read_rate,
        [FORMAT_SYMBOL] = read_symbol,
    };
    fields->layout = layout;
    fields->columns = layout->columns;
    fields->time_digits = layout->time_digits;
    fields->time_unit = layout->time_unit;
    fields->price_scale = layout->price_scale;
    fields->quantity_scale = layout->quantity_scale;
    for (unsigned i = 0; i < layout->columns; i++) {
        const bool epoch = layout->role[i] == FORMAT_TIME && layout->time_digits > 0;
        fields->read[i] = epoch ? read_epoch : readers[layout->role[i]];
    }
}

/* After a mistake the columns are not counted from 0 again: what follows is out of their range, or
 * read into a row that nobody looks at. */
void
format_field(void *text, size_t length, void *context)
{
    struct format_reader *fields = context;
    const unsigned column = fields->cursor.column++;
    if (column < fields->columns) /* format_finish() reports a wrong count */
        fields->read[column](text, length, fields);
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
