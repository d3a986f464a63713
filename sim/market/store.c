#include "market/store.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hdf5.h>

#include "base/money.h"
#include "market/store_part.h"

static_assert(sizeof(hid_t) == sizeof(tape_hid_t), "hid_t is 64 bits since HDF5 1.10");
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "chunks are stored little-endian");

const char *const tape_kind_names[] = {"trade", "mark", "index", "funding", NULL};

int
tape_column_count(enum tape_kind kind)
{
    return kind == TAPE_TRADE ? TAPE_COLUMNS : TAPE_PRICE + 1;
}

const char *
tape_column_name(enum tape_kind kind, int column)
{
    static const char *const names[] = {"time", "price", "quantity", "side"};
    return kind == TAPE_FUNDING && column == TAPE_PRICE ? "rate" : names[column];
}

size_t
tape_column_size(int column)
{
    return column == TAPE_SIDE ? sizeof(int8_t) : sizeof(int64_t);
}

bool
tape_column_decimals(const struct tape_stream *stream, int column, int *decimals)
{
    if (column == TAPE_PRICE)
        *decimals = stream->kind == TAPE_FUNDING ? RATE_SCALE : stream->price_scale;
    else if (column == TAPE_QUANTITY)
        *decimals = stream->quantity_scale;
    else
        return false;
    return true;
}

unsigned char *
tape_block_new(void)
{
    return malloc(TAPE_CHUNK_ROWS * (TAPE_SIDE * sizeof(int64_t) + sizeof(int8_t)));
}

void *
tape_block_column(unsigned char *block, int column)
{
    return block + (size_t)column * TAPE_CHUNK_ROWS * sizeof(int64_t);
}

/* ---- the rules: a stretch of values at once without a branch, which the compiler does several at
 * a time, and one by one where a stretch has a fault or is the last ---- */

enum { STRETCH = 64 };

/* Whether a stretch is nowhere under `minimum`, 0 or 1: the top bit says so. */
static bool
none_below(const int64_t *values, int64_t minimum)
{
    uint64_t below = 0;
    for (size_t i = 0; i < STRETCH; i++)
        below |= (uint64_t)values[i] | ((uint64_t)values[i] - (uint64_t)minimum);
    return below >> 63 == 0;
}

/* Whether none of a stretch and the value after it is less than the one before it. */
static bool
none_back(const int64_t *values)
{
    uint64_t back = 0;
    for (size_t i = 0; i < STRETCH; i++) {
        const uint64_t a = (uint64_t)values[i + 1], b = (uint64_t)values[i];
        back |= (a & ~b) | (~(a ^ b) & (a - b)); /* top bit: a < b, as signed numbers */
    }
    return back >> 63 == 0;
}

/* Whether a stretch is -1, 0 and 1 only. */
static bool
none_but_sides(const int8_t *values)
{
    uint8_t other = 0;
    for (size_t i = 0; i < STRETCH; i++)
        other |= (uint8_t)(values[i] + 1) > 2;
    return other == 0;
}

/* The index of the first value under `minimum`, or count. */
static size_t
first_below(const int64_t *values, size_t count, int64_t minimum)
{
    size_t i = 0;
    while (count - i >= STRETCH && none_below(values + i, minimum))
        i += STRETCH;
    while (i < count && values[i] >= minimum)
        i++;
    return i;
}

static size_t
first_back(const int64_t *values, size_t count)
{
    size_t i = 0;
    while (count - i > STRETCH && none_back(values + i))
        i += STRETCH;
    for (i++; i < count && values[i] >= values[i - 1]; i++)
        continue;
    return i < count ? i : count;
}

static size_t
first_no_side(const int8_t *values, size_t count)
{
    size_t i = 0;
    while (count - i >= STRETCH && none_but_sides(values + i))
        i += STRETCH;
    while (i < count && values[i] >= -1 && values[i] <= 1)
        i++;
    return i;
}

