/* Files in, columns out: what is accepted, and the table of what is not. */
#include "cmocka_all.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "import_memory.h"
#include "market/format.h"

static char *directory;

static int
setup(void **state)
{
    directory = import_memory_directory();
    return 0;
}

static int
teardown(void **state)
{
    import_memory_remove(directory);
    return 0;
}

/* Imports with the given options, `paths` and `threads` filled in. */
static enum status
run(struct import_options options, const char *const *paths, size_t count, unsigned threads,
    struct import_memory *memory, struct import_summary *summary, struct error *err)
{
    const struct import_sink sink = import_memory_sink(memory);
    struct pool *pool;
    assert_int_equal(pool_open(&pool, threads, err), OK);
    options.paths = paths;
    options.path_count = count;
    options.pool = pool;
    const enum status status = import_run(&options, &sink, summary, err);
    pool_close(pool);
    return status;
}

#define TRADES "id,price,qty,quote_qty,time,is_buyer_maker\n"
#define PLAIN "time,price,quantity,side\n"
#define KLINES                                                                             \
    "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume," \
    "taker_buy_quote_volume,ignore\n"
#define BITMEX "timestamp,symbol,open,high,low,close,trades,volume\n"

static void
test_trades_become_rows(void **state)
{
    static const char text[] = TRADES "1,61800.30,0.006,370.8018,1723161256322,false\n"
                                      "2,61800.3,1.5,92700.45,1723161256322,true\n"
                                      "3,61799,2,123598,1723161256344,true";
    char *path = import_memory_file(directory, "BTCUSDT-trades-2024-08-08.csv", text, strlen(text));
    const char *const paths[] = {path};
    struct import_memory memory = {0};
    struct import_summary summary;
    assert_int_equal(run(import_defaults(), paths, 1, 1, &memory, &summary, NULL), OK);
    assert_int_equal(memory.streams, 1);
    assert_string_equal(memory.stream[0].instrument, "BTCUSDT");
    assert_int_equal(memory.stream[0].kind, TAPE_TRADE);
    assert_int_equal(memory.stream[0].price_scale, 2);
    assert_int_equal(memory.stream[0].quantity_scale, 3);
    assert_false(memory.stream[0].from_bars);
    assert_string_equal(memory.stream[0].bar_path, "");
    assert_int_equal(memory.rows[0].count, 3);
    assert_true(memory.rows[0].time[0] == INT64_C(1723161256322000000));
    assert_true(memory.rows[0].price[1] == 6180030 && memory.rows[0].price[2] == 6179900);
    assert_true(memory.rows[0].quantity[0] == 6 && memory.rows[0].quantity[1] == 1500);
    assert_true(memory.rows[0].side[0] == 1 && memory.rows[0].side[1] == -1);
    assert_int_equal(memory.sources, 1);
    const struct tape_source *source = &memory.source[0];
    assert_string_equal(source->name, "BTCUSDT-trades-2024-08-08.csv");
    assert_string_equal(source->format, "binance_trades");
    assert_string_equal(source->instrument, "BTCUSDT");
    assert_int_equal(source->size, strlen(text));
    assert_int_equal(source->rows, 3);
    assert_true(source->first == INT64_C(1723161256322000000));
    assert_true(source->last == INT64_C(1723161256344000000));
    assert_true(source->gap_longest == 22000000);
    assert_int_equal(summary.rows, 3);
    assert_int_equal(summary.read, 3);
    assert_int_equal(summary.files, 1);
    import_memory_clear(&memory);
    free(path);
}

