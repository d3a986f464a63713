/*
 * import_memory.h - a sink for import that keeps everything in memory, and throw-away input files.
 */
#ifndef TESTS_SUPPORT_IMPORT_MEMORY_H
#define TESTS_SUPPORT_IMPORT_MEMORY_H

#include "market/import.h"

enum { IMPORT_MEMORY_STREAMS = 8, IMPORT_MEMORY_SOURCES = 16 };

/* What a sink was given; {0} before, import_memory_clear() after. */
struct import_memory {
    size_t streams, sources;
    struct tape_stream stream[IMPORT_MEMORY_STREAMS];
    struct tape_source source[IMPORT_MEMORY_SOURCES];
    struct {
        size_t count, capacity;
        int64_t *time, *price, *quantity; /* owned; quantity and side 0 where there are none */
        int8_t *side;
    } rows[IMPORT_MEMORY_STREAMS];
};

struct import_sink import_memory_sink(struct import_memory *memory);
void import_memory_clear(struct import_memory *memory);

/* import_run() into `memory` with `threads` threads; paths, path_count and pool of the options are
 * filled in. */
enum status import_memory_run(struct import_options options, const char *const *paths, size_t count,
                              unsigned threads, struct import_memory *memory,
                              struct import_summary *summary, struct error *err) MUST_CHECK;

/* A new empty directory; the caller frees the name. */
char *import_memory_directory(void);

/* Writes a file into it and returns its path, which the caller frees. */
char *import_memory_file(const char *directory, const char *name, const void *bytes, size_t length);

/* The same, gzip-compressed. */
char *import_memory_gzip(const char *directory, const char *name, const void *bytes, size_t length);

/* A zip of `count` texts. */
char *import_memory_zip(const char *directory, const char *name, const char *const *members,
                        const char *const *texts, size_t count);

/* Removes the directory and the files in it, and frees its name. */
void import_memory_remove(char *directory);

/* The headers of the files the tests write. */
#define TRADES "id,price,qty,quote_qty,time,is_buyer_maker\n"
#define PLAIN "time,price,quantity,side\n"
#define KLINES                                                                             \
    "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume," \
    "taker_buy_quote_volume,ignore\n"
#define BITMEX "timestamp,symbol,open,high,low,close,trades,volume\n"

#endif
