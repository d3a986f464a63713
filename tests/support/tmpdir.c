#include "tmpdir.h"

#include "cmocka_all.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int
tmpdir_setup(void **state)
{
    const char *parent = getenv("TMPDIR");
    char path[512];
    snprintf(path, sizeof(path), "%s/seawall_test.XXXXXX", parent != NULL ? parent : "/tmp");
    if (mkdtemp(path) == NULL)
        return -1;
    *state = strdup(path);
    return *state == NULL ? -1 : 0;
}

int
tmpdir_teardown(void **state)
{
    DIR *directory = opendir(*state);
    const struct dirent *entry;
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        char path[1024];
        snprintf(path, sizeof(path), "%s/%s", (const char *)*state, entry->d_name);
        if (entry->d_name[0] != '.' && unlink(path) != 0)
            rmdir(path);
    }
    if (directory != NULL)
        closedir(directory);
    const int removed = rmdir(*state);
    free(*state);
    *state = NULL;
    return removed;
}

const char *
tmpdir_path(void **state, const char *name, char *buffer, size_t size)
{
    const int length = snprintf(buffer, size, "%s/%s", (const char *)*state, name);
    assert_true(length > 0 && (size_t)length < size);
    return buffer;
}

unsigned char *
tmpdir_read(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    struct stat info;
    assert_int_equal(fstat(fileno(file), &info), 0);
    *size = (size_t)info.st_size;
    unsigned char *data = malloc(*size + 1);
    assert_non_null(data);
    assert_true(fread(data, 1, *size, file) == *size);
    fclose(file);
    return data;
}

void
tmpdir_write(const char *path, const void *data, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fwrite(data, 1, size, file) == size);
    assert_int_equal(fclose(file), 0);
}
