/*
 * provenance.h - /provenance of a result: what it was made from and with.
 *
 * Versions of libraries are facts of the machine's installation, not of the run's time or place:
 * there is no clock, host or user name here.
 */
#ifndef SIM_IO_PROVENANCE_H
#define SIM_IO_PROVENANCE_H

#include <hdf5.h>

#include "base/hash.h"
#include "io/recorder.h"

/* One row of /provenance/tapes. */
struct provenance_tape {
    char name[256];
    char digest[HASH_XXH_TEXT];
    uint64_t rows;
};

/* Writes the group and its datasets. */
enum status provenance_write(hid_t file, const struct recorder_layout *layout,
                             struct error *err) MUST_CHECK;

/* The memory type of a provenance_tape; -1 without memory. */
hid_t provenance_tape_type(void);

#endif
