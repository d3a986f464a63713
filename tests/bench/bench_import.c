/*
 * bench_import.c - the speed of import against libcsv's own, in the same run.
 *
 * Writes a trades CSV of about 100 MB (deterministic) and times
 *   - libcsv alone, callbacks that do nothing, over the text in memory: the floor;
 *   - what a worker does with the same text: libcsv, numbers, checks, columns (parse);
 *   - the whole import, reading, SHA-256 and parsing, into a sink that does nothing and into a
 *     tape, by one thread and by two;
 *   - the most memory a process needs that imports the file into a tape.
 * What is compared is timed in turn and the figure is the median of the ratios: other programs on
 * the machine disturb both sides alike.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csv.h>

#include "base/pool.h"
#include "market/import.h"
#include "market/import_part.h"

#include "measure.h"

enum { ROWS = 1600000, ROUNDS = 3, PART_ROUNDS = 5, PARTS_MAX = 256, BLOCK = 1 << 20 };

static uint32_t
next(uint32_t *state)
{
    *state = *state * UINT32_C(1664525) + UINT32_C(1013904223);
    return *state >> 8;
}

/* A random walk of BTCUSDT-like trades. */
static void
write_trades(const char *path)
{
    FILE *file = fopen(path, "w");
    assert(file != NULL);
    uint32_t state = 1;
    int64_t price = 6180030, time = 1723161256322;
    fputs("id,price,qty,quote_qty,time,is_buyer_maker\n", file);
    for (int64_t i = 0; i < ROWS; i++) {
        price += (int64_t)(next(&state) % 21) - 10;
        time += next(&state) % 17 == 0 ? 40 : 0;
        const int64_t quantity = 1 + next(&state) % 2000;
        fprintf(file, "%lld,%lld.%02lld,%lld.%03lld,%.8f,%lld,%s\n", (long long)(5266583935 + i),
                (long long)(price / 100), (long long)(price % 100), (long long)(quantity / 1000),
                (long long)(quantity % 1000), (double)price * (double)quantity * 1e-5,
                (long long)time, next(&state) % 2 == 0 ? "true" : "false");
    }
    const int closed = fclose(file);
    assert(closed == 0);
    (void)closed;
}

static void
ignore_field(void *text, size_t length, void *data)
{
    (void)text;
    (void)length;
    (void)data;
}

static void
ignore_row(int end, void *data)
{
    (void)end;
    (void)data;
}

/* The whole file in memory, so that parsing is timed and nothing else. */
static char *
load(const char *path, size_t *size)
{
    FILE *file = fopen(path, "r");
    assert(file != NULL && fseek(file, 0, SEEK_END) == 0);
    *size = (size_t)ftell(file);
    rewind(file);
    char *text = malloc(*size);
    assert(text != NULL && fread(text, 1, *size, file) == *size && fclose(file) == 0);
    return text;
}

/* Length of the next part: at most a block, whole lines. */
static size_t
part_length(const char *text, size_t left)
{
    size_t length = left < BLOCK ? left : BLOCK;
    while (text[length - 1] != '\n')
        length--;
    return length;
}

static double
time_libcsv(struct csv_parser *parser, const char *text, size_t length)
{
    const double start = measure_seconds();
    const size_t read = csv_parse(parser, text, length, ignore_field, ignore_row, NULL);
    const double took = measure_seconds() - start;
    assert(read == length);
    (void)read;
    return took;
}

/* What a worker does with a part: csv, format, check, columns. */
static double
time_part(struct import_part *part, char *text, size_t length)
{
    char *own = part->text;
    part->text = text;
    part->length = length;
    const double start = measure_seconds();
    import_part_run(&part->job);
    const double took = measure_seconds() - start;
    part->text = own;
    return took;
}

static void
least(double *value, double candidate)
{
    if (candidate < *value)
        *value = candidate;
}

