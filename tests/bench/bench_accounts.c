/*
 * bench_accounts.c - what cross accounts and the ranking of winners cost.
 *
 *     cross   marks and trades of five instruments that reach hardly an alarm, with 100,000 cross
 *             accounts that hold a position in each, against the same positions isolated
 *     rank    the queue of 1,000,000 winners, built and met to the last, against sorting as many
 *             scores with their positions
 *
 * Prints `name value unit target verdict`, medians of several rounds in one run.
 */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/rng.h"
#include "engine/adl_queue.h"
#include "engine/replay.h"

#include "market.h"
#include "measure.h"

enum {
    INSTRUMENTS = 5,
    ACCOUNTS = 100000,
    MARKS = 86400 * 2, /* of each instrument */
    TRADES = 2000000,  /* the same */
    WINNERS = 1000000,
    ROUNDS = 7,
};

static const time_ns_t start_time = 1700000000 * TIME_NS_SECOND;
static const int64_t first_price = 6000000;

/* A day of a price that swings by +-0.5 %, each instrument at a pace of its own. */
static void
make_rows(struct market_rows *source, size_t count, size_t instrument)
{
    struct rng rng;
    rng_init(&rng, 1 + instrument, RNG_TEST, count);
    *source = (struct market_rows){.time = market_column(count, 8),
                                   .price = market_column(count, 8),
                                   .quantity = market_column(count, 8),
                                   .count = count};
    const time_ns_t apart = TIME_NS_DAY / (time_ns_t)count;
    for (size_t i = 0; i < count; i++) {
        const double phase = (double)i / (double)count * 50.0 + (double)instrument;
        source->time[i] = start_time + (time_ns_t)i * apart + (time_ns_t)instrument;
        source->price[i] =
            first_price + (int64_t)(30000.0 * sin(phase)) + (int64_t)(rng_u32(&rng) % 64);
        source->quantity[i] = 1 + rng_u32(&rng) % 5000;
    }
}

struct bench {
    struct engine_instrument instruments[INSTRUMENTS];
    struct engine_pool pool;
    struct engine_config config;
    struct engine engine;
};

static void
open_engine(struct bench *bench, size_t instruments, size_t positions)
{
    for (size_t i = 0; i < INSTRUMENTS; i++)
        bench->instruments[i] = market_instrument();
    bench->pool = (struct engine_pool){.opening = INT64_C(1000000000000000)};
    bench->config = (struct engine_config){
        .instruments = bench->instruments,
        .instrument_count = instruments,
        .pools = &bench->pool,
        .pool_count = 1,
        .currency_count = 1,
        .closeout_type = &closeout_at_once,
        .closeout = {.slippage = &slippage_constant.model},
        .adl = &adl_okx,
        .positions_expected = positions,
        .sample_every = TIME_NS_SECOND,
    };
    const enum status status = engine_init(&bench->engine, &bench->config, NULL);
    assert(status == OK);
    (void)status;
    for (size_t i = 0; i < instruments; i++)
        engine_mark(&bench->engine, i, first_price);
}

/* Every account has one position in each instrument, long or short, of 3x to 20x. */
static void
open_accounts(struct bench *bench, bool cross)
{
    struct engine *engine = &bench->engine;
    struct rng rng;
    rng_init(&rng, 2, RNG_TEST, 0);
    for (uint32_t account = 0; account < ACCOUNTS; account++) {
        const double leverage = 3.0 + 17.0 * rng_uniform(&rng);
        uint32_t id = account;
        enum status status = cross ? engine_account(engine, true, 0, &id, NULL) : OK;
        assert(status == OK);
        for (uint32_t i = 0; i < INSTRUMENTS; i++) {
            const int64_t size = 1 + (int64_t)(rng_u32(&rng) % 2000);
            const int64_t quantity = rng_u32(&rng) & 1024 ? size : -size;
            const money_t value =
                contract_value(&bench->instruments[i].contract, quantity, first_price);
            const money_t margin = margin_initial(value < 0 ? -value : value, leverage);
            const struct position position = {.quantity = quantity,
                                              .entry_value = value,
                                              .margin = margin,
                                              .close_time = TIME_NS_NEVER,
                                              .account = account,
                                              .instrument = i};
            uint32_t row;
            if (cross) {
                status = engine_deposit(engine, id, margin, NULL);
                assert(status == OK);
                status = engine_trade_account(engine, id, i, quantity, first_price, NULL);
            } else {
                status = engine_open(engine, &position, &row, NULL);
            }
            assert(status == OK);
        }
    }
    const enum status status = engine_settle(engine, start_time, NULL);
    assert(status == OK);
    (void)status;
}

