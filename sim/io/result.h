/*
 * result.h - reads a result file back: for the report, for `seawall info`, for whatever compares.
 *
 * Opening reads everything that is small (names, key figures, provenance); series and event tables
 * are read in blocks, so memory does not grow with the length of a run.  A file that is not
 * complete, is of a newer version, is a tape or no HDF5 file at all is refused with one sentence.
 */
#ifndef SIM_IO_RESULT_H
#define SIM_IO_RESULT_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"
#include "io/layout.h"
#include "io/provenance.h"

struct result_pool {
    char *name, *currency; /* owned */
    int decimals;          /* of its money */
    uint64_t samples, changes;
    struct layout_figures figures;
};

struct result_instrument {
    char *name, *pool, *currency; /* owned; pool: the one that covers it */
    char *price_unit;             /* owned */
    int decimals;                 /* of its money */
    int price_decimals;
    uint64_t samples;
};

struct result {
    hid_t file;
    char *path, *title, *version; /* owned; version: of the seawall that wrote it */
    char *scenario, *scenario_digest, *compiler;
    uint64_t seed;
    struct provenance_tape *tapes; /* owned */
    size_t tape_count;
    char **warnings; /* owned */
    size_t warning_count;
    char **accounts; /* owned; account_count is 0 when accounts have no names */
    size_t account_count;
    struct result_pool *pools; /* owned, in the scenario's order */
    size_t pool_count;
    struct result_instrument *instruments; /* owned, in the scenario's order */
    size_t instrument_count;
    time_ns_t first, last; /* of the samples; 0, 0 when there are none */
};

enum status result_open(struct result **result, const char *path, struct error *err) MUST_CHECK;
void result_close(struct result *result); /* NULL is allowed */

/* Reads `count` values from row `from` of /<group>/<name>/<column> ("fund", "btc", "balance"):
 * integers at the column's decimals. */
enum status result_read(const struct result *result, const char *group, const char *name,
                        const char *column, uint64_t from, size_t count, int64_t *values,
                        struct error *err) MUST_CHECK;

/* Rows of /event/<table>. */
enum status result_event_count(const struct result *result, const struct layout_table *table,
                               uint64_t *count, struct error *err) MUST_CHECK;

/* Reads `count` rows from row `from` of /event/<table> into an array of the table's structs. */
enum status result_events(const struct result *result, const struct layout_table *table,
                          uint64_t from, size_t count, void *rows, struct error *err) MUST_CHECK;

/* Reads `count` rows from row `from` of the changes of a pool of this result. */
enum status result_changes(const struct result *result, const struct result_pool *pool,
                           uint64_t from, size_t count, struct layout_change *rows,
                           struct error *err) MUST_CHECK;

/* Appends a summary for people: what the file is, its pools and their key figures. */
enum status result_info(const char *path, struct text *out, struct error *err) MUST_CHECK;

#endif
