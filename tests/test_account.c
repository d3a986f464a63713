/*
 * test_account.c - the risk of accounts with several positions, against figures other projects'
 * tests assert (their ids in the comments) and by hand.
 */
#include "cmocka_all.h"

#include "base/rng.h"
#include "engine/account.h"

enum { DECIMALS = 6 };
#define ONE INT64_C(1000000)
#define PERCENT (RATE_ONE / 100)

static struct contract
linear(void)
{
    struct contract contract = {.symbol = "LINEAR",
                                .size = {1, 0},
                                .price_scale = 6,
                                .quantity_scale = 8,
                                .money_decimals = DECIMALS};
    assert_int_equal(contract_init(&contract, NULL), OK);
    return contract;
}

static struct margin_rules
flat(rate_t rate)
{
    struct margin_rules rules = {.tier_count = 1};
    rules.tier[0] = (struct margin_tier){.notional_max = INT64_MAX, .rate = rate};
    assert_int_equal(margin_rules_init(&rules, NULL), OK);
    return rules;
}

/* A position of quantity (1e-8) whose cost the balance carries. */
static struct account_position
carried(const struct contract *contract, const struct margin_rules *rules, int64_t quantity,
        int64_t mark)
{
    return (struct account_position){.contract = contract,
                                     .rules = rules,
                                     .quantity = quantity,
                                     .mark_price = mark * ONE,
                                     .leverage = 1.0};
}

#define UNIT INT64_C(100000000) /* one contract */

static void
test_equity_and_margins_add_up_over_positions(void **state)
{
    /* dydx4-netcoll-1: cash 1, short 2 at 50,000, long 0.25 at 3,000. */
    const struct contract contract = linear();
    const struct margin_rules forty = flat(40 * PERCENT), ten = flat(10 * PERCENT);
    struct account_position positions[] = {carried(&contract, &forty, -2 * UNIT, 50000),
                                           carried(&contract, &ten, UNIT / 4, 3000)};
    positions[0].initial_rate = 50 * PERCENT;
    positions[1].initial_rate = 20 * PERCENT;
    const struct account account = {.balance = ONE, .positions = positions, .count = 2};
    const struct account_risk risk = account_risk(&account);
    assert_int_equal(risk.equity, -99249 * ONE);
    assert_int_equal(risk.initial_margin, 50150 * ONE);
    assert_int_equal(risk.maintenance_margin, 40075 * ONE);
    assert_int_equal(risk.required, 40075 * ONE);
    assert_int_equal(risk.free_margin, (-99249 - 50150) * ONE);
    assert_true(risk.liquidatable && risk.deleveragable);
}

static void
test_unrealised_profit_is_free_until_initial_margin_takes_it(void **state)
{
    /* flox-x-free-3: 50 bought at 100, mark 110, 10 % initial margin: 1000 + 500 - 550. */
    const struct contract contract = linear();
    struct account_position position = carried(&contract, NULL, 50 * UNIT, 110);
    position.entry_value = 5000 * ONE;
    position.initial_rate = RATE_ONE;
    position.leverage = 10.0;
    const struct account account = {.balance = 1000 * ONE, .positions = &position, .count = 1};
    const struct account_risk risk = account_risk(&account);
    assert_int_equal(risk.initial_margin, 550 * ONE);
    assert_int_equal(risk.free_margin, 950 * ONE);
    assert_false(risk.liquidatable || risk.deleveragable);
}

static void
test_unsettled_funding_counts_in_equity(void **state)
{
    /* dydx4-netcoll-funding-long: 10,000.000001 cash, 1 BTC at 50,000, 6.25 to be received. */
    const struct contract contract = linear();
    struct account_position position = carried(&contract, NULL, UNIT, 50000);
    position.funding = 6250000;
    const struct account account = {.balance = 10000 * ONE + 1, .positions = &position, .count = 1};
    assert_int_equal(account_risk(&account).equity, INT64_C(60006250001));
}

static void
test_the_trigger_is_strict_or_not(void **state)
{
    /* dydx4-isliq-2 and -3: long 0.1 at 50,000 needs 500. */
    const struct contract contract = linear();
    const struct margin_rules ten = flat(10 * PERCENT);
    const struct account_position position = carried(&contract, &ten, UNIT / 10, 50000);
    struct account account = {.balance = -4500 * ONE,
                              .trigger = {.compare = MARGIN_BREACH_LT},
                              .positions = &position,
                              .count = 1};
    assert_false(account_risk(&account).liquidatable);
    account.trigger.compare = MARGIN_BREACH_LE;
    assert_true(account_risk(&account).liquidatable);
    account.balance -= 1;
    account.trigger.compare = MARGIN_BREACH_LT;
    assert_true(account_risk(&account).liquidatable);
}

