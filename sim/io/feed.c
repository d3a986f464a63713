#include "io/feed.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/fixed.h"

/* One stream of one tape. */
struct part {
    struct tape *tape;
    const char *path;
    const struct tape_stream *stream;
    size_t id;
};

struct feed {
    struct part *parts; /* ascending in time; owned */
    size_t part_count, next_part;
    struct tape_cursor *cursor; /* of the part before next_part; owned */
    struct pool *pool;
    time_ns_t from;
    int price_scale, quantity_scale;
    int64_t *price, *quantity; /* rows at the feed's scales, when the tape's differ; owned */
};

enum status
feed_tapes_open(struct feed_tapes *tapes, const char *const *paths, size_t count, struct error *err)
{
    *tapes = (struct feed_tapes){
        .tape = calloc(count, sizeof(*tapes->tape)),
        .digest = calloc(count, sizeof(*tapes->digest)),
        .paths = paths,
        .count = count,
    };
    enum status status =
        tapes->tape == NULL || tapes->digest == NULL ? error_memory(err, "opening the tapes") : OK;
    for (size_t i = 0; status == OK && i < count; i++) {
        status = tape_open(&tapes->tape[i], paths[i], err);
        if (status == OK)
            status = tape_digest(tapes->tape[i], tapes->digest[i], err);
    }
    if (status != OK)
        feed_tapes_close(tapes);
    return status;
}

void
feed_tapes_close(struct feed_tapes *tapes)
{
    for (size_t i = 0; tapes->tape != NULL && i < tapes->count; i++)
        tape_close(tapes->tape[i]);
    free(tapes->tape);
    free(tapes->digest);
    *tapes = (struct feed_tapes){0};
}

static int
compare_parts(const void *a, const void *b)
{
    const struct part *x = a, *y = b;
    return (x->stream->first > y->stream->first) - (x->stream->first < y->stream->first);
}

/* All parts with rows, ascending; the array is the caller's. */
static enum status
find_parts(const struct feed_tapes *tapes, const char *instrument, enum tape_kind kind,
           struct part **parts, size_t *count, struct error *err)
{
    *count = 0;
    *parts = calloc(tapes->count + 1, sizeof(**parts));
    if (*parts == NULL)
        return error_memory(err, "looking through the tapes");
    for (size_t i = 0; i < tapes->count; i++) {
        const size_t id = tape_stream_find(tapes->tape[i], instrument, kind);
        if (id == SIZE_MAX || tape_stream_at(tapes->tape[i], id)->rows == 0)
            continue;
        (*parts)[(*count)++] =
            (struct part){tapes->tape[i], tapes->paths[i], tape_stream_at(tapes->tape[i], id), id};
    }
    qsort(*parts, *count, sizeof(**parts), compare_parts);
    for (size_t i = 1; i < *count; i++) {
        /* Trades of one millisecond may fall into two files; marks and funding cannot. */
        const time_ns_t last = (*parts)[i - 1].stream->last - (kind == TAPE_TRADE);
        if ((*parts)[i].stream->first <= last) {
            error_set(err, ERR_RANGE,
                      "%s and %s overlap: both hold %s of %s at the same time; leave one out",
                      (*parts)[i - 1].path, (*parts)[i].path, tape_kind_names[kind], instrument);
            free(*parts);
            return ERR_RANGE;
        }
    }
    return OK;
}

enum status
feed_extent(const struct feed_tapes *tapes, const char *instrument, enum tape_kind kind,
            struct feed_extent *extent, struct error *err)
{
    struct part *parts;
    *extent = (struct feed_extent){0};
    TRY(find_parts(tapes, instrument, kind, &parts, &extent->parts, err));
    for (size_t i = 0; i < extent->parts; i++) {
        const struct tape_stream *stream = parts[i].stream;
        if (i == 0)
            extent->first = stream->first;
        extent->last = stream->last;
        extent->rows += stream->rows;
        if (stream->price_scale > extent->price_scale)
            extent->price_scale = stream->price_scale;
        if (stream->quantity_scale > extent->quantity_scale)
            extent->quantity_scale = stream->quantity_scale;
        if (stream->from_bars)
            extent->bars = stream;
    }
    free(parts);
    return OK;
}

