/*
 * workdir.h - a directory of its own for a test's files, removed with what is in it.
 */
#ifndef TESTS_SUPPORT_WORKDIR_H
#define TESTS_SUPPORT_WORKDIR_H

#include <stddef.h>

enum { WORKDIR_PATH_MAX = 256 };

struct workdir {
    char path[WORKDIR_PATH_MAX];
};

/* Makes the directory under $TMPDIR or /tmp; stops the test when it cannot. */
void workdir_make(struct workdir *dir);

/* "<dir>/<name>" into `path` of WORKDIR_PATH_MAX bytes; returns path. */
char *workdir_file(const struct workdir *dir, const char *name, char *path);

/* Files in it. */
size_t workdir_count(const struct workdir *dir);

/* Removes the files in it and the directory. */
void workdir_remove(struct workdir *dir);

/* The whole file with a NUL after it (malloc), its size in *size; NULL when it cannot be read. */
char *workdir_read(const char *path, size_t *size);

#endif
