#include "market/csv.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <csv.h>

enum {
    OPTIONS = CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL | CSV_REPALL_NL,
    FIELD_BLOCK = 1024, /* bytes the field buffer begins with and grows by: over CSV_READABLE */
};

struct csv_reader {
    struct csv_parser parser;
    const struct csv_handler *handler; /* borrowed */
    struct csv_cursor *cursor;         /* the context; borrowed */
    bool parsing;                      /* parser is initialised */
    bool after_cr;                     /* a row ended with CR and its LF has not come */
    bool quoted;                       /* a quote was seen: fields may hold line ends */
    uint64_t line;
    struct csv_problem problem;
};

void
csv_stop(struct csv_reader *reader, unsigned column, const char *format, ...)
{
    if (reader->cursor->skip)
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(reader->problem.text, sizeof(reader->problem.text), format, args);
    va_end(args);
    reader->problem.line = reader->line;
    reader->problem.column = column;
    reader->cursor->skip = true;
}

/* Once a quote was seen fields may hold line ends, which count as lines too. */
static void
on_quoted_field(void *text, size_t length, void *context)
{
    const struct csv_cursor *cursor = context;
    struct csv_reader *reader = cursor->reader;
    reader->handler->field(text, length, context);
    const char *at = text, *end = at + length;
    while (!cursor->skip && (at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        reader->line++;
        at++;
    }
}

/* Called for every CR and LF outside quotes (CSV_REPALL_NL) and, with -1, at the end of a text that
 * lacks its last one: a row is what has fields. */
static void
on_line_end(int end, void *context)
{
    struct csv_cursor *cursor = context;
    struct csv_reader *reader = cursor->reader;
    if (cursor->skip)
        return;
    if (reader->after_cr && end != '\n') {
        csv_stop(reader, 0, "carriage return without a line feed: lines must end in LF or CRLF");
        return;
    }
    reader->after_cr = end == '\r';
    if (cursor->column > 0) {
        reader->handler->row(context, cursor->column);
        cursor->column = 0;
    }
    reader->line += end == '\n';
}

/* libcsv makes do with less than it asked for when memory runs out: not with less than a block, in
 * which every field starts. */
static void *
grow_field(void *field, size_t size)
{
    return size < FIELD_BLOCK ? NULL : realloc(field, size);
}

void
csv_restart(struct csv_reader *reader)
{
    if (reader->parsing)
        csv_free(&reader->parser);
    const int result = csv_init(&reader->parser, OPTIONS);
    assert(result == 0); /* fails for a NULL parser only */
    (void)result;
    csv_set_blk_size(&reader->parser, FIELD_BLOCK);
    csv_set_realloc_func(&reader->parser, grow_field);
    reader->parsing = true;
    reader->after_cr = reader->quoted = false;
    *reader->cursor = (struct csv_cursor){.reader = reader};
    reader->line = 1;
    reader->problem.line = 0;
}

enum status
csv_open(struct csv_reader **result, const struct csv_handler *handler, void *context,
         struct error *err)
{
    struct csv_reader *reader = calloc(1, sizeof(*reader));
    if (reader == NULL)
        return error_memory(err, "reading CSV");
    reader->handler = handler;
    reader->cursor = context;
    csv_restart(reader);
    *result = reader;
    return OK;
}

void
csv_close(struct csv_reader *reader)
{
    if (reader == NULL)
        return;
    csv_free(&reader->parser);
    free(reader);
}

static void
parser_problem(struct csv_reader *reader)
{
    const unsigned column = reader->cursor->column + 1;
    switch (csv_error(&reader->parser)) {
    case CSV_EPARSE:
        csv_stop(reader, column,
                 "misplaced double quote: a field is quoted as a whole, and a "
                 "quote inside it is doubled");
        break;
    default:
        csv_stop(reader, column, "out of memory while reading a field");
    }
}

static void (*field_function(const struct csv_reader *reader))(void *, size_t, void *)
{
    return reader->quoted ? on_quoted_field : reader->handler->field;
}

bool
csv_feed(struct csv_reader *reader, const char *text, size_t length)
{
    if (reader->cursor->skip)
        return false;
    reader->quoted = reader->quoted || memchr(text, '"', length) != NULL;
    if (csv_parse(&reader->parser, text, length, field_function(reader), on_line_end,
                  reader->cursor) != length)
        parser_problem(reader);
    else if (csv_get_buffer_size(&reader->parser) > CSV_FIELD_BYTES_MAX)
        csv_stop(reader, reader->cursor->column + 1,
                 "field of more than %d bytes: a closing quote is "
                 "probably missing",
                 CSV_FIELD_BYTES_MAX);
    return !reader->cursor->skip;
}

bool
csv_finish(struct csv_reader *reader)
{
    if (reader->cursor->skip)
        return false;
    if (csv_fini(&reader->parser, field_function(reader), on_line_end, reader->cursor) != 0)
        csv_stop(reader, reader->cursor->column + 1, "the text ends within a quoted field");
    return !reader->cursor->skip;
}

const struct csv_problem *
csv_first_problem(const struct csv_reader *reader)
{
    return &reader->problem;
}

uint64_t
csv_line(const struct csv_reader *reader)
{
    return reader->line;
}
