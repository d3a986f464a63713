/*
 * store_sink.h - an HDF5 file being written, that survives a full disk.
 *
 * HDF5 1.10 does not get over a failed write: H5Fclose fails as well, keeps the file's identifiers,
 * and the process dies of a segmentation fault in the library's exit handler - after it has
 * reported the full disk, with the wrong exit code.  The sink is an HDF5 file driver of our own:
 * the first write that fails is remembered with its errno, and from then on everything is taken
 * and thrown away, so that HDF5 always closes in order.  The owner looks at `failed` after each
 * step and removes the file.  The bytes of a file without failures are those of HDF5's own driver.
 */
#ifndef SIM_MARKET_STORE_SINK_H
#define SIM_MARKET_STORE_SINK_H

#include <stdbool.h>
#include <stdint.h>

/* Stays in place while its HDF5 file is open.  The owner fills in `fd`; the rest begins as 0. */
struct store_sink {
    int fd;         /* open for reading and writing; borrowed */
    int failed;     /* errno of the first failure; 0: none */
    bool discard;   /* take and throw away: set by a failure, or by an owner that gives up */
    int64_t driver; /* hid_t of the driver while the file is open */
};

/* Makes an empty HDF5 file of sink->fd (1.10 format, no times in it; `name` is for HDF5's messages
 * only) and returns its hid_t, or < 0. */
int64_t store_sink_create(struct store_sink *sink, const char *name);

/* Closes that file, and its other identifiers with it; false when HDF5 could not.  H5Fclose()
 * alone will not do: the driver may only be given up when the file is closed. */
bool store_sink_close(struct store_sink *sink, int64_t file);

#endif
