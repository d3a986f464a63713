#include "io/hdf.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CAUSE_MAX = 128, NAME_MAX_SHOWN = 256 };

/* Keeps the first "error message = '...'" of the stack: what the operating system said. */
static herr_t
find_cause(unsigned index, const H5E_error2_t *entry, void *context)
{
    static const char mark[] = "error message = '";
    char *cause = context;
    const char *at = entry->desc == NULL ? NULL : strstr(entry->desc, mark);
    (void)index;
    if (at != NULL && cause[0] == '\0') {
        at += sizeof(mark) - 1;
        const size_t length = strcspn(at, "'");
        const size_t kept = length < CAUSE_MAX ? length : CAUSE_MAX - 1;
        memcpy(cause, at, kept);
        cause[kept] = '\0';
    }
    return 0;
}

void
hdf_start(void)
{
    H5dont_atexit();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

enum status
hdf_failed(hid_t object, const char *doing, const char *name, struct error *err)
{
    char cause[CAUSE_MAX] = "", file[NAME_MAX_SHOWN] = "?", path[NAME_MAX_SHOWN] = "";
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, find_cause, cause);
    if (H5Fget_name(object, file, sizeof(file)) < 0)
        strcpy(file, "?");
    if (H5Iget_name(object, path, sizeof(path)) < 0 || strcmp(path, "/") == 0)
        path[0] = '\0';
    return error_set(err, ERR_IO, "%s: cannot %s %s%s%s%s%s", file, doing, path,
                     name[0] == '\0' ? "" : "/", name, cause[0] == '\0' ? "" : ": ", cause);
}

void
hdf_discard(hid_t file)
{
    void *handle = NULL;
    const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nowhere >= 0 && file >= 0 && H5Fget_vfd_handle(file, H5P_DEFAULT, &handle) >= 0)
        dup2(nowhere, *(const int *)handle);
    if (nowhere >= 0)
        close(nowhere);
}

int
hdf_close(hid_t *id)
{
    herr_t result = 0;
    if (*id > 0) {
        switch (H5Iget_type(*id)) {
        case H5I_FILE:
            result = H5Fclose(*id);
            break;
        case H5I_GROUP:
            result = H5Gclose(*id);
            break;
        case H5I_DATATYPE:
            result = H5Tclose(*id);
            break;
        case H5I_DATASPACE:
            result = H5Sclose(*id);
            break;
        case H5I_DATASET:
            result = H5Dclose(*id);
            break;
        case H5I_ATTR:
            result = H5Aclose(*id);
            break;
        default:
            result = H5Pclose(*id);
        }
    }
    *id = -1;
    return result >= 0;
}

enum status
hdf_create(const char *path, hid_t *file, struct error *err)
{
    enum status status = OK;
    hid_t creation = H5Pcreate(H5P_FILE_CREATE), access = H5Pcreate(H5P_FILE_ACCESS);
    if (creation < 0 || access < 0 || H5Pset_obj_track_times(creation, 0) < 0 ||
        H5Pset_link_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED) < 0 ||
        H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110) < 0 ||
        H5Pset_sieve_buf_size(access, 0) <
            0) /* so that H5Dwrite, not H5Dclose, meets a full disk */
        status = error_memory(err, "setting up an HDF5 file");
    else if ((*file = H5Fcreate(path, H5F_ACC_TRUNC, creation, access)) < 0) {
        char cause[CAUSE_MAX] = "";
        H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, find_cause, cause);
        status = error_set(err, ERR_CREATE, "%s: cannot create the file%s%s", path,
                           cause[0] == '\0' ? "" : ": ", cause);
    }
    hdf_close(&creation);
    hdf_close(&access);
    return status;
}

enum status
hdf_group(hid_t parent, const char *name, hid_t *group, struct error *err)
{
    hid_t list = H5Pcreate(H5P_GROUP_CREATE);
    const unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    enum status status = OK;
    if (list < 0 || H5Pset_obj_track_times(list, 0) < 0 ||
        H5Pset_link_creation_order(list, order) < 0 ||
        (*group = H5Gcreate2(parent, name, H5P_DEFAULT, list, H5P_DEFAULT)) < 0)
        status = hdf_failed(parent, "create", name, err);
    hdf_close(&list);
    return status;
}

