/*
 * test_scenario_rules.c - the rules a venue states: read, printed, refused where they contradict
 * each other, and picked by date.
 */
#include "cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "scenario_fixture.h"

/* ---- what is read and printed ---- */

/* Every key of the rules with another value than its default. */
static const char *const every_rule =
    "  sources: [a, b]\n"
    "  margin_mode: cross\n"
    "  hedged_legs_netted: true\n"
    "  tiers_by: contracts\n"
    "  maintenance_on: entry\n"
    "  trigger_price: index\n"
    "  liquidation_fee_rate: 5bps\n"
    "  fee_in_trigger: false\n"
    "  cancel_orders_first: false\n"
    "  net_hedges_first: false\n"
    "  partial: {kind: percent_then_all}\n"
    "  takeover: {kind: backstop}\n"
    "  fees: {cap: 1.5%, fund_share: 40%, venue_rate: 1bps, residue_to: split,"
    " residue_fund_share: 25%, keeper_reward: 3.5, keeper_rate: 2bps, beyond_margin: true}\n"
    "  fund_rules: {scope: global, may_go_negative: true, payout_premium: 5%, payout_max: 1M,"
    " payout_window: 1h, settle: daily, settle_at: 8h}\n"
    "  waterfall: [adl, fund, injection, socialise]\n"
    "  adl: {kind: binance}\n"
    "  adl_rules: {price: drawdown_line, free_wallet_only: true,"
    " trigger: {depleted: true, depleted_below: 10, drawdown: true, amount: 50k}}\n"
    "  socialise: {kind: open_interest}\n"
    "  controls: {halt: 5min, margin_multiplier: 1.5, multiplier_for: 2h, release_balance: 7}\n"
    "  funding: {kind: premium}\n"
    "  funding_from_fund: true\n"
    "  index: {kind: median}\n"
    "  mark: {kind: median3}\n"
    "  assumed: [the tiers]\n"
    "  gaps: [\"the funding: nobody knows\"]";

static const char *const plain_tiers =
    "      tiers: [{contracts_max: 50k, maintenance_margin_rate: 0.4%, initial_margin_rate: 0.8%},"
    " {maintenance_margin_rate: 1%, leverage_max: 50}]\n"
    "      underlying: BTC\n"
    "      group: majors";

/* The valid scenario with lines a and b replaced. */
static void
write_but(size_t a, const char *line_a, size_t b, const char *line_b)
{
    struct text text = {0};
    for (size_t i = 1; i <= SCENARIO_FIXTURE_LINES; i++)
        text_printf(&text, "%s\n",
                    i == a   ? line_a
                    : i == b ? line_b
                             : scenario_fixture_lines[i - 1]);
    scenario_fixture_write(scenario_fixture_path, text.data, text.length);
    text_clear(&text);
}

