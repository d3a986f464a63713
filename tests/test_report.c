/*
 * Also a maker of samples for the end-to-end tests:
 *     test_report small|crash|fails RESULT.h5 REPORT.html
 */
#include "cmocka_all.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "sample_result.h"
#include "workdir.h"

#include "io/hdf.h"
#include "io/report.h"

/* A result, its report and the report's text. */
struct fixture {
    struct workdir dir;
    char result[WORKDIR_PATH_MAX], report[WORKDIR_PATH_MAX];
    char *page; /* owned */
    size_t size;
};

static void
read_report(struct fixture *fixture)
{
    struct error err = {0};
    if (report_write(fixture->result, fixture->report, &err) != OK)
        fail_msg("%s", err.message);
    assert_int_equal(workdir_count(&fixture->dir), 2);
    fixture->page = workdir_read(fixture->report, &fixture->size);
    assert_non_null(fixture->page);
}

static void
make_small(struct fixture *fixture, const char *title)
{
    struct error err = {0};
    workdir_make(&fixture->dir);
    workdir_file(&fixture->dir, "a.h5", fixture->result);
    workdir_file(&fixture->dir, "a.html", fixture->report);
    assert_int_equal(sample_small(fixture->result, title, &err), OK);
    read_report(fixture);
}

static void
clear(struct fixture *fixture)
{
    free(fixture->page);
    workdir_remove(&fixture->dir);
}

static void
test_the_page_shows_the_numbers_of_the_result(void **state)
{
    static const char *const expected[] = {
        "The fund did NOT hold.",
        "<span class=\"num\" title=\"1050.25\">1,050.25</span>&nbsp;USDT", /* the fall */
        "came at <b>2020-03-12 00:00:03 UTC</b>; ADL closed <b>1</b> position",
        "<span class=\"num\" title=\"250.25\">250.25</span>&nbsp;USDT stayed uncovered",
        "<td class=\"n\" title=\"1000.5\">1,000.50</td>", /* deficit of case 3, the costliest */
        "<td class=\"n\" title=\"300\">300.00</td>",      /* case 2: 400 less 100, two parts */
        "<td class=\"n\" title=\"12.5\">12.50</td>",      /* the haircut */
        "<bdi>henry</bdi>",                               /* the winner */
        "<bdi>bob &lt;b&gt;</bdi>",
        "BTC-USDT-SWAP: last price used as mark price",
        "built from 1-minute bars, path open-low-high-close",
        "a7d1c24e6f80b9130f3c2d9be1a84c55",
        "0f3c2d9be1a84c55a7d1c24e6f80b913",
        "Permission is hereby granted", /* the chart library's notice */
        "seed: 20200312\nfunds:",       /* the scenario */
        "\"balance\":[1000,1050.25,750.25,0,500,500]",
        "\"mark\":[7000,6000,6500,6500,6500.1]", /* the sample before the first price is left out */
        "\"bars\":[0,14000,6000,3250,0,0]",
        "\"depletion\":3000",
    };
    struct fixture fixture;
    make_small(&fixture, NULL);
    for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
        if (strstr(fixture.page, expected[i]) == NULL)
            fail_msg("not in the page: %s", expected[i]);
    }
    clear(&fixture);
}

static void
test_the_page_asks_the_network_for_nothing(void **state)
{
    static const char *const forbidden[] = {" src=",   " href=",
                                            "url(",    "@import",
                                            "fetch(",  "sourceMappingURL=",
                                            "<link",   "<iframe",
                                            "<object", "navigator.sendBeacon"};
    struct fixture fixture;
    make_small(&fixture, NULL);
    for (size_t i = 0; i < sizeof(forbidden) / sizeof(*forbidden); i++) {
        if (strstr(fixture.page, forbidden[i]) != NULL)
            fail_msg("in the page: %s", forbidden[i]);
    }
    assert_non_null(strstr(fixture.page, "content=\"default-src 'none'; style-src 'unsafe-inline'; "
                                         "script-src 'sha256-"));
    clear(&fixture);
}

static void
test_a_hostile_title_is_shown_as_text(void **state)
{
    static char title[10001];
    static const char start[] =
        "</title></script><script>alert(1)</script>\"'&\xE2\x80\xAE{{data}}";
    struct fixture fixture;
    memset(title, 'x', sizeof(title) - 1);
    memcpy(title, start, sizeof(start) - 1);
    make_small(&fixture, title);
    assert_null(strstr(fixture.page, "<script>alert"));
    assert_non_null(strstr(fixture.page,
                           "<h1><bdi>&lt;/title&gt;&lt;/script&gt;&lt;script&gt;alert(1)"
                           "&lt;/script&gt;&quot;&#39;&amp;\xE2\x80\xAE{{data}}xxx"));
    size_t scripts = 0;
    for (const char *at = fixture.page; (at = strstr(at, "<script")) != NULL; at++)
        scripts++;
    assert_int_equal(scripts, 3); /* data, dygraphs, ours */
    clear(&fixture);
}

