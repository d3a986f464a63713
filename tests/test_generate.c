/* A generated market: reproducible, in the venue's own form, and as stormy as was asked. */
#define _XOPEN_SOURCE 700 /* nftw */
#include "cmocka_all.h"

#include <ftw.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fixed.h"
#include "base/hash.h"
#include "market/generate.h"

enum { LINE_MAX_BYTES = 512, FIELDS_MAX = 12 };

static char scratch[64];

static int
make_scratch(void **state)
{
    strcpy(scratch, "/tmp/seawall-generate-XXXXXX");
    return mkdtemp(scratch) == NULL;
}

static int
remove_entry(const char *path, const struct stat *info, int type, struct FTW *place)
{
    (void)info, (void)type, (void)place;
    return remove(path);
}

static int
remove_scratch(void **state)
{
    return nftw(scratch, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static void
expect_ok(enum status status, const struct error *err)
{
    if (status != OK)
        fail_msg("%s", err->message);
}

/* Twenty minutes with a storm of ten, or the defaults changed by `sets`. */
static void
write_market(const char *name, const char *const *sets, struct generate_summary *summary)
{
    struct generate_options options;
    struct error err;
    char directory[128];
    snprintf(directory, sizeof(directory), "%s/%s", scratch, name);
    expect_ok(generate_options_init(&options, &err), &err);
    for (; *sets != NULL; sets++)
        expect_ok(generate_options_set(&options, *sets, &err), &err);
    expect_ok(generate_write(&options, directory, summary, &err), &err);
    generate_options_clear(&options);
}

static const char *const small[] = {
    "start=2024-01-15T07:50:00Z",
    "duration=20min",
    "storm_start=5min",
    "storm_length=10min",
    "storm_depth=12%",
    "trade_rate=1.2",
    "storm_trade_rate=5",
    NULL,
};
static const char *const small_seed_2[] = {
    "start=2024-01-15T07:50:00Z", "duration=20min",  "storm_start=5min",
    "storm_length=10min",         "storm_depth=12%", "trade_rate=1.2",
    "storm_trade_rate=5",         "seed=2",          NULL,
};

static const char *const small_files[] = {
    "BTCUSDT-trades-2024-01-15.csv",
    "BTCUSDT-mark-2024-01-15.csv",
    "BTCUSDT-fundingRate-2024-01.csv",
    "markPriceKlines/BTCUSDT-1m-2024-01-15.csv",
    "indexPriceKlines/BTCUSDT-1m-2024-01-15.csv",
};
enum { SMALL_FILES = sizeof(small_files) / sizeof(small_files[0]) };

static void
file_digest(const char *directory, const char *name, char digest[HASH_SHA256_TEXT])
{
    char path[256];
    uint64_t size;
    struct error err;
    snprintf(path, sizeof(path), "%s/%s", directory, name);
    expect_ok(hash_file(path, digest, &size, &err), &err);
}

static FILE *
open_file(const char *market, const char *name, const char *header)
{
    char path[256], line[LINE_MAX_BYTES];
    snprintf(path, sizeof(path), "%s/%s/%s", scratch, market, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof(line), file));
    line[strcspn(line, "\n")] = '\0';
    assert_string_equal(line, header);
    return file;
}

/* The fields of the next line in place, or 0 at the end. */
static size_t
read_row(FILE *file, char line[LINE_MAX_BYTES], char *field[FIELDS_MAX])
{
    if (fgets(line, LINE_MAX_BYTES, file) == NULL)
        return 0;
    size_t count = 0;
    char *rest = line;
    for (char *comma; (comma = strpbrk(rest, ",\n")) != NULL; rest = comma + 1) {
        assert_true(count < FIELDS_MAX);
        field[count++] = rest;
        *comma = '\0';
    }
    return count;
}

static int64_t
fixed(const char *text, int scale)
{
    int64_t value = 0;
    if (fixed_parse(text, strlen(text), scale, &value) != FIXED_OK)
        fail_msg("'%s' does not fit scale %d", text, scale);
    return value;
}

static void
test_equal_options_write_equal_bytes_and_another_seed_does_not(void **state)
{
    char first[128], second[128], other[128];
    write_market("a", small, NULL);
    write_market("b", small, NULL);
    write_market("c", small_seed_2, NULL);
    snprintf(first, sizeof(first), "%s/a", scratch);
    snprintf(second, sizeof(second), "%s/b", scratch);
    snprintf(other, sizeof(other), "%s/c", scratch);
    for (size_t i = 0; i < SMALL_FILES; i++) {
        char a[HASH_SHA256_TEXT], b[HASH_SHA256_TEXT], c[HASH_SHA256_TEXT];
        file_digest(first, small_files[i], a);
        file_digest(second, small_files[i], b);
        file_digest(other, small_files[i], c);
        assert_string_equal(a, b);
        if (strcmp(a, c) == 0 && strstr(small_files[i], "fundingRate") == NULL)
            fail_msg("%s does not depend on the seed", small_files[i]);
    }
}

static void
test_nothing_partial_is_left_behind(void **state)
{
    struct stat info;
    char path[256];
    write_market("whole", small, NULL);
    for (size_t i = 0; i < SMALL_FILES; i++) {
        snprintf(path, sizeof(path), "%s/whole/%s.partial", scratch, small_files[i]);
        assert_int_equal(stat(path, &info), -1);
    }
}

/* A row of Binance's own: 61800.30 x 0.006 = 370.80180000, prices on the tick of 0.10. */
static void
test_trades_are_in_order_on_the_grid_and_their_product_is_exact(void **state)
{
    struct generate_summary summary;
    write_market("trades", small, &summary);
    FILE *file = open_file("trades", small_files[0], "id,price,qty,quote_qty,time,is_buyer_maker");
    char line[LINE_MAX_BYTES], *field[FIELDS_MAX];
    int64_t id = 0, time = fixed("1705305000000", 0);
    const int64_t end = time + 20 * 60 * 1000;
    while (read_row(file, line, field) == 6) {
        assert_int_equal(fixed(field[0], 0), ++id);
        const int64_t price = fixed(field[1], 2), quantity = fixed(field[2], 3);
        assert_int_equal(price % 10, 0); /* the tick is 0.10 */
        assert_true(quantity >= 1);
        assert_int_equal(fixed(field[3], 8), price * quantity * 1000);
        assert_int_equal(fixed_decimals(field[1], strlen(field[1])), 2);
        assert_int_equal(fixed_decimals(field[3], strlen(field[3])), 8);
        assert_true(fixed(field[4], 0) >= time && fixed(field[4], 0) < end);
        time = fixed(field[4], 0);
        assert_true(strcmp(field[5], "true") == 0 || strcmp(field[5], "false") == 0);
    }
    fclose(file);
    assert_int_equal(id, (int64_t)summary.trades);
}

static void
test_bars_hold_every_second_of_their_minute(void **state)
{
    write_market("bars", small, NULL);
    FILE *marks = open_file("bars", small_files[1], "time,mark_price");
    FILE *bars = open_file("bars", small_files[3],
                           "open_time,open,high,low,close,volume,close_time,quote_volume,count,"
                           "taker_buy_volume,taker_buy_quote_volume,ignore");
    char line[LINE_MAX_BYTES], mark_line[LINE_MAX_BYTES], *field[FIELDS_MAX], *mark[FIELDS_MAX];
    int rows = 0;
    for (; read_row(bars, line, field) == 12; rows++) {
        const int64_t open = fixed(field[1], 2), high = fixed(field[2], 2);
        const int64_t low = fixed(field[3], 2), close = fixed(field[4], 2);
        const int64_t open_time = fixed(field[0], 0);
        assert_int_equal(fixed(field[6], 0), open_time + 59999);
        int64_t highest = 0, lowest = INT64_MAX;
        for (int second = 0; second < 60; second++) {
            assert_int_equal(read_row(marks, mark_line, mark), 2);
            assert_int_equal(fixed(mark[0], 0), open_time + second * 1000);
            const int64_t price = fixed(mark[1], 2);
            highest = price > highest ? price : highest;
            lowest = price < lowest ? price : lowest;
            if (second == 0)
                assert_int_equal(price, open);
            if (second == 59)
                assert_int_equal(price, close);
        }
        assert_int_equal(high, highest);
        assert_int_equal(low, lowest);
        assert_true(low <= open && low <= close && high >= open && high >= close);
    }
    assert_int_equal(rows, 20);
    assert_int_equal(read_row(marks, mark_line, mark), 0);
    fclose(bars);
    fclose(marks);
}

/* The index is pinned to the fall; the mark differs from it by its basis, whose mean moves by at
 * most 16 bps and whose deviation is 2 bps: 30 bps of tolerance hide neither a lost bridge (the
 * jumps alone have a deviation of 3 %) nor a fall measured between the wrong prices. */
static void
test_the_storm_falls_as_far_as_it_was_asked_to(void **state)
{
    static const struct {
        const char *set;
        double fall;
    } cases[] = {{"storm_depth=35%", 0.35}, {"storm_depth=10%", 0.10}, {"storm_depth=0", 0.0}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (int seed = 1; seed <= 5; seed++) {
            char seed_text[32];
            snprintf(seed_text, sizeof(seed_text), "seed=%d", seed);
            const char *sets[] = {cases[i].set, seed_text, "trade_rate=0", "storm_trade_rate=0",
                                  NULL};
            struct generate_summary summary;
            write_market("fall", sets, &summary);
            assert_int_equal(summary.trades, 0);
            if (fabs(summary.storm_fall - cases[i].fall) > 0.003)
                fail_msg("%s, seed %d: fell by %g", cases[i].set, seed, summary.storm_fall);
        }
    }
}

/* 21,600 normal steps: the realised volatility of an hour-long GBM has a relative standard error
 * of 1 / sqrt(2 x 21,599) = 0.48 %; 2 % is four of them. */
static void
test_a_calm_without_jumps_has_the_stated_volatility(void **state)
{
    static const char *const calm[] = {
        "storm_length=0s", "jump_rate=0", "basis_sigma=0",  "trade_rate=0",
        "tick=0.000001",   "lot=0.01",    "volatility=80%", NULL};
    write_market("calm", calm, NULL);
    FILE *file = open_file("calm", "BTCUSDT-mark-2024-01-15.csv", "time,mark_price");
    char line[LINE_MAX_BYTES], *field[FIELDS_MAX];
    double last = 0, squares = 0;
    size_t steps = 0;
    while (read_row(file, line, field) == 2) {
        const double price = log(strtod(field[1], NULL));
        if (last != 0) {
            squares += (price - last) * (price - last);
            steps++;
        }
        last = price;
    }
    fclose(file);
    assert_int_equal(steps, 21599);
    const double annual = sqrt(squares / (double)steps * 365.0 * 86400.0);
    if (fabs(annual / 0.8 - 1) > 0.02)
        fail_msg("annual volatility %g", annual);
}

/* A Hawkes process of n = 0.6 has its rate at 8 trades a second and, in windows much longer than
 * its memory, a variance 1 / (1 - n)^2 = 6.25 times its mean (Hawkes 1971); Poisson has 1. */
static void
test_trades_come_at_their_rate_and_in_bursts(void **state)
{
    static const char *const calm[] = {"storm_length=0s", "trade_rate=8", "burst=0.6",
                                       "burst_time=100ms", NULL};
    struct generate_summary summary;
    write_market("bursts", calm, &summary);
    assert_in_range(summary.trades, 172800 * 97 / 100, 172800 * 103 / 100);
    FILE *file = open_file("bursts", small_files[0], "id,price,qty,quote_qty,time,is_buyer_maker");
    char line[LINE_MAX_BYTES], *field[FIELDS_MAX];
    static double window[2160]; /* of ten seconds */
    while (read_row(file, line, field) == 6)
        window[(fixed(field[4], 0) - INT64_C(1705291200000)) / 10000]++;
    fclose(file);
    double mean = 0, variance = 0;
    for (size_t i = 0; i < 2160; i++)
        mean += window[i] / 2160;
    for (size_t i = 0; i < 2160; i++)
        variance += (window[i] - mean) * (window[i] - mean) / 2159;
    if (variance / mean < 5.2 || variance / mean > 7.0)
        fail_msg("variance %g times the mean", variance / mean);
}

static void
test_aggressors_sell_into_a_fall(void **state)
{
    static const char *const steep[] = {
        "duration=20min",    "storm_start=0s",        "storm_length=20min",  "storm_depth=60%",
        "storm_jump_rate=0", "storm_volatility=100%", "storm_trade_rate=10", NULL};
    write_market("sides", steep, NULL);
    FILE *file = open_file("sides", small_files[0], "id,price,qty,quote_qty,time,is_buyer_maker");
    char line[LINE_MAX_BYTES], *field[FIELDS_MAX];
    size_t sold = 0, count = 0;
    for (; read_row(file, line, field) == 6; count++)
        sold += strcmp(field[5], "true") == 0;
    fclose(file);
    /* a mean step of -4.4 deviations makes the odds of selling exp(0.8 x 4.4) = 33 to 1 */
    if ((double)sold < 0.9 * (double)count)
        fail_msg("%zu of %zu trades were sold", sold, count);
}

static void
test_funding_falls_due_on_the_hours_and_inside_its_cap(void **state)
{
    static const char *const two_days[] = {"start=2024-01-31T00:00:00Z",
                                           "duration=2d",
                                           "storm_basis=-10%",
                                           "trade_rate=0",
                                           "storm_trade_rate=0",
                                           "funding_cap=0.3%",
                                           NULL};
    struct generate_summary summary;
    write_market("funding", two_days, &summary);
    assert_int_equal(summary.fundings, 5); /* 08, 16, 00, 08, 16; the interval up to the first
                                              instant is not known */
    assert_int_equal(summary.files, 3 * 2 + 2 + 2);
    FILE *january = open_file("funding", "BTCUSDT-fundingRate-2024-01.csv",
                              "calc_time,funding_interval_hours,last_funding_rate");
    FILE *february = open_file("funding", "BTCUSDT-fundingRate-2024-02.csv",
                               "calc_time,funding_interval_hours,last_funding_rate");
    char line[LINE_MAX_BYTES], *field[FIELDS_MAX];
    assert_int_equal(read_row(january, line, field), 3);
    assert_string_equal(field[0], "1706688000000"); /* 2024-01-31T08:00:00Z */
    assert_string_equal(field[1], "8");
    assert_string_equal(field[2], "-0.00300000");
    assert_int_equal(read_row(january, line, field), 3);
    assert_int_equal(read_row(january, line, field), 0);
    assert_int_equal(read_row(february, line, field), 3);
    assert_string_equal(field[0], "1706745600000"); /* 2024-02-01T00:00:00Z */
    assert_string_equal(field[2], "0.00010000");    /* small premium: the interest alone */
    fclose(january);
    fclose(february);
}

static void
test_wrong_options_are_refused_in_a_sentence(void **state)
{
    static const struct {
        const char *assignment, *needle;
        enum status status;
    } cases[] = {
        {"storm_depth", "key=value", ERR_USAGE},
        {"strom_depth=1%", "no option strom_depth", ERR_USAGE},
        {"storm_depth=99%", "within [0, 0.95]", ERR_RANGE},
        {"storm_depth=nan", "a number", ERR_RANGE},
        {"storm_depth=35 %", "a number", ERR_RANGE},
        {"storm_length=2", "a duration", ERR_RANGE},
        {"duration=1y", "a duration", ERR_RANGE},
        {"seed=1.5", "a whole number", ERR_RANGE},
        {"seed=-1", "a whole number", ERR_RANGE},
        {"symbol=../x", "letters", ERR_RANGE},
        {"start=2024-01-15", "a time", ERR_RANGE},
    };
    struct generate_options options;
    struct error err;
    expect_ok(generate_options_init(&options, &err), &err);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const enum status status = generate_options_set(&options, cases[i].assignment, &err);
        if (status != cases[i].status || strstr(err.message, cases[i].needle) == NULL)
            fail_msg("%s: %d %s", cases[i].assignment, (int)status, err.message);
    }
    assert_true(options.storm_depth == 0.35);
    assert_string_equal(options.symbol, "BTCUSDT");
    generate_options_clear(&options);
    generate_options_clear(&options);
}

