/*
 * test_scenario_problem.c - what is refused, in which words and where.
 *
 * Expected positions are line and column of the offending text in the lines below, counted by
 * hand.  The broken values are those that a widespread YAML reader was seen to accept with another
 * meaning (0.4% as 0.4, 50_000 as 50, 7,900 as 7, 0125 as 85 ...).
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario_fixture.h"

/* ---- refusing ---- */

struct broken_case {
    size_t number;        /* of the line replaced */
    const char *line;     /* what it says instead */
    const char *expected; /* line:column: error: ..., the only problem */
};

static const struct broken_case broken[] = {
    /* numbers */
    {18, "funds: [{pool: p, balance: 50_000, covers: [X]}]",
     "18:28: error: '50_000' has '_' inside a number: write 50000 [funds[0].balance]"},
    {18, "funds: [{pool: p, balance: \"7,900\", covers: [X]}]",
     "18:28: error: '7,900' has ',' inside a number: write 7900 [funds[0].balance]"},
    {18, "funds: [{pool: p, balance: \"12,9M\", covers: [X]}]",
     "18:28: error: '12,9M' has a comma: the decimal point is '.', write 12.9M"},
    {18, "funds: [{pool: p, balance: 7900 USD, covers: [X]}]",
     "18:28: error: ' USD' is not understood after the number 7900"},
    {18, "funds: [{pool: p, balance: 5%, covers: [X]}]",
     "18:28: error: '%' is for shares, which this is not; its unit is settlement"},
    {18, "funds: [{pool: p, balance: 1 M, covers: [X]}]",
     "18:28: error: a space before 'M': write 1M"},
    {18, "funds: [{pool: p, balance: -1, covers: [X]}]",
     "18:28: error: '-1' is outside [0, 9000000000000000000] settlement [funds[0].balance]"},
    {18, "funds: [{pool: p, balance: 0.0000001, covers: [X]}]",
     "18:28: error: has more decimals than the 6 that USDT is kept with [funds[0].balance]"},
    {18, "funds: [{pool: p, balance: 9e18, covers: [X]}]",
     "18:28: error: does not fit 64 bits with the 6 decimals that USDT is kept with"},
    {18, "funds: [{pool: p, balance: 1e30, covers: [X]}]",
     "18:28: error: '1e30' is too large for an exact number"},
    {15, "      money_decimals: 12.5", "15:23: error: '12.5' is not a whole number"},
    {15, "      money_decimals: 6k", "15:23: error: 'k' is for amounts, which this is not"},
    {3, "seed: 0125",
     "3:7: error: '0125' starts with 0, which other YAML readers take for octal: "
     "write 125 [seed]"},
    {3, "seed: 0x1F", "3:7: error: '0x1F' is not decimal: write 31 [seed]"},
    {3, "seed: nan", "3:7: error: 'nan' is not a number: write a finite one [seed]"},
    {3, "seed: -.inf", "3:7: error: '-.inf' is not a number: write a finite one [seed]"},
    {3, "seed: nope", "3:7: error: 'nope' is not a number [seed]"},
    {3, "seed:", "3:6: error: no value where a number is needed"},
    {3, "seed: ~", "3:7: error: no value where a number is needed"},
    {3, "seed: -1", "3:7: error: '-1' is outside [0, 9000000000000000000] [seed]"},
    {3, "seed: [1]", "3:7: error: a list where a single value is needed [seed]"},
    {1, "seawall: 2", "1:10: error: '2' must be 1 [seawall]"},
    {20, "closeout: {kind: at_once, slippage: {kind: constant, share: 1e999}}",
     "20:61: error: '1e999' is too large for a number [closeout.slippage.share]"},
    {20, "closeout: {kind: at_once, slippage: {kind: constant, share: 1e-999}}",
     "20:61: error: '1e-999' is too small for a number"},
    {20, "closeout: {kind: at_once, slippage: {kind: constant, share: 60%}}",
     "20:61: error: '60%' is outside [0, 0.5] as a share [closeout.slippage.share]"},
    /* times, durations, choices */
    {21, "record: {every: 1}", "21:17: error: '1' has no unit: write 1s, or another of ms s min"},
    {21, "record: {every: 1m}", "21:17: error: '1m' is not a duration"},
    {21, "record: {every: 2d}", "21:17: error: '2d' is outside [1ms, 1d] [record.every]"},
    {21, "record: {events: yes}", "21:18: error: 'yes' is not one of all, none [record.events]"},
    {8, "  tier_mode: marginel",
     "8:14: error: 'marginel' is not one of step, marginal, slope, flat; did you mean 'marginal'?"},
    {4, "window: {from: 2020-03-12, to: 2020-03-14T00:00:00Z}",
     "4:16: error: '2020-03-12' is a date without a time: write 2020-03-12T00:00:00Z"},
    {4, "window: {from: 2020-03-12T00:00:00, to: 2020-03-14T00:00:00Z}",
     "4:16: error: '2020-03-12T00:00:00' has no zone: write 2020-03-12T00:00:00Z"},
    {4, "window: {from: 2020-03-12T08:00:00+08:00, to: 2020-03-14T00:00:00Z}",
     "4:16: error: '2020-03-12T08:00:00+08:00' is not a time in UTC"},
    /* keys and kinds */
    {21, "recrod: {every: 1s}", "21:1: error: unknown key 'recrod', did you mean 'record'?"},
    {21, "weather: fine", "21:1: error: unknown key 'weather'; the keys here are: seawall, title"},
    {21, "seed: 8", "21:1: error: duplicate key 'seed': it is given on line 3 already [seed]"},
    {2, "# no title", "1:1: error: missing key 'title': One line that reports are headed with."},
    {12, "", "11:7: error: missing key 'kind': linear: settled in the quote currency"},
    {20, "closeout: {kind: at_one, slippage: {kind: linear, coefficient: 0}}",
     "20:18: error: unknown kind 'at_one' (did you mean 'at_once'?); the kinds are: at_once, "},
    {20, "closeout: {cap: 1, slippage: {kind: linear, coefficient: 0}}",
     "20:11: error: missing key 'kind': one of at_once, participation, inventory, fractions, "
     "external [closeout.kind]"},
    {20, "closeout: {kind: at_once, cap: 10%, slippage: {kind: linear, coefficient: 0}}",
     "20:27: error: 'cap' is a parameter of kind participation, not of at_once [closeout.cap]"},
    {20, "closeout: {kind: participation, slippage: {kind: linear, coefficient: 0}}",
     "20:11: error: missing key 'cap': Largest share of the volume"},
    {20, "closeout: at_once", "20:11: error: 'at_once' where a mapping with a 'kind' is needed"},
    {17, "instruments: {symbol: X}", "17:14: error: a mapping where a list is needed"},
    {17, "instruments: []", "17:14: error: a list of 0, which must hold from 1 to 1024 elements"},
    {2, "title: \"\"", "2:8: error: no text where one is needed"},
    {2, "title: null", "2:8: error: no text where one is needed"},
    {2, "title: {a: b}", "2:8: error: a mapping where a text is needed [title]"},
    {2, "title: \"a\\0b\"", "2:8: error: a text with a NUL character in it [title]"},
    /* YAML a scenario does not need */
    {2, "title: &a A", "2:8: error: an anchor (&) named 'a'"},
    {5, "tapes: [a.h5, *a]", "5:15: error: an alias (*)"},
    {2, "title: !!str A", "2:8: error: a tag (!) 'tag:yaml.org,2002:str'"},
    {21, "<<: {every: 1s}", "21:1: error: a merge key (<<)"},
    {21, "[a]: b", "21:1: error: a key must be a single word"},
    {21, "\trecord: {}", "21:1: error: a tab where YAML wants spaces"},
    {21, "record: {every: 1s", "22:1: error: not YAML: did not find expected ',' or '}', while "},
    {21, "---", "21:1: error: a second document"},
    {21, "record: \xff", "21:9: error: not YAML: invalid leading UTF-8 octet"},
    {21, "record: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "21:40: error: nested deeper than 32"},
    /* what must hold between keys */
    {4, "window: {from: 2020-03-12T00:00:00Z, to: 2020-03-12T00:00:00Z}",
     "4:42: error: the window ends at or before its start, 2020-03-12T00:00:00Z [window.to]"},
    {5, "tapes: [a.h5, b.h5, a.h5]", "5:21: error: the same file as tapes[0] [tapes[2]]"},
    {16, "      tiers: [{notional_max: 50k, maintenance_margin_rate: 1%, leverage_max: 50}]",
     "16:30: error: the last tier must be open-ended"},
    {16,
     "      tiers: [{maintenance_margin_rate: 1%, leverage_max: 50},"
     " {maintenance_margin_rate: 1%, leverage_max: 50}]",
     "16:15: error: missing key 'notional_max': only the last tier is open-ended"},
    {16,
     "      tiers: [{notional_max: 2, maintenance_margin_rate: 1%, leverage_max: 50},"
     " {notional_max: 2, maintenance_margin_rate: 1%, leverage_max: 50},"
     " {maintenance_margin_rate: 1%, leverage_max: 50}]",
     "16:96: error: tiers must ascend"},
    {16,
     "      tiers: [{notional_max: 2, maintenance_margin_rate: 1%, leverage_max: 50},"
     " {maintenance_margin_rate: 0.9%, leverage_max: 50}]",
     "16:107: error: must not be below the rate of the tier before it"},
    {16, "      tiers: [{maintenance_margin_rate: 1%, leverage_max: 100}]",
     "16:59: error: a position opened at this leverage would be liquidated at once"},
    {17, "instruments: [{symbol: X}, {symbol: Z}]",
     "17:37: error: no contract of the venue has this symbol"},
    {17, "instruments: [{symbol: X}, {symbol: X}]",
     "17:37: error: duplicate symbol: instruments[0] has it already [instruments[1].symbol]"},
    {18, "funds: [{pool: p, balance: 1, covers: [X, X]}]",
     "18:43: error: covered by p already: an instrument has exactly one pool"},
    {18, "funds: [{pool: p, balance: 1, covers: [X]}, {pool: q, balance: 1, covers: [X]}]",
     "18:76: error: covered by p already: an instrument has exactly one pool"},
    {18, "funds: [{pool: p, balance: 1, covers: [X, Y]}]",
     "18:43: error: no instrument has this symbol"},
    {18, "funds: [{pool: a/b, balance: 1, covers: [X]}]",
     "18:16: error: a name must not hold '/' or control characters [funds[0].pool]"},
    {19,
     "population: {kind: synthetic, open_interest: 1, leverage: {kind: constant, value: 0.5},"
     " size: {kind: constant, value: 5}, lifetime: {kind: exponential, mean: 36}}",
     "19:83: error: a leverage is 1 or more [population.leverage.value]"},
    {19,
     "population: {kind: synthetic, open_interest: 1, leverage: {kind: constant, value: 5},"
     " size: {kind: mixture, parts: [{kind: constant, value: 5}]},"
     " lifetime: {kind: exponential, mean: 36}}",
     "19:117: error: missing key 'weight': each part of a mixture has one"},
};

static void
test_every_broken_value_is_named_with_its_place(void **state)
{
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        scenario_fixture_valid_but(broken[i].number, broken[i].line);
        scenario_fixture_refuses(broken[i].line, NULL, 0, &broken[i].expected, 1);
    }
}

