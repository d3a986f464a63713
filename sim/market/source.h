/*
 * source.h - the bytes of an input file, whatever it is packed in.
 *
 * What a file is, is told by its first bytes, never by its name:
 *
 *     plain      anything else; a file, or "-" for standard input
 *     gzip       one or several members, one after the other; each checksum and length is checked
 *     zip        its CSV files, one after the other, in stored order (files only, not a pipe)
 *     xz, zstd   one stream (files only)
 *
 * Nothing is ever unpacked to disk.  Cut short, damaged, encrypted and nested inputs are errors
 * that name the file and what is wrong with it; an empty file is one too.  A source also yields the
 * SHA-256 and the size of the stored bytes, which is what venues publish beside their files.
 */
#ifndef SIM_MARKET_SOURCE_H
#define SIM_MARKET_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/pool.h"

/* SOURCE_BLOCK: stored bytes read, and hashed, at once.  A quarter of it kept two threads waiting
 * for each other's blocks: 1.1 to 1.3 instead of 1.8 times the speed of one. */
enum { SOURCE_NAME_MAX = 1024, SOURCE_BLOCK = 1 << 20 };

struct source;

/* Opens `path` ("-": standard input) and recognises it.  ERR_NO_INPUT, ERR_PARSE when it is empty
 * or of a kind that cannot be read. */
enum status source_open(struct source **source, const char *path, struct error *err) MUST_CHECK;

/* From now on the blocks of a plain or gzip file are hashed by jobs of `pool` (borrowed until
 * source_close), one behind what is read; before, and without, by the caller's thread. */
void source_hash_with(struct source *source, struct pool *pool);

/* Goes to the first or next CSV file inside; *more is false when there is none left.  Must be
 * called before the first read.  A plain file, a gzip file and standard input hold exactly one. */
enum status source_next(struct source *source, bool *more, struct error *err) MUST_CHECK;

/* Fills buffer with the next `size` bytes of the CSV file; *got < size only at its end. */
enum status source_read(struct source *source, char *buffer, size_t size, size_t *got,
                        struct error *err) MUST_CHECK;

/* Path for messages: "a.csv", "a.zip/b.csv", "standard input".  Valid until source_next(). */
const char *source_name(const struct source *source);

/* Name of the CSV file without directories and packing: "b.csv"; "-" for standard input. */
const char *source_file(const struct source *source);

/* Stored bytes consumed so far, and in all (0: not known, standard input). */
uint64_t source_position(const struct source *source);
uint64_t source_size(const struct source *source);

/* Reads what is left and yields the SHA-256 and the number of the stored bytes. */
enum status source_digest(struct source *source, char text[HASH_SHA256_TEXT], uint64_t *size,
                          struct error *err) MUST_CHECK;

void source_close(struct source *source); /* NULL is allowed */

#endif
