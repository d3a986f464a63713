/* Populations of cross accounts: one balance behind several positions. */
#include "cmocka_all.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "engine/holders.h"
#include "engine/replay.h"
#include "models/population_draw.h"
#include "reference.h"

enum { INSTRUMENTS = 2 };
#define PERMILLE (RATE_ONE / 1000)
#define NEVER_HOURS 1e9

/* Two linear instruments of 1 coin a contract, whole contracts, cents, 1e-6 USDT, one pool. */
struct street {
    struct engine_instrument instruments[INSTRUMENTS];
    struct engine_pool pool;
    struct engine_config config;
    struct engine engine;
    struct population_params params;
    struct holder_target targets[INSTRUMENTS];
    struct holders_config population;
    struct holders holders;
    struct happenings list;
};

/* Everybody holds 1,000 USDT at 10x for `hours`; steps of an hour, no lookback. */
static void
street_init(struct street *street, double hours, double open_interest)
{
    *street = (struct street){.pool = {.opening = INT64_C(1000000000000)}};
    for (size_t i = 0; i < INSTRUMENTS; i++) {
        street->instruments[i] = (struct engine_instrument){
            .contract = {.kind = CONTRACT_LINEAR,
                         .size = {1, 0},
                         .price_scale = 2,
                         .money_decimals = 6},
            .rules = {
                .mode = MARGIN_STEP,
                .tier_count = 1,
                .tier = {{.notional_max = INT64_MAX, .rate = 5 * PERMILLE, .leverage_max = 50}}}};
        assert_int_equal(contract_init(&street->instruments[i].contract, NULL), OK);
        assert_int_equal(margin_rules_init(&street->instruments[i].rules, NULL), OK);
    }
    street->config = (struct engine_config){
        .instruments = street->instruments,
        .instrument_count = INSTRUMENTS,
        .pools = &street->pool,
        .pool_count = 1,
        .currency_count = 1,
        .closeout_type = &closeout_at_once,
        .closeout = {.cap = 0.2,
                     .slippage = &slippage_constant.model,
                     .daily_volume = NAN,
                     .daily_volatility = NAN},
        .adl = &adl_okx,
        .sample_every = TIME_NS_MINUTE,
        .observer = happenings_observer(&street->list),
    };
    street->params = (struct population_params){
        .leverage = {.kind = &distribution_constant.model, .params = {.value = 10.0}},
        .size = {.kind = &distribution_constant.model, .params = {.value = 1000.0}},
        .lifetime = {.kind = &distribution_constant.model, .params = {.value = hours}},
        .step = TIME_NS_HOUR,
        .recovery = 4 * TIME_NS_HOUR,
    };
    street->targets[0] = (struct holder_target){
        .params = &street->params, .open_interest = open_interest, .seed = 7};
    street->population = (struct holders_config){.targets = street->targets};
}

static void
street_open(struct street *street, time_ns_t from)
{
    assert_int_equal(engine_init(&street->engine, &street->config, NULL), OK);
    assert_int_equal(holders_init(&street->holders, &street->population, INSTRUMENTS, from, NULL),
                     OK);
}

static void
street_start(struct street *street, time_ns_t from, int64_t mark_price)
{
    street_open(street, from);
    engine_mark(&street->engine, 0, mark_price);
    engine_start(&street->engine, from);
    assert_int_equal(holders_start(&street->holders, &street->engine, from, NULL), OK);
    assert_int_equal(engine_settle(&street->engine, from, NULL), OK);
}

static void
street_close(struct street *street)
{
    struct error err = {.message = ""};
    if (!engine_verify(&street->engine, &err))
        fail_msg("%s", err.message);
    holders_clear(&street->holders);
    engine_clear(&street->engine);
    happenings_clear(&street->list);
}

/* One instant with a mark: the population first, then the margins. */
static void
instant(struct street *street, size_t instrument, time_ns_t time, int64_t mark_price)
{
    engine_mark(&street->engine, instrument, mark_price);
    if (street->holders.waiting || street->holders.next <= time)
        assert_int_equal(holders_run(&street->holders, &street->engine, time, NULL), OK);
    assert_int_equal(engine_settle(&street->engine, time, NULL), OK);
}

static int64_t
longs_of(const struct street *street)
{
    return street->engine.positions.totals[0].long_quantity +
           street->engine.instruments[0].longs.quantity;
}

static int64_t
shorts_of(const struct street *street)
{
    return street->engine.positions.totals[0].short_quantity +
           street->engine.instruments[0].shorts.quantity;
}

static struct position
plain_position(uint32_t account, uint32_t instrument, int64_t quantity, time_ns_t close)
{
    return (struct position){.quantity = quantity,
                             .entry_value = quantity * INT64_C(100000000),
                             .margin = llabs(quantity) * INT64_C(50000000),
                             .account = account,
                             .instrument = instrument,
                             .close_time = close};
}

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
        instant(&isolated, 0, hour * TIME_NS_HOUR, marks[hour]);
        instant(&cross, 0, hour * TIME_NS_HOUR, marks[hour]);
        assert_int_equal(longs_of(&cross), longs_of(&isolated));
        assert_int_equal(shorts_of(&cross), shorts_of(&isolated));
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
    instant(&street, 0, 3 * TIME_NS_HOUR, 10100);
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
        {.position = plain_position(0, 0, 10, TIME_NS_NEVER), .deposit = INT64_C(500000000)},
        {.position = plain_position(0, 1, -10, TIME_NS_NEVER),
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
