#include "io/scenario_problem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/scenario_text.h"

enum { SHOWN_MAX = 110, SHOWN_BEFORE = 60 }; /* characters of a source line; of them before a ^ */

void
scenario_problem_clear(struct scenario_problems *problems)
{
    for (size_t i = 0; i < problems->count; i++) {
        free(problems->items[i].message);
        free(problems->items[i].path);
    }
    free(problems->items);
    *problems = (struct scenario_problems){0};
}

static bool
grow(struct scenario_problems *problems)
{
    const size_t capacity = problems->capacity == 0 ? 16 : problems->capacity * 2;
    struct scenario_problem *items = realloc(problems->items, capacity * sizeof(*items));
    if (items == NULL)
        return false;
    problems->items = items;
    problems->capacity = capacity;
    return true;
}

/* One problem is one line: control characters out of the file become '?'. */
static void
make_printable(char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7F)
            *text = '?';
    }
}

/* Whether the same was said of the same place: of rules that several periods share it would be. */
static bool
is_known(const struct scenario_problems *problems, const struct scenario_place *place,
         const char *message)
{
    for (size_t i = 0; i < problems->count; i++) {
        const struct scenario_problem *problem = &problems->items[i];
        if (problem->place.source == place->source && problem->place.line == place->line &&
            problem->place.column == place->column && strcmp(problem->message, message) == 0)
            return true;
    }
    return false;
}

void
scenario_problem_add(struct scenario_problems *problems, struct scenario_place place,
                     enum status status, const char *path, const char *format, ...)
{
    if (problems->count == SCENARIO_PROBLEMS_MAX) {
        problems->dropped++;
        return;
    }
    char message[SCENARIO_MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    if (is_known(problems, &place, message))
        return;
    char *kept = strdup(message), *kept_path = strdup(path == NULL ? "" : path);
    if (kept == NULL || kept_path == NULL ||
        (problems->count == problems->capacity && !grow(problems))) {
        free(kept);
        free(kept_path);
        problems->out_of_memory = true;
        return;
    }
    make_printable(kept);
    make_printable(kept_path);
    problems->items[problems->count] = (struct scenario_problem){
        .place = place,
        .status = status,
        .message = kept,
        .path = kept_path,
        .order = problems->count,
    };
    problems->count++;
}

bool
scenario_problem_under(const struct scenario_problems *problems, const char *path)
{
    const size_t length = strlen(path);
    for (size_t i = 0; i < problems->count; i++) {
        const char *at = problems->items[i].path;
        if (strncmp(at, path, length) == 0 &&
            (at[length] == '\0' || at[length] == '.' || at[length] == '['))
            return true;
    }
    return false;
}

static int
by_position(const void *left, const void *right)
{
    const struct scenario_problem *a = left, *b = right;
    if (a->place.source->rank != b->place.source->rank)
        return a->place.source->rank < b->place.source->rank ? -1 : 1;
    if (a->place.line != b->place.line)
        return a->place.line < b->place.line ? -1 : 1;
    if (a->place.column != b->place.column)
        return a->place.column < b->place.column ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

/* Bytes of the line break at text: those libyaml counts lines by (LF, CR, CR LF, NEL, LS, PS). */
static size_t
line_break(const char *text, size_t length)
{
    if (length > 1 && text[0] == '\r' && text[1] == '\n')
        return 2;
    if (length > 0 && (text[0] == '\n' || text[0] == '\r'))
        return 1;
    uint32_t code = 0;
    const size_t bytes = scenario_text_utf8(text, length, &code);
    return bytes > 1 && (code == 0x85 || code == 0x2028 || code == 0x2029) ? bytes : 0;
}

/* The text of line `number` (from 1); *length is 0 when there is none. */
static const char *
find_line(const struct scenario_source *source, size_t number, size_t *length)
{
    const char *at = source->text, *end = at + source->length;
    for (size_t line = 1; line < number && at < end;) {
        const size_t skipped = line_break(at, (size_t)(end - at));
        line += skipped > 0;
        at += skipped > 0 ? skipped : 1;
    }
    const char *stop = at;
    while (stop < end && line_break(stop, (size_t)(end - stop)) == 0)
        stop++;
    *length = (size_t)(stop - at);
    return at;
}

/* The source line and a caret under the column; long lines are cut on both sides. */
static void
show_line(const struct scenario_place *place, struct text *out)
{
    size_t length;
    const char *line = find_line(place->source, place->line, &length);
    const size_t first = place->column > SHOWN_MAX - 10 ? place->column - SHOWN_BEFORE : 1;
    text_append(out, first > 1 ? "    ..." : "    ");
    size_t column = 1;
    for (size_t at = 0; at < length && column < first + SHOWN_MAX; column++) {
        uint32_t code = 0;
        size_t bytes = scenario_text_utf8(line + at, length - at, &code);
        const bool shown = bytes > 0 && code >= 0x20 && !(code >= 0x7F && code < 0xA0);
        bytes = bytes == 0 ? 1 : bytes;
        if (column >= first) {
            if (shown)
                text_append_bytes(out, line + at, bytes);
            else
                text_append(out, code == '\t' ? " " : "?");
        }
        at += bytes;
    }
    text_append(out, "\n");
    const size_t indent = (first > 1 ? 7 : 4) + place->column - first;
    for (size_t i = 0; i < indent; i++)
        text_append(out, " ");
    text_append(out, "^\n");
}

/* "a.yaml:6:20: error: what [path]", without a line end. */
static void
show_problem(const struct scenario_problem *problem, struct text *out)
{
    text_append(out, problem->place.source->label);
    if (problem->place.line > 0)
        text_printf(out, ":%zu:%zu", problem->place.line, problem->place.column);
    text_printf(out, ": error: %s", problem->message);
    if (problem->path[0] != '\0')
        text_printf(out, " [%s]", problem->path);
}

static void
show_all(const struct scenario_problems *problems, struct text *out)
{
    for (size_t i = 0; i < problems->count; i++) {
        show_problem(&problems->items[i], out);
        text_append(out, "\n");
        if (problems->items[i].place.line > 0 && problems->items[i].place.source->text != NULL)
            show_line(&problems->items[i].place, out);
    }
    const size_t total = problems->count + problems->dropped;
    if (problems->dropped > 0)
        text_printf(out, "the first %zu of ", problems->count);
    text_printf(out, "%zu problem%s\n", total, total == 1 ? "" : "s");
}

enum status
scenario_problem_report(struct scenario_problems *problems, struct text *out, struct error *err)
{
    if (problems->out_of_memory)
        return error_memory(err, "reading a scenario");
    if (problems->count == 0)
        return OK;
    qsort(problems->items, problems->count, sizeof(problems->items[0]), by_position);
    if (out != NULL)
        show_all(problems, out);
    struct text first = {0};
    show_problem(&problems->items[0], &first);
    const size_t more = problems->count + problems->dropped - 1;
    if (more > 0)
        text_printf(&first, " (and %zu more problem%s)", more, more == 1 ? "" : "s");
    const enum status status = text_failed(&first)
                                   ? error_memory(err, "reading a scenario")
                                   : error_set(err, problems->items[0].status, "%s", first.data);
    text_clear(&first);
    return status;
}
