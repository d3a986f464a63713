#include "cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sample_result.h"
#include "workdir.h"

#include "io/hdf.h"
#include "io/result.h"

/* The worked example in a directory of its own. */
struct fixture {
    struct workdir dir;
    char path[WORKDIR_PATH_MAX];
    struct result *result;
};

static void
open_sample(struct fixture *fixture)
{
    struct error err = {0};
    workdir_make(&fixture->dir);
    workdir_file(&fixture->dir, "a.h5", fixture->path);
    assert_int_equal(sample_small(fixture->path, NULL, &err), OK);
    assert_int_equal(result_open(&fixture->result, fixture->path, &err), OK);
}

static void
close_sample(struct fixture *fixture)
{
    result_close(fixture->result);
    workdir_remove(&fixture->dir);
}

/* The numbers are those of sample_small(), added up by hand. */
static void
test_key_figures_come_from_every_change(void **state)
{
    struct fixture fixture;
    open_sample(&fixture);
    assert_int_equal(fixture.result->pool_count, 1);
    const struct result_pool *pool = &fixture.result->pools[0];
    const struct layout_figures *f = &pool->figures;
    assert_string_equal(pool->name, "btc-usdt");
    assert_string_equal(pool->currency, "USDT");
    assert_int_equal(f->balance_opening, 1000000000);
    assert_int_equal(f->balance_closing, 500000000);
    assert_int_equal(f->balance_lowest, 0);
    assert_int_equal(f->balance_lowest_time, SAMPLE_START + 3 * TIME_NS_SECOND);
    assert_int_equal(f->drawdown_max, 1050250000); /* from 1050.25 to 0 */
    assert_true(f->drawdown_max_share == 1.0);
    assert_int_equal(f->drawdown_max_time, SAMPLE_START + 3 * TIME_NS_SECOND);
    assert_int_equal(f->surplus_total, 150250000);  /* 50.25 + 100 */
    assert_int_equal(f->deficit_total, 1150250000); /* 400 + 750.25 */
    assert_int_equal(f->injection_total, 500000000);
    assert_int_equal(f->fee_total, 0);
    assert_int_equal(f->adl_relief_total, 12500000);
    assert_int_equal(f->uncovered_loss_total, 250250000);
    assert_int_equal(f->liquidations, 3);
    assert_int_equal(f->liquidated_notional, 23250000000); /* 14000 + 6000 + 3250 */
    assert_true(f->share_costing_fund == 2.0 / 3.0);       /* case 2 cost 300 net, case 3 1000.5 */
    assert_int_equal(f->adl_count, 1);
    assert_int_equal(f->adl_notional, 650000000); /* 10 x 0.01 x 6500 */
    assert_int_equal(f->depleted, 1);
    assert_int_equal(f->depletion_time, SAMPLE_START + 3 * TIME_NS_SECOND);
    /* opening + in - out = closing */
    assert_int_equal(f->balance_opening + f->surplus_total + f->fee_total + f->injection_total -
                         f->deficit_total,
                     f->balance_closing);
    close_sample(&fixture);
}

/* A fund of 1 USDT beside an inventory whose unrealised result is sampled three times: what it is
 * worth with it decides whether it held. */