static void
test_every_rule_is_read(void **state)
{
    struct scenario scenario;
    write_but(9, every_rule, 16, plain_tiers);
    scenario_fixture_read(&scenario, NULL, 0);
    const struct scenario_venue *venue = &scenario.venue;
    assert_int_equal(venue->source_count, 2);
    assert_int_equal(venue->margin_mode, MODE_CROSS);
    assert_true(venue->hedged_legs_netted && !venue->fee_in_trigger);
    assert_true(!venue->cancel_orders_first && !venue->net_hedges_first);
    assert_int_equal(venue->maintenance_on, MARGIN_ON_ENTRY);
    assert_ptr_equal(venue->partial, &partial_percent_then_all.model);
    assert_ptr_equal(venue->takeover, &takeover_backstop.model);
    assert_true(venue->fees.cap == RATE_ONE * 15 / 1000 &&
                venue->fees.fund_share == RATE_ONE * 2 / 5);
    assert_int_equal(venue->fees.residue_to, FEE_RESIDUE_SPLIT);
    assert_true(venue->fees.keeper_reward.value == 35 && venue->fees.keeper_reward.scale == 1);
    assert_int_equal(venue->fund_rules.scope, SCOPE_GLOBAL);
    assert_true(venue->fund_rules.settle_at == 8 * TIME_NS_HOUR);
    assert_int_equal(venue->stage_count, 4);
    assert_string_equal(venue->waterfall[0], "adl");
    assert_string_equal(venue->waterfall[3], "socialise");
    assert_int_equal(venue->adl_rules.price, RULES_ADL_DRAWDOWN_LINE);
    assert_true(venue->adl_rules.trigger.drawdown && venue->adl_rules.trigger.amount == 50e3);
    assert_true(venue->controls.margin_multiplier == RATE_ONE * 3 / 2);
    assert_ptr_equal(venue->funding, &funding_premium.model);
    assert_ptr_equal(venue->mark, &mark_median3.model);
    assert_string_equal(venue->gaps[0], "the funding: nobody knows");
    const struct scenario_tier *tier = venue->contracts[0].tiers;
    assert_int_equal(tier->contracts_max.value, 50000);
    assert_true(isnan(tier->leverage_max) && tier->initial_margin_rate == RATE_ONE / 125);
    /* the instrument of line 17 says `mark: last` itself; what it does not say is the venue's */
    assert_int_equal(scenario_mark_of(&scenario, 0), MARK_LAST);
    scenario.instruments[0].mark = MARK_TAPE;
    assert_int_equal(scenario_mark_of(&scenario, 0), MARK_INDEX);
    scenario_clear(&scenario);
}

static void
test_every_rule_is_printed_and_read_back(void **state)
{
    struct scenario scenario, again;
    struct text first = {0}, second = {0};
    const char *const overrides[] = {
        "funds=[{pool: p, balance: 1, covers: [X], injections: [{time: 2020-03-12T01:00:00Z, "
        "amount: 5}, {time: 2020-03-13T00:00:00Z, amount: 0.5}], inject_below: 1, inject_to: 2, "
        "inject_max: 10}]"};
    write_but(9, every_rule, 16, plain_tiers);
    scenario_fixture_read(&scenario, overrides, 1);
    scenario_print(&scenario, &first);
    scenario_fixture_write(scenario_fixture_path, first.data, first.length);
    scenario_fixture_read(&again, NULL, 0);
    scenario_print(&again, &second);
    assert_string_equal(first.data, second.data);
    static const char *const expected[] = {"  margin_mode: cross\n",
                                           "    cap: 0.015\n",
                                           "  waterfall:\n    - adl\n    - fund\n",
                                           "          initial_margin_rate: 0.008\n",
                                           "      - time: 2020-03-12T01:00:00Z\n",
                                           "    inject_max: 10\n",
                                           "    settle_at: 8h\n",
                                           "  gaps:\n    - \"the funding: nobody knows\"\n",
                                           "    margin_multiplier: 1.5\n",
                                           "      amount: 50000\n"};
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        if (strstr(first.data, expected[i]) == NULL)
            fail_msg("not printed: %s\n%s", expected[i], first.data);
    }
    scenario_clear(&scenario);
    scenario_clear(&again);
    text_clear(&first);
    text_clear(&second);
}

