/*
 * recorder_part.h - what the two halves of the recorder share: recorder.c opens and commits the
 * file, recorder_events.c takes what the engine tells.
 */
#ifndef SIM_IO_RECORDER_PART_H
#define SIM_IO_RECORDER_PART_H

#include <hdf5.h>

#include "io/figures.h"
#include "io/recorder.h"
#include "io/rows.h"
#include "io/series.h"

struct recorder_pool {
    hid_t group, metric;
    struct contract contract; /* one that it covers */
    struct series series;
    struct rows changes;
};

struct recorder_instrument {
    hid_t group;
    struct series series;
};

enum recorder_event {
    RECORDER_LIQUIDATION = 0,
    RECORDER_CLOSEOUT,
    RECORDER_ADL,
    RECORDER_INJECTION,
    RECORDER_CONTROL,
    RECORDER_SOCIALISED,
    RECORDER_BAD_DEBT,
    RECORDER_EVENTS
};

struct recorder {
    char *path, *partial; /* owned */
    hid_t file;
    struct contract *contracts;  /* owned; one an instrument */
    struct recorder_pool *pools; /* owned */
    size_t pool_count;
    struct recorder_instrument *instruments; /* owned */
    size_t instrument_count;
    hid_t event_group;
    struct rows events[RECORDER_EVENTS];
    struct figures figures;
    int record_events;
    struct error error; /* the first one of a callback */
};

#endif
