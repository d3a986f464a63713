/*
 * scenario_result.h - the effective scenario that a result file keeps.
 *
 * It is the scalar string dataset /provenance/scenario, of fixed or variable length, UTF-8.
 */
#ifndef SIM_IO_SCENARIO_RESULT_H
#define SIM_IO_SCENARIO_RESULT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Whether data, the start of a file, is that of an HDF5 file. */
bool scenario_result_is(const char *data, size_t length);

/* Reads the scenario text of at most `limit` bytes; *text is owned by the caller and ends with a
 * NUL beyond *length. */
enum status scenario_result_read(const char *path, size_t limit, char **text, size_t *length,
                                 struct error *err) MUST_CHECK;

#endif
