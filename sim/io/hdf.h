/*
 * hdf.h - the HDF5 calls results are written and read with, each turned into a status.
 *
 * Everything made here carries no object times and is in the 1.10 file format, so the same run
 * writes the same bytes with any later library.  Texts are fixed-length UTF-8, which every reader
 * knows and which needs no heap in the file.  A failure is one sentence: file, object, cause.
 */
#ifndef SIM_IO_HDF_H
#define SIM_IO_HDF_H

#include <stddef.h>
#include <stdint.h>

#include <hdf5.h>

#include "base/error.h"

/*
 * To be called once, before anything else of HDF5: errors are told by status, not printed, and
 * nothing of HDF5 runs at exit, where version 1.10 crashes over a file it could not close (a full
 * disk).  Every file is closed where it was opened, so nothing is left to do then.
 */
void hdf_start(void);

/* `doing` ("write", "create") to `name` in or on `object` failed; the cause is taken from the
 * HDF5 error stack, so nothing of HDF5 may be called in between.  Returns ERR_IO. */
enum status hdf_failed(hid_t object, const char *doing, const char *name, struct error *err);

/* Creates an empty file, replacing what is there. */
enum status hdf_create(const char *path, hid_t *file, struct error *err) MUST_CHECK;

/* Creates group `name`, whose links keep the order they are made in. */
enum status hdf_group(hid_t parent, const char *name, hid_t *group, struct error *err) MUST_CHECK;

/* A dataset creation list without times; chunk_rows > 0: 1-D chunks, deflate 1, with the shuffle
 * filter when `shuffle` is not 0. */
enum status hdf_creation_list(size_t chunk_rows, int shuffle, hid_t *list,
                              struct error *err) MUST_CHECK;

/* Creates a 1-D dataset that can grow, of 0 rows.  Whole chunks are written through: HDF5 keeps
 * none in memory. */
enum status hdf_growing(hid_t group, const char *name, hid_t type, size_t chunk_rows, int shuffle,
                        hid_t *dataset, struct error *err) MUST_CHECK;

/* Appends `count` elements after the `before` there are. */
enum status hdf_append(hid_t dataset, hid_t memory_type, uint64_t before, size_t count,
                       const void *data, struct error *err) MUST_CHECK;

/* Attributes. */
enum status hdf_attribute(hid_t object, const char *name, hid_t type, const void *value,
                          struct error *err) MUST_CHECK;
enum status hdf_attribute_text(hid_t object, const char *name, const char *text,
                               struct error *err) MUST_CHECK;
enum status hdf_attribute_texts(hid_t object, const char *name, const char *const *texts,
                                size_t count, struct error *err) MUST_CHECK;
enum status hdf_attribute_numbers(hid_t object, const char *name, hid_t type, const void *values,
                                  size_t count, struct error *err) MUST_CHECK;

/* Datasets: one number, one text, a list of texts. */
enum status hdf_scalar(hid_t group, const char *name, hid_t type, const void *value, hid_t *dataset,
                       struct error *err) MUST_CHECK;
enum status hdf_text(hid_t group, const char *name, const char *text, struct error *err) MUST_CHECK;
enum status hdf_texts(hid_t group, const char *name, const char *const *texts, size_t count,
                      struct error *err) MUST_CHECK;

/* Makes `time` the dimension scale of the `count` 1-D datasets, as the netCDF-4 and HDF5
 * dimension scale conventions say it. */
enum status hdf_dimension(hid_t group, hid_t time, const hid_t *datasets, size_t count,
                          struct error *err) MUST_CHECK;

/* Lets everything that is still to be written to `file` go nowhere, so that closing it after a
 * failure neither fails again nor keeps what it could not flush in memory. */
void hdf_discard(hid_t file);

/* Closes *id, whatever it is, if it is one, and sets it to -1; false when HDF5 could not. */
int hdf_close(hid_t *id);

/* ---- reading; texts are owned by the caller and freed with free() ---- */

enum status hdf_read_attribute(hid_t object, const char *name, hid_t type, void *value,
                               struct error *err) MUST_CHECK;
enum status hdf_read_attribute_text(hid_t object, const char *name, char **text,
                                    struct error *err) MUST_CHECK;
enum status hdf_read_scalar(hid_t group, const char *name, hid_t type, void *value,
                            struct error *err) MUST_CHECK;
enum status hdf_read_text(hid_t group, const char *name, char **text, struct error *err) MUST_CHECK;
/* A list of texts; *texts and each of them is owned. */
enum status hdf_read_texts(hid_t group, const char *name, char ***texts, size_t *count,
                           struct error *err) MUST_CHECK;

#endif
