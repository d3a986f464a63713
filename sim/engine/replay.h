/*
 * replay.h - merges the tapes by time and drives the engine.
 *
 * Sources are merged by (time, kind, order of the sources); the kinds of one instant apply in the
 * order index, trade, mark, funding, then population, margin checks, close-outs, waterfall and
 * the sample.  The order is fixed by the scenario and never depends on chunks, files or threads.
 *
 *     source A  . . . . | . . . . . . . |          While the next event of everybody else is
 *     source B          ^               ^          later, the rows of one source are a span:
 *     sample            .               .          applied together, with one comparison a row
 *                       next other event           against the nearest alarms.
 *
 * Prices the venue computes (pricing.h) are computed after the trades of an instant and before its
 * funding; an instrument with such prices has no spans.
 *
 * A span ends where another source, a sample, a minute or the population comes in, or where a
 * price reaches an alarm; those instants are applied row by row.
 */
#ifndef SIM_ENGINE_REPLAY_H
#define SIM_ENGINE_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/timeline.h"
#include "engine/engine.h"
#include "engine/holders.h"
#include "engine/pricing.h"
#include "market/store.h"

/* One stream of rows; `next` gives the following rows, count 0 at the end (tape_cursor_next or
 * arrays in memory). */
struct replay_source {
    enum tape_kind kind;
    size_t instrument; /* of the engine */
    size_t
        index_part; /* 0: the instrument's own rows; k: trades or marks of source k of its index */
    enum status (*next)(void *context, struct tape_rows *rows, struct error *err);
    void *context;         /* borrowed */
    struct tape_rows rows; /* replay's: the present rows, the next one is at `at` */
    size_t at;
    bool ended;
};

struct replay {
    struct replay_source *sources; /* borrowed; sorted by replay_run() */
    size_t source_count;
    struct engine *engine;    /* borrowed */
    struct holders *holders;  /* borrowed */
    struct pricing **pricing; /* one an instrument, NULL: none of its prices is computed; borrowed;
                                 NULL: of no instrument */
    time_ns_t from; /* the window begins: balances are booked, positions open, samples start */
    time_ns_t to;   /* and ends before: TIME_NS_NEVER for the end of the tape */
    time_ns_t sample_every;
    /* Called now and then with the time reached and the rows applied; a status other than OK ends
     * the run.  May be NULL. */
    enum status (*progress)(void *context, time_ns_t time, uint64_t rows, struct error *err);
    void *progress_context;
    /* replay's own */
    time_ns_t next_sample, next_minute, now;
    uint64_t rows; /* applied */
    uint64_t instants;
    bool started;
};

/* Runs from the first row to the end of the window.  The last sample is taken at the end. */
enum status replay_run(struct replay *replay, struct error *err) MUST_CHECK;

#endif