static void
test_small_oddities_are_accepted(void **state)
{
    static const struct {
        const char *name, *text;
    } cases[] = {
        {"CRLF", "time,price,quantity,side\r\n1577836800,7000,1,buy\r\n1577836801,7001,2,sell\r\n"},
        {"byte order mark", "\xef\xbb\xbf" PLAIN "1577836800,7000,1,buy\n1577836801,7001,2,sell\n"},
        {"no final line end", PLAIN "1577836800,7000,1,buy\n1577836801,7001,2,sell"},
        {"quotes", "\"time\",\"price\",quantity,side\n\"1577836800\",\"7000\",1,\"buy\"\n"
                   "1577836801,7001,2,sell\n"},
        {"blank lines", PLAIN "\n1577836800,7000,1,buy\n\n1577836801,7001,2,sell\n\n"},
        {"milliseconds", PLAIN "1577836800000,7000,1,buy\n1577836801000,7001,2,sell\n"},
        {"microseconds", PLAIN "1577836800000000,7000,1,buy\n1577836801000000,7001,2,sell\n"},
        {"nanoseconds", PLAIN "1577836800000000000,7000,1,1\n1577836801000000000,7001,2,-1\n"},
        {"RFC 3339", PLAIN "2020-01-01T00:00:00Z,7000,1,Buy\n2020-01-01T00:00:01.000Z,7001,2,Sell"},
        {"other order",
         "side,quantity,price,time\nbuy,1,7000,1577836800\nsell,2,7001,1577836801\n"},
        {"the same row again", PLAIN "1577836800,7000,1,buy\n1577836800,7000,1,buy\n"
                                     "1577836801,7001,2,sell\n1577836801,7001,2,sell\n"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *path = import_memory_file(directory, "odd.csv", cases[i].text, strlen(cases[i].text));
        const char *const paths[] = {path};
        struct import_options options = import_defaults();
        struct import_memory memory = {0};
        struct import_summary summary;
        struct error err = {0};
        options.instrument = "X";
        if (run(options, paths, 1, 2, &memory, &summary, &err) != OK)
            fail_msg("%s: %s", cases[i].name, err.message);
        const int64_t *time = memory.rows[0].time, *price = memory.rows[0].price;
        if (memory.rows[0].count != 2 || time[0] != INT64_C(1577836800000000000) ||
            time[1] != INT64_C(1577836801000000000) || price[0] != 7000 || price[1] != 7001 ||
            memory.rows[0].quantity[1] != 2 || memory.rows[0].side[0] != 1 ||
            memory.rows[0].side[1] != -1)
            fail_msg("%s: other rows", cases[i].name);
        assert_int_equal(summary.read, 2 + summary.skipped);
        import_memory_clear(&memory);
        free(path);
    }
}

/* Every message is the whole sentence after the path; `price_scale` and so on as in the options. */
static const struct broken {
    const char *name, *text, *message;
    int price_scale;
    enum status status;
} broken[] = {
    {"header only", PLAIN, ": error: the file has a header and no rows", -1, ERR_PARSE},
    {"empty", "", ": error: the file is empty", -1, ERR_PARSE},
    {"only a byte order mark", "\xef\xbb\xbf", ": error: the file holds no rows", -1, ERR_PARSE},
    {"UTF-16", "\xff\xfet\0i\0m\0", ": error: holds binary data or UTF-16, not CSV text", -1,
     ERR_PARSE},
    {"unknown column", "time,price,quantity,side,fee\n1577836800,1,1,buy,0\n",
     ":1:5: error: unknown column \"fee\"; plain_trades has time,price,quantity,side,id?", -1,
     ERR_PARSE},
    {"missing column", "time,price,side\n1577836800,1,buy\n",
     ":1: error: column \"quantity\" is missing; plain_trades has time,price,quantity,side,id?", -1,
     ERR_PARSE},
    {"no known columns", "a,b,c\n1,2,3\n",
     ":1: error: 3 columns, the first \"a\", fit no known "
     "format; known are binance_trades,",
     -1, ERR_PARSE},
    {"several formats", "time,price\n1577836800,1\n",
     ": error: the columns fit several formats: plain_mark, plain_index; choose with --format", -1,
     ERR_PARSE},
    {"too few fields", PLAIN "1577836800,1,1,buy\n1577836801,1,1\n",
     ":3: error: the row has 3 fields where 4 are expected", -1, ERR_PARSE},
    {"too many fields", PLAIN "1577836800,1,1,buy\n1577836801,1,1,buy,9\n",
     ":3: error: the row has 5 fields where 4 are expected", -1, ERR_PARSE},
    {"time goes back", PLAIN "1577836800,1,1,buy\n1577836799,1,1,buy\n",
     ":3: error: time goes back: 2019-12-31T23:59:59Z after 2020-01-01T00:00:00Z", -1, ERR_PARSE},
    {"digits of no unit", PLAIN "15778368000,1,1,buy\n",
     ":2:1: error: time \"15778368000\" has 11 digits: 10 are seconds, 13 ms, 16 us, 19 ns", -1,
     ERR_PARSE},
    {"unit changes", PLAIN "1577836800000,1,1,buy\n1577836801000000,1,1,buy\n",
     ":3:1: error: time \"1577836801000000\" has 16 digits where the file began with 13 "
     "(milliseconds)",
     -1, ERR_PARSE},
    {"digits after RFC 3339", PLAIN "2020-01-01T00:00:00Z,1,1,buy\n1577836801,1,1,buy\n",
     ":3:1: error: time \"1577836801\" is not a time like 2020-03-12T00:00:00Z, as the first row "
     "has",
     -1, ERR_PARSE},
    {"RFC 3339 after digits", PLAIN "1577836800,1,1,buy\n2020-01-01T00:00:01Z,1,1,buy\n",
     ":3:1: error: time \"2020-01-01T00:00:01Z\" is not a whole number of seconds since 1970", -1,
     ERR_PARSE},
    {"time beyond 2262", PLAIN "1577836800,1,1,buy\n9999999999,1,1,buy\n",
     ":3:1: error: time \"9999999999\" is later than 2262-04-11", -1, ERR_PARSE},
    {"no such date", PLAIN "2020-02-30T00:00:00Z,1,1,buy\n",
     ":2:1: error: time \"2020-02-30T00:00:00Z\" is neither epoch digits nor a time like "
     "2020-03-12T00:00:00Z",
     -1, ERR_PARSE},
    {"NaN price", PLAIN "1577836800,NaN,1,buy\n",
     ":2:2: error: price \"NaN\" is not a decimal number", -1, ERR_PARSE},
    {"infinite quantity", PLAIN "1577836800,1,inf,buy\n",
     ":2:3: error: quantity \"inf\" is not a decimal number", -1, ERR_PARSE},
    {"empty price", PLAIN "1577836800,,1,buy\n",
     ":2:2: error: price \"\" is empty where a number is needed", -1, ERR_PARSE},
    {"negative price", PLAIN "1577836800,-1,1,buy\n",
     ":2:2: error: price \"-1\" must be greater than 0", -1, ERR_PARSE},
    {"zero price", PLAIN "1577836800,0.00,1,buy\n",
     ":2:2: error: price \"0.00\" must be greater than 0", -1, ERR_PARSE},
    {"zero quantity", PLAIN "1577836800,1,0,buy\n",
     ":2:3: error: quantity \"0\" must be greater than 0", -1, ERR_PARSE},
    {"negative quantity", PLAIN "1577836800,1,-2,buy\n",
     ":2:3: error: quantity \"-2\" must be greater than 0", -1, ERR_PARSE},
    {"overflowing price", PLAIN "1577836800,99999999999999999999,1,buy\n",
     ":2:2: error: price \"99999999999999999999\" does not fit 64 bits at scale 0; state fewer "
     "decimals with --price-scale",
     -1, ERR_PARSE},
    {"overflow by the scale", PLAIN "1577836800,99999999999,1,buy\n",
     ":2:2: error: price \"99999999999\" does not fit 64 bits at scale 10; state fewer decimals "
     "with --price-scale",
     10, ERR_PARSE},
    {"more decimals than stated", PLAIN "1577836800,1.25,1,buy\n",
     ":2:2: error: price \"1.25\" has more than 1 decimals; state more with --price-scale", 1,
     ERR_PARSE},
    {"thousands", PLAIN "1577836800,\"1,000\",1,buy\n",
     ":2:2: error: price \"1,000\" is not a decimal number", -1, ERR_PARSE},
    {"side", PLAIN "1577836800,1,1,bid\n",
     ":2:4: error: side \"bid\" is none of buy, sell, 1, -1, 0", -1, ERR_PARSE},
    {"maker", TRADES "1,2,3,6,1577836800000,maybe\n",
     ":2:6: error: is_buyer_maker \"maybe\" is neither true nor false", -1, ERR_PARSE},
    {"id", TRADES "x1,2,3,6,1577836800000,true\n",
     ":2:1: error: id \"x1\" is not a whole number below 2^63", -1, ERR_PARSE},
    {"id again, otherwise", TRADES "1,2,3,6,1577836800000,true\n1,2,4,8,1577836800000,true\n",
     ":3: error: id 1 again, with other values", -1, ERR_PARSE},
    {"quote inside a field", PLAIN "1577836800,1,1,b\"uy\n",
     ":2:4: error: misplaced double quote: a field is quoted as a whole, and a quote inside it is "
     "doubled",
     -1, ERR_PARSE},
    {"unterminated quote", PLAIN "1577836800,1,1,\"buy\n",
     ":2:4: error: the text ends within a quoted field", -1, ERR_PARSE},
    {"lone carriage returns", "time,price,quantity,side\r1577836800,1,1,buy\r1577836801,1,1,buy\r",
     ":1: error: carriage return without a line feed: lines must end in LF or CRLF", -1, ERR_PARSE},
    {"cut row", TRADES "1,2,3,6,1577836800000,true\n2,2,3,6,15778368",
     ":3:5: error: time \"15778368\" has 8 digits where the file began with 13 (milliseconds)", -1,
     ERR_PARSE},
    {"low above high", KLINES "1577836800000,5,6,7,5,1,1577836859999,1,1,1,1,0\n",
     ":2: error: the bar's low is above its high", -1, ERR_PARSE},
    {"close outside", KLINES "1577836800000,5,6,4,7,1,1577836859999,1,1,1,1,0\n",
     ":2: error: the bar's close is outside [low, high]", -1, ERR_PARSE},
    {"open outside", KLINES "1577836800000,9,6,4,5,1,1577836859999,1,1,1,1,0\n",
     ":2: error: the bar's open is outside [low, high]", -1, ERR_PARSE},
    {"bar ends before it begins", KLINES "1577836800000,5,6,4,5,1,1577836799999,1,1,1,1,0\n",
     ":2: error: the bar is shorter than a second: its last time must follow its first", -1,
     ERR_PARSE},
    {"bar again, otherwise",
     KLINES "1577836800000,5,6,4,5,1,1577836859999,1,1,1,1,0\n"
            "1577836800000,5,6,4,5,2,1577836859999,1,1,1,1,0\n",
     ":3: error: a second bar of 2020-01-01T00:00:00Z, with other values", -1, ERR_PARSE},
    {"bars overlap",
     KLINES "1577836800000,5,6,4,5,1,1577836859999,1,1,1,1,0\n"
            "1577836830000,5,6,4,5,2,1577836889999,1,1,1,1,0\n",
     ":3: error: the bar begins at 2020-01-01T00:00:30Z, before the last one ends at "
     "2020-01-01T00:01:00Z",
     -1, ERR_PARSE},
    {"negative volume", KLINES "1577836800000,5,6,4,5,-1,1577836859999,1,1,1,1,0\n",
     ":2:6: error: volume \"-1\" must be 0 or more", -1, ERR_PARSE},
    {"volume without a price",
     BITMEX "2020-01-01T00:01:00Z,X,5,6,4,5,1,1\n"
            "2020-01-01T00:02:00Z,X,5,,4,5,1,1\n",
     ":3: error: the bar has volume but lacks a price", -1, ERR_PARSE},
    {"two instruments",
     BITMEX "2020-01-01T00:01:00Z,X,5,6,4,5,1,1\n"
            "2020-01-01T00:02:00Z,Y,5,6,4,5,1,1\n",
     ":3:2: error: symbol \"Y\" where the file began with \"X\": one file holds one instrument", -1,
     ERR_PARSE},
    {"funding rate of 200 %", "time,funding_rate\n1577836800,2\n",
     ":2:2: error: funding_rate \"2\" is outside [-1, 1], the share per interval", -1, ERR_PARSE},
    {"funding rate too fine", "time,funding_rate\n1577836800,0.0000000000001\n",
     ":2:2: error: funding_rate \"0.0000000000001\" has more than 12 decimals", -1, ERR_PARSE},
};

static void
test_every_broken_input_has_its_message(void **state)
{
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        const size_t length = broken[i].text[0] == '\xff' ? 8 : strlen(broken[i].text);
        char *path = import_memory_file(directory, "broken.csv", broken[i].text, length);
        const char *const paths[] = {path};
        struct import_options options = import_defaults();
        struct import_memory memory = {0};
        struct import_summary summary;
        struct error err = {0};
        options.price_scale = broken[i].price_scale;
        options.instrument = "TEST";
        const enum status status = run(options, paths, 1, 2, &memory, &summary, &err);
        const size_t prefix = strlen(path);
        if (status != broken[i].status || strncmp(err.message, path, prefix) != 0 ||
            strncmp(err.message + prefix, broken[i].message, strlen(broken[i].message)) != 0)
            fail_msg("%s: status %d: %s\n  expected %s", broken[i].name, (int)status, err.message,
                     broken[i].message);
        import_memory_clear(&memory);
        free(path);
    }
}