enum status
feed_open(struct feed **result, const struct feed_tapes *tapes, const char *instrument,
          enum tape_kind kind, int price_scale, int quantity_scale, time_ns_t from,
          struct pool *pool, struct error *err)
{
    struct feed *feed = calloc(1, sizeof(*feed));
    if (feed == NULL)
        return error_memory(err, "opening a feed");
    *feed = (struct feed){.pool = pool,
                          .from = from,
                          .price_scale = price_scale,
                          .quantity_scale = quantity_scale,
                          .price = malloc(TAPE_CHUNK_ROWS * sizeof(int64_t)),
                          .quantity = malloc(TAPE_CHUNK_ROWS * sizeof(int64_t))};
    enum status status =
        feed->price == NULL || feed->quantity == NULL
            ? error_memory(err, "opening a feed")
            : find_parts(tapes, instrument, kind, &feed->parts, &feed->part_count, err);
    if (status != OK) {
        feed->parts = NULL;
        feed_close(feed);
        return status;
    }
    while (feed->next_part < feed->part_count && feed->parts[feed->next_part].stream->last < from)
        feed->next_part++;
    *result = feed;
    return OK;
}

void
feed_close(struct feed *feed)
{
    if (feed == NULL)
        return;
    tape_cursor_close(feed->cursor);
    free(feed->parts);
    free(feed->price);
    free(feed->quantity);
    free(feed);
}

/* *column at `scale` instead of `from`, in `room`. */
static enum status
rescale(const int64_t **column, size_t count, int from, int scale, int64_t *room,
        const struct part *part, struct error *err)
{
    assert(scale >= from && count <= TAPE_CHUNK_ROWS);
    if (*column == NULL || from == scale)
        return OK;
    const int64_t factor = fixed_power_of_ten[scale - from];
    for (size_t i = 0; i < count; i++) {
        if (__builtin_mul_overflow((*column)[i], factor, &room[i]))
            return error_set(err, ERR_RANGE,
                             "%s: a value of %s does not fit 64 bits at %d decimals", part->path,
                             part->stream->instrument, scale);
    }
    *column = room;
    return OK;
}

/* Sums over a minute of trades must stay within 64 bits: 20,000 trades of this size do. */
static const int64_t quantity_max = INT64_C(400000000000000);

/* ERR_RANGE when a quantity is beyond what the engine can add up. */
static enum status
check_quantities(const struct tape_rows *rows, int scale, const struct part *part,
                 struct error *err)
{
    int64_t largest = 0;
    for (size_t i = 0; rows->quantity != NULL && i < rows->count; i++)
        largest = rows->quantity[i] > largest ? rows->quantity[i] : largest;
    if (largest <= quantity_max)
        return OK;
    char text[FIXED_TEXT_MAX];
    fixed_format(text, largest, scale);
    return error_set(err, ERR_RANGE,
                     "%s: a trade of %s in %s is too large to add up at %d decimals; import with "
                     "fewer (--quantity-scale)",
                     part->path, text, part->stream->instrument, scale);
}

enum status
feed_next(void *context, struct tape_rows *rows, struct error *err)
{
    struct feed *feed = context;
    for (;;) {
        if (feed->cursor == NULL) {
            if (feed->next_part == feed->part_count) {
                *rows = (struct tape_rows){0};
                return OK;
            }
            const struct part *part = &feed->parts[feed->next_part++];
            TRY(tape_cursor_open(&feed->cursor, part->tape, part->id, feed->from, feed->pool, err));
        }
        TRY(tape_cursor_next(feed->cursor, rows, err));
        if (rows->count > 0)
            break;
        tape_cursor_close(feed->cursor);
        feed->cursor = NULL;
    }
    const struct part *part = &feed->parts[feed->next_part - 1];
    if (part->stream->kind == TAPE_FUNDING)
        return OK; /* rates have one scale */
    TRY(rescale(&rows->price, rows->count, part->stream->price_scale, feed->price_scale,
                feed->price, part, err));
    TRY(rescale(&rows->quantity, rows->count, part->stream->quantity_scale, feed->quantity_scale,
                feed->quantity, part, err));
    return check_quantities(rows, feed->quantity_scale, part, err);
}