static void
test_a_mistake_is_shown_with_its_line_and_a_caret(void **state)
{
    struct scenario scenario;
    struct text problems = {0};
    struct error err = {0};
    scenario_fixture_valid_but(3, "seed: 0125");
    assert_int_equal(scenario_read(&scenario, scenario_fixture_path, NULL, 0, &problems, &err),
                     ERR_PARSE);
    assert_non_null(
        strstr(problems.data, "write 125 [seed]\n    seed: 0125\n          ^\n1 problem\n"));
    text_clear(&problems);
    assert_null(scenario.title); /* nothing that looks read after a failure */
}

static void
test_nine_mistakes_are_nine_messages_in_the_order_of_the_file(void **state)
{
    static const char text[] =
        "seawall: 1\n"
        "title: nine mistakes\n"
        "seed: 0125\n"                                                     /* 1 */
        "window: {from: 2020-03-14T00:00:00Z, to: 2020-03-12T00:00:00Z}\n" /* 2 */
        "tapes: [a.tape.h5]\n"
        "venue:\n"
        "  name: V\n"
        "  tier_mode: sloped\n" /* 3 */
        "  contracts:\n"
        "    - {symbol: X, kind: linear, size: 1, settlement: USDT, money_decimals: 6,\n"
        "       tiers: [{maintenance_margin_rate: 0.4 %, leverage_max: 10}]}\n" /* 4 */
        "instruments: [{symbol: X, marc: last}]\n"                              /* 5 */
        "funds: [{pool: p, balance: 50_000, covers: [X]}]\n"                    /* 6 */
        "population: {kind: positions}\n"                                       /* 7 */
        "closeout: {kind: at_once, slippage: {kind: kyle}}\n"                   /* 8 */
        "record: {every: 1s}\n"
        "seed: 2\n"; /* 9 */
    static const char *const expected[] = {
        "3:7: error: '0125' starts with 0",
        "4:42: error: the window ends at or before its start",
        "8:14: error: 'sloped' is not one of step, marginal, slope, flat",
        "11:42: error: a space before '%': write 0.4%",
        "12:27: error: unknown key 'marc', did you mean 'mark'?",
        "13:28: error: '50_000' has '_' inside a number",
        "14:13: error: missing key 'file': CSV of the positions",
        "15:44: error: unknown kind 'kyle'; the kinds are: constant, linear, square_root",
        "17:1: error: duplicate key 'seed': it is given on line 3 already",
    };
    scenario_fixture_write(scenario_fixture_path, text, sizeof(text) - 1);
    scenario_fixture_refuses("nine", NULL, 0, expected, 9);
}

