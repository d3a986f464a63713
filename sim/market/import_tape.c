/* The one place where import meets the tape. */
#include "market/import.h"

static enum status
tape_stream(void *context, const struct tape_stream *stream, size_t *id, struct error *err)
{
    return tape_writer_stream(context, stream, id, err);
}

static enum status
tape_append(void *context, size_t id, const struct tape_rows *rows, struct error *err)
{
    return tape_writer_append(context, id, rows, err);
}

static enum status
tape_source(void *context, const struct tape_source *source, struct error *err)
{
    return tape_writer_source(context, source, err);
}

struct import_sink
import_tape_sink(struct tape_writer *writer)
{
    return (struct import_sink){writer, tape_stream, tape_append, tape_source};
}
