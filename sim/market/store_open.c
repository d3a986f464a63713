/*
 * Opening a tape: everything that can be known without reading the rows is checked here, and said
 * in one sentence, so that a cursor meets only damaged chunks and unordered rows.
 */
#include "market/store.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <hdf5.h>

#include "base/fixed.h"
#include "base/money.h"
#include "market/store_part.h"

enum { SOURCES_MAX = 1000000, STREAMS_MAX = 1000000 };

/* "/BTCUSDT/trade" for sentences. */
struct place {
    char text[TAPE_NAME_MAX + 16];
};

static struct place
place_of(const struct tape_stream *stream)
{
    struct place place;
    snprintf(place.text, sizeof(place.text), "/%s/%s", stream->instrument,
             tape_kind_names[stream->kind]);
    return place;
}

/* ---- attributes ---- */

/* 1 and the value, 0 when there is none, -1 when it is no single integer. */
static int
read_integer(hid_t object, const char *name, int64_t *value)
{
    if (H5Aexists(object, name) <= 0)
        return 0;
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    const bool good = H5Tget_class(type) == H5T_INTEGER &&
                      H5Sget_simple_extent_npoints(space) == 1 &&
                      H5Aread(attribute, H5T_NATIVE_INT64, value) >= 0;
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
    return good ? 1 : -1;
}

/* 1 and the text, 0 when there is none, -1 when it is no text or does not fit `size` bytes.  Other
 * programs write texts of variable length. */
static int
read_text(hid_t object, const char *name, char *text, size_t size)
{
    text[0] = '\0';
    if (H5Aexists(object, name) <= 0)
        return 0;
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    bool good = H5Tget_class(type) == H5T_STRING && H5Sget_simple_extent_npoints(space) == 1;
    if (good && H5Tis_variable_str(type) > 0) {
        char *value = NULL;
        good =
            H5Aread(attribute, type, (void *)&value) >= 0 && value != NULL && strlen(value) < size;
        if (good)
            memcpy(text, value, strlen(value) + 1);
        H5free_memory(value);
    } else if (good) {
        char value[256] = "";
        good = H5Tget_size(type) < sizeof(value) && H5Aread(attribute, type, value) >= 0 &&
               strlen(value) < size;
        if (good)
            memcpy(text, value, strlen(value) + 1);
    }
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
    return good ? 1 : -1;
}

/* ---- one stream ---- */

/* The decimals of a column, and that scale_factor, when there is one, says the same. */
static enum status
read_decimals(const struct tape *tape, const struct tape_stream *stream, hid_t dataset,
              const char *column, int *decimals, struct error *err)
{
    int64_t value;
    const int found = read_integer(dataset, "decimals", &value);
    if (found <= 0 || value < 0 || value > FIXED_SCALE_MAX)
        return error_set(err, ERR_PARSE,
                         "%s: %s/%s: the attribute decimals must be a whole number in [0, %d]",
                         tape->path, place_of(stream).text, column, FIXED_SCALE_MAX);
    *decimals = (int)value;
    if (H5Aexists(dataset, "scale_factor") <= 0)
        return OK;
    hid_t attribute = H5Aopen(dataset, "scale_factor", H5P_DEFAULT);
    hid_t space = H5Aget_space(attribute);
    double factor = 0.0;
    const bool good = H5Sget_simple_extent_npoints(space) == 1 &&
                      H5Aread(attribute, H5T_NATIVE_DOUBLE, &factor) >= 0;
    H5Sclose(space);
    H5Aclose(attribute);
    const double ratio = factor * (double)fixed_power_of_ten[value];
    if (!good || !(ratio > 1.0 - 1e-9 && ratio < 1.0 + 1e-9))
        return error_set(err, ERR_PARSE,
                         "%s: %s/%s: scale_factor is %g but decimals is %d: they must agree",
                         tape->path, place_of(stream).text, column, factor, *decimals);
    return OK;
}