static void
test_a_long_run_makes_a_small_page_that_keeps_a_spike(void **state)
{
    enum { ROWS = 300000, SPIKE = 123456 };
    struct fixture fixture;
    struct recorder *recorder;
    struct error err = {0};
    workdir_make(&fixture.dir);
    workdir_file(&fixture.dir, "a.h5", fixture.result);
    workdir_file(&fixture.dir, "a.html", fixture.report);
    assert_int_equal(sample_open(&recorder, fixture.result, NULL, &err), OK);
    const struct observer observer = recorder_observer(recorder);
    for (int64_t i = 0; i < ROWS; i++) {
        const struct pool_sample pool = {.balance = i == SPIKE ? 42424242
                                                               : 1000000000 + i * 7919 % 1000003,
                                         .drawdown_8h = i * 104729 % 1000003};
        const struct instrument_sample instrument = {.mark_price = 60000 + i * 7919 % 1009};
        observer.sample(observer.context, &(struct engine_sample){SAMPLE_START + i * TIME_NS_SECOND,
                                                                  &pool, &instrument});
    }
    assert_int_equal(recorder_commit(recorder, &err), OK);
    read_report(&fixture);
    assert_non_null(strstr(fixture.page, ",42.424242,"));
    assert_true(fixture.size < 1000000);
    print_message("%d samples, noise in every pixel: %zu bytes\n", ROWS, fixture.size);
    clear(&fixture);
}

static void
test_a_bar_sums_all_samples_of_its_bin(void **state)
{
    struct fixture fixture;
    struct recorder *recorder;
    struct error err = {0};
    workdir_make(&fixture.dir);
    workdir_file(&fixture.dir, "a.h5", fixture.result);
    workdir_file(&fixture.dir, "a.html", fixture.report);
    assert_int_equal(sample_open(&recorder, fixture.result, NULL, &err), OK);
    const struct observer observer = recorder_observer(recorder);
    for (int64_t i = 0; i < 600; i++) { /* 10 minutes: 120 bins of 5 s; 1 USDT a second */
        const struct pool_sample pool = {.balance = 1};
        const struct instrument_sample instrument = {.mark_price = 60000,
                                                     .liquidated_notional = i * 1000000};
        observer.sample(observer.context, &(struct engine_sample){SAMPLE_START + i * TIME_NS_SECOND,
                                                                  &pool, &instrument});
    }
    assert_int_equal(recorder_commit(recorder, &err), OK);
    read_report(&fixture);
    assert_non_null(strstr(fixture.page, "\"step\":5000,"));
    assert_non_null(strstr(fixture.page, "\"bars\":[4,5,5,5,"));
    assert_non_null(strstr(fixture.page, "Liquidated notional per 5 s"));
    clear(&fixture);
}

/* Thirty pools that each cover one instrument; the odd ones settle in XBT with 8 decimals. */
static void
write_many(const char *path)
{
    enum { MANY = 30 };
    static char names[MANY][8];
    struct contract contracts[MANY];
    const struct contract *pool_contracts[MANY];
    const char *texts[MANY];
    struct pool_sample pools[MANY] = {{0}};
    struct instrument_sample instruments[MANY] = {{0}};
    struct recorder *recorder;
    struct error err = {0};
    for (int i = 0; i < MANY; i++) {
        contracts[i] = sample_contract();
        if (i % 2 == 1) {
            strcpy(contracts[i].settlement, "XBT");
            contracts[i].money_decimals = 8;
        }
        pool_contracts[i] = &contracts[i];
        snprintf(names[i], sizeof(names[i]), "m%02d", MANY - i); /* not in alphabetic order */
        texts[i] = names[i];
    }
    const struct recorder_layout layout = {.title = "many",
                                           .scenario = "seawall: 1",
                                           .scenario_digest = "00",
                                           .contracts = contracts,
                                           .instrument_names = texts,
                                           .instrument_count = MANY,
                                           .pool_names = texts,
                                           .pool_contracts = pool_contracts,
                                           .pool_count = MANY,
                                           .covers = texts};
    assert_int_equal(recorder_open(&recorder, path, &layout, &err), OK);
    const struct observer observer = recorder_observer(recorder);
    for (int64_t second = 0; second < 20000; second++) {
        for (int64_t i = 0; i < MANY; i++) {
            pools[i].balance = 150000000 * (i + 1) + second * 7919 % 1000003;
            instruments[i].mark_price = 60000 + second * 7919 % 1009;
        }
        observer.sample(
            observer.context,
            &(struct engine_sample){SAMPLE_START + second * TIME_NS_SECOND, pools, instruments});
    }
    if (recorder_commit(recorder, &err) != OK)
        fail_msg("%s", err.message);
}

