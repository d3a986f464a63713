#include "desk.h"

#include "cmocka_all.h"

#include <stdlib.h>

#define TAKE(kind, list, count)                                    \
    static void on_##kind(void *context, const struct kind *event) \
    {                                                              \
        struct desk *desk = context;                               \
        assert_true(desk->count < DESK_EVENTS);                    \
        desk->list[desk->count++] = *event;                        \
    }

TAKE(liquidation_event, steps, step_count)
TAKE(closeout_event, closeouts, closeout_count)
TAKE(adl_event, adls, adl_count)
TAKE(socialised_event, shares, share_count)
TAKE(control_event, controls, control_count)
TAKE(fund_change, changes, change_count)

void
desk_init(struct desk *desk)
{
    *desk = (struct desk){.pool = {.opening = 1000 * DESK_USDT}};
    for (size_t i = 0; i < DESK_INSTRUMENTS; i++) {
        struct engine_instrument *instrument = &desk->instruments[i];
        instrument->contract = (struct contract){
            .kind = CONTRACT_LINEAR, .size = {1, 0}, .price_scale = 2, .money_decimals = 6};
        instrument->rules = (struct margin_rules){.mode = MARGIN_FLAT,
                                                  .tier_count = 1,
                                                  .tier = {{.notional_max = INT64_MAX,
                                                            .quantity_max = INT64_MAX,
                                                            .rate = RATE_ONE / 100,
                                                            .leverage_max = 50}}};
        assert_int_equal(contract_init(&instrument->contract, NULL), OK);
    }
    desk->config = (struct engine_config){
        .instruments = desk->instruments,
        .instrument_count = DESK_INSTRUMENTS,
        .pools = &desk->pool,
        .pool_count = 1,
        .currency_count = 1,
        .closeout_type = &closeout_at_once,
        .closeout = {.slippage = &slippage_constant.model, .daily_volume = 1e9},
        .adl = &adl_profit,
        .sample_every = TIME_NS_SECOND,
        .observer = {.context = desk,
                     .liquidation = on_liquidation_event,
                     .closeout = on_closeout_event,
                     .adl = on_adl_event,
                     .socialised = on_socialised_event,
                     .control = on_control_event,
                     .fund = on_fund_change},
    };
}

void
desk_open(struct desk *desk, int64_t price)
{
    for (size_t i = 0; i < DESK_INSTRUMENTS; i++)
        assert_int_equal(margin_rules_init(&desk->instruments[i].rules, NULL), OK);
    assert_int_equal(engine_init(&desk->engine, &desk->config, NULL), OK);
    engine_start(&desk->engine, 0);
    for (size_t i = 0; i < DESK_INSTRUMENTS; i++)
        engine_mark(&desk->engine, i, price);
    desk_settle(desk, 0);
}

static void
verify(const struct desk *desk)
{
    struct error err = {.message = ""};
    if (!engine_verify(&desk->engine, &err))
        fail_msg("%s", err.message);
}

void
desk_close(struct desk *desk)
{
    verify(desk);
    engine_clear(&desk->engine);
}

void
desk_settle(struct desk *desk, int second)
{
    assert_int_equal(engine_settle(&desk->engine, second * TIME_NS_SECOND, NULL), OK);
    verify(desk);
}

void
desk_mark(struct desk *desk, size_t instrument, int64_t price, int second)
{
    engine_mark(&desk->engine, instrument, price);
    desk_settle(desk, second);
}

void
desk_print(struct desk *desk, size_t instrument, int64_t price, int64_t quantity, int second)
{
    engine_trade(&desk->engine, instrument, price, quantity, 0);
    desk_settle(desk, second);
}

uint32_t
desk_account(struct desk *desk, money_t deposit)
{
    uint32_t account;
    assert_int_equal(engine_account(&desk->engine, true, 0, &account, NULL), OK);
    assert_int_equal(engine_deposit(&desk->engine, account, deposit, NULL), OK);
    return account;
}

void
desk_trade(struct desk *desk, uint32_t account, size_t instrument, int64_t quantity)
{
    assert_int_equal(engine_trade_account(&desk->engine, account, instrument, quantity,
                                          desk->engine.instruments[instrument].view.mark_price,
                                          NULL),
                     OK);
}

uint32_t
desk_position(struct desk *desk, size_t instrument, int64_t quantity, money_t margin)
{
    static uint32_t account = 1000;
    uint32_t id;
    const int64_t price = desk->engine.instruments[instrument].view.mark_price;
    const struct position position = {
        .quantity = quantity,
        .entry_value = contract_value(&desk->instruments[instrument].contract, quantity, price),
        .margin = margin,
        .close_time = TIME_NS_NEVER,
        .account = account++,
        .instrument = (uint32_t)instrument};
    assert_int_equal(engine_open(&desk->engine, &position, &id, NULL), OK);
    return id;
}

money_t
desk_fund(const struct desk *desk)
{
    return ledger_balance(&desk->engine.ledger, desk->engine.pools[0].account);
}