/* The type and length of one open column. */
static enum status
check_column(const struct tape *tape, const struct tape_stream *stream, hid_t dataset, int column,
             uint64_t *rows, struct error *err)
{
    const char *name = tape_column_name(stream->kind, column);
    const size_t size = tape_column_size(column);
    hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset);
    const bool typed = H5Tget_class(type) == H5T_INTEGER && H5Tget_size(type) == size &&
                       H5Tget_sign(type) == H5T_SGN_2;
    hsize_t length = 0;
    const bool flat = H5Sget_simple_extent_ndims(space) == 1 &&
                      H5Sget_simple_extent_dims(space, &length, NULL) == 1;
    H5Sclose(space);
    H5Tclose(type);
    if (!typed || !flat)
        return error_set(err, ERR_PARSE, "%s: %s/%s is not a 1-D column of %d-bit signed integers",
                         tape->path, place_of(stream).text, name, (int)(8 * size));
    *rows = length;
    return OK;
}

/* One column of a stream: type, length against the stream's, decimals. */
static enum status
open_column(const struct tape *tape, struct tape_stream *stream, hid_t group, int column,
            struct error *err)
{
    const char *name = tape_column_name(stream->kind, column);
    hid_t dataset =
        H5Lexists(group, name, H5P_DEFAULT) > 0 ? H5Dopen2(group, name, H5P_DEFAULT) : -1;
    if (dataset < 0)
        return error_set(err, ERR_PARSE, "%s: %s has no column %s", tape->path,
                         place_of(stream).text, name);
    uint64_t rows = 0;
    int decimals = 0;
    enum status status = check_column(tape, stream, dataset, column, &rows, err);
    if (status == OK && column == TAPE_TIME)
        stream->rows = rows;
    if (status == OK && rows != stream->rows)
        status = error_set(err, ERR_PARSE,
                           "%s: %s: column %s has %" PRIu64 " rows but time has %" PRIu64,
                           tape->path, place_of(stream).text, name, rows, stream->rows);
    if (status == OK && (column == TAPE_PRICE || column == TAPE_QUANTITY))
        status = read_decimals(tape, stream, dataset, name, &decimals, err);
    if (status == OK && stream->kind == TAPE_FUNDING && column == TAPE_PRICE &&
        decimals != RATE_SCALE)
        status = error_set(err, ERR_PARSE, "%s: %s/%s has %d decimals, it must have %d", tape->path,
                           place_of(stream).text, name, decimals, RATE_SCALE);
    if (column == TAPE_PRICE)
        stream->price_scale = decimals;
    if (column == TAPE_QUANTITY)
        stream->quantity_scale = decimals;
    H5Dclose(dataset);
    return status;
}

/* Time of the first and the last row. */
static enum status
read_span(const struct tape *tape, struct tape_stream *stream, hid_t group, struct error *err)
{
    if (stream->rows == 0)
        return OK;
    hid_t dataset = H5Dopen2(group, "time", H5P_DEFAULT);
    const bool good = dataset >= 0 && tape_values_read(dataset, TAPE_TIME, 0, 1, &stream->first) &&
                      tape_values_read(dataset, TAPE_TIME, stream->rows - 1, 1, &stream->last);
    H5Dclose(dataset);
    if (!good)
        return error_set(err, ERR_PARSE, "%s: %s/time is damaged: its ends cannot be read",
                         tape->path, place_of(stream).text);
    if (stream->last < stream->first)
        return error_set(err, ERR_RANGE, "%s: %s/time: the last row is before the first",
                         tape->path, place_of(stream).text);
    return OK;
}

static enum status
open_stream(const struct tape *tape, struct tape_stored *stored, hid_t group, struct error *err)
{
    struct tape_stream *stream = &stored->stream;
    for (int i = 0; i < tape_column_count(stream->kind); i++)
        TRY(open_column(tape, stream, group, i, err));
    int64_t bars = 0;
    if (read_integer(group, "from_bars", &bars) < 0 ||
        read_text(group, "bar_path", stream->bar_path, sizeof(stream->bar_path)) < 0 ||
        read_text(group, "digest", stored->digest, sizeof(stored->digest)) < 0)
        return error_set(err, ERR_PARSE,
                         "%s: %s: from_bars, bar_path or digest is not what a tape has there",
                         tape->path, place_of(stream).text);
    stream->from_bars = bars != 0;
    if (!stream->from_bars)
        stream->bar_path[0] = '\0';
    return read_span(tape, stream, group, err);
}

/* ---- the streams of the file ---- */

