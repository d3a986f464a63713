#include "market/source.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>

enum { MAGIC_SIZE = 6, ZIP_TAIL_MAX = 65557, ZIP_END_SIZE = 22 };
enum kind { KIND_PLAIN = 0, KIND_GZIP, KIND_ZIP, KIND_STREAM };

/* Hashing one block. */
struct hash_job {
    struct pool_job job;      /* first: the pool's view */
    struct hash_sha256 *hash; /* borrowed */
    const unsigned char *data;
    size_t size;
};

struct source {
    enum kind kind;
    int fd;
    bool standard_input;
    char path[SOURCE_NAME_MAX]; /* as given; "standard input" */
    char name[SOURCE_NAME_MAX]; /* path, with the member of a zip */
    char file[SOURCE_NAME_MAX];
    uint64_t size;     /* stored bytes; 0: not known */
    uint64_t position; /* stored bytes read */
    unsigned members;  /* passed or begun */

    struct hash_sha256 hash;  /* plain and gzip: of the bytes read so far */
    struct pool *pool;        /* that hashes; NULL: the caller does; borrowed */
    struct hash_job hash_job; /* of the block `raw` ... */
    bool hashing;             /* ... when it is queued or running */
    unsigned char *blocks[2]; /* in turn: one is read into while the other is hashed; owned */
    unsigned char *raw;       /* one of them; stored bytes not yet used: raw[raw_at..raw_end) */
    size_t raw_at, raw_end;
    bool raw_done;

    z_stream inflate;
    bool inflating; /* inflate is initialised */
    bool in_member; /* within a gzip member */

    struct archive *archive;  /* zip, xz, zstd; owned */
    char pending[MAGIC_SIZE]; /* first bytes of a member, read ahead to know what it is */
    size_t pending_at, pending_end;
};

static void
run_hash(struct pool_job *job)
{
    struct hash_job *block = (struct hash_job *)job;
    hash_sha256_add(block->hash, block->data, block->size);
}

static void
wait_for_hash(struct source *source)
{
    if (source->hashing)
        pool_wait(source->pool, &source->hash_job.job);
    source->hashing = false;
}

/* Block after block: the last one is waited for before the next is begun. */
static void
hash_block(struct source *source, size_t size)
{
    wait_for_hash(source);
    source->hash_job = (struct hash_job){{.run = run_hash}, &source->hash, source->raw, size};
    source->hashing = source->pool != NULL;
    if (source->hashing)
        pool_submit(source->pool, &source->hash_job.job);
    else
        run_hash(&source->hash_job.job);
}

static enum status
raw_fill(struct source *source, struct error *err)
{
    size_t end = 0;
    source->raw = source->blocks[source->raw == source->blocks[0]];
    source->raw_at = source->raw_end = 0;
    while (end < SOURCE_BLOCK && !source->raw_done) {
        const ssize_t got = read(source->fd, source->raw + end, SOURCE_BLOCK - end);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_system(err, ERR_IO, source->path, "read", errno);
        source->raw_done = got == 0;
        end += (size_t)got;
    }
    if (end > 0)
        hash_block(source, end);
    source->raw_end = end;
    source->position += end;
    return OK;
}

static enum kind
recognise(const unsigned char *bytes, size_t count)
{
    static const struct {
        enum kind kind;
        size_t length;
        const char *bytes;
    } magics[] = {
        {KIND_GZIP, 2, "\x1f\x8b"},           {KIND_ZIP, 4, "PK\x03\x04"},
        {KIND_ZIP, 4, "PK\x05\x06"},          {KIND_STREAM, 6, "\xfd\x37zXZ\0"},
        {KIND_STREAM, 4, "\x28\xb5\x2f\xfd"},
    };
    for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
        if (count >= magics[i].length && memcmp(bytes, magics[i].bytes, magics[i].length) == 0)
            return magics[i].kind;
    }
    return KIND_PLAIN;
}

