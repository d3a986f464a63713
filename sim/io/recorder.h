/*
 * recorder.h - writes a run's result: /fund, /instrument, /event, /metric, /provenance.
 *
 * The file is <path>.partial until recorder_commit() has flushed and synced it and renamed it: a
 * file of that name is complete.  Memory is bounded: rows go to disk a chunk at a time.  The same
 * run writes the same bytes: no clock, no host, no object times.
 */
#ifndef SIM_IO_RECORDER_H
#define SIM_IO_RECORDER_H

#include "base/error.h"
#include "engine/observer.h"
#include "market/contract.h"

/* A tape a run read, for /provenance. */
struct recorder_tape {
    const char *name;   /* file name without directory */
    const char *digest; /* tape_digest() */
    uint64_t rows;
};

/* A note the report must show: "BTCUSDT: last price used as mark", "built from bars ...". */
struct recorder_layout {
    const char *title;
    const char *scenario;        /* the effective scenario, YAML */
    const char *scenario_digest; /* XXH3-128 of it */
    uint64_t seed;
    const struct contract *contracts;    /* one an instrument */
    const char *const *instrument_names; /* the scenario's symbols */
    size_t instrument_count;
    const char *const *pool_names;
    const struct contract *const *pool_contracts; /* any covered contract: currency and decimals */
    size_t pool_count;
    const char *const *covers; /* one an instrument: the name of its pool */
    const struct recorder_tape *tapes;
    size_t tape_count;
    const char *const *warnings;
    size_t warning_count;
    int record_events; /* 0: event tables stay empty */
};

struct recorder;

enum status recorder_open(struct recorder **recorder, const char *path,
                          const struct recorder_layout *layout, struct error *err) MUST_CHECK;

/* The callbacks to hand to the engine; valid until commit or abort. */
struct observer recorder_observer(struct recorder *recorder);

/* The names behind the account numbers of the events, written as /account/name; called once,
 * before commit, or not at all (then accounts are numbers only). */
void recorder_accounts(struct recorder *recorder, const char *const *names, size_t count);

/* The first error met in a callback, or OK: the run loop asks now and then and stops. */
enum status recorder_status(const struct recorder *recorder, struct error *err) MUST_CHECK;

/* Writes the rest, the key figures and provenance; flush, sync, rename; frees the recorder, also
 * on failure (then the partial file is removed). */
enum status recorder_commit(struct recorder *recorder, struct error *err) MUST_CHECK;

/* Removes the partial file and frees; NULL is allowed. */
void recorder_abort(struct recorder *recorder);

#endif
