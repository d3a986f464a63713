/* The tape: what is written is what is read, at any number of threads. */
#include "cmocka_all.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/money.h"
#include "market/store.h"
#include "quick.h"
#include "tapes.h"
#include "tmpdir.h"

enum { ALL_KINDS = 15, PATH_SIZE = 600 };

/* A tape, a pool and whatever cursor a test reads with. */
struct reading {
    struct error err;
    struct pool *pool;
    struct tape *tape;
};

static void
reading_open(struct reading *reading, const char *path, unsigned threads)
{
    assert_int_equal(pool_open(&reading->pool, threads, &reading->err), OK);
    if (tape_open(&reading->tape, path, &reading->err) != OK)
        fail_msg("%s", reading->err.message);
}

static void
reading_close(struct reading *reading)
{
    tape_close(reading->tape);
    pool_close(reading->pool);
}

/* Reads stream `id` from `from` and compares every value with its formula; returns the rows. */
static uint64_t
compare_rows(struct reading *reading, size_t id, time_ns_t from, uint64_t first_row)
{
    struct tape_cursor *cursor;
    struct tape_rows rows;
    const enum tape_kind kind = tape_stream_at(reading->tape, id)->kind;
    uint64_t row = first_row;
    assert_int_equal(
        tape_cursor_open(&cursor, reading->tape, id, from, reading->pool, &reading->err), OK);
    for (;;) {
        if (tape_cursor_next(cursor, &rows, &reading->err) != OK)
            fail_msg("%s", reading->err.message);
        if (rows.count == 0)
            break;
        assert_true(rows.count <= TAPE_CHUNK_ROWS);
        assert_true((rows.quantity != NULL) == (kind == TAPE_TRADE));
        uint64_t wrong = 0;
        for (size_t i = 0; i < rows.count; i++, row++) {
            wrong += rows.time[i] != tapes_time(row) || rows.price[i] != tapes_price(kind, row);
            if (kind == TAPE_TRADE)
                wrong += rows.quantity[i] != tapes_quantity(row) || rows.side[i] != tapes_side(row);
        }
        assert_true(wrong == 0);
    }
    tape_cursor_close(cursor);
    return row - first_row;
}

static void
test_every_kind_comes_back_as_it_was_written_whatever_its_length(void **state)
{
    static const uint64_t lengths[] = {0, 1, 2, 65535, 65536, 65537, 131072, 300000};
    char path[PATH_SIZE];
    tmpdir_path(state, "a.tape.h5", path, sizeof(path));
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        for (unsigned threads = 1; threads <= (unsigned)quick_of(3); threads++) {
            struct reading reading;
            tapes_write(path, ALL_KINDS, lengths[i], 4 - threads);
            reading_open(&reading, path, threads);
            assert_int_equal(tape_stream_count(reading.tape), TAPE_KINDS);
            for (size_t id = 0; id < TAPE_KINDS; id++) {
                const struct tape_stream *stream = tape_stream_at(reading.tape, id);
                assert_true(stream->rows == lengths[i]);
                assert_true(stream->first == (lengths[i] == 0 ? 0 : TAPES_START));
                assert_true(stream->last == (lengths[i] == 0 ? 0 : tapes_time(lengths[i] - 1)));
                assert_int_equal(stream->price_scale,
                                 stream->kind == TAPE_FUNDING ? RATE_SCALE : 2);
                assert_int_equal(stream->quantity_scale, stream->kind == TAPE_TRADE ? 3 : 0);
                assert_true(compare_rows(&reading, id, INT64_MIN, 0) == lengths[i]);
            }
            assert_true(tape_rows_total(reading.tape) == lengths[i] * TAPE_KINDS);
            assert_int_equal(tape_verify(reading.tape, reading.pool, &reading.err), OK);
            reading_close(&reading);
        }
    }
}

