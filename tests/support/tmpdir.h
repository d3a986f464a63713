/*
 * tmpdir.h - a directory of its own for each test that writes files, removed with what is in it.
 */
#ifndef TESTS_SUPPORT_TMPDIR_H
#define TESTS_SUPPORT_TMPDIR_H

#include <stddef.h>

/* cmocka setup and teardown: *state is the directory's path. */
int tmpdir_setup(void **state);
int tmpdir_teardown(void **state);

/* directory/name in a buffer of the caller; asserts that it fits. */
const char *tmpdir_path(void **state, const char *name, char *buffer, size_t size);

/* The whole file, allocated; fails the test when it cannot be read. */
unsigned char *tmpdir_read(const char *path, size_t *size);
void tmpdir_write(const char *path, const void *data, size_t size);

#endif
