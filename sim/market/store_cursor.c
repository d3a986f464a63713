/*
 * Reading a stream: the caller's thread fetches the chunks of the blocks ahead as they are stored,
 * the pool inflates and checks them straight into the arrays the caller gets, one job a column.
 *
 *     file --H5Dread_chunk--> packed --job--> block --tape_cursor_next--> caller
 *
 * A block is TAPE_CHUNK_ROWS rows, whatever the chunks of the file are; where they are not ours
 * the caller's thread reads the values with H5Dread and the job only checks them.
 */
#include "market/store.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hdf5.h>
#include <libdeflate.h>

#include "market/store_part.h"

enum { SLOTS_MAX = 9 };
/* Bytes of a stored chunk: no deflate of a chunk of ours takes more, so more is damage. */
enum { PACKED_MAX = 2 * TAPE_CHUNK_ROWS * 8 };
enum { CACHE_MAX = 64 << 20 }; /* bytes of chunks HDF5 keeps of a column that is not ours */

/* One column of one block on its way from the file. */
struct column_job {
    struct pool_job job; /* first: the pool hands it back */
    struct libdeflate_decompressor *inflater;
    unsigned char *packed; /* the chunk as stored; owned */
    size_t packed_size;    /* 0: the values are there already */
    void *values;          /* borrowed from the block */
    size_t count;
    enum tape_kind kind;
    int column;
    bool digesting;
    bool damaged;               /* does not inflate to a chunk */
    size_t fault;               /* first value that breaks a rule, or count */
    char digest[HASH_XXH_TEXT]; /* when digesting */
};

struct slot {
    size_t count;         /* rows */
    unsigned char *block; /* owned */
    struct column_job columns[TAPE_COLUMNS];
    int submitted;      /* jobs to wait for */
    enum status status; /* of fetching it */
    struct error error;
};

struct tape_cursor {
    const struct tape *tape;          /* borrowed */
    const struct tape_stream *stream; /* borrowed */
    struct pool *pool;                /* borrowed */
    hid_t datasets[TAPE_COLUMNS];
    bool raw[TAPE_COLUMNS]; /* chunks are as we write them */
    int columns;
    bool digesting;
    time_ns_t from, last; /* rows before `from` are left out; time of the last row seen */
    uint64_t blocks, next_fetch, next_out;
    struct slot slots[SLOTS_MAX];
    size_t slot_count;
    struct error failed; /* code OK: none */
};

bool
tape_values_read(tape_hid_t dataset, int column, uint64_t row, size_t count, void *values)
{
    const hsize_t start = row, length = count;
    hid_t space = H5Dget_space(dataset), memory = H5Screate_simple(1, &length, NULL);
    const bool good =
        space >= 0 && memory >= 0 &&
        H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &length, NULL) >= 0 &&
        H5Dread(dataset, column == TAPE_SIDE ? H5T_NATIVE_INT8 : H5T_NATIVE_INT64, memory, space,
                H5P_DEFAULT, values) >= 0;
    H5Sclose(memory);
    H5Sclose(space);
    return good;
}

static void
inflate_job(struct pool_job *job)
{
    struct column_job *c = (struct column_job *)job;
    const size_t size = tape_column_size(c->column);
    c->damaged = c->packed_size > 0 &&
                 libdeflate_zlib_decompress(c->inflater, c->packed, c->packed_size, c->values,
                                            TAPE_CHUNK_ROWS * size, NULL) != LIBDEFLATE_SUCCESS;
    if (c->damaged)
        return;
    c->fault = tape_column_fault(c->kind, c->column, c->values, c->count);
    if (c->digesting)
        hash_xxh(c->values, c->count * size, c->digest);
}

/* ---- opening ---- */

/* Whether the chunks of a column are stored as we write them: 65,536 rows, deflate and nothing
 * else, our byte order.  Otherwise *chunk_bytes is what HDF5 must cache to read it well. */
