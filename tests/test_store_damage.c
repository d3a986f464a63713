/* Tapes that are damaged, of another version, or written by other programs. */
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <hdf5.h>

#include "market/store.h"
#include "tapes.h"
#include "tmpdir.h"

enum { PATH_SIZE = 600, ROWS = 200000, TRADES = 1 << TAPE_TRADE, FUNDINGS = 1 << TAPE_FUNDING };

/* Opens the tape and reads every stream; the first failure and its sentence. */
static enum status
read_all(const char *path, uint64_t *rows_read, struct error *err)
{
    struct pool *pool;
    struct tape *tape;
    uint64_t total = 0;
    *err = (struct error){0};
    assert_int_equal(pool_open(&pool, 2, err), OK);
    enum status status = tape_open(&tape, path, err);
    assert_true((status == OK) == (tape != NULL));
    for (size_t id = 0; status == OK && id < tape_stream_count(tape); id++) {
        struct tape_cursor *cursor;
        struct tape_rows rows = {0};
        status = tape_cursor_open(&cursor, tape, id, INT64_MIN, pool, err);
        assert_int_equal(status, OK);
        do {
            status = tape_cursor_next(cursor, &rows, err);
            total += rows.count;
        } while (rows.count > 0);
        assert_int_equal(tape_cursor_next(cursor, &rows, err), status); /* it stays so */
        assert_true(rows.count == 0);
        tape_cursor_close(cursor);
    }
    tape_close(tape);
    pool_close(pool);
    if (rows_read != NULL)
        *rows_read = total;
    return status;
}

static void
assert_refused(const char *path, enum status expected, const char *sentence)
{
    struct error err;
    const enum status status = read_all(path, NULL, &err);
    if (status != expected || strstr(err.message, sentence) == NULL)
        fail_msg("status %d, '%s' instead of %d, '%s'", status, err.message, expected, sentence);
}

static const char *
fresh(void **state, unsigned kinds, char path[PATH_SIZE])
{
    tmpdir_path(state, "a.tape.h5", path, PATH_SIZE);
    tapes_write(path, kinds, ROWS, 1);
    return path;
}

static hid_t
edit(const char *path)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(file >= 0);
    return file;
}

/* Overwrites one value of a 64-bit column through the library, as an editor would. */
static void
poke(const char *path, const char *column, uint64_t row, int64_t value)
{
    hid_t file = edit(path), dataset = H5Dopen2(file, column, H5P_DEFAULT);
    hid_t space = H5Dget_space(dataset);
    const hsize_t start = row, one = 1;
    hid_t memory = H5Screate_simple(1, &one, NULL);
    assert_true(H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &one, NULL) >= 0);
    assert_true(H5Dwrite(dataset, H5T_NATIVE_INT64, memory, space, H5P_DEFAULT, &value) >= 0);
    H5Sclose(memory);
    H5Sclose(space);
    H5Dclose(dataset);
    assert_true(H5Fclose(file) >= 0);
}

/* ---- files that are no tapes ---- */

