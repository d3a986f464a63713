/*
 * format.h - what the columns of a venue's CSV mean.
 *
 * A format is one `const struct format_type`: a table of columns, each with the names it goes by
 * and the role it plays.  Reading a file has two steps:
 *
 *     head of the file -> format_detect()  -> struct format_layout: role of every column, unit of
 *                                             time, decimals
 *     every field      -> format_field()   -> struct format_row: one data row, exact integers
 *     end of the row   -> format_finish()  -> what makes the row as a whole wrong
 *
 * With a header, columns are found by name in any order, and an unknown or missing one is an error;
 * without (the first byte is a digit) by position, and the number of columns must be exact.
 * Times are epoch digits, whose unit is told by their number (10 s, 13 ms, 16 us, 19 ns), or
 * RFC 3339; one file keeps to one.  Prices and quantities become integers at a stated scale without
 * rounding.  To add a format: one table in a format_*.c and one line in format_types[].
 */
#ifndef SIM_MARKET_FORMAT_H
#define SIM_MARKET_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/fixed_quick.h"
#include "base/timeline.h"
#include "market/csv.h"
#include "market/store.h"

enum {
    FORMAT_COLUMNS_MAX = 24,
    FORMAT_NAMES_MAX = 4,
    FORMAT_SAMPLE_MAX = TAPE_NAME_MAX, /* bytes kept of a field of the head */
    FORMAT_SCALE_CAP = 12,             /* most decimals a scale taken from the data has */
    FORMAT_RATE_SCALE = 12,            /* of funding rates, always */
};

#define FORMAT_KIND_ANY TAPE_KINDS /* the kind is told from the data */

enum format_role {
    FORMAT_IGNORED = 0,
    FORMAT_TIME,      /* of the row; bars: start or, `stamped_at_end`, end */
    FORMAT_TIME_LAST, /* bars: the last time unit inside the bar (close_time) */
    FORMAT_ID,        /* whole number that tells trades apart */
    FORMAT_PRICE,     /* > 0; bars: open */
    FORMAT_HIGH,
    FORMAT_LOW,
    FORMAT_CLOSE,
    FORMAT_QUANTITY, /* > 0; bars: volume, >= 0 */
    FORMAT_MAKER,    /* true: the buyer was the maker, so the seller was the aggressor */
    FORMAT_SIDE,     /* of the aggressor: buy, sell; 1, -1, 0 */
    FORMAT_RATE,     /* share per funding interval, within [-1, 1] */
    FORMAT_SYMBOL,   /* instrument; the same in every row */
    FORMAT_ROLES
};

struct format_column {
    const char *names[FORMAT_NAMES_MAX]; /* spellings in headers; the first is used in messages */
    enum format_role role;
    bool optional; /* a header may lack it */
};

struct format_type {
    const char *name; /* "binance_trades" */
    const char *doc;  /* what it is and where it comes from: one sentence */
    enum tape_kind kind;
    bool bars;           /* a row is a bar: four rows of the tape */
    bool stamped_at_end; /* bars: the time is the end, the length the step between rows */
    bool open_outside;   /* bars: open may lie outside [low, high]; numbers may be missing */
    const char *hint;    /* part of the path that settles ambiguity: "/markPriceKlines/" */
    const struct format_column *columns;
    /* Orders of columns in files without a header, by index into columns, ended by UINT8_MAX; NULL:
     * the format always has a header. */
    const uint8_t *const *orders;
};

/* One data row, whatever its format; numbers at the scales of the layout. */
struct format_row {
    time_ns_t time; /* bars: start */
    time_ns_t end;  /* bars: end, exclusive */
    int64_t id;
    int64_t price; /* bars: open; funding: rate */
    int64_t high, low, close;
    int64_t quantity;
    int8_t side;
    bool missing; /* a bar in which nothing was traded */
};

