/* Telling what a file is from its head. */
#include "market/format.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/fixed.h"
#include "base/text.h"

enum { TYPES_MAX = 32 };

/* What one pass over the head finds, before anything is known of the columns. */
struct head {
    struct csv_cursor cursor; /* first: the context of a csv_handler */
    bool header;
    uint64_t rows;      /* header included */
    unsigned fields[2]; /* of the first row, and of the first data row */
    uint64_t line;      /* of the first data row */
    char first[2][FORMAT_COLUMNS_MAX][FORMAT_SAMPLE_MAX]; /* their texts, possibly cut */
    int decimals[FORMAT_COLUMNS_MAX];                     /* most written in a data row */
    bool nonzero[FORMAT_COLUMNS_MAX];                     /* some data row holds a number not 0 */
};

static void
head_field(void *field, size_t length, void *context)
{
    struct head *head = context;
    const char *text = field;
    const unsigned column = head->cursor.column++;
    if (head->cursor.skip)
        return;
    if (column >= FORMAT_COLUMNS_MAX) {
        csv_stop(head->cursor.reader, column + 1, "more than %d columns", FORMAT_COLUMNS_MAX);
        return;
    }
    if (head->rows == 0 && column == 0)
        head->header = length == 0 || text[0] < '0' || text[0] > '9';
    const bool data = head->rows > 0 || !head->header;
    if (head->rows <= head->header)
        snprintf(head->first[data][column], FORMAT_SAMPLE_MAX, "%s", text);
    if (!data)
        return;
    const int decimals = fixed_decimals(text, length);
    if (decimals > head->decimals[column])
        head->decimals[column] = decimals;
    head->nonzero[column] |= decimals >= 0 && strpbrk(text, "123456789") != NULL;
}

static void
head_row(void *context, unsigned fields)
{
    struct head *head = context;
    if (head->rows <= head->header) {
        const bool data = head->rows > 0 || !head->header;
        head->fields[data] = fields;
        head->line = csv_line(head->cursor.reader);
    }
    head->rows++;
}

static enum status
place_problem(const char *name, const struct csv_reader *reader, struct error *err)
{
    const struct csv_problem *problem = csv_first_problem(reader);
    if (problem->column == 0)
        return error_set(err, ERR_PARSE, "%s:%llu: error: %s", name,
                         (unsigned long long)problem->line, problem->text);
    return error_set(err, ERR_PARSE, "%s:%llu:%u: error: %s", name,
                     (unsigned long long)problem->line, problem->column, problem->text);
}

static enum status
head_read(struct head *head, const char *name, const char *text, size_t length, struct error *err)
{
    static const struct csv_handler handler = {head_field, head_row};
    struct csv_reader *reader;
    TRY(csv_open(&reader, &handler, head, err));
    enum status status = OK;
    if (memchr(text, '\0', length) != NULL)
        status =
            error_set(err, ERR_PARSE, "%s: error: holds binary data or UTF-16, not CSV text", name);
    else if (!csv_feed(reader, text, length) || !csv_finish(reader))
        status = place_problem(name, reader, err);
    csv_close(reader);
    if (status != OK)
        return status;
    if (head->rows == 0)
        return error_set(err, ERR_PARSE, "%s: error: the file holds no rows", name);
    if (head->rows == head->header)
        return error_set(err, ERR_PARSE, "%s: error: the file has a header and no rows", name);
    return OK;
}

static void
list_columns(const struct format_type *type, struct text *out)
{
    for (const struct format_column *c = type->columns; c->names[0] != NULL; c++)
        text_printf(out, "%s%s%s", c == type->columns ? "" : ",", c->names[0],
                    c->optional ? "?" : "");
}

static const struct format_column *
find_column(const struct format_type *type, const char *name)
{
    for (const struct format_column *c = type->columns; c->names[0] != NULL; c++) {
        for (size_t i = 0; i < FORMAT_NAMES_MAX && c->names[i] != NULL; i++) {
            if (strcmp(c->names[i], name) == 0)
                return c;
        }
    }
    return NULL;
}

static void
take_column(struct format_layout *layout, unsigned at, const struct format_column *column)
{
    layout->role[at] = (uint8_t)column->role;
    layout->name[at] = column->names[0];
    layout->has_id |= column->role == FORMAT_ID;
    layout->has_quantity |= column->role == FORMAT_QUANTITY;
}