/* The name of link `i` of a group, into name[size]; false when it does not fit. */
static bool
link_name(hid_t group, hsize_t i, char *name, size_t size)
{
    const ssize_t length =
        H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, name, size, H5P_DEFAULT);
    return length > 0 && (size_t)length < size;
}

static enum status
add_stream(struct tape *tape, hid_t instrument, const char *name, const char *kind_name,
           struct error *err)
{
    int kind = 0;
    while (kind < TAPE_KINDS && strcmp(tape_kind_names[kind], kind_name) != 0)
        kind++;
    if (kind == TAPE_KINDS)
        return error_set(err, ERR_PARSE,
                         "%s: /%s/%s is none of the kinds of a tape: trade, mark, index, funding",
                         tape->path, name, kind_name);
    struct tape_stored *streams =
        realloc(tape->streams, (tape->stream_count + 1) * sizeof(*streams));
    if (streams == NULL)
        return error_memory(err, "opening a tape");
    tape->streams = streams;
    struct tape_stored *stored = &streams[tape->stream_count];
    *stored = (struct tape_stored){.stream.kind = (enum tape_kind)kind};
    memcpy(stored->stream.instrument, name, strlen(name) + 1);
    hid_t group = H5Gopen2(instrument, kind_name, H5P_DEFAULT);
    if (group < 0)
        return error_set(err, ERR_PARSE, "%s: /%s/%s is not a group", tape->path, name, kind_name);
    const enum status status = open_stream(tape, stored, group, err);
    H5Gclose(group);
    tape->stream_count += status == OK;
    return status;
}

static enum status
add_instrument(struct tape *tape, const char *name, struct error *err)
{
    hid_t group = H5Gopen2(tape->file, name, H5P_DEFAULT);
    H5G_info_t info;
    if (group < 0 || H5Gget_info(group, &info) < 0) {
        H5Gclose(group);
        return error_set(err, ERR_PARSE, "%s: /%s is not a group of a tape", tape->path, name);
    }
    enum status status = OK;
    for (hsize_t i = 0; status == OK && i < info.nlinks; i++) {
        char kind[TAPE_NAME_MAX];
        if (!link_name(group, i, kind, sizeof(kind)))
            status = error_set(err, ERR_PARSE, "%s: /%s holds a name that is no kind of a tape",
                               tape->path, name);
        else
            status = add_stream(tape, group, name, kind, err);
    }
    H5Gclose(group);
    return status;
}

static int
compare_stored(const void *a, const void *b)
{
    const struct tape_stored *first = a, *second = b;
    return tape_stream_compare(&first->stream, &second->stream);
}

static enum status
add_streams(struct tape *tape, struct error *err)
{
    H5G_info_t info;
    if (H5Gget_info(tape->file, &info) < 0)
        return error_set(err, ERR_PARSE, "%s is damaged: its groups cannot be listed", tape->path);
    for (hsize_t i = 0; i < info.nlinks; i++) {
        char name[TAPE_NAME_MAX];
        if (!link_name(tape->file, i, name, sizeof(name)))
            return error_set(err, ERR_PARSE, "%s: an instrument's name is longer than %d bytes",
                             tape->path, TAPE_NAME_MAX - 1);
        if (strcmp(name, "provenance") != 0)
            TRY(add_instrument(tape, name, err));
        if (tape->stream_count > STREAMS_MAX)
            return error_set(err, ERR_PARSE, "%s has more than %d streams", tape->path,
                             STREAMS_MAX);
    }
    if (tape->stream_count > 0)
        qsort(tape->streams, tape->stream_count, sizeof(tape->streams[0]), compare_stored);
    return OK;
}

/* ---- the file ---- */