static void
test_an_account_that_has_exactly_nothing_left_is_not_deleveraged(void **state)
{
    /* dydx4-candelev: short 1 at 55,000 with 55,000 in cash; below it (-3) it is. */
    const struct contract contract = linear();
    const struct margin_rules ten = flat(10 * PERCENT);
    const struct account_position position = carried(&contract, &ten, -UNIT, 55000);
    struct account account = {.balance = 55000 * ONE, .positions = &position, .count = 1};
    assert_true(account_risk(&account).liquidatable);
    assert_false(account_risk(&account).deleveragable);
    account.balance -= 1;
    assert_true(account_risk(&account).deleveragable);
}

static void
test_an_account_without_positions_may_be_exempt_from_liquidation(void **state)
{
    const struct account_trigger always = {.compare = MARGIN_BREACH_LE};
    const struct account_trigger exempt = {MARGIN_BREACH_LE, .only_if_required = true};
    assert_false(account_liquidatable(&always, 0, 0)); /* vibe: an empty account is healthy */
    assert_true(account_liquidatable(&always, -1, 0));
    assert_false(account_liquidatable(&exempt, -1, 0)); /* dydx4-isliq-nopos-2 */
    assert_true(account_liquidatable(&exempt, 1, 1));
}

static void
test_the_liquidation_fee_counts_in_the_trigger_but_not_in_the_margin(void **state)
{
    const struct contract contract = linear();
    struct margin_rules rules = flat(PERCENT);
    rules.fee_rate = PERCENT / 20;
    const struct account_position position = carried(&contract, &rules, UNIT, 1000);
    const struct account account = {.balance = -989500001, /* equity 10.499999 */
                                    .positions = &position,
                                    .count = 1};
    const struct account_risk risk = account_risk(&account);
    assert_int_equal(risk.maintenance_margin, 10 * ONE);
    assert_int_equal(risk.required, 10500000);
    assert_true(risk.liquidatable);
}

static void
test_maintenance_may_be_fixed_at_entry(void **state)
{
    /* lfest-short-2-1: short 1 at 100, 2x, maintenance half of initial: breach at 126. */
    const struct contract contract = linear();
    const struct margin_rules rules = flat(25 * PERCENT);
    struct account_position position = carried(&contract, &rules, -UNIT, 126);
    position.entry_value = -100 * ONE;
    position.maintenance_on_entry = true;
    struct account account = {.balance = 50 * ONE,
                              .trigger = {.compare = MARGIN_BREACH_LT},
                              .positions = &position,
                              .count = 1};
    assert_int_equal(account_risk(&account).maintenance_margin, 25 * ONE);
    assert_true(account_risk(&account).liquidatable);
    position.mark_price = 125 * ONE;
    assert_false(account_risk(&account).liquidatable);
}

static void
test_bankruptcy_value_of_one_position_is_its_share_of_the_cash(void **state)
{
    static const struct {
        const char *name;
        money_t cash;
        int64_t quantity, change;
        money_t expected;
    } cases[] = {
        {"D03 long", -4501 * ONE, UNIT / 10, -UNIT / 10, 4501 * ONE},
        {"D03 short", 5499 * ONE, -UNIT / 10, UNIT / 10, -5499 * ONE},
        {"dydx4-bkq-04 half", -5000 * ONE, UNIT / 10, -UNIT / 20, 2500 * ONE},
        {"dydx4-bkq-07 under water", -5100 * ONE, UNIT / 10, -UNIT / 10, 5100 * ONE},
        {"dydx4-bkq-round-1 up", -13 * ONE, UNIT, -21347, 2776}, /* raw 2775.11 */
        {"dydx4-bkq-round-2 up", 13 * ONE, -UNIT, 21347, -2775}, /* raw -2775.11 */
    };
    const struct contract contract = linear();
    const struct margin_rules ten = flat(10 * PERCENT);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const struct account_position position = carried(&contract, &ten, cases[i].quantity, 50000);
        const struct account account = {
            .balance = cases[i].cash, .positions = &position, .count = 1};
        const money_t got = account_bankruptcy_value(&account, 0, cases[i].change);
        if (got != cases[i].expected)
            fail_msg("%s: got %lld, expected %lld", cases[i].name, (long long)got,
                     (long long)cases[i].expected);
    }
}

static void
test_several_positions_share_equity_by_maintenance_margin(void **state)
{
    /* dydx4-bkq-multi-3: cash 110, 0.004 BTC at 50,000, -0.1 ETH at 3,000: equity 10, of which
     * 30 / 50 belong to ETH, so buying it back costs 306. */
    const struct contract contract = linear();
    const struct margin_rules ten = flat(10 * PERCENT);
    const struct account_position positions[] = {carried(&contract, &ten, UNIT / 250, 50000),
                                                 carried(&contract, &ten, -UNIT / 10, 3000)};
    const struct account account = {.balance = 110 * ONE, .positions = positions, .count = 2};
    assert_int_equal(account_bankruptcy_value(&account, 1, UNIT / 10), -306 * ONE);
}

