/*
 * store.h - the tape: what happened, as columns in an HDF5 file.
 *
 * A tape is /<instrument>/<kind>/<column>: 1-D int64 (side: int8) datasets, chunked by 65,536
 * rows, plain deflate 1 without shuffle, so any HDF5 reader opens it.  seawall itself writes and
 * reads the chunks raw (H5Dwrite_chunk, H5Dread_chunk) and runs libdeflate on worker threads:
 * four times the speed of H5Dread (tests/bench/bench_tape.c), the library lock never held while
 * inflating.  (Chunk addresses and pread would do as well, but HDF5 1.10 finds the n-th address
 * by walking all before it: 4 s a column of 10,000 chunks, against 10 ms for H5Dread_chunk.)
 * A tape another program wrote with other chunks or filters is read through H5Dread.
 *
 *     kind      columns
 *     trade     time price quantity side       side: +1 the buyer was the aggressor, -1 the
 *     mark      time price                     seller, 0 unknown
 *     index     time price
 *     funding   time rate                      rate at scale 12, a share per interval
 *
 * Within a kind times never decrease; prices are > 0, quantities >= 0 (rates may be anything):
 * rows that break this are an error when written and when read, for tapes of others too.
 *
 * A tape is written as <path>.partial, synced and renamed: a file of that name is complete.  The
 * same calls write the same bytes at any number of threads.  Attributes: units, long_name,
 * scale_factor and add_offset (CF) and the exact integer `decimals` on columns; from_bars and
 * bar_path on a kind made from bars; `digest` on a kind and on the file.  time is the dimension
 * scale of the other columns, so xarray opens group "<instrument>/<kind>" and decodes it.  No
 * HDF5 call is made on any thread but the caller's.
 */
#ifndef SIM_MARKET_STORE_H
#define SIM_MARKET_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/pool.h"
#include "base/timeline.h"

enum tape_kind { TAPE_TRADE = 0, TAPE_MARK, TAPE_INDEX, TAPE_FUNDING, TAPE_KINDS };
enum { TAPE_CHUNK_ROWS = 65536, TAPE_NAME_MAX = 48, TAPE_FORMAT_VERSION = 1 };

extern const char *const tape_kind_names[]; /* "trade", "mark", "index", "funding", NULL */

/* A run of rows, one array per column, each of `count` elements; borrowed.  quantity and side are
 * NULL for kinds without them; `price` holds the rate of a funding row. */
struct tape_rows {
    size_t count;
    const int64_t *time;     /* ns, not decreasing */
    const int64_t *price;    /* at price_scale (funding: rate at scale 12) */
    const int64_t *quantity; /* at quantity_scale */
    const int8_t *side;      /* +1, -1, 0 */
};

/* One /<instrument>/<kind> of a tape. */
struct tape_stream {
    char instrument[TAPE_NAME_MAX];
    enum tape_kind kind;
    int price_scale, quantity_scale; /* 0..18; funding: price_scale is always 12; quantity_scale is
                                        0 for kinds without quantities */
    bool from_bars;
    char bar_path[24]; /* "open-low-high-close" ...; "" when not from bars */
    uint64_t rows;
    time_ns_t first, last; /* of the rows; 0 when there are none */
};

/* One input file, as /provenance keeps it (a compound row). */
struct tape_source {
    char name[256];  /* file name without its directory */
    char format[32]; /* "binance_trades" */
    char instrument[TAPE_NAME_MAX];
    char sha256[HASH_SHA256_TEXT];
    uint64_t size;    /* bytes, as stored */
    uint64_t rows;    /* data rows read */
    uint64_t skipped; /* rows left out (duplicates) */
    uint64_t gaps;    /* gaps longer than the expected step or the stated limit */
    uint64_t missing; /* rows left out by the venue or on the way: ids between consecutive rows */
    time_ns_t gap_longest;
    time_ns_t first, last;
};

/* ---- writing ---- */

struct tape_writer;

