/* Populations of cross accounts: one balance behind several positions. */
#include "cmocka_all.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "engine/holders.h"
#include "engine/replay.h"
#include "models/population_draw.h"
#include "street.h"

/* A cross account with one position is an isolated position by another name. */
static void
test_drawn_cross_accounts_go_the_way_of_isolated_positions(void **state)
{
    static const int64_t marks[] = {10000, 9600, 9210, 9050, 9400, 9900, 10900, 10400};
    struct street isolated, cross;
    street_init(&isolated, 3.0, 20000.0);
    street_init(&cross, 3.0, 20000.0);
    cross.targets[0].cross = true;
    street_start(&isolated, 0, 10000);
    street_start(&cross, 0, 10000);
    for (int hour = 1; hour < 8; hour++) {
        street_instant(&isolated, 0, hour * TIME_NS_HOUR, marks[hour]);
        street_instant(&cross, 0, hour * TIME_NS_HOUR, marks[hour]);
        assert_int_equal(street_longs(&cross), street_longs(&isolated));
        assert_int_equal(street_shorts(&cross), street_shorts(&isolated));
        assert_int_equal(cross.engine.instruments[0].liquidations,
                         isolated.engine.instruments[0].liquidations);
        assert_true(ledger_balance(&cross.engine.ledger, cross.engine.pools[0].account) ==
                    ledger_balance(&isolated.engine.ledger, isolated.engine.pools[0].account));
    }
    assert_true(isolated.engine.instruments[0].liquidations > 0);
    street_close(&isolated);
    street_close(&cross);
}

/* All have left after their three hours and taken their balances along: nobody is drawn anew when
 * the target is 0. */
static void
test_a_drawn_cross_account_that_leaves_takes_its_balance_along(void **state)
{
    struct street street;
    street_init(&street, 3.0, 20000.0);
    street.targets[0].cross = true;
    street_start(&street, 0, 10000);
    street_instant(&street, 0, 3 * TIME_NS_HOUR, 10100);
    size_t left = 0;
    for (size_t i = 0; i < street.engine.accounts.count; i++) {
        const struct account_row *row = &street.engine.accounts.row[i];
        left += row->positions == 0;
        assert_true((row->balance == 0) == (row->positions == 0));
    }
    assert_true(left > 0);
    street_close(&street);
}

/*
 * One account, 10 contracts long in instrument 0 and 10 short in instrument 1, entered at 100 with
 * 500 USDT brought for each: 1,000 in all.  At 10 in both the long has lost the 900 that the short
 * has gained, and more than was brought for it.  When the short is at 109.95 it has lost 99.50, and
 * equity is 0.50 where 0.5 % of 100 + 1,099.50 and 7 of order margin are needed.
 */
static void
test_the_positions_of_a_cross_account_stand_for_each_other(void **state)
{
    struct holder_order orders[2] = {
        {.position = street_position(0, 0, 10, TIME_NS_NEVER), .deposit = INT64_C(500000000)},
        {.position = street_position(0, 1, -10, TIME_NS_NEVER),
         .deposit = INT64_C(500000000),
         .order_margin = INT64_C(7000000)},
    };
    const struct holder_account account = {.cross = true};
    for (int i = 0; i < 2; i++) {
        orders[i].position.cross = true;
        orders[i].position.margin = 0;
    }
    struct street street;
    street_init(&street, 1.0, 0.0);
    street.population = (struct holders_config){
        .orders = orders, .order_count = 2, .accounts = &account, .account_count = 1};
    street_open(&street, 0);
    engine_mark(&street.engine, 0, 10000);
    engine_mark(&street.engine, 1, 10000);
    engine_start(&street.engine, 0);
    assert_int_equal(holders_start(&street.holders, &street.engine, 0, NULL), OK);
    assert_int_equal(engine_settle(&street.engine, 0, NULL), OK);
    const struct account_row *row = &street.engine.accounts.row[0];
    assert_true(row->balance == INT64_C(1000000000) && row->order_margin == INT64_C(7000000));
    engine_mark(&street.engine, 0, 1000);
    engine_mark(&street.engine, 1, 1000);
    assert_int_equal(engine_settle(&street.engine, TIME_NS_HOUR, NULL), OK);
    assert_int_equal(street.engine.positions.open, 2);
    engine_mark(&street.engine, 1, 10995);
    assert_int_equal(engine_settle(&street.engine, 2 * TIME_NS_HOUR, NULL), OK);
    assert_int_equal(street.engine.positions.open, 0);
    street_close(&street);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_drawn_cross_accounts_go_the_way_of_isolated_positions),
        cmocka_unit_test(test_a_drawn_cross_account_that_leaves_takes_its_balance_along),
        cmocka_unit_test(test_the_positions_of_a_cross_account_stand_for_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