static void
test_an_inverse_position_has_the_bankruptcy_value_of_its_closed_form(void **state)
{
    struct contract contract = {.symbol = "INVERSE",
                                .kind = CONTRACT_INVERSE,
                                .size = {1, 0},
                                .price_scale = 1,
                                .money_decimals = 8};
    assert_int_equal(contract_init(&contract, NULL), OK);
    const struct margin_rules rules = flat(PERCENT / 2);
    struct account_position position = {.contract = &contract,
                                        .rules = &rules,
                                        .quantity = -60000,
                                        .mark_price = 540000,
                                        .entry_value = 120000000}; /* 50,000: 1.2 BTC */
    const struct account account = {.balance = 12000000, .positions = &position, .count = 1};
    /* entry value - margin, whatever the mark is: 1.2 - 0.12 */
    assert_int_equal(account_bankruptcy_value(&account, 0, 60000), 108000000);
    position.mark_price = 570000;
    assert_int_equal(account_bankruptcy_value(&account, 0, 60000), 108000000);
}

static void
test_closing_every_position_at_its_bankruptcy_value_ends_at_zero(void **state)
{
    const struct contract contract = linear();
    const struct margin_rules rules[] = {flat(PERCENT), flat(7 * PERCENT), flat(33 * PERCENT)};
    for (uint64_t run = 0; run < 500; run++) {
        struct rng rng;
        rng_init(&rng, 11, RNG_TEST, run);
        struct account_position positions[3];
        for (int i = 0; i < 3; i++) {
            const int64_t quantity = 1 + (int64_t)(rng_uniform(&rng) * 5.0 * (double)UNIT);
            positions[i] = carried(&contract, &rules[i], rng_u32(&rng) % 2 ? quantity : -quantity,
                                   1 + (int64_t)(rng_uniform(&rng) * 50000));
        }
        struct account account = {
            .balance = (money_t)(rng_normal(&rng, 1e10)), .positions = positions, .count = 3};
        for (size_t i = 0; i < 3; i++) {
            const int64_t quantity = positions[i].quantity;
            account.balance += account_bankruptcy_value(&account, i, -quantity);
            positions[i].quantity = 0;
        }
        /* A unit of rounding for each, never below zero. */
        assert_true(account.balance >= 0 && account.balance <= 3);
    }
}

static void
test_the_value_ratio_compares_assets_with_debts(void **state)
{
    /* dydx1-ratio and dydx1-under: 110 % to stay, 100 % to be under water. */
    static const struct {
        int64_t cash, quantity, price; /* price in 1e-6 */
        rate_t minimum;
        bool expected;
    } cases[] = {
        {-500, 10, 54999999, RATE_ONE * 11 / 10, true},
        {-500, 10, 55000000, RATE_ONE * 11 / 10, false},
        {1500, -10, 136363637, RATE_ONE * 11 / 10, true},
        {-500, 10, 50000000, RATE_ONE, false},
        {1500, -10, 150000000, RATE_ONE, false},
        {1500, -10, 150000001, RATE_ONE, true},
        {1500, 10, 1, RATE_ONE * 11 / 10, false}, /* owes nothing */
    };
    const struct contract contract = linear();
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct account_position position = carried(&contract, NULL, cases[i].quantity * UNIT, 1);
        position.mark_price = cases[i].price;
        const struct account account = {
            .balance = cases[i].cash * ONE, .positions = &position, .count = 1};
        assert_int_equal(account_ratio_below(&account, cases[i].minimum), cases[i].expected);
    }
}

static void
test_an_order_needs_its_margin_and_its_fee(void **state)
{
    assert_true(account_order_exceeds(1000 * ONE, ONE / 10, 1000 * ONE)); /* lfest-order-1 */
    assert_false(account_order_exceeds(10 * ONE, ONE / 10, 1000 * ONE));  /* lfest-order-2 */
    assert_false(account_order_exceeds(999 * ONE, ONE, 1000 * ONE));
}