/* A zip is complete only with the directory at its end; a reader of members would not miss it. */
static enum status
check_zip_end(struct source *source, struct error *err)
{
    const size_t length = source->size < ZIP_TAIL_MAX ? (size_t)source->size : ZIP_TAIL_MAX;
    const off_t start = (off_t)(source->size - length);
    size_t got = 0;
    while (got < length) {
        const ssize_t count =
            pread(source->fd, source->raw + got, length - got, start + (off_t)got);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return error_system(err, ERR_IO, source->path, "read", count < 0 ? errno : EIO);
        got += (size_t)count;
    }
    for (size_t at = length; at >= ZIP_END_SIZE; at--) {
        if (memcmp(source->raw + at - ZIP_END_SIZE, "PK\x05\x06", 4) == 0)
            return OK;
    }
    return error_set(err, ERR_PARSE,
                     "%s: error: the zip archive is cut short: its directory at the "
                     "end is missing",
                     source->path);
}

static enum status
archive_begin(struct source *source, struct error *err)
{
    if (source->standard_input)
        return error_set(err, ERR_PARSE,
                         "standard input: error: zip, xz and zstd are read from "
                         "files only; give the file's name or unpack it into the pipe");
    if (source->kind == KIND_ZIP)
        TRY(check_zip_end(source, err));
    if (lseek(source->fd, 0, SEEK_SET) != 0)
        return error_system(err, ERR_IO, source->path, "seek", errno);
    source->position = 0;
    source->archive = archive_read_new();
    if (source->archive == NULL)
        return error_memory(err, source->path);
    int result = source->kind == KIND_ZIP ? archive_read_support_format_zip(source->archive)
                                          : archive_read_support_format_raw(source->archive);
    if (source->kind == KIND_STREAM && result == ARCHIVE_OK) {
        archive_read_support_filter_xz(source->archive);
        archive_read_support_filter_zstd(source->archive);
    }
    if (result == ARCHIVE_OK)
        result = archive_read_open_fd(source->archive, source->fd, SOURCE_BLOCK);
    if (result != ARCHIVE_OK)
        return error_set(err, ERR_PARSE, "%s: error: %s", source->path,
                         archive_error_string(source->archive));
    return OK;
}

/* The last part of a path, without ".gz", ".xz" or ".zst". */
static void
set_file(struct source *source, const char *path)
{
    static const char *const packings[] = {".gz", ".xz", ".zst"};
    const char *slash = strrchr(path, '/');
    snprintf(source->file, sizeof(source->file), "%s", slash == NULL ? path : slash + 1);
    const size_t length = strlen(source->file);
    for (size_t i = 0; i < sizeof(packings) / sizeof(packings[0]); i++) {
        const size_t tail = strlen(packings[i]);
        if (length > tail && strcmp(source->file + length - tail, packings[i]) == 0) {
            source->file[length - tail] = '\0';
            return;
        }
    }
}

static enum status
open_path(struct source *source, const char *path, struct error *err)
{
    source->standard_input = strcmp(path, "-") == 0;
    const char *shown = source->standard_input ? "standard input" : path;
    if (strlen(shown) >= SOURCE_NAME_MAX / 2)
        return error_set(err, ERR_NO_INPUT, "%.80s...: the path is longer than %d bytes", path,
                         SOURCE_NAME_MAX / 2);
    snprintf(source->path, sizeof(source->path), "%s", shown);
    snprintf(source->name, sizeof(source->name), "%s", shown);
    set_file(source, path);
    for (int i = 0; i < 2; i++) {
        source->blocks[i] = malloc(SOURCE_BLOCK);
        if (source->blocks[i] == NULL)
            return error_memory(err, source->path);
    }
    TRY(hash_sha256_init(&source->hash, err));
    source->fd = source->standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (source->fd < 0)
        return error_system(err, ERR_IO, source->path, "open", errno);
    struct stat about;
    if (!source->standard_input && fstat(source->fd, &about) == 0 && S_ISREG(about.st_mode))
        source->size = (uint64_t)about.st_size;
    TRY(raw_fill(source, err));
    if (source->raw_end == 0)
        return error_set(err, ERR_PARSE, "%s: error: the file is empty", source->path);
    source->kind = recognise(source->raw, source->raw_end);
    return source->kind == KIND_ZIP || source->kind == KIND_STREAM ? archive_begin(source, err)
                                                                   : OK;
}

