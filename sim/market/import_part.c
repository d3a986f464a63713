#include "market/import_part.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static bool
grow_column(int64_t **column, size_t capacity)
{
    int64_t *grown = realloc(*column, capacity * sizeof(grown[0]));
    if (grown != NULL)
        *column = grown;
    return grown != NULL;
}

/* Twice the room for rows. */
static __attribute__((noinline)) bool
grow(struct import_part *part)
{
    const size_t capacity = part->capacity == 0 ? 16384 : part->capacity * 2;
    int8_t *side = realloc(part->side, capacity * sizeof(side[0]));
    if (side != NULL)
        part->side = side;
    if (side == NULL || !grow_column(&part->time, capacity) ||
        !grow_column(&part->price, capacity) || !grow_column(&part->quantity, capacity)) {
        part->no_memory = true;
        csv_stop(part->reader, 0, "out of memory");
        return false;
    }
    part->capacity = capacity;
    return true;
}

static __attribute__((noinline)) void
append_bar(struct import_part *part, const struct format_row *row)
{
    const size_t at = part->rows.count;
    if (row->missing) {
        part->empty_bars++;
        return;
    }
    bars_expand(row, part->path, part->time + at, part->price + at, part->quantity + at);
    memset(part->side + at, 0, BARS_ROWS);
    part->rows.count += BARS_ROWS;
}

static inline void
append(struct import_part *part, const struct format_row *row)
{
    const size_t at = part->rows.count;
    if (at + BARS_ROWS > part->capacity && !grow(part))
        return;
    if (part->rule.bars) {
        append_bar(part, row);
        return;
    }
    part->time[at] = row->time;
    part->price[at] = row->price;
    part->quantity[at] = row->quantity;
    part->side[at] = row->side;
    part->rows.count = at + 1;
}

/* A row that may not follow the one before it: a duplicate, left out, or a mistake. */
static __attribute__((noinline)) void
refuse(struct import_part *part, enum check_verdict verdict, const struct format_row *previous,
       const struct format_row *row)
{
    if (verdict == CHECK_DUPLICATE) {
        part->count++;
        part->skipped++;
        return; /* `previous` stays, this row's place is used again */
    }
    char text[160];
    check_describe(verdict, previous, row, &part->rule, text, sizeof(text));
    csv_stop(part->reader, 0, "%s", text);
}

/* The first data row. */
static __attribute__((noinline)) void
begin(struct import_part *part, struct format_row *row)
{
    part->first = *row;
    part->first_line = csv_line(part->reader);
    append(part, row);
    part->count = 1;
    part->first_rows = part->rows.count;
    part->fields.row = part->before;
    part->before = row;
}

/* The common row takes no call: what is rare is out of line above. */
static void
on_row(void *context, unsigned fields)
{
    struct format_reader *reader = context;
    struct import_part *part =
        (struct import_part *)((char *)context - offsetof(struct import_part, fields));
    struct format_row *row = reader->row;
    if (part->header) {
        part->header = false;
        reader->columns = reader->layout->columns;
        return;
    }
    if (fields != reader->columns || part->rule.bars) {
        format_finish(reader, fields);
        if (reader->cursor.skip)
            return;
    }
    if (part->count == 0) {
        begin(part, row);
        return;
    }
    struct format_row *previous = part->before;
    const enum check_verdict verdict = check_row(&part->rule, previous, row, &part->checked);
    if (verdict != CHECK_FINE) {
        refuse(part, verdict, previous, row);
        return;
    }
    append(part, row);
    part->count++;
    part->before = row;
    reader->row = previous;
}

void
import_part_run(struct pool_job *job)
{
    struct import_part *part = (struct import_part *)job;
    if (!part->continued)
        csv_restart(part->reader);
    part->fields.columns = part->header ? 0 : part->fields.layout->columns;
    part->count = part->skipped = part->empty_bars = 0;
    part->first_rows = part->rows.count = 0;
    part->checked = (struct check_count){0};
    if (csv_feed(part->reader, part->text + part->start, part->length) && part->last)
        csv_finish(part->reader);
    part->previous = *part->before;
    part->rows.time = part->time;
    part->rows.price = part->price;
    part->rows.quantity = part->fields.layout->kind == TAPE_TRADE ? part->quantity : NULL;
    part->rows.side = part->fields.layout->kind == TAPE_TRADE ? part->side : NULL;
}

enum status
import_part_init(struct import_part *part, struct error *err)
{
    static const struct csv_handler handler = {format_field, on_row};
    *part = (struct import_part){.job = {.run = import_part_run}};
    part->text = malloc(IMPORT_PART_SIZE);
    if (part->text == NULL)
        return error_memory(err, "reading CSV");
    part->fields.row = &part->buffer[0];
    part->before = &part->buffer[1];
    return csv_open(&part->reader, &handler, &part->fields, err);
}

void
import_part_clear(struct import_part *part)
{
    csv_close(part->reader);
    free(part->text);
    free(part->time);
    free(part->price);
    free(part->quantity);
    free(part->side);
    *part = (struct import_part){0};
}
