/*
 * bench_import.c - the speed of import against libcsv's own, in the same run.
 *
 * Writes a trades CSV of about 100 MB (deterministic) and reads it
 *   - with libcsv alone, callbacks that do nothing, 1 MiB buffer, same options: the floor;
 *   - with import into a sink that does nothing, one thread;
 *   - with import, two threads.
 * Best of three each.  One line a figure: name value unit target verdict.
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

enum { ROWS = 1600000, REPEATS = 3, BLOCK = 1 << 20 };

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

static double
time_libcsv(const char *path)
{
    char *block = malloc(BLOCK);
    struct csv_parser parser;
    FILE *file = fopen(path, "r");
    assert(block != NULL && file != NULL &&
           csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) == 0);
    const double start = seconds();
    size_t got;
    while ((got = fread(block, 1, BLOCK, file)) > 0) {
        const size_t read = csv_parse(&parser, block, got, ignore_field, ignore_row, NULL);
        assert(read == got);
        (void)read;
    }
    csv_fini(&parser, ignore_field, ignore_row, NULL);
    const double took = seconds() - start;
    csv_free(&parser);
    fclose(file);
    free(block);
    return took;
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
    double floor = 1e9, one = 1e9, two = 1e9;
    for (int i = 0; i < REPEATS; i++) {
        const double a = time_libcsv(path), b = time_import(path, 1), c = time_import(path, 2);
        floor = a < floor ? a : floor;
        one = b < one ? b : one;
        two = c < two ? c : two;
    }
    unlink(path);
    rmdir(directory);
    printf("import_libcsv_floor %.4g MB/s - info\n", megabytes / floor);
    printf("import_parse_speed %.4g MB/s - info\n", megabytes / one);
    printf("import_parse_rows %.3g Mrow/s - info\n", ROWS * 1e-6 / one);
    print("import_parse_ratio", floor / one, "ratio", 0.80);
    print("import_threads_2", one / two, "speedup", 1.6);
    return 0;
}
