#include "market/import.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "market/import_part.h"
#include "market/import_plan.h"

enum { SLOTS_MAX = 32 };

/* The stream being written. */
struct stream {
    size_t id;
    bool begun;                      /* `last` is set */
    struct format_row last;          /* the last data row of it */
    char last_name[SOURCE_NAME_MAX]; /* of the file it is from */
};

struct import {
    const struct import_options *options;
    const struct import_sink *sink;
    struct import_summary *summary;
    struct import_plan plan;
    struct import_part *slots; /* owned: a ring, parts are taken in the order they were filled */
    size_t slot_count;
    struct stream stream;
    uint64_t bytes_done; /* of the files read before this one */
};

/* The file being read. */
struct file {
    const struct import_input *input; /* borrowed */
    struct source *source;            /* borrowed */
    struct tape_source about;
    uint64_t rows;    /* given to the sink */
    uint64_t lines;   /* before the part that is taken next */
    size_t oldest;    /* slot of that part */
    size_t queued;    /* parts filled and not yet taken */
    const char *tail; /* what followed the last line end of the newest part */
    size_t tail_length;
    bool begun;   /* a part was filled */
    bool ended;   /* the last part was filled */
    bool serial;  /* a double quote was seen: one part at a time from here on */
    bool reading; /* ... and the serial part's reader is in the middle of the text */
};

struct import_options
import_defaults(void)
{
    return (struct import_options){
        .kind = FORMAT_KIND_ANY, .price_scale = -1, .quantity_scale = -1};
}

static void
extend(time_ns_t *first, time_ns_t *last, bool begun, const struct tape_rows *rows, size_t from)
{
    if (!begun || rows->time[from] < *first)
        *first = rows->time[from];
    if (!begun || rows->time[rows->count - 1] > *last)
        *last = rows->time[rows->count - 1];
}

/* Appends the rows of a part from `from` on. */
static enum status
append(struct import *import, struct file *file, const struct import_part *part, size_t from,
       struct error *err)
{
    struct tape_rows rows = part->rows;
    struct import_summary *summary = import->summary;
    if (from == rows.count)
        return OK;
    extend(&summary->first, &summary->last, summary->rows > 0, &rows, from);
    extend(&file->about.first, &file->about.last, file->rows > 0, &rows, from);
    rows.count -= from;
    rows.time += from;
    rows.price += from;
    if (rows.quantity != NULL) {
        rows.quantity += from;
        rows.side += from;
    }
    summary->rows += rows.count;
    file->rows += rows.count;
    return import->sink->append(import->sink->context, import->stream.id, &rows, err);
}

/* Whether the first row of a part may follow the last row of the stream; *skip when it repeats
 * it. */
static enum status
join(struct import *import, struct file *file, struct import_part *part, bool *skip,
     struct error *err)
{
    const struct stream *stream = &import->stream;
    *skip = false;
    if (part->count == 0 || !stream->begun)
        return OK;
    const enum check_verdict verdict =
        check_row(&part->rule, &stream->last, &part->first, &part->checked);
    *skip = verdict == CHECK_DUPLICATE;
    if (verdict == CHECK_FINE || *skip)
        return OK;
    const unsigned long long line = (unsigned long long)(file->lines + part->first_line);
    const char *name = source_name(file->source);
    if (file->about.rows == 0 && verdict != CHECK_ID_BACK) {
        char first[TIMELINE_TEXT_MAX], last[TIMELINE_TEXT_MAX];
        timeline_format(first, part->first.time);
        timeline_format(last, part->rule.bars ? stream->last.end : stream->last.time);
        return error_set(err, ERR_PARSE,
                         "%s:%llu: error: the file begins at %s, before %s ends at %s: "
                         "files of one stream may not overlap",
                         name, line, first, stream->last_name, last);
    }
    char text[160];
    check_describe(verdict, &stream->last, &part->first, &part->rule, text, sizeof(text));
    return error_set(err, ERR_PARSE, "%s:%llu: error: %s", name, line, text);
}

static enum status
part_problem(const struct file *file, const struct import_part *part, struct error *err)
{
    const struct csv_problem *problem = csv_first_problem(part->reader);
    const char *name = source_name(file->source);
    const unsigned long long line = (unsigned long long)(file->lines + problem->line);
    if (part->no_memory)
        return error_memory(err, name);
    if (problem->column == 0)
        return error_set(err, ERR_PARSE, "%s:%llu: error: %s", name, line, problem->text);
    return error_set(err, ERR_PARSE, "%s:%llu:%u: error: %s", name, line, problem->column,
                     problem->text);
}

static void
count_part(struct import *import, struct file *file, const struct import_part *part)
{
    struct import_summary *summary = import->summary;
    struct tape_source *about = &file->about;
    about->rows += part->count;
    about->skipped += part->skipped;
    about->gaps += part->checked.gaps;
    about->missing += part->checked.missing;
    if (part->checked.gap_longest > about->gap_longest)
        about->gap_longest = part->checked.gap_longest;
    summary->empty_bars += part->empty_bars;
    if (part->count > 0) {
        import->stream.last = part->previous;
        import->stream.begun = true;
    }
}

