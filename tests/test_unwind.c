/* A breached account step by step: orders, hedges, parts, and at last the takeover. */
#include "cmocka_all.h"

#include "desk.h"

/* 10 from 100 on 20: at 98.9 it has 9 and needs 9.89. */
static uint32_t
breach(struct desk *desk)
{
    desk_open(desk, 10000);
    const uint32_t id = desk_position(desk, 0, 10, 20 * DESK_USDT);
    desk_mark(desk, 0, 9890, 1);
    return id;
}

static void
use(struct desk *desk, const struct partial_type *partial, const struct partial_params *params)
{
    desk_init(desk);
    desk->config.rules.partial = partial;
    desk->config.rules.partial_params = *params;
}

/* Tiers of the first contract: 0.5 % up to 6 contracts, 1 % above. */
static void
two_tiers(struct desk *desk)
{
    desk->instruments[0].rules =
        (struct margin_rules){.mode = MARGIN_STEP,
                              .by_quantity = true,
                              .tier_count = 2,
                              .tier = {{INT64_MAX, 6, RATE_ONE / 200, 0, 50},
                                       {INT64_MAX, INT64_MAX, RATE_ONE / 100, 0, 40}}};
}

/* With 4 held back for orders 13.8 are needed of 10 that are left at 98: cancelled, 9.8. */
static void
test_cancelling_orders_can_be_enough(void **state)
{
    for (int kept = 0; kept < 2; kept++) {
        struct desk desk;
        desk_init(&desk);
        desk.config.rules.keep_orders = kept;
        desk_open(&desk, 10000);
        const uint32_t account = desk_account(&desk, 30 * DESK_USDT);
        desk_trade(&desk, account, 0, 10);
        assert_int_equal(engine_orders(&desk.engine, account, 4 * DESK_USDT, NULL), OK);
        desk_mark(&desk, 0, 9800, 1);
        assert_int_equal(desk.step_count, kept);
        desk_close(&desk);
    }
}

/* Long 10 and short 8 of one contract need 18 x 98 x 1 % = 17.64 of the 16 that are left; closed
 * against each other a long of 2 needs 1.96. */
static void
test_netting_hedges_can_be_enough(void **state)
{
    for (int kept = 0; kept < 2; kept++) {
        struct desk desk;
        desk_init(&desk);
        desk.config.rules.keep_hedges = kept;
        desk_open(&desk, 10000);
        const uint32_t account = desk_account(&desk, 20 * DESK_USDT);
        for (int side = 0; side < 2; side++) {
            const int64_t quantity = side == 0 ? 10 : -8;
            const struct position leg = {.quantity = quantity,
                                         .entry_value = quantity * 100 * DESK_USDT,
                                         .close_time = TIME_NS_NEVER,
                                         .account = account,
                                         .cross = true};
            uint32_t id;
            assert_int_equal(engine_open(&desk.engine, &leg, &id, NULL), OK);
        }
        desk_mark(&desk, 0, 9800, 1);
        assert_int_equal(desk.step_count, kept ? 2 : 0);
        if (!kept)
            assert_int_equal(engine_holds(&desk.engine, account, 0), 2);
        desk_close(&desk);
    }
}

/* Two contracts an order, one every 5 s.  98.90: 10 x 1.1 = 11 lost, 9 left for 9.89 of ten, 7.912
 * of eight: restored by the first order.  At 98.70 1.6 are lost more of eight: 7.4 for 7.896. */
static void
test_parts_are_closed_until_the_account_is_well(void **state)
{
    struct desk desk;
    const struct partial_params params = {.contracts = 2, .every = 5 * TIME_NS_SECOND};
    use(&desk, &partial_contracts_step, &params);
    const uint32_t id = breach(&desk);
    assert_int_equal(desk.closeout_count, 1);
    assert_int_equal(desk.closeouts[0].quantity, 2);
    assert_int_equal(desk.closeouts[0].cause, CLOSEOUT_TRADER);
    assert_int_equal(desk.steps[0].step, LIQUIDATION_ORDER);
    assert_int_equal(engine_next(&desk.engine), 6 * TIME_NS_SECOND);
    desk_settle(&desk, 6);
    assert_int_equal(desk.steps[1].step, LIQUIDATION_RESTORED);
    assert_int_equal(desk.engine.positions.row[id].quantity, 8);
    desk_mark(&desk, 0, 9870, 7);
    assert_int_equal(desk.closeout_count, 2);
    assert_true(desk.steps[2].case_id != desk.steps[0].case_id);
    desk_close(&desk);
}