enum status
hdf_creation_list(size_t chunk_rows, int shuffle, hid_t *list, struct error *err)
{
    const hsize_t chunk = chunk_rows;
    *list = H5Pcreate(H5P_DATASET_CREATE);
    if (*list >= 0 && H5Pset_obj_track_times(*list, 0) >= 0 &&
        (chunk_rows == 0 ||
         (H5Pset_chunk(*list, 1, &chunk) >= 0 && (!shuffle || H5Pset_shuffle(*list) >= 0) &&
          H5Pset_deflate(*list, 1) >= 0)))
        return OK;
    hdf_close(list);
    return error_memory(err, "setting up an HDF5 dataset");
}

enum status
hdf_growing(hid_t group, const char *name, hid_t type, size_t chunk_rows, int shuffle,
            hid_t *dataset, struct error *err)
{
    const hsize_t none = 0, unlimited = H5S_UNLIMITED;
    hid_t list = -1, access = H5Pcreate(H5P_DATASET_ACCESS);
    hid_t space = H5Screate_simple(1, &none, &unlimited);
    enum status status = hdf_creation_list(chunk_rows, shuffle, &list, err);
    if (status == OK &&
        (access < 0 || space < 0 || H5Pset_chunk_cache(access, 0, 0, 1.0) < 0 ||
         (*dataset = H5Dcreate2(group, name, type, space, H5P_DEFAULT, list, access)) < 0))
        status = hdf_failed(group, "create", name, err);
    hdf_close(&list);
    hdf_close(&access);
    hdf_close(&space);
    return status;
}

enum status
hdf_append(hid_t dataset, hid_t memory_type, uint64_t before, size_t count, const void *data,
           struct error *err)
{
    const hsize_t start = before, rows = count, total = before + count;
    enum status status = OK;
    if (H5Dset_extent(dataset, &total) < 0)
        return hdf_failed(dataset, "extend", "", err);
    hid_t memory = H5Screate_simple(1, &rows, NULL), space = H5Dget_space(dataset);
    if (memory < 0 || space < 0 ||
        H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &rows, NULL) < 0 ||
        H5Dwrite(dataset, memory_type, memory, space, H5P_DEFAULT, data) < 0)
        status = hdf_failed(dataset, "write", "", err);
    hdf_close(&memory);
    hdf_close(&space);
    return status;
}

/* An attribute of `count` elements, or of one without dimensions when count is 0. */
static enum status
put_attribute(hid_t object, const char *name, hid_t type, size_t count, const void *value,
              struct error *err)
{
    const hsize_t rows = count;
    enum status status = OK;
    hid_t attribute = -1;
    hid_t space = count == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &rows, NULL);
    if (space < 0 ||
        (attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT)) < 0 ||
        H5Awrite(attribute, type, value) < 0)
        status = hdf_failed(object, "write attribute", name, err);
    hdf_close(&attribute);
    hdf_close(&space);
    return status;
}

enum status
hdf_attribute(hid_t object, const char *name, hid_t type, const void *value, struct error *err)
{
    return put_attribute(object, name, type, 0, value, err);
}

enum status
hdf_attribute_numbers(hid_t object, const char *name, hid_t type, const void *values, size_t count,
                      struct error *err)
{
    return put_attribute(object, name, type, count, values, err);
}

/* The type of texts of up to `length` bytes. */
static hid_t
text_type(size_t length)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    if (type >= 0 && (H5Tset_size(type, length + 1) < 0 || H5Tset_cset(type, H5T_CSET_UTF8) < 0 ||
                      H5Tset_strpad(type, H5T_STR_NULLTERM) < 0))
        hdf_close(&type);
    return type;
}

enum status
hdf_attribute_text(hid_t object, const char *name, const char *text, struct error *err)
{
    hid_t type = text_type(strlen(text));
    const enum status status = put_attribute(object, name, type, 0, text, err);
    hdf_close(&type);
    return status;
}

/* Copies texts into one block of equal cells; the cell size (with NUL) goes to *cell. */
static char *
pack_texts(const char *const *texts, size_t count, size_t *cell)
{
    *cell = 1;
    for (size_t i = 0; i < count; i++)
        *cell = strlen(texts[i]) + 1 > *cell ? strlen(texts[i]) + 1 : *cell;
    char *block = calloc(count == 0 ? 1 : count, *cell);
    for (size_t i = 0; block != NULL && i < count; i++)
        memcpy(block + i * *cell, texts[i], strlen(texts[i]));
    return block;
}