static void
test_a_million_rows_come_back_as_they_were_written(void **state)
{
    char path[PATH_SIZE];
    struct reading reading;
    struct stat info;
    uint64_t stored;
    tapes_write(tmpdir_path(state, "a.tape.h5", path, sizeof(path)), 1 << TAPE_TRADE, 1000000, 2);
    reading_open(&reading, path, 2);
    assert_true(compare_rows(&reading, 0, INT64_MIN, 0) == 1000000);
    assert_int_equal(stat(path, &info), 0);
    assert_true(tape_file_size(reading.tape) == (uint64_t)info.st_size);
    assert_int_equal(tape_stream_size(reading.tape, 0, &stored, &reading.err), OK);
    assert_true(stored > 0 && stored < (uint64_t)info.st_size);
    reading_close(&reading);
}

static void
test_the_bytes_are_the_same_at_any_number_of_threads(void **state)
{
    char path[PATH_SIZE];
    unsigned char *first = NULL;
    size_t first_size = 0;
    for (unsigned threads = 1; threads <= 3; threads++) {
        size_t size;
        tapes_write(tmpdir_path(state, "a.tape.h5", path, sizeof(path)), ALL_KINDS, 200000,
                    threads);
        unsigned char *bytes = tmpdir_read(path, &size);
        if (first == NULL) {
            first = bytes;
            first_size = size;
            continue;
        }
        assert_true(size == first_size);
        assert_memory_equal(bytes, first, size);
        free(bytes);
    }
    free(first);
}

/* Streams of two instruments filled in turn, in pieces that cross chunks. */
static void
test_streams_are_written_in_turn_and_listed_by_name(void **state)
{
    static const struct {
        const char *instrument;
        enum tape_kind kind;
        size_t id; /* in the order of names */
    } cases[] = {{"XBTUSD", TAPE_TRADE, 2}, {"ETHUSD", TAPE_MARK, 1}, {"ETHUSD", TAPE_TRADE, 0}};
    char path[PATH_SIZE];
    struct reading reading;
    struct tape_writer *writer;
    size_t ids[3];
    assert_int_equal(pool_open(&reading.pool, 2, &reading.err), OK);
    tmpdir_path(state, "a.tape.h5", path, sizeof(path));
    assert_int_equal(tape_writer_open(&writer, path, reading.pool, &reading.err), OK);
    for (int piece = 0; piece < 10; piece++) {
        for (size_t i = 0; i < 3; i++) {
            struct tape_stream stream = {.kind = cases[i].kind, .from_bars = i == 1};
            snprintf(stream.instrument, sizeof(stream.instrument), "%s", cases[i].instrument);
            snprintf(stream.bar_path, sizeof(stream.bar_path), "open-low-high-close");
            if (piece == (int)i) /* one stream starts when others have rows already */
                assert_int_equal(tape_writer_stream(writer, &stream, &ids[i], &reading.err), OK);
            if (piece >= (int)i)
                assert_int_equal(tapes_append(writer, ids[i], cases[i].kind,
                                              ((uint64_t)piece - i) * 20000, 20000, 20000,
                                              &reading.err),
                                 OK);
        }
    }
    assert_int_equal(tape_writer_commit(writer, &reading.err), OK);
    pool_close(reading.pool);
    reading_open(&reading, path, 3);
    for (size_t i = 0; i < 3; i++) {
        const size_t id = tape_stream_find(reading.tape, cases[i].instrument, cases[i].kind);
        assert_true(id == cases[i].id);
        const struct tape_stream *stream = tape_stream_at(reading.tape, id);
        assert_int_equal(stream->from_bars, i == 1);
        assert_string_equal(stream->bar_path, i == 1 ? "open-low-high-close" : "");
        assert_true(compare_rows(&reading, id, INT64_MIN, 0) == (10 - i) * 20000);
    }
    assert_true(tape_stream_find(reading.tape, "XBTUSD", TAPE_MARK) == SIZE_MAX);
    assert_true(tape_stream_find(reading.tape, "XBT", TAPE_TRADE) == SIZE_MAX);
    reading_close(&reading);
}