/* `count` plain trades, one a second, in several parts when large; `damage` replaces line `at`
 * (counted from 1, the header included). */
static char *
many_trades(const char *name, size_t count, size_t at, const char *damage)
{
    struct text text = {0};
    text_append(&text, PLAIN);
    for (size_t i = 0; i < count; i++) {
        if (i + 2 == at)
            text_append(&text, damage);
        else
            text_printf(&text, "%zu,%zu.%02zu,%zu,%s\n", 1577836800 + i / 3 * 3, 7000 + i % 97,
                        i % 100, 1 + i % 13, i % 2 == 0 ? "buy" : "sell");
    }
    assert_false(text_failed(&text));
    char *path = import_memory_file(directory, name, text.data, text.length);
    text_clear(&text);
    return path;
}

enum { MANY = 200000 }; /* about 5.5 MB: six parts */

static void
assert_same(const struct import_memory *a, const struct import_memory *b)
{
    assert_int_equal(a->streams, b->streams);
    assert_int_equal(a->sources, b->sources);
    for (size_t i = 0; i < a->streams; i++) {
        const size_t count = a->rows[i].count;
        assert_int_equal(count, b->rows[i].count);
        assert_memory_equal(a->rows[i].time, b->rows[i].time, count * sizeof(int64_t));
        assert_memory_equal(a->rows[i].price, b->rows[i].price, count * sizeof(int64_t));
        assert_memory_equal(a->rows[i].quantity, b->rows[i].quantity, count * sizeof(int64_t));
        assert_memory_equal(a->rows[i].side, b->rows[i].side, count);
    }
    assert_memory_equal(a->source, b->source, sizeof(a->source));
}

