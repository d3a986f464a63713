#include "base/hash.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/evp.h>
#include <xxhash.h>

enum { BLOCK_SIZE = 1 << 20 };

enum status
hash_sha256_init(struct hash_sha256 *hash, struct error *err)
{
    hash->context = EVP_MD_CTX_new();
    if (hash->context == NULL || EVP_DigestInit_ex(hash->context, EVP_sha256(), NULL) != 1) {
        hash_sha256_clear(hash);
        return error_memory(err, "starting a SHA-256");
    }
    return OK;
}

void
hash_sha256_add(struct hash_sha256 *hash, const void *data, size_t size)
{
    const int done = EVP_DigestUpdate(hash->context, data, size);
    assert(done == 1);
    (void)done;
}

void
hash_sha256_end(struct hash_sha256 *hash, char text[HASH_SHA256_TEXT])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    const int done = EVP_DigestFinal_ex(hash->context, digest, &length);
    assert(done == 1 && length == 32);
    (void)done;
    for (unsigned i = 0; i < length; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    hash_sha256_clear(hash);
}

void
hash_sha256_clear(struct hash_sha256 *hash)
{
    EVP_MD_CTX_free(hash->context);
    hash->context = NULL;
}

enum status
hash_file(const char *path, char text[HASH_SHA256_TEXT], uint64_t *size, struct error *err)
{
    struct hash_sha256 hash = {0};
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return error_system(err, ERR_IO, path, "open", errno);
    char *block = malloc(BLOCK_SIZE);
    enum status status = block == NULL ? error_memory(err, path) : hash_sha256_init(&hash, err);
    if (status == OK) {
        *size = 0;
        size_t got;
        while ((got = fread(block, 1, BLOCK_SIZE, file)) > 0) {
            hash_sha256_add(&hash, block, got);
            *size += got;
        }
        if (ferror(file))
            status = error_system(err, ERR_IO, path, "read", errno);
        else
            hash_sha256_end(&hash, text);
    }
    hash_sha256_clear(&hash);
    free(block);
    fclose(file);
    return status;
}

void
hash_xxh(const void *data, size_t size, char text[HASH_XXH_TEXT])
{
    const XXH128_hash_t digest = XXH3_128bits(data, size);
    snprintf(text, HASH_XXH_TEXT, "%016llx%016llx", (unsigned long long)digest.high64,
             (unsigned long long)digest.low64);
}