/* What a file written before there were these keys means. */
static void
test_a_venue_that_states_no_rules_has_the_plain_ones(void **state)
{
    static const char *const stages[] = {"fund", "injection", "adl", "socialise", "halt"};
    struct scenario scenario;
    scenario_fixture_valid_but(0, NULL);
    scenario_fixture_read(&scenario, NULL, 0);
    const struct scenario_venue *venue = &scenario.venue;
    assert_int_equal(venue->margin_mode, MODE_ISOLATED);
    assert_true(venue->fee_in_trigger && venue->cancel_orders_first && venue->net_hedges_first);
    assert_ptr_equal(venue->partial, &partial_none.model);
    assert_ptr_equal(venue->takeover, &takeover_bankruptcy.model);
    assert_ptr_equal(venue->socialise, &socialise_none.model);
    assert_ptr_equal(venue->funding, &funding_tape.model);
    assert_null(venue->mark);
    assert_true(venue->fees.fund_share == RATE_ONE && venue->fees.residue_fund_share == RATE_ONE);
    assert_int_equal(venue->stage_count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(venue->waterfall[i], stages[i]);
    scenario_clear(&scenario);
}

/* ---- what is refused ---- */

struct broken_case {
    size_t number;        /* of the line replaced */
    const char *line;     /* what it says instead */
    const char *expected; /* line:column: error: ..., the only problem */
};

static const struct broken_case broken[] = {
    /* words */
    {9, "  waterfall: [fund, adll]",
     "9:21: error: 'adll' is not one of fund, injection, adl, socialise, halt; did you mean 'adl'?"
     " [venue.waterfall[1]]"},
    {9, "  waterfall: [fund, adl, fund]", "9:26: error: 'fund' again: [0] names it already"},
    {9, "  waterfall: []", "9:14: error: a list of 0, which must hold from 1 to 5 elements"},
    {9, "  margin_mode: crossed", "9:16: error: 'crossed' is not one of isolated, cross"},
    {9, "  takeover: {kind: backstopp}",
     "9:20: error: unknown kind 'backstopp' (did you mean 'backstop'?)"},
    {9, "  fees: {cap: 150%}", "9:15: error: '150%' is outside [0.000000001, 1] as a share"},
    /* tiers */
    {16, "      tiers: [{maintenance_margin_rate: 100.1%, leverage_max: 1}]",
     "16:41: error: '100.1%' is outside [0.000001, 0.999999] as a share"},
    {16, "      tiers: [{maintenance_margin_rate: 99.96%, leverage_max: 1}]",
     "16:41: error: reaches 1 together with the liquidation fee"},
    {16, "      tiers: [{maintenance_margin_rate: 1%}]",
     "16:15: error: missing key 'leverage_max': or state initial_margin_rate"},
    {16, "      tiers: [{maintenance_margin_rate: 1%, leverage_max: 10, initial_margin_rate: 10%}]",
     "16:84: error: leverage_max and initial_margin_rate are both stated"},
    {16, "      tiers: [{maintenance_margin_rate: 1%, initial_margin_rate: 1%}]",
     "16:66: error: must be above the maintenance_margin_rate"},
    {16,
     "      tiers: [{contracts_max: 5, maintenance_margin_rate: 1%, leverage_max: 10},"
     " {maintenance_margin_rate: 1%, leverage_max: 10}]",
     "16:31: error: tiers end by notional_max here: see tiers_by"},
    {8, "  tier_mode: flat", "16:86: error: tier_mode flat has one tier"},
    /* kinds that do not fit together */
    {8,
     "  tier_mode: marginal\n  tiers_by: notional\n  partial: {kind: to_tier_1}\n"
     "  hedged_legs_netted: true",
     "11:23: error: needs margin_mode cross: isolated positions have no other leg"},
    {9, "  settlement: at_mark\n  waterfall: [fund]",
     "9:15: error: at_mark needs margin_mode cross"},
    {9, "  settlement: at_mark\n  margin_mode: cross",
     "7:3: error: okx ranks by unrealised profit, and with settlement at_mark there is none"},
    {9, "  socialise: {kind: step_gains}",
     "9:21: error: step_gains shares the gains of a settlement at every mark"},
    {9, "  waterfall: [fund, adl]\n  socialise: {kind: open_interest}",
     "10:21: error: the waterfall has no socialise stage"},
    {9, "  adl: {kind: pro_rata}\n  adl_rules: {settlement: haircut}",
     "9:15: error: pro_rata shares out a quantity, and adl_rules.settlement haircut closes "
     "winners"},
    {9, "  adl_rules: {price: drawdown_line}",
     "9:22: error: drawdown_line needs adl_rules.trigger.drawdown"},
    {9, "  adl_rules: {trigger: {drawdown: true, rate: 20%}}",
     "9:24: error: must not be above the rate: it would go off before it goes on"},
    {9, "  waterfall: [fund]\n  adl_rules: {trigger: {depleted: true}}",
     "10:24: error: the waterfall has no adl stage for this to put on"},
    {9, "  fund_rules: {settle_at: 8h}", "9:27: error: only settle daily has a time of the day"},
    {17, "instruments: [{symbol: X, mark: computed}]", "17:33: error: computed needs a mark kind"},
    /* pools */
    {9, "  fund_rules: {scope: group}",
     "11:7: error: missing key 'group': fund_rules.scope group keeps pools by it"},
    {9, "  fund_rules: {scope: underlying_currency}",
     "11:7: error: missing key 'underlying': fund_rules.scope underlying_currency keeps pools by"},
    {18,
     "funds: [{pool: p, balance: 1, covers: [X], injections: [{time: 2020-03-13T00:00:00Z, amount: "
     "1}, {time: 2020-03-12T00:00:00Z, amount: 1}]}]",
     "18:105: error: injections must ascend in time"},
    {18, "funds: [{pool: p, balance: 1, covers: [X], inject_below: 5, inject_to: 6}]",
     "18:9: error: missing key 'inject_max': the threshold policy has inject_below, inject_to and"},
    {18,
     "funds: [{pool: p, balance: 1, covers: [X], inject_below: 5, inject_to: 4, inject_max: 9}]",
     "18:72: error: must not be below inject_below"},
};

static void
test_every_contradiction_is_named_with_its_place(void **state)
{
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        scenario_fixture_valid_but(broken[i].number, broken[i].line);
        scenario_fixture_refuses(broken[i].line, NULL, 0, &broken[i].expected, 1);
    }
}

