#include "base/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *
replace_partial_name(const char *path)
{
    const size_t size = strlen(path) + sizeof(".partial");
    char *name = malloc(size);
    if (name != NULL)
        snprintf(name, size, "%s.partial", path);
    return name;
}

enum status
replace_sync_directory(const char *path, struct error *err)
{
    const char *slash = strrchr(path, '/');
    const size_t length = slash == NULL ? 1 : slash == path ? 1 : (size_t)(slash - path);
    char *directory = strndup(slash == NULL ? "." : path, length);
    if (directory == NULL)
        return error_memory(err, "syncing a directory");
    enum status status = OK;
    const int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if ((fd < 0 && errno != EACCES) || (fd >= 0 && fsync(fd) != 0 && errno != EINVAL))
        status = error_system(err, ERR_IO, directory, "sync", errno);
    if (fd >= 0)
        close(fd);
    free(directory);
    return status;
}

enum status
replace_commit(const char *partial, const char *path, struct error *err)
{
    const int fd = open(partial, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return error_system(err, ERR_IO, partial, "open", errno);
    if (fsync(fd) != 0) {
        const int cause = errno;
        close(fd);
        return error_system(err, ERR_IO, partial, "sync", cause);
    }
    if (close(fd) != 0)
        return error_system(err, ERR_IO, partial, "close", errno);
    if (rename(partial, path) != 0)
        return error_system(err, ERR_CREATE, path, "rename the finished file to this name", errno);
    return replace_sync_directory(path, err);
}

/* Writes all of data to a new file. */
static enum status
write_all(const char *path, const char *data, size_t size, struct error *err)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return error_system(err, ERR_CREATE, path, "create", errno);
    size_t done = 0;
    while (done < size) {
        const ssize_t count = write(fd, data + done, size - done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0) {
            const int cause = errno;
            close(fd);
            return error_system(err, ERR_IO, path, "write", cause);
        }
        done += (size_t)count;
    }
    return close(fd) == 0 ? OK : error_system(err, ERR_IO, path, "close", errno);
}

enum status
replace_write(const char *path, const char *data, size_t size, struct error *err)
{
    char *partial = replace_partial_name(path);
    if (partial == NULL)
        return error_memory(err, "writing a file");
    enum status status = write_all(partial, data, size, err);
    if (status == OK)
        status = replace_commit(partial, path, err);
    if (status != OK)
        unlink(partial);
    free(partial);
    return status;
}