enum status
hdf_attribute_texts(hid_t object, const char *name, const char *const *texts, size_t count,
                    struct error *err)
{
    size_t cell;
    char *block = pack_texts(texts, count, &cell);
    if (block == NULL)
        return error_memory(err, "writing a result");
    hid_t type = text_type(cell - 1);
    const enum status status = put_attribute(object, name, type, count, block, err);
    hdf_close(&type);
    free(block);
    return status;
}

/* A dataset that is written once, of the given space, which is closed. */
static enum status
put_dataset(hid_t group, const char *name, hid_t type, hid_t space, const void *value,
            hid_t *dataset, struct error *err)
{
    hid_t list = -1;
    enum status status = hdf_creation_list(0, 0, &list, err);
    if (status == OK &&
        (space < 0 ||
         (*dataset = H5Dcreate2(group, name, type, space, H5P_DEFAULT, list, H5P_DEFAULT)) < 0 ||
         H5Dwrite(*dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) < 0))
        status = hdf_failed(group, "write", name, err);
    hdf_close(&list);
    hdf_close(&space);
    return status;
}

enum status
hdf_scalar(hid_t group, const char *name, hid_t type, const void *value, hid_t *dataset,
           struct error *err)
{
    return put_dataset(group, name, type, H5Screate(H5S_SCALAR), value, dataset, err);
}

enum status
hdf_text(hid_t group, const char *name, const char *text, struct error *err)
{
    hid_t dataset = -1, type = text_type(strlen(text));
    enum status status = hdf_scalar(group, name, type, text, &dataset, err);
    hdf_close(&type);
    if (!hdf_close(&dataset) && status == OK)
        status = hdf_failed(group, "write", name, err);
    return status;
}

enum status
hdf_texts(hid_t group, const char *name, const char *const *texts, size_t count, struct error *err)
{
    const hsize_t rows = count;
    size_t cell;
    char *block = pack_texts(texts, count, &cell);
    if (block == NULL)
        return error_memory(err, "writing a result");
    hid_t dataset = -1, type = text_type(cell - 1);
    enum status status =
        put_dataset(group, name, type, H5Screate_simple(1, &rows, NULL), block, &dataset, err);
    hdf_close(&type);
    if (!hdf_close(&dataset) && status == OK)
        status = hdf_failed(group, "write", name, err);
    free(block);
    return status;
}

/* DIMENSION_LIST of one dataset: a list of one reference to its only dimension's scale. */
static enum status
attach(hid_t dataset, hobj_ref_t *scale, struct error *err)
{
    hvl_t entry = {.len = 1};
    entry.p = scale;
    hid_t type = H5Tvlen_create(H5T_STD_REF_OBJ);
    const enum status status = put_attribute(dataset, "DIMENSION_LIST", type, 1, &entry, err);
    hdf_close(&type);
    return status;
}

enum status
hdf_dimension(hid_t group, hid_t time, const hid_t *datasets, size_t count, struct error *err)
{
    struct user {
        hobj_ref_t dataset;
        int dimension, padding;
    } *users = calloc(count == 0 ? 1 : count, sizeof(*users));
    if (users == NULL)
        return error_memory(err, "writing a result");
    hobj_ref_t scale;
    char name[64] = "";
    enum status status = hdf_attribute_text(time, "CLASS", "DIMENSION_SCALE", err);
    if (status == OK)
        status = hdf_attribute_text(time, "NAME", "time", err);
    if (status == OK && H5Rcreate(&scale, group, "time", H5R_OBJECT, -1) < 0)
        status = hdf_failed(group, "refer to", "time", err);
    for (size_t i = 0; i < count && status == OK; i++) {
        status = attach(datasets[i], &scale, err);
        if (status == OK && H5Rcreate(&users[i].dataset, datasets[i], ".", H5R_OBJECT, -1) < 0)
            status = hdf_failed(datasets[i], "refer to", name, err);
    }
    hid_t type = H5Tcreate(H5T_COMPOUND, sizeof(*users));
    H5Tinsert(type, "dataset", offsetof(struct user, dataset), H5T_STD_REF_OBJ);
    H5Tinsert(type, "dimension", offsetof(struct user, dimension), H5T_NATIVE_INT);
    if (status == OK && count > 0)
        status = put_attribute(time, "REFERENCE_LIST", type, count, users, err);
    hdf_close(&type);
    free(users);
    return status;
}