size_t
tape_column_fault(enum tape_kind kind, int column, const void *values, size_t count)
{
    switch (column) {
    case TAPE_TIME:
        return first_back(values, count);
    case TAPE_PRICE:
        return kind == TAPE_FUNDING ? count : first_below(values, count, 1);
    case TAPE_QUANTITY:
        return first_below(values, count, 0);
    default:
        return first_no_side(values, count);
    }
}

enum status
tape_fault_set(struct error *err, const char *path, const struct tape_stream *stream, int column,
               const void *values, size_t index, uint64_t row)
{
    const char *rule = column == TAPE_PRICE      ? "a price must be > 0"
                       : column == TAPE_QUANTITY ? "a quantity must be >= 0"
                                                 : "a side is -1, 0 or +1";
    const char *name = tape_column_name(stream->kind, column);
    if (column == TAPE_TIME) {
        char time[TIMELINE_TEXT_MAX];
        timeline_format(time, ((const int64_t *)values)[index]);
        return error_set(err, ERR_RANGE,
                         "%s: /%s/%s/%s: row %" PRIu64 " is at %s, before the row before it", path,
                         stream->instrument, tape_kind_names[stream->kind], name, row, time);
    }
    const int64_t value = column == TAPE_SIDE ? (int64_t)((const int8_t *)values)[index]
                                              : ((const int64_t *)values)[index];
    return error_set(err, ERR_RANGE, "%s: /%s/%s/%s: row %" PRIu64 " is %" PRId64 ": %s", path,
                     stream->instrument, tape_kind_names[stream->kind], name, row, value, rule);
}

int
tape_stream_compare(const struct tape_stream *a, const struct tape_stream *b)
{
    const int order = strcmp(a->instrument, b->instrument);
    return order != 0 ? order : (int)a->kind - (int)b->kind;
}

void
tape_digest_link(char chain[HASH_XXH_TEXT], const char *link)
{
    char both[2 * HASH_XXH_TEXT];
    const int length = snprintf(both, sizeof(both), "%s%s", chain, link);
    hash_xxh(both, (size_t)length, chain);
}

void
tape_digest_stream(const struct tape_stream *stream, char columns[TAPE_COLUMNS][HASH_XXH_TEXT],
                   char text[HASH_XXH_TEXT])
{
    char line[512];
    int price_scale = 0, quantity_scale = 0;
    const int count = tape_column_count(stream->kind);
    tape_column_decimals(stream, TAPE_PRICE, &price_scale);
    if (count > TAPE_QUANTITY)
        tape_column_decimals(stream, TAPE_QUANTITY, &quantity_scale);
    int length = snprintf(line, sizeof(line), "%s/%s %d %d %" PRIu64 " %s\n", stream->instrument,
                          tape_kind_names[stream->kind], price_scale, quantity_scale, stream->rows,
                          stream->from_bars ? stream->bar_path : "-");
    for (int i = 0; i < count; i++)
        length += snprintf(line + length, sizeof(line) - (size_t)length, "%s\n", columns[i]);
    assert(length < (int)sizeof(line));
    hash_xxh(line, (size_t)length, text);
}

void
tape_hdf_quiet(void)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

/* HDF5 tells a system error only in the text of its error stack: "... errno = 28, ...". */
static herr_t
find_errno(unsigned n, const H5E_error2_t *record, void *result)
{
    (void)n;
    const char *at = record->desc == NULL ? NULL : strstr(record->desc, "errno = ");
    if (at != NULL && *(int *)result == 0)
        *(int *)result = (int)strtol(at + strlen("errno = "), NULL, 10);
    return 0;
}

enum status
tape_hdf_error(struct error *err, enum status otherwise, const char *path, const char *doing)
{
    int number = 0;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, find_errno, &number);
    H5Eclear2(H5E_DEFAULT);
    if (number != 0)
        return error_system(err, ERR_IO, path, doing, number);
    return error_set(err, otherwise, "%s: cannot %s", path, doing);
}