static void
test_a_cursor_starts_at_the_first_row_of_its_time(void **state)
{
    /* Three rows share a millisecond, so row 65,535 (= 3 x 21,845) starts one that goes on in the
     * next chunk: a search that looks only at where chunks start would miss it. */
    static const struct {
        const char *name;
        time_ns_t from;
        uint64_t row;
    } cases[] = {
        {"before the tape", TAPES_START - 1, 0},
        {"its first instant", TAPES_START, 0},
        {"just after the first instant", TAPES_START + 1, 3},
        {"an instant two chunks share", TAPES_START + 21845 * INT64_C(1000000), 65535},
        {"just after it", TAPES_START + 21845 * INT64_C(1000000) + 1, 65538},
        {"the middle", TAPES_START + 50000 * INT64_C(1000000), 150000},
        {"its last instant", TAPES_START + 99999 * INT64_C(1000000), 299997},
        {"after the tape", TAPES_START + 100000 * INT64_C(1000000), 300000},
    };
    char path[PATH_SIZE];
    struct reading reading;
    tapes_write(tmpdir_path(state, "a.tape.h5", path, sizeof(path)), 1 << TAPE_TRADE, 300000, 2);
    reading_open(&reading, path, 2);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const uint64_t rows = compare_rows(&reading, 0, cases[i].from, cases[i].row);
        if (rows != 300000 - cases[i].row)
            fail_msg("%s: %llu rows", cases[i].name, (unsigned long long)rows);
    }
    reading_close(&reading);
}

static void
test_a_cursor_may_be_closed_with_chunks_in_flight(void **state)
{
    char path[PATH_SIZE];
    struct reading reading;
    struct tape_cursor *cursors[2];
    struct tape_rows rows;
    tapes_write(tmpdir_path(state, "a.tape.h5", path, sizeof(path)), ALL_KINDS, 300000, 2);
    reading_open(&reading, path, 3);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(
            tape_cursor_open(&cursors[i], reading.tape, i, INT64_MIN, reading.pool, &reading.err),
            OK);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(tape_cursor_next(cursors[i], &rows, &reading.err), OK);
    tape_cursor_close(cursors[0]);
    tape_cursor_close(cursors[1]);
    tape_cursor_close(NULL);
    reading_close(&reading);
}

static void
digest_of(const char *path, char digest[HASH_XXH_TEXT])
{
    struct reading reading;
    reading_open(&reading, path, 1);
    assert_int_equal(tape_digest(reading.tape, digest, &reading.err), OK);
    assert_int_equal(tape_verify(reading.tape, reading.pool, &reading.err), OK);
    reading_close(&reading);
}

/* The value is this code's own (XXH3 itself is checked in test_hash.c): it stands here because
 * results keep it, so that it may not change unnoticed. */
static void
test_the_digest_names_the_rows_not_the_file(void **state)
{
    char a[PATH_SIZE], b[PATH_SIZE], first[HASH_XXH_TEXT], second[HASH_XXH_TEXT];
    tapes_write(tmpdir_path(state, "a.tape.h5", a, sizeof(a)), ALL_KINDS, 70000, 1);
    tapes_write(tmpdir_path(state, "b.tape.h5", b, sizeof(b)), ALL_KINDS, 70000, 3);
    digest_of(a, first);
    digest_of(b, second);
    assert_string_equal(first, second);
    assert_string_equal(first, "ee0afcadd18cbe677c366d74fbf10661");
    tapes_write(b, ALL_KINDS, 70001, 1); /* one row more */
    digest_of(b, second);
    assert_string_not_equal(first, second);
    tapes_write(b, ALL_KINDS & ~(1 << TAPE_INDEX), 70000, 1); /* one stream less */
    digest_of(b, second);
    assert_string_not_equal(first, second);
}

