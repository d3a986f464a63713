/* Real files: counts and sums computed with Python's csv and decimal modules. */
#include "cmocka_all.h"

#include <stdio.h>

#include "import_memory.h"

#define DATA "../shared/data/"

/* Imports a real file, or skips the test where it is absent. */
static void
real(const char *path, struct import_options options, struct import_memory *memory,
     struct import_summary *summary)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        print_message("skipped: %s is absent\n", path);
        skip();
    }
    fclose(file);
    struct error err = {0};
    if (import_memory_run(options, &path, 1, 2, memory, summary, &err) != OK)
        fail_msg("%s", err.message);
}

static int64_t
sum(const int64_t *values, size_t count)
{
    int64_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += values[i];
    return total;
}

static size_t
buys(const int8_t *sides, size_t count)
{
    size_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += sides[i] == 1;
    return total;
}

static void
test_real_futures_trades(void **state)
{
    struct import_memory memory = {0};
    struct import_summary summary;
    struct import_options options = import_defaults();
    options.instrument = "BTCUSDT";
    real(DATA "binance/usdm_btcusdt_20240808_trades_visionformat.csv", options, &memory, &summary);
    const size_t count = memory.rows[0].count;
    assert_int_equal(count, 21313);
    assert_int_equal(memory.stream[0].price_scale, 2);
    assert_int_equal(memory.stream[0].quantity_scale, 3);
    assert_true(memory.rows[0].price[0] == 6180030);
    assert_true(memory.rows[0].price[count - 1] == 6165980);
    assert_true(memory.rows[0].time[0] == INT64_C(1723161256322000000));
    assert_true(summary.last == INT64_C(1723161599643000000));
    assert_true(sum(memory.rows[0].price, count) == INT64_C(131487592260)); /* 1314875922.60 */
    assert_true(sum(memory.rows[0].quantity, count) == 2429366);            /* 2429.366 BTC */
    assert_int_equal(buys(memory.rows[0].side, count), 9616);
    assert_int_equal(summary.skipped, 0);
    assert_true(summary.gap_longest == INT64_C(1199000000));
    assert_string_equal(memory.source[0].sha256,
                        "1b7b813acecf2e282f2b7984c516b72f11ed78ab4fbcd05248c89c7ed6d66512");
    assert_string_equal(memory.source[0].format, "binance_trades");
    import_memory_clear(&memory);
}

static void
test_real_spot_trades_and_aggregates_without_header(void **state)
{
    struct import_memory memory = {0};
    struct import_summary summary;
    struct import_options options = import_defaults();
    real(DATA "binance/BTCUSDT-aggTrades-2026-01-01.csv", options, &memory, &summary);
    assert_string_equal(memory.stream[0].instrument, "BTCUSDT");
    assert_string_equal(memory.source[0].format, "binance_aggTrades");
    assert_int_equal(memory.rows[0].count, 5000);
    assert_true(summary.first == INT64_C(1767225600039409000)); /* microseconds */
    assert_true(summary.last == INT64_C(1767226339347397000));
    assert_true(sum(memory.rows[0].price, 5000) == INT64_C(43862235971000000));
    assert_true(sum(memory.rows[0].quantity, 5000) == INT64_C(7974436000)); /* 79.74436 BTC */
    assert_int_equal(buys(memory.rows[0].side, 5000), 2997);
    import_memory_clear(&memory);
    options.instrument = "BTCUSDT";
    real(DATA "binance/spot_btcusdt_20240808_trades_visionformat.csv", options, &memory, &summary);
    assert_string_equal(memory.source[0].format, "binance_trades");
    assert_int_equal(memory.rows[0].count, 9757);
    assert_true(sum(memory.rows[0].price, 9757) == INT64_C(60218026539000000));
    assert_int_equal(buys(memory.rows[0].side, 9757), 4103);
    import_memory_clear(&memory);
}

static void
test_real_coin_margined_trades_count_contracts(void **state)
{
    struct import_memory memory = {0};
    struct import_summary summary;
    struct import_options options = import_defaults();
    options.instrument = "BTCUSD_PERP";
    real(DATA "binance/cm_btcusd_perp_20240808_trades_visionformat.csv", options, &memory,
         &summary);
    assert_int_equal(memory.rows[0].count, 2286);
    assert_int_equal(memory.stream[0].quantity_scale, 0);
    assert_true(sum(memory.rows[0].quantity, 2286) == 83241);
    assert_true(sum(memory.rows[0].price, 2286) == INT64_C(1410392665)); /* 141039266.5 */
    import_memory_clear(&memory);
}

static void
test_real_klines_gzipped(void **state)
{
    struct import_memory memory = {0};
    struct import_summary summary;
    struct import_options options = import_defaults();
    options.bar_path = BARS_ADVERSE;
    real(DATA "binance/FILUSDT-1m-2023-08.csv.gz", options, &memory, &summary);
    assert_string_equal(memory.stream[0].instrument, "FILUSDT");
    assert_true(memory.stream[0].from_bars);
    assert_string_equal(memory.stream[0].bar_path, "adverse");
    assert_int_equal(summary.read, 44640); /* 31 days of minutes */
    assert_int_equal(summary.empty_bars, 11);
    assert_int_equal(summary.gaps, 0);
    const size_t count = memory.rows[0].count;
    assert_int_equal(count, (44640 - 11) * 4);
    assert_true(sum(memory.rows[0].quantity, count) == INT64_C(6757699925)); /* 675769992.5 FIL */
    assert_true(memory.rows[0].price[0] == 4255 && memory.rows[0].price[count - 1] == 3214);
    assert_true(summary.first == INT64_C(1690848000000000000));
    assert_true(summary.last == INT64_C(1693526399999999999));
    import_memory_clear(&memory);
}

static void
test_real_bitmex_bars_of_the_crash(void **state)
{
    struct import_memory memory = {0};
    struct import_summary summary;
    real(DATA "bitmex/XBTUSD_1m_2020-03-12_13.csv", import_defaults(), &memory, &summary);
    assert_string_equal(memory.stream[0].instrument, "XBTUSD");
    assert_int_equal(memory.stream[0].price_scale, 1);
    assert_int_equal(summary.read, 2880);
    assert_int_equal(summary.empty_bars, 17);
    assert_int_equal(summary.gaps, 0);
    const size_t count = memory.rows[0].count;
    assert_int_equal(count, 2863 * 4);
    assert_true(sum(memory.rows[0].quantity, count) == INT64_C(18347092947));
    assert_true(sum(memory.rows[0].price, count) == INT64_C(674764395)); /* 67476439.5 */
    int64_t low = INT64_MAX;
    for (size_t i = 0; i < count; i++)
        low = memory.rows[0].price[i] < low ? memory.rows[0].price[i] : low;
    assert_true(low == 35960);
    assert_true(summary.first == INT64_C(1583971140000000000)); /* stamped 00:00, began 23:59 */
    assert_true(summary.last == INT64_C(1584143939999999999));  /* stamped 23:59 on the 13th */
    import_memory_clear(&memory);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_real_futures_trades),
        cmocka_unit_test(test_real_spot_trades_and_aggregates_without_header),
        cmocka_unit_test(test_real_coin_margined_trades_count_contracts),
        cmocka_unit_test(test_real_klines_gzipped),
        cmocka_unit_test(test_real_bitmex_bars_of_the_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
