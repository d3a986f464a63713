/* Emergency controls: halts, tighter margins, capital from the platform, and losses shared at the
 * end of a period. */
#include "cmocka_all.h"

#include "desk.h"

static const int half_day = 12 * 3600;

/* The waterfall ends in a halt of 10 s with margins half as much again for 20 s; the fund is empty.
 * The first long lacks 10 at 97.  The second has 1.4 left at 96.40 and needs 1.446 instead of
 * 0.964; it is taken over when the halt ends. */
static void
test_a_halt_begins_with_the_first_deficit_and_ends_with_its_time(void **state)
{
    struct desk desk;
    desk_init(&desk);
    desk.pool.opening = 0;
    desk.config.rules.order[0] = RULES_FUND;
    desk.config.rules.order[1] = RULES_HALT;
    desk.config.rules.stages = 2;
    desk.config.rules.controls = (struct rules_controls){.halt = 10 * TIME_NS_SECOND,
                                                         .margin_multiplier = RATE_ONE / 2 * 3,
                                                         .multiplier_for = 20 * TIME_NS_SECOND};
    desk_open(&desk, 10000);
    desk_position(&desk, 0, 10, 20 * DESK_USDT);
    desk_position(&desk, 0, 1, 5 * DESK_USDT);
    desk_mark(&desk, 0, 9700, 1);
    assert_int_equal(desk.step_count, 1);
    assert_int_equal(desk.control_count, 2);
    assert_true(desk.controls[0].kind == CONTROL_HALT && desk.controls[0].on);
    assert_true(desk.controls[1].kind == CONTROL_MARGIN && desk.controls[1].on);
    assert_int_equal(desk.controls[1].multiplier, RATE_ONE / 2 * 3);
    assert_int_equal(engine_next(&desk.engine), 11 * TIME_NS_SECOND);
    desk_mark(&desk, 0, 9640, 2); /* 1.4 left, 1.446 needed, 0.964 without the multiplier */
    desk_settle(&desk, 11);
    assert_true(desk.controls[2].kind == CONTROL_HALT && !desk.controls[2].on);
    assert_int_equal(desk.step_count, 2);
    desk_settle(&desk, 21);
    assert_true(desk.controls[3].kind == CONTROL_MARGIN && !desk.controls[3].on);
    assert_int_equal(desk.engine.instruments[0].now.rules.tier[0].rate, RATE_ONE / 100);
    desk_close(&desk);
}

/* A position that is sold for its trader waits while its contract is halted, and is sold when the
 * halt ends though no mark comes. */
static void
test_what_is_unwound_waits_for_the_end_of_a_halt(void **state)
{
    struct desk desk;
    desk_init(&desk);
    desk.pool.opening = 0;
    desk.config.rules.takeover = &takeover_none;
    desk.config.rules.order[0] = RULES_FUND;
    desk.config.rules.order[1] = RULES_HALT;
    desk.config.rules.stages = 2;
    desk.config.rules.controls = (struct rules_controls){.halt = 10 * TIME_NS_SECOND};
    desk_open(&desk, 10000);
    desk_position(&desk, 0, 10, 20 * DESK_USDT);
    const uint32_t other = desk_position(&desk, 0, 1, 5 * DESK_USDT);
    desk_mark(&desk, 0, 9700, 1); /* the first lacks 10 */
    assert_int_equal(desk.control_count, 1);
    desk_mark(&desk, 0, 9580, 2); /* the second has 0.8 of 0.958 */
    assert_int_equal(desk.engine.positions.row[other].quantity, 1);
    desk_settle(&desk, 11);
    assert_int_equal(desk.engine.positions.row[other].quantity, 0);
    desk_close(&desk);
}

/* 100 at noon and 50 at midnight, whatever happens. */
static void
test_the_manual_ledger_brings_capital_at_its_times(void **state)
{
    const struct engine_injection ledger[] = {{half_day * TIME_NS_SECOND, 100 * DESK_USDT},
                                              {2 * half_day * TIME_NS_SECOND, 50 * DESK_USDT}};
    struct desk desk;
    desk_init(&desk);
    desk.pool.injections = ledger;
    desk.pool.injection_count = 2;
    desk_open(&desk, 10000);
    assert_int_equal(engine_next(&desk.engine), half_day * TIME_NS_SECOND);
    desk_settle(&desk, half_day);
    assert_int_equal(desk_fund(&desk), 1100 * DESK_USDT);
    assert_int_equal(engine_next(&desk.engine), 2 * half_day * TIME_NS_SECOND);
    desk_settle(&desk, 2 * half_day);
    assert_int_equal(desk_fund(&desk), 1150 * DESK_USDT);
    assert_int_equal(engine_next(&desk.engine), TIME_NS_NEVER);
    desk_close(&desk);
}

/* Below 500 the pool is filled up to 800, with 400 in all: after a deficit of 600 it has 400 and
 * gets 400; after another 400 it has 400 and gets nothing more. */