static void
test_sources_are_kept_in_provenance(void **state)
{
    struct tape_source sources[2] = {
        {.name = "BTCUSDT-trades-2020-03-12.zip",
         .format = "binance_trades",
         .instrument = "BTCUSDT",
         .sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
         .size = UINT64_MAX,
         .rows = 7,
         .skipped = 2,
         .gaps = 1,
         .gap_longest = 60000000000,
         .first = -1,
         .last = INT64_MAX},
        {.name = "b.csv"},
    };
    char path[PATH_SIZE];
    struct reading reading;
    struct tape_writer *writer;
    assert_int_equal(pool_open(&reading.pool, 1, &reading.err), OK);
    tmpdir_path(state, "a.tape.h5", path, sizeof(path));
    assert_int_equal(tape_writer_open(&writer, path, reading.pool, &reading.err), OK);
    for (int i = 0; i < 2; i++)
        assert_int_equal(tape_writer_source(writer, &sources[i], &reading.err), OK);
    assert_int_equal(tape_writer_commit(writer, &reading.err), OK);
    pool_close(reading.pool);
    reading_open(&reading, path, 1);
    assert_int_equal(tape_stream_count(reading.tape), 0);
    assert_int_equal(tape_source_count(reading.tape), 2);
    for (size_t i = 0; i < 2; i++)
        assert_memory_equal(tape_source_at(reading.tape, i), &sources[i], sizeof(sources[i]));
    reading_close(&reading);
}

static void
test_rows_that_break_a_rule_are_refused_by_name_and_row(void **state)
{
    static const struct {
        const char *sentence;
        int64_t time, price, quantity;
        int8_t side;
    } cases[] = {
        {"/time: row 3 is at 2020-03-11T23:59:59.999999999Z, before the row before it",
         TAPES_START - 1, 1, 0, 0},
        {"/price: row 3 is 0: a price must be > 0", TAPES_START, 0, 0, 0},
        {"/quantity: row 3 is -1: a quantity must be >= 0", TAPES_START, 1, -1, 0},
        {"/side: row 3 is 2: a side is -1, 0 or +1", TAPES_START, 1, 0, 2},
        {"/side: row 3 is -2: a side is -1, 0 or +1", TAPES_START, 1, 0, -2},
    };
    char path[PATH_SIZE];
    struct reading reading;
    struct tape_writer *writer;
    struct tape_stream stream = {.instrument = "A", .kind = TAPE_TRADE};
    size_t id;
    assert_int_equal(pool_open(&reading.pool, 1, &reading.err), OK);
    tmpdir_path(state, "a.tape.h5", path, sizeof(path));
    assert_int_equal(tape_writer_open(&writer, path, reading.pool, &reading.err), OK);
    assert_int_equal(tape_writer_stream(writer, &stream, &id, &reading.err), OK);
    assert_int_equal(tapes_append(writer, id, TAPE_TRADE, 0, 3, 3, &reading.err), OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct tape_rows rows = {1, &cases[i].time, &cases[i].price, &cases[i].quantity,
                                       &cases[i].side};
        assert_int_equal(tape_writer_append(writer, id, &rows, &reading.err), ERR_RANGE);
        assert_non_null(strstr(reading.err.message, cases[i].sentence));
    }
    /* The writer goes on after a refusal. */
    assert_int_equal(tapes_append(writer, id, TAPE_TRADE, 3, 3, 3, &reading.err), OK);
    assert_int_equal(tape_writer_commit(writer, &reading.err), OK);
    pool_close(reading.pool);
    reading_open(&reading, path, 1);
    assert_true(compare_rows(&reading, 0, INT64_MIN, 0) == 6);
    reading_close(&reading);
}

static void
test_names_that_cannot_be_groups_and_doubles_are_refused(void **state)
{
    static const char *const names[] = {"", "a/b", ".", "..", "provenance", "two words", "a\nb"};
    char path[PATH_SIZE];
    struct error err;
    struct pool *pool;
    struct tape_writer *writer;
    struct tape_stream stream = {.kind = TAPE_MARK};
    size_t id;
    assert_int_equal(pool_open(&pool, 1, &err), OK);
    tmpdir_path(state, "a.tape.h5", path, sizeof(path));
    assert_int_equal(tape_writer_open(&writer, path, pool, &err), OK);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(stream.instrument, sizeof(stream.instrument), "%s", names[i]);
        assert_int_equal(tape_writer_stream(writer, &stream, &id, &err), ERR_RANGE);
    }
    snprintf(stream.instrument, sizeof(stream.instrument), "BTC-PERP");
    stream.price_scale = 19;
    assert_int_equal(tape_writer_stream(writer, &stream, &id, &err), ERR_RANGE);
    stream.price_scale = 18;
    assert_int_equal(tape_writer_stream(writer, &stream, &id, &err), OK);
    assert_int_equal(tape_writer_stream(writer, &stream, &id, &err), ERR_RANGE);
    assert_non_null(strstr(err.message, "has /BTC-PERP/mark already"));
    tape_writer_abort(writer);
    tape_writer_abort(NULL);
    assert_int_equal(access(path, F_OK), -1);
    pool_close(pool);
}