static enum status
read_sources(struct tape *tape, struct error *err)
{
    if (H5Lexists(tape->file, "provenance", H5P_DEFAULT) <= 0 ||
        H5Lexists(tape->file, "provenance/sources", H5P_DEFAULT) <= 0)
        return OK;
    hid_t dataset = H5Dopen2(tape->file, "provenance/sources", H5P_DEFAULT);
    hid_t space = H5Dget_space(dataset), type = H5Dget_type(dataset), memory = tape_layout_source();
    const hssize_t count = H5Sget_simple_extent_npoints(space);
    bool good = dataset >= 0 && memory >= 0 && H5Tget_class(type) == H5T_COMPOUND && count >= 0 &&
                count <= SOURCES_MAX;
    if (good && count > 0) {
        tape->sources = calloc((size_t)count, sizeof(tape->sources[0]));
        good = tape->sources != NULL &&
               H5Dread(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, tape->sources) >= 0;
        tape->source_count = good ? (size_t)count : 0;
    }
    H5Tclose(memory);
    H5Tclose(type);
    H5Sclose(space);
    H5Dclose(dataset);
    for (size_t i = 0; i < tape->source_count; i++) {
        struct tape_source *source = &tape->sources[i];
        source->name[sizeof(source->name) - 1] = '\0';
        source->format[sizeof(source->format) - 1] = '\0';
        source->instrument[sizeof(source->instrument) - 1] = '\0';
        source->sha256[sizeof(source->sha256) - 1] = '\0';
    }
    return good ? OK
                : error_set(err, ERR_PARSE, "%s: /provenance/sources cannot be read", tape->path);
}

/* The file itself, before HDF5 sees it: HDF5 cannot say why it could not open one. */
static enum status
check_file(struct tape *tape, struct error *err)
{
    const int fd = open(tape->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_system(err, ERR_NO_INPUT, tape->path, "open", errno);
    struct stat info;
    const bool known = fstat(fd, &info) == 0;
    close(fd);
    if (!known || !S_ISREG(info.st_mode))
        return error_set(err, ERR_NO_INPUT, "%s is not a regular file", tape->path);
    tape->size = (uint64_t)info.st_size;
    if (H5Fis_hdf5(tape->path) <= 0)
        return error_set(err, ERR_PARSE,
                         "%s is not an HDF5 file; tapes are made by 'seawall import'", tape->path);
    return OK;
}

static enum status
check_version(const struct tape *tape, struct error *err)
{
    int64_t version = 0;
    const int found = read_integer(tape->file, "seawall_tape_version", &version);
    if (found == 0) {
        const bool result = H5Lexists(tape->file, "fund", H5P_DEFAULT) > 0;
        return error_set(err, ERR_PARSE, "%s is %s, not a tape: it has no seawall_tape_version",
                         tape->path, result ? "a result of a run" : "some other HDF5 file");
    }
    if (found < 0 || version < 1)
        return error_set(err, ERR_PARSE,
                         "%s: seawall_tape_version must be a whole number of at least 1",
                         tape->path);
    if (version > TAPE_FORMAT_VERSION)
        return error_set(err, ERR_PARSE,
                         "%s: written by a newer seawall: tape version %" PRId64
                         ", this program reads %d",
                         tape->path, version, TAPE_FORMAT_VERSION);
    return OK;
}

static enum status
open_tape(struct tape *tape, struct error *err)
{
    TRY(check_file(tape, err));
    tape->file = H5Fopen(tape->path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (tape->file < 0)
        return tape_hdf_error(err, ERR_PARSE, tape->path,
                              "open as HDF5: it is damaged or cut short, or still being written");
    TRY(check_version(tape, err));
    if (read_text(tape->file, "digest", tape->digest, sizeof(tape->digest)) < 0)
        return error_set(err, ERR_PARSE, "%s: the attribute digest is no digest", tape->path);
    TRY(add_streams(tape, err));
    return read_sources(tape, err);
}

enum status
tape_open(struct tape **result, const char *path, struct error *err)
{
    *result = NULL;
    tape_hdf_quiet();
    struct tape *tape = calloc(1, sizeof(*tape));
    if (tape == NULL || (tape->path = strdup(path)) == NULL) {
        free(tape);
        return error_memory(err, "opening a tape");
    }
    tape->file = -1;
    const enum status status = open_tape(tape, err);
    if (status == OK)
        *result = tape;
    else
        tape_close(tape);
    return status;
}

void
tape_close(struct tape *tape)
{
    if (tape == NULL)
        return;
    if (tape->file >= 0)
        H5Fclose(tape->file);
    H5Eclear2(H5E_DEFAULT);
    free(tape->streams);
    free(tape->sources);
    free(tape->path);
    free(tape);
}