/* ---- what is known of an open tape ---- */

size_t
tape_stream_count(const struct tape *tape)
{
    return tape->stream_count;
}

const struct tape_stream *
tape_stream_at(const struct tape *tape, size_t id)
{
    assert(id < tape->stream_count);
    return &tape->streams[id].stream;
}

size_t
tape_stream_find(const struct tape *tape, const char *instrument, enum tape_kind kind)
{
    for (size_t i = 0; i < tape->stream_count; i++) {
        const struct tape_stream *stream = &tape->streams[i].stream;
        if (stream->kind == kind && strcmp(stream->instrument, instrument) == 0)
            return i;
    }
    return SIZE_MAX;
}

size_t
tape_source_count(const struct tape *tape)
{
    return tape->source_count;
}

const struct tape_source *
tape_source_at(const struct tape *tape, size_t i)
{
    assert(i < tape->source_count);
    return &tape->sources[i];
}

uint64_t
tape_file_size(const struct tape *tape)
{
    return tape->size;
}

uint64_t
tape_rows_total(const struct tape *tape)
{
    uint64_t rows = 0;
    for (size_t i = 0; i < tape->stream_count; i++)
        rows += tape->streams[i].stream.rows;
    return rows;
}

enum status
tape_stream_size(struct tape *tape, size_t id, uint64_t *bytes, struct error *err)
{
    const struct tape_stream *stream = tape_stream_at(tape, id);
    *bytes = 0;
    for (int i = 0; i < tape_column_count(stream->kind); i++) {
        char path[TAPE_NAME_MAX + 32];
        snprintf(path, sizeof(path), "%s/%s/%s", stream->instrument, tape_kind_names[stream->kind],
                 tape_column_name(stream->kind, i));
        hid_t dataset = H5Dopen2(tape->file, path, H5P_DEFAULT);
        if (dataset < 0)
            return tape_hdf_error(err, ERR_PARSE, tape->path, "open a column");
        *bytes += H5Dget_storage_size(dataset);
        H5Dclose(dataset);
    }
    return OK;
}

/* Reads all streams for their digests and chains them; compares each with the stored one. */
static enum status
recount(struct tape *tape, struct pool *pool, char text[HASH_XXH_TEXT], struct error *err)
{
    text[0] = '\0';
    for (size_t i = 0; i < tape->stream_count; i++) {
        const struct tape_stored *stored = &tape->streams[i];
        char digest[HASH_XXH_TEXT];
        TRY(tape_stream_recount(tape, i, pool, digest, err));
        tape_digest_link(text, digest);
        if (stored->digest[0] != '\0' && strcmp(stored->digest, digest) != 0)
            return error_set(err, ERR_PARSE,
                             "%s: /%s/%s is not what was written: its digest is %s, stored is %s",
                             tape->path, stored->stream.instrument,
                             tape_kind_names[stored->stream.kind], digest, stored->digest);
    }
    if (tape->stream_count == 0)
        tape_digest_link(text, "");
    return OK;
}

enum status
tape_digest(struct tape *tape, char text[HASH_XXH_TEXT], struct error *err)
{
    if (tape->digest[0] != '\0') {
        memcpy(text, tape->digest, HASH_XXH_TEXT);
        return OK;
    }
    struct pool *pool;
    TRY(pool_open(&pool, 1, err));
    const enum status status = recount(tape, pool, text, err);
    pool_close(pool);
    return status;
}

enum status
tape_verify(struct tape *tape, struct pool *pool, struct error *err)
{
    char digest[HASH_XXH_TEXT];
    TRY(recount(tape, pool, digest, err));
    if (tape->digest[0] != '\0' && strcmp(tape->digest, digest) != 0)
        return error_set(err, ERR_PARSE,
                         "%s: a stream was added, removed or replaced: the digest is %s, stored "
                         "is %s",
                         tape->path, digest, tape->digest);
    return OK;
}