static void
test_losses_that_wait_in_the_inventory_decide_whether_the_fund_held(void **state)
{
    static const struct {
        const char *name;
        money_t pnl[3];
        money_t worth_lowest;
        enum layout_outcome outcome;
    } cases[] = {
        {"small losses", {5000000, -500000, 0}, 500000, LAYOUT_HELD},
        {"owed more than it had, for a while",
         {5000000, -12500000, -500000},
         -11500000,
         LAYOUT_HELD_ON_PAPER},
        {"owes more than it has", {5000000, -12500000, -3000000}, -11500000, LAYOUT_DID_NOT_HOLD},
    };
    for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
        struct fixture fixture;
        struct recorder *recorder;
        workdir_make(&fixture.dir);
        workdir_file(&fixture.dir, "a.h5", fixture.path);
        assert_int_equal(sample_open(&recorder, fixture.path, NULL, NULL), OK);
        const struct observer observer = recorder_observer(recorder);
        observer.fund(observer.context, &(struct fund_change){.time = SAMPLE_START,
                                                              .kind = FUND_OPENING,
                                                              .amount = 1000000,
                                                              .balance = 1000000});
        for (size_t i = 0; i < 3; i++) {
            const struct pool_sample pool = {.balance = 1000000, .peak_8h = 1000000};
            const struct instrument_sample instrument = {.mark_price = 70000,
                                                         .last_price = 70000,
                                                         .inventory = 0, /* 7 long, 7 short */
                                                         .inventory_gross = 14,
                                                         .inventory_pnl = cases[k].pnl[i]};
            const struct engine_sample sample = {SAMPLE_START + (time_ns_t)i * TIME_NS_SECOND,
                                                 &pool, &instrument};
            observer.sample(observer.context, &sample);
        }
        assert_int_equal(recorder_commit(recorder, NULL), OK);
        assert_int_equal(result_open(&fixture.result, fixture.path, NULL), OK);
        const struct layout_figures *f = &fixture.result->pools[0].figures;
        if (f->outcome != cases[k].outcome || f->worth_lowest != cases[k].worth_lowest)
            fail_msg("%s: outcome %d", cases[k].name, (int)f->outcome);
        assert_int_equal(f->inventory_pnl_lowest, cases[k].pnl[1]);
        assert_int_equal(f->inventory_pnl_lowest_time, SAMPLE_START + TIME_NS_SECOND);
        assert_int_equal(f->worth_lowest_time, SAMPLE_START + TIME_NS_SECOND);
        assert_int_equal(f->inventory_pnl_closing, cases[k].pnl[2]);
        assert_int_equal(f->inventory_left, 1);
        close_sample(&fixture);
    }
}

static void
test_names_warnings_and_provenance_come_back(void **state)
{
    struct fixture fixture;
    open_sample(&fixture);
    const struct result *result = fixture.result;
    assert_string_equal(result->title, "BTC perpetual, 12\xE2\x80\x93"
                                       "13 March 2020");
    assert_string_equal(result->scenario_digest, "a7d1c24e6f80b9130f3c2d9be1a84c55");
    assert_int_equal(strncmp(result->scenario, "seawall: 1\ntitle:", 17), 0);
    assert_int_equal(result->seed, 20200312);
    assert_int_equal(result->tape_count, 1);
    assert_string_equal(result->tapes[0].name, "btcusdt-2020-03-12.tape.h5");
    assert_string_equal(result->tapes[0].digest, "0f3c2d9be1a84c55a7d1c24e6f80b913");
    assert_int_equal(result->tapes[0].rows, 8123456);
    assert_int_equal(result->warning_count, 2);
    assert_string_equal(result->warnings[0], "BTC-USDT-SWAP: last price used as mark price");
    assert_int_equal(result->account_count, 8);
    assert_string_equal(result->accounts[1], "bob <b>");
    assert_string_equal(result->instruments[0].pool, "btc-usdt");
    assert_int_equal(result->instruments[0].price_decimals, 1);
    assert_int_equal(result->first, SAMPLE_START);
    assert_int_equal(result->last, SAMPLE_START + 5 * TIME_NS_SECOND);
    close_sample(&fixture);
}

static void
test_series_and_events_are_read_in_blocks(void **state)
{
    struct fixture fixture;
    struct error err = {0};
    int64_t values[3];
    uint64_t count;
    struct layout_closeout rows[2];
    open_sample(&fixture);
    assert_int_equal(result_read(fixture.result, "fund", "btc-usdt", "balance", 1, 3, values, &err),
                     OK);
    assert_int_equal(values[0], 1050250000);
    assert_int_equal(values[1], 750250000);
    assert_int_equal(values[2], 0);
    assert_int_equal(result_event_count(fixture.result, &layout_closeout_table, &count, &err), OK);
    assert_int_equal(count, 4);
    assert_int_equal(result_events(fixture.result, &layout_closeout_table, 1, 2, rows, &err), OK);
    assert_int_equal(rows[0].case_id, 2);
    assert_int_equal(rows[0].result, -400000000);
    assert_true(rows[0].quantity == 60.0);
    assert_true(rows[1].close_price == 6900.5);
    /* past the end is an error, not garbage */
    assert_int_equal(result_read(fixture.result, "fund", "btc-usdt", "balance", 4, 3, values, &err),
                     ERR_IO);
    close_sample(&fixture);
}