static bool
is_ours(hid_t dataset, int column, size_t *chunk_bytes)
{
    hid_t create = H5Dget_create_plist(dataset), type = H5Dget_type(dataset);
    hsize_t chunk = 0;
    const bool chunked =
        H5Pget_layout(create) == H5D_CHUNKED && H5Pget_chunk(create, 1, &chunk) == 1;
    bool ours = chunked && chunk == TAPE_CHUNK_ROWS && H5Pget_nfilters(create) == 1 &&
                H5Tequal(type, column == TAPE_SIDE ? H5T_STD_I8LE : H5T_STD_I64LE) > 0;
    if (ours) {
        unsigned flags, config, values[1];
        size_t count = 1;
        ours = H5Pget_filter2(create, 0, &flags, &count, values, 0, NULL, &config) ==
               H5Z_FILTER_DEFLATE;
    }
    *chunk_bytes = chunked ? (size_t)chunk * tape_column_size(column) : 0;
    H5Tclose(type);
    H5Pclose(create);
    return ours;
}

static hid_t
open_column(hid_t group, const char *name, int column, bool *ours)
{
    size_t bytes = 0;
    hid_t dataset = H5Dopen2(group, name, H5P_DEFAULT);
    if (dataset < 0)
        return dataset;
    *ours = is_ours(dataset, column, &bytes);
    if (*ours || bytes <= 1 << 20 || bytes > CACHE_MAX)
        return dataset;
    H5Dclose(dataset); /* again, with room for the chunk that several blocks are cut from */
    hid_t access = H5Pcreate(H5P_DATASET_ACCESS);
    H5Pset_chunk_cache(access, H5D_CHUNK_CACHE_NSLOTS_DEFAULT, bytes, H5D_CHUNK_CACHE_W0_DEFAULT);
    dataset = H5Dopen2(group, name, access);
    H5Pclose(access);
    return dataset;
}

/* Says what an HDF5 call on the stream could not do. */
static enum status
stream_error(const struct tape_cursor *cursor, const char *column, uint64_t block,
             struct error *err)
{
    char doing[160];
    const uint64_t row = block * TAPE_CHUNK_ROWS;
    snprintf(doing, sizeof(doing), "read /%s/%s/%s from row %" PRIu64 ": it is damaged",
             cursor->stream->instrument, tape_kind_names[cursor->stream->kind], column, row);
    return tape_hdf_error(err, ERR_PARSE, cursor->tape->path, doing);
}

/* The block that holds the first row with time >= from, or the one before it: the last that
 * starts before `from`. */
static enum status
find_block(struct tape_cursor *cursor, struct error *err)
{
    uint64_t low = 0, high = cursor->blocks; /* all before low start before from; none from high */
    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;
        int64_t time;
        if (!tape_values_read(cursor->datasets[TAPE_TIME], TAPE_TIME, middle * TAPE_CHUNK_ROWS, 1,
                              &time))
            return stream_error(cursor, "time", middle, err);
        if (time < cursor->from)
            low = middle + 1;
        else
            high = middle;
    }
    cursor->next_fetch = cursor->next_out = low > 0 ? low - 1 : 0;
    return OK;
}

static enum status
open_cursor(struct tape_cursor *cursor, struct error *err)
{
    const struct tape_stream *stream = cursor->stream;
    char path[TAPE_NAME_MAX + 16];
    snprintf(path, sizeof(path), "%s/%s", stream->instrument, tape_kind_names[stream->kind]);
    hid_t group = H5Gopen2(cursor->tape->file, path, H5P_DEFAULT);
    bool good = group >= 0;
    for (int i = 0; good && i < cursor->columns; i++) {
        const char *name = tape_column_name(stream->kind, i);
        cursor->datasets[i] = open_column(group, name, i, &cursor->raw[i]);
        good = cursor->datasets[i] >= 0;
    }
    H5Gclose(group);
    if (!good)
        return error_set(err, ERR_PARSE, "%s: /%s is damaged: its columns cannot be opened",
                         cursor->tape->path, path);
    cursor->blocks = stream->rows / TAPE_CHUNK_ROWS + (stream->rows % TAPE_CHUNK_ROWS != 0);
    if (cursor->from > stream->first || cursor->blocks == 0)
        TRY(find_block(cursor, err));
    const unsigned threads = pool_threads(cursor->pool);
    /* One is with the caller; twice the threads, so that none waits while a block is fetched. */
    uint64_t slots = threads == 1 ? 1 : threads * 2 + 1;
    if (slots > cursor->blocks - cursor->next_out)
        slots = cursor->blocks - cursor->next_out;
    cursor->slot_count = slots < SLOTS_MAX ? (size_t)slots : SLOTS_MAX;
    for (size_t i = 0; i < cursor->slot_count; i++) {
        struct slot *slot = &cursor->slots[i];
        slot->block = tape_block_new();
        for (int j = 0; slot->block != NULL && j < cursor->columns; j++) {
            slot->columns[j].inflater = libdeflate_alloc_decompressor();
            slot->columns[j].packed = malloc(PACKED_MAX);
            if (slot->columns[j].inflater == NULL || slot->columns[j].packed == NULL)
                return error_memory(err, "reading a tape");
        }
        if (slot->block == NULL)
            return error_memory(err, "reading a tape");
    }
    return OK;
}

