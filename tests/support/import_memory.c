#include "import_memory.h"

#include <assert.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>

static enum status
on_stream(void *context, const struct tape_stream *stream, size_t *id, struct error *err)
{
    struct import_memory *memory = context;
    (void)err;
    assert(memory->streams < IMPORT_MEMORY_STREAMS);
    *id = memory->streams;
    memory->stream[memory->streams++] = *stream;
    return OK;
}

static void *
grow(void *column, size_t bytes)
{
    void *grown = realloc(column, bytes);
    assert(grown != NULL);
    return grown;
}

static enum status
on_append(void *context, size_t id, const struct tape_rows *rows, struct error *err)
{
    struct import_memory *memory = context;
    (void)err;
    assert(id < memory->streams && rows->count > 0);
    const size_t count = memory->rows[id].count, total = count + rows->count;
    if (total > memory->rows[id].capacity) {
        const size_t capacity = total * 2;
        memory->rows[id].time = grow(memory->rows[id].time, capacity * sizeof(int64_t));
        memory->rows[id].price = grow(memory->rows[id].price, capacity * sizeof(int64_t));
        memory->rows[id].quantity = grow(memory->rows[id].quantity, capacity * sizeof(int64_t));
        memory->rows[id].side = grow(memory->rows[id].side, capacity);
        memory->rows[id].capacity = capacity;
    }
    assert((rows->quantity != NULL) == (memory->stream[id].kind == TAPE_TRADE));
    memcpy(memory->rows[id].time + count, rows->time, rows->count * sizeof(int64_t));
    memcpy(memory->rows[id].price + count, rows->price, rows->count * sizeof(int64_t));
    memset(memory->rows[id].quantity + count, 0, rows->count * sizeof(int64_t));
    memset(memory->rows[id].side + count, 0, rows->count);
    if (rows->quantity != NULL) {
        memcpy(memory->rows[id].quantity + count, rows->quantity, rows->count * sizeof(int64_t));
        memcpy(memory->rows[id].side + count, rows->side, rows->count);
    }
    memory->rows[id].count = total;
    return OK;
}

static enum status
on_source(void *context, const struct tape_source *source, struct error *err)
{
    struct import_memory *memory = context;
    (void)err;
    assert(memory->sources < IMPORT_MEMORY_SOURCES);
    memory->source[memory->sources++] = *source;
    return OK;
}

struct import_sink
import_memory_sink(struct import_memory *memory)
{
    return (struct import_sink){memory, on_stream, on_append, on_source};
}

enum status
import_memory_run(struct import_options options, const char *const *paths, size_t count,
                  unsigned threads, struct import_memory *memory, struct import_summary *summary,
                  struct error *err)
{
    const struct import_sink sink = import_memory_sink(memory);
    struct pool *pool;
    const enum status opened = pool_open(&pool, threads, err);
    assert(opened == OK);
    (void)opened;
    options.paths = paths;
    options.path_count = count;
    options.pool = pool;
    const enum status status = import_run(&options, &sink, summary, err);
    pool_close(pool);
    return status;
}

void
import_memory_clear(struct import_memory *memory)
{
    for (size_t i = 0; i < memory->streams; i++) {
        free(memory->rows[i].time);
        free(memory->rows[i].price);
        free(memory->rows[i].quantity);
        free(memory->rows[i].side);
    }
    memset(memory, 0, sizeof(*memory));
}

char *
import_memory_directory(void)
{
    char *directory = strdup("/tmp/seawall-test-XXXXXX");
    assert(directory != NULL && mkdtemp(directory) != NULL);
    return directory;
}

static char *
join(const char *directory, const char *name)
{
    const size_t size = strlen(directory) + strlen(name) + 2;
    char *path = malloc(size);
    assert(path != NULL);
    snprintf(path, size, "%s/%s", directory, name);
    return path;
}

char *
import_memory_file(const char *directory, const char *name, const void *bytes, size_t length)
{
    char *path = join(directory, name);
    FILE *file = fopen(path, "wb");
    assert(file != NULL && fwrite(bytes, 1, length, file) == length && fclose(file) == 0);
    return path;
}

char *
import_memory_gzip(const char *directory, const char *name, const void *bytes, size_t length)
{
    char *path = join(directory, name);
    gzFile file = gzopen(path, "wb6");
    assert(file != NULL);
    assert(length == 0 || gzwrite(file, bytes, (unsigned)length) == (int)length);
    assert(gzclose(file) == Z_OK);
    return path;
}

char *
import_memory_zip(const char *directory, const char *name, const char *const *members,
                  const char *const *texts, size_t count)
{
    char *path = join(directory, name);
    struct archive *archive = archive_write_new();
    assert(archive_write_set_format_zip(archive) == ARCHIVE_OK);
    assert(archive_write_open_filename(archive, path) == ARCHIVE_OK);
    for (size_t i = 0; i < count; i++) {
        struct archive_entry *entry = archive_entry_new();
        const size_t length = strlen(texts[i]);
        archive_entry_set_pathname(entry, members[i]);
        archive_entry_set_size(entry, (la_int64_t)length);
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        assert(archive_write_header(archive, entry) == ARCHIVE_OK);
        assert(archive_write_data(archive, texts[i], length) == (la_ssize_t)length);
        archive_entry_free(entry);
    }
    assert(archive_write_free(archive) == ARCHIVE_OK);
    return path;
}

void
import_memory_remove(char *directory)
{
    DIR *listing = opendir(directory);
    assert(listing != NULL);
    for (const struct dirent *entry; (entry = readdir(listing)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        char *path = join(directory, entry->d_name);
        unlink(path);
        free(path);
    }
    closedir(listing);
    rmdir(directory);
    free(directory);
}
