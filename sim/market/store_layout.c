/*
 * What a tape looks like inside: the groups, datasets and attributes, all without times, so that
 * the same rows are the same bytes.
 */
#include "market/store.h"

#include <hdf5.h>
#include <hdf5_hl.h>

#include "base/fixed.h"
#include "market/store_part.h"

static hid_t
create_group(hid_t parent, const char *name)
{
    hid_t create = H5Pcreate(H5P_GROUP_CREATE), group = -1;
    if (create >= 0 && H5Pset_obj_track_times(create, false) >= 0)
        group = H5Gcreate2(parent, name, H5P_DEFAULT, create, H5P_DEFAULT);
    H5Pclose(create);
    return group;
}

static hid_t
create_column(hid_t group, const char *name, int column)
{
    const hsize_t none = 0, unlimited = H5S_UNLIMITED, chunk = TAPE_CHUNK_ROWS;
    hid_t space = H5Screate_simple(1, &none, &unlimited), create = H5Pcreate(H5P_DATASET_CREATE);
    hid_t dataset = -1;
    if (space >= 0 && create >= 0 && H5Pset_chunk(create, 1, &chunk) >= 0 &&
        H5Pset_deflate(create, TAPE_DEFLATE_LEVEL) >= 0 &&
        H5Pset_obj_track_times(create, false) >= 0)
        dataset = H5Dcreate2(group, name, column == TAPE_SIDE ? H5T_STD_I8LE : H5T_STD_I64LE, space,
                             H5P_DEFAULT, create, H5P_DEFAULT);
    H5Pclose(create);
    H5Sclose(space);
    return dataset;
}

/* What xarray, netCDF and people need to read the column without our code (CF 1.8). */
static bool
describe_column(hid_t dataset, const struct tape_stream *stream, int column)
{
    static const char *const texts[TAPE_COLUMNS][2] = {
        {"nanoseconds since 1970-01-01T00:00:00Z", "time"},
        {"quote currency", "price"},
        {"as the venue counts", "quantity"},
        {"1", "side of the aggressor"},
    };
    static const char *const prices[] = {"price of the trade", "mark price", "index price",
                                         "funding rate per interval, > 0: longs pay shorts"};
    const bool funding = stream->kind == TAPE_FUNDING;
    const char *name = column == TAPE_PRICE ? prices[stream->kind] : texts[column][1];
    const char *unit = column == TAPE_PRICE && funding ? "1" : texts[column][0];
    int decimals;
    bool good = H5LTset_attribute_string(dataset, ".", "units", unit) >= 0 &&
                H5LTset_attribute_string(dataset, ".", "long_name", name) >= 0;
    if (good && column == TAPE_TIME)
        good = H5LTset_attribute_string(dataset, ".", "calendar", "proleptic_gregorian") >= 0 &&
               H5DSset_scale(dataset, "time") >= 0;
    if (good && column == TAPE_SIDE)
        good =
            H5LTset_attribute_char(dataset, ".", "flag_values", (const char[]){-1, 0, 1}, 3) >= 0 &&
            H5LTset_attribute_string(dataset, ".", "flag_meanings", "seller unknown buyer") >= 0;
    if (good && tape_column_decimals(stream, column, &decimals)) {
        const double scale = 1.0 / (double)fixed_power_of_ten[decimals], offset = 0.0;
        good = H5LTset_attribute_double(dataset, ".", "scale_factor", &scale, 1) >= 0 &&
               H5LTset_attribute_double(dataset, ".", "add_offset", &offset, 1) >= 0 &&
               H5LTset_attribute_int(dataset, ".", "decimals", &decimals, 1) >= 0;
    }
    return good;
}