/* Nothing comes between two orders but the pause: a mark within it closes no more. */
static void
test_between_two_orders_nothing_is_closed(void **state)
{
    struct desk desk;
    const struct partial_params params = {.contracts = 1, .every = 10 * TIME_NS_SECOND};
    use(&desk, &partial_contracts_step, &params);
    breach(&desk); /* 9 left for 8.901 after one: well; so fall at once */
    desk_mark(&desk, 0, 9885, 2);
    assert_int_equal(desk.closeout_count, 1);
    desk_mark(&desk, 0, 9880, 3);
    assert_int_equal(desk.closeout_count, 1);
    desk_settle(&desk, 11);
    assert_int_equal(desk.closeout_count, 2);
    desk_close(&desk);
}

/* An immediate order waits for the first prints behind it, takes what its share of them is, and is
 * gone: 3 of 5, then the next order is another. */
static void
test_an_immediate_order_meets_one_print(void **state)
{
    struct desk desk;
    const struct partial_params params = {.contracts = 5};
    use(&desk, &partial_contracts_step, &params);
    desk.config.closeout_type = &closeout_participation;
    desk.config.closeout.cap = 0.5;
    breach(&desk);
    assert_int_equal(desk.closeout_count, 0);
    assert_int_equal(engine_next(&desk.engine), TIME_NS_NEVER); /* only a print or a mark helps */
    desk_mark(&desk, 0, 9800, 2);
    assert_int_equal(desk.step_count, 1); /* the order stands */
    desk_print(&desk, 0, 9800, 6, 3);
    assert_int_equal(desk.closeouts[0].quantity, 3);
    desk_print(&desk, 0, 9800, 20, 4); /* the rest of it was cancelled: this places the next */
    assert_int_equal(desk.step_count, 2);
    assert_int_equal(desk.steps[1].quantity, 5);
    assert_int_equal(desk.closeout_count, 1);
    desk_print(&desk, 0, 9800, 20, 5);
    assert_int_equal(desk.closeouts[1].quantity, 5);
    desk_close(&desk);
}

/* A fill-or-kill order of 4 (down to the 6 of the lower tier) is not filled by prints that allow 3;
 * after the kill the takeover follows. */
static void
test_a_fill_or_kill_order_is_filled_whole_or_not_at_all(void **state)
{
    for (int enough = 0; enough < 2; enough++) {
        struct desk desk;
        const struct partial_params params = {0};
        use(&desk, &partial_fok_lower_tier, &params);
        desk.config.closeout_type = &closeout_participation;
        desk.config.closeout.cap = 0.5;
        two_tiers(&desk);
        const uint32_t id = breach(&desk);
        assert_int_equal(desk.steps[0].quantity, 4);
        desk_print(&desk, 0, 9890, enough ? 8 : 6, 2);
        assert_int_equal(desk.closeout_count, enough);
        desk_settle(&desk, 3);
        assert_int_equal(desk.steps[1].step, enough ? LIQUIDATION_RESTORED : LIQUIDATION_TAKEOVER);
        assert_true(desk.steps[1].case_id == desk.steps[0].case_id);
        assert_int_equal(desk.engine.positions.row[id].quantity, enough ? 6 : 0);
        desk_close(&desk);
    }
}

/* The print of the instant at which an order is placed came before it: it fills nothing, and does
 * not count as the one print that a fill-or-kill order meets. */
static void
test_an_order_waits_for_prints_after_it(void **state)
{
    struct desk desk;
    const struct partial_params params = {0};
    use(&desk, &partial_fok_lower_tier, &params);
    desk.config.closeout_type = &closeout_participation;
    desk.config.closeout.cap = 0.5;
    two_tiers(&desk);
    desk_open(&desk, 10000);
    desk_position(&desk, 0, 10, 20 * DESK_USDT);
    engine_mark(&desk.engine, 0, 9890);
    desk_print(&desk, 0, 9890, 100, 1);
    assert_int_equal(desk.step_count, 1);
    assert_int_equal(desk.closeout_count, 0);
    desk_print(&desk, 0, 9890, 8, 2);
    assert_int_equal(desk.closeouts[0].quantity, 4);
    desk_close(&desk);
}