/* The text part by part: libcsv alone and a worker in turn, the best of several each. */
static void
bench_parsing(char *text, size_t size)
{
    const struct format_choice choice = {NULL, FORMAT_KIND_ANY, -1, -1, 0};
    struct format_layout layout;
    struct import_part part;
    struct csv_parser parser;
    double ratios[PARTS_MAX], floor = 0.0, parse = 0.0;
    uint64_t rows = 0;
    size_t parts = 0;
    enum status status = format_detect(&layout, "BTCUSDT-trades-2024-08-08.csv", text,
                                       part_length(text, size), &choice, NULL);
    if (status == OK)
        status = import_part_init(&part, NULL);
    if (status != OK || csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0)
        exit(1);
    format_start(&part.fields, &layout);
    part.rule = (struct check_rule){.has_id = layout.has_id};
    for (size_t at = 0, length; at < size; at += length) {
        double alone = 1e9, whole = 1e9;
        length = part_length(text + at, size - at);
        for (int i = 0; i < PART_ROUNDS; i++) {
            part.header = at == 0;
            least(&alone, time_libcsv(&parser, text + at, length));
            least(&whole, time_part(&part, text + at, length));
        }
        floor += alone;
        parse += whole;
        rows += part.count;
        assert(parts < PARTS_MAX);
        ratios[parts++] = alone / whole;
    }
    assert(rows == ROWS);
    csv_free(&parser);
    import_part_clear(&part);
    measure_print("import_parse_ratio", measure_median(ratios, parts), "ratio", ">=0.8");
    measure_print("import_libcsv_floor", (double)size * 1e-6 / floor, "MB/s", "-");
    measure_print("import_parse_speed", (double)size * 1e-6 / parse, "MB/s", "-");
}

static enum status
null_stream(void *context, const struct tape_stream *stream, size_t *id, struct error *err)
{
    (void)context;
    (void)stream;
    (void)err;
    *id = 0;
    return OK;
}

static enum status
null_append(void *context, size_t id, const struct tape_rows *rows, struct error *err)
{
    uint64_t *count = context;
    (void)id;
    (void)err;
    *count += rows->count;
    return OK;
}

static enum status
null_source(void *context, const struct tape_source *source, struct error *err)
{
    (void)context;
    (void)source;
    (void)err;
    return OK;
}

static void
require(enum status status, const struct error *err)
{
    if (status != OK) {
        fprintf(stderr, "bench_import: %s\n", err->message);
        exit(1);
    }
}

static double
time_import(const char *path, unsigned threads, const char *tape)
{
    struct pool *pool;
    struct error err;
    struct import_summary summary;
    struct tape_writer *writer = NULL;
    uint64_t count = 0;
    struct import_sink sink = {&count, null_stream, null_append, null_source};
    struct import_options options = import_defaults();
    options.paths = &path;
    options.path_count = 1;
    require(pool_open(&pool, threads, &err), &err);
    options.pool = pool;
    const double start = measure_seconds();
    if (tape != NULL) {
        require(tape_writer_open(&writer, tape, pool, &err), &err);
        sink = import_tape_sink(writer);
    }
    require(import_run(&options, &sink, &summary, &err), &err);
    if (tape != NULL)
        require(tape_writer_commit(writer, &err), &err);
    const double took = measure_seconds() - start;
    assert(summary.rows == ROWS);
    pool_close(pool);
    if (tape != NULL)
        unlink(tape);
    return took;
}

/* A process of its own, and before this one has loaded anything: it begins with our memory. */
static void
bench_memory(const char *path, const char *tape)
{
    struct rusage usage;
    int result;
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        time_import(path, 2, tape);
        _exit(0);
    }
    const pid_t ended = waitpid(child, &result, 0);
    const int got = getrusage(RUSAGE_CHILDREN, &usage);
    assert(child > 0 && ended == child && result == 0 && got == 0);
    (void)ended, (void)got;
    measure_print("import_memory_peak", (double)usage.ru_maxrss * 1024e-6, "MB", "<=200");
}

/* The whole import by one thread and by two, in turn. */
static void
bench_whole(const char *path, const char *tape)
{
    double none[ROUNDS], one[ROUNDS], ratio_none[ROUNDS], ratio[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        none[i] = time_import(path, 1, NULL);
        ratio_none[i] = none[i] / time_import(path, 2, NULL);
        one[i] = time_import(path, 1, tape);
        ratio[i] = one[i] / time_import(path, 2, tape);
    }
    measure_print("import_whole_rows", ROWS * 1e-6 / measure_median(none, ROUNDS), "Mrow/s", "-");
    measure_print("import_whole_threads_2", measure_median(ratio_none, ROUNDS), "speedup", "-");
    measure_print("import_tape_rows", ROWS * 1e-6 / measure_median(one, ROUNDS), "Mrow/s", "-");
    measure_print("import_threads_2", measure_median(ratio, ROUNDS), "speedup", "-");
}

int
main(void)
{
    char directory[] = "/tmp/seawall-bench-XXXXXX", path[64], tape[64];
    if (mkdtemp(directory) == NULL)
        return 1;
    snprintf(path, sizeof(path), "%s/BTCUSDT-trades-2024-08-08.csv", directory);
    snprintf(tape, sizeof(tape), "%s/a.tape.h5", directory);
    write_trades(path);
    bench_memory(path, tape);
    size_t size;
    char *text = load(path, &size);
    bench_parsing(text, size);
    free(text);
    bench_whole(path, tape);
    unlink(path);
    rmdir(directory);
    return 0;
}
