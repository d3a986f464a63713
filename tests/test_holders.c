/* Who comes and goes: a synthetic book by hand and by law, explicit positions at their times. */
#include "cmocka_all.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "engine/holders.h"
#include "engine/replay.h"
#include "models/population_draw.h"
#include "street.h"

/* 10,000 USDT a side at 100: 100 contracts, ten positions of ten, margin 100 each. */
static void
test_the_book_is_filled_to_its_target_on_both_sides(void **state)
{
    struct street street;
    street_init(&street, 5.0, 10000.0);
    street_start(&street, TIME_NS_DAY, 10000);
    assert_int_equal(street_longs(&street), 100);
    assert_int_equal(street_shorts(&street), 100);
    assert_int_equal(street.engine.positions.open, 20);
    for (size_t i = 0; i < 20; i++) {
        const struct position *row = &street.engine.positions.row[i];
        assert_int_equal(llabs(row->quantity), 10);
        assert_int_equal(llabs(row->entry_value), INT64_C(1000000000));
        assert_int_equal(row->margin, 100000000);
        assert_true(row->close_time == TIME_NS_DAY + 5 * TIME_NS_HOUR);
    }
    street_close(&street);
}

/* After five hours all twenty leave and twenty others come, at the mark of then: 105. */
static void
test_whose_time_is_over_leaves_and_is_replaced(void **state)
{
    struct street street;
    street_init(&street, 5.0, 10000.0);
    street_start(&street, 0, 10000);
    for (int hour = 1; hour <= 4; hour++)
        street_instant(&street, 0, hour * TIME_NS_HOUR, 10000);
    assert_int_equal(street.holders.accounts, 20);
    street_instant(&street, 0, 5 * TIME_NS_HOUR, 10500);
    /* 1,000 / 105 = 9.5: nine contracts a position, eleven of them and one of a single one. */
    assert_int_equal(street.holders.accounts, 20 + 24);
    assert_int_equal(street_longs(&street), 100);
    assert_int_equal(street_shorts(&street), 100);
    for (size_t i = 0; i < street.engine.positions.used; i++) {
        const struct position *row = &street.engine.positions.row[i];
        if (row->quantity != 0)
            assert_int_equal(row->entry_value, row->quantity * INT64_C(105000000));
    }
    street_close(&street);
}

/*
 * 10x longs are gone at 85; the shorts alone hold 100.  Steps of 1 h, recovery 4 h:
 *     missing 100: a quarter, 25, comes back as longs; 75 shorts were the buyers and close
 *     missing 75: 18 more on each side; missing 57: 14
 * Nobody here ever leaves by himself: closing for the balance must find them all the same.
 */
static void
test_after_a_wipeout_the_heavy_side_closes_and_a_share_comes_back(void **state)
{
    static const int64_t expected[] = {25, 43, 57};
    struct street street;
    street_init(&street, STREET_FOREVER, 10000.0);
    street_start(&street, 0, 10000);
    street_instant(&street, 0, TIME_NS_MINUTE, 8500);
    assert_int_equal(street_longs(&street), 0);
    assert_int_equal(street_shorts(&street), 100);
    for (int hour = 1; hour <= 3; hour++) {
        street_instant(&street, 0, hour * TIME_NS_HOUR, 8500);
        assert_int_equal(street_longs(&street), expected[hour - 1]);
        assert_int_equal(street_shorts(&street), expected[hour - 1]);
    }
    street_close(&street);
}

/* Random people, a wild market and an inventory that is sold slowly: after every step both sides
 * are equal, the engine's part counted, and never above the target. */