static enum status
cursor_open(struct tape_cursor **result, const struct tape *tape, size_t id, time_ns_t from,
            struct pool *pool, bool digesting, struct error *err)
{
    assert(id < tape->stream_count);
    *result = NULL;
    tape_hdf_quiet();
    struct tape_cursor *cursor = calloc(1, sizeof(*cursor));
    if (cursor == NULL)
        return error_memory(err, "reading a tape");
    cursor->tape = tape;
    cursor->stream = &tape->streams[id].stream;
    cursor->pool = pool;
    cursor->columns = tape_column_count(cursor->stream->kind);
    cursor->digesting = digesting;
    cursor->from = from;
    cursor->last = INT64_MIN;
    for (int i = 0; i < TAPE_COLUMNS; i++)
        cursor->datasets[i] = -1;
    const enum status status = open_cursor(cursor, err);
    if (status == OK)
        *result = cursor;
    else
        tape_cursor_close(cursor);
    return status;
}

enum status
tape_cursor_open(struct tape_cursor **cursor, struct tape *tape, size_t id, time_ns_t from,
                 struct pool *pool, struct error *err)
{
    return cursor_open(cursor, tape, id, from, pool, false, err);
}

/* ---- fetching ---- */

/* The stored bytes of one chunk.  1: in c->packed; 0: it is stored without its filter, or not at
 * all; -1: it cannot be read. */
static int
fetch_chunk(struct column_job *c, hid_t dataset, uint64_t row)
{
    const hsize_t start = row;
    hsize_t size = 0;
    uint32_t skipped = 0;
    if (H5Dget_chunk_storage_size(dataset, &start, &size) < 0 || size > PACKED_MAX)
        return -1;
    if (size == 0)
        return 0;
    if (H5Dread_chunk(dataset, H5P_DEFAULT, &start, &skipped, c->packed) < 0)
        return -1;
    c->packed_size = skipped == 0 ? (size_t)size : 0;
    return skipped == 0;
}

/* Starts reading the next block into its slot. */
static void
fetch(struct tape_cursor *cursor)
{
    const uint64_t block = cursor->next_fetch++, row = block * TAPE_CHUNK_ROWS;
    const uint64_t left = cursor->stream->rows - row;
    struct slot *slot = &cursor->slots[block % cursor->slot_count];
    slot->count = left < TAPE_CHUNK_ROWS ? (size_t)left : TAPE_CHUNK_ROWS;
    slot->status = OK;
    slot->submitted = 0;
    for (int i = 0; i < cursor->columns; i++) {
        struct column_job *c = &slot->columns[i];
        c->job.run = inflate_job;
        c->values = tape_block_column(slot->block, i);
        c->count = slot->count;
        c->kind = cursor->stream->kind;
        c->column = i;
        c->digesting = cursor->digesting;
        c->packed_size = 0;
        const int packed = cursor->raw[i] ? fetch_chunk(c, cursor->datasets[i], row) : 0;
        if (packed < 0 ||
            (packed == 0 && !tape_values_read(cursor->datasets[i], i, row, c->count, c->values))) {
            slot->status = stream_error(cursor, tape_column_name(c->kind, i), block, &slot->error);
            return;
        }
        pool_submit(cursor->pool, &c->job);
        slot->submitted++;
    }
}

static void
wait_for(struct tape_cursor *cursor, struct slot *slot)
{
    for (int i = 0; i < slot->submitted; i++)
        pool_wait(cursor->pool, &slot->columns[i].job);
    slot->submitted = 0;
}

