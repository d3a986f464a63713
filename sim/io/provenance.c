#include "io/provenance.h"

#include <stdio.h>
#include <stdlib.h>

#include "io/hdf.h"

/* Adds a field of `size` bytes of text. */
static herr_t
insert_text(hid_t compound, const char *name, size_t offset, size_t size)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    herr_t result = -1;
    if (type >= 0 && H5Tset_size(type, size) >= 0 && H5Tset_cset(type, H5T_CSET_UTF8) >= 0)
        result = H5Tinsert(compound, name, offset, type);
    hdf_close(&type);
    return result;
}

hid_t
provenance_tape_type(void)
{
    struct provenance_tape *const row = NULL;
    hid_t type = H5Tcreate(H5T_COMPOUND, sizeof(*row));
    if (type >= 0 &&
        (insert_text(type, "name", offsetof(struct provenance_tape, name), sizeof(row->name)) < 0 ||
         insert_text(type, "digest", offsetof(struct provenance_tape, digest),
                     sizeof(row->digest)) < 0 ||
         H5Tinsert(type, "rows", offsetof(struct provenance_tape, rows), H5T_NATIVE_UINT64) < 0))
        hdf_close(&type);
    return type;
}

static enum status
write_tapes(hid_t group, const struct recorder_layout *layout, struct error *err)
{
    const hsize_t count = layout->tape_count;
    struct provenance_tape *rows = calloc(layout->tape_count + 1, sizeof(*rows));
    hid_t type = provenance_tape_type(), file_type = provenance_tape_type();
    hid_t space = H5Screate_simple(1, &count, NULL), list = -1, dataset = -1;
    enum status status = hdf_creation_list(0, 0, &list, err);
    if (status == OK && (rows == NULL || type < 0 || file_type < 0 || H5Tpack(file_type) < 0))
        status = error_memory(err, "writing provenance");
    for (size_t i = 0; status == OK && i < layout->tape_count; i++) {
        snprintf(rows[i].name, sizeof(rows[i].name), "%s", layout->tapes[i].name);
        snprintf(rows[i].digest, sizeof(rows[i].digest), "%s", layout->tapes[i].digest);
        rows[i].rows = layout->tapes[i].rows;
    }
    if (status == OK && ((dataset = H5Dcreate2(group, "tapes", file_type, space, H5P_DEFAULT, list,
                                               H5P_DEFAULT)) < 0 ||
                         H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows) < 0))
        status = hdf_failed(group, "write", "tapes", err);
    if (!hdf_close(&dataset) && status == OK)
        status = hdf_failed(group, "write", "tapes", err);
    hdf_close(&list);
    hdf_close(&space);
    hdf_close(&type);
    hdf_close(&file_type);
    free(rows);
    return status;
}

static enum status
write_versions(hid_t group, struct error *err)
{
    unsigned major = 0, minor = 0, release = 0;
    char hdf5[64];
    if (H5get_libversion(&major, &minor, &release) < 0)
        return hdf_failed(group, "write", "hdf5_version", err);
    snprintf(hdf5, sizeof(hdf5), "%u.%u.%u", major, minor, release);
    TRY(hdf_text(group, "seawall_version", SEAWALL_VERSION, err));
    TRY(hdf_text(group, "compiler", SEAWALL_COMPILER, err));
    TRY(hdf_text(group, "hdf5_version", hdf5, err));
    TRY(hdf_text(group, "gsl_version", SEAWALL_GSL_VERSION, err));
    return hdf_text(group, "libyaml_version", SEAWALL_YAML_VERSION, err);
}

enum status
provenance_write(hid_t file, const struct recorder_layout *layout, struct error *err)
{
    hid_t group = -1, seed = -1;
    TRY(hdf_group(file, "provenance", &group, err));
    enum status status = hdf_text(group, "scenario", layout->scenario, err);
    if (status == OK)
        status = hdf_text(group, "scenario_digest", layout->scenario_digest, err);
    if (status == OK)
        status = hdf_scalar(group, "seed", H5T_NATIVE_UINT64, &layout->seed, &seed, err);
    if (status == OK)
        status = write_versions(group, err);
    if (status == OK)
        status = write_tapes(group, layout, err);
    if (status == OK)
        status = hdf_texts(group, "warnings", layout->warnings, layout->warning_count, err);
    if (!hdf_close(&seed) && status == OK)
        status = hdf_failed(group, "write", "seed", err);
    hdf_close(&group);
    return status;
}