/* Nothing of either name is left, and no descriptor either. */
static void
assert_nothing_left(void **state, const char *path)
{
    char partial[PATH_SIZE];
    tmpdir_path(state, "a.tape.h5.partial", partial, sizeof(partial));
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(access(partial, F_OK), -1);
}

static void
test_a_tape_is_partial_until_it_is_committed(void **state)
{
    char path[PATH_SIZE], partial[PATH_SIZE];
    struct error err;
    struct pool *pool;
    struct tape_writer *writer;
    struct tape_stream stream = {.instrument = "A", .kind = TAPE_TRADE};
    size_t id;
    assert_int_equal(pool_open(&pool, 2, &err), OK);
    tmpdir_path(state, "a.tape.h5", path, sizeof(path));
    tmpdir_path(state, "a.tape.h5.partial", partial, sizeof(partial));
    for (int committing = 0; committing < 2; committing++) {
        assert_int_equal(tape_writer_open(&writer, path, pool, &err), OK);
        assert_int_equal(tape_writer_stream(writer, &stream, &id, &err), OK);
        assert_int_equal(tapes_append(writer, id, TAPE_TRADE, 0, 200000, 50000, &err), OK);
        assert_int_equal(access(path, F_OK), -1);
        assert_int_equal(access(partial, F_OK), 0);
        if (committing) {
            assert_int_equal(tape_writer_commit(writer, &err), OK);
            assert_int_equal(access(path, F_OK), 0);
            assert_int_equal(access(partial, F_OK), -1);
        } else {
            tape_writer_abort(writer);
            assert_nothing_left(state, path);
        }
    }
    assert_int_equal(tape_writer_open(&writer, "/nowhere/at/all.h5", pool, &err), ERR_CREATE);
    assert_non_null(strstr(err.message, "/nowhere/at/all.h5.partial: cannot create: "));
    assert_null(writer);
    pool_close(pool);
}