/* Whether the header names this type's columns; if not, why, for whoever chose the type. */
static bool
fit_header(const struct format_type *type, const struct head *head, const char *name,
           struct format_layout *layout, struct error *why)
{
    const struct format_column *seen[FORMAT_COLUMNS_MAX];
    struct text expected = {0};
    list_columns(type, &expected);
    const char *columns = expected.data == NULL ? "" : expected.data;
    bool fits = true;
    for (unsigned i = 0; i < head->fields[0] && fits; i++) {
        const char *spelled = head->first[0][i];
        seen[i] = find_column(type, spelled);
        for (unsigned k = 0; k < i && fits; k++)
            fits = seen[i] == NULL || seen[k] != seen[i];
        if (seen[i] == NULL || !fits) {
            error_set(why, ERR_PARSE, "%s:1:%u: error: %s column \"%s\"; %s has %s", name, i + 1,
                      fits ? "unknown" : "repeated", spelled, type->name, columns);
            fits = false;
        } else {
            take_column(layout, i, seen[i]);
        }
    }
    for (const struct format_column *c = type->columns; fits && c->names[0] != NULL; c++) {
        bool found = c->optional;
        for (unsigned i = 0; i < head->fields[0] && !found; i++)
            found = seen[i] == c;
        if (!found) {
            error_set(why, ERR_PARSE, "%s:1: error: column \"%s\" is missing; %s has %s", name,
                      c->names[0], type->name, columns);
            fits = false;
        }
    }
    text_clear(&expected);
    layout->columns = head->fields[0];
    return fits;
}

/* Whether a text can be what the role says; coarse: telling formats apart needs no more. */
static bool
plausible(enum format_role role, const char *text)
{
    const size_t length = strlen(text);
    time_ns_t time;
    switch (role) {
    case FORMAT_TIME:
    case FORMAT_TIME_LAST:
        return timeline_parse(text, length, &time) ||
               (strspn(text, "0123456789") == length && timeline_unit_of_digits(length) != 0);
    case FORMAT_MAKER:
        return strchr("tTfF", text[0]) != NULL && length > 0;
    case FORMAT_ID:
        return length > 0 && strspn(text, "0123456789") == length;
    case FORMAT_IGNORED:
    case FORMAT_SYMBOL:
    case FORMAT_SIDE:
        return true;
    default:
        return fixed_decimals(text, length) >= 0;
    }
}

/* Whether the first row can be this type without a header; `chosen`: only the count decides. */
static bool
fit_order(const struct format_type *type, const struct head *head, const char *name, bool chosen,
          struct format_layout *layout, struct error *why)
{
    error_set(why, ERR_PARSE, "%s:1: error: %u columns without a header are not %s%s", name,
              head->fields[1], type->name,
              type->orders == NULL ? ", which always has a header" : "");
    for (size_t i = 0; type->orders != NULL && type->orders[i] != NULL; i++) {
        unsigned count = 0;
        while (type->orders[i][count] != UINT8_MAX)
            count++;
        if (count != head->fields[1])
            continue;
        bool fits = true;
        for (unsigned k = 0; k < count; k++) {
            const struct format_column *column = &type->columns[type->orders[i][k]];
            take_column(layout, k, column);
            fits = fits && plausible(column->role, head->first[1][k]);
        }
        layout->columns = count;
        if (fits || chosen)
            return true;
    }
    return false;
}

static bool
fit(const struct format_type *type, const struct head *head, const char *name, bool chosen,
    struct format_layout *layout, struct error *why)
{
    *layout = (struct format_layout){.type = type, .kind = type->kind, .header = head->header};
    return head->header ? fit_header(type, head, name, layout, why)
                        : fit_order(type, head, name, chosen, layout, why);
}

/* Header columns a type knows: the nearest type is the one whose complaint helps. */
static unsigned
columns_known(const struct format_type *type, const struct head *head)
{
    unsigned known = 0;
    for (unsigned i = 0; head->header && i < head->fields[0]; i++)
        known += find_column(type, head->first[0][i]) != NULL;
    return known;
}