static void
test_mistakes_in_the_venue_file_carry_its_own_name_and_line(void **state)
{
    static const char venue[] = "name: V\ntier_mode: step\ncontracts: []\nweather: 1\n";
    struct scenario scenario;
    struct text problems = {0};
    char expected[2 * SCENARIO_FIXTURE_PATH + 64];
    struct text lines = {0};
    scenario_fixture_write(scenario_fixture_other, venue, sizeof(venue) - 1);
    for (size_t i = 0; i < SCENARIO_FIXTURE_LINES; i++) { /* the inline venue is lines 6 to 16 */
        if (i < 5 || i >= 16)
            text_printf(&lines, "%s\n", scenario_fixture_lines[i]);
    }
    text_append(&lines, "venue: other\n");
    scenario_fixture_write(scenario_fixture_path, lines.data, lines.length);
    text_clear(&lines);
    assert_int_equal(scenario_read(&scenario, scenario_fixture_path, NULL, 0, &problems, NULL),
                     ERR_RANGE);
    snprintf(expected, sizeof(expected), "%s:3:12: error: a list of 0", scenario_fixture_other);
    assert_memory_equal(problems.data, expected, strlen(expected));
    snprintf(expected, sizeof(expected), "%s:4:1: error: unknown key 'weather'; the keys",
             scenario_fixture_other);
    assert_non_null(strstr(problems.data, expected));
    assert_non_null(strstr(problems.data, "\n2 problems\n"));
    text_clear(&problems);
    remove(scenario_fixture_other);
    assert_int_equal(scenario_read(&scenario, scenario_fixture_path, NULL, 0, &problems, NULL),
                     ERR_NO_INPUT);
    snprintf(expected, sizeof(expected), "%s:11:8: error: %s: cannot open", scenario_fixture_path,
             scenario_fixture_other);
    assert_memory_equal(problems.data, expected, strlen(expected));
    assert_non_null(strstr(problems.data, "\n1 problem\n"));
    text_clear(&problems);
}

