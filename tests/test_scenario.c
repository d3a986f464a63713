/*
 * test_scenario.c - scenario files: what is read, overridden and printed; any bytes are survived.
 */
#include "cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <hdf5.h>

#include "base/rng.h"
#include "quick.h"
#include "scenario_fixture.h"

/* ---- reading ---- */

static void
test_a_valid_scenario_fills_every_field(void **state)
{
    struct scenario scenario;
    scenario_fixture_valid_but(0, NULL);
    scenario_fixture_read(&scenario, NULL, 0);
    assert_string_equal(scenario.title, "A test");
    assert_int_equal(scenario.seed, 7);
    assert_int_equal(scenario.window.from, INT64_C(1583971200) * TIME_NS_SECOND);
    assert_int_equal(scenario.window.to - scenario.window.from, 2 * TIME_NS_DAY);
    assert_int_equal(scenario.tape_count, 2);
    char tape[SCENARIO_FIXTURE_PATH];
    snprintf(tape, sizeof(tape), "%s/a.tape.h5", scenario_fixture_directory);
    assert_string_equal(scenario.tapes[0], tape);
    assert_string_equal(scenario.tapes[1], "/data/b.tape.h5");
    const struct scenario_contract *contract = &scenario.venue.contracts[0];
    assert_int_equal(scenario.venue.tier_mode, MARGIN_STEP);
    assert_true(scenario.venue.liquidation_fee_rate == RATE_ONE / 2000);
    assert_int_equal(contract->size.value, 1); /* 0.010 without its last zero */
    assert_int_equal(contract->size.scale, 2);
    assert_int_equal(contract->tier_count, 2);
    assert_int_equal(contract->tiers[0].notional_max.value, 50000);
    assert_true(contract->tiers[0].maintenance_margin_rate == INT64_C(4000000000));
    assert_int_equal(contract->tiers[1].notional_max.value, 0); /* no limit */
    assert_int_equal(scenario.instruments[0].mark, MARK_LAST);
    assert_null(scenario.instruments[0].tape);
    assert_int_equal(scenario.funds[0].balance.value, 12900000);
    assert_string_equal(scenario.funds[0].covers[0], "X");
    assert_ptr_equal(scenario.population, &population_synthetic);
    assert_true(scenario.population_params.open_interest == 350e6);
    assert_ptr_equal(scenario.population_params.size.kind, &distribution_constant.model);
    assert_true(scenario.population_params.size.params.value == 50e3);
    assert_ptr_equal(scenario.closeout, &closeout_participation.model);
    assert_true(scenario.closeout_params.cap == 0.1);
    assert_int_equal(scenario.record.every, TIME_NS_SECOND / 4);
    scenario_clear(&scenario);
    scenario_clear(&scenario); /* twice is safe */
}

static void
test_keys_left_out_have_the_defaults_of_the_tables(void **state)
{
    struct scenario scenario;
    scenario_fixture_valid_but(21, "# record: nothing said");
    scenario_fixture_read(&scenario, NULL, 0);
    assert_int_equal(scenario.record.every, TIME_NS_SECOND);
    assert_int_equal(scenario.record.events, EVENTS_ALL);
    assert_int_equal(scenario.venue.compare, MARGIN_BREACH_LE);
    assert_ptr_equal(scenario.venue.adl, &adl_okx.model);
    assert_int_equal(scenario.venue.valid_from, 0);
    assert_null(scenario.venue.source);
    assert_true(isnan(scenario.instruments[0].open_interest));
    assert_true(isnan(scenario.closeout_params.daily_volume));
    assert_true(scenario.closeout_params.slippage_params.coefficient == 1.0);
    assert_int_equal(scenario.population_params.step, TIME_NS_MINUTE);
    scenario_clear(&scenario);
}

static void
test_a_unit_shifts_the_decimal_point_before_anything_is_rounded(void **state)
{
    static const struct {
        const char *text;
        double expected;
    } cases[] = {
        {"0.4%", 0.004},  {"0.7%", 0.007}, /* 0.7 / 100 is 0.006999999999999999 */
        {"40bps", 0.004}, {"0.004", 0.004}, {"4e-3", 0.004},     {".4%", 0.004},
        {"+0.4%", 0.004}, {"4e-1%", 0.004}, {"\"0.4%\"", 0.004},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct scenario scenario;
        char line[128];
        snprintf(line, sizeof(line),
                 "closeout: {kind: at_once, slippage: {kind: constant, share: %s}}", cases[i].text);
        scenario_fixture_valid_but(20, line);
        scenario_fixture_read(&scenario, NULL, 0);
        if (scenario.closeout_params.slippage_params.share != cases[i].expected)
            fail_msg("%s is not %.17g", cases[i].text, cases[i].expected);
        scenario_clear(&scenario);
    }
    struct scenario scenario;
    scenario_fixture_valid_but(3, "seed: 1e18");
    scenario_fixture_read(&scenario, NULL, 0);
    assert_true(scenario.seed == INT64_C(1000000000000000000));
    scenario_clear(&scenario);
}