/* Two tiers down with a time to live of 60 s: an order that nothing filled is placed anew. */
static void
test_a_resting_order_is_priced_anew_after_its_time_to_live(void **state)
{
    struct desk desk;
    const struct partial_params params = {
        .from_tier = 2, .levels = 1, .time_to_live = 60 * TIME_NS_SECOND};
    use(&desk, &partial_two_tiers_down, &params);
    desk.config.closeout_type = &closeout_participation;
    desk.config.closeout.cap = 0.5;
    two_tiers(&desk);
    breach(&desk);
    assert_int_equal(engine_next(&desk.engine), 61 * TIME_NS_SECOND);
    desk_mark(&desk, 0, 9860, 2);      /* 6 are left for 7.888 of the 8 that are then held */
    desk_print(&desk, 0, 9860, 4, 30); /* two of four */
    assert_int_equal(desk.closeouts[0].quantity, 2);
    desk_settle(&desk, 61);
    assert_int_equal(desk.step_count, 2);
    assert_int_equal(desk.steps[1].quantity, 2); /* what is left above the lower tier */
    desk_close(&desk);
}

/* Above two thirds of maintenance the position is sold for the trader, below them it is taken
 * over.  At 98.90 9 of 9.89 are left; at 98.60 6 of 9.86 are below 6.57. */
static void
test_a_backstop_waits_until_two_thirds_of_maintenance(void **state)
{
    struct desk desk;
    desk_init(&desk);
    desk.config.rules.takeover = &takeover_backstop;
    desk.config.rules.takeover_params.fraction = 2.0 / 3.0;
    desk.config.closeout_type = &closeout_participation;
    desk.config.closeout.cap = 0.5;
    breach(&desk);
    assert_int_equal(desk.steps[0].step, LIQUIDATION_CLOSE);
    desk_mark(&desk, 0, 9860, 2);
    assert_int_equal(desk.steps[1].step, LIQUIDATION_TAKEOVER);
    assert_int_equal(desk_fund(&desk), 1006 * DESK_USDT); /* all that was left, at once */
    desk_close(&desk);
}

/* An account that recovers is left alone, and its order is cancelled. */
static void
test_an_account_that_recovers_by_itself_keeps_its_position(void **state)
{
    struct desk desk;
    desk_init(&desk);
    desk.config.rules.takeover = &takeover_none;
    desk.config.closeout_type = &closeout_participation;
    desk.config.closeout.cap = 0.5;
    const uint32_t id = breach(&desk);
    desk_mark(&desk, 0, 9950, 2);
    assert_int_equal(desk.steps[1].step, LIQUIDATION_RESTORED);
    desk_print(&desk, 0, 9950, 100, 3);
    assert_int_equal(desk.closeout_count, 0);
    assert_int_equal(desk.engine.positions.row[id].quantity, 10);
    desk_mark(&desk, 0, 9880, 4); /* and is watched again */
    assert_int_equal(desk.step_count, 3);
    desk_close(&desk);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cancelling_orders_can_be_enough),
        cmocka_unit_test(test_netting_hedges_can_be_enough),
        cmocka_unit_test(test_parts_are_closed_until_the_account_is_well),
        cmocka_unit_test(test_between_two_orders_nothing_is_closed),
        cmocka_unit_test(test_an_immediate_order_meets_one_print),
        cmocka_unit_test(test_a_fill_or_kill_order_is_filled_whole_or_not_at_all),
        cmocka_unit_test(test_an_order_waits_for_prints_after_it),
        cmocka_unit_test(test_a_resting_order_is_priced_anew_after_its_time_to_live),
        cmocka_unit_test(test_a_backstop_waits_until_two_thirds_of_maintenance),
        cmocka_unit_test(test_an_account_that_recovers_by_itself_keeps_its_position),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