static void
test_variation_margin_adds_slippage_and_rounds_up(void **state)
{
    /* vega-margin-02, -05, -11 */
    const rate_t quarter = 25 * PERCENT;
    assert_int_equal(account_variation_margin(10000, 0, 2 * RATE_ONE, quarter, 1), 22500);
    assert_int_equal(account_variation_margin(126 * 101, 0, RATE_ONE, quarter, 1), 15908);
    assert_int_equal(account_variation_margin(1260 * 101, 0, RATE_ONE, quarter, 10), 159080);
    const money_t orders = account_variation_margin(0, 500, 10 * PERCENT, quarter, 1);
    assert_int_equal(orders, 50);
    assert_int_equal(account_margin_level(orders, 150 * PERCENT, 1), 75);
    assert_int_equal(account_margin_level(orders, 200 * PERCENT, 1), 100);
    assert_int_equal(account_margin_level(orders, 300 * PERCENT, 1), 150);
    assert_int_equal(account_margin_level(33, 110 * PERCENT, 1), 36); /* 36.3 */
}

static void
test_an_isolated_loss_ends_at_the_margin(void **state)
{
    /* itchy-pnl-4: 10,000 USD long at 10,000, 2x; at 5,000 it has lost 1 coin, posted 0.5. */
    assert_int_equal(account_isolated_profit(-100000000, -200000000, 50000000), -50000000);
    assert_int_equal(account_isolated_profit(-100000000, -120000000, 50000000), -20000000);
    assert_int_equal(account_isolated_profit(-100000000, -50000000, 50000000), 50000000);
}

static void
test_a_part_passes_over_for_its_value(void **state)
{
    /* dydx1-transfer-7: 9 of a short of 10 with cash 1,500 pass to a long of 9 owing 350. */
    struct account_holding from = {1500 * ONE, -10 * UNIT}, to = {-350 * ONE, 9 * UNIT};
    account_transfer(&from, &to, 9 * UNIT, -1350 * ONE);
    assert_int_equal(from.cash, 150 * ONE);
    assert_int_equal(from.quantity, -UNIT);
    assert_int_equal(to.cash, 1000 * ONE);
    assert_int_equal(to.quantity, 0);
}

static void
test_a_deleveraging_that_would_bankrupt_the_counterparty_is_refused(void **state)
{
    const struct contract contract = linear();
    const int64_t mark = 50000 * ONE;
    /* dydx4-adl-02: short 1 with 54,999 bought back at that price from a long owing 45,001. */
    struct account_holding from = {54999 * ONE, -UNIT}, to = {-45001 * ONE, UNIT};
    assert_true(account_offset(&contract, &from, &to, UNIT, -54999 * ONE, mark, true));
    assert_int_equal(from.cash, 0);
    assert_int_equal(to.cash, 9998 * ONE);
    /* dydx4-adl-11: at 49,999 the long owing 50,000 would be left with -1. */
    from = (struct account_holding){49999 * ONE, -UNIT};
    to = (struct account_holding){-50000 * ONE, UNIT};
    assert_false(account_offset(&contract, &from, &to, UNIT, -49999 * ONE, mark, true));
    assert_int_equal(from.cash, 49999 * ONE);
    assert_int_equal(to.quantity, UNIT);
    /* A bankrupt that pays more than it has, and may not. */
    to.cash = 0;
    assert_false(account_offset(&contract, &from, &to, UNIT, -50000 * ONE, mark, false));
    assert_true(account_offset(&contract, &from, &to, UNIT, -50000 * ONE, mark, true));
    assert_int_equal(from.cash, -ONE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equity_and_margins_add_up_over_positions),
        cmocka_unit_test(test_unrealised_profit_is_free_until_initial_margin_takes_it),
        cmocka_unit_test(test_unsettled_funding_counts_in_equity),
        cmocka_unit_test(test_the_trigger_is_strict_or_not),
        cmocka_unit_test(test_an_account_that_has_exactly_nothing_left_is_not_deleveraged),
        cmocka_unit_test(test_an_account_without_positions_may_be_exempt_from_liquidation),
        cmocka_unit_test(test_the_liquidation_fee_counts_in_the_trigger_but_not_in_the_margin),
        cmocka_unit_test(test_maintenance_may_be_fixed_at_entry),
        cmocka_unit_test(test_bankruptcy_value_of_one_position_is_its_share_of_the_cash),
        cmocka_unit_test(test_several_positions_share_equity_by_maintenance_margin),
        cmocka_unit_test(test_an_inverse_position_has_the_bankruptcy_value_of_its_closed_form),
        cmocka_unit_test(test_closing_every_position_at_its_bankruptcy_value_ends_at_zero),
        cmocka_unit_test(test_the_value_ratio_compares_assets_with_debts),
        cmocka_unit_test(test_an_order_needs_its_margin_and_its_fee),
        cmocka_unit_test(test_variation_margin_adds_slippage_and_rounds_up),
        cmocka_unit_test(test_an_isolated_loss_ends_at_the_margin),
        cmocka_unit_test(test_a_part_passes_over_for_its_value),
        cmocka_unit_test(test_a_deleveraging_that_would_bankrupt_the_counterparty_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
