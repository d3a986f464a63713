/* The volume clock and the prints of an instant, by hand. */
#include "cmocka_all.h"

#include <math.h>

#include "engine/market_view.h"

/* Linear, 1 BTC a contract, prices in cents, quantities in thousandths. */
static struct contract
make_contract(void)
{
    struct contract contract = {.kind = CONTRACT_LINEAR,
                                .size = {1, 0},
                                .price_scale = 2,
                                .quantity_scale = 3,
                                .money_decimals = 6};
    assert_int_equal(contract_init(&contract, NULL), OK);
    return contract;
}

/* A minute in which `thousandths` were traded and that ended at `cents`. */
static void
pass_minute(struct market_view *view, const struct contract *contract, int64_t thousandths,
            int64_t cents)
{
    view->minute_quantity += thousandths;
    view->last_price = cents;
    market_view_minute(view, contract);
}

static void
assert_near(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-12 * fabs(expected)))
        fail_msg("%.17g is not %.17g", value, expected);
}

/* 2 BTC at 10,000 in the first minute: 20,000 a minute is 28.8 million a day.  Then 1 BTC at
 * 11,000: (20,000 + 11,000) / 2 x 1,440 = 22.32 million.  One return so far, ln 1.1, as if every
 * minute of the day had one: |ln 1.1| sqrt(1,440). */
static void
test_what_was_seen_is_scaled_up_to_a_day(void **state)
{
    const struct contract contract = make_contract();
    struct market_view view;
    assert_int_equal(market_view_init(&view, NULL), OK);
    assert_true(isnan(view.daily_volume) && isnan(view.daily_volatility));
    pass_minute(&view, &contract, 2000, 1000000);
    assert_near(view.daily_volume, 28.8e6);
    assert_true(isnan(view.daily_volatility));
    pass_minute(&view, &contract, 1000, 1100000);
    assert_near(view.daily_volume, 22.32e6);
    assert_near(view.daily_volatility, log(1.1) * sqrt(1440.0));
    /* A third minute without a trade at the same price: two returns, one of them nothing. */
    pass_minute(&view, &contract, 0, 1100000);
    assert_near(view.daily_volume, 31000.0 * 480.0);
    assert_near(view.daily_volatility, log(1.1) * sqrt(720.0));
    market_view_clear(&view);
}

/* A day at 1 BTC a minute, then minutes of 3 BTC push the old ones out one by one. */
static void
test_after_a_day_the_oldest_minute_leaves(void **state)
{
    const struct contract contract = make_contract();
    struct market_view view;
    assert_int_equal(market_view_init(&view, NULL), OK);
    pass_minute(&view, &contract, 1000, 1000000);
    pass_minute(&view, &contract, 1000, 2000000); /* the one return of the day */
    for (int i = 2; i < MARKET_VIEW_MINUTES; i++)
        pass_minute(&view, &contract, 1000, 2000000);
    assert_near(view.daily_volume, 10000.0 + 1439.0 * 20000.0);
    assert_near(view.daily_volatility, log(2.0) * sqrt(1440.0 / 1439.0));
    pass_minute(&view, &contract, 3000, 2000000); /* pushes out the first minute */
    assert_near(view.daily_volume, 1439.0 * 20000.0 + 60000.0);
    assert_near(view.daily_volatility, log(2.0));
    pass_minute(&view, &contract, 3000, 2000000); /* and the second, with the return */
    assert_near(view.daily_volume, 1438.0 * 20000.0 + 120000.0);
    assert_true(view.daily_volatility == 0.0);
    market_view_clear(&view);
}

static void
test_minutes_before_the_first_price_are_not_counted(void **state)
{
    const struct contract contract = make_contract();
    struct market_view view;
    assert_int_equal(market_view_init(&view, NULL), OK);
    market_view_minute(&view, &contract);
    assert_true(isnan(view.daily_volume));
    view.mark_price = 1000000; /* a mark serves where nothing was traded yet */
    market_view_minute(&view, &contract);
    assert_true(view.daily_volume == 0.0);
    pass_minute(&view, &contract, 1000, 1000000);
    assert_near(view.daily_volume, 10000.0 * 720.0);
    market_view_clear(&view);
}

/* Sellers hit 2 at 100 and 1 at 97, buyers lift 4 at 103, 1 at 101 of nobody knows whom.  An engine
 * that sells stands with the sellers: 3 + 1 units at (200 + 97 + 101) / 4 = 99.5; one that buys
 * with the buyers: 5 units at (412 + 101) / 5 = 102.6. */
static void
test_the_engine_takes_part_in_prints_of_its_own_side_and_of_unknown_ones(void **state)
{
    struct market_view view;
    double average;
    assert_int_equal(market_view_init(&view, NULL), OK);
    assert_int_equal(market_view_volume(&view, -1, &average), 0);
    assert_true(isnan(average));
    view.sold = (struct market_prints){3, 297.0};
    view.bought = (struct market_prints){4, 412.0};
    view.unknown = (struct market_prints){1, 101.0};
    assert_int_equal(market_view_volume(&view, -1, &average), 4);
    assert_near(average, 99.5);
    assert_int_equal(market_view_volume(&view, 1, &average), 5);
    assert_near(average, 102.6);
    market_view_next_instant(&view);
    assert_int_equal(market_view_volume(&view, 1, &average), 0);
    market_view_clear(&view);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_seen_is_scaled_up_to_a_day),
        cmocka_unit_test(test_after_a_day_the_oldest_minute_leaves),
        cmocka_unit_test(test_minutes_before_the_first_price_are_not_counted),
        cmocka_unit_test(test_the_engine_takes_part_in_prints_of_its_own_side_and_of_unknown_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