/* ---- reading ---- */

enum status
hdf_read_attribute(hid_t object, const char *name, hid_t type, void *value, struct error *err)
{
    enum status status = OK;
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    hid_t space = attribute < 0 ? -1 : H5Aget_space(attribute);
    if (attribute < 0 || space < 0 || H5Sget_simple_extent_npoints(space) != 1 ||
        H5Aread(attribute, type, value) < 0)
        status = hdf_failed(object, "read attribute", name, err);
    hdf_close(&space);
    hdf_close(&attribute);
    return status;
}

enum status
hdf_read_attribute_text(hid_t object, const char *name, char **text, struct error *err)
{
    enum status status = OK;
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    hid_t type = attribute < 0 ? -1 : H5Aget_type(attribute);
    hid_t space = attribute < 0 ? -1 : H5Aget_space(attribute);
    *text = NULL;
    const int fits = type >= 0 && space >= 0 && H5Tget_class(type) == H5T_STRING &&
                     H5Tis_variable_str(type) == 0 && H5Sget_simple_extent_npoints(space) == 1;
    if (fits && (*text = calloc(1, H5Tget_size(type) + 1)) == NULL)
        status = error_memory(err, "reading a result");
    else if (!fits || H5Aread(attribute, type, *text) < 0)
        status = hdf_failed(object, "read attribute", name, err);
    hdf_close(&space);
    hdf_close(&type);
    hdf_close(&attribute);
    return status;
}

enum status
hdf_read_scalar(hid_t group, const char *name, hid_t type, void *value, struct error *err)
{
    enum status status = OK;
    hid_t dataset = H5Dopen2(group, name, H5P_DEFAULT);
    hid_t space = dataset < 0 ? -1 : H5Dget_space(dataset);
    if (dataset < 0 || space < 0 || H5Sget_simple_extent_npoints(space) != 1 ||
        H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) < 0)
        status = hdf_failed(group, "read", name, err);
    hdf_close(&space);
    hdf_close(&dataset);
    return status;
}

/* All cells of a dataset of fixed-length texts, in one block. */
static enum status
read_block(hid_t group, const char *name, char **block, size_t *cell, size_t *count,
           struct error *err)
{
    enum status status = OK;
    hid_t dataset = H5Dopen2(group, name, H5P_DEFAULT);
    hid_t type = dataset < 0 ? -1 : H5Dget_type(dataset);
    hid_t space = dataset < 0 ? -1 : H5Dget_space(dataset);
    *block = NULL;
    if (type < 0 || space < 0 || H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) != 0)
        status = hdf_failed(group, "read", name, err);
    else {
        *cell = H5Tget_size(type);
        *count = (size_t)H5Sget_simple_extent_npoints(space);
        *block = calloc(*count + 1, *cell);
        if (*block == NULL)
            status = error_memory(err, "reading a result");
        else if (H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, *block) < 0)
            status = hdf_failed(group, "read", name, err);
    }
    hdf_close(&space);
    hdf_close(&type);
    hdf_close(&dataset);
    return status;
}

enum status
hdf_read_text(hid_t group, const char *name, char **text, struct error *err)
{
    size_t cell, count = 0;
    enum status status = read_block(group, name, text, &cell, &count, err);
    if (status == OK && count != 1)
        status = hdf_failed(group, "read one text from", name, err);
    if (status != OK) {
        free(*text);
        *text = NULL;
    }
    return status;
}

enum status
hdf_read_texts(hid_t group, const char *name, char ***texts, size_t *count, struct error *err)
{
    size_t cell = 0, total = 0;
    char *block;
    enum status status = read_block(group, name, &block, &cell, &total, err);
    char **list = status == OK ? calloc(total + 1, sizeof(*list)) : NULL;
    if (status == OK && list == NULL)
        status = error_memory(err, "reading a result");
    *count = 0;
    *texts = list;
    for (size_t i = 0; i < total && status == OK; i++) {
        if ((list[i] = calloc(1, cell + 1)) == NULL)
            status = error_memory(err, "reading a result");
        else {
            memcpy(list[i], block + i * cell, cell);
            *count = i + 1;
        }
    }
    free(block);
    return status;
}
