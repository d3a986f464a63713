#include "cmocka_all.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sample_result.h"
#include "workdir.h"

#include "io/hdf.h"
#include "io/layout.h"
#include "io/recorder.h"

static void
test_every_change_of_the_worked_example_is_in_the_file(void **state)
{
    static const money_t balances[] = {1000000000, 1050250000, 650250000, 750250000, 0, 500000000};
    static const int kinds[] = {FUND_OPENING, FUND_SURPLUS, FUND_DEFICIT,
                                FUND_SURPLUS, FUND_DEFICIT, FUND_INJECTION};
    struct workdir dir;
    char path[WORKDIR_PATH_MAX];
    struct error err = {0};
    workdir_make(&dir);
    assert_int_equal(sample_small(workdir_file(&dir, "a.h5", path), NULL, &err), OK);
    assert_int_equal(workdir_count(&dir), 1); /* no .partial stays */

    struct layout_change rows[6] = {{0}};
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t dataset = H5Dopen2(file, "fund/btc-usdt/changes", H5P_DEFAULT);
    hid_t type = layout_compound(&layout_change_table, 0), space = H5Dget_space(dataset);
    assert_int_equal(H5Sget_simple_extent_npoints(space), 6);
    assert_true(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows) >= 0);
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(rows[i].balance, balances[i]);
        assert_int_equal(rows[i].kind, kinds[i]);
    }
    hdf_close(&space);
    hdf_close(&type);
    hdf_close(&dataset);
    hdf_close(&file);
    workdir_remove(&dir);
}

static void
test_a_time_series_says_its_unit_scale_and_dimension(void **state)
{
    struct workdir dir;
    char path[WORKDIR_PATH_MAX], *text = NULL;
    int decimals = 0;
    double factor = 0;
    struct error err = {0};
    workdir_make(&dir);
    assert_int_equal(sample_small(workdir_file(&dir, "a.h5", path), NULL, &err), OK);
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t balance = H5Dopen2(file, "fund/btc-usdt/balance", H5P_DEFAULT);
    assert_int_equal(hdf_read_attribute_text(balance, "units", &text, &err), OK);
    assert_string_equal(text, "USDT");
    free(text);
    assert_int_equal(hdf_read_attribute_text(balance, "long_name", &text, &err), OK);
    assert_string_equal(text, "insurance fund balance");
    free(text);
    assert_int_equal(hdf_read_attribute(balance, "decimals", H5T_NATIVE_INT, &decimals, &err), OK);
    assert_int_equal(decimals, 6);
    assert_int_equal(hdf_read_attribute(balance, "scale_factor", H5T_NATIVE_DOUBLE, &factor, &err),
                     OK);
    assert_true(factor == 1e-6);
    assert_true(H5Aexists(balance, "DIMENSION_LIST") > 0);
    hdf_close(&balance);
    hid_t state_set = H5Dopen2(file, "fund/btc-usdt/state", H5P_DEFAULT);
    assert_int_equal(hdf_read_attribute_text(state_set, "flag_meanings", &text, &err), OK);
    assert_string_equal(text, "normal depleted adl");
    free(text);
    hdf_close(&state_set);
    hdf_close(&file);
    workdir_remove(&dir);
}

/* Row i of the long series: a balance that no two rows share. */
static money_t
long_balance(int i)
{
    return INT64_C(5000000000000) - (money_t)i * 1234567;
}

static enum status
write_long(const char *path, int rows, struct error *err)
{
    struct recorder *recorder;
    TRY(sample_open(&recorder, path, NULL, err));
    const struct observer observer = recorder_observer(recorder);
    for (int i = 0; i < rows && recorder_status(recorder, NULL) == OK; i++) {
        const struct pool_sample pool = {.balance = long_balance(i)};
        /* noise that deflate cannot shrink, so that a small limit is met */
        const struct instrument_sample instrument = {
            .mark_price = 60000 + (int64_t)((uint64_t)i * UINT64_C(0x9E3779B97F4A7C15) >> 40)};
        observer.sample(observer.context, &(struct engine_sample){SAMPLE_START + i * TIME_NS_SECOND,
                                                                  &pool, &instrument});
    }
    return recorder_commit(recorder, err);
}