static void
test_both_sides_balance_after_every_step_with_the_inventory_counted(void **state)
{
    size_t steps = 0, with_inventory = 0, taken = 0;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct street street;
        struct rng rng;
        rng_init(&rng, seed, RNG_TEST, 0);
        street_init(&street, 1.0, 1e6);
        street.config.closeout_type = &closeout_participation;
        street.params.leverage = (struct distribution){.kind = &distribution_lognormal.model,
                                                       .params = {.mu = 2.0, .sigma = 1.0}};
        street.params.size = (struct distribution){.kind = &distribution_lognormal.model,
                                                   .params = {.mu = 8.0, .sigma = 1.5}};
        street.params.lifetime = (struct distribution){.kind = &distribution_exponential.model,
                                                       .params = {.mean = 30.0}};
        street.targets[0].seed = seed;
        street_start(&street, 0, 10000);
        double price = 10000.0;
        for (int minute = 1; minute < 3000; minute++) {
            price *= exp(rng_normal(&rng, rng_u32(&rng) % 300 == 0 ? 0.08 : 0.001));
            const time_ns_t time = minute * TIME_NS_MINUTE;
            const int64_t mark = price < 100.0 ? 100 : (int64_t)price;
            engine_trade(&street.engine, 0, mark, rng_u32(&rng) % 200, rng_u32(&rng) % 2 ? 1 : -1);
            engine_mark(&street.engine, 0, mark);
            if (street.holders.next <= time) {
                assert_int_equal(holders_run(&street.holders, &street.engine, time, NULL), OK);
                assert_int_equal(street_longs(&street), street_shorts(&street));
                assert_true(street_longs(&street) <= 10000);
                with_inventory += engine_holds_inventory(&street.engine, 0);
                steps++;
            }
            assert_int_equal(engine_settle(&street.engine, time, NULL), OK);
        }
        taken += street.engine.cases;
        street_close(&street);
    }
    print_message("%zu steps, %zu with inventory, %zu takeovers\n", steps, with_inventory, taken);
    assert_true(steps == 20 * 49 && with_inventory > 100 && taken > 1000);
}

/* The mark falls by 15 % every hour and 10x longs are wiped out again and again, long before their
 * time: what is kept of the dead does not grow with their number. */
static void
test_memory_follows_the_open_positions_not_all_that_ever_were(void **state)
{
    struct street street;
    street_init(&street, STREET_FOREVER, 1e8);
    street.params.size.params.value = 1e5; /* ten contracts at 10,000: 1,000 positions a side */
    street.params.recovery = TIME_NS_HOUR;
    street_start(&street, 0, 1000000);
    size_t most = 0;
    double mark = 1000000.0;
    for (int hour = 1; hour <= 20; hour++) {
        mark *= 0.85;
        street_instant(&street, 0, hour * TIME_NS_HOUR - 1, (int64_t)mark);
        street_instant(&street, 0, hour * TIME_NS_HOUR, (int64_t)mark);
        const size_t bytes = holders_bytes(&street.holders);
        most = bytes > most ? bytes : most;
    }
    assert_true(street.engine.cases > 5000);
    /* 16 bytes an end, 1,000 a side, and room to grow by half. */
    assert_true(most <= 16 * 2 * 2300);
    street_close(&street);
}

/* A day of lookback, noted every 10 minutes, on a falling and rising path.  Each position of the
 * opening book stands at a price of the lookback (or the present one), and at no later noted price
 * would it have been taken over. */
