#include "scenario_fixture.h"

#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <hdf5.h>

const char *const scenario_fixture_lines[SCENARIO_FIXTURE_LINES] = {
    /*  1 */ "seawall: 1",
    /*  2 */ "title: A test",
    /*  3 */ "seed: 7",
    /*  4 */ "window: {from: 2020-03-12T00:00:00Z, to: 2020-03-14T00:00:00Z}",
    /*  5 */ "tapes: [a.tape.h5, /data/b.tape.h5]",
    /*  6 */ "venue:",
    /*  7 */ "  name: Nowhere",
    /*  8 */ "  tier_mode: step",
    /*  9 */ "  liquidation_fee_rate: 5bps",
    /* 10 */ "  contracts:",
    /* 11 */ "    - symbol: X",
    /* 12 */ "      kind: linear",
    /* 13 */ "      size: 0.010",
    /* 14 */ "      settlement: USDT",
    /* 15 */ "      money_decimals: 6",
    /* 16 */
    "      tiers: [{notional_max: 50k, maintenance_margin_rate: 0.4%, leverage_max: 125},"
    " {maintenance_margin_rate: 1%, leverage_max: 50}]",
    /* 17 */ "instruments: [{symbol: X, mark: last}]",
    /* 18 */ "funds: [{pool: p, balance: 12.9M, covers: [X]}]",
    /* 19 */
    "population: {kind: synthetic, open_interest: 350M, leverage: {kind: constant, value: 20},"
    " size: {kind: constant, value: 50k}, lifetime: {kind: exponential, mean: 36}}",
    /* 20 */ "closeout: {kind: participation, cap: 10%, slippage: {kind: square_root}}",
    /* 21 */ "record: {every: 250ms}",
};

char scenario_fixture_directory[] = "/tmp/test_scenario_XXXXXX";
char scenario_fixture_path[SCENARIO_FIXTURE_PATH], scenario_fixture_other[SCENARIO_FIXTURE_PATH];

int
scenario_fixture_make(void **state)
{
    (void)state;
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    if (mkdtemp(scenario_fixture_directory) == NULL)
        return -1;
    snprintf(scenario_fixture_path, sizeof(scenario_fixture_path), "%s/s.yaml",
             scenario_fixture_directory);
    snprintf(scenario_fixture_other, sizeof(scenario_fixture_other), "%s/other",
             scenario_fixture_directory);
    return 0;
}

int
scenario_fixture_remove(void **state)
{
    (void)state;
    remove(scenario_fixture_path);
    remove(scenario_fixture_other);
    return rmdir(scenario_fixture_directory);
}

void
scenario_fixture_write(const char *path, const char *bytes, size_t count)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
}

void
scenario_fixture_valid_but(size_t number, const char *line)
{
    struct text text = {0};
    for (size_t i = 0; i < SCENARIO_FIXTURE_LINES; i++)
        text_printf(&text, "%s\n", i + 1 == number ? line : scenario_fixture_lines[i]);
    scenario_fixture_write(scenario_fixture_path, text.data, text.length);
    text_clear(&text);
}

void
scenario_fixture_read(struct scenario *scenario, const char *const *overrides, size_t count)
{
    struct text problems = {0};
    const enum status status =
        scenario_read(scenario, scenario_fixture_path, overrides, count, &problems, NULL);
    if (status != OK)
        fail_msg("unexpected: %s", problems.data);
    assert_int_equal(problems.length, 0);
    text_clear(&problems);
}

void
scenario_fixture_refuses(const char *name, const char *const *overrides, size_t override_count,
                         const char *const *expected, size_t count)
{
    struct scenario scenario;
    struct text problems = {0};
    struct error err = {0};
    char line[512];
    const enum status status =
        scenario_read(&scenario, scenario_fixture_path, overrides, override_count, &problems, &err);
    if (status == OK) {
        scenario_clear(&scenario);
        fail_msg("%s: was accepted", name);
    }
    const char *at = problems.data;
    for (size_t i = 0; i < count; i++) {
        const int set = strncmp(expected[i], "--set", 5) == 0;
        snprintf(line, sizeof(line), "%s%s%s", set ? "" : scenario_fixture_path, set ? "" : ":",
                 expected[i]);
        const char *found = strstr(at, line);
        if (found == NULL)
            fail_msg("%s: expected %s in\n%s", name, line, at);
        if (i == 0)
            assert_memory_equal(err.message, line, strlen(line));
        at = found + strlen(line);
    }
    snprintf(line, sizeof(line), "\n%zu problem%s\n", count, count == 1 ? "" : "s");
    if (strstr(at, line) == NULL)
        fail_msg("%s: expected %zu problems in\n%s", name, count, problems.data);
    text_clear(&problems);
}
