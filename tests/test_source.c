/* The same bytes out of every packing; damage is named. */
#include "cmocka_all.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

#include "import_memory.h"
#include "market/source.h"

enum { BYTES = 300000 };

static char *directory;
static char content[BYTES];

static int
setup(void **state)
{
    directory = import_memory_directory();
    for (int i = 0; i < BYTES; i++)
        content[i] = (char)(i % 61 == 60 ? '\n' : '0' + (i % 9973 * 7919 % 10007) % 10);
    return 0;
}

static int
teardown(void **state)
{
    import_memory_remove(directory);
    return 0;
}

/* Writes an archive of `count` members with the same content. */
static char *
write_archive(const char *name, const char *const *members, size_t count, const char *filter)
{
    char *path = import_memory_file(directory, name, "", 0);
    struct archive *archive = archive_write_new();
    assert_int_equal(filter == NULL ? archive_write_set_format_zip(archive)
                                    : archive_write_set_format_raw(archive),
                     ARCHIVE_OK);
    if (filter != NULL)
        assert_int_equal(archive_write_add_filter_by_name(archive, filter), ARCHIVE_OK);
    assert_int_equal(archive_write_open_filename(archive, path), ARCHIVE_OK);
    for (size_t i = 0; i < count; i++) {
        struct archive_entry *entry = archive_entry_new();
        const bool folder = members[i][strlen(members[i]) - 1] == '/';
        archive_entry_set_pathname(entry, members[i]);
        archive_entry_set_size(entry, folder ? 0 : BYTES);
        archive_entry_set_filetype(entry, folder ? AE_IFDIR : AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
        if (!folder)
            assert_int_equal(archive_write_data(archive, content, BYTES), BYTES);
        archive_entry_free(entry);
    }
    assert_int_equal(archive_write_free(archive), ARCHIVE_OK);
    return path;
}

/* Reads everything in odd pieces; returns the number of CSV files with the right content. */
static enum status
read_all(const char *path, int *files, struct error *err)
{
    struct source *source;
    enum status status = source_open(&source, path, err);
    if (status != OK)
        return status;
    char *buffer = malloc(BYTES + 7);
    assert_non_null(buffer);
    *files = 0;
    for (;;) {
        bool more = false;
        size_t total = 0, got = 0;
        status = source_next(source, &more, err);
        if (status != OK || !more)
            break;
        do {
            const size_t piece = BYTES + 7 - total < 4099 ? BYTES + 7 - total : 4099;
            status = source_read(source, buffer + total, piece, &got, err);
            total += got;
            if (status != OK || got < piece)
                break;
        } while (total < BYTES + 7);
        if (status != OK)
            break;
        assert_int_equal(total, BYTES);
        assert_memory_equal(buffer, content, BYTES);
        ++*files;
    }
    free(buffer);
    source_close(source);
    return status;
}

static void
test_every_packing_gives_the_same_bytes(void **state)
{
    static const char *const one[] = {"BTCUSDT-trades-2024-08-08.csv"};
    static const char *const three[] = {"folder/", "folder/a.csv", "folder/b.csv", "c.csv"};
    struct {
        const char *name;
        char *path;
        int files;
    } cases[] = {
        {"plain", import_memory_file(directory, "plain.csv", content, BYTES), 1},
        {"gzip", import_memory_gzip(directory, "packed.csv.gz", content, BYTES), 1},
        {"gzip by another name", import_memory_gzip(directory, "packed.txt", content, BYTES), 1},
        {"zip", write_archive("one.zip", one, 1, NULL), 1},
        {"zip of three", write_archive("three.zip", three, 4, NULL), 3},
        {"zstd", write_archive("a.csv.zst", one, 1, "zstd"), 1},
        {"xz", write_archive("a.csv.xz", one, 1, "xz"), 1},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct error err = {0};
        int files = 0;
        if (read_all(cases[i].path, &files, &err) != OK || files != cases[i].files)
            fail_msg("%s: %d files, %s", cases[i].name, files, err.message);
        free(cases[i].path);
    }
}

static size_t
slurp(const char *path, char **bytes)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    *bytes = malloc(2 * BYTES);
    assert_non_null(*bytes);
    const size_t length = fread(*bytes, 1, 2 * BYTES, file);
    fclose(file);
    return length;
}