static void
test_the_opening_book_has_survived_the_lookback(void **state)
{
    enum { NOTED = 144 };
    struct street street;
    street_init(&street, 50.0, 1e6);
    street.params.step = 10 * TIME_NS_MINUTE;
    street.params.lookback = TIME_NS_DAY;
    street.params.leverage = (struct distribution){.kind = &distribution_lognormal.model,
                                                   .params = {.mu = 2.0, .sigma = 1.0}};
    int64_t path[NOTED + 1];
    street_open(&street, TIME_NS_DAY);
    for (int i = 0; i <= NOTED; i++) {
        path[i] = 10000 + (int64_t)(1500.0 * sin(i * 0.13));
        if (i < NOTED)
            street_instant(&street, 0, i * 10 * TIME_NS_MINUTE, path[i]);
    }
    assert_int_equal(street.engine.positions.open, 0);
    engine_mark(&street.engine, 0, path[NOTED]);
    engine_start(&street.engine, TIME_NS_DAY);
    assert_int_equal(holders_start(&street.holders, &street.engine, TIME_NS_DAY, NULL), OK);
    assert_int_equal(street_longs(&street), (int64_t)(1e6 / ((double)path[NOTED] / 100.0)));
    assert_int_equal(street_longs(&street), street_shorts(&street));
    size_t past = 0;
    const struct engine_instrument *rules = &street.instruments[0];
    for (size_t id = 0; id < street.engine.positions.used; id++) {
        const struct position *row = &street.engine.positions.row[id];
        const int64_t entry = row->entry_value / row->quantity / 10000;
        assert_false(engine_in_breach(&street.engine, row));
        bool explained = entry == path[NOTED];
        for (int k = 0; k < NOTED && !explained; k++) {
            bool survived = path[k] == entry;
            for (int i = k; i <= NOTED && survived; i++)
                survived = !margin_breached(
                    MARGIN_BREACH_LE, position_equity(row, &rules->contract, path[i]),
                    margin_required(&rules->rules,
                                    contract_notional(&rules->contract, row->quantity, path[i])));
            explained = survived;
        }
        if (!explained)
            fail_msg("position %zu from %lld would not be here", id, (long long)entry);
        past += entry != path[NOTED];
    }
    assert_true(past > street.engine.positions.open / 2);
    assert_int_equal(engine_settle(&street.engine, TIME_NS_DAY, NULL), OK);
    assert_int_equal(street.engine.cases, 0);
    street_close(&street);
}

/*
 * Instrument 0 has a mark from the start, instrument 1 from 5 h on.
 *
 *     account  instrument  opens  leaves
 *        0         0        0 h    2 h
 *        1         1        0 h    never     opens at 5 h, with the first mark
 *        2         1        1 h    4 h       over before it could begin
 *        3         0        3 h    never     is not kept waiting by the others
 *        4         0        6 h    never     comes by the clock, when nobody waits any more
 */
static void
test_explicit_positions_come_and_go_at_their_times_and_wait_for_their_own_mark(void **state)
{
    static const uint64_t open_after[] = {1, 1, 0, 1, 1, 2, 3};
    struct holder_order orders[] = {
        {.open = 0, .position = street_position(0, 0, 3, 2 * TIME_NS_HOUR)},
        {.open = 0, .position = street_position(1, 1, -4, TIME_NS_NEVER)},
        {.open = TIME_NS_HOUR, .position = street_position(2, 1, 5, 4 * TIME_NS_HOUR)},
        {.open = 3 * TIME_NS_HOUR, .position = street_position(3, 0, 6, TIME_NS_NEVER)},
        {.open = 6 * TIME_NS_HOUR, .position = street_position(4, 0, 1, TIME_NS_NEVER)},
    };
    struct street street;
    street_init(&street, 1.0, 0.0);
    street.population = (struct holders_config){.orders = orders, .order_count = 5};
    street_start(&street, 0, 10000);
    for (int hour = 0; hour <= 6; hour++) {
        if (hour > 0)
            street_instant(&street, hour >= 5, hour * TIME_NS_HOUR, 10000);
        if (street.engine.positions.open != open_after[hour])
            fail_msg("%d h: %llu open", hour, (unsigned long long)street.engine.positions.open);
        assert_true(street.holders.waiting == (hour < 5));
    }
    assert_int_equal(street.engine.positions.totals[0].long_quantity, 7);
    assert_int_equal(street.engine.positions.totals[1].short_quantity, 4);
    assert_true(street.holders.next == TIME_NS_NEVER);
    street_close(&street);
}

/* ---- through the replay ---- */

/* Rows in memory, given out `chunk` at a time. */
struct stream {
    int64_t time[2000], price[2000], quantity[2000];
    int8_t side[2000];
    size_t count, given, chunk;
};

