#include "io/result.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fixed.h"
#include "io/hdf.h"

enum { LINK_PATH_MAX = 512 };

/* ---- is it a result at all? ---- */

static enum status
check_file(const char *path, struct error *err)
{
    if (access(path, R_OK) != 0)
        return error_system(err, ERR_NO_INPUT, path, "read", errno);
    if (H5Fis_hdf5(path) <= 0)
        return error_set(err, ERR_PARSE,
                         "%s: not an HDF5 file; a result of `seawall run` was "
                         "expected",
                         path);
    return OK;
}

static enum status
check_version(const char *path, hid_t file, struct error *err)
{
    int version = 0, complete = 0;
    if (H5Aexists(file, "seawall_result_version") <= 0)
        return error_set(err, ERR_PARSE,
                         "%s: not a result of `seawall run`: it has no attribute "
                         "seawall_result_version (a tape holds prices; run a scenario on it to "
                         "get a result)",
                         path);
    TRY(hdf_read_attribute(file, "seawall_result_version", H5T_NATIVE_INT, &version, err));
    if (version != LAYOUT_VERSION)
        return error_set(err, ERR_PARSE,
                         "%s: result version %d, but this program reads version %d; %s", path,
                         version, LAYOUT_VERSION,
                         version < LAYOUT_VERSION ? "run the scenario in it again"
                                                  : "use the seawall that wrote it or a newer one");
    if (H5Aexists(file, "complete") <= 0)
        return error_set(err, ERR_PARSE,
                         "%s: incomplete: the run that wrote it did not finish; run it again",
                         path);
    TRY(hdf_read_attribute(file, "complete", H5T_NATIVE_INT, &complete, err));
    return complete == 1
               ? OK
               : error_set(err, ERR_PARSE, "%s: attribute complete is %d, not 1", path, complete);
}

/* ---- blocks ---- */

/* Selects [from, from + count) of a 1-D dataset and reads it. */
static enum status
read_block(hid_t dataset, hid_t type, uint64_t from, size_t count, void *values, struct error *err)
{
    const hsize_t start = from, rows = count;
    enum status status = OK;
    if (count == 0)
        return OK;
    hid_t memory = H5Screate_simple(1, &rows, NULL), space = H5Dget_space(dataset);
    if (memory < 0 || space < 0 ||
        H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &rows, NULL) < 0 ||
        H5Sselect_valid(space) <= 0 ||
        H5Dread(dataset, type, memory, space, H5P_DEFAULT, values) < 0)
        status = hdf_failed(dataset, "read", "", err);
    hdf_close(&memory);
    hdf_close(&space);
    return status;
}

enum status
result_read(const struct result *result, const char *group, const char *name, const char *column,
            uint64_t from, size_t count, int64_t *values, struct error *err)
{
    char path[LINK_PATH_MAX];
    snprintf(path, sizeof(path), "%s/%s/%s", group, name, column);
    hid_t dataset = H5Dopen2(result->file, path, H5P_DEFAULT);
    if (dataset < 0)
        return hdf_failed(result->file, "open", path, err);
    const enum status status = read_block(dataset, H5T_NATIVE_INT64, from, count, values, err);
    hdf_close(&dataset);
    return status;
}

/* Rows of a 1-D dataset. */
static enum status
row_count(hid_t group, const char *name, uint64_t *count, struct error *err)
{
    hsize_t rows = 0;
    enum status status = OK;
    hid_t dataset = H5Dopen2(group, name, H5P_DEFAULT);
    hid_t space = dataset < 0 ? -1 : H5Dget_space(dataset);
    if (space < 0 || H5Sget_simple_extent_ndims(space) != 1 ||
        H5Sget_simple_extent_dims(space, &rows, NULL) < 0)
        status = hdf_failed(group, "read", name, err);
    *count = rows;
    hdf_close(&space);
    hdf_close(&dataset);
    return status;
}

