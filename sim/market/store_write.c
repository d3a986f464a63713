/*
 * Rows fill one block a stream; a full block goes to a ring of slots, where each of its columns is
 * compressed as a job of the pool, and leaves it in order: the caller writes the oldest slot's
 * chunks when it needs the slot again.  All of the ring is written out before a stream is added,
 * so the order of HDF5 calls, and with it every byte, does not depend on the ring's length.
 */
#include "market/store.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <hdf5.h>
#include <hdf5_hl.h>
#include <libdeflate.h>

#include "base/fixed.h"
#include "base/money.h"
#include "base/replace.h"
#include "market/store_part.h"
#include "market/store_sink.h"

enum { RING_MAX = 16 };

/* One column of one block on its way to the file. */
struct column_job {
    struct pool_job job; /* first: the pool hands it back */
    struct libdeflate_compressor *compressor;
    unsigned char *values; /* a whole chunk, zeros after `used`; borrowed from the block */
    size_t used, full;     /* bytes */
    unsigned char *packed; /* owned; room for the worst case */
    size_t packed_room, packed_size;
    char digest[HASH_XXH_TEXT]; /* of the values used */
};

struct slot {
    size_t stream;
    size_t count;         /* rows */
    unsigned char *block; /* owned */
    struct column_job columns[TAPE_COLUMNS];
};

struct write_stream {
    struct tape_stream info; /* rows: appended */
    tape_hid_t group, columns[TAPE_COLUMNS];
    unsigned char *block; /* being filled; owned */
    size_t filled;
    uint64_t written; /* rows in the file */
    char chains[TAPE_COLUMNS][HASH_XXH_TEXT];
};

struct tape_writer {
    char *path, *partial; /* owned */
    struct pool *pool;    /* borrowed */
    hid_t file;
    struct store_sink sink; /* the partial file; its descriptor is ours */
    struct write_stream *streams;
    size_t stream_count;
    struct tape_source *sources;
    size_t source_count;
    struct slot ring[RING_MAX];
    size_t ring_size, oldest, busy;
    struct error failed; /* the first failure of the file; code OK: none */
};

static void
compress_job(struct pool_job *job)
{
    struct column_job *c = (struct column_job *)job;
    hash_xxh(c->values, c->used, c->digest);
    memset(c->values + c->used, 0, c->full - c->used);
    c->packed_size =
        libdeflate_zlib_compress(c->compressor, c->values, c->full, c->packed, c->packed_room);
    assert(c->packed_size > 0); /* the room is the worst case */
}

/* Whether all that was written so far arrived. */
static bool
arrived(const struct tape_writer *writer)
{
    return writer->failed.code == OK && writer->sink.failed == 0;
}

/* Remembers the first failure of the file: a tape that missed a chunk is never committed. */
static enum status
fail(struct tape_writer *writer, const char *doing, struct error *err)
{
    if (writer->failed.code == OK && writer->sink.failed != 0)
        error_system(&writer->failed, ERR_IO, writer->partial, doing, writer->sink.failed);
    else if (writer->failed.code == OK)
        tape_hdf_error(&writer->failed, ERR_IO, writer->partial, doing);
    if (err != NULL)
        *err = writer->failed;
    return writer->failed.code;
}

/* ---- creating ---- */