static void
test_the_tape_does_not_depend_on_the_number_of_threads(void **state)
{
    char *plain = many_trades("many.csv", MANY, 0, "");
    char *quoted =
        many_trades("quoted.csv", MANY, 100000, "1577936796,\"7093.98\",\"3\",\"buy\"\n");
    struct import_options options = import_defaults();
    options.instrument = "X";
    const char *const files[] = {plain, quoted};
    for (size_t i = 0; i < 2; i++) {
        struct import_memory one = {0}, four = {0};
        struct import_summary a, b;
        struct error err = {0};
        if (run(options, &files[i], 1, 1, &one, &a, &err) != OK ||
            run(options, &files[i], 1, 4, &four, &b, &err) != OK)
            fail_msg("%s", err.message);
        assert_same(&one, &four);
        assert_memory_equal(&a, &b, sizeof(a));
        assert_int_equal(one.rows[0].count, MANY);
        for (size_t k = 0; k < MANY; k++) {
            if (i == 1 && k == 99998)
                continue;
            assert_true(one.rows[0].time[k] == (int64_t)(1577836800 + k / 3 * 3) * 1000000000);
            assert_true(one.rows[0].price[k] == (int64_t)((7000 + k % 97) * 100 + k % 100));
        }
        import_memory_clear(&one);
        import_memory_clear(&four);
    }
    free(plain);
    free(quoted);
}