static enum status
next_rows(void *context, struct tape_rows *rows, struct error *err)
{
    (void)err;
    struct stream *stream = context;
    const size_t left = stream->count - stream->given;
    const size_t count = left < stream->chunk ? left : stream->chunk;
    *rows = (struct tape_rows){count, stream->time + stream->given, stream->price + stream->given,
                               stream->quantity + stream->given, stream->side + stream->given};
    stream->given += count;
    return OK;
}

static enum status
replay_streams(struct street *street, struct stream *marks, struct stream *trades, time_ns_t from,
               time_ns_t to, size_t chunk)
{
    street_open(street, from);
    marks->given = trades->given = 0;
    marks->chunk = trades->chunk = chunk;
    struct replay_source sources[] = {
        {.kind = TAPE_MARK, .next = next_rows, .context = marks},
        {.kind = TAPE_TRADE, .next = next_rows, .context = trades},
    };
    struct replay replay = {.sources = sources,
                            .source_count = 2,
                            .engine = &street->engine,
                            .holders = &street->holders,
                            .from = from,
                            .to = to,
                            .sample_every = street->config.sample_every};
    return replay_run(&replay, NULL);
}

static void
make_streams(struct stream *marks, struct stream *trades)
{
    struct rng rng;
    rng_init(&rng, 4, RNG_TEST, 0);
    double price = 10000.0;
    marks->count = trades->count = 2000;
    for (int i = 0; i < 2000; i++) {
        price *= exp(rng_normal(&rng, i % 400 == 399 ? 0.08 : 0.002));
        /* Three rows to an instant, instants of both kinds meeting now and then. */
        marks->time[i] = i / 3 * 3 * TIME_NS_MINUTE;
        trades->time[i] = i / 3 * 3 * TIME_NS_MINUTE + (i / 3 % 2 ? TIME_NS_SECOND : 0);
        marks->price[i] = trades->price[i] = (int64_t)price;
        trades->quantity[i] = rng_u32(&rng) % 300;
        trades->side[i] = rng_u32(&rng) % 2 ? 1 : -1;
    }
}

static void
test_a_synthetic_run_is_the_same_at_any_chunk_size(void **state)
{
    static const size_t chunks[] = {1, 2, 7, 64, 2000};
    static struct stream marks, trades;
    make_streams(&marks, &trades);
    struct happenings first = {0};
    for (size_t c = 0; c < sizeof(chunks) / sizeof(chunks[0]); c++) {
        struct street street;
        street_init(&street, 3.0, 1e6);
        street.config.closeout_type = &closeout_participation;
        street.params.step = 7 * TIME_NS_MINUTE;
        street.params.lookback = 5 * TIME_NS_HOUR;
        street.params.leverage = (struct distribution){.kind = &distribution_lognormal.model,
                                                       .params = {.mu = 2.5, .sigma = 0.7}};
        assert_int_equal(replay_streams(&street, &marks, &trades, 6 * TIME_NS_HOUR,
                                        30 * TIME_NS_HOUR, chunks[c]),
                         OK);
        if (c == 0) {
            assert_true(street.list.count > 500);
            first = street.list;
            street.list = (struct happenings){0};
        } else {
            assert_int_equal(street.list.count, first.count);
            for (size_t i = 0; i < first.count; i++) {
                const struct happening *a = &street.list.row[i], *b = &first.row[i];
                assert_true(a->what == b->what && a->time == b->time && a->case_id == b->case_id &&
                            a->account == b->account && a->quantity == b->quantity &&
                            a->price == b->price && a->amount == b->amount &&
                            a->balance == b->balance);
            }
        }
        street_close(&street);
    }
    happenings_clear(&first);
}

struct clock {
    time_ns_t last;
    size_t samples;
    uint64_t positions;
};

static void
note_sample(void *context, const struct engine_sample *sample)
{
    struct clock *clock = context;
    if (clock->samples > 0)
        assert_true(sample->time > clock->last);
    clock->last = sample->time;
    clock->positions = sample->instruments[0].positions;
    clock->samples++;
}