static void
test_thirty_thousand_samples_come_back_in_order(void **state)
{
    enum { ROWS = 30000 }; /* three whole chunks of 8,192 and a rest */
    static int64_t values[ROWS];
    struct workdir dir;
    char path[WORKDIR_PATH_MAX];
    struct error err = {0};
    workdir_make(&dir);
    assert_int_equal(write_long(workdir_file(&dir, "long.h5", path), ROWS, &err), OK);
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t balance = H5Dopen2(file, "fund/btc-usdt/balance", H5P_DEFAULT);
    hid_t space = H5Dget_space(balance);
    assert_int_equal(H5Sget_simple_extent_npoints(space), ROWS);
    assert_true(H5Dread(balance, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    for (int i = 0; i < ROWS; i++)
        assert_int_equal(values[i], long_balance(i));
    hdf_close(&space);
    hdf_close(&balance);
    hdf_close(&file);
    workdir_remove(&dir);
}

static void
test_the_same_run_writes_the_same_bytes(void **state)
{
    struct workdir dir;
    char first[WORKDIR_PATH_MAX], second[WORKDIR_PATH_MAX];
    size_t first_size, second_size;
    struct error err = {0};
    workdir_make(&dir);
    assert_int_equal(sample_small(workdir_file(&dir, "a.h5", first), NULL, &err), OK);
    free(malloc(100000)); /* another heap */
    sleep(1);             /* another time: HDF5 keeps whole seconds */
    assert_int_equal(sample_small(workdir_file(&dir, "b.h5", second), NULL, &err), OK);
    char *a = workdir_read(first, &first_size), *b = workdir_read(second, &second_size);
    assert_int_equal(first_size, second_size);
    assert_memory_equal(a, b, first_size);
    free(a);
    free(b);
    workdir_remove(&dir);
}

static void
test_a_full_disk_is_an_error_and_leaves_nothing(void **state)
{
    /* The first limit stops while the groups are made, the others in a chunk and at the end. */
    static const rlim_t limits[] = {4096, 150000, 250000};
    struct workdir dir;
    char path[WORKDIR_PATH_MAX];
    struct rlimit before, limit;
    workdir_make(&dir);
    workdir_file(&dir, "full.h5", path);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
        struct error err = {0};
        limit = before;
        limit.rlim_cur = limits[i];
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
        const enum status status = write_long(path, 100000, &err);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        assert_int_equal(status, ERR_IO);
        assert_non_null(strstr(err.message, "full.h5.partial: cannot"));
        assert_non_null(strstr(err.message, "File too large"));
        assert_int_equal(workdir_count(&dir), 0);
    }
    workdir_remove(&dir);
}

static void
test_a_directory_that_is_not_there_is_an_error(void **state)
{
    struct workdir dir;
    char path[WORKDIR_PATH_MAX];
    struct error err = {0};
    struct recorder *recorder;
    workdir_make(&dir);
    workdir_file(&dir, "no/such.h5", path);
    assert_int_equal(sample_open(&recorder, path, NULL, &err), ERR_CREATE);
    assert_null(recorder);
    assert_non_null(strstr(err.message, "no/such.h5.partial: cannot create the file: No such"));
    workdir_remove(&dir);
}

static void
test_an_unwritable_directory_is_an_error(void **state)
{
    struct workdir dir;
    char path[WORKDIR_PATH_MAX];
    struct error err = {0};
    struct recorder *recorder;
    if (geteuid() == 0) {
        print_message("skipped: root may write everywhere\n");
        skip();
    }
    workdir_make(&dir);
    assert_int_equal(chmod(dir.path, 0500), 0);
    workdir_file(&dir, "a.h5", path);
    assert_int_equal(sample_open(&recorder, path, NULL, &err), ERR_CREATE);
    assert_int_equal(workdir_count(&dir), 0);
    workdir_remove(&dir);
}

static void
test_an_aborted_run_leaves_nothing(void **state)
{
    struct workdir dir;
    char path[WORKDIR_PATH_MAX];
    struct error err = {0};
    struct recorder *recorder;
    workdir_make(&dir);
    workdir_file(&dir, "a.h5", path);
    assert_int_equal(sample_open(&recorder, path, NULL, &err), OK);
    assert_int_equal(workdir_count(&dir), 1); /* the .partial */
    recorder_abort(recorder);
    recorder_abort(NULL);
    assert_int_equal(workdir_count(&dir), 0);
    workdir_remove(&dir);
}

static void
test_names_that_are_paths_are_refused(void **state)
{
    static const struct {
        const char *pool, *covers, *expected;
    } cases[] = {
        {"btc/usdt", "btc/usdt", "cannot name a group"},
        {"", "", "cannot name a group"},
        {"..", "..", "cannot name a group"},
        {"btc", "eth", "no pool named 'eth', which is to cover 'BTC'"},
    };
    const struct contract contract = sample_contract();
    const struct contract *const contracts[] = {&contract};
    static const char *const instruments[] = {"BTC"};
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const struct recorder_layout layout = {.title = "",
                                               .scenario = "",
                                               .scenario_digest = "",
                                               .contracts = &contract,
                                               .instrument_names = instruments,
                                               .instrument_count = 1,
                                               .pool_names = &cases[i].pool,
                                               .pool_contracts = contracts,
                                               .pool_count = 1,
                                               .covers = &cases[i].covers};
        struct recorder *recorder;
        struct error err = {0};
        assert_int_equal(recorder_open(&recorder, "/nonexistent/a.h5", &layout, &err), ERR_RANGE);
        if (strstr(err.message, cases[i].expected) == NULL)
            fail_msg("'%s': %s", cases[i].pool, err.message);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_change_of_the_worked_example_is_in_the_file),
        cmocka_unit_test(test_a_time_series_says_its_unit_scale_and_dimension),
        cmocka_unit_test(test_thirty_thousand_samples_come_back_in_order),
        cmocka_unit_test(test_the_same_run_writes_the_same_bytes),
        cmocka_unit_test(test_a_full_disk_is_an_error_and_leaves_nothing),
        cmocka_unit_test(test_a_directory_that_is_not_there_is_an_error),
        cmocka_unit_test(test_an_unwritable_directory_is_an_error),
        cmocka_unit_test(test_an_aborted_run_leaves_nothing),
        cmocka_unit_test(test_names_that_are_paths_are_refused),
    };
    hdf_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