/* ---- overrides ---- */

static void
test_set_changes_adds_and_replaces_keys(void **state)
{
    static const char *const overrides[] = {
        "title=Another",
        "venue.contracts[0].tiers[1].maintenance_margin_rate=1.5%",
        "funds[0].balance=5M",
        "closeout.slippage={kind: constant, share: 20bps}",
        "instruments[0].open_interest=1M",
        "venue.adl.kind=okx",
        "venue.valid_from=2020-01-01T00:00:00Z",
        "record.events=none",
        "tapes=[x.h5]",
        "title=Last wins",
    };
    enum { COUNT = sizeof(overrides) / sizeof(overrides[0]) };
    struct scenario scenario;
    scenario_fixture_valid_but(0, NULL);
    scenario_fixture_read(&scenario, overrides, COUNT);
    assert_string_equal(scenario.title, "Last wins");
    assert_true(scenario.venue.contracts[0].tiers[1].maintenance_margin_rate ==
                INT64_C(15000000000));
    assert_int_equal(scenario.funds[0].balance.value, 5000000);
    assert_ptr_equal(scenario.closeout_params.slippage, &slippage_constant.model);
    assert_true(scenario.closeout_params.slippage_params.share == 0.002);
    assert_true(scenario.instruments[0].open_interest == 1e6);
    assert_int_equal(scenario.record.events, EVENTS_NONE);
    assert_int_equal(scenario.tape_count, 1);
    assert_int_equal(scenario.override_count, COUNT);
    assert_string_equal(scenario.overrides[2], "funds[0].balance=5M");
    scenario_clear(&scenario);
}

static void
test_set_makes_a_mapping_that_is_missing(void **state)
{
    static const char *const overrides[] = {"record.every=5s"};
    struct scenario scenario;
    scenario_fixture_valid_but(21, "");
    scenario_fixture_read(&scenario, overrides, 1);
    assert_int_equal(scenario.record.every, 5 * TIME_NS_SECOND);
    assert_int_equal(scenario.record.events, EVENTS_ALL);
    scenario_clear(&scenario);
}

/* ---- printing ---- */

/* Prints, reads the print back, prints again: both must be the same bytes. */
static void
assert_prints_twice_the_same(const char *name, const struct scenario *scenario)
{
    struct text first = {0}, second = {0}, problems = {0};
    struct scenario again;
    scenario_print(scenario, &first);
    scenario_fixture_write(scenario_fixture_other, first.data, first.length);
    if (scenario_read(&again, scenario_fixture_other, NULL, 0, &problems, NULL) != OK)
        fail_msg("%s: its print does not read: %s\n%s", name, problems.data, first.data);
    scenario_print(&again, &second);
    if (first.length != second.length || strcmp(first.data, second.data) != 0)
        fail_msg("%s prints\n%s\nthen\n%s", name, first.data, second.data);
    scenario_clear(&again);
    text_clear(&first);
    text_clear(&second);
}

static void
test_what_is_printed_reads_back_to_the_same_scenario(void **state)
{
    static const char *const overrides[] = {
        "title=\"it's \\\"q\\\" \\\\ \\u2028 \\x85 \\t \xc3\xa9 yes\"",
        "venue.name=\"1e6\"",
        "venue.source=\"no\"",
        "record.every=1.000001ms",
        "population.size={kind: mixture, parts: [{kind: beta, weight: 0.1, a: 0.39, b: 1.06, max: "
        "1e9},"
        " {kind: mixture, weight: 3, parts: [{kind: pareto, weight: 1, alpha: 1.1, minimum: 1}]}]}",
        "closeout.slippage={kind: linear, coefficient: 0.123456789012345678bps}",
        "closeout.daily_volatility=1e-9",
        "closeout.daily_volume=123456789.12345678", /* 17 digits that a double tells apart */
        "funds[0].balance=0.000001",
    };
    struct scenario scenario;
    scenario_fixture_valid_but(0, NULL);
    scenario_fixture_read(&scenario, overrides, sizeof(overrides) / sizeof(overrides[0]));
    assert_prints_twice_the_same("scenario_fixture_lines", &scenario);
    struct text print = {0};
    scenario_print(&scenario, &print);
    assert_non_null(strstr(print.data, "every: 1.000001ms\n"));
    assert_non_null(strstr(print.data, "daily_volume: 123456789.12345678\n"));
    assert_non_null(strstr(print.data, "daily_volatility: 0.000000001\n"));
    assert_non_null(strstr(print.data, "name: \"1e6\"\n"));
    assert_non_null(strstr(print.data, "source: \"no\"\n"));
    assert_non_null(strstr(print.data, "maintenance_margin_rate: 0.004\n"));
    assert_non_null(strstr(print.data, "  adl:\n    kind: okx\n"));
    text_clear(&print);
    scenario_clear(&scenario);
}

