/* How much of a breached position is closed first: every kind by hand. */
#include "cmocka_all.h"

#include <string.h>

#include "models/partial.h"

/* 100 units of 10 quote each, three tiers that end at 20, 60 and never; 1,000 quote of notional. */
static const int64_t tier_ends[] = {20, 60, INT64_MAX};

/* Closing 30 units and more meets maintenance margin, 50 and more initial margin. */
static bool
restored(const void *context, int64_t closed, enum partial_level level)
{
    (void)context;
    return closed >= (level == PARTIAL_INITIAL ? 50 : 30);
}

static struct partial_situation
situation(void)
{
    return (struct partial_situation){
        .quantity = 100,
        .step = 1,
        .unit_notional = 10.0,
        .unit_contracts = 1.0,
        .price = 10.0,
        .tier = 2,
        .tier_count = 3,
        .tier_quantity = tier_ends,
        .equity = 9.0,
        .maintenance = 30.0,
        .required = 30.0,
        .initial = 60.0,
        .maintenance_rate = 0.03,
        .lowest_rate = 0.005,
        .initial_rate = 0.06,
        .fee_rate = 0.0,
        .restored = restored,
    };
}

/* The order a kind places; quantity 0: none. */
static struct partial_order
order_of(const struct partial_type *type, const struct partial_params *params,
         const struct partial_situation *now)
{
    struct partial_order order = {0};
    if (!type->order(params, now, &order))
        order.quantity = 0;
    return order;
}

static void
test_none_places_no_order(void **state)
{
    const struct partial_params params = {0};
    const struct partial_situation now = situation();
    assert_int_equal(order_of(&partial_none, &params, &now).quantity, 0);
}

/* Tier 3 less two is tier 1: 80 go; one tier down leaves 60.  Below tier from_tier, and where less
 * is left than 0.5 % of 1,000 = 5, the takeover follows. */
static void
test_tiers_go_down_while_equity_covers_the_lowest_rate(void **state)
{
    struct partial_params params = {.from_tier = 3, .levels = 2, .time_to_live = 60};
    struct partial_situation now = situation();
    const struct partial_order order = order_of(&partial_two_tiers_down, &params, &now);
    assert_int_equal(order.quantity, 80);
    assert_int_equal(order.fill, PARTIAL_RESTING);
    assert_int_equal(order.time_to_live, 60);
    assert_int_equal(order_of(&partial_to_tier_1, &params, &now).quantity, 80);
    params.levels = 1;
    assert_int_equal(order_of(&partial_two_tiers_down, &params, &now).quantity, 40);
    now.equity = 5.0; /* just enough */
    assert_int_equal(order_of(&partial_two_tiers_down, &params, &now).quantity, 40);
    now.equity = 4.999;
    assert_int_equal(order_of(&partial_two_tiers_down, &params, &now).quantity, 0);
    assert_int_equal(order_of(&partial_to_tier_1, &params, &now).quantity, 0);
    now = situation();
    now.tier = 1;
    now.quantity = 50;
    assert_int_equal(order_of(&partial_two_tiers_down, &params, &now).quantity, 0);
    params.from_tier = 2;
    assert_int_equal(order_of(&partial_two_tiers_down, &params, &now).quantity, 30);
}

static void
test_one_immediate_order_and_no_second(void **state)
{
    const struct partial_params params = {.share = 0.25};
    struct partial_situation now = situation();
    const struct partial_order order = order_of(&partial_one_ioc, &params, &now);
    assert_int_equal(order.quantity, 25);
    assert_int_equal(order.fill, PARTIAL_IOC);
    now.orders = 1;
    assert_int_equal(order_of(&partial_one_ioc, &params, &now).quantity, 0);
}

/* From tier 3 down to the end of tier 2, once; in the first tier there is nowhere to go. */
static void
test_fill_or_kill_goes_one_tier_down_once(void **state)
{
    const struct partial_params params = {0};
    struct partial_situation now = situation();
    const struct partial_order order = order_of(&partial_fok_lower_tier, &params, &now);
    assert_int_equal(order.quantity, 40);
    assert_int_equal(order.fill, PARTIAL_FOK);
    now.orders = 1;
    assert_int_equal(order_of(&partial_fok_lower_tier, &params, &now).quantity, 0);
    now.orders = 0;
    now.tier = 0;
    now.quantity = 10;
    assert_int_equal(order_of(&partial_fok_lower_tier, &params, &now).quantity, 0);
}

/* Contracts of 10 units: three are 30 units, in lots of 20 one lot; never more than is held. */
static void
test_steps_are_in_contracts_and_whole_lots(void **state)
{
    struct partial_params params = {.contracts = 3.0, .every = 7};
    struct partial_situation now = situation();
    now.unit_contracts = 0.1;
    struct partial_order order = order_of(&partial_contracts_step, &params, &now);
    assert_int_equal(order.quantity, 30);
    assert_int_equal(order.wait, 7);
    now.step = 20;
    assert_int_equal(order_of(&partial_contracts_step, &params, &now).quantity, 20);
    params.contracts = 0.5; /* less than a lot is a lot */
    assert_int_equal(order_of(&partial_contracts_step, &params, &now).quantity, 20);
    params.contracts = 1000.0;
    assert_int_equal(order_of(&partial_contracts_step, &params, &now).quantity, 100);
}

