/*
 * replace.h - a finished file takes its name: sync, rename, sync the directory.
 *
 * Output is written as <path>.partial; only a complete file ever has the final name.
 */
#ifndef SIM_BASE_REPLACE_H
#define SIM_BASE_REPLACE_H

#include <stddef.h>

#include "base/error.h"

/* "<path>.partial", owned by the caller; NULL without memory. */
char *replace_partial_name(const char *path);

/* Makes a rename within the directory of `path` lasting.  A directory that may not be read, or on a
 * file system that cannot sync one, takes the rename all the same: nothing more can be done. */
enum status replace_sync_directory(const char *path, struct error *err) MUST_CHECK;

/* Syncs `partial` to disk and renames it to `path`; on failure `partial` is left. */
enum status replace_commit(const char *partial, const char *path, struct error *err) MUST_CHECK;

/* Writes `size` bytes to <path>.partial, syncs and renames; on failure nothing is left. */
enum status replace_write(const char *path, const char *data, size_t size,
                          struct error *err) MUST_CHECK;

#endif
