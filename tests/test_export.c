/* A fund's history as rows of OKX's endpoint, each amount by hand. */
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/export.h"
#include "sample_result.h"
#include "tmpdir.h"

#define HEAD "instType,instFamily,total,ccy,ts,type,balance,amt,maxBal,maxBalTs,decRate,adlType\n"
#define USDT INT64_C(1000000)

/* The sample pool's rows; `start` is 2020-03-12T00:00:00Z. */
static const time_ns_t start = SAMPLE_START;

static void
change(const struct observer *observer, time_ns_t time, enum fund_change_kind kind, money_t amount,
       money_t *balance)
{
    *balance += amount;
    observer->fund(
        observer->context,
        &(struct fund_change){.time = time, .kind = kind, .amount = amount, .balance = *balance});
}

static void
sample(const struct observer *observer, time_ns_t time, money_t balance, enum fund_state state)
{
    const struct pool_sample pool = {.balance = balance, .state = state};
    const struct instrument_sample instrument = {.mark_price = 70000};
    observer->sample(observer->context, &(struct engine_sample){time, &pool, &instrument});
}

/* Two days: 1,000 at 00:00; +50 at 07:59:59, -400 at 08:00 sharp, +30 a nanosecond later, +500 of
 * the platform at 20:00; next day -280 at 09:00 with ADL on, which ends at 10:00; the end at
 * 12:00. */
static void
write_two_days(const char *path)
{
    struct recorder *recorder;
    money_t balance = 0;
    assert_int_equal(sample_open(&recorder, path, NULL, NULL), OK);
    const struct observer observer = recorder_observer(recorder);
    change(&observer, start, FUND_OPENING, 1000 * USDT, &balance);
    sample(&observer, start, balance, FUND_NORMAL);
    change(&observer, start + 8 * TIME_NS_HOUR - TIME_NS_SECOND, FUND_SURPLUS, 50 * USDT, &balance);
    change(&observer, start + 8 * TIME_NS_HOUR, FUND_DEFICIT, -400 * USDT, &balance);
    change(&observer, start + 8 * TIME_NS_HOUR + 1, FUND_FEE, 30 * USDT, &balance);
    change(&observer, start + 20 * TIME_NS_HOUR, FUND_INJECTION, 500 * USDT, &balance);
    sample(&observer, start + 24 * TIME_NS_HOUR, balance, FUND_NORMAL);
    change(&observer, start + 33 * TIME_NS_HOUR, FUND_DEFICIT, -280 * USDT, &balance);
    observer.adl(observer.context, &(struct adl_event){.time = start + 33 * TIME_NS_HOUR,
                                                       .quantity = -1,
                                                       .mark_price = 70000});
    sample(&observer, start + 33 * TIME_NS_HOUR, balance, FUND_IN_ADL);
    sample(&observer, start + 34 * TIME_NS_HOUR, balance, FUND_NORMAL);
    sample(&observer, start + 36 * TIME_NS_HOUR, balance, FUND_NORMAL);
    assert_int_equal(recorder_commit(recorder, NULL), OK);
}

/* The rows of the result at `path` that `options` ask for, without the columns before ts. */
static void
rows_of(const char *path, const struct export_options *options, const char *total,
        struct text *rows)
{
    struct text out = {0};
    char before[64];
    snprintf(before, sizeof(before), "SWAP,btc-usdt,%s,USDT,", total);
    assert_int_equal(export_rows(path, options, &out, NULL), OK);
    assert_int_equal(strncmp(out.data, HEAD, strlen(HEAD)), 0);
    for (const char *line = out.data + strlen(HEAD); *line != '\0';) {
        const size_t length = strcspn(line, "\n") + 1, start_of_row = strlen(before);
        assert_int_equal(strncmp(line, before, start_of_row), 0);
        text_append_bytes(rows, line + start_of_row, length - start_of_row);
        line += length;
    }
    text_clear(&out);
}

/* 08:00 of day 1: 50 came in and 400 went out, 08:00 itself counted.  08:00 of day 2: 30 and the
 * platform's 500.  End: 280 went out.  1000 + 50 - 400 + 30 + 500 - 280 = 900.  When ADL begins the
 * balance is 900, its largest of the last 8 h 1,180, which stood at 01:00 already: the decline is
 * 280 / 1180 = 0.23728814; when it ends the 1,180 of before 09:00 still counts. */