/* Seconds of a day's replay, positions opened before. */
static double
replay_day(struct bench *bench, struct market_rows *rows)
{
    const struct holders_config none = {.orders = NULL};
    struct holders holders;
    struct replay_source sources[2 * INSTRUMENTS];
    enum status status = holders_init(&holders, &none, INSTRUMENTS, start_time, NULL);
    assert(status == OK);
    for (size_t k = 0; k < 2 * INSTRUMENTS; k++) {
        sources[k] = (struct replay_source){.kind = k < INSTRUMENTS ? TAPE_MARK : TAPE_TRADE,
                                            .instrument = k % INSTRUMENTS,
                                            .next = market_next,
                                            .context = &rows[k]};
        rows[k].given = 0;
    }
    struct replay replay = {
        .sources = sources,
        .source_count = 2 * INSTRUMENTS,
        .engine = &bench->engine,
        .holders = &holders,
        .from = start_time,
        .to = TIME_NS_NEVER,
        .sample_every = TIME_NS_SECOND,
    };
    const double begin = measure_seconds();
    status = replay_run(&replay, NULL);
    const double seconds = measure_seconds() - begin;
    assert(status == OK && replay.rows == INSTRUMENTS * (size_t)(MARKS + TRADES));
    holders_clear(&holders);
    return seconds;
}

static void
bench_cross(void)
{
    static struct market_rows rows[2 * INSTRUMENTS];
    double ratio[ROUNDS], isolated[ROUNDS], cross[ROUNDS];
    uint64_t liquidations = 0;
    for (size_t k = 0; k < 2 * INSTRUMENTS; k++)
        make_rows(&rows[k], k < INSTRUMENTS ? MARKS : TRADES, k % INSTRUMENTS);
    for (int round = 0; round < ROUNDS; round++) {
        for (int kind = 0; kind < 2; kind++) {
            static struct bench bench;
            open_engine(&bench, INSTRUMENTS, (size_t)INSTRUMENTS * ACCOUNTS);
            open_accounts(&bench, kind == 1);
            (kind == 0 ? isolated : cross)[round] = replay_day(&bench, rows);
            liquidations = bench.engine.cases;
            assert(engine_verify(&bench.engine, NULL));
            engine_clear(&bench.engine);
        }
        ratio[round] = cross[round] / isolated[round];
    }
    const double events = INSTRUMENTS * (double)(MARKS + TRADES);
    measure_print("cross_over_isolated", measure_median(ratio, ROUNDS), "ratio", "<=3");
    measure_print("cross_event", measure_median(cross, ROUNDS) / events * 1e9, "ns", "-");
    measure_print("isolated_event", measure_median(isolated, ROUNDS) / events * 1e9, "ns", "-");
    measure_print("cross_liquidations", (double)liquidations, "count", "-");
    for (size_t k = 0; k < 2 * INSTRUMENTS; k++) {
        free(rows[k].time);
        free(rows[k].price);
        free(rows[k].quantity);
    }
}

/* ---- ranking ---- */

struct scored {
    double score;
    uint32_t position, account;
};

static int
compare_scored(const void *a, const void *b)
{
    const struct scored *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return (x->account > y->account) - (x->account < y->account);
}

static void
bench_rank(void)
{
    static struct bench bench;
    struct engine *engine = &bench.engine;
    struct adl_queue *queue = &engine->adl_queue;
    struct rng rng;
    double ratio[ROUNDS], ranked[ROUNDS], first[ROUNDS];
    rng_init(&rng, 3, RNG_TEST, 0);
    open_engine(&bench, 1, WINNERS);
    struct position *positions = market_column(WINNERS, sizeof(*positions));
    for (size_t i = 0; i < WINNERS; i++) {
        positions[i] = (struct position){.quantity = 1 + (int64_t)(rng_u32(&rng) % 2000),
                                         .close_time = TIME_NS_NEVER,
                                         .account = (uint32_t)i};
        positions[i].entry_value =
            contract_value(&bench.instruments[0].contract, positions[i].quantity, first_price);
        positions[i].margin =
            margin_initial(positions[i].entry_value, 3.0 + 17.0 * rng_uniform(&rng));
    }
    enum status status = engine_open_many(engine, positions, WINNERS, NULL);
    assert(status == OK);
    struct scored *scored = market_column(WINNERS, sizeof(*scored));
    for (int round = 0; round < ROUNDS; round++) {
        engine_mark(engine, 0, first_price + 60000 + round);
        double begin = measure_seconds();
        status = adl_queue_prepare(engine, 0, 1, 0, NULL);
        assert(status == OK && queue->count == WINNERS);
        adl_queue_meet(queue);
        first[round] = measure_seconds() - begin;
        while (queue->count > 0)
            adl_queue_meet(queue);
        ranked[round] = measure_seconds() - begin;
        for (size_t i = 0; i < WINNERS; i++) {
            const struct adl_entry *entry = &queue->entry[i];
            scored[entry->position] =
                (struct scored){entry->score, entry->position, entry->account};
        }
        begin = measure_seconds();
        qsort(scored, WINNERS, sizeof(*scored), compare_scored);
        const double sorted = measure_seconds() - begin;
        ratio[round] = ranked[round] / sorted;
        for (size_t i = 0; i < WINNERS; i++)
            assert(queue->entry[WINNERS - 1 - i].position == scored[i].position);
    }
    measure_print("adl_rank_over_sort", measure_median(ratio, ROUNDS), "ratio", "<=2");
    measure_print("adl_rank_1m", measure_median(ranked, ROUNDS) * 1e3, "ms", "-");
    measure_print("adl_first_of_1m", measure_median(first, ROUNDS) * 1e3, "ms", "-");
    free(scored);
    free(positions);
    engine_clear(engine);
}

int
main(void)
{
    bench_rank();
    bench_cross();
    return 0;
}
