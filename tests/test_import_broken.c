/* The table of what import refuses, each with its sentence. */
#include "cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "import_memory.h"

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
        const enum status status = import_memory_run(options, paths, 1, 2, &memory, &summary, &err);
        const size_t prefix = strlen(path);
        if (status != broken[i].status || strncmp(err.message, path, prefix) != 0 ||
            strncmp(err.message + prefix, broken[i].message, strlen(broken[i].message)) != 0)
            fail_msg("%s: status %d: %s\n  expected %s", broken[i].name, (int)status, err.message,
                     broken[i].message);
        import_memory_clear(&memory);
        free(path);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_broken_input_has_its_message),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