/* Takes the oldest part: waits, joins it to what came before, appends. */
static enum status
take(struct import *import, struct file *file, struct error *err)
{
    struct import_part *part = &import->slots[file->oldest];
    if (!file->reading)
        pool_wait(import->options->pool, &part->job);
    file->oldest = (file->oldest + 1) % import->slot_count;
    file->queued--;
    bool skip;
    TRY(join(import, file, part, &skip, err));
    if (csv_first_problem(part->reader)->line != 0)
        return part_problem(file, part, err);
    part->skipped += skip;
    if (skip && part->first_rows == 0)
        part->empty_bars--; /* an empty bar, again: a duplicate only */
    count_part(import, file, part);
    TRY(append(import, file, part, skip ? part->first_rows : 0, err));
    if (!file->reading)
        file->lines += csv_line(part->reader) - 1;
    if (import->options->progress != NULL)
        import->options->progress(import->options->progress_context, import->summary->rows,
                                  import->bytes_done + source_position(file->source),
                                  import->plan.bytes);
    return OK;
}

/* Lets the queued parts end and forgets them. */
static void
abandon(struct import *import, struct file *file)
{
    for (; file->queued > 0; file->queued--) {
        pool_wait(import->options->pool, &import->slots[file->oldest].job);
        file->oldest = (file->oldest + 1) % import->slot_count;
    }
}

static enum status
drain(struct import *import, struct file *file, struct error *err)
{
    while (file->queued > 0)
        TRY(take(import, file, err));
    return OK;
}

/* The next bytes of the file: first those its head was told from, when it cannot be read twice. */
static enum status
read_more(struct file *file, struct import_part *part, size_t at, size_t *end, struct error *err)
{
    const struct import_input *input = file->input;
    if (!file->begun && input->head != NULL) {
        memcpy(part->text, input->head, input->head_length);
        *end = input->head_length;
        if (input->head_length == IMPORT_PART_SIZE)
            return OK;
        at = input->head_length;
    }
    size_t got;
    TRY(source_read(file->source, part->text + at, IMPORT_PART_SIZE - at, &got, err));
    *end = at + got;
    return OK;
}

/* Fills a part with the tail of the part before and as many whole lines as fit. */
static enum status
fill(struct import *import, struct file *file, struct import_part *part, struct error *err)
{
    if (file->tail_length > 0)
        memmove(part->text, file->tail, file->tail_length);
    size_t end;
    TRY(read_more(file, part, file->tail_length, &end, err));
    part->last = end < IMPORT_PART_SIZE;
    part->start = file->begun ? 0 : import_plan_bom(part->text, end);
    size_t lines = end;
    while (!part->last && !file->serial && lines > 0 && part->text[lines - 1] != '\n')
        lines--;
    if (lines == 0 && end > 0)
        return error_set(err, ERR_PARSE, "%s: error: a line longer than %d bytes",
                         source_name(file->source), IMPORT_PART_SIZE);
    part->length = lines - part->start;
    const struct format_layout *layout = &file->input->layout;
    format_start(&part->fields, layout);
    part->rule = (struct check_rule){layout->type->bars, layout->has_id,
                                     import->options->keep_duplicates, import->options->gap_limit};
    part->path = import->options->bar_path;
    part->continued = false;
    if (!file->begun)
        part->header = layout->header;
    file->tail = part->text + lines;
    file->tail_length = end - lines;
    file->begun = true;
    file->ended = part->last;
    return OK;
}

/* From the first double quote on: the caller reads, in one slot, one text. */
static enum status
read_serially(struct import *import, struct file *file, struct import_part *part, struct error *err)
{
    TRY(drain(import, file, err));
    file->serial = file->reading = true;
    for (;;) {
        import_part_run(&part->job);
        file->oldest = (size_t)(part - import->slots);
        file->queued = 1;
        TRY(take(import, file, err));
        if (file->ended)
            return OK;
        TRY(fill(import, file, part, err));
        part->continued = true;
    }
}

static enum status
read_parts(struct import *import, struct file *file, struct error *err)
{
    while (!file->ended) {
        if (file->queued == import->slot_count)
            TRY(take(import, file, err));
        struct import_part *part =
            &import->slots[(file->oldest + file->queued) % import->slot_count];
        struct error later; /* mistakes in the parts before are reported first, whoever is faster */
        const enum status status = fill(import, file, part, &later);
        if (status != OK) {
            TRY(drain(import, file, err));
            return error_set(err, status, "%s", later.message);
        }
        if (memchr(part->text + part->start, '"', part->length) != NULL)
            return read_serially(import, file, part, err);
        pool_submit(import->options->pool, &part->job);
        file->queued++;
    }
    return drain(import, file, err);
}