static int
count_descriptors(void)
{
    int count = 0;
    for (int fd = 0; fd < 256; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

/* A limit on file sizes stands for a full disk: it works for everybody, root too. */
static void
test_a_full_disk_is_an_error_and_leaves_nothing_that_looks_complete(void **state)
{
    char path[PATH_SIZE];
    struct stat whole;
    struct error err;
    struct pool *pool;
    struct rlimit before;
    tmpdir_path(state, "a.tape.h5", path, sizeof(path));
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(pool_open(&pool, 2, &err), OK);
    const int descriptors = count_descriptors();
    tapes_write(path, 1 << TAPE_TRADE, 500000, 2);
    assert_int_equal(stat(path, &whole), 0);
    assert_int_equal(unlink(path), 0);
    for (off_t part = 0; part < 8; part++) { /* from the first byte to all but the last */
        struct tape_writer *writer = NULL;
        struct tape_stream stream = {
            .instrument = "BTCUSDT", .kind = TAPE_TRADE, .price_scale = 2, .quantity_scale = 3};
        const off_t bytes = part < 7 ? whole.st_size * part / 7 + 1 : whole.st_size - 1;
        const struct rlimit limit = {(rlim_t)bytes, before.rlim_max};
        size_t id;
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
        enum status status = tape_writer_open(&writer, path, pool, &err);
        if (status == OK)
            status = tape_writer_stream(writer, &stream, &id, &err);
        if (status == OK)
            status = tapes_append(writer, id, TAPE_TRADE, 0, 500000, 50000, &err);
        if (status == OK)
            status = tape_writer_commit(writer, &err);
        else
            tape_writer_abort(writer);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        assert_int_equal(status, ERR_IO);
        assert_non_null(strstr(err.message, "a.tape.h5.partial: cannot "));
        assert_non_null(strstr(err.message, strerror(EFBIG)));
        assert_nothing_left(state, path);
        assert_int_equal(count_descriptors(), descriptors);
    }
    pool_close(pool);
    tapes_write(path, ALL_KINDS, 1000, 1); /* HDF5 is none the worse for it */
}

/* Rows are checked many at a time: a fault is found, and named, wherever it is. */
static void
test_a_fault_is_found_at_any_row_of_a_batch(void **state)
{
    enum { ROWS = 192 }; /* whole stretches of 64 */
    static const struct {
        int column;
        int64_t value;
    } faults[] = {{0, INT64_MIN}, {0, -1}, {1, 0},  {1, -1},  {1, INT64_MIN}, {2, -1},
                  {2, INT64_MIN}, {3, 2},  {3, -2}, {3, 127}, {3, -128}};
    static const struct tape_stream about = {
        .instrument = "A", .kind = TAPE_TRADE, .price_scale = 2, .quantity_scale = 3};
    int64_t time[ROWS], price[ROWS], quantity[ROWS];
    int8_t side[ROWS];
    const struct tape_rows all = {ROWS, time, price, quantity, side};
    char path[PATH_SIZE], row[32];
    struct error err;
    struct pool *pool;
    struct tape_writer *writer;
    size_t id;
    assert_int_equal(pool_open(&pool, 1, &err), OK);
    tmpdir_path(state, "a.tape.h5", path, sizeof(path));
    assert_int_equal(tape_writer_open(&writer, path, pool, &err), OK);
    assert_int_equal(tape_writer_stream(writer, &about, &id, &err), OK);
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        for (int at = faults[i].column == 0; at < ROWS; at++) {
            for (int j = 0; j < ROWS; j++) { /* the ends of what is allowed, and what is between */
                time[j] = j < 50 ? 0 : j < 100 ? j : INT64_MAX;
                price[j] = j % 3 == 0 ? 1 : j % 3 == 1 ? INT64_MAX : 794250;
                quantity[j] = j % 2 == 0 ? 0 : INT64_MAX;
                side[j] = (int8_t)(j % 3 - 1);
            }
            int64_t *const columns[] = {time, price, quantity};
            if (faults[i].column < 3)
                columns[faults[i].column][at] = faults[i].value;
            else
                side[at] = (int8_t)faults[i].value;
            snprintf(row, sizeof(row), ": row %d is ", at);
            if (tape_writer_append(writer, id, &all, &err) != ERR_RANGE ||
                strstr(err.message, row) == NULL)
                fail_msg("fault %zu at %d: %s", i, at, err.message);
        }
    }
    side[ROWS - 1] = 1; /* the last fault mended */
    assert_int_equal(tape_writer_append(writer, id, &all, &err), OK);
    tape_writer_abort(writer);
    pool_close(pool);
}

int
main(void)
{
#define IN_TMPDIR(test) cmocka_unit_test_setup_teardown(test, tmpdir_setup, tmpdir_teardown)
    const struct CMUnitTest tests[] = {
        IN_TMPDIR(test_a_fault_is_found_at_any_row_of_a_batch),
        IN_TMPDIR(test_every_kind_comes_back_as_it_was_written_whatever_its_length),
        IN_TMPDIR(test_a_million_rows_come_back_as_they_were_written),
        IN_TMPDIR(test_the_bytes_are_the_same_at_any_number_of_threads),
        IN_TMPDIR(test_streams_are_written_in_turn_and_listed_by_name),
        IN_TMPDIR(test_a_cursor_starts_at_the_first_row_of_its_time),
        IN_TMPDIR(test_a_cursor_may_be_closed_with_chunks_in_flight),
        IN_TMPDIR(test_the_digest_names_the_rows_not_the_file),
        IN_TMPDIR(test_sources_are_kept_in_provenance),
        IN_TMPDIR(test_rows_that_break_a_rule_are_refused_by_name_and_row),
        IN_TMPDIR(test_names_that_cannot_be_groups_and_doubles_are_refused),
        IN_TMPDIR(test_a_tape_is_partial_until_it_is_committed),
        IN_TMPDIR(test_a_full_disk_is_an_error_and_leaves_nothing_that_looks_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