bool
tape_layout_stream(tape_hid_t file, const struct tape_stream *stream, tape_hid_t *group,
                   tape_hid_t columns[TAPE_COLUMNS])
{
    const htri_t known = H5Lexists(file, stream->instrument, H5P_DEFAULT);
    hid_t instrument = known > 0 ? H5Gopen2(file, stream->instrument, H5P_DEFAULT)
                                 : create_group(file, stream->instrument);
    *group = instrument < 0 ? -1 : create_group(instrument, tape_kind_names[stream->kind]);
    H5Gclose(instrument);
    bool good = *group >= 0;
    if (good && stream->from_bars)
        good = H5LTset_attribute_int(*group, ".", "from_bars", &(const int){1}, 1) >= 0 &&
               H5LTset_attribute_string(*group, ".", "bar_path", stream->bar_path) >= 0;
    for (int i = 0; good && i < tape_column_count(stream->kind); i++) {
        columns[i] = create_column(*group, tape_column_name(stream->kind, i), i);
        good = columns[i] >= 0 && describe_column(columns[i], stream, i) &&
               (i == TAPE_TIME || H5DSattach_scale(columns[i], columns[TAPE_TIME], 0) >= 0);
    }
    return good;
}

tape_hid_t
tape_layout_source(void)
{
    static const struct {
        const char *name;
        size_t offset, text; /* bytes of a text, 0 for a number */
        bool time;
    } members[] = {
        {"name", offsetof(struct tape_source, name), sizeof(((struct tape_source *)0)->name), 0},
        {"format", offsetof(struct tape_source, format), sizeof(((struct tape_source *)0)->format),
         0},
        {"instrument", offsetof(struct tape_source, instrument), TAPE_NAME_MAX, 0},
        {"sha256", offsetof(struct tape_source, sha256), HASH_SHA256_TEXT, 0},
        {"size", offsetof(struct tape_source, size), 0, false},
        {"rows", offsetof(struct tape_source, rows), 0, false},
        {"skipped", offsetof(struct tape_source, skipped), 0, false},
        {"gaps", offsetof(struct tape_source, gaps), 0, false},
        {"missing", offsetof(struct tape_source, missing), 0, false},
        {"gap_longest", offsetof(struct tape_source, gap_longest), 0, true},
        {"first", offsetof(struct tape_source, first), 0, true},
        {"last", offsetof(struct tape_source, last), 0, true},
    };
    hid_t type = H5Tcreate(H5T_COMPOUND, sizeof(struct tape_source));
    bool good = type >= 0;
    for (size_t i = 0; good && i < sizeof(members) / sizeof(members[0]); i++) {
        hid_t member = H5Tcopy(members[i].text > 0 ? H5T_C_S1
                               : members[i].time   ? H5T_STD_I64LE
                                                   : H5T_STD_U64LE);
        good = member >= 0 && (members[i].text == 0 || H5Tset_size(member, members[i].text) >= 0) &&
               H5Tinsert(type, members[i].name, members[i].offset, member) >= 0;
        H5Tclose(member);
    }
    if (!good && type >= 0) {
        H5Tclose(type);
        return -1;
    }
    return type;
}

bool
tape_layout_provenance(tape_hid_t file, const struct tape_source *sources, size_t count)
{
    hid_t group = create_group(file, "provenance");
    hid_t memory = tape_layout_source(), packed = memory < 0 ? -1 : H5Tcopy(memory);
    hid_t create = H5Pcreate(H5P_DATASET_CREATE);
    hid_t space = H5Screate_simple(1, &(const hsize_t){count}, NULL);
    hid_t dataset = -1;
    bool good = group >= 0 && packed >= 0 && create >= 0 && space >= 0 && H5Tpack(packed) >= 0 &&
                H5Pset_obj_track_times(create, false) >= 0;
    if (good) {
        dataset = H5Dcreate2(group, "sources", packed, space, H5P_DEFAULT, create, H5P_DEFAULT);
        good = dataset >= 0 && (count == 0 || H5Dwrite(dataset, memory, H5S_ALL, H5S_ALL,
                                                       H5P_DEFAULT, sources) >= 0);
    }
    H5Dclose(dataset);
    H5Sclose(space);
    H5Pclose(create);
    H5Tclose(packed);
    H5Tclose(memory);
    H5Gclose(group);
    return good;
}