enum status
result_event_count(const struct result *result, const struct layout_table *table, uint64_t *count,
                   struct error *err)
{
    char path[LINK_PATH_MAX];
    snprintf(path, sizeof(path), "event/%s", table->name);
    return row_count(result->file, path, count, err);
}

/* Rows of the compound dataset at `path`. */
static enum status
read_table(const struct result *result, const struct layout_table *table, const char *path,
           uint64_t from, size_t count, void *rows, struct error *err)
{
    hid_t type = layout_compound(table, 0), dataset = H5Dopen2(result->file, path, H5P_DEFAULT);
    enum status status = OK;
    if (type < 0 || dataset < 0)
        status = hdf_failed(result->file, "open", path, err);
    else
        status = read_block(dataset, type, from, count, rows, err);
    hdf_close(&dataset);
    hdf_close(&type);
    return status;
}

enum status
result_events(const struct result *result, const struct layout_table *table, uint64_t from,
              size_t count, void *rows, struct error *err)
{
    char path[LINK_PATH_MAX];
    snprintf(path, sizeof(path), "event/%s", table->name);
    return read_table(result, table, path, from, count, rows, err);
}

enum status
result_changes(const struct result *result, const struct result_pool *pool, uint64_t from,
               size_t count, struct layout_change *rows, struct error *err)
{
    char path[LINK_PATH_MAX];
    snprintf(path, sizeof(path), "fund/%s/%s", pool->name, layout_change_table.name);
    return count == 0 ? OK : read_table(result, &layout_change_table, path, from, count, rows, err);
}

/* ---- opening ---- */

static enum status
read_figures(hid_t group, struct layout_figures *figures, struct error *err)
{
    for (size_t i = 0; i < layout_figure_table.count; i++) {
        const struct layout_column *column = &layout_figure_table.columns[i];
        const hid_t type = column->store == LAYOUT_F64 ? H5T_NATIVE_DOUBLE : H5T_NATIVE_INT64;
        TRY(hdf_read_scalar(group, column->name, type, (char *)figures + column->offset, err));
    }
    return OK;
}

/* Reads attribute `decimals`; what cannot be a scale is refused, as it would be shown wrong. */
static enum status
read_decimals(const struct result *result, hid_t object, int *decimals, struct error *err)
{
    TRY(hdf_read_attribute(object, "decimals", H5T_NATIVE_INT, decimals, err));
    if (*decimals >= 0 && *decimals <= FIXED_SCALE_MAX)
        return OK;
    return error_set(err, ERR_PARSE, "%s: an attribute decimals is %d: must be within [0, %d]",
                     result->path, *decimals, FIXED_SCALE_MAX);
}

/* Reads what is known of the pool in `group`. */
static enum status
read_pool(const struct result *result, hid_t group, struct result_pool *pool, struct error *err)
{
    char path[LINK_PATH_MAX];
    TRY(hdf_read_attribute_text(group, "currency", &pool->currency, err));
    TRY(read_decimals(result, group, &pool->decimals, err));
    TRY(row_count(group, "time", &pool->samples, err));
    TRY(row_count(group, "changes", &pool->changes, err));
    snprintf(path, sizeof(path), "metric/%s", pool->name);
    hid_t metric = H5Gopen2(result->file, path, H5P_DEFAULT);
    if (metric < 0)
        return hdf_failed(result->file, "open", path, err);
    const enum status status = read_figures(metric, &pool->figures, err);
    hdf_close(&metric);
    return status;
}

static enum status
read_instrument(const struct result *result, hid_t group, struct result_instrument *instrument,
                struct error *err)
{
    hid_t mark = H5Dopen2(group, "mark", H5P_DEFAULT);
    if (mark < 0)
        return hdf_failed(group, "open", "mark", err);
    enum status status = read_decimals(result, mark, &instrument->price_decimals, err);
    if (status == OK)
        status = hdf_read_attribute_text(mark, "units", &instrument->price_unit, err);
    hdf_close(&mark);
    TRY(status);
    TRY(hdf_read_attribute_text(group, "pool", &instrument->pool, err));
    TRY(hdf_read_attribute_text(group, "currency", &instrument->currency, err));
    TRY(read_decimals(result, group, &instrument->decimals, err));
    return row_count(group, "time", &instrument->samples, err);
}