/* How one file is read.  Fixed by its head, then constant: threads share it. */
struct format_layout {
    const struct format_type *type;
    enum tape_kind kind;
    bool header;
    bool has_id;       /* there is an id column: rows with equal ids are the same row */
    bool has_quantity; /* there is a quantity column */
    unsigned columns;  /* every row has exactly so many */
    uint8_t role[FORMAT_COLUMNS_MAX];
    const char *name[FORMAT_COLUMNS_MAX]; /* of the columns; static */
    unsigned time_digits;                 /* 0: RFC 3339 */
    int64_t time_unit;                    /* ns in one unit; RFC 3339: 1 */
    time_ns_t bar_length;                 /* stamped_at_end: step between rows; else 0 */
    int price_scale, quantity_scale;
    char symbol[TAPE_NAME_MAX]; /* of the symbol column; "" without one */
    time_ns_t first;            /* time of the first row (bars: its start) */
};

/* What a file is taken for when the caller says so; zeroed fields are told from the data. */
struct format_choice {
    const char *format;   /* name, or NULL */
    enum tape_kind kind;  /* FORMAT_KIND_ANY: told from the data */
    int price_scale;      /* -1: most decimals in the head */
    int quantity_scale;   /* -1: likewise */
    time_ns_t bar_length; /* 0: told from the data */
};

extern const struct format_type *const format_types[]; /* ends with NULL */

/* The format called `name`, or NULL. */
const struct format_type *format_find(const char *name);

/* The tables, one file per family. */
extern const struct format_type format_binance_trades;
extern const struct format_type format_binance_agg_trades;
extern const struct format_type format_binance_klines;
extern const struct format_type format_binance_mark_klines;
extern const struct format_type format_binance_index_klines;
extern const struct format_type format_binance_funding;
extern const struct format_type format_bitmex_bars;
extern const struct format_type format_plain_trades;
extern const struct format_type format_plain_mark;
extern const struct format_type format_plain_index;
extern const struct format_type format_plain_funding;

/*
 * Tells what the file `name` (for messages and hints) is from `head`, its first bytes cut at a line
 * end, without byte order mark.  A head that fits no format, or several, is an error that lists
 * the candidates and what was expected.
 */
enum status format_detect(struct format_layout *layout, const char *name, const char *head,
                          size_t length, const struct format_choice *choice,
                          struct error *err) MUST_CHECK;

/* Reads the field of one column; called as libcsv calls format_field(). */
typedef void format_read(void *text, size_t length, void *reader);

/* Where the fields of a row go: the context of a csv_handler, or the start of one. */
struct format_reader {
    struct csv_cursor cursor; /* first */
    unsigned columns;         /* that are read: the layout's; 0 in a header */
    unsigned time_digits;     /* this and the next three: the layout's */
    int64_t time_unit;
    struct fixed_quick_prefix time_prefix, id_prefix;
    int price_scale, quantity_scale;
    struct format_row *row; /* borrowed; zeroed before its first use */
    format_read *read[FORMAT_COLUMNS_MAX];
    const struct format_layout *layout; /* borrowed */
};

/* Makes a reader read the columns of `layout` (borrowed); its row stays. */
void format_start(struct format_reader *reader, const struct format_layout *layout);

/* The `field` of a csv_handler (whose texts have readable bytes behind them): reads one field into
 * the row; mistakes stop the reader. */
void format_field(void *text, size_t length, void *reader);

/* Completes a row of `fields` fields: their number, the order of a bar's prices and times.  A
 * mistake stops the reader. */
void format_finish(struct format_reader *reader, unsigned fields);

/* Reads a time in the unit of the layout (not yet moved to the start of a bar); false when it is
 * none or out of range. */
bool format_time(const struct format_layout *layout, const char *text, size_t length,
                 time_ns_t *time_ns);

/* The instrument a file name begins with ("BTCUSDT-trades-2024-08-08.csv"), or false. */
bool format_instrument(const char *file, char instrument[TAPE_NAME_MAX]);

/* Whether a name can be an instrument of a tape: letters, digits and . _ - only. */
bool format_instrument_valid(const char *name);

#endif