/* Creates <path>.partial.  `pool` (borrowed) compresses. */
enum status tape_writer_open(struct tape_writer **writer, const char *path, struct pool *pool,
                             struct error *err) MUST_CHECK;

/* Adds an empty stream; name, kind, scales, from_bars and bar_path of *stream are used.  Stores
 * its id.  ERR_RANGE when the tape has it already, or for a name that cannot be a group's. */
enum status tape_writer_stream(struct tape_writer *writer, const struct tape_stream *stream,
                               size_t *id, struct error *err) MUST_CHECK;

/* Appends rows (copied) to stream `id`; times must continue its order.  ERR_RANGE names the first
 * row that breaks a rule, and nothing of *rows is kept then; ERR_IO (disk full) is final. */
enum status tape_writer_append(struct tape_writer *writer, size_t id, const struct tape_rows *rows,
                               struct error *err) MUST_CHECK;

/* Records an input file in /provenance. */
enum status tape_writer_source(struct tape_writer *writer, const struct tape_source *source,
                               struct error *err) MUST_CHECK;

/* Flushes, syncs, renames to the final name and frees the writer, also on failure (then the
 * partial file is removed). */
enum status tape_writer_commit(struct tape_writer *writer, struct error *err) MUST_CHECK;

/* Removes the partial file and frees the writer; NULL is allowed. */
void tape_writer_abort(struct tape_writer *writer);

/* ---- reading ---- */

struct tape;

/* Opens a tape and checks its version, the types of its columns and that all columns of a kind
 * have one length.  ERR_NO_INPUT, ERR_PARSE with what is wrong. */
enum status tape_open(struct tape **tape, const char *path, struct error *err) MUST_CHECK;
void tape_close(struct tape *tape); /* NULL is allowed */

/* Streams are in the order of instrument name, then kind. */
size_t tape_stream_count(const struct tape *tape);
const struct tape_stream *tape_stream_at(const struct tape *tape, size_t id);
/* The id of /<instrument>/<kind>, or SIZE_MAX. */
size_t tape_stream_find(const struct tape *tape, const char *instrument, enum tape_kind kind);

size_t tape_source_count(const struct tape *tape);
const struct tape_source *tape_source_at(const struct tape *tape, size_t i);

/* For `seawall info`: bytes of the file, bytes its stream takes compressed, rows of all streams. */
uint64_t tape_file_size(const struct tape *tape);
enum status tape_stream_size(struct tape *tape, size_t id, uint64_t *bytes,
                             struct error *err) MUST_CHECK;
uint64_t tape_rows_total(const struct tape *tape);

/* XXH3-128 over names, scales, row counts and the values of all rows: the digest results keep of
 * their tapes.  Independent of file name, provenance, compression and library versions.  It was
 * computed while the tape was written and is read from the file; a tape of another program that
 * carries none is read through for it. */
enum status tape_digest(struct tape *tape, char text[HASH_XXH_TEXT], struct error *err) MUST_CHECK;

/* Reads every row on `pool` (borrowed), checks it, and compares with the stored digests; ERR_PARSE
 * names the first stream that differs. */
enum status tape_verify(struct tape *tape, struct pool *pool, struct error *err) MUST_CHECK;

/* Reads one stream front to back, decompressing a few chunks ahead on `pool` (borrowed). */
struct tape_cursor;

/* Starts at the chunk that holds the first row with time >= from (rows before it in that chunk
 * are left out). */
enum status tape_cursor_open(struct tape_cursor **cursor, struct tape *tape, size_t id,
                             time_ns_t from, struct pool *pool, struct error *err) MUST_CHECK;

/* The next rows (at most one chunk), valid until the next call; count 0 at the end.  A damaged or
 * unordered chunk is ERR_PARSE when its turn comes, and at every call after that. */
enum status tape_cursor_next(struct tape_cursor *cursor, struct tape_rows *rows,
                             struct error *err) MUST_CHECK;
void tape_cursor_close(struct tape_cursor *cursor); /* NULL is allowed */

#endif
