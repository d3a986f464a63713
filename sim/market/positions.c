#include "market/positions.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fixed.h"
#include "market/csv.h"
#include "market/source.h"

enum { COLUMNS = 11, BLOCK_SIZE = 1 << 16, SCALE_MAX = 12 };
enum column {
    ACCOUNT = 0,
    SYMBOL,
    SIDE,
    QUANTITY,
    ENTRY_PRICE,
    MARGIN,
    LEVERAGE,
    OPEN,
    CLOSE,
    MODE,
    ORDER_MARGIN
};

static const char *const names[COLUMNS] = {"account",     "symbol", "side",        "quantity",
                                           "entry_price", "margin", "leverage",    "open_time",
                                           "close_time",  "mode",   "order_margin"};

struct reading {
    struct csv_cursor cursor; /* first: the context of a csv_handler */
    const char *name;         /* of the file; borrowed */
    struct positions *positions;
    struct text *problems; /* borrowed; may be NULL */
    char first[512];       /* the first problem */
    unsigned problem_count;
    bool stopped; /* too many problems, or memory, or the header: the rest is not read */
    bool no_memory;
    bool header_read;
    unsigned columns;      /* of the header */
    int role[64];          /* column -> enum column, -1 */
    int field_of[COLUMNS]; /* field number from 1; 0: the file lacks the column */
    struct positions_row row;
    bool filled[COLUMNS]; /* the row's field is not empty */
    bool bad;             /* the row has a problem already */
};

