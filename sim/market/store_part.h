/*
 * store_part.h - what the parts of the tape (store*.c) share: the columns of a kind, the rules
 * their values obey, the digest, and how HDF5's errors become sentences.
 *
 * Only store*.c includes this.  hdf5.h stays in the .c files: an identifier of HDF5 is an int64_t
 * here, and store.c asserts that it is.
 */
#ifndef SIM_MARKET_STORE_PART_H
#define SIM_MARKET_STORE_PART_H

#include <stdbool.h>
#include <stdint.h>

#include "market/store.h"

typedef int64_t tape_hid_t; /* hid_t */

enum { TAPE_TIME = 0, TAPE_PRICE, TAPE_QUANTITY, TAPE_SIDE, TAPE_COLUMNS };
enum { TAPE_DEFLATE_LEVEL = 1 };

/* Columns of a kind: the first `n` of time, price (or rate), quantity, side. */
int tape_column_count(enum tape_kind kind);
const char *tape_column_name(enum tape_kind kind, int column);
/* Bytes of one value: 8, side 1. */
size_t tape_column_size(int column);
/* Whether the column holds decimals; their number is in *decimals then. */
bool tape_column_decimals(const struct tape_stream *stream, int column, int *decimals);

/* A chunk's worth of rows in memory, one column after the other; pages of columns a kind does not
 * have are never touched.  NULL when memory runs out; freed with free(). */
unsigned char *tape_block_new(void);
void *tape_block_column(unsigned char *block, int column);

/* The index of the first value that breaks the column's rule, or count: times never decrease, a
 * price is > 0 (a rate may be anything), a quantity >= 0, a side -1, 0 or +1. */
size_t tape_column_fault(enum tape_kind kind, int column, const void *values, size_t count);
/* The sentence for the value tape_column_fault() found; `row` counts from 0. */
enum status tape_fault_set(struct error *err, const char *path, const struct tape_stream *stream,
                           int column, const void *values, size_t index, uint64_t row);

/* A tape is ordered by instrument, then kind. */
int tape_stream_compare(const struct tape_stream *a, const struct tape_stream *b);

/* The digest of a column is a chain over its chunks, each hashed as plain values: "" to start,
 * then one link a chunk. */
void tape_digest_link(char chain[HASH_XXH_TEXT], const char *link);
/* Of a stream: its name, scales, row count, origin and the digests of its columns. */
void tape_digest_stream(const struct tape_stream *stream, char columns[TAPE_COLUMNS][HASH_XXH_TEXT],
                        char text[HASH_XXH_TEXT]);
/* The digest of a tape starts as "" too and has one link a stream, in the order of streams. */

/* The rows of stream `id`, read through and checked on `pool`, as the stream's digest. */
enum status tape_stream_recount(struct tape *tape, size_t id, struct pool *pool,
                                char text[HASH_XXH_TEXT], struct error *err) MUST_CHECK;

/* `count` values of a column from `row` on, through HDF5's own filters and conversions. */
bool tape_values_read(tape_hid_t dataset, int column, uint64_t row, size_t count, void *values);

/* Silences HDF5's own printing of errors on this thread. */
void tape_hdf_quiet(void);
/* An HDF5 call on `path` failed while `doing`: `otherwise`, unless the system said why. */
enum status tape_hdf_error(struct error *err, enum status otherwise, const char *path,
                           const char *doing);

/* The objects of a new tape; false on failure, when groups and columns opened before it are
 * left for the caller to close. */
bool tape_layout_stream(tape_hid_t file, const struct tape_stream *stream, tape_hid_t *group,
                        tape_hid_t columns[TAPE_COLUMNS]);
bool tape_layout_provenance(tape_hid_t file, const struct tape_source *sources, size_t count);
/* The compound type of struct tape_source in memory; the caller closes it. */
tape_hid_t tape_layout_source(void);

struct tape_stored {
    struct tape_stream stream;
    char digest[HASH_XXH_TEXT]; /* as stored; "" when the file has none */
};

struct tape {
    char *path; /* owned */
    tape_hid_t file;
    uint64_t size; /* bytes on disk */
    struct tape_stored *streams;
    size_t stream_count;
    struct tape_source *sources;
    size_t source_count;
    char digest[HASH_XXH_TEXT]; /* as stored; "" when the file has none */
};

#endif
