/* What a file is told to be from its head, and what its rows mean. */
#include "cmocka_all.h"

#include <string.h>

#include "market/format.h"

static const struct format_choice anything = {NULL, FORMAT_KIND_ANY, -1, -1, 0};

static void
test_formats_are_told_from_header_columns_or_path(void **state)
{
    static const struct {
        const char *what, *name, *head;
        enum tape_kind kind;
        const char *format;
    } cases[] = {
        {"USD-M trades", "a.csv",
         "id,price,qty,quote_qty,time,is_buyer_maker\n1,2.5,3,7.5,1723161256322,true\n",
         FORMAT_KIND_ANY, "binance_trades"},
        {"COIN-M trades", "a.csv",
         "id,price,qty,base_qty,time,is_buyer_maker\n1,2.5,3,7.5,1723161256322,true\n",
         FORMAT_KIND_ANY, "binance_trades"},
        {"USD-M trades of 2021, no header", "a.csv", "1,2.5,3,7.5,1609459200000,true\n",
         FORMAT_KIND_ANY, "binance_trades"},
        {"spot trades", "a.csv", "1,2.5,3,7.5,1723161256322,True,True\n", FORMAT_KIND_ANY,
         "binance_trades"},
        {"USD-M aggTrades, no header: seven columns too", "a.csv",
         "1,2.5,3,5723703861,5723703861,1609459200000,true\n", FORMAT_KIND_ANY,
         "binance_aggTrades"},
        {"spot aggTrades in microseconds", "a.csv", "1,2.5,3,11,12,1767225600039409,True,True\n",
         FORMAT_KIND_ANY, "binance_aggTrades"},
        {"klines with volume", "a.csv", "1609459200000,1,2,1,2,5.5,1609459259999,9,1,1,1,0\n",
         FORMAT_KIND_ANY, "binance_klines"},
        {"mark klines by path", "/data/markPriceKlines/BTCUSDT-1m-2021-01.csv",
         "1609459200000,1,2,1,2,0,1609459259999,0,60,0,0,0\n", FORMAT_KIND_ANY,
         "binance_markPriceKlines"},
        {"index klines by kind", "BTCUSDT-1m-2021-01.csv",
         "1609459200000,1,2,1,2,0,1609459259999,0,60,0,0,0\n", TAPE_INDEX,
         "binance_indexPriceKlines"},
        {"funding", "a.csv",
         "calc_time,funding_interval_hours,last_funding_rate\n1577836800004,8,-1.8E-7\n",
         FORMAT_KIND_ANY, "binance_fundingRate"},
        {"bitmex", "a.csv",
         "timestamp,symbol,open,high,low,close,trades,volume,vwap,lastSize,turnover,homeNotional,"
         "foreignNotional\n2020-03-12T00:01:00.000Z,XBTUSD,1,2,1,2,1,5,1,1,1,1,1\n"
         "2020-03-12T00:02:00.000Z,XBTUSD,1,2,1,2,1,5,1,1,1,1,1\n",
         FORMAT_KIND_ANY, "bitmex_bars"},
        {"plain trades, columns in another order", "a.csv",
         "side,quantity,price,time\nbuy,1,2,2020-03-12T00:00:00Z\n", FORMAT_KIND_ANY,
         "plain_trades"},
        {"plain mark", "a.csv", "time,mark_price\n1577836800,7000\n", FORMAT_KIND_ANY,
         "plain_mark"},
        {"plain index", "a.csv", "time,index_price\n1577836800,7000\n", FORMAT_KIND_ANY,
         "plain_index"},
        {"plain price of a stated kind", "a.csv", "time,price\n1577836800,7000\n", TAPE_MARK,
         "plain_mark"},
        {"plain funding", "a.csv", "time,funding_rate\n1577836800,0.0001\n", FORMAT_KIND_ANY,
         "plain_funding"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct format_choice choice = anything;
        struct format_layout layout;
        struct error err = {0};
        choice.kind = cases[i].kind;
        const enum status status = format_detect(&layout, cases[i].name, cases[i].head,
                                                 strlen(cases[i].head), &choice, &err);
        if (status != OK || strcmp(layout.type->name, cases[i].format) != 0)
            fail_msg("%s: %s", cases[i].what, status == OK ? layout.type->name : err.message);
    }
}

static void
test_what_fits_nothing_or_several_lists_what_would(void **state)
{
    static const struct {
        const char *name, *head, *message;
    } cases[] = {
        {"a.csv", "1609459200000,1,2,1,2,0,1609459259999,0,60,0,0,0\n",
         "a.csv: error: the columns fit several formats: binance_klines, binance_markPriceKlines, "
         "binance_indexPriceKlines; choose with --format"},
        {"a.csv", "time,price\n1577836800,7000\n",
         "a.csv: error: the columns fit several formats: plain_mark, plain_index; choose with "
         "--format"},
        {"a.csv", "id,price,qty,time,is_buyer_maker\n1,2,3,1723161256322,true\n",
         "a.csv:1: error: column \"quote_qty\" is missing; binance_trades has "
         "id,price,qty,quote_qty,time,is_buyer_maker,is_best_match?"},
        {"a.csv", "id,price,qty,quote_qty,time,is_buyer_maker,foo\n1,2,3,4,1723161256322,true,1\n",
         "a.csv:1:7: error: unknown column \"foo\"; binance_trades has"},
        {"a.csv", "time,price,price,quantity,side\n1577836800,1,1,1,buy\n",
         "a.csv:1:3: error: repeated column \"price\""},
        {"a.csv", "foo,bar\n1,2\n",
         "a.csv:1: error: 2 columns, the first \"foo\", fit no known "
         "format; known are binance_trades, "},
        {"a.csv", "1,2\n", "a.csv:1: error: 2 columns, the first \"1\", fit no known format"},
        {"a.csv", "time,mark_price\n", "a.csv: error: the file has a header and no rows"},
        {"a.csv", "\n\n", "a.csv: error: the file holds no rows"},
        {"a.csv", "time,mark_price\n172316125632,7000\n",
         "a.csv:2:1: error: time \"172316125632\" has 12 digits: 10 are seconds, 13 ms, 16 us, "
         "19 ns"},
        {"a.csv", "time,mark_price\n2020-03-12 00:00:00,7000\n",
         "a.csv:2:1: error: time \"2020-03-12 00:00:00\" is neither epoch digits nor a time"},
        {"premiumIndexKlines/a.csv", "1609459200000,1,2,1,2,0,1609459259999,0,60,0,0,0\n",
         "premium index klines are not prices"},
        {"a.csv",
         "timestamp,symbol,open,high,low,close,trades,volume\n"
         "2020-03-12T00:01:00.000Z,XBTUSD,1,2,1,2,1,5\n",
         "a.csv: error: the length of the bars cannot be told from one row; state it with "
         "--bar-length"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct format_layout layout;
        struct error err = {0};
        const enum status status = format_detect(&layout, cases[i].name, cases[i].head,
                                                 strlen(cases[i].head), &anything, &err);
        if (status != ERR_PARSE || strstr(err.message, cases[i].message) == NULL)
            fail_msg("%s\n  expected %s", err.message, cases[i].message);
    }
}

static void
test_a_chosen_format_is_held_to(void **state)
{
    struct format_choice choice = {"plain_trades", FORMAT_KIND_ANY, -1, -1, 0};
    struct format_layout layout;
    struct error err;
    static const char head[] = "time,price\n1577836800,7000\n";
    assert_int_equal(format_detect(&layout, "a.csv", head, strlen(head), &choice, &err), ERR_PARSE);
    assert_non_null(strstr(err.message, "column \"quantity\" is missing"));
    choice.format = "plain_index";
    assert_int_equal(format_detect(&layout, "a.csv", head, strlen(head), &choice, &err), OK);
    choice.kind = TAPE_MARK;
    assert_int_equal(format_detect(&layout, "a.csv", head, strlen(head), &choice, &err), ERR_USAGE);
    choice.format = "nonsense";
    assert_int_equal(format_detect(&layout, "a.csv", head, strlen(head), &choice, &err), ERR_USAGE);
    assert_string_equal(err.message, "no format is called \"nonsense\"");
}

static void
test_scales_are_the_most_decimals_written_up_to_twelve(void **state)
{
    static const char head[] = "time,price,quantity,side\n1577836800,7000.5,1,buy\n"
                               "1577836801,7000.25,0.00000000000001,buy\n";
    struct format_choice choice = anything;
    struct format_layout layout;
    assert_int_equal(format_detect(&layout, "a.csv", head, strlen(head), &choice, NULL), OK);
    assert_int_equal(layout.price_scale, 2);
    assert_int_equal(layout.quantity_scale, 12);
    choice.price_scale = 5;
    choice.quantity_scale = 14;
    assert_int_equal(format_detect(&layout, "a.csv", head, strlen(head), &choice, NULL), OK);
    assert_int_equal(layout.price_scale, 5);
    assert_int_equal(layout.quantity_scale, 14);
}

static void
test_bitmex_bars_begin_one_step_before_their_stamp(void **state)
{
    static const char head[] = "timestamp,symbol,open,high,low,close,trades,volume\n"
                               "2020-03-12T00:01:00.000Z,XBTUSD,1,2,1,2,1,5\n"
                               "2020-03-12T00:04:00.000Z,XBTUSD,1,2,1,2,1,5\n"
                               "2020-03-12T00:05:00.000Z,XBTUSD,1,2,1,2,1,5\n";
    struct format_layout layout;
    assert_int_equal(format_detect(&layout, "a.csv", head, strlen(head), &anything, NULL), OK);
    assert_true(layout.bar_length == TIME_NS_MINUTE);
    assert_true(layout.first == INT64_C(1583971200000000000)); /* 2020-03-12T00:00:00Z */
    assert_string_equal(layout.symbol, "XBTUSD");
}

static void
test_instruments_come_from_vision_file_names(void **state)
{
    static const struct {
        const char *file, *instrument;
    } cases[] = {
        {"BTCUSDT-trades-2024-08-08.csv", "BTCUSDT"},
        {"BTCUSD_PERP-aggTrades-2024-08.csv", "BTCUSD_PERP"},
        {"1000PEPEUSDT-1m-2024-08-08.csv", "1000PEPEUSDT"},
        {"BTCUSDT-fundingRate-2020-01.csv", "BTCUSDT"},
        {"BTCUSDT_240927-4h-2024-08.csv", "BTCUSDT_240927"},
        {"usdm_btcusdt_20240808_trades.csv", NULL},
        {"BTCUSDT.csv", NULL},
        {"BTCUSDT-nonsense-2024.csv", NULL},
        {"-", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char instrument[TAPE_NAME_MAX] = "";
        const bool found = format_instrument(cases[i].file, instrument);
        assert_int_equal(found, cases[i].instrument != NULL);
        if (found)
            assert_string_equal(instrument, cases[i].instrument);
    }
    assert_true(format_instrument_valid("BTC-USDT-SWAP"));
    assert_false(format_instrument_valid("BTC/USDT"));
    assert_false(format_instrument_valid(""));
    assert_false(format_instrument_valid(".."));
}

static void
test_every_format_has_a_unique_name_and_a_sentence(void **state)
{
    for (size_t i = 0; format_types[i] != NULL; i++) {
        assert_ptr_equal(format_find(format_types[i]->name), format_types[i]);
        const char *doc = format_types[i]->doc;
        assert_true(doc[strlen(doc) - 1] == '.');
    }
    assert_null(format_find("none"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formats_are_told_from_header_columns_or_path),
        cmocka_unit_test(test_what_fits_nothing_or_several_lists_what_would),
        cmocka_unit_test(test_a_chosen_format_is_held_to),
        cmocka_unit_test(test_scales_are_the_most_decimals_written_up_to_twelve),
        cmocka_unit_test(test_bitmex_bars_begin_one_step_before_their_stamp),
        cmocka_unit_test(test_instruments_come_from_vision_file_names),
        cmocka_unit_test(test_every_format_has_a_unique_name_and_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
