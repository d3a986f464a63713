/* Variation margin: profit and loss become money at every mark. */
#include "cmocka_all.h"

#include "desk.h"

static void
open_at_mark(struct desk *desk, money_t fund)
{
    desk_init(desk);
    desk->pool.opening = fund;
    desk->config.rules.settlement = RULES_AT_MARK;
    desk->config.rules.takeover = &takeover_fund_at_mark;
    desk->config.rules.order[0] = RULES_FUND;
    desk->config.rules.order[1] = RULES_SOCIALISE;
    desk->config.rules.stages = 2;
    desk->config.rules.socialise = &socialise_step_gains;
    desk->config.closeout_type = &closeout_participation; /* holds what it took over */
    desk->config.closeout.cap = 0.01;
    desk_open(desk, 10000);
}

/* 10 from 100: each mark pays its difference, and positions stand at the mark. */
static void
test_every_mark_pays_its_difference(void **state)
{
    struct desk desk;
    open_at_mark(&desk, 0);
    const uint32_t up = desk_account(&desk, 100 * DESK_USDT);
    const uint32_t down = desk_account(&desk, 100 * DESK_USDT);
    desk_trade(&desk, up, 0, 10);
    desk_trade(&desk, down, 0, -10);
    desk_mark(&desk, 0, 10300, 1);
    assert_int_equal(engine_wallet(&desk.engine, up), 130 * DESK_USDT);
    assert_int_equal(engine_wallet(&desk.engine, down), 70 * DESK_USDT);
    desk_mark(&desk, 0, 10100, 2);
    assert_int_equal(engine_wallet(&desk.engine, up), 110 * DESK_USDT);
    assert_int_equal(engine_equity(&desk.engine, up), 110 * DESK_USDT);
    assert_int_equal(engine_total(&desk.engine, 0), 200 * DESK_USDT);
    desk_close(&desk);
}

/* What is left of an account below its requirement is the fund's, which then pays and is paid as
 * the account was: 9 at 90.9 (9.09 needed); at 90.4 it pays 5 of them. */
static void
test_the_fund_takes_what_is_left_and_stands_in(void **state)
{
    struct desk desk;
    open_at_mark(&desk, 0);
    const uint32_t up = desk_account(&desk, 100 * DESK_USDT);
    const uint32_t down = desk_account(&desk, 500 * DESK_USDT);
    desk_trade(&desk, up, 0, 10);
    desk_trade(&desk, down, 0, -10);
    desk_mark(&desk, 0, 9090, 1);
    assert_int_equal(desk.steps[0].step, LIQUIDATION_TAKEOVER);
    assert_int_equal(desk_fund(&desk), 9 * DESK_USDT);
    assert_int_equal(engine_wallet(&desk.engine, up), 0);
    desk_mark(&desk, 0, 9040, 2);
    assert_int_equal(desk_fund(&desk), 4 * DESK_USDT);
    assert_int_equal(engine_wallet(&desk.engine, down), 596 * DESK_USDT);
    desk_mark(&desk, 0, 9140, 3); /* and up: the fund wins 10 */
    assert_int_equal(desk_fund(&desk), 14 * DESK_USDT);
    desk_close(&desk);
}

/* The long of 9 has 100 and owes 270 at 70; the fund pays its 50; 120 are cut from gains of 180 and
 * 90 in proportion. */
static void
test_gains_are_cut_for_what_nobody_can_pay(void **state)
{
    struct desk desk;
    open_at_mark(&desk, 50 * DESK_USDT);
    const uint32_t up = desk_account(&desk, 100 * DESK_USDT);
    const uint32_t much = desk_account(&desk, 500 * DESK_USDT);
    const uint32_t less = desk_account(&desk, 500 * DESK_USDT);
    desk_trade(&desk, up, 0, 9);
    desk_trade(&desk, much, 0, -6);
    desk_trade(&desk, less, 0, -3);
    desk_mark(&desk, 0, 7000, 1);
    assert_int_equal(desk.share_count, 2);
    assert_int_equal(desk.shares[0].amount, 80 * DESK_USDT);
    assert_int_equal(desk.shares[1].amount, 40 * DESK_USDT);
    assert_int_equal(engine_wallet(&desk.engine, much), 600 * DESK_USDT);
    assert_int_equal(engine_wallet(&desk.engine, less), 550 * DESK_USDT);
    assert_int_equal(desk_fund(&desk), 0);
    assert_int_equal(desk.engine.pools[0].uncovered_loss, 0);
    desk_close(&desk);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_mark_pays_its_difference),
        cmocka_unit_test(test_the_fund_takes_what_is_left_and_stands_in),
        cmocka_unit_test(test_gains_are_cut_for_what_nobody_can_pay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