static void
test_mistakes_deep_in_a_file_keep_their_line(void **state)
{
    static const struct {
        size_t at;
        const char *damage, *message;
    } cases[] = {
        {2, "1577836800,1,1,x\n", ":2:4: error: side \"x\""},
        {150001, "1577836800,1,1,x\n", ":150001:4: error: side \"x\""},
        {150001, "1577836800,1,1,buy\n", ":150001: error: time goes back"},
        {150001, "\n\n1577836800,1,1,x\n", ":150003:4: error: side \"x\""},
        {150001, "\"1577836800\",1,1,x\n", ":150001:4: error: side \"x\""},
        {150001, "1577836800,1,1,\"b\nuy\"\n", ":150002: error: "},
        {MANY + 1, "1577836800,1,1,x", ":200001:4: error: side \"x\""},
        {120000, "1577956794,1.123,1,buy\n",
         ":120000:2: error: price \"1.123\" has more than 2 "
         "decimals; state more with --price-scale"},
    };
    struct import_options options = import_defaults();
    options.instrument = "X";
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *path = many_trades("deep.csv", MANY, cases[i].at, cases[i].damage);
        const char *const paths[] = {path};
        char first[1024] = "";
        for (unsigned threads = 1; threads <= 4; threads += 3) {
            struct import_memory memory = {0};
            struct import_summary summary;
            struct error err = {0};
            assert_int_equal(run(options, paths, 1, threads, &memory, &summary, &err), ERR_PARSE);
            if (cases[i].damage[15] != '"' && strncmp(err.message + strlen(path), cases[i].message,
                                                      strlen(cases[i].message)) != 0)
                fail_msg("case %zu: %s", i, err.message);
            if (threads == 1)
                snprintf(first, sizeof(first), "%s", err.message);
            assert_string_equal(err.message, first);
            import_memory_clear(&memory);
        }
        free(path);
    }
}

static void
test_a_damaged_gzip_fails_after_its_good_parts_whatever_the_threads(void **state)
{
    struct text text = {0};
    text_append(&text, PLAIN);
    for (size_t i = 0; i < MANY; i++)
        text_printf(&text, "%zu,%zu,1,buy\n", 1577836800 + i, 7000 + i * i % 1009);
    char *path = import_memory_gzip(directory, "trades.csv.gz", text.data, text.length);
    text_clear(&text);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, -6, SEEK_END), 0);
    const int byte = fgetc(file);
    assert_int_equal(fseek(file, -6, SEEK_END), 0);
    assert_int_equal(fputc(byte ^ 16, file), byte ^ 16);
    assert_int_equal(fclose(file), 0);
    struct import_options options = import_defaults();
    options.instrument = "X";
    const char *const paths[] = {path};
    for (unsigned threads = 1; threads <= 4; threads++) {
        struct import_memory memory = {0};
        struct import_summary summary;
        struct error err = {0};
        assert_int_equal(run(options, paths, 1, threads, &memory, &summary, &err), ERR_PARSE);
        assert_non_null(strstr(err.message, "trades.csv.gz: error: the gzip data is damaged"));
        assert_int_equal(memory.sources, 0);
        import_memory_clear(&memory);
    }
    free(path);
}