static void problem(struct reading *reading, uint64_t line, int field, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void
problem(struct reading *reading, uint64_t line, int field, const char *format, ...)
{
    char what[300], place[24] = "", whole[512];
    va_list args;
    reading->bad = true;
    if (reading->stopped)
        return;
    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    if (field > 0)
        snprintf(place, sizeof(place), ":%d", field);
    snprintf(whole, sizeof(whole), "%.150s:%llu%s: error: %s", reading->name,
             (unsigned long long)line, place, what);
    if (reading->problem_count++ == 0)
        memcpy(reading->first, whole, sizeof(whole));
    if (reading->problems != NULL)
        text_printf(reading->problems, "%s\n", whole);
    reading->stopped = reading->problem_count == POSITIONS_PROBLEMS_MAX;
}

static uint64_t
line_of(const struct reading *reading)
{
    return csv_line(reading->cursor.reader);
}

static void
read_header_field(struct reading *reading, unsigned column, const char *text)
{
    reading->columns = column + 1;
    if (column >= 64)
        return;
    reading->role[column] = -1;
    for (int i = 0; i < COLUMNS; i++) {
        if (strcmp(names[i], text) != 0)
            continue;
        if (reading->field_of[i] != 0)
            problem(reading, line_of(reading), (int)column + 1, "column \"%s\" again", text);
        reading->role[column] = i;
        reading->field_of[i] = (int)column + 1;
        return;
    }
    problem(reading, line_of(reading), (int)column + 1,
            "unknown column \"%.60s\"; known are account, symbol, side, quantity, entry_price, "
            "margin, leverage, open_time, close_time, mode, order_margin",
            text);
}

static void
end_header(struct reading *reading)
{
    for (int i = ACCOUNT; i <= ENTRY_PRICE; i++) {
        if (reading->field_of[i] == 0)
            problem(reading, 1, 0, "column \"%s\" is missing", names[i]);
    }
    if (reading->field_of[MARGIN] == 0 && reading->field_of[LEVERAGE] == 0)
        problem(reading, 1, 0, "a column \"margin\" or \"leverage\" is missing");
    reading->header_read = true;
    reading->stopped = reading->problem_count > 0; /* rows mean nothing under a wrong header */
}

static void
read_name(struct reading *reading, int field, const char *what, const char *text, size_t length,
          char *name, size_t size)
{
    if (length >= size)
        problem(reading, line_of(reading), field, "%s \"%.20s...\" is longer than %zu bytes", what,
                text, size - 1);
    else
        memcpy(name, text, length + 1);
}

/* A number > 0, exactly as written. */
static void
read_decimal(struct reading *reading, int field, const char *what, const char *text, size_t length,
             struct decimal *number)
{
    char buffer[64];
    const int decimals = fixed_decimals(text, length);
    const int scale = decimals < 0 ? 0 : decimals > SCALE_MAX ? SCALE_MAX : decimals;
    const enum fixed_result result = fixed_parse(text, length, scale, &number->value);
    number->scale = scale;
    if (result != FIXED_OK)
        problem(reading, line_of(reading), field, "%s \"%.40s\" %s", what, text,
                fixed_problem(result, scale, buffer, sizeof(buffer)));
    else if (number->value <= 0)
        problem(reading, line_of(reading), field, "%s \"%.40s\" must be greater than 0", what,
                text);
}

static void
read_time(struct reading *reading, int field, const char *what, const char *text, size_t length,
          time_ns_t *time)
{
    if (!timeline_parse(text, length, time) || *time <= 0)
        problem(reading, line_of(reading), field,
                "%s \"%.40s\" is not a time after 1970 like 2020-03-12T00:00:00Z", what, text);
}

static void
read_field(struct reading *reading, int role, int field, const char *text, size_t length)
{
    struct positions_row *row = &reading->row;
    struct decimal leverage;
    reading->filled[role] = length > 0;
    if (length == 0)
        return; /* end_row() knows which may be empty */
    switch ((enum column)role) {
    case ACCOUNT:
        read_name(reading, field, "account", text, length, row->account, sizeof(row->account));
        return;
    case SYMBOL:
        read_name(reading, field, "symbol", text, length, row->symbol, sizeof(row->symbol));
        return;
    case SIDE:
        row->side = strcmp(text, "long") == 0 ? 1 : strcmp(text, "short") == 0 ? -1 : 0;
        if (row->side == 0)
            problem(reading, line_of(reading), field, "side \"%.40s\" is neither long nor short",
                    text);
        return;
    case QUANTITY:
        read_decimal(reading, field, names[role], text, length, &row->quantity);
        return;
    case ENTRY_PRICE:
        read_decimal(reading, field, names[role], text, length, &row->entry_price);
        return;
    case MARGIN:
        read_decimal(reading, field, names[role], text, length, &row->margin);
        return;
    case LEVERAGE:
        leverage = (struct decimal){0};
        read_decimal(reading, field, names[role], text, length, &leverage);
        row->leverage = (double)leverage.value / (double)fixed_power_of_ten[leverage.scale];
        return;
    case MODE:
        row->mode = strcmp(text, "isolated") == 0 ? POSITIONS_ISOLATED
                    : strcmp(text, "cross") == 0  ? POSITIONS_CROSS
                                                  : POSITIONS_MODE_OF_VENUE;
        if (row->mode == POSITIONS_MODE_OF_VENUE)
            problem(reading, line_of(reading), field,
                    "mode \"%.40s\" is neither isolated nor cross", text);
        return;
    case ORDER_MARGIN:
        read_decimal(reading, field, names[role], text, length, &row->order_margin);
        return;
    case OPEN:
        read_time(reading, field, names[role], text, length, &row->open);
        return;
    case CLOSE:
        read_time(reading, field, names[role], text, length, &row->close);
        return;
    }
}

static void
on_field(void *text, size_t length, void *context)
{
    struct reading *reading = context;
    const unsigned column = reading->cursor.column++;
    if (reading->stopped || reading->cursor.skip)
        return;
    if (!reading->header_read)
        read_header_field(reading, column, text);
    else if (column < reading->columns && column < 64 && reading->role[column] >= 0)
        read_field(reading, reading->role[column], (int)column + 1, text, length);
}

static bool
keep_row(struct reading *reading)
{
    struct positions *positions = reading->positions;
    if (positions->count == positions->capacity) {
        const size_t capacity = positions->capacity == 0 ? 256 : positions->capacity * 2;
        struct positions_row *rows = realloc(positions->rows, capacity * sizeof(rows[0]));
        if (rows == NULL)
            return false;
        positions->rows = rows;
        positions->capacity = capacity;
    }
    positions->rows[positions->count++] = reading->row;
    return true;
}

static void
check_filled(struct reading *reading)
{
    const uint64_t line = line_of(reading);
    const bool *filled = reading->filled;
    for (int i = ACCOUNT; i <= ENTRY_PRICE; i++) {
        if (!filled[i])
            problem(reading, line, reading->field_of[i], "%s is empty", names[i]);
    }
    if (filled[MARGIN] && filled[LEVERAGE])
        problem(reading, line, reading->field_of[LEVERAGE],
                "margin and leverage are both stated: one follows from the other");
    else if (!filled[MARGIN] && !filled[LEVERAGE])
        problem(reading, line,
                reading->field_of[MARGIN] +
                    reading->field_of[LEVERAGE] * (reading->field_of[MARGIN] == 0),
                "neither margin nor leverage is stated");
    if (!reading->bad && reading->row.open >= reading->row.close)
        problem(reading, line, reading->field_of[CLOSE], "close_time is not after open_time");
}

static void
on_row(void *context, unsigned fields)
{
    struct reading *reading = context;
    if (reading->stopped)
        return;
    if (!reading->header_read) {
        end_header(reading);
    } else if (fields != reading->columns) {
        problem(reading, line_of(reading), 0, "the row has %u fields where the header has %u",
                fields, reading->columns);
    } else {
        check_filled(reading);
        reading->row.line = line_of(reading);
        if (!reading->bad && !keep_row(reading))
            reading->no_memory = reading->stopped = true;
    }
    reading->row = (struct positions_row){.close = TIME_NS_NEVER};
    reading->bad = false;
    memset(reading->filled, 0, sizeof(reading->filled));
}

static enum status
feed(struct reading *reading, struct csv_reader *reader, struct source *source, struct error *err)
{
    char block[BLOCK_SIZE];
    size_t got = BLOCK_SIZE;
    bool fine = true, first = true;
    while (fine && got == BLOCK_SIZE && !reading->stopped) {
        TRY(source_read(source, block, BLOCK_SIZE, &got, err));
        const size_t bom = first && got >= 3 && memcmp(block, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
        fine = csv_feed(reader, block + bom, got - bom);
        first = false;
    }
    if (fine && !reading->stopped)
        fine = csv_finish(reader);
    const struct csv_problem *at = csv_first_problem(reader);
    if (!fine)
        problem(reading, at->line, (int)at->column, "%s", at->text);
    return OK;
}

/* The side of a position that another of the same account and symbol may stand beside: long and
 * short of a cross account hedge each other. */
static int
hedge_side(const struct positions_row *row)
{
    return row->mode == POSITIONS_CROSS ? row->side : 0;
}

static int
compare(const void *left, const void *right)
{
    const struct positions_row *const *a = left, *const *b = right;
    const int account = strcmp((*a)->account, (*b)->account);
    const int symbol = account != 0 ? account : strcmp((*a)->symbol, (*b)->symbol);
    if (symbol != 0)
        return symbol;
    if (hedge_side(*a) != hedge_side(*b))
        return hedge_side(*a) < hedge_side(*b) ? -1 : 1;
    if ((*a)->open != (*b)->open)
        return (*a)->open < (*b)->open ? -1 : 1;
    return (*a)->line < (*b)->line ? -1 : (*a)->line > (*b)->line;
}

/* Two rows of one account and symbol whose times overlap. */
static bool
find_overlaps(struct reading *reading)
{
    const struct positions *positions = reading->positions;
    if (positions->count < 2)
        return true;
    const struct positions_row **sorted = malloc(positions->count * sizeof(sorted[0]));
    if (sorted == NULL)
        return false;
    for (size_t i = 0; i < positions->count; i++)
        sorted[i] = &positions->rows[i];
    qsort(sorted, positions->count, sizeof(sorted[0]), compare);
    for (size_t i = 1; i < positions->count; i++) {
        const struct positions_row *a = sorted[i - 1], *b = sorted[i];
        if (strcmp(a->account, b->account) != 0 || strcmp(a->symbol, b->symbol) != 0 ||
            hedge_side(a) != hedge_side(b) || a->close <= b->open)
            continue;
        const uint64_t later = a->line > b->line ? a->line : b->line;
        const uint64_t earlier = a->line > b->line ? b->line : a->line;
        problem(reading, later, 0, "%s already holds %s at that time (line %llu)", b->account,
                b->symbol, (unsigned long long)earlier);
    }
    free(sorted);
    return true;
}

static enum status
finish(struct reading *reading, struct error *err)
{
    if (!reading->header_read && reading->problem_count == 0)
        problem(reading, 1, 0, "the file holds no rows");
    if (reading->problem_count == 0 && !reading->no_memory)
        reading->no_memory = !find_overlaps(reading);
    if (reading->no_memory)
        return error_memory(err, reading->name);
    if (reading->problem_count == 0 && reading->positions->count == 0)
        problem(reading, 1, 0, "the file has a header and no rows");
    if (reading->problem_count == 0)
        return OK;
    if (reading->problem_count == 1)
        return error_set(err, ERR_PARSE, "%s", reading->first);
    return error_set(err, ERR_PARSE, "%s (the first of %s%u problems)", reading->first,
                     reading->stopped ? "at least " : "", reading->problem_count);
}

static enum status
read_source(struct positions *positions, struct source *source, struct text *problems,
            struct error *err)
{
    static const struct csv_handler handler = {on_field, on_row};
    bool more;
    TRY(source_next(source, &more, err));
    struct reading *reading = calloc(1, sizeof(*reading));
    if (reading == NULL)
        return error_memory(err, source_name(source));
    reading->name = source_name(source);
    reading->positions = positions;
    reading->problems = problems;
    reading->row.close = TIME_NS_NEVER;
    struct csv_reader *reader = NULL;
    enum status status = csv_open(&reader, &handler, reading, err);
    if (status == OK)
        status = feed(reading, reader, source, err);
    if (status == OK)
        status = finish(reading, err);
    csv_close(reader);
    free(reading);
    return status;
}

enum status
positions_read(struct positions *positions, const char *path, struct text *problems,
               struct error *err)
{
    *positions = (struct positions){0};
    struct source *source;
    TRY(source_open(&source, path, err));
    const enum status status = read_source(positions, source, problems, err);
    source_close(source);
    if (status != OK)
        positions_clear(positions);
    return status;
}

void
positions_clear(struct positions *positions)
{
    free(positions->rows);
    *positions = (struct positions){0};
}