static enum status
no_format(const struct head *head, const char *name, enum tape_kind kind, struct error *err)
{
    const struct format_type *nearest = NULL;
    unsigned known = 1; /* one shared column, usually the time, says nothing */
    for (size_t i = 0; format_types[i] != NULL; i++) {
        const unsigned count = columns_known(format_types[i], head);
        if (count > known && (kind == FORMAT_KIND_ANY || format_types[i]->kind == kind)) {
            known = count;
            nearest = format_types[i];
        }
    }
    struct format_layout layout;
    if (nearest != NULL && !fit(nearest, head, name, false, &layout, err))
        return ERR_PARSE;
    struct text list = {0};
    for (size_t i = 0; format_types[i] != NULL; i++)
        text_printf(&list, "%s%s", i == 0 ? "" : ", ", format_types[i]->name);
    error_set(err, ERR_PARSE,
              "%s:1: error: %u columns, the first \"%s\", fit no known format%s; "
              "known are %s",
              name, head->fields[!head->header], head->first[!head->header][0],
              kind == FORMAT_KIND_ANY ? "" : " of the kind stated with --kind",
              list.data == NULL ? "" : list.data);
    text_clear(&list);
    return ERR_PARSE;
}

/* Keeps the types for which keep[i]; if none is, all. */
static void
narrow(const struct format_type **types, size_t *count, const bool *keep)
{
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++)
        kept += keep[i];
    if (kept == 0)
        return;
    for (size_t i = kept = 0; i < *count; i++) {
        if (keep[i])
            types[kept++] = types[i];
    }
    *count = kept;
}

/* One type of several that fit: by the path, then by whether there is volume. */
static enum status
settle(const struct format_type **types, size_t count, const struct head *head, const char *name,
       struct error *err)
{
    bool keep[TYPES_MAX];
    for (size_t i = 0; i < count; i++)
        keep[i] = types[i]->hint != NULL && strstr(name, types[i]->hint) != NULL;
    narrow(types, &count, keep);
    for (size_t i = 0; i < count; i++) {
        struct format_layout layout;
        keep[i] = false;
        if (!fit(types[i], head, name, false, &layout, NULL))
            continue;
        for (unsigned k = 0; k < layout.columns; k++)
            keep[i] |= layout.role[k] == FORMAT_QUANTITY && head->nonzero[k];
    }
    narrow(types, &count, keep);
    if (count == 1)
        return OK;
    struct text list = {0};
    for (size_t i = 0; i < count; i++)
        text_printf(&list, "%s%s", i == 0 ? "" : ", ", types[i]->name);
    error_set(err, ERR_PARSE,
              "%s: error: the columns fit several formats: %s; choose with --format", name,
              list.data == NULL ? "" : list.data);
    text_clear(&list);
    return ERR_PARSE;
}

static enum status
choose(struct format_layout *layout, const struct head *head, const char *name,
       const struct format_choice *choice, struct error *err)
{
    if (choice->format != NULL) {
        const struct format_type *type = format_find(choice->format);
        if (type == NULL)
            return error_set(err, ERR_USAGE, "no format is called \"%s\"", choice->format);
        if (choice->kind != FORMAT_KIND_ANY && choice->kind != type->kind)
            return error_set(err, ERR_USAGE,
                             "%s: error: %s does not hold the kind stated with --kind", name,
                             type->name);
        return fit(type, head, name, true, layout, err) ? OK : ERR_PARSE;
    }
    if (strstr(name, "premiumIndexKlines") != NULL)
        return error_set(err, ERR_PARSE,
                         "%s: error: premium index klines are not prices; seawall "
                         "has no use for them",
                         name);
    const struct format_type *types[TYPES_MAX];
    size_t count = 0;
    for (size_t i = 0; format_types[i] != NULL; i++) {
        if ((choice->kind == FORMAT_KIND_ANY || choice->kind == format_types[i]->kind) &&
            fit(format_types[i], head, name, false, layout, NULL)) {
            assert(count < TYPES_MAX);
            types[count++] = format_types[i];
        }
    }
    if (count == 0)
        return no_format(head, name, choice->kind, err);
    if (count > 1)
        TRY(settle(types, count, head, name, err));
    const bool fits = fit(types[0], head, name, false, layout, NULL);
    assert(fits);
    (void)fits;
    return OK;
}