static void
test_duplicates_are_left_out_and_counted(void **state)
{
    static const char text[] = TRADES "1,2,3,6,1577836800000,true\n1,2,3,6,1577836800000,true\n"
                                      "1,2,3,6,1577836800000,true\n2,2,3,6,1577836800000,true\n";
    static const char plain[] = PLAIN "1577836800,1,1,buy\n1577836800,1,1,buy\n";
    char *path = import_memory_file(directory, "X-trades-1.csv", text, strlen(text));
    char *other = import_memory_file(directory, "p.csv", plain, strlen(plain));
    const char *const paths[] = {path}, *const others[] = {other};
    struct import_memory memory = {0};
    struct import_summary summary;
    struct import_options options = import_defaults();
    options.instrument = "X";
    assert_int_equal(run(options, paths, 1, 1, &memory, &summary, NULL), OK);
    assert_int_equal(memory.rows[0].count, 2); /* ids 1 and 2, equal otherwise: two trades */
    assert_int_equal(summary.skipped, 2);
    assert_int_equal(memory.source[0].skipped, 2);
    assert_int_equal(memory.source[0].rows, 4);
    import_memory_clear(&memory);
    options.keep_duplicates = true; /* without ids, equal rows may be two fills */
    assert_int_equal(run(options, others, 1, 1, &memory, &summary, NULL), OK);
    assert_int_equal(memory.rows[0].count, 2);
    assert_int_equal(summary.skipped, 0);
    import_memory_clear(&memory);
    free(path);
    free(other);
}

static void
test_every_row_twice_is_half_the_rows_also_across_parts(void **state)
{
    struct text text = {0};
    text_append(&text, PLAIN);
    for (size_t i = 0; i < 2 * MANY; i++)
        text_printf(&text, "%zu,%zu,1,buy\n", 1577836800 + i / 2, 7000 + i / 2 % 97);
    char *path = import_memory_file(directory, "twice.csv", text.data, text.length);
    text_clear(&text);
    struct import_options options = import_defaults();
    options.instrument = "X";
    const char *const paths[] = {path};
    for (unsigned threads = 1; threads <= 3; threads += 2) {
        struct import_memory memory = {0};
        struct import_summary summary;
        assert_int_equal(run(options, paths, 1, threads, &memory, &summary, NULL), OK);
        assert_int_equal(memory.rows[0].count, MANY);
        assert_int_equal(summary.skipped, MANY);
        import_memory_clear(&memory);
    }
    free(path);
}

static void
test_gaps_are_counted_against_the_limit(void **state)
{
    static const char trades[] = PLAIN "1577836800,1,1,buy\n1577836860,1,1,buy\n"
                                       "1577836921,1,1,buy\n1577837000,1,1,buy\n";
    static const char bars[] = KLINES "1577836800000,5,6,4,5,1,1577836859999,1,1,1,1,0\n"
                                      "1577836860000,5,6,4,5,0,1577836919999,1,1,1,1,0\n"
                                      "1577837040000,5,6,4,5,1,1577837099999,1,1,1,1,0\n";
    char *path = import_memory_file(directory, "t.csv", trades, strlen(trades));
    char *other = import_memory_file(directory, "b.csv", bars, strlen(bars));
    const char *const paths[] = {path}, *const others[] = {other};
    struct import_memory memory = {0};
    struct import_summary summary;
    struct import_options options = import_defaults();
    options.instrument = "X";
    options.gap_limit = TIME_NS_MINUTE;
    assert_int_equal(run(options, paths, 1, 1, &memory, &summary, NULL), OK);
    assert_int_equal(summary.gaps, 2); /* 61 s and 79 s; 60 s is not longer than a minute */
    assert_true(summary.gap_longest == 79 * TIME_NS_SECOND);
    import_memory_clear(&memory);
    options.gap_limit = 0;
    assert_int_equal(run(options, others, 1, 1, &memory, &summary, NULL), OK);
    assert_int_equal(summary.gaps, 1); /* 00:02 to 00:04; the bar without trades is no gap */
    assert_true(summary.gap_longest == 2 * TIME_NS_MINUTE);
    assert_int_equal(summary.empty_bars, 1);
    assert_int_equal(memory.rows[0].count, 8);
    import_memory_clear(&memory);
    free(path);
    free(other);
}

