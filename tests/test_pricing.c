/* Prices a venue computes during a replay: index, mark and funding rate, each by hand. */
#include "cmocka_all.h"

#include <math.h>

#include "engine/replay.h"

enum { CENT = 100, MICRO = 1000000 };

static const time_ns_t hour = 3600 * TIME_NS_SECOND;

/* Rows of one source in memory, all given at once. */
struct stream {
    int64_t time[8], price[8], quantity[8];
    size_t count;
    bool given;
};

static enum status
give(void *context, struct tape_rows *rows, struct error *err)
{
    struct stream *stream = context;
    *rows = (struct tape_rows){.time = stream->time,
                               .price = stream->price,
                               .quantity = stream->quantity,
                               .count = stream->given ? 0 : stream->count};
    stream->given = true;
    (void)err;
    return OK;
}

/* What one run has seen. */
struct world {
    struct engine_instrument instrument;
    struct engine_pool pool;
    struct engine_config config;
    struct engine engine;
    struct pricing_rules rules;
    struct stream streams[4];
    struct replay_source sources[4];
    size_t source_count;
    time_ns_t liquidated; /* when; 0: never */
    int64_t liquidated_at;
};

static void
on_liquidation(void *context, const struct liquidation_event *event)
{
    struct world *world = context;
    world->liquidated = event->time;
    world->liquidated_at = event->mark_price;
}

/* One linear contract of one coin, prices in cents, maintenance margin 1 % flat. */
static void
build(struct world *world)
{
    *world = (struct world){.pool = {.opening = 1000 * MICRO}};
    world->instrument.contract = (struct contract){
        .kind = CONTRACT_LINEAR, .size = {1, 0}, .price_scale = 2, .money_decimals = 6};
    assert_int_equal(contract_init(&world->instrument.contract, NULL), OK);
    world->instrument.rules = (struct margin_rules){
        .mode = MARGIN_FLAT,
        .tier_count = 1,
        .tier = {{.notional_max = INT64_MAX, .rate = RATE_ONE / 100, .leverage_max = 50}}};
    assert_int_equal(margin_rules_init(&world->instrument.rules, NULL), OK);
    world->config = (struct engine_config){
        .instruments = &world->instrument,
        .instrument_count = 1,
        .pools = &world->pool,
        .pool_count = 1,
        .currency_count = 1,
        .closeout_type = &closeout_at_once,
        .closeout = {.slippage = &slippage_constant.model, .daily_volume = 1e6},
        .adl = &adl_profit_leverage,
        .sample_every = hour,
        .observer = {.context = world, .liquidation = on_liquidation},
    };
}

static struct stream *
source(struct world *world, enum tape_kind kind, size_t index_part)
{
    struct stream *stream = &world->streams[world->source_count];
    world->sources[world->source_count++] = (struct replay_source){
        .kind = kind, .index_part = index_part, .next = give, .context = stream};
    return stream;
}

static void
row(struct stream *stream, time_ns_t time, int64_t price)
{
    stream->time[stream->count] = time;
    stream->price[stream->count] = price;
    stream->quantity[stream->count++] = 1;
}

/* Replays up to `to` with the orders; the engine is left for a look. */
static void
run(struct world *world, time_ns_t to, const struct holder_order *orders, size_t count)
{
    const struct holders_config holding = {.orders = orders, .order_count = count};
    struct holders holders;
    struct pricing pricing;
    struct pricing *list[] = {&pricing};
    assert_int_equal(engine_init(&world->engine, &world->config, NULL), OK);
    assert_int_equal(holders_init(&holders, &holding, 1, 0, NULL), OK);
    assert_int_equal(pricing_init(&pricing, &world->rules, NULL), OK);
    struct replay replay = {
        .sources = world->sources,
        .source_count = world->source_count,
        .engine = &world->engine,
        .holders = &holders,
        .pricing = list,
        .from = 0,
        .to = to,
        .sample_every = hour,
    };
    assert_int_equal(replay_run(&replay, NULL), OK);
    pricing_clear(&pricing);
    holders_clear(&holders);
}

static struct holder_order
one_long(int64_t entry, money_t margin)
{
    return (struct holder_order){.position = {.quantity = 1,
                                              .entry_value = entry * (MICRO / CENT),
                                              .margin = margin,
                                              .close_time = TIME_NS_NEVER}};
}

/* Three sources at 100, 100 and 110 with a clamp of 2 % about their median: (100 + 100 + 102) / 3 =
 * 100.6667 (goldens Z01, OKX's rule of 2024-08), 10067 in cents. */
static void
test_an_index_is_made_of_its_sources_and_serves_as_mark(void **state)
{
    struct world world;
    build(&world);
    world.instrument.mark_is_index = true;
    world.rules = (struct pricing_rules){
        .index = &index_weighted,
        .index_params = {.staleness = hour, .clamp = 0.02},
        .source_count = 3,
        .weight = {1.0, 1.0, 1.0},
    };
    static const int64_t prices[] = {10000, 10000, 11000};
    for (size_t k = 0; k < 3; k++)
        row(source(&world, TAPE_TRADE, k + 1), TIME_NS_SECOND, prices[k]);
    run(&world, 2 * TIME_NS_SECOND, NULL, 0);
    assert_int_equal(world.engine.instruments[0].view.index_price, 10067);
    assert_int_equal(world.engine.instruments[0].view.mark_price, 10067);
    engine_clear(&world.engine);
}

/* A source that is silent for longer than the staleness is left out: 100 until it is 10 s old, then
 * the other's 104 alone. */
