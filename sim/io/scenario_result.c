#include "io/scenario_result.h"

#include <stdlib.h>
#include <string.h>

#include <hdf5.h>

bool
scenario_result_is(const char *data, size_t length)
{
    static const char signature[] = "\x89HDF\r\n\x1a\n";
    return length >= 8 && memcmp(data, signature, 8) == 0;
}

static enum status
read_fixed(hid_t dataset, hid_t type, size_t limit, char **text)
{
    const size_t size = H5Tget_size(type);
    if (size == 0 || size > limit)
        return ERR_PARSE;
    char *data = calloc(size + 1, 1);
    if (data == NULL)
        return ERR_MEMORY;
    if (H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0) {
        free(data);
        return ERR_IO;
    }
    *text = data;
    return OK;
}

static enum status
read_variable(hid_t dataset, hid_t type, size_t limit, char **text)
{
    char *owned = NULL; /* by the HDF5 library */
    if (H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &owned) < 0)
        return ERR_IO;
    enum status status = ERR_PARSE;
    if (owned != NULL && strlen(owned) <= limit) {
        *text = strdup(owned);
        status = *text == NULL ? ERR_MEMORY : OK;
    }
    H5free_memory(owned);
    return status;
}

/* ERR_PARSE unless the dataset is one string within the limit. */
static enum status
read_string(hid_t dataset, size_t limit, char **text)
{
    enum status status = ERR_PARSE;
    const hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset);
    if (type >= 0 && space >= 0 && H5Tget_class(type) == H5T_STRING &&
        H5Sget_simple_extent_npoints(space) == 1)
        status = H5Tis_variable_str(type) > 0 ? read_variable(dataset, type, limit, text)
                                              : read_fixed(dataset, type, limit, text);
    if (space >= 0)
        H5Sclose(space);
    if (type >= 0)
        H5Tclose(type);
    return status;
}

enum status
scenario_result_read(const char *path, size_t limit, char **text, size_t *length, struct error *err)
{
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file < 0)
        return error_set(err, ERR_PARSE, "%s: an HDF5 file that cannot be opened: cut short?",
                         path);
    enum status status = ERR_PARSE;
    if (H5Lexists(file, "/provenance", H5P_DEFAULT) > 0 &&
        H5Lexists(file, "/provenance/scenario", H5P_DEFAULT) > 0) {
        const hid_t dataset = H5Dopen2(file, "/provenance/scenario", H5P_DEFAULT);
        if (dataset >= 0) {
            status = read_string(dataset, limit, text);
            H5Dclose(dataset);
        }
    }
    H5Fclose(file);
    switch (status) {
    case OK:
        *length = strlen(*text);
        return OK;
    case ERR_MEMORY:
        return error_memory(err, "reading a scenario");
    case ERR_IO:
        return error_set(err, ERR_IO, "%s: /provenance/scenario cannot be read", path);
    default:
        return error_set(err, ERR_PARSE,
                         "%s: an HDF5 file without the text /provenance/scenario: not a result",
                         path);
    }
}
