/*
 * bench_tape.c - what raw chunks buy: a tape written and read through store.h against the same
 * datasets written and read with H5Dwrite and H5Dread, in one run, page cache warm.
 *
 * The stream is shaped like Binance ticks: several trades a millisecond, a price that walks in
 * steps of a tick and often stands still, quantities of three decimals, mostly small.  Arguments:
 * rows (default 20,000,000) and threads (default 2).  Both sides are timed in turn, and the figure
 * is the median of the rounds' ratios.  The plain side compares what it reads with what was
 * written (a memcmp); the tape side checks every value against the rules of its column.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <hdf5.h>

#include "base/rng.h"
#include "market/store.h"

#include "measure.h"

enum { COLUMNS = 4, WRITE_ROUNDS = 1, READ_ROUNDS = 7 };

struct data {
    size_t count;
    int64_t *time, *price, *quantity;
    int8_t *side;
};

static void
require(int good, const char *what)
{
    if (!good) {
        fprintf(stderr, "bench_tape: %s failed\n", what);
        exit(1);
    }
}

static struct data
make(size_t count)
{
    struct data data = {count, malloc(count * 8), malloc(count * 8), malloc(count * 8),
                        malloc(count)};
    require(data.time != NULL && data.price != NULL && data.quantity != NULL && data.side != NULL,
            "malloc");
    struct rng rng;
    rng_init(&rng, 1, RNG_TEST, 0);
    int64_t time_ms = INT64_C(1583971200000), price = 794250;
    int8_t side = 1;
    for (size_t i = 0; i < count; i++) {
        const uint32_t draw = rng_u32(&rng);
        if ((draw & 3) != 0) { /* three in four trades are an order of their own */
            time_ms += (int64_t)rng_exponential(&rng, 40.0);
            side = (draw & 4) != 0 ? 1 : -1;
            price += (int64_t)rng_normal(&rng, 1.5 * 10.0);
        }
        price = price < 1000 ? 1000 : price;
        data.time[i] = time_ms * 1000000;
        data.price[i] = price;
        data.quantity[i] = 1 + (int64_t)rng_lognormal(&rng, 3.0, 2.0);
        data.side[i] = side;
    }
    return data;
}

static double
tape_write(const char *path, const struct data *data, unsigned threads)
{
    struct error err;
    struct pool *pool;
    struct tape_writer *writer;
    const struct tape_stream stream = {
        .instrument = "BTCUSDT", .kind = TAPE_TRADE, .price_scale = 2, .quantity_scale = 3};
    size_t id;
    require(pool_open(&pool, threads, &err) == OK, "pool_open");
    const double start = measure_seconds();
    require(tape_writer_open(&writer, path, pool, &err) == OK, "tape_writer_open");
    require(tape_writer_stream(writer, &stream, &id, &err) == OK, "tape_writer_stream");
    const size_t step = 10000; /* an importer's batch */
    for (size_t i = 0; i < data->count; i += step) {
        const struct tape_rows rows = {
            .count = data->count - i < step ? data->count - i : step,
            .time = data->time + i,
            .price = data->price + i,
            .quantity = data->quantity + i,
            .side = data->side + i,
        };
        require(tape_writer_append(writer, id, &rows, &err) == OK, "tape_writer_append");
    }
    require(tape_writer_commit(writer, &err) == OK, "tape_writer_commit");
    const double seconds = measure_seconds() - start;
    pool_close(pool);
    return seconds;
}

static double
tape_read(const char *path, const struct data *data, unsigned threads)
{
    struct error err;
    struct pool *pool;
    struct tape *tape;
    struct tape_cursor *cursor;
    struct tape_rows rows;
    size_t total = 0;
    int64_t differs = 0;
    require(pool_open(&pool, threads, &err) == OK, "pool_open");
    const double start = measure_seconds();
    require(tape_open(&tape, path, &err) == OK, "tape_open");
    require(tape_cursor_open(&cursor, tape, 0, INT64_MIN, pool, &err) == OK, "tape_cursor_open");
    do {
        require(tape_cursor_next(cursor, &rows, &err) == OK, "tape_cursor_next");
        if (rows.count > 0) /* one look at every block, so that nothing is left out */
            differs |= rows.price[rows.count - 1] ^ data->price[total + rows.count - 1];
        total += rows.count;
    } while (rows.count > 0);
    tape_cursor_close(cursor);
    tape_close(tape);
    const double seconds = measure_seconds() - start;
    require(total == data->count && differs == 0, "reading the same rows");
    pool_close(pool);
    return seconds;
}