/* Two contracts, X and Y, in one pool or in two, under every scope. */
static void
test_pools_follow_the_scope_of_the_venue(void **state)
{
    static const struct {
        const char *scope, *x, *y, *funds, *expected; /* NULL: accepted */
    } cases[] = {
        {"any", "", "", "[{pool: p, balance: 1, covers: [X, Y]}]", NULL},
        {"contract", "", "", "[{pool: p, balance: 1, covers: [X, Y]}]",
         "does not share a pool with X: the venue's fund_rules.scope is contract "
         "[funds[0].covers[1]]"},
        {"contract", "", "",
         "[{pool: p, balance: 1, covers: [X]}, {pool: q, balance: 1, covers: [Y]}]", NULL},
        {"group", "group: a, ", "group: a, ", "[{pool: p, balance: 1, covers: [X, Y]}]", NULL},
        {"group", "group: a, ", "group: b, ", "[{pool: p, balance: 1, covers: [X, Y]}]",
         "does not share a pool with X"},
        {"group", "group: a, ", "group: a, ",
         "[{pool: p, balance: 1, covers: [X]}, {pool: q, balance: 1, covers: [Y]}]",
         "belongs into pool p, with X: the venue's fund_rules.scope is group [funds[1].covers[0]]"},
        {"underlying_currency", "underlying: BTC, ", "underlying: ETH, ",
         "[{pool: p, balance: 1, covers: [X, Y]}]", "does not share a pool with X"},
        {"underlying_currency", "underlying: BTC, ", "underlying: BTC, ",
         "[{pool: p, balance: 1, covers: [X, Y]}]", NULL},
        {"currency", "", "",
         "[{pool: p, balance: 1, covers: [X]}, {pool: q, balance: 1, covers: [Y]}]",
         "belongs into pool p, with X: the venue's fund_rules.scope is currency"},
        {"global", "", "", "[{pool: p, balance: 1, covers: [X, Y]}]", NULL},
    };
    static const char contract[] = "{symbol: %s, kind: linear, size: 1, settlement: USDT, %s"
                                   "money_decimals: 6, tiers: [{maintenance_margin_rate: 1%%, "
                                   "leverage_max: 10}]}";
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char x[256], y[256], contracts[600], scope[64], funds[160];
        snprintf(x, sizeof(x), contract, "X", cases[i].x);
        snprintf(y, sizeof(y), contract, "Y", cases[i].y);
        snprintf(contracts, sizeof(contracts), "venue.contracts=[%s, %s]", x, y);
        snprintf(scope, sizeof(scope), "venue.fund_rules.scope=%s", cases[i].scope);
        snprintf(funds, sizeof(funds), "funds=%s", cases[i].funds);
        const char *const overrides[] = {contracts, scope, funds,
                                         "instruments=[{symbol: X}, {symbol: Y}]"};
        struct scenario scenario;
        struct text problems = {0};
        scenario_fixture_valid_but(0, NULL);
        const enum status status =
            scenario_read(&scenario, scenario_fixture_path, overrides, 4, &problems, NULL);
        if ((status == OK) != (cases[i].expected == NULL))
            fail_msg("%s, %s: %s", cases[i].scope, cases[i].funds, problems.data);
        if (status == OK)
            scenario_clear(&scenario);
        else if (strstr(problems.data, cases[i].expected) == NULL ||
                 strstr(problems.data, "\n1 problem\n") == NULL)
            fail_msg("%s is not in\n%s", cases[i].expected, problems.data);
        text_clear(&problems);
    }
}