static void
test_concatenated_gzip_members_are_one_text(void **state)
{
    char *first = import_memory_gzip(directory, "1.gz", content, 100000);
    char *second = import_memory_gzip(directory, "2.gz", content + 100000, BYTES - 100000);
    char *bytes, *more;
    const size_t length = slurp(first, &bytes), rest = slurp(second, &more);
    memcpy(bytes + length, more, rest);
    char *both = import_memory_file(directory, "12.gz", bytes, length + rest);
    int files = 0;
    assert_int_equal(read_all(both, &files, NULL), OK);
    assert_int_equal(files, 1);
    memcpy(bytes + length + rest, "junk", 4);
    char *junk = import_memory_file(directory, "junk.gz", bytes, length + rest + 4);
    struct error err;
    assert_int_equal(read_all(junk, &files, &err), ERR_PARSE);
    assert_non_null(strstr(err.message, "bytes that are not gzip follow"));
    free(first);
    free(second);
    free(bytes);
    free(more);
    free(both);
    free(junk);
}

static void
expect_error(const char *name, const char *bytes, size_t length, enum status status,
             const char *message)
{
    struct error err = {0};
    int files = 0;
    char *path = import_memory_file(directory, name, bytes, length);
    const enum status got = read_all(path, &files, &err);
    if (got != status || strstr(err.message, message) == NULL || strstr(err.message, name) == NULL)
        fail_msg("%s: status %d, %s", name, (int)got, err.message);
    free(path);
}

/* A gzip member of exactly `size` bytes: its header's file name is as long as it takes. */
static void
pad_member(char *member, const char *packed, size_t length, size_t size)
{
    enum { HEADER = 10, FLAGS = 3, HAS_NAME = 8 }; /* RFC 1952 */
    assert_int_equal(packed[FLAGS], 0);
    assert_true(length < size);
    memcpy(member, packed, HEADER);
    member[FLAGS] = HAS_NAME;
    memset(member + HEADER, 'n', size - length - 1);
    member[HEADER + size - length - 1] = '\0';
    memcpy(member + HEADER + size - length, packed + HEADER, length - HEADER);
}

static void
test_gzip_members_may_end_where_a_block_of_the_file_does(void **state)
{
    enum { BLOCK = SOURCE_BLOCK };
    char *paths[] = {import_memory_gzip(directory, "all.gz", content, BYTES),
                     import_memory_gzip(directory, "first.gz", content, 100000),
                     import_memory_gzip(directory, "second.gz", content + 100000, BYTES - 100000)};
    char *packed[3], *bytes = malloc(2 * BLOCK + 64);
    size_t lengths[3];
    assert_non_null(bytes);
    for (int i = 0; i < 3; i++)
        lengths[i] = slurp(paths[i], &packed[i]);
    for (int shift = -12; shift <= 12; shift++) { /* the second begins around the block's end */
        const size_t first = (size_t)(BLOCK + shift);
        int files = 0;
        pad_member(bytes, packed[1], lengths[1], first);
        memcpy(bytes + first, packed[2], lengths[2]);
        char *path = import_memory_file(directory, "both.gz", bytes, first + lengths[2]);
        if (read_all(path, &files, NULL) != OK || files != 1)
            fail_msg("two members, the first of %zu bytes", first);
        free(path);
        expect_error("cut.gz", bytes, first + 10, ERR_PARSE, "cut short");
        memcpy(bytes + first, "junk", 4);
        expect_error("junk.gz", bytes, first + 4, ERR_PARSE, "bytes that are not gzip follow");
        pad_member(bytes, packed[0], lengths[0], first);
        path = import_memory_file(directory, "one.gz", bytes, first);
        if (read_all(path, &files, NULL) != OK || files != 1)
            fail_msg("one member of %zu bytes", first);
        free(path);
    }
    /* Both ends are a block's; each member fills one. */
    int files = 0;
    pad_member(bytes, packed[1], lengths[1], BLOCK);
    pad_member(bytes + BLOCK, packed[2], lengths[2], BLOCK);
    char *path = import_memory_file(directory, "blocks.gz", bytes, 2 * BLOCK);
    assert_int_equal(read_all(path, &files, NULL), OK);
    assert_int_equal(files, 1);
    free(path);
    expect_error("cut.gz", bytes, 2 * BLOCK - 1, ERR_PARSE, "cut short");
    for (int i = 0; i < 3; i++) {
        free(paths[i]);
        free(packed[i]);
    }
    free(bytes);
}

