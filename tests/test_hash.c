/* Digests against published vectors. */
#include "cmocka_all.h"

#include <string.h>

#include "base/hash.h"
#include "tmpdir.h"

/* FIPS 180-4 examples (NIST, "SHA256.pdf") and the digest of nothing. */
static const struct {
    const char *text, *digest;
} sha256_cases[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
};

static void
test_sha256_gives_the_published_digests_in_one_piece_and_in_many(void **state)
{
    for (size_t i = 0; i < sizeof(sha256_cases) / sizeof(sha256_cases[0]); i++) {
        const char *text = sha256_cases[i].text;
        char digest[HASH_SHA256_TEXT];
        for (size_t piece = 1; piece <= strlen(text) + 1; piece += 7) {
            struct hash_sha256 hash = {0};
            assert_int_equal(hash_sha256_init(&hash, NULL), OK);
            for (size_t at = 0; at < strlen(text); at += piece) {
                const size_t left = strlen(text) - at;
                hash_sha256_add(&hash, text + at, left < piece ? left : piece);
            }
            hash_sha256_end(&hash, digest);
            assert_string_equal(digest, sha256_cases[i].digest);
            assert_null(hash.context);
        }
    }
}

static void
test_the_digest_of_a_file_is_that_of_its_bytes(void **state)
{
    char path[600], digest[HASH_SHA256_TEXT];
    uint64_t size = 99;
    struct error err;
    tmpdir_path(state, "abc.txt", path, sizeof(path));
    assert_int_equal(hash_file(path, digest, &size, &err), ERR_NO_INPUT);
    assert_non_null(strstr(err.message, "abc.txt: cannot open"));
    for (size_t i = 0; i < sizeof(sha256_cases) / sizeof(sha256_cases[0]); i++) {
        tmpdir_write(path, sha256_cases[i].text, strlen(sha256_cases[i].text));
        assert_int_equal(hash_file(path, digest, &size, &err), OK);
        assert_string_equal(digest, sha256_cases[i].digest);
        assert_true(size == strlen(sha256_cases[i].text));
    }
}

/* A million times "a" is the third example of FIPS 180-4; 3 MiB, three of hash_file()'s blocks, are
 * checked against the same bytes hashed in one piece. */
static void
test_a_file_longer_than_a_block_is_read_whole(void **state)
{
    static char data[3 << 20];
    char path[600], digest[HASH_SHA256_TEXT], whole[HASH_SHA256_TEXT];
    uint64_t size;
    struct error err;
    tmpdir_path(state, "a.txt", path, sizeof(path));
    memset(data, 'a', sizeof(data));
    tmpdir_write(path, data, 1000000);
    assert_int_equal(hash_file(path, digest, &size, &err), OK);
    assert_string_equal(digest, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    struct hash_sha256 hash = {0};
    tmpdir_write(path, data, sizeof(data));
    assert_int_equal(hash_file(path, digest, &size, &err), OK);
    assert_int_equal(hash_sha256_init(&hash, &err), OK);
    hash_sha256_add(&hash, data, sizeof(data));
    hash_sha256_end(&hash, whole);
    assert_string_equal(digest, whole);
    assert_true(size == sizeof(data));
}

/* XXH128 of nothing (seed 0) as in xxHash's own sanity test, and of "abc" as its program prints. */
static void
test_xxh3_gives_the_digests_of_the_reference_program(void **state)
{
    static const struct {
        const char *text, *digest;
    } cases[] = {
        {"", "99aa06d3014798d86001c324468d497f"},
        {"abc", "06b05ab6733a618578af5f94892f3950"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char digest[HASH_XXH_TEXT];
        hash_xxh(cases[i].text, strlen(cases[i].text), digest);
        assert_string_equal(digest, cases[i].digest);
    }
}

int
main(void)
{
#define IN_TMPDIR(test) cmocka_unit_test_setup_teardown(test, tmpdir_setup, tmpdir_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sha256_gives_the_published_digests_in_one_piece_and_in_many),
        IN_TMPDIR(test_the_digest_of_a_file_is_that_of_its_bytes),
        IN_TMPDIR(test_a_file_longer_than_a_block_is_read_whole),
        cmocka_unit_test(test_xxh3_gives_the_digests_of_the_reference_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