/* ---- periods ---- */

/* A venue of three periods; %s: the joint between the first two, and that of the second. */
static const char periods_file[] =
    "name: Dated\n"
    "tier_mode: step\n"
    "contracts:\n"
    "  - {symbol: X, kind: linear, size: 1, settlement: USDT, money_decimals: 6,\n"
    "     tiers: [{maintenance_margin_rate: 1%%, leverage_max: 10}]}\n"
    "periods:\n"
    "  - valid_to: 2019-01-01T00:00:00Z\n"
    "    liquidation_fee_rate: 1bps\n"
    "  - valid_from: %s\n"
    "    valid_to: 2020-06-01T00:00:00Z\n"
    "    liquidation_fee_rate: 2bps\n"
    "    name: Dated, the second\n"
    "  - {valid_from: %s, liquidation_fee_rate: %s}\n";

/* Writes that venue, and the scenario with it and a window. */
static void
write_periods(const char *second, const char *third, const char *fee, const char *window)
{
    char venue[1024];
    struct text lines = {0};
    const int length = snprintf(venue, sizeof(venue), periods_file, second, third, fee);
    scenario_fixture_write(scenario_fixture_other, venue, (size_t)length);
    for (size_t i = 0; i < SCENARIO_FIXTURE_LINES; i++) { /* the inline venue is lines 6 to 16 */
        if (i == 3)
            text_printf(&lines, "%s\n", window);
        else if (i < 5 || i >= 16)
            text_printf(&lines, "%s\n", scenario_fixture_lines[i]);
    }
    text_append(&lines, "venue: other\n");
    scenario_fixture_write(scenario_fixture_path, lines.data, lines.length);
    text_clear(&lines);
}

#define SECOND "2019-01-01T00:00:00Z"
#define THIRD "2020-06-01T00:00:00Z"

