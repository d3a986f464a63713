/*
 * bench_import.c - the speed of import against libcsv's own, in the same run.
 *
 * Writes a trades CSV of about 100 MB (deterministic) and times
 *   - libcsv alone, callbacks that do nothing, over the text in memory: the floor;
 *   - what a worker does with the same text: libcsv, numbers, checks, columns (parse);
 *   - the whole import into a sink that does nothing: reading, SHA-256 and parsing, by one thread
 *     and by two.
 * Best of several each.  One line a figure: name value unit target verdict.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <csv.h>

#include "base/pool.h"
#include "market/import.h"
#include "market/import_part.h"

enum { ROWS = 1600000, REPEATS = 3, PART_REPEATS = 5, BLOCK = 1 << 20 };

static double
seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static uint32_t
next(uint32_t *state)
{
    *state = *state * UINT32_C(1664525) + UINT32_C(1013904223);
    return *state >> 8;
}

/* A random walk of BTCUSDT-like trades. */
static double
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
    const double size = (double)ftell(file);
    assert(fclose(file) == 0);
    return size;
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
    const double start = seconds();
    const size_t read = csv_parse(parser, text, length, ignore_field, ignore_row, NULL);
    const double took = seconds() - start;
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
    const double start = seconds();
    import_part_run(&part->job);
    const double took = seconds() - start;
    part->text = own;
    return took;
}

static void
least(double *value, double candidate)
{
    if (candidate < *value)
        *value = candidate;
}

/* Seconds libcsv alone and a worker need for the whole text.  Part by part, one after the other and
 * the best of several each: other programs on the machine disturb single parts, not the sum. */
static void
time_parsing(char *text, size_t size, double *floor, double *parse)
{
    const struct format_choice choice = {NULL, FORMAT_KIND_ANY, -1, -1, 0};
    struct format_layout layout;
    struct import_part part;
    struct csv_parser parser;
    uint64_t rows = 0;
    enum status status = format_detect(&layout, "BTCUSDT-trades-2024-08-08.csv", text,
                                       part_length(text, size), &choice, NULL);
    if (status == OK)
        status = import_part_init(&part, NULL);
    if (status != OK || csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0)
        exit(1);
    part.fields.layout = &layout;
    part.rule = (struct check_rule){.has_id = layout.has_id};
    *floor = *parse = 0.0;
    for (size_t at = 0, length; at < size; at += length) {
        double alone = 1e9, whole = 1e9;
        length = part_length(text + at, size - at);
        for (int i = 0; i < PART_REPEATS; i++) {
            part.fields.header = at == 0;
            least(&alone, time_libcsv(&parser, text + at, length));
            least(&whole, time_part(&part, text + at, length));
        }
        *floor += alone;
        *parse += whole;
        rows += part.count;
    }
    assert(rows == ROWS);
    csv_free(&parser);
    import_part_clear(&part);
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

static double
time_import(const char *path, unsigned threads)
{
    struct pool *pool;
    struct error err;
    struct import_summary summary;
    uint64_t count = 0;
    const struct import_sink sink = {&count, null_stream, null_append, null_source};
    struct import_options options = import_defaults();
    options.paths = &path;
    options.path_count = 1;
    if (pool_open(&pool, threads, &err) != OK) {
        fprintf(stderr, "%s\n", err.message);
        exit(1);
    }
    options.pool = pool;
    const double start = seconds();
    if (import_run(&options, &sink, &summary, &err) != OK) {
        fprintf(stderr, "%s\n", err.message);
        exit(1);
    }
    const double took = seconds() - start;
    assert(count == ROWS);
    pool_close(pool);
    return took;
}

static void
print(const char *name, double value, const char *unit, double target)
{
    printf("%s %.3g %s >=%.3g %s\n", name, value, unit, target, value >= target ? "ok" : "MISSED");
}

int
main(void)
{
    char directory[] = "/tmp/seawall-bench-XXXXXX", path[64];
    assert(mkdtemp(directory) != NULL);
    snprintf(path, sizeof(path), "%s/BTCUSDT-trades-2024-08-08.csv", directory);
    const double megabytes = write_trades(path) * 1e-6;
    double floor, parts, one = 1e9, two = 1e9;
    size_t size;
    char *text = load(path, &size);
    time_parsing(text, size, &floor, &parts);
    free(text);
    for (int i = 0; i < REPEATS; i++) {
        least(&one, time_import(path, 1));
        least(&two, time_import(path, 2));
    }
    unlink(path);
    rmdir(directory);
    printf("import_libcsv_floor %.4g MB/s - info\n", megabytes / floor);
    printf("import_parse_speed %.4g MB/s - info\n", megabytes / parts);
    printf("import_whole_speed %.4g MB/s - info\n", megabytes / one);
    printf("import_whole_rows %.3g Mrow/s - info\n", ROWS * 1e-6 / one);
    print("import_parse_ratio", floor / parts, "ratio", 0.80);
    print("import_threads_2", one / two, "speedup", 1.6);
    return 0;
}