static void
test_amounts_come_at_eight_and_at_the_end_and_add_up_to_the_balance(void **state)
{
    char path[512];
    struct text rows = {0};
    tmpdir_path(state, "two.h5", path, sizeof(path));
    write_two_days(path);
    rows_of(path, &(struct export_options){.every = TIME_NS_DAY}, "900", &rows);
    assert_string_equal(rows.data,
                        "1583971200000,platform_revenue,1000,1000,,,,\n"
                        "1584000000000,liquidation_balance_deposit,650,50,,,,\n"
                        "1584000000000,bankruptcy_loss,650,-400,,,,\n"
                        "1584000000000,regular_update,650,,,,,\n"
                        "1584086400000,liquidation_balance_deposit,1180,30,,,,\n"
                        "1584086400000,platform_revenue,1180,500,,,,\n"
                        "1584086400000,regular_update,1180,,,,,\n"
                        "1584090000000,adl,900,,1180,1584061200000,0.23728814,rate_adl_start\n"
                        "1584093600000,adl,900,,1180,1584064800000,0.23728814,adl_end\n"
                        "1584100800000,bankruptcy_loss,900,-280,,,,\n"
                        "1584100800000,regular_update,900,,,,,\n");
    text_clear(&rows);
}

/* The same two days: every change with the balance after it, the regular updates as before. */
static void
test_every_event_is_a_row_of_its_own_when_asked_for(void **state)
{
    char path[512];
    struct text rows = {0};
    tmpdir_path(state, "two.h5", path, sizeof(path));
    write_two_days(path);
    rows_of(path, &(struct export_options){.events = true, .every = TIME_NS_DAY}, "900", &rows);
    assert_string_equal(rows.data,
                        "1583971200000,platform_revenue,1000,1000,,,,\n"
                        "1583999999000,liquidation_balance_deposit,1050,50,,,,\n"
                        "1584000000000,bankruptcy_loss,650,-400,,,,\n"
                        "1584000000000,regular_update,650,,,,,\n"
                        "1584000000000,liquidation_balance_deposit,680,30,,,,\n" /* + 1 ns */
                        "1584043200000,platform_revenue,1180,500,,,,\n"
                        "1584086400000,regular_update,1180,,,,,\n"
                        "1584090000000,bankruptcy_loss,900,-280,,,,\n"
                        "1584090000000,adl,900,,1180,1584061200000,0.23728814,rate_adl_start\n"
                        "1584093600000,adl,900,,1180,1584064800000,0.23728814,adl_end\n"
                        "1584100800000,regular_update,900,,,,,\n");
    text_clear(&rows);
}

/* The balance every 12 hours from 08:00 on: 08:00, 20:00, 08:00, and the end at 12:00. */
static void
test_balances_come_as_often_as_asked_for(void **state)
{
    char path[512];
    struct text rows = {0};
    tmpdir_path(state, "two.h5", path, sizeof(path));
    write_two_days(path);
    rows_of(path, &(struct export_options){.every = 12 * TIME_NS_HOUR}, "900", &rows);
    assert_non_null(strstr(rows.data, "1584000000000,regular_update,650,"));
    assert_non_null(strstr(rows.data, "1584043200000,regular_update,1180,"));
    assert_non_null(strstr(rows.data, "1584086400000,regular_update,1180,"));
    assert_non_null(strstr(rows.data, "1584100800000,regular_update,900,"));
    text_clear(&rows);
}

/* Inventory marked +70, -100 and +10 is a loss of 20 in all; with a discount of 2 and a cost of 1
 * that is 23.  Funding of 5 and 3 left at a takeover are a deposit of 8.  One by one they are
 * 70 + 10 + 5 + 3 and 100 + 2 + 1. */
