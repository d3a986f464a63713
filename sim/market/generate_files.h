/*
 * generate_files.h - a set of output files that appear together or not at all.
 *
 * Files are opened one at a time as <name>.partial under one directory.  Commit renames them all;
 * abort, and any failure in commit, removes them all.
 */
#ifndef SIM_MARKET_GENERATE_FILES_H
#define SIM_MARKET_GENERATE_FILES_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

struct generate_files {
    const char *directory; /* borrowed */
    char **names;          /* final paths; owned */
    size_t count, capacity;
    FILE *stream; /* the file being written, or NULL */
    uint64_t bytes;
};

/* Starts <directory>/<name>; `name` may hold one directory, which is created.  The one before is
 * closed first. */
enum status generate_files_open(struct generate_files *files, const char *name,
                                struct error *err) MUST_CHECK;

/* Writes a piece of the current file. */
enum status generate_files_write(struct generate_files *files, const char *data, size_t size,
                                 struct error *err) MUST_CHECK;

/* Finishes the current file, if any: written and synced, still .partial. */
enum status generate_files_close(struct generate_files *files, struct error *err) MUST_CHECK;

/* Closes, renames every file to its final name and syncs the directories; frees. */
enum status generate_files_commit(struct generate_files *files, struct error *err) MUST_CHECK;

/* Removes the partial files and frees; safe on {0} and after commit. */
void generate_files_abort(struct generate_files *files);

#endif