static void
test_what_is_no_tape_is_refused_with_the_reason(void **state)
{
    char path[PATH_SIZE];
    tmpdir_path(state, "a.tape.h5", path, sizeof(path));
    assert_refused(path, ERR_NO_INPUT, "a.tape.h5: cannot open: No such file");
    assert_refused(*state, ERR_NO_INPUT, "is not a regular file");
    tmpdir_write(path, "", 0);
    assert_refused(path, ERR_PARSE, "is not an HDF5 file");
    tmpdir_write(path, "time,price\n1,2\n", 15);
    assert_refused(path, ERR_PARSE, "is not an HDF5 file");
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Fclose(file) >= 0);
    assert_refused(path, ERR_PARSE, "is some other HDF5 file, not a tape");
    file = edit(path);
    H5Gclose(H5Gcreate2(file, "fund", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    assert_true(H5Fclose(file) >= 0);
    assert_refused(path, ERR_PARSE, "is a result of a run, not a tape");
}

static void
test_a_tape_cut_short_anywhere_is_refused(void **state)
{
    char path[PATH_SIZE];
    size_t size;
    unsigned char *bytes = tmpdir_read(fresh(state, TRADES | FUNDINGS, path), &size);
    for (size_t i = 0; i < 40; i++) {
        struct error err;
        tmpdir_write(path, bytes, i < 39 ? size * i / 39 : size - 1);
        assert_int_equal(read_all(path, NULL, &err), ERR_PARSE);
        assert_true(strlen(err.message) > 0);
    }
    free(bytes);
    assert_refused(path, ERR_PARSE, "it is damaged or cut short");
}

static void
set_integer(const char *path, const char *object, const char *name, int64_t value)
{
    hid_t file = edit(path), space = H5Screate(H5S_SCALAR);
    H5Adelete_by_name(file, object, name, H5P_DEFAULT);
    hid_t attribute = H5Acreate_by_name(file, object, name, H5T_STD_I64LE, space, H5P_DEFAULT,
                                        H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Awrite(attribute, H5T_NATIVE_INT64, &value) >= 0);
    H5Aclose(attribute);
    H5Sclose(space);
    assert_true(H5Fclose(file) >= 0);
}

static void
test_versions_and_scales_are_checked(void **state)
{
    char path[PATH_SIZE];
    fresh(state, TRADES | FUNDINGS, path);
    set_integer(path, "/", "seawall_tape_version", 2);
    assert_refused(path, ERR_PARSE,
                   "written by a newer seawall: tape version 2, this program reads 1");
    set_integer(path, "/", "seawall_tape_version", 0);
    assert_refused(path, ERR_PARSE, "must be a whole number of at least 1");
    set_integer(path, "/", "seawall_tape_version", 1);
    set_integer(path, "/BTCUSDT/trade/price", "decimals", 19);
    assert_refused(path, ERR_PARSE, "/BTCUSDT/trade/price: the attribute decimals must be");
    set_integer(path, "/BTCUSDT/trade/price", "decimals", 3);
    assert_refused(path, ERR_PARSE, "scale_factor is 0.01 but decimals is 3");
    set_integer(path, "/BTCUSDT/trade/price", "decimals", 2);
    struct error err;
    assert_int_equal(read_all(path, NULL, &err), OK);
}

/* ---- columns ---- */

static void
replace_column(const char *path, const char *column, hid_t type, hsize_t rows)
{
    hid_t file = edit(path), space = H5Screate_simple(1, &rows, NULL);
    assert_true(H5Ldelete(file, column, H5P_DEFAULT) >= 0);
    if (rows > 0)
        H5Dclose(H5Dcreate2(file, column, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Sclose(space);
    assert_true(H5Fclose(file) >= 0);
}

static void
test_columns_must_be_there_of_one_length_and_of_their_type(void **state)
{
    char path[PATH_SIZE];
    replace_column(fresh(state, TRADES, path), "/BTCUSDT/trade/side", H5T_STD_I8LE, 0);
    assert_refused(path, ERR_PARSE, "/BTCUSDT/trade has no column side");
    replace_column(fresh(state, TRADES, path), "/BTCUSDT/trade/time", H5T_STD_I64LE, 0);
    assert_refused(path, ERR_PARSE, "/BTCUSDT/trade has no column time");
    replace_column(fresh(state, TRADES, path), "/BTCUSDT/trade/side", H5T_STD_I8LE, ROWS - 1);
    assert_refused(path, ERR_PARSE, "column side has 199999 rows but time has 200000");
    replace_column(fresh(state, TRADES, path), "/BTCUSDT/trade/price", H5T_IEEE_F64LE, ROWS);
    assert_refused(path, ERR_PARSE,
                   "/BTCUSDT/trade/price is not a 1-D column of 64-bit signed integers");
    replace_column(fresh(state, TRADES, path), "/BTCUSDT/trade/side", H5T_STD_U8LE, ROWS);
    assert_refused(path, ERR_PARSE,
                   "/BTCUSDT/trade/side is not a 1-D column of 8-bit signed integers");
    hid_t file = edit(fresh(state, TRADES, path));
    H5Gclose(H5Gcreate2(file, "BTCUSDT/ticker", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    assert_true(H5Fclose(file) >= 0);
    assert_refused(path, ERR_PARSE, "/BTCUSDT/ticker is none of the kinds of a tape");
}

/* ---- chunks ---- */

static void
test_a_flipped_byte_is_found_when_its_chunk_is_read(void **state)
{
    char path[PATH_SIZE];
    struct error err;
    uint64_t rows;
    fresh(state, TRADES, path);
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t dataset = H5Dopen2(file, "/BTCUSDT/trade/price", H5P_DEFAULT);
    const hsize_t start = TAPE_CHUNK_ROWS; /* the second of four chunks */
    unsigned mask;
    haddr_t address;
    hsize_t size;
    assert_true(H5Dget_chunk_info_by_coord(dataset, &start, &mask, &address, &size) >= 0);
    H5Dclose(dataset);
    H5Fclose(file);
    size_t length;
    unsigned char *bytes = tmpdir_read(path, &length);
    for (size_t i = 0; i < 20; i++) {
        const size_t at = address + (size - 1) * i / 19; /* from its first byte to its last */
        bytes[at] ^= 0x10;
        tmpdir_write(path, bytes, length);
        bytes[at] ^= 0x10;
        assert_int_equal(read_all(path, &rows, &err), ERR_PARSE);
        assert_non_null(strstr(err.message, "cannot read /BTCUSDT/trade/price from row 65536"));
        assert_true(rows == TAPE_CHUNK_ROWS); /* what came before it was good */
    }
    free(bytes);
}

static void
test_rows_changed_behind_our_back_fail_their_rules_or_the_digest(void **state)
{
    static const struct {
        const char *column;
        uint64_t row;
        int64_t value;
        const char *sentence;
    } cases[] = {
        {"/BTCUSDT/trade/time", 100000, 0, "row 100000 is at 1970-01-01T00:00:00Z, before the row"},
        {"/BTCUSDT/trade/time", 65536, TAPES_START, "row 65536 is at 2020-03-12T00:00:00Z"},
        {"/BTCUSDT/trade/time", 131071, INT64_MAX, "row 131072 is at"},
        {"/BTCUSDT/trade/time", ROWS - 1, 0, "the last row is before the first"},
        {"/BTCUSDT/trade/price", 199999, -5, "row 199999 is -5: a price must be > 0"},
        {"/BTCUSDT/trade/quantity", 3, -1, "row 3 is -1: a quantity must be >= 0"},
    };
    char path[PATH_SIZE];
    struct error err;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        poke(fresh(state, TRADES, path), cases[i].column, cases[i].row, cases[i].value);
        assert_refused(path, ERR_RANGE, cases[i].sentence);
    }
    poke(fresh(state, TRADES, path), "/BTCUSDT/trade/price", 70000, 499999);
    struct pool *pool;
    struct tape *tape;
    assert_int_equal(read_all(path, NULL, &err), OK); /* a possible price: only the digest knows */
    assert_int_equal(pool_open(&pool, 2, &err), OK);
    assert_int_equal(tape_open(&tape, path, &err), OK);
    assert_int_equal(tape_verify(tape, pool, &err), ERR_PARSE);
    assert_non_null(strstr(err.message, "/BTCUSDT/trade is not what was written"));
    tape_close(tape);
    pool_close(pool);
}

static void
test_a_stream_taken_out_is_found_by_verify(void **state)
{
    char path[PATH_SIZE];
    struct error err;
    struct pool *pool;
    struct tape *tape;
    hid_t file = edit(fresh(state, TRADES | FUNDINGS, path));
    assert_true(H5Ldelete(file, "/BTCUSDT/funding", H5P_DEFAULT) >= 0);
    assert_true(H5Fclose(file) >= 0);
    assert_int_equal(pool_open(&pool, 1, &err), OK);
    assert_int_equal(tape_open(&tape, path, &err), OK);
    assert_int_equal(tape_verify(tape, pool, &err), ERR_PARSE);
    assert_non_null(strstr(err.message, "a stream was added, removed or replaced"));
    tape_close(tape);
    pool_close(pool);
}

/* HDF5 lets a writer store a chunk without its filter; h5repack and others do. */
static void
test_a_chunk_stored_without_its_filter_is_read(void **state)
{
    char path[PATH_SIZE];
    struct error err;
    struct pool *pool;
    struct tape *tape;
    int64_t *plain = malloc(TAPE_CHUNK_ROWS * sizeof(int64_t));
    assert_non_null(plain);
    for (uint64_t i = 0; i < TAPE_CHUNK_ROWS; i++)
        plain[i] = tapes_price(TAPE_TRADE, TAPE_CHUNK_ROWS + i);
    hid_t file = edit(fresh(state, TRADES, path));
    hid_t dataset = H5Dopen2(file, "/BTCUSDT/trade/price", H5P_DEFAULT);
    const hsize_t start = TAPE_CHUNK_ROWS;
    assert_true(H5Dwrite_chunk(dataset, H5P_DEFAULT, 1, &start, TAPE_CHUNK_ROWS * sizeof(int64_t),
                               plain) >= 0);
    H5Dclose(dataset);
    assert_true(H5Fclose(file) >= 0);
    free(plain);
    assert_int_equal(pool_open(&pool, 2, &err), OK);
    assert_int_equal(tape_open(&tape, path, &err), OK);
    assert_int_equal(tape_verify(tape, pool, &err), OK); /* the values are the same, so is it */
    tape_close(tape);
    pool_close(pool);
}

/* ---- other programs ---- */

/* Runs a Python script on `path`; false (and says so) when `modules` are not there. */
static bool
python(void **state, const char *modules, const char *script, const char *path)
{
    char name[PATH_SIZE], command[3 * PATH_SIZE];
    snprintf(command, sizeof(command), "/usr/bin/python3 -c 'import %s' 2>/dev/null", modules);
    if (system(command) != 0) {
        print_message("skipped: /usr/bin/python3 with %s is not here\n", modules);
        return false;
    }
    tmpdir_write(tmpdir_path(state, "script.py", name, sizeof(name)), script, strlen(script));
    snprintf(command, sizeof(command), "/usr/bin/python3 '%s' '%s'", name, path);
    assert_int_equal(system(command), 0);
    return true;
}

static void
test_a_tape_another_program_wrote_is_read_and_has_the_same_digest(void **state)
{
    /* The rows of tapes.h with other chunks, filters, byte orders and kinds of attributes. */
    static const char script[] =
        "import sys, h5py, numpy as np\n"
        "n = 200000\n"
        "i = np.arange(n, dtype=np.int64)\n"
        "with h5py.File(sys.argv[1], 'w') as f:\n"
        "    f.attrs['seawall_tape_version'] = 1\n"
        "    g = f.create_group('BTCUSDT/trade')\n"
        "    g.create_dataset('time', data=1583971200000000000 + i // 3 * 1000000,\n"
        "                     chunks=(150000,), compression='gzip', compression_opts=9,\n"
        "                     shuffle=True)\n"
        "    g.create_dataset('price', data=(500000 + 7919 * i % 1009).astype('>i8'))\n"
        "    g.create_dataset('quantity', data=i % 997, chunks=(65536,), compression='gzip')\n"
        "    g.create_dataset('side', data=(i % 3 - 1).astype(np.int8), chunks=(1000,))\n"
        "    g['price'].attrs['decimals'] = 2\n"
        "    g['price'].attrs['scale_factor'] = 0.01\n"
        "    g['quantity'].attrs['decimals'] = np.uint8(3)\n"
        "    f.create_group('BTCUSDT/mark')\n"
        "    for name in 'time', 'price':\n"
        "        f.create_dataset('BTCUSDT/mark/' + name, shape=(0,), maxshape=(None,),\n"
        "                         dtype=np.int64)\n"
        "    f['BTCUSDT/mark/price'].attrs['decimals'] = 2\n"
        "    f['BTCUSDT/mark'].attrs['from_bars'] = 1\n"
        "    f['BTCUSDT/mark'].attrs['bar_path'] = 'close'\n";
    char ours[PATH_SIZE], theirs[PATH_SIZE], digests[2][HASH_XXH_TEXT];
    struct error err;
    struct pool *pool;
    struct tape *tape;
    tmpdir_path(state, "b.h5", theirs, sizeof(theirs));
    if (!python(state, "h5py, numpy", script, theirs))
        skip();
    uint64_t rows;
    const enum status status = read_all(theirs, &rows, &err);
    if (status != OK || rows != ROWS)
        fail_msg("%llu rows, %s", (unsigned long long)rows, err.message);
    assert_int_equal(tape_open(&tape, theirs, &err), OK);
    assert_string_equal(tape_stream_at(tape, 1)->bar_path, "close");
    assert_int_equal(tape_digest(tape, digests[0], &err), OK);
    tape_close(tape);
    assert_int_equal(pool_open(&pool, 1, &err), OK);
    struct tape_writer *writer;
    tmpdir_path(state, "a.tape.h5", ours, sizeof(ours));
    assert_int_equal(tape_writer_open(&writer, ours, pool, &err), OK);
    struct tape_stream stream = {.instrument = "BTCUSDT", .price_scale = 2, .quantity_scale = 3};
    size_t id;
    assert_int_equal(tape_writer_stream(writer, &stream, &id, &err), OK);
    assert_int_equal(tapes_append(writer, id, TAPE_TRADE, 0, ROWS, ROWS, &err), OK);
    stream.kind = TAPE_MARK;
    stream.from_bars = true;
    memcpy(stream.bar_path, "close", sizeof("close"));
    assert_int_equal(tape_writer_stream(writer, &stream, &id, &err), OK);
    assert_int_equal(tape_writer_commit(writer, &err), OK);
    assert_int_equal(tape_open(&tape, ours, &err), OK);
    assert_int_equal(tape_digest(tape, digests[1], &err), OK);
    assert_string_equal(digests[0], digests[1]);
    tape_close(tape);
    pool_close(pool);
}

static void
test_xarray_opens_a_tape_and_decodes_time_and_price(void **state)
{
    static const char script[] =
        "import sys, numpy as np, xarray as xr\n"
        "for engine in xr.backends.list_engines():\n"
        "    if engine not in ('h5netcdf', 'netcdf4'):\n"
        "        continue\n"
        "    t = xr.open_dataset(sys.argv[1], group='BTCUSDT/trade', engine=engine)\n"
        "    assert t.price.dims == ('time',), t\n"
        "    assert t.sizes['time'] == 200000\n"
        "    assert t.time.values[0] == np.datetime64('2020-03-12T00:00:00', 'ns')\n"
        "    assert t.time.values[3] == np.datetime64('2020-03-12T00:00:00.001', 'ns')\n"
        "    assert float(t.price[0]) == 5000.0, t.price[0]\n"
        "    assert abs(float(t.price[1]) - 5008.56) < 1e-9, t.price[1]\n"
        "    assert abs(float(t.quantity[5]) - 0.005) < 1e-12\n"
        "    assert list(t.side.values[:3]) == [-1, 0, 1]\n"
        "    f = xr.open_dataset(sys.argv[1], group='BTCUSDT/funding', engine=engine)\n"
        "    assert abs(float(f.rate[0]) - -0.0005) < 1e-15, f.rate[0]\n";
    char path[PATH_SIZE];
    if (!python(state, "xarray", script, fresh(state, TRADES | FUNDINGS, path)))
        skip();
}

static void
test_h5dump_shows_the_first_price(void **state)
{
    char path[PATH_SIZE], command[2 * PATH_SIZE];
    if (system("command -v h5dump >/dev/null") != 0) {
        print_message("skipped: h5dump is not here\n");
        skip();
    }
    snprintf(command, sizeof(command),
             "h5dump -d /BTCUSDT/trade/price -s 0 -c 1 '%s' | grep -q '(0): 500000'",
             fresh(state, TRADES, path));
    assert_int_equal(system(command), 0);
}

int
main(void)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
#define IN_TMPDIR(test) cmocka_unit_test_setup_teardown(test, tmpdir_setup, tmpdir_teardown)
    const struct CMUnitTest tests[] = {
        IN_TMPDIR(test_what_is_no_tape_is_refused_with_the_reason),
        IN_TMPDIR(test_a_tape_cut_short_anywhere_is_refused),
        IN_TMPDIR(test_versions_and_scales_are_checked),
        IN_TMPDIR(test_columns_must_be_there_of_one_length_and_of_their_type),
        IN_TMPDIR(test_a_flipped_byte_is_found_when_its_chunk_is_read),
        IN_TMPDIR(test_rows_changed_behind_our_back_fail_their_rules_or_the_digest),
        IN_TMPDIR(test_a_stream_taken_out_is_found_by_verify),
        IN_TMPDIR(test_a_chunk_stored_without_its_filter_is_read),
        IN_TMPDIR(test_a_tape_another_program_wrote_is_read_and_has_the_same_digest),
        IN_TMPDIR(test_xarray_opens_a_tape_and_decodes_time_and_price),
        IN_TMPDIR(test_h5dump_shows_the_first_price),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
