#include "market/generate_files.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/replace.h"

static const char partial_suffix[] = ".partial";

/* Creates the directories `path` names before its last slash; path is left as it was. */
static enum status
make_parents(char *path, struct error *err)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        enum status status = OK;
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            status = error_system(err, ERR_CREATE, path, "create the directory", errno);
        *slash = '/';
        TRY(status);
    }
    return OK;
}

static bool
partial_name(const char *name, char *buffer, size_t size)
{
    const int length = snprintf(buffer, size, "%s%s", name, partial_suffix);
    return length > 0 && (size_t)length < size;
}

/* Room for one more name. */
static enum status
reserve(struct generate_files *files, struct error *err)
{
    if (files->count < files->capacity)
        return OK;
    const size_t capacity = files->capacity == 0 ? 16 : 2 * files->capacity;
    char **names = realloc(files->names, capacity * sizeof(*names));
    if (names == NULL)
        return error_memory(err, "generating files");
    files->names = names;
    files->capacity = capacity;
    return OK;
}

enum status
generate_files_open(struct generate_files *files, const char *name, struct error *err)
{
    char partial[4096];
    TRY(generate_files_close(files, err));
    TRY(reserve(files, err));
    const size_t size = strlen(files->directory) + strlen(name) + 2;
    char *path = malloc(size);
    if (path == NULL)
        return error_memory(err, "generating files");
    snprintf(path, size, "%s/%s", files->directory, name);
    files->names[files->count++] = path;
    if (!partial_name(path, partial, sizeof(partial)))
        return error_set(err, ERR_CREATE, "%s: the path is too long", path);
    TRY(make_parents(path, err));
    files->stream = fopen(partial, "wbe");
    if (files->stream == NULL)
        return error_system(err, ERR_CREATE, partial, "create", errno);
    return OK;
}

enum status
generate_files_write(struct generate_files *files, const char *data, size_t size, struct error *err)
{
    assert(files->stream != NULL && files->count > 0);
    files->bytes += size;
    if (fwrite(data, 1, size, files->stream) != size)
        return error_system(err, ERR_IO, files->names[files->count - 1], "write", errno);
    return OK;
}

enum status
generate_files_close(struct generate_files *files, struct error *err)
{
    if (files->stream == NULL)
        return OK;
    FILE *stream = files->stream;
    files->stream = NULL;
    const bool written = fflush(stream) == 0 && fsync(fileno(stream)) == 0;
    const int reason = errno;
    const bool closed = fclose(stream) == 0;
    if (!written || !closed)
        return error_system(err, ERR_IO, files->names[files->count - 1], "write",
                            written ? errno : reason);
    return OK;
}

enum status
generate_files_commit(struct generate_files *files, struct error *err)
{
    char partial[4096];
    size_t renamed = 0;
    enum status status = generate_files_close(files, err);
    while (status == OK && renamed < files->count) {
        const bool fits = partial_name(files->names[renamed], partial, sizeof(partial));
        assert(fits); /* it was created under that name */
        if (rename(partial, files->names[renamed]) != 0)
            status = error_system(err, ERR_CREATE, files->names[renamed], "rename", errno);
        else
            renamed++;
    }
    for (size_t i = 0; status == OK && i < files->count; i++)
        status = replace_sync_directory(files->names[i], err);
    for (size_t i = 0; status != OK && i < renamed; i++)
        unlink(files->names[i]); /* part of a set is not a result */
    generate_files_abort(files);
    return status;
}

void
generate_files_abort(struct generate_files *files)
{
    char partial[4096];
    if (files->stream != NULL)
        fclose(files->stream);
    for (size_t i = 0; i < files->count; i++) {
        if (partial_name(files->names[i], partial, sizeof(partial)))
            unlink(partial);
        free(files->names[i]);
    }
    free(files->names);
    *files = (struct generate_files){0};
}
