/*
 * market.h - what the benches of the engine share: rows in memory as a source of a replay, and one
 * contract.
 */
#ifndef TESTS_BENCH_MARKET_H
#define TESTS_BENCH_MARKET_H

#include <assert.h>
#include <stdlib.h>

#include "engine/replay.h"

enum { MARKET_CHUNK = TAPE_CHUNK_ROWS };

struct market_rows {
    int64_t *time, *price, *quantity;
    int8_t *side;
    size_t count, given;
};

/* For struct replay_source: `context` is a struct market_rows. */
static inline enum status
market_next(void *context, struct tape_rows *rows, struct error *err)
{
    (void)err;
    struct market_rows *source = context;
    const size_t left = source->count - source->given;
    const size_t count = left < MARKET_CHUNK ? left : MARKET_CHUNK;
    const size_t at = source->given;
    *rows = (struct tape_rows){.count = count,
                               .time = source->time + at,
                               .price = source->price + at,
                               .quantity = source->quantity == NULL ? NULL : source->quantity + at,
                               .side = source->side == NULL ? NULL : source->side + at};
    source->given += count;
    return OK;
}

static inline void *
market_column(size_t count, size_t size)
{
    void *memory = malloc(count * size);
    assert(memory != NULL);
    return memory;
}

/* A linear contract of one coin, cents and thousandths, three tiers. */
static inline struct engine_instrument
market_instrument(void)
{
    struct engine_instrument instrument = {
        .contract = {.symbol = "BTCUSDT",
                     .settlement = "USDT",
                     .kind = CONTRACT_LINEAR,
                     .size = {1, 0},
                     .price_scale = 2,
                     .quantity_scale = 3,
                     .money_decimals = 6},
        .rules = {.mode = MARGIN_MARGINAL, .fee_rate = 500000000, .tier_count = 3},
    };
    const money_t caps[] = {INT64_C(50000000000), INT64_C(600000000000), INT64_MAX};
    for (size_t i = 0; i < 3; i++)
        instrument.rules.tier[i] = (struct margin_tier){.notional_max = caps[i],
                                                        .rate = (rate_t)(4 + i) * (RATE_ONE / 1000),
                                                        .leverage_max = 100};
    enum status status = contract_init(&instrument.contract, NULL);
    assert(status == OK);
    status = margin_rules_init(&instrument.rules, NULL);
    assert(status == OK);
    (void)status;
    return instrument;
}

#endif
