#include "market/store_sink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <hdf5.h>

/* What HDF5 passes around as the open file. */
struct driver_file {
    H5FD_t base; /* first: HDF5 fills it in */
    struct store_sink *sink;
    haddr_t end_allocated, end_written;
};

/* What H5Pset_driver copies into the access list. */
struct driver_info {
    struct store_sink *sink;
};

static void
sink_fail(struct store_sink *sink, int error_number)
{
    if (sink->failed == 0)
        sink->failed = error_number;
    sink->discard = true;
}

static H5FD_t *
driver_open(const char *name, unsigned flags, hid_t access, haddr_t address_max)
{
    (void)name, (void)flags, (void)address_max;
    const struct driver_info *info = H5Pget_driver_info(access);
    struct driver_file *file = info == NULL ? NULL : calloc(1, sizeof(*file));
    if (file == NULL)
        return NULL;
    file->sink = info->sink;
    if (ftruncate(file->sink->fd, 0) != 0)
        sink_fail(file->sink, errno);
    return &file->base;
}

static herr_t
driver_close(H5FD_t *base)
{
    free(base); /* the descriptor is its owner's */
    return 0;
}

static herr_t
driver_query(const H5FD_t *base, unsigned long *flags)
{
    (void)base; /* as HDF5's own driver of plain files */
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
             H5FD_FEAT_AGGREGATE_SMALLDATA;
    return 0;
}

static haddr_t
driver_end_allocated(const H5FD_t *base, H5FD_mem_t type)
{
    (void)type;
    return ((const struct driver_file *)base)->end_allocated;
}

static herr_t
driver_set_end_allocated(H5FD_t *base, H5FD_mem_t type, haddr_t address)
{
    (void)type;
    ((struct driver_file *)base)->end_allocated = address;
    return 0;
}

static haddr_t
driver_end_written(const H5FD_t *base, H5FD_mem_t type)
{
    (void)type;
    return ((const struct driver_file *)base)->end_written;
}

/* Zeros for what was never written, as a file would give; and after a failure for anything. */
static herr_t
driver_read(H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size,
            void *buffer)
{
    (void)type, (void)transfer;
    struct store_sink *sink = ((struct driver_file *)base)->sink;
    unsigned char *at = buffer;
    while (size > 0 && !sink->discard) {
        const ssize_t got = pread(sink->fd, at, size, (off_t)address);
        if (got < 0 && errno != EINTR)
            sink_fail(sink, errno);
        if (got == 0)
            break;
        if (got > 0) {
            at += got;
            address += (haddr_t)got;
            size -= (size_t)got;
        }
    }
    memset(at, 0, size);
    return 0;
}

static herr_t
driver_write(H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size,
             const void *buffer)
{
    (void)type, (void)transfer;
    struct driver_file *file = (struct driver_file *)base;
    struct store_sink *sink = file->sink;
    const unsigned char *at = buffer;
    if (address + size > file->end_written)
        file->end_written = address + size;
    while (size > 0 && !sink->discard) {
        const ssize_t put = pwrite(sink->fd, at, size, (off_t)address);
        if (put == 0 || (put < 0 && errno != EINTR))
            sink_fail(sink, put == 0 ? EIO : errno);
        if (put > 0) {
            at += put;
            address += (haddr_t)put;
            size -= (size_t)put;
        }
    }
    return 0;
}

static herr_t
driver_truncate(H5FD_t *base, hid_t transfer, hbool_t closing)
{
    (void)transfer, (void)closing;
    struct driver_file *file = (struct driver_file *)base;
    if (file->end_allocated == file->end_written)
        return 0;
    if (!file->sink->discard && ftruncate(file->sink->fd, (off_t)file->end_allocated) != 0)
        sink_fail(file->sink, errno);
    file->end_written = file->end_allocated;
    return 0;
}

static const H5FD_class_t driver_class = {
    .name = "seawall_sink",
    .maxaddr = INT64_MAX,
    .fc_degree = H5F_CLOSE_WEAK,
    .fapl_size = sizeof(struct driver_info),
    .open = driver_open,
    .close = driver_close,
    .query = driver_query,
    .get_eoa = driver_end_allocated,
    .set_eoa = driver_set_end_allocated,
    .get_eof = driver_end_written,
    .read = driver_read,
    .write = driver_write,
    .truncate = driver_truncate,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

int64_t
store_sink_create(struct store_sink *sink, const char *name)
{
    const struct driver_info info = {.sink = sink};
    hid_t file = -1;
    hid_t access = H5Pcreate(H5P_FILE_ACCESS), create = H5Pcreate(H5P_FILE_CREATE);
    sink->driver = H5FDregister(&driver_class);
    if (sink->driver >= 0 && access >= 0 && create >= 0 &&
        H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110) >= 0 &&
        H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) >= 0 &&
        H5Pset_driver(access, sink->driver, &info) >= 0 &&
        H5Pset_obj_track_times(create, false) >= 0)
        file = H5Fcreate(name, H5F_ACC_TRUNC, create, access);
    H5Pclose(create);
    H5Pclose(access);
    if (file < 0)
        H5FDunregister(sink->driver);
    return file;
}

bool
store_sink_close(struct store_sink *sink, int64_t file)
{
    const bool closed = H5Fclose(file) >= 0;
    /* An open file counts as a user of its driver, but 1.10 gives that up before it has read the
     * function to close with from it. */
    H5FDunregister(sink->driver);
    return closed;
}
