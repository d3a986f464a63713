#include "workdir.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
workdir_make(struct workdir *dir)
{
    const char *parent = getenv("TMPDIR");
    snprintf(dir->path, sizeof(dir->path), "%s/seawall-test-XXXXXX",
             parent == NULL ? "/tmp" : parent);
    if (mkdtemp(dir->path) == NULL) {
        perror(dir->path);
        abort();
    }
}

char *
workdir_file(const struct workdir *dir, const char *name, char *path)
{
    const int length = snprintf(path, WORKDIR_PATH_MAX, "%s/%s", dir->path, name);
    if (length < 0 || length >= WORKDIR_PATH_MAX)
        abort();
    return path;
}

/* Counts the files and, if asked to, removes them. */
static size_t
each_file(const struct workdir *dir, int removes)
{
    size_t count = 0;
    DIR *listing = opendir(dir->path);
    if (listing == NULL)
        return 0;
    for (const struct dirent *entry; (entry = readdir(listing)) != NULL;) {
        char path[WORKDIR_PATH_MAX + 256];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        count++;
        snprintf(path, sizeof(path), "%s/%s", dir->path, entry->d_name);
        if (removes)
            unlink(path);
    }
    closedir(listing);
    return count;
}

size_t
workdir_count(const struct workdir *dir)
{
    return each_file(dir, 0);
}

void
workdir_remove(struct workdir *dir)
{
    each_file(dir, 1);
    rmdir(dir->path);
}

char *
workdir_read(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    char *data = NULL;
    *size = 0;
    if (file == NULL)
        return NULL;
    if (fseek(file, 0, SEEK_END) == 0) {
        const long end = ftell(file);
        rewind(file);
        data = end < 0 ? NULL : malloc((size_t)end + 1);
        if (data != NULL) {
            *size = fread(data, 1, (size_t)end, file);
            data[*size] = '\0';
        }
    }
    fclose(file);
    return data;
}
