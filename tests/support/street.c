#include "street.h"

#include "cmocka_all.h"

#include <math.h>
#include <stdlib.h>

#define PERMILLE (RATE_ONE / 1000)

void
street_init(struct street *street, double hours, double open_interest)
{
    *street = (struct street){.pool = {.opening = INT64_C(1000000000000)}};
    for (size_t i = 0; i < STREET_INSTRUMENTS; i++) {
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
        .instrument_count = STREET_INSTRUMENTS,
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

void
street_open(struct street *street, time_ns_t from)
{
    assert_int_equal(engine_init(&street->engine, &street->config, NULL), OK);
    assert_int_equal(
        holders_init(&street->holders, &street->population, STREET_INSTRUMENTS, from, NULL), OK);
}

void
street_start(struct street *street, time_ns_t from, int64_t mark_price)
{
    street_open(street, from);
    engine_mark(&street->engine, 0, mark_price);
    engine_start(&street->engine, from);
    assert_int_equal(holders_start(&street->holders, &street->engine, from, NULL), OK);
    assert_int_equal(engine_settle(&street->engine, from, NULL), OK);
}

void
street_close(struct street *street)
{
    struct error err = {.message = ""};
    if (!engine_verify(&street->engine, &err))
        fail_msg("%s", err.message);
    holders_clear(&street->holders);
    engine_clear(&street->engine);
    happenings_clear(&street->list);
}

void
street_instant(struct street *street, size_t instrument, time_ns_t time, int64_t mark_price)
{
    engine_mark(&street->engine, instrument, mark_price);
    if (street->holders.waiting || street->holders.next <= time)
        assert_int_equal(holders_run(&street->holders, &street->engine, time, NULL), OK);
    assert_int_equal(engine_settle(&street->engine, time, NULL), OK);
}

int64_t
street_longs(const struct street *street)
{
    return street->engine.positions.totals[0].long_quantity +
           street->engine.instruments[0].longs.quantity;
}

int64_t
street_shorts(const struct street *street)
{
    return street->engine.positions.totals[0].short_quantity +
           street->engine.instruments[0].shorts.quantity;
}

struct position
street_position(uint32_t account, uint32_t instrument, int64_t quantity, time_ns_t close)
{
    return (struct position){.quantity = quantity,
                             .entry_value = quantity * INT64_C(100000000),
                             .margin = llabs(quantity) * INT64_C(50000000),
                             .account = account,
                             .instrument = instrument,
                             .close_time = close};
}
