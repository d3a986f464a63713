/* What a pool may pay and when it is settled. */
#include "cmocka_all.h"

#include "desk.h"
#include "engine/fund_rules.h"

#define HOUR TIME_NS_HOUR

/* Paying 100 costs 105 at a premium of 5 %: 210 pay 200, and 209 pay 199 (208.95). */
static void
test_a_premium_makes_paying_dearer(void **state)
{
    const struct fund_rules rules = {.payout_premium = RATE_ONE / 20};
    struct fund_payout payout = fund_rules_payable(&rules, 210, 0, 1000);
    assert_int_equal(payout.paid, 200);
    assert_int_equal(payout.cost, 210);
    payout = fund_rules_payable(&rules, 209, 0, 1000);
    assert_int_equal(payout.paid, 199);
    assert_true(payout.cost <= 209);
    assert_int_equal(fund_rules_payable(&rules, 210, 0, 100).cost, 105);
}

static void
test_a_window_pays_no_more_than_its_cap(void **state)
{
    const struct fund_rules rules = {.payout_max = 300, .payout_window = TIME_NS_SECOND};
    assert_int_equal(fund_rules_payable(&rules, 1000, 0, 500).paid, 300);
    assert_int_equal(fund_rules_payable(&rules, 1000, 250, 500).paid, 50);
    assert_int_equal(fund_rules_payable(&rules, 1000, 300, 500).paid, 0);
    assert_int_equal(fund_rules_payable(&rules, 40, 250, 500).paid, 40);
}

static void
test_only_a_pool_that_may_go_negative_pays_more_than_it_has(void **state)
{
    struct fund_rules rules = {.may_go_negative = false};
    assert_int_equal(fund_rules_payable(&rules, 100, 0, 150).paid, 100);
    assert_int_equal(fund_rules_payable(&rules, -5, 0, 150).paid, 0);
    assert_false(fund_rules_can_pay(&rules, 100, -101));
    assert_true(fund_rules_can_pay(&rules, 100, -100));
    assert_true(fund_rules_can_pay(&rules, 0, 1));
    rules.may_go_negative = true;
    assert_int_equal(fund_rules_payable(&rules, 100, 0, 150).paid, 150);
    assert_true(fund_rules_can_pay(&rules, -5, -10));
}

static void
test_settlements_are_on_the_hour_or_at_a_time_of_the_day(void **state)
{
    struct fund_rules rules = {.settle = FUND_SETTLE_EVENT};
    assert_int_equal(fund_rules_next_settlement(&rules, 5 * HOUR), TIME_NS_NEVER);
    rules.settle = FUND_SETTLE_HOURLY;
    assert_int_equal(fund_rules_next_settlement(&rules, 5 * HOUR - 1), 5 * HOUR);
    assert_int_equal(fund_rules_next_settlement(&rules, 5 * HOUR), 6 * HOUR);
    rules.settle = FUND_SETTLE_DAILY;
    rules.settle_at = 8 * HOUR;
    assert_int_equal(fund_rules_next_settlement(&rules, 7 * HOUR), 8 * HOUR);
    assert_int_equal(fund_rules_next_settlement(&rules, 8 * HOUR), 32 * HOUR);
}

/* Two contracts of 100 on 1 each: at 99 both are bankrupt but for nothing, at 98 each lacks 1.
 * With a daily settlement the balance stands, and yet the second deficit finds only what the first
 * left: of 1.5 it pays 1 and 0.5, and the winner closes the other. */
static void
test_what_waits_for_the_settlement_counts_for_what_can_be_paid(void **state)
{
    struct desk desk;
    desk_init(&desk);
    desk.config.rules.fund = (struct fund_rules){.settle = FUND_SETTLE_DAILY};
    desk.pool.opening = 3 * DESK_USDT / 2;
    desk_open(&desk, 10000);
    desk_position(&desk, 0, 1, 2 * DESK_USDT);
    desk_position(&desk, 0, 1, 2 * DESK_USDT);
    desk_position(&desk, 0, -2, 50 * DESK_USDT);
    desk_mark(&desk, 0, 9700, 1);           /* each lacks 1 */
    assert_int_equal(desk.change_count, 1); /* but the opening nothing is booked */
    assert_int_equal(desk.adl_count, 1);
    assert_int_equal(fund_balance(&desk.engine.pools[0], &desk.engine.ledger), DESK_USDT / 2);
    assert_int_equal(desk_fund(&desk), 3 * DESK_USDT / 2);
    engine_finish(&desk.engine, 2 * TIME_NS_SECOND);
    assert_int_equal(desk_fund(&desk), DESK_USDT / 2);
    assert_int_equal(desk.changes[1].kind, FUND_DEFICIT);
    assert_int_equal(desk.changes[1].amount, -DESK_USDT);
    desk_close(&desk);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_premium_makes_paying_dearer),
        cmocka_unit_test(test_a_window_pays_no_more_than_its_cap),
        cmocka_unit_test(test_only_a_pool_that_may_go_negative_pays_more_than_it_has),
        cmocka_unit_test(test_settlements_are_on_the_hour_or_at_a_time_of_the_day),
        cmocka_unit_test(test_what_waits_for_the_settlement_counts_for_what_can_be_paid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