enum status
source_open(struct source **result, const char *path, struct error *err)
{
    struct source *source = calloc(1, sizeof(*source));
    if (source == NULL)
        return error_memory(err, path);
    source->fd = -1;
    const enum status status = open_path(source, path, err);
    if (status != OK) {
        source_close(source);
        return status;
    }
    *result = source;
    return OK;
}

void
source_hash_with(struct source *source, struct pool *pool)
{
    assert(source->pool == NULL);
    source->pool = pool;
}

static enum status
archive_problem(const struct source *source, struct error *err)
{
    const char *text = archive_error_string(source->archive);
    return error_set(err, ERR_PARSE, "%s: error: the archive is damaged or cut short: %s",
                     source->name, text == NULL ? "unknown problem" : text);
}

/* archive_read_data with short reads put together. */
static enum status
archive_take(struct source *source, char *buffer, size_t size, size_t *got, struct error *err)
{
    *got = 0;
    while (*got < size) {
        const la_ssize_t count = archive_read_data(source->archive, buffer + *got, size - *got);
        if (count < 0)
            return archive_problem(source, err);
        if (count == 0)
            return OK;
        *got += (size_t)count;
    }
    return OK;
}

/* Names the member, and looks at its first bytes: a packed file inside a packed file is refused. */
static enum status
archive_member(struct source *source, struct archive_entry *entry, struct error *err)
{
    if (source->kind == KIND_ZIP) {
        const char *inside = archive_entry_pathname(entry);
        if (inside == NULL)
            inside = "(name not readable)";
        snprintf(source->name, sizeof(source->name), "%.*s/%.*s", SOURCE_NAME_MAX / 2, source->path,
                 SOURCE_NAME_MAX / 2 - 2, inside);
        set_file(source, inside);
        if (archive_entry_is_encrypted(entry))
            return error_set(err, ERR_PARSE, "%s: error: encrypted; seawall reads no passwords",
                             source->name);
    }
    source->pending_at = 0;
    TRY(archive_take(source, source->pending, MAGIC_SIZE, &source->pending_end, err));
    if (recognise((const unsigned char *)source->pending, source->pending_end) != KIND_PLAIN)
        return error_set(err, ERR_PARSE,
                         "%s: error: packed inside a packed file; unpack the outer one first",
                         source->name);
    return OK;
}

static enum status
archive_next(struct source *source, bool *more, struct error *err)
{
    struct archive_entry *entry;
    for (;;) {
        const int result = archive_read_next_header(source->archive, &entry);
        if (result == ARCHIVE_EOF)
            break;
        if (result < ARCHIVE_WARN)
            return archive_problem(source, err);
        if (source->kind == KIND_ZIP && archive_entry_filetype(entry) != AE_IFREG)
            continue;
        source->members++;
        *more = true;
        return archive_member(source, entry, err);
    }
    if (source->members == 0)
        return error_set(err, ERR_PARSE, "%s: error: the archive holds no file", source->path);
    *more = false;
    return OK;
}

enum status
source_next(struct source *source, bool *more, struct error *err)
{
    if (source->archive != NULL)
        return archive_next(source, more, err);
    *more = source->members++ == 0;
    return OK;
}

static enum status
plain_read(struct source *source, char *buffer, size_t size, size_t *got, struct error *err)
{
    *got = 0;
    while (*got < size) {
        if (source->raw_at == source->raw_end) {
            if (source->raw_done)
                return OK;
            TRY(raw_fill(source, err));
            continue;
        }
        const size_t left = source->raw_end - source->raw_at;
        const size_t count = left < size - *got ? left : size - *got;
        memcpy(buffer + *got, source->raw + source->raw_at, count);
        source->raw_at += count;
        *got += count;
    }
    return OK;
}