static void
test_kinds_of_both_signs_are_netted_over_the_day(void **state)
{
    static const struct {
        enum fund_change_kind kind;
        int amount;
    } changes[] = {{FUND_OPENING, 1000}, {FUND_VARIATION, 70}, {FUND_VARIATION, -100},
                   {FUND_FUNDING, 5},    {FUND_TAKEOVER, 3},   {FUND_DISCOUNT, -2},
                   {FUND_COST, -1},      {FUND_VARIATION, 10}};
    char path[512];
    struct text rows = {0};
    struct recorder *recorder;
    money_t balance = 0;
    tmpdir_path(state, "kinds.h5", path, sizeof(path));
    assert_int_equal(sample_open(&recorder, path, NULL, NULL), OK);
    const struct observer observer = recorder_observer(recorder);
    for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++)
        change(&observer, start + (time_ns_t)i * TIME_NS_HOUR / 2, changes[i].kind,
               changes[i].amount * USDT, &balance);
    sample(&observer, start + 4 * TIME_NS_HOUR, balance, FUND_NORMAL);
    assert_int_equal(recorder_commit(recorder, NULL), OK);
    rows_of(path, &(struct export_options){.every = TIME_NS_DAY}, "985", &rows);
    assert_string_equal(rows.data, "1583971200000,platform_revenue,1000,1000,,,,\n"
                                   "1583985600000,liquidation_balance_deposit,985,8,,,,\n"
                                   "1583985600000,bankruptcy_loss,985,-23,,,,\n"
                                   "1583985600000,regular_update,985,,,,,\n");
    text_clear(&rows);
    rows_of(path, &(struct export_options){.events = true, .every = TIME_NS_DAY}, "985", &rows);
    assert_non_null(strstr(rows.data, "1583973000000,liquidation_balance_deposit,1070,70,"));
    assert_non_null(strstr(rows.data, "1583974800000,bankruptcy_loss,970,-100,"));
    assert_non_null(strstr(rows.data, "1583982000000,bankruptcy_loss,975,-1,"));
    text_clear(&rows);
}

static void
close_winner(const struct observer *observer, time_ns_t time)
{
    observer->adl(observer->context,
                  &(struct adl_event){.time = time, .quantity = -1, .mark_price = 70000});
}

/* Hour 1: short, but nobody is closed.  2:30: a winner is closed, and the sample of 3:00 sees a
 * fund in order.  Hour 4: the trigger is on with nothing left.  5:00: in order. */
static void
test_adl_begins_with_a_closed_winner_or_a_trigger_and_not_with_a_fund_that_is_short(void **state)
{
    char path[512];
    struct text rows = {0};
    struct recorder *recorder;
    money_t balance = 0;
    tmpdir_path(state, "adl.h5", path, sizeof(path));
    assert_int_equal(sample_open(&recorder, path, NULL, NULL), OK);
    const struct observer observer = recorder_observer(recorder);
    change(&observer, start, FUND_OPENING, 100 * USDT, &balance);
    sample(&observer, start, balance, FUND_NORMAL);
    sample(&observer, start + TIME_NS_HOUR, balance, FUND_DEPLETED);
    sample(&observer, start + 2 * TIME_NS_HOUR, balance, FUND_NORMAL);
    close_winner(&observer, start + 5 * TIME_NS_HOUR / 2);
    close_winner(&observer, start + 5 * TIME_NS_HOUR / 2 + 1);
    sample(&observer, start + 3 * TIME_NS_HOUR, balance, FUND_NORMAL);
    change(&observer, start + 4 * TIME_NS_HOUR, FUND_DEFICIT, -100 * USDT, &balance);
    close_winner(&observer, start + 4 * TIME_NS_HOUR);
    sample(&observer, start + 4 * TIME_NS_HOUR, balance, FUND_IN_ADL);
    sample(&observer, start + 5 * TIME_NS_HOUR, balance, FUND_NORMAL);
    assert_int_equal(recorder_commit(recorder, NULL), OK);
    rows_of(path, &(struct export_options){.every = TIME_NS_DAY}, "0", &rows);
    assert_string_equal(rows.data, "1583971200000,platform_revenue,100,100,,,,\n"
                                   "1583980200000,adl,100,,100,1583971200000,0,bal_adl_start\n"
                                   "1583982000000,adl,100,,100,1583971200000,0,adl_end\n"
                                   "1583985600000,adl,0,,100,1583971200000,1,bal_adl_start\n"
                                   "1583989200000,bankruptcy_loss,0,-100,,,,\n"
                                   "1583989200000,adl,0,,100,1583971200000,1,adl_end\n"
                                   "1583989200000,regular_update,0,,,,,\n");
    text_clear(&rows);
}

