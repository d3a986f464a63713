/* Files in, columns out: order, duplicates, gaps, threads, packings. */
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
    assert_int_equal(import_memory_run(import_defaults(), paths, 1, 1, &memory, &summary, NULL),
                     OK);
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
        if (import_memory_run(options, paths, 1, 2, &memory, &summary, &err) != OK)
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
        if (import_memory_run(options, &files[i], 1, 1, &one, &a, &err) != OK ||
            import_memory_run(options, &files[i], 1, 4, &four, &b, &err) != OK)
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
            assert_int_equal(import_memory_run(options, paths, 1, threads, &memory, &summary, &err),
                             ERR_PARSE);
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
        assert_int_equal(import_memory_run(options, paths, 1, threads, &memory, &summary, &err),
                         ERR_PARSE);
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
    assert_int_equal(import_memory_run(options, paths, 1, 1, &memory, &summary, NULL), OK);
    assert_int_equal(memory.rows[0].count, 2); /* ids 1 and 2, equal otherwise: two trades */
    assert_int_equal(summary.skipped, 2);
    assert_int_equal(memory.source[0].skipped, 2);
    assert_int_equal(memory.source[0].rows, 4);
    import_memory_clear(&memory);
    options.keep_duplicates = true; /* without ids, equal rows may be two fills */
    assert_int_equal(import_memory_run(options, others, 1, 1, &memory, &summary, NULL), OK);
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
        assert_int_equal(import_memory_run(options, paths, 1, threads, &memory, &summary, NULL),
                         OK);
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
    assert_int_equal(import_memory_run(options, paths, 1, 1, &memory, &summary, NULL), OK);
    assert_int_equal(summary.gaps, 2); /* 61 s and 79 s; 60 s is not longer than a minute */
    assert_true(summary.gap_longest == 79 * TIME_NS_SECOND);
    import_memory_clear(&memory);
    options.gap_limit = 0;
    assert_int_equal(import_memory_run(options, others, 1, 1, &memory, &summary, NULL), OK);
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
    assert_int_equal(import_memory_run(options, fine, 3, 2, &memory, &summary, NULL), OK);
    assert_int_equal(memory.streams, 2);
    assert_int_equal(memory.stream[1].kind, TAPE_MARK);
    assert_int_equal(memory.rows[0].count, 3);         /* the row both files hold is there once */
    assert_int_equal(memory.stream[0].price_scale, 2); /* from b, though a comes first */
    assert_true(memory.rows[0].price[0] == 100 && memory.rows[0].price[2] == 125);
    assert_int_equal(memory.source[1].skipped, 1);
    assert_string_equal(memory.source[0].name, "a.csv");
    import_memory_clear(&memory);
    const char *const overlapping[] = {w, a};
    assert_int_equal(import_memory_run(options, overlapping, 2, 2, &memory, &summary, &err),
                     ERR_PARSE);
    char expected[1024];
    snprintf(expected, sizeof(expected),
             "%s:2: error: the file begins at 2020-01-01T00:00:00Z, before %s ends at "
             "2020-01-01T00:00:01Z: files of one stream may not overlap",
             a, w);
    assert_string_equal(err.message, expected);
    import_memory_clear(&memory);
    const char *const twice[] = {a, a};
    assert_int_equal(import_memory_run(options, twice, 2, 2, &memory, &summary, &err), ERR_PARSE);
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
    assert_int_equal(import_memory_run(options, paths, 1, 1, &memory, &summary, &err), ERR_USAGE);
    assert_non_null(strstr(err.message, "state it with --instrument"));
    options.instrument = "BTC/USDT";
    assert_int_equal(import_memory_run(options, paths, 1, 1, &memory, &summary, &err), ERR_USAGE);
    assert_non_null(strstr(err.message, "instrument \"BTC/USDT\": must be 1 to 47 letters"));
    assert_int_equal(import_memory_run(options, paths, 0, 1, &memory, &summary, &err), ERR_USAGE);
    free(path);
}

static void
test_a_zip_of_days_is_read_day_by_day(void **state)
{
    static const char *const members[] = {"XY-trades-2020-01-02.csv", "XY-trades-2020-01-01.csv"};
    static const char *const texts[] = {TRADES "2,7.5,3,22.5,1577923200000,true\n",
                                        TRADES "1,7,3,21,1577836800000,false\n"};
    char *path = import_memory_zip(directory, "days.zip", members, texts, 2);
    const char *const paths[] = {path};
    struct import_memory memory = {0};
    struct import_summary summary;
    assert_int_equal(import_memory_run(import_defaults(), paths, 1, 2, &memory, &summary, NULL),
                     OK);
    assert_int_equal(summary.files, 2);
    assert_int_equal(memory.streams, 1);
    assert_string_equal(memory.source[0].name, "days.zip/XY-trades-2020-01-01.csv");
    assert_string_equal(memory.source[1].name, "days.zip/XY-trades-2020-01-02.csv");
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
    const enum status status = import_memory_run(options, paths, 1, 2, &memory, &summary, &err);
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
    char *mark = import_memory_file(directory, "XY-1m-2020-01.csv", klines, strlen(klines));
    char *rates =
        import_memory_file(directory, "XY-fundingRate-2020-01.csv", funding, strlen(funding));
    struct import_memory memory = {0};
    struct import_summary summary;
    struct import_options options = import_defaults();
    const char *const paths[] = {mark}, *const others[] = {rates};
    options.kind = TAPE_MARK;
    options.bar_path = BARS_OPEN_HIGH_LOW_CLOSE;
    assert_int_equal(import_memory_run(options, paths, 1, 1, &memory, &summary, NULL), OK);
    assert_int_equal(memory.stream[0].kind, TAPE_MARK);
    assert_string_equal(memory.stream[0].bar_path, "open-high-low-close");
    assert_int_equal(memory.rows[0].count, 4); /* volume 0 is no sign of a calm here */
    assert_true(memory.rows[0].price[1] == 70100 && memory.rows[0].price[2] == 69900);
    import_memory_clear(&memory);
    options.kind = FORMAT_KIND_ANY;
    assert_int_equal(import_memory_run(options, others, 1, 1, &memory, &summary, NULL), OK);
    assert_int_equal(memory.stream[0].kind, TAPE_FUNDING);
    assert_int_equal(memory.stream[0].price_scale, 12);
    assert_true(memory.rows[0].price[0] == -180000 && memory.rows[0].price[1] == 100000000);
    assert_true(memory.rows[0].time[0] == INT64_C(1577836800004000000)); /* the jitter stays */
    import_memory_clear(&memory);
    free(mark);
    free(rates);
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
    assert_int_equal(import_memory_run(options, paths, 1, 2, &memory, &summary, NULL), OK);
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
        cmocka_unit_test(test_progress_ends_with_all_rows_and_bytes),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