/* Whether the rows of a finished slot may be given out. */
static enum status
check_slot(struct tape_cursor *cursor, const struct slot *slot, uint64_t block, struct error *err)
{
    const uint64_t row = block * TAPE_CHUNK_ROWS;
    const struct tape_stream *stream = cursor->stream;
    if (slot->status != OK) {
        *err = slot->error;
        return slot->status;
    }
    for (int i = 0; i < cursor->columns; i++) {
        const struct column_job *c = &slot->columns[i];
        if (c->damaged)
            return stream_error(cursor, tape_column_name(stream->kind, i), block, err);
        size_t fault = c->fault;
        if (i == TAPE_TIME && *(const int64_t *)c->values < cursor->last)
            fault = 0;
        if (fault < c->count)
            return tape_fault_set(err, cursor->tape->path, stream, i, c->values, fault,
                                  row + fault);
    }
    cursor->last = ((const int64_t *)slot->columns[TAPE_TIME].values)[slot->count - 1];
    return OK;
}

/* The next block, checked; NULL at the end and on failure (then cursor->failed says so). */
static struct slot *
next_slot(struct tape_cursor *cursor)
{
    if (cursor->failed.code != OK)
        return NULL;
    while (cursor->next_fetch < cursor->blocks &&
           cursor->next_fetch < cursor->next_out + cursor->slot_count)
        fetch(cursor);
    if (cursor->next_out == cursor->blocks)
        return NULL;
    const uint64_t block = cursor->next_out++;
    struct slot *slot = &cursor->slots[block % cursor->slot_count];
    wait_for(cursor, slot);
    if (check_slot(cursor, slot, block, &cursor->failed) != OK)
        return NULL;
    return slot;
}

enum status
tape_cursor_next(struct tape_cursor *cursor, struct tape_rows *rows, struct error *err)
{
    *rows = (struct tape_rows){0};
    struct slot *slot;
    while ((slot = next_slot(cursor)) != NULL) {
        const int64_t *time = slot->columns[TAPE_TIME].values;
        size_t skip = 0;
        while (skip < slot->count && time[skip] < cursor->from)
            skip++;
        if (skip == slot->count)
            continue;
        rows->count = slot->count - skip;
        rows->time = time + skip;
        rows->price = (const int64_t *)slot->columns[TAPE_PRICE].values + skip;
        if (cursor->columns == TAPE_COLUMNS) {
            rows->quantity = (const int64_t *)slot->columns[TAPE_QUANTITY].values + skip;
            rows->side = (const int8_t *)slot->columns[TAPE_SIDE].values + skip;
        }
        return OK;
    }
    if (cursor->failed.code != OK && err != NULL)
        *err = cursor->failed;
    return cursor->failed.code;
}

void
tape_cursor_close(struct tape_cursor *cursor)
{
    if (cursor == NULL)
        return;
    for (size_t i = 0; i < cursor->slot_count; i++) {
        struct slot *slot = &cursor->slots[i];
        wait_for(cursor, slot);
        free(slot->block);
        for (int j = 0; j < TAPE_COLUMNS; j++) {
            libdeflate_free_decompressor(slot->columns[j].inflater);
            free(slot->columns[j].packed);
        }
    }
    for (int i = 0; i < TAPE_COLUMNS; i++) {
        if (cursor->datasets[i] >= 0)
            H5Dclose(cursor->datasets[i]);
    }
    H5Eclear2(H5E_DEFAULT);
    free(cursor);
}

enum status
tape_stream_recount(struct tape *tape, size_t id, struct pool *pool, char text[HASH_XXH_TEXT],
                    struct error *err)
{
    char chains[TAPE_COLUMNS][HASH_XXH_TEXT] = {""};
    struct tape_cursor *cursor;
    TRY(cursor_open(&cursor, tape, id, INT64_MIN, pool, true, err));
    const struct slot *slot;
    while ((slot = next_slot(cursor)) != NULL) {
        for (int i = 0; i < cursor->columns; i++)
            tape_digest_link(chains[i], slot->columns[i].digest);
    }
    const enum status status = cursor->failed.code;
    if (status != OK && err != NULL)
        *err = cursor->failed;
    tape_cursor_close(cursor);
    if (status == OK)
        tape_digest_stream(&tape->streams[id].stream, chains, text);
    return status;
}