/* The names of the groups in `parent`, in the order they were made; owned. */
static enum status
read_names(hid_t parent, char ***names, size_t *count, struct error *err)
{
    H5G_info_t info;
    if (H5Gget_info(parent, &info) < 0)
        return hdf_failed(parent, "list", "", err);
    *names = calloc(info.nlinks + 1, sizeof(**names));
    *count = 0;
    if (*names == NULL)
        return error_memory(err, "reading a result");
    for (hsize_t i = 0; i < info.nlinks; i++) {
        const ssize_t length = H5Lget_name_by_idx(parent, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, i,
                                                  NULL, 0, H5P_DEFAULT);
        char *name = length < 0 ? NULL : calloc(1, (size_t)length + 1);
        if (length < 0)
            return hdf_failed(parent, "list", "", err);
        if (name == NULL)
            return error_memory(err, "reading a result");
        (*names)[(*count)++] = name;
        if (H5Lget_name_by_idx(parent, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, i, name,
                               (size_t)length + 1, H5P_DEFAULT) < 0)
            return hdf_failed(parent, "list", "", err);
    }
    return OK;
}

static void
free_texts(char **texts, size_t count)
{
    for (size_t i = 0; texts != NULL && i < count; i++)
        free(texts[i]);
    free(texts);
}

/* Opens `parent`/name and reads it into pool or instrument i. */
static enum status
read_member(struct result *result, hid_t parent, size_t i, int is_pool, struct error *err)
{
    const char *name = is_pool ? result->pools[i].name : result->instruments[i].name;
    hid_t group = H5Gopen2(parent, name, H5P_DEFAULT);
    if (group < 0)
        return hdf_failed(parent, "open", name, err);
    const enum status status = is_pool
                                   ? read_pool(result, group, &result->pools[i], err)
                                   : read_instrument(result, group, &result->instruments[i], err);
    hdf_close(&group);
    return status;
}

/* Reads /fund (is_pool) or /instrument. */
static enum status
read_members(struct result *result, const char *path, int is_pool, struct error *err)
{
    char **names = NULL;
    size_t count = 0;
    hid_t parent = H5Gopen2(result->file, path, H5P_DEFAULT);
    if (parent < 0)
        return hdf_failed(result->file, "open", path, err);
    enum status status = read_names(parent, &names, &count, err);
    if (status == OK && is_pool)
        result->pools = calloc(count + 1, sizeof(*result->pools));
    else if (status == OK)
        result->instruments = calloc(count + 1, sizeof(*result->instruments));
    if (status == OK && (is_pool ? (void *)result->pools : (void *)result->instruments) == NULL)
        status = error_memory(err, "reading a result");
    for (size_t i = 0; i < count && status == OK; i++) {
        *(is_pool ? &result->pools[i].name : &result->instruments[i].name) = names[i];
        names[i] = NULL;
        *(is_pool ? &result->pool_count : &result->instrument_count) = i + 1;
        status = read_member(result, parent, i, is_pool, err);
    }
    free_texts(names, count);
    hdf_close(&parent);
    return status;
}

static enum status
read_tapes(struct result *result, hid_t group, struct error *err)
{
    uint64_t count = 0;
    TRY(row_count(group, "tapes", &count, err));
    result->tapes = calloc(count + 1, sizeof(*result->tapes));
    if (result->tapes == NULL)
        return error_memory(err, "reading a result");
    result->tape_count = count;
    hid_t dataset = H5Dopen2(group, "tapes", H5P_DEFAULT), type = provenance_tape_type();
    enum status status = OK;
    if (dataset < 0 || type < 0)
        status = hdf_failed(group, "read", "tapes", err);
    else
        status = read_block(dataset, type, 0, count, result->tapes, err);
    hdf_close(&type);
    hdf_close(&dataset);
    for (size_t i = 0; i < count; i++) {
        result->tapes[i].name[sizeof(result->tapes[i].name) - 1] = '\0';
        result->tapes[i].digest[sizeof(result->tapes[i].digest) - 1] = '\0';
    }
    return status;
}