/* Marks at 10, 20, ... 60 min; the window from 5 min to 40 min, samples every 10 min: at 5, 15, 25
 * and 35 min, and at the end.  Before the first mark nothing can open: the position of 5 min opens
 * at 10 min, the one that should have left at 8 min never, and one of 40 min is too late. */
static void
test_the_window_ends_before_its_end_and_time_never_goes_back(void **state)
{
    static struct stream marks, trades;
    marks = trades = (struct stream){0};
    marks.count = 6;
    for (size_t i = 0; i < 6; i++) {
        marks.time[i] = (time_ns_t)(i + 1) * 10 * TIME_NS_MINUTE;
        marks.price[i] = 10000;
    }
    struct holder_order orders[] = {
        {.open = 5 * TIME_NS_MINUTE, .position = street_position(0, 0, 1, TIME_NS_NEVER)},
        {.open = 5 * TIME_NS_MINUTE, .position = street_position(1, 0, 1, 8 * TIME_NS_MINUTE)},
        {.open = 40 * TIME_NS_MINUTE, .position = street_position(2, 0, 1, TIME_NS_NEVER)},
    };
    struct clock clock = {0};
    struct street street;
    street_init(&street, 1.0, 0.0);
    street.config.sample_every = 10 * TIME_NS_MINUTE;
    street.config.observer = (struct observer){.context = &clock, .sample = note_sample};
    street.population = (struct holders_config){.orders = orders, .order_count = 3};
    assert_int_equal(
        replay_streams(&street, &marks, &trades, 5 * TIME_NS_MINUTE, 40 * TIME_NS_MINUTE, 4), OK);
    assert_int_equal(clock.samples, 5);
    assert_true(clock.last == 40 * TIME_NS_MINUTE);
    assert_int_equal(clock.positions, 1);
    street_close(&street);
}

/* A tape that ends long before the window: samples go on to the window's end. */
static void
test_a_tape_that_ends_early_leaves_the_samples_going(void **state)
{
    static struct stream marks, trades;
    marks = trades = (struct stream){0};
    marks.count = 1;
    marks.time[0] = TIME_NS_MINUTE;
    marks.price[0] = 10000;
    struct clock clock = {0};
    struct street street;
    street_init(&street, 1.0, 0.0);
    street.config.observer = (struct observer){.context = &clock, .sample = note_sample};
    street.population = (struct holders_config){.order_count = 0};
    assert_int_equal(
        replay_streams(&street, &marks, &trades, TIME_NS_MINUTE, 11 * TIME_NS_MINUTE, 4), OK);
    assert_int_equal(clock.samples, 11);
    assert_true(clock.last == 11 * TIME_NS_MINUTE);
    street_close(&street);
    /* And one that has nothing inside the window is an error. */
    street_init(&street, 1.0, 0.0);
    street.population = (struct holders_config){.order_count = 0};
    assert_int_equal(
        replay_streams(&street, &marks, &trades, 2 * TIME_NS_MINUTE, 3 * TIME_NS_MINUTE, 4),
        ERR_RANGE);
    street_close(&street);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_book_is_filled_to_its_target_on_both_sides),
        cmocka_unit_test(test_whose_time_is_over_leaves_and_is_replaced),
        cmocka_unit_test(test_after_a_wipeout_the_heavy_side_closes_and_a_share_comes_back),
        cmocka_unit_test(test_both_sides_balance_after_every_step_with_the_inventory_counted),
        cmocka_unit_test(test_memory_follows_the_open_positions_not_all_that_ever_were),
        cmocka_unit_test(test_the_opening_book_has_survived_the_lookback),
        cmocka_unit_test(
            test_explicit_positions_come_and_go_at_their_times_and_wait_for_their_own_mark),
        cmocka_unit_test(test_a_synthetic_run_is_the_same_at_any_chunk_size),
        cmocka_unit_test(test_the_window_ends_before_its_end_and_time_never_goes_back),
        cmocka_unit_test(test_a_tape_that_ends_early_leaves_the_samples_going),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