static void
test_damage_is_named(void **state)
{
    static const char *const member[] = {"a.csv"};
    static const char *const nested[] = {"a.csv"};
    char *gzip_path = import_memory_gzip(directory, "whole.gz", content, BYTES);
    char *zip_path = write_archive("whole.zip", member, 1, NULL);
    char *gzip, *zip;
    const size_t gzip_length = slurp(gzip_path, &gzip), zip_length = slurp(zip_path, &zip);
    expect_error("cut.gz", gzip, gzip_length - 9, ERR_PARSE, "cut short");
    expect_error("cut-in-checksum.gz", gzip, gzip_length - 3, ERR_PARSE, "cut short");
    expect_error("header-only.gz", gzip, 10, ERR_PARSE, "cut short");
    expect_error("cut.zip", zip, zip_length / 2, ERR_PARSE, "cut short: its directory");
    expect_error("empty.csv", "", 0, ERR_PARSE, "the file is empty");
    expect_error("empty.zip", "PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22, ERR_PARSE,
                 "holds no file");
    gzip[gzip_length - 6] ^= 1; /* in the checksum */
    expect_error("checksum.gz", gzip, gzip_length, ERR_PARSE, "damaged: incorrect data check");
    gzip[gzip_length - 6] ^= 1;
    gzip[gzip_length - 2] ^= 1;
    expect_error("length.gz", gzip, gzip_length, ERR_PARSE, "damaged: incorrect length check");
    gzip[gzip_length - 2] ^= 1;
    gzip[gzip_length / 2] ^= 1;
    expect_error("flipped.gz", gzip, gzip_length, ERR_PARSE, "damaged");
    zip[zip_length / 2] ^= 1;
    expect_error("flipped.zip", zip, zip_length, ERR_PARSE, "damaged or cut short");
    zip[zip_length / 2] ^= 1;
    memcpy(content, "PK\3\4", 4); /* a zip of something that looks like a zip */
    char *inner = write_archive("nested.zip", nested, 1, NULL);
    struct error err;
    int files;
    assert_int_equal(read_all(inner, &files, &err), ERR_PARSE);
    assert_non_null(strstr(err.message, "nested.zip/a.csv: error: packed inside a packed file"));
    memcpy(content, "0987", 4);
    free(gzip_path);
    free(zip_path);
    free(gzip);
    free(zip);
    free(inner);
}

static void
test_an_encrypted_zip_is_refused(void **state)
{
    static const char *const member[] = {"a.csv"};
    char *path = write_archive("plain.zip", member, 1, NULL);
    char *bytes;
    const size_t length = slurp(path, &bytes);
    /* The encryption bit (APPNOTE 4.4.4, bit 0 of the flags) in both headers of the member. */
    for (size_t i = 0; i + 10 < length; i++) {
        if (memcmp(bytes + i, "PK\3\4", 4) == 0)
            bytes[i + 6] |= 1;
        if (memcmp(bytes + i, "PK\1\2", 4) == 0)
            bytes[i + 8] |= 1;
    }
    expect_error("secret.zip", bytes, length, ERR_PARSE, "encrypted");
    free(path);
    free(bytes);
}

static void
test_missing_files_and_directories_are_refused(void **state)
{
    struct source *source;
    struct error err;
    assert_int_equal(source_open(&source, "/nowhere/a.csv", &err), ERR_NO_INPUT);
    assert_non_null(strstr(err.message, "/nowhere/a.csv: cannot open"));
    assert_int_equal(source_open(&source, "/tmp", &err), ERR_IO);
    assert_non_null(strstr(err.message, "/tmp: cannot read"));
}