static void
test_a_file_that_cannot_be_read_is_no_parse_error(void **state)
{
    struct scenario scenario;
    struct text problems = {0};
    struct error err = {0};
    assert_int_equal(scenario_read(&scenario, "/nowhere/x.yaml", NULL, 0, &problems, &err),
                     ERR_NO_INPUT);
    assert_string_equal(err.message, "/nowhere/x.yaml: cannot open: No such file or directory");
    assert_true(problems.length > 0);
    text_clear(&problems);
    char *large = malloc((1 << 20) + 1);
    assert_non_null(large);
    memset(large, '#', (1 << 20) + 1);
    scenario_fixture_write(scenario_fixture_path, large, (1 << 20) + 1);
    free(large);
    assert_int_equal(scenario_read(&scenario, scenario_fixture_path, NULL, 0, NULL, &err),
                     ERR_PARSE);
    assert_non_null(strstr(err.message, "is larger than 1 MB"));
}

static void
test_mistakes_of_set_carry_the_argument(void **state)
{
    static const struct {
        const char *override, *expected;
    } cases[] = {
        {"recrod.every=5s", "--set 'recrod.every=5s': error: unknown key 'recrod', did you mean"},
        {"seed=0125", "--set 'seed=0125': error: '0125' starts with 0"},
        {"seed=", "--set 'seed=': error: no value where a number is needed"},
        {"seed", "--set 'seed': error: write it as path.to.key=value"},
        {"=5", "--set '=5': error: a key is missing"},
        {"record..every=1s", "--set 'record..every=1s': error: a key is missing"},
        {"funds[1].balance=1",
         "--set 'funds[1].balance=1': error: there is no element [1]: the list "
         "has 1, the first is [0] [funds]"},
        {"funds[x].balance=1", "--set 'funds[x].balance=1': error: an index is a number"},
        {"funds[0]balance=1", "--set 'funds[0]balance=1': error: a key is missing"},
        {"funds.balance=1", "--set 'funds.balance=1': error: a list: pick an element"},
        {"title.x=1", "--set 'title.x=1': error: a single value: nothing can be set inside it"},
        {"title[0]=1", "--set 'title[0]=1': error: not a list"},
        {"closeout={kind: at_once", "--set 'closeout={kind: at_once': error: not YAML"},
        {"closeout={kind: at_once}", "--set 'closeout={kind: at_once}': error: missing key "
                                     "'slippage'"},
        {"venue=nowhere.yaml", "--set 'venue=nowhere.yaml': error: "},
    };
    scenario_fixture_valid_but(0, NULL);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        scenario_fixture_refuses(cases[i].override, &cases[i].override, 1, &cases[i].expected, 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_broken_value_is_named_with_its_place),
        cmocka_unit_test(test_a_mistake_is_shown_with_its_line_and_a_caret),
        cmocka_unit_test(test_nine_mistakes_are_nine_messages_in_the_order_of_the_file),
        cmocka_unit_test(test_mistakes_in_the_venue_file_carry_its_own_name_and_line),
        cmocka_unit_test(test_a_file_that_cannot_be_read_is_no_parse_error),
        cmocka_unit_test(test_mistakes_of_set_carry_the_argument),
    };
    return cmocka_run_group_tests(tests, scenario_fixture_make, scenario_fixture_remove);
}