static void
test_files_are_put_in_order_and_may_not_overlap(void **state)
{
    static const char early[] = PLAIN "1577836800,1,1,buy\n1577836801,1.5,1,buy\n";
    static const char late[] = PLAIN "1577836801,1.5,1,buy\n1577836802,1.25,2,buy\n";
    static const char mark[] = "time,mark_price\n1577836800,1\n";
    static const char within[] = PLAIN "1577836800,3,1,sell\n1577836801,1,1,buy\n";
    char *a = import_memory_file(directory, "a.csv", early, strlen(early));
    char *b = import_memory_file(directory, "b.csv", late, strlen(late));
    char *m = import_memory_file(directory, "m.csv", mark, strlen(mark));
    char *w = import_memory_file(directory, "w.csv", within, strlen(within));
    struct import_memory memory = {0};
    struct import_summary summary;
    struct import_options options = import_defaults();
    struct error err;
    options.instrument = "X";
    const char *const fine[] = {b, m, a};
    assert_int_equal(run(options, fine, 3, 2, &memory, &summary, NULL), OK);
    assert_int_equal(memory.streams, 2);
    assert_int_equal(memory.stream[1].kind, TAPE_MARK);
    assert_int_equal(memory.rows[0].count, 3);         /* the row both files hold is there once */
    assert_int_equal(memory.stream[0].price_scale, 2); /* from b, though a comes first */
    assert_true(memory.rows[0].price[0] == 100 && memory.rows[0].price[2] == 125);
    assert_int_equal(memory.source[1].skipped, 1);
    assert_string_equal(memory.source[0].name, "a.csv");
    import_memory_clear(&memory);
    const char *const overlapping[] = {w, a};
    assert_int_equal(run(options, overlapping, 2, 2, &memory, &summary, &err), ERR_PARSE);
    char expected[1024];
    snprintf(expected, sizeof(expected),
             "%s:2: error: the file begins at 2020-01-01T00:00:00Z, before %s ends at "
             "2020-01-01T00:00:01Z: files of one stream may not overlap",
             a, w);
    assert_string_equal(err.message, expected);
    import_memory_clear(&memory);
    const char *const twice[] = {a, a};
    assert_int_equal(run(options, twice, 2, 2, &memory, &summary, &err), ERR_PARSE);
    import_memory_clear(&memory);
    free(a);
    free(b);
    free(m);
    free(w);
}

static void
test_an_instrument_must_come_from_somewhere(void **state)
{
    static const char text[] = PLAIN "1577836800,1,1,buy\n";
    char *path = import_memory_file(directory, "nameless.csv", text, strlen(text));
    const char *const paths[] = {path};
    struct import_memory memory = {0};
    struct import_summary summary;
    struct error err;
    struct import_options options = import_defaults();
    assert_int_equal(run(options, paths, 1, 1, &memory, &summary, &err), ERR_USAGE);
    assert_non_null(strstr(err.message, "state it with --instrument"));
    options.instrument = "BTC/USDT";
    assert_int_equal(run(options, paths, 1, 1, &memory, &summary, &err), ERR_USAGE);
    assert_non_null(strstr(err.message, "instrument \"BTC/USDT\": must be 1 to 47 letters"));
    assert_int_equal(run(options, paths, 0, 1, &memory, &summary, &err), ERR_USAGE);
    free(path);
}

static void
test_a_zip_of_days_is_read_day_by_day(void **state)
{
    static const char *const members[] = {"X-trades-2020-01-02.csv", "X-trades-2020-01-01.csv"};
    static const char *const texts[] = {TRADES "2,7.5,3,22.5,1577923200000,true\n",
                                        TRADES "1,7,3,21,1577836800000,false\n"};
    char *path = import_memory_zip(directory, "days.zip", members, texts, 2);
    const char *const paths[] = {path};
    struct import_memory memory = {0};
    struct import_summary summary;
    assert_int_equal(run(import_defaults(), paths, 1, 2, &memory, &summary, NULL), OK);
    assert_int_equal(summary.files, 2);
    assert_int_equal(memory.streams, 1);
    assert_string_equal(memory.source[0].name, "days.zip/X-trades-2020-01-01.csv");
    assert_string_equal(memory.source[1].name, "days.zip/X-trades-2020-01-02.csv");
    assert_string_equal(memory.source[0].sha256, memory.source[1].sha256);
    assert_true(memory.rows[0].price[0] == 70 && memory.rows[0].price[1] == 75);
    import_memory_clear(&memory);
    free(path);
}

static void
test_standard_input_is_read_once(void **state)
{
    char *path = many_trades("pipe.csv", MANY, 0, "");
    const int saved = dup(STDIN_FILENO), file = open(path, O_RDONLY);
    const char *const paths[] = {"-"};
    struct import_memory memory = {0};
    struct import_summary summary;
    struct import_options options = import_defaults();
    struct error err;
    options.instrument = "X";
    assert_true(saved >= 0 && file >= 0 && dup2(file, STDIN_FILENO) == STDIN_FILENO);
    const enum status status = run(options, paths, 1, 2, &memory, &summary, &err);
    dup2(saved, STDIN_FILENO);
    close(saved);
    close(file);
    assert_int_equal(status, OK);
    assert_int_equal(summary.rows, MANY);
    assert_string_equal(memory.source[0].name, "standard input");
    char digest[HASH_SHA256_TEXT];
    uint64_t size;
    assert_int_equal(hash_file(path, digest, &size, NULL), OK);
    assert_string_equal(memory.source[0].sha256, digest);
    import_memory_clear(&memory);
    free(path);
}