static void
test_json_has_the_shape_of_the_endpoint_and_the_newest_row_first(void **state)
{
    char path[512];
    struct text out = {0};
    tmpdir_path(state, "two.h5", path, sizeof(path));
    write_two_days(path);
    const struct export_options options = {.format = EXPORT_JSON, .every = TIME_NS_DAY};
    assert_int_equal(export_rows(path, &options, &out, NULL), OK);
    assert_true(strncmp(out.data,
                        "{\n  \"code\": \"0\",\n  \"data\": [\n    {\n      \"details\": [\n"
                        "        {\"adlType\": \"\", \"amt\": \"\", \"balance\": \"900\",",
                        99) == 0);
    assert_non_null(strstr(out.data, "\"adlType\": \"rate_adl_start\", \"amt\": \"\", "
                                     "\"balance\": \"900\", \"ccy\": \"USDT\", \"decRate\": "
                                     "\"0.23728814\", \"maxBal\": \"1180\", \"maxBalTs\": "
                                     "\"1584061200000\", \"ts\": \"1584090000000\", \"type\": "
                                     "\"adl\"}"));
    assert_true(strstr(out.data, "\"ts\": \"1584100800000\"") <
                strstr(out.data, "\"ts\": \"1583971200000\""));
    assert_non_null(strstr(out.data,
                           "\"instFamily\": \"btc-usdt\",\n      \"instType\": \"SWAP\","
                           "\n      \"total\": \"900\"\n    }\n  ],\n  \"msg\": \"\"\n}"));
    text_clear(&out);
}

/* sample_small: the fund is short in its third second, and ADL closes a winner; capital comes in
 * the fourth. */
static void
test_a_fund_that_is_short_begins_adl_for_its_balance(void **state)
{
    char path[512];
    struct text out = {0};
    tmpdir_path(state, "small.h5", path, sizeof(path));
    assert_int_equal(sample_small(path, NULL, NULL), OK);
    const struct export_options options = {.every = TIME_NS_SECOND};
    assert_int_equal(export_rows(path, &options, &out, NULL), OK);
    assert_non_null(strstr(out.data, ",adl,0,,1050.25,1583971201000,1,bal_adl_start\n"));
    assert_non_null(
        strstr(out.data, "1583971204000,adl,500,,1050.25,1583971201000,0.52392288,adl_end\n"));
    /* 1000 + 50.25 - 400 + 100 - 750.25 + 500: all within the day, so at the end of the run */
    assert_non_null(strstr(out.data, "1583971205000,liquidation_balance_deposit,500,150.25,"));
    assert_non_null(strstr(out.data, "1583971205000,bankruptcy_loss,500,-1150.25,"));
    assert_non_null(strstr(out.data, "1583971205000,platform_revenue,500,500,"));
    text_clear(&out);
}

static void
test_a_pool_that_is_not_there_is_an_error_with_the_names_there_are(void **state)
{
    char path[512];
    struct text out = {0};
    struct error err;
    tmpdir_path(state, "small.h5", path, sizeof(path));
    assert_int_equal(sample_small(path, NULL, NULL), OK);
    const struct export_options options = {.pool = "eth", .every = TIME_NS_MINUTE};
    assert_int_equal(export_rows(path, &options, &out, &err), ERR_RANGE);
    assert_non_null(strstr(err.message, "no pool 'eth'; there is btc-usdt"));
    assert_int_equal(export_rows("nowhere.h5", &options, &out, &err), ERR_NO_INPUT);
    text_clear(&out);
}

/* A result of a pool "big, old" of 5 USDT and a pool "coin" of 2 in `currency`, one instrument
 * each; a winner of the second instrument is closed. */
static void
write_two_pools(const char *path, const char *currency)
{
    static const char *const instruments[] = {"A", "B"}, *const pools[] = {"big, old", "coin"};
    struct contract contracts[] = {sample_contract(), sample_contract()};
    snprintf(contracts[1].settlement, sizeof(contracts[1].settlement), "%s", currency);
    const struct contract *const pool_contracts[] = {&contracts[0], &contracts[1]};
    const struct recorder_layout layout = {.title = "Two pools",
                                           .scenario = "",
                                           .scenario_digest = "",
                                           .contracts = contracts,
                                           .instrument_names = instruments,
                                           .instrument_count = 2,
                                           .pool_names = pools,
                                           .pool_contracts = pool_contracts,
                                           .pool_count = 2,
                                           .covers = pools,
                                           .record_events = 1};
    struct recorder *recorder;
    assert_int_equal(recorder_open(&recorder, path, &layout, NULL), OK);
    const struct observer observer = recorder_observer(recorder);
    struct fund_change opening = {.time = start, .amount = 5 * USDT, .balance = 5 * USDT};
    observer.fund(observer.context, &opening);
    opening =
        (struct fund_change){.time = start, .pool = 1, .amount = 2 * USDT, .balance = 2 * USDT};
    observer.fund(observer.context, &opening);
    observer.adl(
        observer.context,
        &(struct adl_event){.time = start, .instrument = 1, .quantity = -1, .mark_price = 70000});
    assert_int_equal(recorder_commit(recorder, NULL), OK);
}