static void
test_the_summary_names_the_fund_and_its_figures(void **state)
{
    struct fixture fixture;
    struct error err = {0};
    struct text out = {0};
    open_sample(&fixture);
    assert_int_equal(result_info(fixture.path, &out, &err), OK);
    assert_non_null(strstr(out.data, "fund btc-usdt, 6 changes"));
    assert_non_null(strstr(out.data, "surplus_total          150.25 USDT\n"));
    assert_non_null(strstr(out.data, "liquidations           3\n"));
    assert_non_null(strstr(out.data, "depletion_time         2020-03-12 00:00:03 UTC\n"));
    assert_non_null(strstr(out.data, "warning   BTCUSDT: built from 1-minute bars"));
    text_clear(&out);
    close_sample(&fixture);
}

/* Makes the file at `path` one that must be refused. */
static void
spoil(const char *path, const char *how)
{
    const int newer = LAYOUT_VERSION + 1, older = LAYOUT_VERSION - 1, impossible = 99;
    if (strcmp(how, "text") == 0) {
        FILE *file = fopen(path, "w");
        fputs("time,balance\n", file);
        fclose(file);
        return;
    }
    if (strcmp(how, "cut") == 0) {
        assert_int_equal(truncate(path, 5000), 0);
        return;
    }
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT), attribute = -1;
    if (strcmp(how, "incomplete") == 0)
        H5Adelete(file, "complete");
    else if (strcmp(how, "tape") == 0)
        H5Adelete(file, "seawall_result_version");
    else if (strcmp(how, "newer") == 0) {
        attribute = H5Aopen(file, "seawall_result_version", H5P_DEFAULT);
        H5Awrite(attribute, H5T_NATIVE_INT, &newer);
    } else if (strcmp(how, "older") == 0) {
        attribute = H5Aopen(file, "seawall_result_version", H5P_DEFAULT);
        H5Awrite(attribute, H5T_NATIVE_INT, &older);
    } else if (strcmp(how, "decimals") == 0) {
        hid_t group = H5Gopen2(file, "fund/btc-usdt", H5P_DEFAULT);
        attribute = H5Aopen(group, "decimals", H5P_DEFAULT);
        hdf_close(&group);
        assert_true(H5Awrite(attribute, H5T_NATIVE_INT, &impossible) >= 0);
    } else if (strcmp(how, "no metric") == 0)
        H5Ldelete(file, "metric/btc-usdt/fee_total", H5P_DEFAULT);
    hdf_close(&attribute);
    hdf_close(&file);
}

static void
test_what_is_no_finished_result_is_refused_with_a_sentence(void **state)
{
    static const struct {
        const char *how;
        enum status status;
        const char *expected;
    } cases[] = {
        {"text", ERR_PARSE, "not an HDF5 file"},
        {"cut", ERR_PARSE, "a.h5: HDF5 cannot open it"},
        {"incomplete", ERR_PARSE, "incomplete: the run that wrote it did not finish"},
        {"tape", ERR_PARSE, "not a result of `seawall run`"},
        {"newer", ERR_PARSE, "result version 3, but this program reads version 2"},
        {"older", ERR_PARSE, "result version 1, but this program reads version 2; run the"},
        {"decimals", ERR_PARSE, "decimals is 99"},
        {"no metric", ERR_IO, "fee_total"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct fixture fixture;
        struct error err = {0};
        open_sample(&fixture);
        result_close(fixture.result);
        fixture.result = NULL;
        spoil(fixture.path, cases[i].how);
        const enum status status = result_open(&fixture.result, fixture.path, &err);
        if (status != cases[i].status || strstr(err.message, cases[i].expected) == NULL)
            fail_msg("%s: %d %s", cases[i].how, (int)status, err.message);
        assert_null(fixture.result);
        close_sample(&fixture);
    }
}

static void
test_a_file_that_is_not_there_is_no_input(void **state)
{
    struct result *result;
    struct error err = {0};
    assert_int_equal(result_open(&result, "/nonexistent/a.h5", &err), ERR_NO_INPUT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_key_figures_come_from_every_change),
        cmocka_unit_test(test_losses_that_wait_in_the_inventory_decide_whether_the_fund_held),
        cmocka_unit_test(test_names_warnings_and_provenance_come_back),
        cmocka_unit_test(test_series_and_events_are_read_in_blocks),
        cmocka_unit_test(test_the_summary_names_the_fund_and_its_figures),
        cmocka_unit_test(test_what_is_no_finished_result_is_refused_with_a_sentence),
        cmocka_unit_test(test_a_file_that_is_not_there_is_no_input),
    };
    hdf_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
