/*
 * hash.h - digests: SHA-256 of input files (what venues publish), XXH3-128 of scenarios and runs.
 */
#ifndef SIM_BASE_HASH_H
#define SIM_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { HASH_SHA256_TEXT = 65, HASH_XXH_TEXT = 33 }; /* bytes of the hex text with its NUL */

/* SHA-256 in pieces; {0} is safe to clear. */
struct hash_sha256 {
    void *context; /* owned */
};

enum status hash_sha256_init(struct hash_sha256 *hash, struct error *err) MUST_CHECK;
void hash_sha256_add(struct hash_sha256 *hash, const void *data, size_t size);
/* Writes the lower-case hex digest and clears the hash. */
void hash_sha256_end(struct hash_sha256 *hash, char text[HASH_SHA256_TEXT]);
void hash_sha256_clear(struct hash_sha256 *hash);

/* SHA-256 of a whole file, and its size in bytes. */
enum status hash_file(const char *path, char text[HASH_SHA256_TEXT], uint64_t *size,
                      struct error *err) MUST_CHECK;

/* XXH3-128 of a block of memory as lower-case hex. */
void hash_xxh(const void *data, size_t size, char text[HASH_XXH_TEXT]);

#endif