static void
test_the_threshold_policy_fills_up_until_it_is_used_up(void **state)
{
    struct desk desk;
    desk_init(&desk);
    desk.pool.inject_below = 500 * DESK_USDT;
    desk.pool.inject_to = 800 * DESK_USDT;
    desk.pool.inject_max = 400 * DESK_USDT;
    desk_open(&desk, 10000);
    desk_position(&desk, 0, 100, 400 * DESK_USDT);
    desk_position(&desk, 0, 100, 1100 * DESK_USDT);
    desk_mark(&desk, 0, 9000, 1); /* 1,000 lost of 400: 600 missing */
    assert_int_equal(desk_fund(&desk), 800 * DESK_USDT);
    assert_int_equal(desk.changes[desk.change_count - 1].kind, FUND_INJECTION);
    desk_mark(&desk, 0, 8500, 2); /* 1,500 lost of 1,100 */
    assert_int_equal(desk_fund(&desk), 400 * DESK_USDT);
    desk_close(&desk);
}

/* A daily period that ends at 12:00; 10 are missing.  The shorts won 30 and 10: they give up 7.5
 * and 2.5, the loser nothing, and the loss is no longer uncovered. */
static void
test_a_loss_is_carried_to_the_end_of_its_period_and_shared_by_its_winners(void **state)
{
    struct desk desk;
    desk_init(&desk);
    desk.pool.opening = 0;
    desk.config.rules.order[0] = RULES_FUND;
    desk.config.rules.order[1] = RULES_SOCIALISE;
    desk.config.rules.stages = 2;
    desk.config.rules.socialise = &socialise_day_winners;
    desk.config.rules.socialise_params =
        (struct socialise_params){.period = TIME_NS_DAY, .at = half_day * TIME_NS_SECOND};
    desk_open(&desk, 10000);
    const uint32_t loser = desk_account(&desk, 30 * DESK_USDT);
    const uint32_t first = desk_account(&desk, 100 * DESK_USDT);
    const uint32_t second = desk_account(&desk, 100 * DESK_USDT);
    desk_trade(&desk, loser, 0, 4);
    desk_trade(&desk, first, 0, -3);
    desk_trade(&desk, second, 0, -1);
    desk_mark(&desk, 0, 9000, 1);
    assert_int_equal(desk.engine.pools[0].uncovered_loss, 10 * DESK_USDT);
    assert_int_equal(desk.share_count, 0);
    desk_settle(&desk, half_day);
    assert_int_equal(desk.share_count, 2);
    assert_true(desk.shares[0].account == first && desk.shares[0].amount == 7500000);
    assert_true(desk.shares[1].account == second && desk.shares[1].amount == 2500000);
    assert_int_equal(desk.engine.pools[0].uncovered_loss, 0);
    assert_int_equal(engine_wallet(&desk.engine, first), 92500000);
    desk_settle(&desk, half_day + 24 * 3600); /* the next period has no loss to share */
    assert_int_equal(desk.share_count, 2);
    desk_close(&desk);
}

/* By open interest at once, of both sides or of the other side alone: shorts of 3 and 1 and a long
 * of 4 that is well hold 8. */
static void
test_a_loss_is_shared_by_open_interest_at_once(void **state)
{
    for (int opposite = 0; opposite < 2; opposite++) {
        struct desk desk;
        desk_init(&desk);
        desk.pool.opening = 0;
        desk.config.rules.order[0] = RULES_SOCIALISE;
        desk.config.rules.stages = 1;
        desk.config.rules.socialise = &socialise_open_interest;
        desk.config.rules.socialise_params.opposite_only = opposite;
        desk_open(&desk, 10000);
        desk_position(&desk, 0, 4, 32 * DESK_USDT); /* lacks 8 at 90 */
        desk_position(&desk, 0, -3, 100 * DESK_USDT);
        desk_position(&desk, 0, -1, 100 * DESK_USDT);
        desk_position(&desk, 0, 4, 200 * DESK_USDT);
        desk_mark(&desk, 0, 9000, 1);
        assert_int_equal(desk.share_count, opposite ? 2 : 3);
        assert_int_equal(desk.shares[0].amount, (opposite ? 6 : 3) * DESK_USDT);
        assert_int_equal(desk.shares[1].amount, (opposite ? 2 : 1) * DESK_USDT);
        assert_int_equal(desk.engine.pools[0].uncovered_loss, 0);
        desk_close(&desk);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_halt_begins_with_the_first_deficit_and_ends_with_its_time),
        cmocka_unit_test(test_what_is_unwound_waits_for_the_end_of_a_halt),
        cmocka_unit_test(test_the_manual_ledger_brings_capital_at_its_times),
        cmocka_unit_test(test_the_threshold_policy_fills_up_until_it_is_used_up),
        cmocka_unit_test(test_a_loss_is_carried_to_the_end_of_its_period_and_shared_by_its_winners),
        cmocka_unit_test(test_a_loss_is_shared_by_open_interest_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