/* Begins the next gzip member when bytes are left; *more is false at the end of the file. */
static enum status
gzip_member(struct source *source, bool *more, struct error *err)
{
    if (source->raw_at == source->raw_end && !source->raw_done)
        TRY(raw_fill(source, err));
    *more = source->raw_at < source->raw_end;
    if (!*more)
        return OK;
    if (source->raw[source->raw_at] != 0x1f)
        return error_set(err, ERR_PARSE, "%s: error: bytes that are not gzip follow the gzip data",
                         source->path);
    const int result = source->inflating ? inflateReset(&source->inflate)
                                         : inflateInit2(&source->inflate, 15 + 16);
    if (result != Z_OK)
        return error_memory(err, source->path);
    source->inflating = source->in_member = true;
    return OK;
}

static enum status
gzip_read(struct source *source, char *buffer, size_t size, size_t *got, struct error *err)
{
    z_stream *stream = &source->inflate;
    *got = 0;
    while (*got < size) {
        if (!source->in_member) {
            bool more;
            TRY(gzip_member(source, &more, err));
            if (!more)
                return OK;
        }
        if (source->raw_at == source->raw_end && !source->raw_done)
            TRY(raw_fill(source, err));
        if (source->raw_at == source->raw_end)
            return error_set(err, ERR_PARSE,
                             "%s: error: cut short: the gzip data ends before its "
                             "checksum",
                             source->path);
        stream->next_in = source->raw + source->raw_at;
        stream->avail_in = (uInt)(source->raw_end - source->raw_at);
        stream->next_out = (Bytef *)buffer + *got;
        stream->avail_out = size - *got > SOURCE_BLOCK ? SOURCE_BLOCK : (uInt)(size - *got);
        const uInt room = stream->avail_out;
        const int result = inflate(stream, Z_NO_FLUSH);
        source->raw_at = source->raw_end - stream->avail_in;
        *got += room - stream->avail_out;
        if (result == Z_STREAM_END)
            source->in_member = false;
        else if (result != Z_OK && result != Z_BUF_ERROR)
            return error_set(err, ERR_PARSE, "%s: error: the gzip data is damaged: %s",
                             source->path, stream->msg == NULL ? "unknown problem" : stream->msg);
    }
    return OK;
}

enum status
source_read(struct source *source, char *buffer, size_t size, size_t *got, struct error *err)
{
    assert(source->members > 0);
    switch (source->kind) {
    case KIND_PLAIN:
        return plain_read(source, buffer, size, got, err);
    case KIND_GZIP:
        return gzip_read(source, buffer, size, got, err);
    default:
        break;
    }
    const size_t ahead = source->pending_end - source->pending_at;
    const size_t count = ahead < size ? ahead : size;
    memcpy(buffer, source->pending + source->pending_at, count);
    source->pending_at += count;
    TRY(archive_take(source, buffer + count, size - count, got, err));
    *got += count;
    source->position = (uint64_t)archive_filter_bytes(source->archive, -1);
    return OK;
}

const char *
source_name(const struct source *source)
{
    return source->name;
}

const char *
source_file(const struct source *source)
{
    return source->file;
}

uint64_t
source_position(const struct source *source)
{
    return source->position;
}

uint64_t
source_size(const struct source *source)
{
    return source->size;
}

enum status
source_digest(struct source *source, char text[HASH_SHA256_TEXT], uint64_t *size, struct error *err)
{
    if (source->archive != NULL)
        return hash_file(source->path, text, size, err);
    while (!source->raw_done)
        TRY(raw_fill(source, err));
    source->raw_at = source->raw_end;
    wait_for_hash(source);
    hash_sha256_end(&source->hash, text);
    *size = source->position;
    return OK;
}

void
source_close(struct source *source)
{
    if (source == NULL)
        return;
    if (source->inflating)
        inflateEnd(&source->inflate);
    wait_for_hash(source);
    archive_read_free(source->archive);
    hash_sha256_clear(&source->hash);
    if (source->fd >= 0 && !source->standard_input)
        close(source->fd);
    free(source->blocks[0]);
    free(source->blocks[1]);
    free(source);
}