static void
test_mark_klines_and_funding_have_prices_and_rates_only(void **state)
{
    static const char klines[] = KLINES "1577836800000,7000.5,7010,6990,7005,0,1577836859999,0,60,"
                                        "0,0,0\n";
    static const char funding[] = "calc_time,funding_interval_hours,last_funding_rate\n"
                                  "1577836800004,8,-1.8E-7\n1577865600000,8,0.0001\n";
    char *mark = import_memory_file(directory, "X-1m-2020-01.csv", klines, strlen(klines));
    char *rates =
        import_memory_file(directory, "X-fundingRate-2020-01.csv", funding, strlen(funding));
    struct import_memory memory = {0};
    struct import_summary summary;
    struct import_options options = import_defaults();
    const char *const paths[] = {mark}, *const others[] = {rates};
    options.kind = TAPE_MARK;
    options.bar_path = BARS_OPEN_HIGH_LOW_CLOSE;
    assert_int_equal(run(options, paths, 1, 1, &memory, &summary, NULL), OK);
    assert_int_equal(memory.stream[0].kind, TAPE_MARK);
    assert_string_equal(memory.stream[0].bar_path, "open-high-low-close");
    assert_int_equal(memory.rows[0].count, 4); /* volume 0 is no sign of a calm here */
    assert_true(memory.rows[0].price[1] == 70100 && memory.rows[0].price[2] == 69900);
    import_memory_clear(&memory);
    options.kind = FORMAT_KIND_ANY;
    assert_int_equal(run(options, others, 1, 1, &memory, &summary, NULL), OK);
    assert_int_equal(memory.stream[0].kind, TAPE_FUNDING);
    assert_int_equal(memory.stream[0].price_scale, 12);
    assert_true(memory.rows[0].price[0] == -180000 && memory.rows[0].price[1] == 100000000);
    assert_true(memory.rows[0].time[0] == INT64_C(1577836800004000000)); /* the jitter stays */
    import_memory_clear(&memory);
    free(mark);
    free(rates);
}

/* ---- real files: counts and sums computed with Python's csv and decimal modules ---- */

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
    if (run(options, &path, 1, 2, memory, summary, &err) != OK)
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

struct told {
    uint64_t calls, rows, bytes, total;
};

static void
on_progress(void *context, uint64_t rows, uint64_t bytes, uint64_t bytes_total)
{
    struct told *told = context;
    assert_true(rows >= told->rows && bytes >= told->bytes);
    told->calls++;
    told->rows = rows;
    told->bytes = bytes;
    told->total = bytes_total;
}

static void
test_progress_ends_with_all_rows_and_bytes(void **state)
{
    char *path = many_trades("many.csv", MANY, 0, "");
    const char *const paths[] = {path};
    struct import_memory memory = {0};
    struct import_summary summary;
    struct import_options options = import_defaults();
    struct told told = {0};
    options.instrument = "X";
    options.progress = on_progress;
    options.progress_context = &told;
    assert_int_equal(run(options, paths, 1, 2, &memory, &summary, NULL), OK);
    assert_true(told.calls >= 5);
    assert_int_equal(told.rows, MANY);
    assert_int_equal(told.bytes, told.total);
    assert_int_equal(told.total, memory.source[0].size);
    import_memory_clear(&memory);
    free(path);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trades_become_rows),
        cmocka_unit_test(test_small_oddities_are_accepted),
        cmocka_unit_test(test_every_broken_input_has_its_message),
        cmocka_unit_test(test_the_tape_does_not_depend_on_the_number_of_threads),
        cmocka_unit_test(test_mistakes_deep_in_a_file_keep_their_line),
        cmocka_unit_test(test_a_damaged_gzip_fails_after_its_good_parts_whatever_the_threads),
        cmocka_unit_test(test_duplicates_are_left_out_and_counted),
        cmocka_unit_test(test_every_row_twice_is_half_the_rows_also_across_parts),
        cmocka_unit_test(test_gaps_are_counted_against_the_limit),
        cmocka_unit_test(test_files_are_put_in_order_and_may_not_overlap),
        cmocka_unit_test(test_an_instrument_must_come_from_somewhere),
        cmocka_unit_test(test_a_zip_of_days_is_read_day_by_day),
        cmocka_unit_test(test_standard_input_is_read_once),
        cmocka_unit_test(test_mark_klines_and_funding_have_prices_and_rates_only),
        cmocka_unit_test(test_real_futures_trades),
        cmocka_unit_test(test_real_spot_trades_and_aggregates_without_header),
        cmocka_unit_test(test_real_coin_margined_trades_count_contracts),
        cmocka_unit_test(test_real_klines_gzipped),
        cmocka_unit_test(test_real_bitmex_bars_of_the_crash),
        cmocka_unit_test(test_progress_ends_with_all_rows_and_bytes),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