static void
test_the_digest_is_that_of_the_stored_bytes(void **state)
{
    /* printf 'a,b\n' | sha256sum */
    static const char expected[] =
        "5be08c9684a1d25efcee09318204824278b08bbfb4aef973ffefd0b9d7478313";
    char *path = import_memory_file(directory, "ab.csv", "a,b\n", 4);
    struct source *source;
    char digest[HASH_SHA256_TEXT], buffer[2];
    size_t got;
    uint64_t size = 0;
    bool more;
    assert_int_equal(source_open(&source, path, NULL), OK);
    assert_int_equal(source_next(source, &more, NULL), OK);
    assert_int_equal(source_read(source, buffer, 2, &got, NULL), OK);
    assert_int_equal(source_digest(source, digest, &size, NULL), OK); /* not read to its end */
    assert_string_equal(digest, expected);
    assert_int_equal(size, 4);
    assert_string_equal(source_file(source), "ab.csv");
    source_close(source);
    free(path);
    static const char *const members[] = {"x.csv", "y.csv"};
    char *zip = write_archive("two.zip", members, 2, NULL);
    char whole[HASH_SHA256_TEXT];
    uint64_t whole_size;
    assert_int_equal(hash_file(zip, whole, &whole_size, NULL), OK);
    assert_int_equal(source_open(&source, zip, NULL), OK);
    assert_int_equal(source_next(source, &more, NULL), OK);
    assert_string_equal(source_file(source), "x.csv");
    assert_int_equal(source_digest(source, digest, &size, NULL), OK);
    assert_string_equal(digest, whole);
    assert_int_equal(size, whole_size);
    source_close(source);
    free(zip);
}

static void
test_a_pool_finds_the_same_digest(void **state)
{
    enum { LENGTH = 4 * SOURCE_BLOCK + 12345 }; /* a few blocks and a piece */
    char *bytes = malloc(LENGTH), *buffer = malloc(LENGTH);
    assert_true(bytes != NULL && buffer != NULL);
    for (size_t i = 0; i < LENGTH; i++)
        bytes[i] = (char)('0' + i * 7919 % 10007 % 10);
    char *path = import_memory_file(directory, "digits.csv", bytes, LENGTH);
    char whole[HASH_SHA256_TEXT], digest[HASH_SHA256_TEXT];
    uint64_t whole_size, size;
    assert_int_equal(hash_file(path, whole, &whole_size, NULL), OK);
    for (unsigned threads = 1; threads <= 3; threads++) {
        for (size_t part = 0; part <= LENGTH; part += LENGTH / 3) {
            struct pool *pool;
            struct source *source, *left;
            size_t got;
            bool more;
            assert_int_equal(pool_open(&pool, threads, NULL), OK);
            assert_int_equal(source_open(&source, path, NULL), OK);
            assert_int_equal(source_open(&left, path, NULL), OK);
            source_hash_with(source, pool);
            source_hash_with(left, pool);
            assert_int_equal(source_next(source, &more, NULL), OK);
            assert_int_equal(source_next(left, &more, NULL), OK);
            assert_int_equal(source_read(left, buffer, LENGTH / 2, &got, NULL), OK);
            assert_int_equal(source_read(source, buffer, part, &got, NULL), OK);
            assert_memory_equal(buffer, bytes, part);
            assert_int_equal(source_digest(source, digest, &size, NULL), OK);
            assert_string_equal(digest, whole);
            assert_int_equal(size, whole_size);
            source_close(source);
            source_close(left); /* with a block being hashed, perhaps */
            pool_close(pool);
        }
    }
    free(path);
    free(bytes);
    free(buffer);
}

static void
test_standard_input_is_a_source(void **state)
{
    char *path = import_memory_gzip(directory, "stdin.gz", content, BYTES);
    const int saved = dup(STDIN_FILENO), file = open(path, O_RDONLY);
    int files = 0;
    assert_true(saved >= 0 && file >= 0 && dup2(file, STDIN_FILENO) == STDIN_FILENO);
    const enum status status = read_all("-", &files, NULL);
    dup2(saved, STDIN_FILENO);
    close(saved);
    close(file);
    assert_int_equal(status, OK);
    assert_int_equal(files, 1);
    free(path);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_packing_gives_the_same_bytes),
        cmocka_unit_test(test_concatenated_gzip_members_are_one_text),
        cmocka_unit_test(test_gzip_members_may_end_where_a_block_of_the_file_does),
        cmocka_unit_test(test_damage_is_named),
        cmocka_unit_test(test_an_encrypted_zip_is_refused),
        cmocka_unit_test(test_missing_files_and_directories_are_refused),
        cmocka_unit_test(test_the_digest_is_that_of_the_stored_bytes),
        cmocka_unit_test(test_a_pool_finds_the_same_digest),
        cmocka_unit_test(test_standard_input_is_a_source),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
