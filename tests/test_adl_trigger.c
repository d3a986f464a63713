/* When deleveraging starts although the fund could still pay, and when it ends. */
#include "cmocka_all.h"

#include "desk.h"
#include "engine/adl_watch.h"
#include "models/adl_trigger.h"

/* 30 % of 1,000,000, at the line and beyond it; le counts the line, lt does not. */
static void
test_a_fall_reaches_the_line_or_must_go_beyond(void **state)
{
    struct adl_trigger_params params = {.drawdown = true, .rate = 0.3, .recover_rate = 0.25};
    assert_true(adl_trigger_line(&params, 1e6) == 300000.0);
    assert_false(adl_trigger_drawdown(&params, false, 299999.0, 1e6, 700001.0));
    assert_true(adl_trigger_drawdown(&params, false, 300000.0, 1e6, 700000.0));
    params.compare = ADL_TRIGGER_LT;
    assert_false(adl_trigger_drawdown(&params, false, 300000.0, 1e6, 700000.0));
    assert_true(adl_trigger_drawdown(&params, false, 300001.0, 1e6, 699999.0));
}

/* On at 30 %, it stays on down to 25 % and is off below. */
static void
test_it_ends_only_below_the_recovery_rate(void **state)
{
    const struct adl_trigger_params params = {.drawdown = true, .rate = 0.3, .recover_rate = 0.25};
    assert_true(adl_trigger_drawdown(&params, true, 260000.0, 1e6, 740000.0));
    assert_true(adl_trigger_drawdown(&params, true, 250000.0, 1e6, 750000.0));
    assert_false(adl_trigger_drawdown(&params, true, 249999.0, 1e6, 750001.0));
    assert_false(adl_trigger_drawdown(&params, false, 260000.0, 1e6, 740000.0));
}

/* OKX, 2025: 30 % or 50,000, whichever is more: of 100,000 it is the amount. */
static void
test_an_absolute_leg_and_a_smallest_balance(void **state)
{
    struct adl_trigger_params params = {
        .drawdown = true, .rate = 0.3, .recover_rate = 0.25, .amount = 50000.0};
    assert_true(adl_trigger_line(&params, 1e5) == 50000.0);
    assert_false(adl_trigger_drawdown(&params, false, 49999.0, 1e5, 50001.0));
    assert_true(adl_trigger_drawdown(&params, false, 50000.0, 1e5, 50000.0));
    params.balance_min = 60000.0;
    assert_false(adl_trigger_drawdown(&params, false, 50000.0, 1e5, 50000.0));
}

static void
test_an_empty_fund_and_a_large_inventory_put_it_on(void **state)
{
    const struct adl_trigger_params params = {
        .depleted = true, .depleted_below = 10.0, .inventory_cap = true, .inventory_ratio = 1.5};
    assert_true(adl_trigger_depleted(&params, 10.0));
    assert_false(adl_trigger_depleted(&params, 10.01));
    assert_false(adl_trigger_inventory(&params, 150.0, 100.0));
    assert_true(adl_trigger_inventory(&params, 150.01, 100.0));
    const struct adl_trigger_params none = {0};
    assert_false(adl_trigger_depleted(&none, -1.0));
    assert_false(adl_trigger_inventory(&none, 1e9, 1.0));
}

/* A pool of 1,000 whose first contract lost it 200 and its second 100: of the pool that is 30 %, of
 * either contract less: by pool both are on, by symbol none. */
static void
test_a_pool_falls_by_all_its_contracts_and_a_symbol_by_itself(void **state)
{
    for (int scope = 0; scope < 2; scope++) {
        struct desk desk;
        desk_init(&desk);
        desk.config.rules.adl.trigger = (struct adl_trigger_params){.drawdown = true,
                                                                    .scope = scope,
                                                                    .window = 8 * TIME_NS_HOUR,
                                                                    .rate = 0.3,
                                                                    .recover_rate = 0.25};
        desk_open(&desk, 10000);
        desk_position(&desk, 0, 100, 300 * DESK_USDT);
        desk_position(&desk, 1, 100, 400 * DESK_USDT);
        desk_mark(&desk, 0, 9500, 1);
        assert_false(adl_watch_on(&desk.engine, 0) || adl_watch_on(&desk.engine, 1));
        desk_mark(&desk, 1, 9500, 2);
        assert_int_equal(desk_fund(&desk), 700 * DESK_USDT);
        assert_int_equal(adl_watch_on(&desk.engine, 0), scope == ADL_TRIGGER_POOL);
        assert_int_equal(adl_watch_on(&desk.engine, 1), scope == ADL_TRIGGER_POOL);
        desk_close(&desk);
    }
}

/* After 8 hours at 700 that is the peak of the window: nothing has fallen. */
static void
test_a_fall_is_forgotten_when_its_window_is_over(void **state)
{
    struct desk desk;
    desk_init(&desk);
    desk.config.rules.adl.trigger = (struct adl_trigger_params){
        .drawdown = true, .window = 8 * TIME_NS_HOUR, .rate = 0.3, .recover_rate = 0.25};
    desk_open(&desk, 10000);
    desk_position(&desk, 0, 100, 200 * DESK_USDT);
    desk_mark(&desk, 0, 9500, 1);
    assert_true(adl_watch_on(&desk.engine, 0));
    desk_settle(&desk, 8 * 3600);
    assert_true(adl_watch_on(&desk.engine, 0));
    desk_settle(&desk, 8 * 3600 + 120);
    assert_false(adl_watch_on(&desk.engine, 0));
    desk_close(&desk);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_fall_reaches_the_line_or_must_go_beyond),
        cmocka_unit_test(test_it_ends_only_below_the_recovery_rate),
        cmocka_unit_test(test_an_absolute_leg_and_a_smallest_balance),
        cmocka_unit_test(test_an_empty_fund_and_a_large_inventory_put_it_on),
        cmocka_unit_test(test_a_pool_falls_by_all_its_contracts_and_a_symbol_by_itself),
        cmocka_unit_test(test_a_fall_is_forgotten_when_its_window_is_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