enum status
tape_writer_open(struct tape_writer **result, const char *path, struct pool *pool,
                 struct error *err)
{
    *result = NULL;
    tape_hdf_quiet();
    struct tape_writer *writer = calloc(1, sizeof(*writer));
    if (writer == NULL)
        return error_memory(err, "opening a tape");
    writer->pool = pool;
    writer->file = -1;
    writer->sink.fd = -1;
    writer->ring_size = pool_threads(pool) + 1 < RING_MAX ? pool_threads(pool) + 1 : RING_MAX;
    writer->path = strdup(path);
    char *partial = replace_partial_name(path);
    enum status status = OK;
    if (writer->path == NULL || partial == NULL) {
        status = error_memory(err, "opening a tape");
    } else {
        writer->sink.fd = open(partial, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (writer->sink.fd < 0)
            status = error_system(err, ERR_CREATE, partial, "create", errno);
    }
    if (status != OK) { /* there is no partial file to remove */
        free(partial);
        tape_writer_abort(writer);
        return status;
    }
    writer->partial = partial;
    writer->file = store_sink_create(&writer->sink, partial);
    if (writer->file < 0)
        status = tape_hdf_error(err, ERR_CREATE, partial, "create");
    else if (H5LTset_attribute_string(writer->file, "/", "Conventions", "CF-1.8") < 0 ||
             H5LTset_attribute_int(writer->file, "/", "seawall_tape_version",
                                   &(const int){TAPE_FORMAT_VERSION}, 1) < 0)
        status = fail(writer, "write", err);
    if (status != OK)
        tape_writer_abort(writer);
    else
        *result = writer;
    return status;
}

static enum status
check_stream(const struct tape_writer *writer, const struct tape_stream *stream, struct error *err)
{
    const char *name = stream->instrument;
    const size_t length = strnlen(name, TAPE_NAME_MAX);
    bool plain =
        length > 0 && length < TAPE_NAME_MAX && name[0] != '.' && strcmp(name, "provenance") != 0;
    for (size_t i = 0; plain && i < length; i++)
        plain = (unsigned char)name[i] > ' ' && name[i] != '/' && name[i] != 0x7f;
    if (!plain)
        return error_set(err, ERR_RANGE,
                         "%s: '%.*s' cannot name an instrument: 1 to %d bytes without spaces or "
                         "'/', not starting with '.', not 'provenance'",
                         writer->path, (int)length, name, TAPE_NAME_MAX - 1);
    for (size_t i = 0; i < writer->stream_count; i++) {
        if (tape_stream_compare(&writer->streams[i].info, stream) == 0)
            return error_set(err, ERR_RANGE, "%s: the tape has /%s/%s already", writer->path, name,
                             tape_kind_names[stream->kind]);
    }
    const int scales[] = {stream->kind == TAPE_FUNDING ? RATE_SCALE : stream->price_scale,
                          stream->kind == TAPE_TRADE ? stream->quantity_scale : 0};
    for (int i = 0; i < 2; i++) {
        if (scales[i] < 0 || scales[i] > FIXED_SCALE_MAX)
            return error_set(err, ERR_RANGE, "%s: /%s/%s: a scale of %d is outside [0, %d]",
                             writer->path, name, tape_kind_names[stream->kind], scales[i],
                             FIXED_SCALE_MAX);
    }
    return OK;
}

static enum status drain(struct tape_writer *writer, struct error *err);

enum status
tape_writer_stream(struct tape_writer *writer, const struct tape_stream *stream, size_t *id,
                   struct error *err)
{
    TRY(check_stream(writer, stream, err));
    TRY(drain(writer, err));
    struct write_stream *streams =
        realloc(writer->streams, (writer->stream_count + 1) * sizeof(*streams));
    if (streams == NULL)
        return error_memory(err, "adding a stream to a tape");
    writer->streams = streams;
    struct write_stream *added = &streams[writer->stream_count];
    *added = (struct write_stream){.group = -1, .block = tape_block_new()};
    if (added->block == NULL)
        return error_memory(err, "adding a stream to a tape");
    struct tape_stream *info = &added->info;
    *info = *stream;
    if (info->kind == TAPE_FUNDING)
        info->price_scale = RATE_SCALE;
    if (info->kind != TAPE_TRADE)
        info->quantity_scale = 0;
    if (!info->from_bars)
        info->bar_path[0] = '\0';
    info->bar_path[sizeof(info->bar_path) - 1] = '\0';
    info->rows = 0;
    info->first = info->last = 0;
    for (int i = 0; i < TAPE_COLUMNS; i++)
        added->columns[i] = -1;
    *id = writer->stream_count++;
    return tape_layout_stream(writer->file, info, &added->group, added->columns)
               ? OK
               : fail(writer, "write", err);
}

/* ---- the ring ---- */

/* Gives slot `i` what its jobs need for a stream of `kind`; kept for the slot's next blocks. */
static bool
reserve_slot(struct slot *slot, enum tape_kind kind)
{
    for (int i = 0; i < tape_column_count(kind); i++) {
        struct column_job *c = &slot->columns[i];
        c->job.run = compress_job;
        c->full = TAPE_CHUNK_ROWS * tape_column_size(i);
        if (c->compressor == NULL)
            c->compressor = libdeflate_alloc_compressor(TAPE_DEFLATE_LEVEL);
        if (c->compressor != NULL && c->packed == NULL) {
            c->packed_room = libdeflate_zlib_compress_bound(c->compressor, c->full);
            c->packed = malloc(c->packed_room);
        }
        if (c->packed == NULL)
            return false;
    }
    return true;
}

/* Waits for the oldest slot's jobs and writes its chunks, unless the file has failed already. */
static enum status
retire(struct tape_writer *writer, struct error *err)
{
    struct slot *slot = &writer->ring[writer->oldest];
    struct write_stream *stream = &writer->streams[slot->stream];
    const int columns = tape_column_count(stream->info.kind);
    writer->oldest = (writer->oldest + 1) % writer->ring_size;
    writer->busy--;
    for (int i = 0; i < columns; i++)
        pool_wait(writer->pool, &slot->columns[i].job);
    const hsize_t start = stream->written, rows = start + slot->count;
    for (int i = 0; arrived(writer) && i < columns; i++) {
        const struct column_job *c = &slot->columns[i];
        tape_digest_link(stream->chains[i], c->digest);
        if (H5Dset_extent(stream->columns[i], &rows) < 0 ||
            H5Dwrite_chunk(stream->columns[i], H5P_DEFAULT, 0, &start, c->packed_size, c->packed) <
                0)
            return fail(writer, "write", err);
    }
    stream->written = rows;
    return arrived(writer) ? OK : fail(writer, "write", err);
}

static enum status
drain(struct tape_writer *writer, struct error *err)
{
    while (writer->busy > 0)
        TRY(retire(writer, err));
    return arrived(writer) ? OK : fail(writer, "write", err);
}

/* Hands the rows gathered for stream `id` to the pool; it goes on in the slot's old block. */
static enum status
dispatch(struct tape_writer *writer, size_t id, struct error *err)
{
    if (writer->busy == writer->ring_size)
        TRY(retire(writer, err));
    struct write_stream *stream = &writer->streams[id];
    struct slot *slot = &writer->ring[(writer->oldest + writer->busy) % writer->ring_size];
    unsigned char *next = slot->block != NULL ? slot->block : tape_block_new();
    slot->block = next;
    if (next == NULL || !reserve_slot(slot, stream->info.kind))
        return error_memory(err, "compressing a tape");
    slot->stream = id;
    slot->count = stream->filled;
    slot->block = stream->block;
    stream->block = next;
    stream->filled = 0;
    writer->busy++;
    for (int i = 0; i < tape_column_count(stream->info.kind); i++) {
        struct column_job *c = &slot->columns[i];
        c->values = tape_block_column(slot->block, i);
        c->used = slot->count * tape_column_size(i);
        pool_submit(writer->pool, &c->job);
    }
    return OK;
}

/* ---- appending ---- */

static enum status
check_rows(const struct tape_writer *writer, const struct tape_stream *info,
           const struct tape_rows *rows, struct error *err)
{
    const void *values[TAPE_COLUMNS] = {rows->time, rows->price, rows->quantity, rows->side};
    for (int i = 0; i < tape_column_count(info->kind); i++) {
        assert(values[i] != NULL);
        size_t bad = tape_column_fault(info->kind, i, values[i], rows->count);
        if (i == TAPE_TIME && info->rows > 0 && rows->time[0] < info->last)
            bad = 0;
        if (bad < rows->count)
            return tape_fault_set(err, writer->path, info, i, values[i], bad, info->rows + bad);
    }
    return OK;
}

enum status
tape_writer_append(struct tape_writer *writer, size_t id, const struct tape_rows *rows,
                   struct error *err)
{
    assert(id < writer->stream_count);
    struct write_stream *stream = &writer->streams[id];
    if (!arrived(writer))
        return fail(writer, "write", err);
    if (rows->count == 0)
        return OK;
    TRY(check_rows(writer, &stream->info, rows, err));
    const void *values[TAPE_COLUMNS] = {rows->time, rows->price, rows->quantity, rows->side};
    const int columns = tape_column_count(stream->info.kind);
    for (size_t done = 0; done < rows->count;) {
        const size_t room = TAPE_CHUNK_ROWS - stream->filled, left = rows->count - done;
        const size_t count = left < room ? left : room;
        for (int i = 0; i < columns; i++) {
            const size_t size = tape_column_size(i);
            unsigned char *column = tape_block_column(stream->block, i);
            memcpy(column + stream->filled * size, (const unsigned char *)values[i] + done * size,
                   count * size);
        }
        stream->filled += count;
        done += count;
        if (stream->filled == TAPE_CHUNK_ROWS) {
            struct error error;
            if (dispatch(writer, id, &error) != OK) {
                writer->failed = error; /* rows are missing from here on */
                return fail(writer, "write", err);
            }
        }
    }
    if (stream->info.rows == 0)
        stream->info.first = rows->time[0];
    stream->info.last = rows->time[rows->count - 1];
    stream->info.rows += rows->count;
    return OK;
}

enum status
tape_writer_source(struct tape_writer *writer, const struct tape_source *source, struct error *err)
{
    struct tape_source *sources =
        realloc(writer->sources, (writer->source_count + 1) * sizeof(*sources));
    if (sources == NULL)
        return error_memory(err, "recording a source of a tape");
    writer->sources = sources;
    struct tape_source *added = &sources[writer->source_count++];
    *added = *source;
    /* What lies behind the end of a text must not reach the file. */
    memset(added->name, 0, sizeof(added->name));
    memset(added->format, 0, sizeof(added->format));
    memset(added->instrument, 0, sizeof(added->instrument));
    memset(added->sha256, 0, sizeof(added->sha256));
    memcpy(added->name, source->name, strnlen(source->name, sizeof(added->name) - 1));
    memcpy(added->format, source->format, strnlen(source->format, sizeof(added->format) - 1));
    memcpy(added->instrument, source->instrument,
           strnlen(source->instrument, sizeof(added->instrument) - 1));
    memcpy(added->sha256, source->sha256, strnlen(source->sha256, sizeof(added->sha256) - 1));
    return OK;
}

/* ---- ending ---- */

static int
compare_streams(const void *a, const void *b)
{
    const struct write_stream *first = a, *second = b;
    return tape_stream_compare(&first->info, &second->info);
}

/* The digests of every stream and of the tape.  Reorders the streams: their ids end here. */
static bool
write_digests(struct tape_writer *writer)
{
    char whole[HASH_XXH_TEXT] = "";
    if (writer->stream_count > 0)
        qsort(writer->streams, writer->stream_count, sizeof(writer->streams[0]), compare_streams);
    for (size_t i = 0; i < writer->stream_count; i++) {
        struct write_stream *stream = &writer->streams[i];
        char digest[HASH_XXH_TEXT];
        tape_digest_stream(&stream->info, stream->chains, digest);
        tape_digest_link(whole, digest);
        if (H5LTset_attribute_string(stream->group, ".", "digest", digest) < 0)
            return false;
    }
    if (writer->stream_count == 0)
        tape_digest_link(whole, "");
    return H5LTset_attribute_string(writer->file, "/", "digest", whole) >= 0;
}

static void
close_streams(struct tape_writer *writer)
{
    for (size_t i = 0; i < writer->stream_count; i++) {
        struct write_stream *stream = &writer->streams[i];
        for (int j = 0; j < TAPE_COLUMNS; j++) {
            if (stream->columns[j] >= 0)
                H5Dclose(stream->columns[j]);
            stream->columns[j] = -1;
        }
        if (stream->group >= 0)
            H5Gclose(stream->group);
        stream->group = -1;
    }
}

/* All rows and metadata into the partial file, and it onto the disk. */
static enum status
finish(struct tape_writer *writer, struct error *err)
{
    for (size_t i = 0; i < writer->stream_count; i++) {
        if (writer->streams[i].filled > 0)
            TRY(dispatch(writer, i, err));
    }
    TRY(drain(writer, err));
    if (!write_digests(writer) ||
        !tape_layout_provenance(writer->file, writer->sources, writer->source_count))
        return fail(writer, "write", err);
    close_streams(writer);
    if (H5Fflush(writer->file, H5F_SCOPE_GLOBAL) < 0 || !arrived(writer))
        return fail(writer, "write", err);
    const tape_hid_t file = writer->file;
    writer->file = -1;
    if (!store_sink_close(&writer->sink, file) || !arrived(writer))
        return fail(writer, "close", err);
    if (fsync(writer->sink.fd) != 0)
        return error_system(err, ERR_IO, writer->partial, "sync", errno);
    return OK;
}

enum status
tape_writer_commit(struct tape_writer *writer, struct error *err)
{
    enum status status = finish(writer, err);
    if (status == OK && rename(writer->partial, writer->path) != 0)
        status = error_system(err, ERR_CREATE, writer->path, "rename the finished tape to", errno);
    if (status == OK) {
        free(writer->partial); /* there is nothing to remove any more */
        writer->partial = NULL;
        status = replace_sync_directory(writer->path, err);
        if (status != OK)
            unlink(writer->path);
    }
    tape_writer_abort(writer);
    return status;
}

void
tape_writer_abort(struct tape_writer *writer)
{
    if (writer == NULL)
        return;
    for (; writer->busy > 0; writer->busy--) {
        struct slot *slot = &writer->ring[writer->oldest];
        for (int i = 0; i < tape_column_count(writer->streams[slot->stream].info.kind); i++)
            pool_wait(writer->pool, &slot->columns[i].job);
        writer->oldest = (writer->oldest + 1) % writer->ring_size;
    }
    writer->sink.discard = true;
    close_streams(writer);
    if (writer->file >= 0)
        store_sink_close(&writer->sink, writer->file);
    H5Eclear2(H5E_DEFAULT);
    if (writer->sink.fd >= 0)
        close(writer->sink.fd);
    if (writer->partial != NULL)
        unlink(writer->partial);
    for (size_t i = 0; i < RING_MAX; i++) {
        struct slot *slot = &writer->ring[i];
        free(slot->block);
        for (int j = 0; j < TAPE_COLUMNS; j++) {
            libdeflate_free_compressor(slot->columns[j].compressor);
            free(slot->columns[j].packed);
        }
    }
    for (size_t i = 0; i < writer->stream_count; i++)
        free(writer->streams[i].block);
    free(writer->streams);
    free(writer->sources);
    free(writer->partial);
    free(writer->path);
    free(writer);
}