static void
test_a_stale_source_is_left_out_of_the_index(void **state)
{
    static const int64_t expected[] = {10200, 10400};
    for (int later = 0; later < 2; later++) {
        struct world world;
        build(&world);
        world.instrument.mark_is_index = true;
        world.rules = (struct pricing_rules){
            .index = &index_weighted,
            .index_params = {.staleness = 10 * TIME_NS_SECOND, .clamp = 1.0},
            .source_count = 2,
            .weight = {1.0, 1.0},
        };
        row(source(&world, TAPE_TRADE, 1), TIME_NS_SECOND, 10000);
        row(source(&world, TAPE_TRADE, 2), (11 + later) * TIME_NS_SECOND, 10400);
        run(&world, 20 * TIME_NS_SECOND, NULL, 0);
        assert_int_equal(world.engine.instruments[0].view.index_price, expected[later]);
        engine_clear(&world.engine);
    }
}

/* Index 100; trades at 99, 97, 95 at 0, 1, 2 s: the basis sampled each second is -1, -3, -5.  The
 * long opened at 100 with 4.5 is in breach when 100 + its loss is below 1 %: equity at 97 is 1.5,
 * needed 0.97; at 96 it is 0.5, needed 0.96.  The last trade alone would say 95 at 2 s; the mark
 * with a window of 2 s is still 100 + (-1 - 3) / 2 = 98 then, and 96 at 3 s. */
static void
test_the_mark_is_the_index_and_its_average_basis_so_liquidation_comes_later(void **state)
{
    struct world world;
    build(&world);
    world.rules = (struct pricing_rules){
        .mark = &mark_index_basis,
        .mark_params = {.window = 2 * TIME_NS_SECOND, .sampling = TIME_NS_SECOND},
    };
    struct stream *index = source(&world, TAPE_INDEX, 0);
    struct stream *trades = source(&world, TAPE_TRADE, 0);
    for (int64_t second = 0; second < 4; second++)
        row(index, second * TIME_NS_SECOND, 10000);
    row(trades, 0, 9900);
    row(trades, 1 * TIME_NS_SECOND, 9700);
    row(trades, 2 * TIME_NS_SECOND, 9500);
    row(trades, 3 * TIME_NS_SECOND, 9500);
    const struct holder_order order = one_long(10000, 4 * MICRO + MICRO / 2);
    run(&world, 10 * TIME_NS_SECOND, &order, 1);
    assert_int_equal(world.liquidated, 3 * TIME_NS_SECOND);
    assert_int_equal(world.liquidated_at, 9600);
    engine_clear(&world.engine);
}

/* The mark (of the tape) is 101 and the index 100 all along: the premium is 1 %, and with interest
 * 0.01 % in a band of 0.05 % the rate is 0.01 - 0.0005 = 0.0095.  It is paid at 08:00, when no row
 * comes: a long of one at the mark pays 101 x 0.0095 = 0.9595. */
static void
test_a_computed_rate_is_paid_when_it_is_due_though_no_row_comes_then(void **state)
{
    struct world world;
    build(&world);
    world.rules = (struct pricing_rules){
        .funding = &funding_premium,
        .funding_params = {.interval = 8 * hour,
                           .period = 8 * hour,
                           .length = 8 * hour,
                           .sampling = 60 * TIME_NS_SECOND,
                           .premium = FUNDING_PREMIUM_FROM_MARK,
                           .interest = 0.0001,
                           .band = 0.0005,
                           .floor = NAN,
                           .cap = NAN},
    };
    struct stream *index = source(&world, TAPE_INDEX, 0);
    struct stream *marks = source(&world, TAPE_MARK, 0);
    row(index, 0, 10000);
    row(marks, 0, 10100);
    row(marks, 9 * hour, 10100);
    const struct holder_order order = one_long(10100, 20 * MICRO);
    run(&world, 10 * hour, &order, 1);
    assert_int_equal(world.engine.positions.row[0].margin, 20 * MICRO - 959500);
    engine_clear(&world.engine);
}

/* The same, capped at 0.25 %, and a cross-cycle rate: nothing at 08:00, 0.2525 at 16:00. */
static void
test_a_cross_cycle_rate_is_paid_one_settlement_later_and_within_its_cap(void **state)
{
    for (int settlements = 1; settlements <= 2; settlements++) {
        struct world world;
        build(&world);
        world.rules = (struct pricing_rules){
            .funding = &funding_premium,
            .funding_params = {.interval = 8 * hour,
                               .period = 8 * hour,
                               .length = 8 * hour,
                               .sampling = 60 * TIME_NS_SECOND,
                               .cross_cycle = true,
                               .premium = FUNDING_PREMIUM_FROM_MARK,
                               .band = 0.0005,
                               .floor = NAN,
                               .cap = 0.0025},
        };
        row(source(&world, TAPE_INDEX, 0), 0, 10000);
        struct stream *marks = source(&world, TAPE_MARK, 0);
        row(marks, 0, 10100);
        row(marks, (8 * settlements + 1) * hour, 10100);
        const struct holder_order order = one_long(10100, 20 * MICRO);
        run(&world, (8 * settlements + 2) * hour, &order, 1);
        assert_int_equal(world.engine.positions.row[0].margin,
                         20 * MICRO - (settlements - 1) * 252500);
        engine_clear(&world.engine);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_index_is_made_of_its_sources_and_serves_as_mark),
        cmocka_unit_test(test_a_stale_source_is_left_out_of_the_index),
        cmocka_unit_test(
            test_the_mark_is_the_index_and_its_average_basis_so_liquidation_comes_later),
        cmocka_unit_test(test_a_computed_rate_is_paid_when_it_is_due_though_no_row_comes_then),
        cmocka_unit_test(test_a_cross_cycle_rate_is_paid_one_settlement_later_and_within_its_cap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