static enum status
read_provenance(struct result *result, struct error *err)
{
    hid_t group = H5Gopen2(result->file, "provenance", H5P_DEFAULT);
    if (group < 0)
        return hdf_failed(result->file, "open", "provenance", err);
    enum status status = hdf_read_text(group, "scenario", &result->scenario, err);
    if (status == OK)
        status = hdf_read_text(group, "scenario_digest", &result->scenario_digest, err);
    if (status == OK)
        status = hdf_read_text(group, "compiler", &result->compiler, err);
    if (status == OK)
        status = hdf_read_scalar(group, "seed", H5T_NATIVE_UINT64, &result->seed, err);
    if (status == OK)
        status = read_tapes(result, group, err);
    if (status == OK)
        status = hdf_read_texts(group, "warnings", &result->warnings, &result->warning_count, err);
    hdf_close(&group);
    return status;
}

static enum status
read_accounts(struct result *result, struct error *err)
{
    if (H5Lexists(result->file, "account", H5P_DEFAULT) <= 0)
        return OK;
    return hdf_read_texts(result->file, "account/name", &result->accounts, &result->account_count,
                          err);
}

/* First and last sample; all series of a run are sampled at the same instants. */
static enum status
read_period(struct result *result, struct error *err)
{
    if (result->pool_count == 0 || result->pools[0].samples == 0)
        return OK;
    const struct result_pool *pool = &result->pools[0];
    TRY(result_read(result, "fund", pool->name, "time", 0, 1, &result->first, err));
    return result_read(result, "fund", pool->name, "time", pool->samples - 1, 1, &result->last,
                       err);
}

enum status
result_open(struct result **result, const char *path, struct error *err)
{
    *result = NULL;
    TRY(check_file(path, err));
    struct result *opened = calloc(1, sizeof(*opened));
    if (opened == NULL)
        return error_memory(err, "reading a result");
    opened->file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    opened->path = strdup(path);
    enum status status = OK;
    if (opened->path == NULL)
        status = error_memory(err, "reading a result");
    else if (opened->file < 0)
        status = error_set(err, ERR_PARSE,
                           "%s: HDF5 cannot open it: damaged or still being "
                           "written",
                           path);
    if (status == OK)
        status = check_version(path, opened->file, err);
    if (status == OK)
        status = hdf_read_attribute_text(opened->file, "title", &opened->title, err);
    if (status == OK)
        status = hdf_read_attribute_text(opened->file, "seawall_version", &opened->version, err);
    if (status == OK)
        status = read_provenance(opened, err);
    if (status == OK)
        status = read_accounts(opened, err);
    if (status == OK)
        status = read_members(opened, "fund", 1, err);
    if (status == OK)
        status = read_members(opened, "instrument", 0, err);
    if (status == OK)
        status = read_period(opened, err);
    if (status != OK)
        result_close(opened);
    else
        *result = opened;
    return status;
}

void
result_close(struct result *result)
{
    if (result == NULL)
        return;
    for (size_t i = 0; i < result->pool_count; i++) {
        free(result->pools[i].name);
        free(result->pools[i].currency);
    }
    for (size_t i = 0; i < result->instrument_count; i++) {
        free(result->instruments[i].name);
        free(result->instruments[i].pool);
        free(result->instruments[i].currency);
        free(result->instruments[i].price_unit);
    }
    free_texts(result->warnings, result->warning_count);
    free_texts(result->accounts, result->account_count);
    free(result->pools);
    free(result->instruments);
    free(result->tapes);
    free(result->scenario);
    free(result->scenario_digest);
    free(result->compiler);
    free(result->title);
    free(result->version);
    free(result->path);
    hdf_close(&result->file);
    free(result);
}
