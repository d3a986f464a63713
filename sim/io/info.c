#include "io/info.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <unistd.h>

#include <hdf5.h>

#include "base/fixed.h"
#include "io/result.h"
#include "market/store.h"

/* True when the file is HDF5 and says it is a tape. */
static enum status
is_tape(const char *path, bool *tape, struct error *err)
{
    const int descriptor = open(path, O_RDONLY);
    if (descriptor < 0)
        return error_system(err, ERR_IO, path, "open", errno);
    close(descriptor);
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file < 0)
        return error_set(err, ERR_PARSE,
                         "%s: not an HDF5 file, or a damaged one; a tape or a result is expected",
                         path);
    *tape = H5Aexists(file, "seawall_tape_version") > 0;
    H5Fclose(file);
    return OK;
}

static void
append_span(struct text *out, time_ns_t first, time_ns_t last)
{
    char from[TIMELINE_TEXT_MAX], to[TIMELINE_TEXT_MAX];
    timeline_format(from, first);
    timeline_format(to, last);
    text_printf(out, "%s to %s", from, to);
}

static enum status
append_stream(struct tape *tape, size_t id, struct text *out, struct error *err)
{
    const struct tape_stream *stream = tape_stream_at(tape, id);
    uint64_t bytes;
    TRY(tape_stream_size(tape, id, &bytes, err));
    text_printf(out, "stream    %-14s %-8s %12llu rows", stream->instrument,
                tape_kind_names[stream->kind], (unsigned long long)stream->rows);
    if (stream->rows > 0) {
        text_append(out, "  ");
        append_span(out, stream->first, stream->last);
        text_printf(out, "  %.2f bytes a row", (double)bytes / (double)stream->rows);
    }
    if (stream->kind != TAPE_FUNDING)
        text_printf(out, "  price decimals %d", stream->price_scale);
    if (stream->kind == TAPE_TRADE)
        text_printf(out, ", quantity decimals %d", stream->quantity_scale);
    if (stream->from_bars)
        text_printf(out, "  from bars, %s", stream->bar_path);
    text_append(out, "\n");
    return OK;
}

static void
append_source(const struct tape_source *source, struct text *out)
{
    text_printf(out, "source    %s  %s  %s  %llu rows", source->name, source->format,
                source->instrument, (unsigned long long)source->rows);
    if (source->skipped > 0)
        text_printf(out, ", %llu skipped", (unsigned long long)source->skipped);
    if (source->missing > 0)
        text_printf(out, ", %llu missing (ids left out)", (unsigned long long)source->missing);
    if (source->gaps > 0) {
        char longest[TIMELINE_TEXT_MAX];
        timeline_format_duration(longest, source->gap_longest);
        text_printf(out, ", %llu gap%s, longest %s", (unsigned long long)source->gaps,
                    source->gaps == 1 ? "" : "s", longest);
    }
    text_printf(out, "\n          sha256 %s\n", source->sha256);
}

static enum status
tape_info(const char *path, struct text *out, struct error *err)
{
    struct tape *tape;
    char digest[HASH_XXH_TEXT];
    TRY(tape_open(&tape, path, err));
    enum status status = tape_digest(tape, digest, err);
    if (status == OK)
        text_printf(out, "%s: seawall tape, %llu rows, %llu bytes\ndigest    %s\n", path,
                    (unsigned long long)tape_rows_total(tape),
                    (unsigned long long)tape_file_size(tape), digest);
    for (size_t i = 0; status == OK && i < tape_stream_count(tape); i++)
        status = append_stream(tape, i, out, err);
    for (size_t i = 0; status == OK && i < tape_source_count(tape); i++)
        append_source(tape_source_at(tape, i), out);
    tape_close(tape);
    return status;
}

enum status
info_print(const char *path, struct text *out, struct error *err)
{
    bool tape = false;
    TRY(is_tape(path, &tape, err));
    TRY(tape ? tape_info(path, out, err) : result_info(path, out, err));
    return text_failed(out) ? error_memory(err, "describing a file") : OK;
}
