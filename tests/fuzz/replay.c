/* Feeds every file of a directory to a fuzz target: what fuzzing found stays found. */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { INPUT_MAX = 1 << 20 };

/* 1 if the file was tried, 0 if it is no regular file, -1 if it could not be read whole. */
static int
replay(const char *path, uint8_t *buffer)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return -1;
    if (!S_ISREG(info.st_mode))
        return 0;
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return -1;
    const size_t size = fread(buffer, 1, INPUT_MAX, file);
    const int whole = !ferror(file) && (int64_t)size == (int64_t)info.st_size;
    fclose(file);
    if (whole)
        LLVMFuzzerTestOneInput(buffer, size);
    return whole ? 1 : -1;
}

int
main(int argc, char **argv)
{
    static uint8_t buffer[INPUT_MAX];
    if (argc != 2) {
        fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
        return 64;
    }
    DIR *directory = opendir(argv[1]);
    if (directory == NULL) {
        perror(argv[1]);
        return 66;
    }
    int tried = 0, failed = 0;
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        char path[4096];
        snprintf(path, sizeof(path), "%s/%s", argv[1], entry->d_name);
        const int outcome = replay(path, buffer);
        tried += outcome == 1;
        failed += outcome == -1;
    }
    closedir(directory);
    printf("%d inputs replayed, %d could not be read\n", tried, failed);
    return tried == 0 || failed != 0;
}