static void
test_many_pools_make_a_small_page_in_the_order_of_the_scenario(void **state)
{
    struct fixture fixture;
    workdir_make(&fixture.dir);
    workdir_file(&fixture.dir, "a.h5", fixture.result);
    workdir_file(&fixture.dir, "a.html", fixture.report);
    write_many(fixture.result);
    read_report(&fixture);
    const char *first = strstr(fixture.page, "Fund <bdi>m30</bdi> held.");
    const char *second = strstr(fixture.page, "Fund <bdi>m29</bdi> held.");
    assert_non_null(first);
    assert_true(second > first);
    assert_non_null(strstr(fixture.page, "Of the 18 other pools in the file, 0 did not hold."));
    assert_non_null(strstr(fixture.page, "18 more instruments are in the result"));
    assert_non_null(strstr(fixture.page, "title=\"3\">3.0000</td>")); /* XBT has 8 decimals */
    assert_true(fixture.size < 1000000);
    print_message("30 pools and 30 instruments: %zu bytes\n", fixture.size);
    clear(&fixture);
}

static void
test_a_run_without_samples_has_a_report_too(void **state)
{
    struct fixture fixture;
    struct recorder *recorder;
    struct error err = {0};
    workdir_make(&fixture.dir);
    workdir_file(&fixture.dir, "a.h5", fixture.result);
    workdir_file(&fixture.dir, "a.html", fixture.report);
    assert_int_equal(sample_open(&recorder, fixture.result, "", &err), OK);
    assert_int_equal(recorder_commit(recorder, &err), OK);
    read_report(&fixture);
    assert_non_null(strstr(fixture.page, "The fund held.</p><p>Its balance never fell."));
    assert_non_null(strstr(fixture.page, "No position was liquidated."));
    clear(&fixture);
}

static void
test_the_same_result_makes_the_same_page(void **state)
{
    struct fixture fixture;
    make_small(&fixture, NULL);
    char *before = fixture.page;
    const size_t size = fixture.size;
    read_report(&fixture);
    assert_int_equal(size, fixture.size);
    assert_memory_equal(before, fixture.page, size);
    free(before);
    clear(&fixture);
}

static void
test_a_page_that_cannot_be_written_leaves_nothing(void **state)
{
    struct fixture fixture;
    struct error err = {0};
    struct rlimit before, limit;
    make_small(&fixture, NULL);
    remove(fixture.report);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = 65536;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    const enum status status = report_write(fixture.result, fixture.report, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(status, ERR_IO);
    assert_non_null(strstr(err.message, "a.html.partial: cannot write: File too large"));
    assert_int_equal(workdir_count(&fixture.dir), 1); /* the result alone */
    clear(&fixture);
}

/* Writes a sample and its report for the end-to-end tests. */
static int
make_sample(const char *kind, const char *result, const char *report)
{
    struct error err = {0};
    enum status status = strcmp(kind, "small") == 0
                             ? sample_small(result, NULL, &err)
                             : sample_crash(result, strcmp(kind, "fails") == 0, &err);
    if (status == OK)
        status = report_write(result, report, &err);
    if (status != OK)
        fprintf(stderr, "%s\n", err.message);
    return error_exit_code(status);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_page_shows_the_numbers_of_the_result),
        cmocka_unit_test(test_the_page_asks_the_network_for_nothing),
        cmocka_unit_test(test_a_hostile_title_is_shown_as_text),
        cmocka_unit_test(test_a_long_run_makes_a_small_page_that_keeps_a_spike),
        cmocka_unit_test(test_a_bar_sums_all_samples_of_its_bin),
        cmocka_unit_test(test_many_pools_make_a_small_page_in_the_order_of_the_scenario),
        cmocka_unit_test(test_a_run_without_samples_has_a_report_too),
        cmocka_unit_test(test_the_same_result_makes_the_same_page),
        cmocka_unit_test(test_a_page_that_cannot_be_written_leaves_nothing),
    };
    hdf_start();
    if (argc == 4)
        return make_sample(argv[1], argv[2], argv[3]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