/* Unit of the times, and the time of the first row. */
static enum status
find_time(struct format_layout *layout, const struct head *head, const char *name,
          struct error *err)
{
    unsigned at = 0;
    while (layout->role[at] != FORMAT_TIME)
        at++;
    const char *text = head->first[1][at];
    const size_t length = strlen(text);
    layout->time_unit = 1;
    if (strspn(text, "0123456789") == length && length > 0) {
        layout->time_digits = (unsigned)length;
        layout->time_unit = timeline_unit_of_digits(length);
    }
    if (layout->time_unit == 0)
        return error_set(err, ERR_PARSE,
                         "%s:%llu:%u: error: %s \"%s\" has %zu digits: 10 are seconds, "
                         "13 ms, 16 us, 19 ns",
                         name, (unsigned long long)head->line, at + 1, layout->name[at], text,
                         length);
    if (at >= head->fields[1] || !format_time(layout, text, length, &layout->first))
        return error_set(err, ERR_PARSE,
                         "%s:%llu:%u: error: %s \"%s\" is neither epoch digits nor a "
                         "time like 2020-03-12T00:00:00Z",
                         name, (unsigned long long)head->line, at + 1, layout->name[at], text);
    return OK;
}

/* Smallest step between the times of the head. */
struct steps {
    struct csv_cursor cursor; /* first */
    const struct format_layout *layout;
    time_ns_t last, smallest;
    uint64_t rows;
};

static void
steps_field(void *text, size_t length, void *context)
{
    struct steps *steps = context;
    const unsigned column = steps->cursor.column++;
    time_ns_t time;
    if (column >= steps->layout->columns || steps->layout->role[column] != FORMAT_TIME ||
        !format_time(steps->layout, text, length, &time))
        return;
    if (steps->rows++ > 0 && time > steps->last &&
        (steps->smallest == 0 || time - steps->last < steps->smallest))
        steps->smallest = time - steps->last;
    steps->last = time;
}

static void
steps_row(void *context, unsigned fields)
{
    (void)context;
    (void)fields;
}

/* Bars stamped at their end do not say how long they are: the step between rows does. */
static enum status
find_bar_length(struct format_layout *layout, const char *name, const char *text, size_t length,
                time_ns_t stated, struct error *err)
{
    static const struct csv_handler handler = {steps_field, steps_row};
    if (!layout->type->stamped_at_end)
        return OK;
    layout->bar_length = stated;
    if (stated == 0) {
        struct steps steps = {.layout = layout};
        struct csv_reader *reader;
        TRY(csv_open(&reader, &handler, &steps, err));
        const bool read = csv_feed(reader, text, length) && csv_finish(reader);
        assert(read); /* the same text went through once */
        (void)read;
        csv_close(reader);
        layout->bar_length = steps.smallest;
    }
    if (layout->bar_length <= 0)
        return error_set(err, ERR_PARSE,
                         "%s: error: the length of the bars cannot be told from one "
                         "row; state it with --bar-length",
                         name);
    layout->first -= layout->bar_length;
    return OK;
}

static int
scale_of(const struct format_layout *layout, const struct head *head, bool quantity)
{
    int scale = 0;
    for (unsigned i = 0; i < layout->columns; i++) {
        const uint8_t role = layout->role[i];
        const bool price = role >= FORMAT_PRICE && role <= FORMAT_CLOSE;
        if ((quantity ? role == FORMAT_QUANTITY : price) && head->decimals[i] > scale)
            scale = head->decimals[i];
    }
    return scale > FORMAT_SCALE_CAP ? FORMAT_SCALE_CAP : scale;
}

enum status
format_detect(struct format_layout *layout, const char *name, const char *text, size_t length,
              const struct format_choice *choice, struct error *err)
{
    struct head head = {0};
    TRY(head_read(&head, name, text, length, err));
    TRY(choose(layout, &head, name, choice, err));
    TRY(find_time(layout, &head, name, err));
    TRY(find_bar_length(layout, name, text, length, choice->bar_length, err));
    for (unsigned i = 0; i < layout->columns; i++) {
        if (layout->role[i] == FORMAT_SYMBOL)
            snprintf(layout->symbol, sizeof(layout->symbol), "%s", head.first[1][i]);
    }
    layout->price_scale = layout->kind == TAPE_FUNDING ? FORMAT_RATE_SCALE
                          : choice->price_scale >= 0   ? choice->price_scale
                                                       : scale_of(layout, &head, false);
    layout->quantity_scale = !layout->has_quantity         ? 0
                             : choice->quantity_scale >= 0 ? choice->quantity_scale
                                                           : scale_of(layout, &head, true);
    return OK;
}