/* "a.csv", or "a.zip/b.csv" where a.zip holds several. */
static void
name_source(struct file *file)
{
    const char *path = file->input->path;
    const char *slash = strrchr(path, '/');
    const char *base = slash == NULL ? path : slash + 1;
    if (file->input->source != NULL)
        base = "standard input";
    if (file->input->alone)
        snprintf(file->about.name, sizeof(file->about.name), "%s", base);
    else
        snprintf(file->about.name, sizeof(file->about.name), "%.127s/%.127s", base,
                 source_file(file->source));
}

static enum status
read_source(struct import *import, const struct import_input *input, struct source *source,
            struct error *err)
{
    struct file file = {.input = input, .source = source};
    struct import_summary *summary = import->summary;
    source_hash_with(source, import->options->pool);
    enum status status = read_parts(import, &file, err);
    if (status != OK) {
        abandon(import, &file);
        return status;
    }
    snprintf(import->stream.last_name, sizeof(import->stream.last_name), "%s", source_name(source));
    name_source(&file);
    snprintf(file.about.format, sizeof(file.about.format), "%s", input->layout.type->name);
    snprintf(file.about.instrument, sizeof(file.about.instrument), "%s", input->instrument);
    TRY(source_digest(source, file.about.sha256, &file.about.size, err));
    summary->files++;
    summary->read += file.about.rows;
    summary->skipped += file.about.skipped;
    summary->gaps += file.about.gaps;
    summary->missing += file.about.missing;
    if (file.about.gap_longest > summary->gap_longest)
        summary->gap_longest = file.about.gap_longest;
    import->bytes_done += source_position(source);
    return import->sink->source(import->sink->context, &file.about, err);
}

static enum status
read_input(struct import *import, const struct import_input *input, struct error *err)
{
    if (input->source != NULL)
        return read_source(import, input, input->source, err);
    struct source *source;
    TRY(source_open(&source, input->path, err));
    enum status status = OK;
    bool more = true;
    for (unsigned i = 0; i <= input->member && status == OK && more; i++)
        status = source_next(source, &more, err);
    if (status == OK && !more)
        status =
            error_set(err, ERR_IO, "%s: error: the file changed while it was read", input->path);
    if (status == OK)
        status = read_source(import, input, source, err);
    source_close(source);
    return status;
}

static enum status
begin_stream(struct import *import, const struct import_input *input, struct error *err)
{
    struct tape_stream about = {.kind = input->layout.kind,
                                .price_scale = input->layout.price_scale,
                                .quantity_scale = input->layout.quantity_scale,
                                .from_bars = input->layout.type->bars};
    snprintf(about.instrument, sizeof(about.instrument), "%s", input->instrument);
    if (about.from_bars)
        snprintf(about.bar_path, sizeof(about.bar_path), "%s",
                 bars_path_names[import->options->bar_path]);
    import->stream = (struct stream){0};
    import->summary->streams++;
    return import->sink->stream(import->sink->context, &about, &import->stream.id, err);
}

static enum status
open_slots(struct import *import, struct error *err)
{
    const unsigned threads = pool_threads(import->options->pool);
    import->slot_count = threads == 1 ? 1 : threads * 2 < SLOTS_MAX ? threads * 2 : SLOTS_MAX;
    import->slots = calloc(import->slot_count, sizeof(import->slots[0]));
    if (import->slots == NULL)
        return error_memory(err, "reading CSV");
    for (size_t i = 0; i < import->slot_count; i++)
        TRY(import_part_init(&import->slots[i], err));
    return OK;
}

static enum status
read_all(struct import *import, struct error *err)
{
    const struct import_plan *plan = &import->plan;
    for (size_t i = 0; i < plan->count; i++) {
        if (i == 0 || !import_plan_same_stream(&plan->inputs[i - 1], &plan->inputs[i]))
            TRY(begin_stream(import, &plan->inputs[i], err));
        TRY(read_input(import, &plan->inputs[i], err));
    }
    return OK;
}

enum status
import_run(const struct import_options *options, const struct import_sink *sink,
           struct import_summary *summary, struct error *err)
{
    struct import import = {.options = options, .sink = sink, .summary = summary};
    assert(options->pool != NULL);
    assert(options->price_scale <= 18 && options->quantity_scale <= 18);
    *summary = (struct import_summary){0};
    if (options->path_count == 0)
        return error_set(err, ERR_USAGE, "no file to import");
    enum status status = import_plan_make(&import.plan, options, err);
    if (status == OK)
        status = open_slots(&import, err);
    if (status == OK)
        status = read_all(&import, err);
    for (size_t i = 0; import.slots != NULL && i < import.slot_count; i++)
        import_part_clear(&import.slots[i]);
    free(import.slots);
    import_plan_clear(&import.plan);
    return status;
}