static void
test_contradicting_options_write_nothing(void **state)
{
    static const struct {
        const char *assignment, *needle;
    } cases[] = {
        {"duration=3h", "the storm ends after the market"},
        {"start=2024-01-15T04:00:30Z", "whole minutes"},
        {"storm_start=1500ms", "whole seconds"},
        {"lot=0.0000001", "decimals"},
        {"funding_hours=7", "must divide 24"},
        {"start_price=0.15", "two ticks"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct generate_options options;
        struct error err;
        struct stat info;
        char directory[128];
        snprintf(directory, sizeof(directory), "%s/refused", scratch);
        expect_ok(generate_options_init(&options, &err), &err);
        expect_ok(generate_options_set(&options, cases[i].assignment, &err), &err);
        assert_int_equal(generate_write(&options, directory, NULL, &err), ERR_RANGE);
        if (strstr(err.message, cases[i].needle) == NULL)
            fail_msg("%s: %s", cases[i].assignment, err.message);
        assert_int_equal(stat(directory, &info), -1);
        generate_options_clear(&options);
    }
}

/* The third file cannot be created because a directory has its name: nothing is left of the
 * others, neither whole nor partial. */
static void
test_a_failure_leaves_no_file_behind(void **state)
{
    struct generate_options options;
    struct error err;
    struct stat info;
    char path[256];
    snprintf(path, sizeof(path), "%s/blocked", scratch);
    assert_int_equal(mkdir(path, 0777), 0);
    snprintf(path, sizeof(path), "%s/blocked/BTCUSDT-trades-2024-01-15.csv", scratch);
    assert_int_equal(mkdir(path, 0777), 0);
    snprintf(path, sizeof(path), "%s/blocked", scratch);
    expect_ok(generate_options_init(&options, &err), &err);
    for (size_t i = 0; small[i] != NULL; i++)
        expect_ok(generate_options_set(&options, small[i], &err), &err);
    assert_int_equal(generate_write(&options, path, NULL, &err), ERR_CREATE);
    assert_non_null(strstr(err.message, "BTCUSDT-trades-2024-01-15.csv"));
    for (size_t i = 1; i < SMALL_FILES; i++) {
        snprintf(path, sizeof(path), "%s/blocked/%s", scratch, small_files[i]);
        assert_int_equal(stat(path, &info), -1);
        strcat(path, ".partial");
        assert_int_equal(stat(path, &info), -1);
    }
    generate_options_clear(&options);
}

static void
test_printed_options_read_back_to_themselves(void **state)
{
    struct generate_options options, again;
    struct error err;
    struct text first = {0}, second = {0}, help = {0};
    expect_ok(generate_options_init(&options, &err), &err);
    expect_ok(generate_options_init(&again, &err), &err);
    expect_ok(generate_options_set(&options, "start_price=61800.3", &err), &err);
    expect_ok(generate_options_set(&options, "storm_depth=1.7%", &err), &err);
    expect_ok(generate_options_set(&options, "tick=0.50", &err), &err);
    generate_options_print(&options, &first);
    char *copy = malloc(first.length + 1);
    assert_non_null(copy);
    memcpy(copy, first.data, first.length + 1);
    for (char *line = strtok(copy, "\n"); line != NULL; line = strtok(NULL, "\n"))
        expect_ok(generate_options_set(&again, line, &err), &err);
    free(copy);
    generate_options_print(&again, &second);
    assert_string_equal(first.data, second.data);
    assert_non_null(strstr(first.data, "\ntick=0.50\n"));
    assert_non_null(strstr(first.data, "\nstorm_depth=0.017\n"));
    generate_options_help(&help);
    assert_non_null(strstr(help.data, "storm_depth=35%  [0, 0.95]"));
    text_clear(&first);
    text_clear(&second);
    text_clear(&help);
    generate_options_clear(&options);
    generate_options_clear(&again);
}

/* data/samples/MANIFEST says how the samples were made: making them again gives them again. */
static void
test_the_samples_in_the_repository_are_what_their_manifest_makes(void **state)
{
    struct generate_options options;
    struct error err;
    char line[LINE_MAX_BYTES], directory[128];
    snprintf(directory, sizeof(directory), "%s/samples", scratch);
    expect_ok(generate_options_init(&options, &err), &err);
    FILE *manifest = fopen("data/samples/MANIFEST", "r");
    assert_non_null(manifest);
    size_t files = 0;
    struct generate_summary summary = {0};
    while (fgets(line, sizeof(line), manifest) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char name[128], digest[80], made[HASH_SHA256_TEXT], kept[HASH_SHA256_TEXT];
        unsigned long long size;
        if (strncmp(line, "set ", 4) == 0)
            expect_ok(generate_options_set(&options, line + 4, &err), &err);
        if (sscanf(line, "file %127s %llu %79s", name, &size, digest) != 3)
            continue;
        if (files++ == 0)
            expect_ok(generate_write(&options, directory, &summary, &err), &err);
        file_digest(directory, name, made);
        file_digest("data/samples", name, kept);
        assert_string_equal(made, digest);
        assert_string_equal(kept, digest);
    }
    fclose(manifest);
    generate_options_clear(&options);
    assert_int_equal(files, 5);
    assert_int_equal(summary.files, 5);
    assert_true(summary.bytes < 300000);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal_options_write_equal_bytes_and_another_seed_does_not),
        cmocka_unit_test(test_nothing_partial_is_left_behind),
        cmocka_unit_test(test_trades_are_in_order_on_the_grid_and_their_product_is_exact),
        cmocka_unit_test(test_bars_hold_every_second_of_their_minute),
        cmocka_unit_test(test_the_storm_falls_as_far_as_it_was_asked_to),
        cmocka_unit_test(test_a_calm_without_jumps_has_the_stated_volatility),
        cmocka_unit_test(test_trades_come_at_their_rate_and_in_bursts),
        cmocka_unit_test(test_aggressors_sell_into_a_fall),
        cmocka_unit_test(test_funding_falls_due_on_the_hours_and_inside_its_cap),
        cmocka_unit_test(test_wrong_options_are_refused_in_a_sentence),
        cmocka_unit_test(test_contradicting_options_write_nothing),
        cmocka_unit_test(test_a_failure_leaves_no_file_behind),
        cmocka_unit_test(test_printed_options_read_back_to_themselves),
        cmocka_unit_test(test_the_samples_in_the_repository_are_what_their_manifest_makes),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
