/*
 * world.h - small random markets with positions in them, the same for the same number.
 */
#ifndef TESTS_SUPPORT_WORLD_H
#define TESTS_SUPPORT_WORLD_H

#include "engine/replay.h"
#include "reference.h"

enum { WORLD_INSTRUMENTS = 2, WORLD_SOURCES = WORLD_INSTRUMENTS * TAPE_KINDS };

/* Rows of one source in memory, given out in chunks of `chunk` rows. */
struct world_stream {
    int64_t *time, *price, *quantity;
    int8_t *side;
    size_t count, given, chunk;
};

struct world {
    struct engine_instrument instruments[WORLD_INSTRUMENTS]; /* 0: linear, 1: inverse */
    struct engine_pool pools[WORLD_INSTRUMENTS];
    struct engine_config config;
    struct world_event *events;
    size_t event_count;
    struct position *positions;
    size_t position_count;
    struct world_stream streams[WORLD_SOURCES];
    struct replay_source sources[WORLD_SOURCES];
    size_t source_count;
};

/* A world as a function of `number`; every rule and size varies with it. */
void world_build(struct world *world, uint64_t number);
void world_clear(struct world *world);

/* Rewinds the sources, with chunks of `chunk` rows. */
void world_rewind(struct world *world, size_t chunk);

/* Runs the engine over the world with all positions opened at the start; every happening goes to
 * `list` (may be NULL), and the engine is left in *engine for a look. */
enum status world_run(struct world *world, struct engine *engine, struct happenings *list,
                      struct error *err);

#endif
