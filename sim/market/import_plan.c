#include "market/import_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "market/import_part.h"

size_t
import_plan_bom(const char *text, size_t length)
{
    return length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

bool
import_plan_same_stream(const struct import_input *a, const struct import_input *b)
{
    return a->layout.kind == b->layout.kind && strcmp(a->instrument, b->instrument) == 0;
}

/* A column, then what the user says, then the name of the file. */
static enum status
name_instrument(struct import_input *input, const struct source *source,
                const struct import_options *options, struct error *err)
{
    const char *stated = options->instrument != NULL ? options->instrument : input->layout.symbol;
    if (stated[0] == '\0' && format_instrument(source_file(source), input->instrument))
        return OK;
    if (stated[0] == '\0')
        return error_set(err, ERR_USAGE,
                         "%s: error: the instrument cannot be told from the name of "
                         "the file; state it with --instrument",
                         source_name(source));
    if (!format_instrument_valid(stated))
        return error_set(err, ERR_USAGE,
                         "%s: error: instrument \"%s\": must be 1 to %d letters, "
                         "digits or . _ -",
                         source_name(source), stated, TAPE_NAME_MAX - 1);
    snprintf(input->instrument, sizeof(input->instrument), "%s", stated);
    return OK;
}

/* Reads the head of the CSV file the source stands at, and says what it is. */
static enum status
look(struct import_input *input, struct source *source, char *head,
     const struct import_options *options, struct error *err)
{
    const struct format_choice choice = {options->format, options->kind, options->price_scale,
                                         options->quantity_scale, options->bar_length};
    size_t length;
    TRY(source_read(source, head, IMPORT_PART_SIZE, &length, err));
    if (length == 0)
        return error_set(err, ERR_PARSE, "%s: error: the file is empty", source_name(source));
    input->head_length = length;
    size_t end = length;
    if (length == IMPORT_PART_SIZE) {
        while (end > 0 && head[end - 1] != '\n')
            end--;
        if (end == 0)
            return error_set(err, ERR_PARSE, "%s:1: error: no line end within %d bytes",
                             source_name(source), IMPORT_PART_SIZE);
    }
    const size_t start = import_plan_bom(head, end);
    TRY(format_detect(&input->layout, source_name(source), head + start, end - start, &choice,
                      err));
    return name_instrument(input, source, options, err);
}

static enum status
add_input(struct import_plan *plan, struct import_input **input, struct error *err)
{
    if (plan->count == plan->capacity) {
        const size_t capacity = plan->capacity == 0 ? 16 : plan->capacity * 2;
        struct import_input *inputs = realloc(plan->inputs, capacity * sizeof(inputs[0]));
        if (inputs == NULL)
            return error_memory(err, "listing the files");
        plan->inputs = inputs;
        plan->capacity = capacity;
    }
    *input = &plan->inputs[plan->count];
    **input = (struct import_input){0};
    return OK;
}

/* Adds every CSV file of a path.  `head` is IMPORT_PART_SIZE bytes of scratch. */
static enum status
look_at_path(struct import_plan *plan, size_t order, struct source *source, char *head,
             const struct import_options *options, struct error *err)
{
    unsigned member = 0;
    for (;; member++) {
        bool more;
        TRY(source_next(source, &more, err));
        if (!more)
            break;
        struct import_input *input;
        TRY(add_input(plan, &input, err));
        TRY(look(input, source, head, options, err));
        input->path = options->paths[order];
        input->order = order;
        input->member = member;
        input->size = source_size(source);
        plan->count++;
    }
    plan->inputs[plan->count - 1].alone = member == 1;
    return OK;
}

static enum status
look_at_stdin(struct import_plan *plan, size_t order, const struct import_options *options,
              struct error *err)
{
    struct import_input *input;
    bool more;
    TRY(add_input(plan, &input, err));
    plan->count++;
    input->path = options->paths[order];
    input->order = order;
    input->alone = true;
    input->head = malloc(IMPORT_PART_SIZE);
    if (input->head == NULL)
        return error_memory(err, "reading standard input");
    TRY(source_open(&input->source, "-", err));
    TRY(source_next(input->source, &more, err));
    return look(input, input->source, input->head, options, err);
}

static int
compare(const void *left, const void *right)
{
    const struct import_input *a = left, *b = right;
    const int name = strcmp(a->instrument, b->instrument);
    if (name != 0)
        return name;
    if (a->layout.kind != b->layout.kind)
        return a->layout.kind < b->layout.kind ? -1 : 1;
    if (a->layout.first != b->layout.first)
        return a->layout.first < b->layout.first ? -1 : 1;
    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    return a->member < b->member ? -1 : a->member > b->member;
}

/* One format and one pair of scales for the inputs [first, end) of a stream. */
static enum status
settle_stream(struct import_plan *plan, size_t first, size_t end, struct error *err)
{
    struct import_input *inputs = plan->inputs;
    int price_scale = 0, quantity_scale = 0;
    for (size_t i = first; i < end; i++) {
        const struct format_layout *layout = &inputs[i].layout;
        if (layout->type != inputs[first].layout.type)
            return error_set(err, ERR_PARSE,
                             "%s (%s) and %s (%s) would make one stream of %s: give "
                             "files of one format",
                             inputs[first].path, inputs[first].layout.type->name, inputs[i].path,
                             layout->type->name, inputs[i].instrument);
        price_scale = layout->price_scale > price_scale ? layout->price_scale : price_scale;
        quantity_scale =
            layout->quantity_scale > quantity_scale ? layout->quantity_scale : quantity_scale;
    }
    for (size_t i = first; i < end; i++) {
        inputs[i].layout.price_scale = price_scale;
        inputs[i].layout.quantity_scale = quantity_scale;
    }
    return OK;
}

static enum status
look_at_all(struct import_plan *plan, const struct import_options *options, char *head,
            struct error *err)
{
    bool known = true;
    for (size_t i = 0; i < options->path_count; i++) {
        if (strcmp(options->paths[i], "-") == 0) {
            for (size_t k = 0; k < i; k++) {
                if (strcmp(options->paths[k], "-") == 0)
                    return error_set(err, ERR_USAGE, "standard input is given twice");
            }
            TRY(look_at_stdin(plan, i, options, err));
            known = false;
            continue;
        }
        struct source *source;
        TRY(source_open(&source, options->paths[i], err));
        const enum status status = look_at_path(plan, i, source, head, options, err);
        plan->bytes += source_size(source);
        source_close(source);
        if (status != OK)
            return status;
    }
    if (!known)
        plan->bytes = 0;
    return OK;
}

enum status
import_plan_make(struct import_plan *plan, const struct import_options *options, struct error *err)
{
    *plan = (struct import_plan){0};
    char *head = malloc(IMPORT_PART_SIZE);
    if (head == NULL)
        return error_memory(err, "looking at the files");
    enum status status = look_at_all(plan, options, head, err);
    free(head);
    if (status == OK && plan->count > 0)
        qsort(plan->inputs, plan->count, sizeof(plan->inputs[0]), compare);
    size_t first = 0;
    for (size_t i = 1; status == OK && i <= plan->count; i++) {
        if (i < plan->count && import_plan_same_stream(&plan->inputs[first], &plan->inputs[i]))
            continue;
        status = settle_stream(plan, first, i, err);
        first = i;
    }
    if (status != OK)
        import_plan_clear(plan);
    return status;
}

void
import_plan_clear(struct import_plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        source_close(plan->inputs[i].source);
        free(plan->inputs[i].head);
    }
    free(plan->inputs);
    *plan = (struct import_plan){0};
}