/* A notional of 1,000 above 999: a fifth, a pause, all; of 1,000 not above 1,000: all at once. */
static void
test_a_share_first_and_all_after_the_pause(void **state)
{
    struct partial_params params = {.threshold = 999.0, .share = 0.2, .cooldown = 30};
    struct partial_situation now = situation();
    struct partial_order order = order_of(&partial_percent_then_all, &params, &now);
    assert_int_equal(order.quantity, 20);
    assert_int_equal(order.wait, 30);
    now.orders = 1;
    now.quantity = 80;
    order = order_of(&partial_percent_then_all, &params, &now);
    assert_int_equal(order.quantity, 80);
    assert_int_equal(order.wait, 0);
    now = situation();
    params.threshold = 1000.0;
    assert_int_equal(order_of(&partial_percent_then_all, &params, &now).quantity, 100);
}

/* A tenth of 1,000 is 100 quote, 10 units; at least 200 quote and at most 300. */
static void
test_a_block_takes_a_share_between_two_notionals(void **state)
{
    struct partial_params params = {.share = 0.1, .minimum = 0.0, .limit = 1e6, .every = 1};
    struct partial_situation now = situation();
    assert_int_equal(order_of(&partial_percent_per_block, &params, &now).quantity, 10);
    params.minimum = 200.0;
    assert_int_equal(order_of(&partial_percent_per_block, &params, &now).quantity, 20);
    params.share = 0.9;
    params.limit = 300.0;
    assert_int_equal(order_of(&partial_percent_per_block, &params, &now).quantity, 30);
    now.quantity = 15; /* 150 quote: less than the minimum, so all of it */
    params.limit = 1e6;
    assert_int_equal(order_of(&partial_percent_per_block, &params, &now).quantity, 15);
}

/* A shortage of 21 at a price of 10, 3 % of margin freed less 1 % to the liquidator: 105 units
 * would cover it, so the ramp decides: 2 % at once, after half of the minute 52 %, after it
 * everything; a shortage below the dust is covered at once. */
static void
test_a_ramp_allows_more_with_the_time(void **state)
{
    struct partial_params params = {.share = 0.02,
                                    .duration = 60 * TIME_NS_SECOND,
                                    .every = TIME_NS_SECOND,
                                    .liquidator_fee = 0.01};
    struct partial_situation now = situation();
    assert_int_equal(order_of(&partial_time_ramp, &params, &now).quantity, 2);
    now.now = 30 * TIME_NS_SECOND;
    assert_int_equal(order_of(&partial_time_ramp, &params, &now).quantity, 52);
    now.now = 61 * TIME_NS_SECOND;
    assert_int_equal(order_of(&partial_time_ramp, &params, &now).quantity, 100);
    now.now = 0;
    now.equity =
        29.0; /* a shortage of 1: 5 units, of which 2 % are allowed, or all of it as dust */
    assert_int_equal(order_of(&partial_time_ramp, &params, &now).quantity, 2);
    params.dust = 2.0;
    assert_int_equal(order_of(&partial_time_ramp, &params, &now).quantity, 5);
}

/* The exact test decides: 30 units meet maintenance margin and 50 initial margin, however far off
 * the first guess is; in lots of 20 that is 40 and 60. */
static void
test_the_least_that_restores_margin_is_found_whatever_the_guess(void **state)
{
    const struct partial_params params = {.limit = 1e15};
    for (int guess = 0; guess < 4; guess++) {
        struct partial_situation now = situation();
        now.equity = (double)guess * 9.9;
        assert_int_equal(order_of(&partial_to_maintenance, &params, &now).quantity, 30);
        assert_int_equal(order_of(&partial_to_initial, &params, &now).quantity, 50);
        now.step = 20;
        assert_int_equal(order_of(&partial_to_maintenance, &params, &now).quantity, 40);
        assert_int_equal(order_of(&partial_to_initial, &params, &now).quantity, 60);
    }
    struct partial_situation now = situation();
    const struct partial_params limited = {.limit = 100.0}; /* ten units an order */
    assert_int_equal(order_of(&partial_to_maintenance, &limited, &now).quantity, 10);
}

static void
test_every_kind_of_the_registry_has_a_test_here(void **state)
{
    size_t count = 0;
    while (partial_registry[count] != NULL)
        count++;
    assert_int_equal(count, 11);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_none_places_no_order),
        cmocka_unit_test(test_tiers_go_down_while_equity_covers_the_lowest_rate),
        cmocka_unit_test(test_one_immediate_order_and_no_second),
        cmocka_unit_test(test_fill_or_kill_goes_one_tier_down_once),
        cmocka_unit_test(test_steps_are_in_contracts_and_whole_lots),
        cmocka_unit_test(test_a_share_first_and_all_after_the_pause),
        cmocka_unit_test(test_a_block_takes_a_share_between_two_notionals),
        cmocka_unit_test(test_a_ramp_allows_more_with_the_time),
        cmocka_unit_test(test_the_least_that_restores_margin_is_found_whatever_the_guess),
        cmocka_unit_test(test_every_kind_of_the_registry_has_a_test_here),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
