/*
 * feed.h - the rows an engine is driven with: one feed an instrument and kind, from one or more
 * tapes.
 *
 * Tapes that hold the same instrument and kind follow one another in time (a file a day, say) and
 * must not overlap.  Prices and quantities are brought to the engine's scale, exactly.
 */
#ifndef SIM_IO_FEED_H
#define SIM_IO_FEED_H

#include "base/error.h"
#include "base/pool.h"
#include "engine/replay.h"
#include "market/store.h"

/* The tapes of a scenario, open, with their digests. */
struct feed_tapes {
    struct tape **tape;            /* owned */
    char (*digest)[HASH_XXH_TEXT]; /* one a tape; owned */
    const char *const *paths;      /* borrowed */
    size_t count;
};

enum status feed_tapes_open(struct feed_tapes *tapes, const char *const *paths, size_t count,
                            struct error *err) MUST_CHECK;
void feed_tapes_close(struct feed_tapes *tapes);

/* What the tapes hold of one instrument and kind, all parts together. */
struct feed_extent {
    size_t parts;
    int price_scale, quantity_scale; /* the largest of the parts */
    time_ns_t first, last;
    uint64_t rows;
    const struct tape_stream *bars; /* a part made from bars, or NULL; borrowed */
};

/* ERR_RANGE when two parts overlap in time; parts 0 when there is none. */
enum status feed_extent(const struct feed_tapes *tapes, const char *instrument, enum tape_kind kind,
                        struct feed_extent *extent, struct error *err) MUST_CHECK;

struct feed;

/* Opens a feed of rows from `from` on at the given scales (at least those of its extent). */
enum status feed_open(struct feed **feed, const struct feed_tapes *tapes, const char *instrument,
                      enum tape_kind kind, int price_scale, int quantity_scale, time_ns_t from,
                      struct pool *pool, struct error *err) MUST_CHECK;
void feed_close(struct feed *feed); /* NULL is allowed */

/* For struct replay_source: `context` is the feed. */
enum status feed_next(void *context, struct tape_rows *rows, struct error *err);

#endif