/* Stores text as the result format does: the scalar string /provenance/scenario. */
static void
write_result(const char *path, const char *text, int variable)
{
    const hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t group = H5Gcreate2(file, "provenance", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    assert_true(H5Tset_size(type, variable ? H5T_VARIABLE : strlen(text)) >= 0);
    assert_true(H5Tset_cset(type, H5T_CSET_UTF8) >= 0);
    const hid_t set =
        H5Dcreate2(group, "scenario", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    const void *data = variable ? (const void *)&text : text;
    assert_true(H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
    assert_true(H5Dclose(set) >= 0 && H5Sclose(space) >= 0 && H5Tclose(type) >= 0);
    assert_true(H5Gclose(group) >= 0 && H5Fclose(file) >= 0);
}

static void
test_a_result_is_read_for_the_scenario_it_keeps(void **state)
{
    struct scenario scenario;
    struct text first = {0}, second = {0};
    struct error err = {0};
    scenario_fixture_valid_but(0, NULL);
    scenario_fixture_read(&scenario, NULL, 0);
    free(scenario.tapes[0]);
    scenario.tapes[0] =
        strdup("data/kept.tape.h5"); /* as a run from another scenario_fixture_directory has it */
    scenario_print(&scenario, &first);
    scenario_clear(&scenario);
    for (int variable = 0; variable < 2; variable++) {
        write_result(scenario_fixture_path, first.data, variable);
        scenario_fixture_read(&scenario, NULL, 0);
        assert_string_equal(scenario.tapes[0], "data/kept.tape.h5");
        scenario_print(&scenario, &second);
        assert_string_equal(first.data, second.data);
        scenario_clear(&scenario);
        text_clear(&second);
    }
    text_clear(&first);
    const hid_t file = H5Fcreate(scenario_fixture_path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Fclose(file) >= 0);
    assert_int_equal(scenario_read(&scenario, scenario_fixture_path, NULL, 0, NULL, &err),
                     ERR_PARSE);
    assert_non_null(strstr(err.message, "not a result"));
    scenario_fixture_write(scenario_fixture_path, "\x89HDF\r\n\x1a\n", 8);
    assert_int_equal(scenario_read(&scenario, scenario_fixture_path, NULL, 0, NULL, &err),
                     ERR_PARSE);
}

/* ---- the files in scenarios/ ---- */

/* The first ```yaml block of README.md into scenario_fixture_path. */
static void
write_readme_example(void)
{
    FILE *file = fopen("scenarios/README.md", "rb");
    assert_non_null(file);
    static char readme[1 << 16];
    readme[fread(readme, 1, sizeof(readme) - 1, file)] = '\0';
    fclose(file);
    const char *start = strstr(readme, "```yaml\n");
    assert_non_null(start);
    start += strlen("```yaml\n");
    const char *end = strstr(start, "```");
    assert_non_null(end);
    scenario_fixture_write(scenario_fixture_path, start, (size_t)(end - start));
}

static void
test_every_venue_of_the_repository_and_the_example_are_valid(void **state)
{
    static const struct {
        const char *venue, *symbol;
        size_t tiers;
    } cases[] = {{"demo", "BTC-USDT-SWAP", 5},
                 {"demo", "ETH-USDT-SWAP", 5},
                 {"bitmex-2020", "XBTUSD", 10},
                 {"binance-2024", "BTCUSDT", 12},
                 {"binance-2024", "ETHUSDT", 12}};
    char here[SCENARIO_FIXTURE_PATH - 64];
    assert_non_null(getcwd(here, sizeof(here)));
    write_readme_example();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char venue[SCENARIO_FIXTURE_PATH], symbol[64], covers[64];
        snprintf(venue, sizeof(venue), "venue=%s/scenarios/venues/%s.yaml", here, cases[i].venue);
        snprintf(symbol, sizeof(symbol), "instruments[0].symbol=%s", cases[i].symbol);
        snprintf(covers, sizeof(covers), "funds[0].covers=[%s]", cases[i].symbol);
        const char *const overrides[] = {venue, symbol, covers};
        struct scenario scenario;
        scenario_fixture_read(&scenario, overrides, 3);
        assert_true(scenario.venue.valid_from > 0 && scenario.venue.source != NULL);
        size_t found = 0;
        for (size_t j = 0; j < scenario.venue.contract_count; j++) {
            if (strcmp(scenario.venue.contracts[j].symbol, cases[i].symbol) == 0)
                found = scenario.venue.contracts[j].tier_count;
        }
        assert_int_equal(found, cases[i].tiers);
        assert_prints_twice_the_same(cases[i].venue, &scenario);
        scenario_clear(&scenario);
    }
}

/* ---- any bytes ---- */

/* Changes 1 or 2 places of text[0..*length): another byte, another digit, a byte gone,
 * a piece doubled. */
static void
mutate(struct rng *rng, char *text, size_t *length)
{
    static const char pieces[] = "{}[]:,-#&*!|>'\"%@` \n\t\\0_.ekM~<?\xc3\xff\x01";
    const uint32_t changes = 1 + rng_u32(rng) % 2;
    for (uint32_t i = 0; i<changes && * length> 1; i++) {
        const size_t at = rng_u32(rng) % *length, rest = *length - at;
        switch (rng_u32(rng) % 5) {
        case 0:
            text[at] = pieces[rng_u32(rng) % (sizeof(pieces) - 1)];
            break;
        case 1:
            text[at] = (char)(rng_u32(rng) & 0xFF);
            break;
        case 2: { /* the next digit becomes another: often a valid scenario still */
            const size_t digit = at + strcspn(text + at, "0123456789");
            if (digit < *length)
                text[digit] = (char)('0' + rng_u32(rng) % 10);
            break;
        }
        case 3:
            memmove(text + at, text + at + 1, rest - 1);
            (*length)--;
            break;
        default: {
            const size_t count = 1 + rng_u32(rng) % (rest < 40 ? rest : 40);
            memmove(text + at + count, text + at, rest);
            *length += count;
        }
        }
    }
}

static void
test_2000_mutated_scenarios_are_read_or_refused_with_a_reason(void **state)
{
    struct rng rng;
    size_t accepted = 0;
    struct text valid = {0};
    for (size_t i = 0; i < SCENARIO_FIXTURE_LINES; i++)
        text_printf(&valid, "%s\n", scenario_fixture_lines[i]);
    const uint64_t mutants = (uint64_t)quick_of(2000);
    for (uint64_t n = 0; n < mutants; n++) {
        char text[4096] = "";
        size_t length = valid.length;
        assert_true(length + 4 * 40 < sizeof(text));
        memcpy(text, valid.data, length);
        rng_init(&rng, 1, RNG_TEST, n);
        mutate(&rng, text, &length);
        scenario_fixture_write(scenario_fixture_path, text, length);
        struct scenario scenario;
        struct text problems = {0};
        struct error err = {0};
        if (scenario_read(&scenario, scenario_fixture_path, NULL, 0, &problems, &err) == OK) {
            accepted++;
            assert_int_equal(problems.length, 0);
            assert_prints_twice_the_same("a mutant", &scenario);
            scenario_clear(&scenario);
        } else {
            assert_non_null(problems.data);
            assert_true(strchr(problems.data, '\n') != NULL && err.message[0] != '\0');
            assert_non_null(strstr(problems.data, " problem"));
        }
        text_clear(&problems);
    }
    text_clear(&valid);
    assert_true(accepted > mutants / 20 &&
                accepted < mutants - mutants / 20); /* the mutations hit both ways */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_valid_scenario_fills_every_field),
        cmocka_unit_test(test_keys_left_out_have_the_defaults_of_the_tables),
        cmocka_unit_test(test_a_unit_shifts_the_decimal_point_before_anything_is_rounded),
        cmocka_unit_test(test_set_changes_adds_and_replaces_keys),
        cmocka_unit_test(test_set_makes_a_mapping_that_is_missing),
        cmocka_unit_test(test_what_is_printed_reads_back_to_the_same_scenario),
        cmocka_unit_test(test_a_result_is_read_for_the_scenario_it_keeps),
        cmocka_unit_test(test_every_venue_of_the_repository_and_the_example_are_valid),
        cmocka_unit_test(test_2000_mutated_scenarios_are_read_or_refused_with_a_reason),
    };
    return cmocka_run_group_tests(tests, scenario_fixture_make, scenario_fixture_remove);
}