static void
test_the_period_that_holds_the_start_of_the_window_is_taken(void **state)
{
    static const struct {
        const char *window, *name;
        rate_t fee;
        bool last;
    } cases[] = {
        {"window: {from: 2018-03-12T00:00:00Z, to: 2018-03-14T00:00:00Z}", "Dated", 1, false},
        {"window: {from: 2018-12-31T00:00:00Z, to: " SECOND "}", "Dated", 1, false},
        {"window: {from: " SECOND ", to: 2019-03-14T00:00:00Z}", "Dated, the second", 2, false},
        {"window: {from: 2024-03-12T00:00:00Z, to: 2024-03-14T00:00:00Z}", "Dated", 3, false},
        {"# none", "Dated", 3, true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct scenario scenario;
        struct text print = {0};
        write_periods(SECOND, THIRD, "3bps", cases[i].window);
        scenario_fixture_read(&scenario, NULL, 0);
        assert_string_equal(scenario.venue.name, cases[i].name);
        assert_true(scenario.venue.liquidation_fee_rate == cases[i].fee * RATE_ONE / 10000);
        assert_true(scenario.last_period == cases[i].last);
        assert_int_equal(scenario.venue.contract_count, 1);
        scenario_print(&scenario, &print);
        assert_null(strstr(print.data, "periods"));
        text_clear(&print);
        scenario_clear(&scenario);
    }
}

static void
test_what_is_set_in_the_venue_is_set_in_the_period_taken(void **state)
{
    static const char *const overrides[] = {
        "venue.liquidation_fee_rate=7bps", "venue.contracts[0].size=2",
        "window={from: 2019-03-12T00:00:00Z, to: 2019-03-14T00:00:00Z}"};
    struct scenario scenario;
    write_periods(SECOND, THIRD, "3bps", "# none");
    scenario_fixture_read(&scenario, overrides, 3);
    assert_string_equal(scenario.venue.name, "Dated, the second");
    assert_true(scenario.venue.liquidation_fee_rate == 7 * RATE_ONE / 10000);
    assert_int_equal(scenario.venue.contracts[0].size.value, 2);
    scenario_clear(&scenario);
}

static void
test_periods_that_do_not_follow_each_other_are_refused(void **state)
{
    static const struct {
        const char *second, *third, *fee, *window, *expected;
    } cases[] = {
        {"2019-01-02T00:00:00Z", THIRD, "1bps", "# none",
         "other:9:17: error: a gap: the period before this one ends at 2019-01-01T00:00:00Z, and "
         "this one begins at 2019-01-02T00:00:00Z [venue.periods[1].valid_from]"},
        {"2018-12-31T00:00:00Z", THIRD, "1bps", "# none",
         "other:9:17: error: an overlap: the period before this one ends at 2019-01-01T00:00:00Z"},
        {SECOND, "2018-01-01T00:00:00Z", "1bps", "# none",
         "other:13:18: error: periods must ascend: the one before this begins at 2019-01-01"},
        {SECOND, THIRD, "1bps, valid_to: 2021-01-01T00:00:00Z",
         "window: {from: 2022-03-12T00:00:00Z, to: 2022-03-14T00:00:00Z}",
         "s.yaml:4:16: error: the window begins at 2022-03-12T00:00:00Z, and the venue's last "
         "period ends at 2021-01-01T00:00:00Z [window.from]"},
        {SECOND, THIRD, "1bps", "window: {from: 2020-05-31T00:00:00Z, to: 2020-06-02T00:00:00Z}",
         "s.yaml:4:42: error: the venue's rules change at 2020-06-01T00:00:00Z, within the window: "
         "make two runs"},
        /* a mistake in a period that is not taken */
        {SECOND, THIRD, "11%", "window: {from: 2018-03-12T00:00:00Z, to: 2018-03-14T00:00:00Z}",
         "other:13:62: error: '11%' is outside [0, 0.1] as a share "
         "[venue.periods[2].liquidation_fee_rate]"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct scenario scenario;
        struct text problems = {0};
        write_periods(cases[i].second, cases[i].third, cases[i].fee, cases[i].window);
        if (scenario_read(&scenario, scenario_fixture_path, NULL, 0, &problems, NULL) == OK)
            fail_msg("accepted: %s", cases[i].expected);
        if (strstr(problems.data, cases[i].expected) == NULL ||
            strstr(problems.data, "\n1 problem\n") == NULL)
            fail_msg("%s is not the problem in\n%s", cases[i].expected, problems.data);
        text_clear(&problems);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_rule_is_read),
        cmocka_unit_test(test_every_rule_is_printed_and_read_back),
        cmocka_unit_test(test_a_venue_that_states_no_rules_has_the_plain_ones),
        cmocka_unit_test(test_every_contradiction_is_named_with_its_place),
        cmocka_unit_test(test_pools_follow_the_scope_of_the_venue),
        cmocka_unit_test(test_the_period_that_holds_the_start_of_the_window_is_taken),
        cmocka_unit_test(test_what_is_set_in_the_venue_is_set_in_the_period_taken),
        cmocka_unit_test(test_periods_that_do_not_follow_each_other_are_refused),
    };
    return cmocka_run_group_tests(tests, scenario_fixture_make, scenario_fixture_remove);
}