/* The same four datasets by the library's own filter, a chunk at a time. */
static double
plain(const char *path, const struct data *data, int writing)
{
    static const char *const names[COLUMNS] = {"time", "price", "quantity", "side"};
    void *values[COLUMNS] = {data->time, data->price, data->quantity, data->side};
    void *block = malloc(TAPE_CHUNK_ROWS * sizeof(int64_t));
    const double start = measure_seconds();
    const hsize_t count = data->count, chunk = TAPE_CHUNK_ROWS;
    hid_t file = writing ? H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)
                         : H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t space = H5Screate_simple(1, &count, NULL), create = H5Pcreate(H5P_DATASET_CREATE);
    hid_t datasets[COLUMNS];
    require(H5Pset_chunk(create, 1, &chunk) >= 0 && H5Pset_deflate(create, 1) >= 0, "H5Pset");
    for (int i = 0; i < COLUMNS; i++) {
        hid_t type = i == COLUMNS - 1 ? H5T_STD_I8LE : H5T_STD_I64LE;
        datasets[i] =
            writing ? H5Dcreate2(file, names[i], type, space, H5P_DEFAULT, create, H5P_DEFAULT)
                    : H5Dopen2(file, names[i], H5P_DEFAULT);
        require(datasets[i] >= 0, "H5Dopen");
    }
    for (hsize_t row = 0; row < count; row += chunk) {
        const hsize_t some = count - row < chunk ? count - row : chunk;
        hid_t memory = H5Screate_simple(1, &some, NULL);
        require(H5Sselect_hyperslab(space, H5S_SELECT_SET, &row, NULL, &some, NULL) >= 0, "select");
        for (int i = 0; i < COLUMNS; i++) {
            const int narrow = i == COLUMNS - 1;
            hid_t type = narrow ? H5T_NATIVE_INT8 : H5T_NATIVE_INT64;
            const size_t size = narrow ? 1 : sizeof(int64_t);
            unsigned char *at = (unsigned char *)values[i] + row * size;
            if (writing)
                require(H5Dwrite(datasets[i], type, memory, space, H5P_DEFAULT, at) >= 0,
                        "H5Dwrite");
            else
                require(H5Dread(datasets[i], type, memory, space, H5P_DEFAULT, block) >= 0 &&
                            memcmp(block, at, size) == 0,
                        "H5Dread");
        }
        H5Sclose(memory);
    }
    for (int i = 0; i < COLUMNS; i++)
        H5Dclose(datasets[i]);
    H5Pclose(create);
    H5Sclose(space);
    require(H5Fclose(file) >= 0, "H5Fclose");
    if (writing) { /* as the tape is: on disk before it counts as written */
        const int fd = open(path, O_WRONLY);
        require(fd >= 0 && fsync(fd) == 0 && close(fd) == 0, "fsync");
    }
    const double seconds = measure_seconds() - start;
    free(block);
    return seconds;
}

int
main(int argc, char **argv)
{
    const size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : 20000000;
    const unsigned threads = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 2;
    const char *parent = getenv("TMPDIR");
    char directory[512], tape[600], other[600];
    snprintf(directory, sizeof(directory), "%s/bench_tape.XXXXXX", parent ? parent : "/tmp");
    require(count > 0 && threads > 0 && mkdtemp(directory) != NULL, "making a directory");
    snprintf(tape, sizeof(tape), "%s/a.tape.h5", directory);
    snprintf(other, sizeof(other), "%s/plain.h5", directory);
    const struct data data = make(count);
    double writes[2][WRITE_ROUNDS], write_ratio[WRITE_ROUNDS];
    double reads[2][READ_ROUNDS], read_ratio[READ_ROUNDS];
    for (int i = 0; i < WRITE_ROUNDS; i++) {
        writes[0][i] = plain(other, &data, 1);
        writes[1][i] = tape_write(tape, &data, threads);
        write_ratio[i] = writes[0][i] / writes[1][i];
    }
    for (int i = 0; i < READ_ROUNDS; i++) {
        reads[0][i] = plain(other, &data, 0);
        reads[1][i] = tape_read(tape, &data, threads);
        read_ratio[i] = reads[0][i] / reads[1][i];
    }
    struct error err;
    struct tape *opened;
    require(tape_open(&opened, tape, &err) == OK, "tape_open");
    const double million = (double)count / 1e6, bytes = (double)tape_file_size(opened);
    tape_close(opened);
    measure_print("tape_read_speedup", measure_median(read_ratio, READ_ROUNDS), "ratio", ">=4");
    measure_print("tape_write_speedup", measure_median(write_ratio, WRITE_ROUNDS), "ratio", "-");
    measure_print("tape_read", million / measure_median(reads[1], READ_ROUNDS), "Mrow/s", "-");
    measure_print("tape_write", million / measure_median(writes[1], WRITE_ROUNDS), "Mrow/s", "-");
    measure_print("tape_plain_read", million / measure_median(reads[0], READ_ROUNDS), "Mrow/s",
                  "-");
    measure_print("tape_plain_write", million / measure_median(writes[0], WRITE_ROUNDS), "Mrow/s",
                  "-");
    measure_print("tape_bytes_per_row", bytes / (double)count, "B", "-");
    unlink(tape);
    unlink(other);
    rmdir(directory);
    free(data.time);
    free(data.price);
    free(data.quantity);
    free(data.side);
    return 0;
}