/* 5 and 2 of one currency are 7; of two they are no sum.  ADL is of the pool it happened in. */
static void
test_each_pool_has_its_rows_and_one_can_be_chosen(void **state)
{
    char path[512];
    struct text out = {0};
    struct export_options options = {.every = TIME_NS_DAY};
    tmpdir_path(state, "pools.h5", path, sizeof(path));
    write_two_pools(path, "USDT");
    assert_int_equal(export_rows(path, &options, &out, NULL), OK);
    assert_string_equal(out.data,
                        HEAD "SWAP,\"big, old\",7,USDT,1583971200000,platform_revenue,5,5,,,,\n"
                             "SWAP,\"big, old\",7,USDT,1583971200000,regular_update,5,,,,,\n"
                             "SWAP,coin,7,USDT,1583971200000,platform_revenue,2,2,,,,\n"
                             "SWAP,coin,7,USDT,1583971200000,adl,2,,2,1583971200000,0,"
                             "bal_adl_start\n"
                             "SWAP,coin,7,USDT,1583971200000,regular_update,2,,,,,\n");
    text_clear(&out);
    write_two_pools(path, "BTC");
    options.pool = "big, old";
    assert_int_equal(export_rows(path, &options, &out, NULL), OK);
    assert_string_equal(out.data,
                        HEAD "SWAP,\"big, old\",,USDT,1583971200000,platform_revenue,5,5,,,,\n"
                             "SWAP,\"big, old\",,USDT,1583971200000,regular_update,5,,,,,\n");
    text_clear(&out);
}

static void
test_the_format_is_told_by_the_ending_of_the_output(void **state)
{
    assert_int_equal(export_format_of(NULL), EXPORT_CSV);
    assert_int_equal(export_format_of("rows.csv"), EXPORT_CSV);
    assert_int_equal(export_format_of("json"), EXPORT_CSV);
    assert_int_equal(export_format_of("a.b/rows.json"), EXPORT_JSON);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_amounts_come_at_eight_and_at_the_end_and_add_up_to_the_balance, tmpdir_setup,
            tmpdir_teardown),
        cmocka_unit_test_setup_teardown(test_every_event_is_a_row_of_its_own_when_asked_for,
                                        tmpdir_setup, tmpdir_teardown),
        cmocka_unit_test_setup_teardown(test_balances_come_as_often_as_asked_for, tmpdir_setup,
                                        tmpdir_teardown),
        cmocka_unit_test_setup_teardown(test_kinds_of_both_signs_are_netted_over_the_day,
                                        tmpdir_setup, tmpdir_teardown),
        cmocka_unit_test_setup_teardown(
            test_adl_begins_with_a_closed_winner_or_a_trigger_and_not_with_a_fund_that_is_short,
            tmpdir_setup, tmpdir_teardown),
        cmocka_unit_test_setup_teardown(test_each_pool_has_its_rows_and_one_can_be_chosen,
                                        tmpdir_setup, tmpdir_teardown),
        cmocka_unit_test(test_the_format_is_told_by_the_ending_of_the_output),
        cmocka_unit_test_setup_teardown(
            test_json_has_the_shape_of_the_endpoint_and_the_newest_row_first, tmpdir_setup,
            tmpdir_teardown),
        cmocka_unit_test_setup_teardown(test_a_fund_that_is_short_begins_adl_for_its_balance,
                                        tmpdir_setup, tmpdir_teardown),
        cmocka_unit_test_setup_teardown(
            test_a_pool_that_is_not_there_is_an_error_with_the_names_there_are, tmpdir_setup,
            tmpdir_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
