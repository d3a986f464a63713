/*
 * bench_replay.c - what an event, a liquidation and a position cost.
 *
 *     quiet   trades and marks that reach no alarm, with 1,000,000 and with 1,000 positions open,
 *             against a bare scan of the same columns (every value of every column read once)
 *     storm   a mark that falls until every one of 1,000,000 longs is taken over, sold and booked
 *     memory  the most a process ever held resident, less what the same process holds without an
 *             engine, a position: a book that funding armed anew and that was then deleveraged to
 *             the last winner, explicit and drawn; and the same replay of a tape on disk and of
 *             one four times as long
 *
 * Prints `name value unit target verdict`, medians of several rounds in one run.
 */
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/rng.h"
#include "engine/replay.h"

#include "market.h"
#include "measure.h"

enum {
    TRADES = 12000000,
    MARKS = 86400 * 2,
    MANY = 1000000,
    FEW = 1000,
    ROUNDS = 7,
    STORM_MARKS = 20000,
    TAPE_ROWS = 2000000,
};

static const time_ns_t start_time = 1700000000 * TIME_NS_SECOND;

/* A day of a price that never leaves +-1 % of 60,000.00, trades in bursts of one time stamp. */
static void
make_quiet(struct market_rows *trades, struct market_rows *marks)
{
    struct rng rng;
    rng_init(&rng, 1, RNG_TEST, 0);
    *trades = (struct market_rows){.time = market_column(TRADES, 8),
                                   .price = market_column(TRADES, 8),
                                   .quantity = market_column(TRADES, 8),
                                   .side = market_column(TRADES, 1),
                                   .count = TRADES};
    for (size_t i = 0; i < TRADES; i++) {
        const uint32_t bits = rng_u32(&rng);
        trades->time[i] = start_time + (time_ns_t)(i / 3) * (TIME_NS_DAY / (TRADES / 3));
        trades->price[i] = 6000000 + (int64_t)(30000.0 * sin((double)i * 1e-6)) + bits % 64;
        trades->quantity[i] = 1 + bits % 5000;
        trades->side[i] = bits & 1024 ? 1 : -1;
    }
    *marks = (struct market_rows){
        .time = market_column(MARKS, 8), .price = market_column(MARKS, 8), .count = MARKS};
    for (size_t i = 0; i < MARKS; i++) {
        marks->time[i] = start_time + (time_ns_t)i * (TIME_NS_DAY / MARKS);
        marks->price[i] = 6000000 + (int64_t)(30000.0 * sin((double)i * 1e-4));
    }
}

/* Reads every value of the columns once, the least any replay could do. */
static double
scan(const struct market_rows *source)
{
    const double begin = measure_seconds();
    int64_t sum = 0;
    for (size_t at = 0; at < source->count; at += MARKET_CHUNK) {
        const size_t end = source->count - at < MARKET_CHUNK ? source->count : at + MARKET_CHUNK;
        for (size_t i = at; i < end; i++)
            sum += source->time[i];
        for (size_t i = at; i < end; i++)
            sum ^= source->price[i];
        for (size_t i = at; source->quantity != NULL && i < end; i++)
            sum += source->quantity[i];
        for (size_t i = at; source->side != NULL && i < end; i++)
            sum += source->side[i];
    }
    static volatile int64_t sink;
    sink = sum;
    (void)sink;
    return measure_seconds() - begin;
}

/* Long positions of 3x to 20x, entered at 60,000; with `shorts`, every second one short. */
static struct holder_order *
make_orders(const struct contract *contract, size_t count, bool shorts)
{
    struct holder_order *orders = market_column(count, sizeof(*orders));
    struct rng rng;
    rng_init(&rng, 2, RNG_TEST, 0);
    for (size_t i = 0; i < count; i++) {
        const int64_t size = 1 + (int64_t)(rng_u32(&rng) % 2000);
        struct position position = {
            .quantity = shorts && i % 2 == 1 ? -size : size,
            .account = (uint32_t)i,
            .close_time = TIME_NS_NEVER,
        };
        position.entry_value = contract_value(contract, position.quantity, 6000000);
        position.margin =
            margin_initial(position.entry_value < 0 ? -position.entry_value : position.entry_value,
                           3.0 + 17.0 * rng_uniform(&rng));
        orders[i] = (struct holder_order){.open = start_time, .position = position};
    }
    return orders;
}

struct outcome {
    double seconds; /* of the replay after positions were opened */
    uint64_t rows, liquidations, postings;
};

/* Opens the positions in a first short replay, then times the rest. */
static struct outcome
run(const struct engine_instrument *instrument, const struct holder_order *orders, size_t count,
    struct market_rows *trades, struct market_rows *marks)
{
    const struct engine_pool pool = {.opening = INT64_C(1000000000000000)};
    const struct engine_config config = {
        .instruments = instrument,
        .instrument_count = 1,
        .pools = &pool,
        .pool_count = 1,
        .currency_count = 1,
        .closeout_type = &closeout_at_once,
        .closeout = {.slippage = &slippage_square_root.model,
                     .slippage_params = {.coefficient = 1.0, .spread = 0.0001},
                     .daily_volume = 1e9,
                     .daily_volatility = 0.05},
        .adl = &adl_okx,
        .positions_expected = count,
        .sample_every = TIME_NS_SECOND,
    };
    const struct holders_config none = {.orders = NULL};
    struct engine engine;
    struct holders holders;
    enum status status = engine_init(&engine, &config, NULL);
    assert(status == OK);
    status = holders_init(&holders, &none, 1, start_time, NULL);
    assert(status == OK);
    struct position *positions = market_column(count, sizeof(*positions));
    for (size_t i = 0; i < count; i++)
        positions[i] = orders[i].position;
    engine_mark(&engine, 0, 6000000);
    status = engine_open_many(&engine, positions, count, NULL);
    assert(status == OK);
    free(positions);
    struct replay_source sources[2] = {
        {.kind = TAPE_MARK, .next = market_next, .context = marks},
        {.kind = TAPE_TRADE, .next = market_next, .context = trades},
    };
    marks->given = 0;
    if (trades != NULL)
        trades->given = 0;
    struct replay replay = {
        .sources = sources,
        .source_count = trades == NULL ? 1 : 2,
        .engine = &engine,
        .holders = &holders,
        .from = start_time,
        .to = TIME_NS_NEVER,
        .sample_every = config.sample_every,
    };
    const double begin = measure_seconds();
    status = replay_run(&replay, NULL);
    const struct outcome outcome = {.seconds = measure_seconds() - begin,
                                    .rows = replay.rows,
                                    .liquidations = engine.cases,
                                    .postings = engine.ledger.postings};
    assert(status == OK && engine_verify(&engine, NULL));
    holders_clear(&holders);
    engine_clear(&engine);
    return outcome;
}

static void
bench_quiet(const struct engine_instrument *instrument)
{
    struct market_rows trades, marks;
    make_quiet(&trades, &marks);
    struct holder_order *many = make_orders(&instrument->contract, MANY, true);
    struct holder_order *few = make_orders(&instrument->contract, FEW, true);
    double bare[ROUNDS], with_many[ROUNDS], with_few[ROUNDS], share[ROUNDS], cost[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        bare[round] = scan(&trades) + scan(&marks);
        const struct outcome a = run(instrument, many, MANY, &trades, &marks);
        const struct outcome b = run(instrument, few, FEW, &trades, &marks);
        assert(a.liquidations == 0 && a.rows == TRADES + MARKS);
        with_many[round] = a.seconds;
        with_few[round] = b.seconds;
        share[round] = bare[round] / a.seconds;
        cost[round] = a.seconds / b.seconds;
    }
    const double rows = TRADES + MARKS;
    measure_print("replay_quiet_share_of_scan", measure_median(share, ROUNDS), "ratio", ">=0.25");
    measure_print("replay_cost_1m_over_1k", measure_median(cost, ROUNDS), "ratio", "<=1.5");
    measure_print("replay_quiet_1m", rows / measure_median(with_many, ROUNDS) / 1e6, "Mrow/s", "-");
    measure_print("replay_quiet_1k", rows / measure_median(with_few, ROUNDS) / 1e6, "Mrow/s", "-");
    measure_print("bare_scan", rows / measure_median(bare, ROUNDS) / 1e6, "Mrow/s", "-");
    free(many);
    free(few);
    free(trades.time);
    free(trades.price);
    free(trades.quantity);
    free(trades.side);
    free(marks.time);
    free(marks.price);
}

static void
bench_storm(const struct engine_instrument *instrument)
{
    struct market_rows marks = {.time = market_column(STORM_MARKS, 8),
                                .price = market_column(STORM_MARKS, 8),
                                .count = STORM_MARKS};
    for (size_t i = 0; i < STORM_MARKS; i++) {
        marks.time[i] = start_time + (time_ns_t)i * TIME_NS_SECOND / 10;
        marks.price[i] = 6000000 - (int64_t)i * 2400000 / STORM_MARKS;
    }
    struct holder_order *orders = make_orders(&instrument->contract, MANY, false);
    double rate[ROUNDS];
    uint64_t postings = 0;
    for (int round = 0; round < ROUNDS; round++) {
        const struct outcome outcome = run(instrument, orders, MANY, NULL, &marks);
        assert(outcome.liquidations == MANY);
        rate[round] = MANY / outcome.seconds;
        postings = outcome.postings;
    }
    measure_print("storm_liquidations", measure_median(rate, ROUNDS) / 1e6, "M/s", ">=1");
    measure_print("storm_postings_per_liquidation", (double)postings / MANY, "count", "-");
    free(orders);
    free(marks.time);
    free(marks.price);
}

/* ---- memory ---- */

/* The most bytes a process of its own that runs task(argument) ever held resident. */
static double
peak_of(void (*task)(const void *argument), const void *argument)
{
    int ends[2];
    long kilobytes = 0;
    int failed = pipe(ends);
    assert(!failed);
    fflush(stdout);
    const pid_t child = fork();
    assert(child >= 0);
    if (child == 0) {
        struct rusage usage;
        task(argument);
        failed = getrusage(RUSAGE_SELF, &usage);
        failed |= write(ends[1], &usage.ru_maxrss, sizeof(long)) != sizeof(long);
        _exit(failed);
    }
    failed = read(ends[0], &kilobytes, sizeof(kilobytes)) != sizeof(kilobytes);
    int result;
    failed |= waitpid(child, &result, 0) != child || result != 0;
    assert(!failed);
    close(ends[0]);
    close(ends[1]);
    return (double)kilobytes * 1024.0;
}

/* What a memory task is about. */
struct memory_case {
    const struct engine_instrument *instrument;
    size_t positions;
    bool engine; /* false: only what is not the engine's, to compare with */
    bool drawn;  /* a synthetic population, else explicit positions that leave by themselves */
    const char *tape;
};

/* The book after its last winner was closed: started, armed anew by funding, then a mark at which
 * every long is bankrupt and the fund has nothing. */
static void
deleverage(const struct memory_case *memory, const struct holders_config *population)
{
    const struct engine_pool pool = {.opening = 0};
    const struct engine_config config = {
        .instruments = memory->instrument,
        .instrument_count = 1,
        .pools = &pool,
        .pool_count = 1,
        .currency_count = 1,
        .closeout_type = &closeout_at_once,
        .closeout = {.slippage = &slippage_constant.model},
        .adl = &adl_okx,
        .positions_expected = 4096, /* as for a run from a scenario: the table grows */
        .sample_every = TIME_NS_SECOND,
    };
    struct engine engine;
    struct holders holders;
    enum status status = engine_init(&engine, &config, NULL);
    assert(status == OK);
    status = holders_init(&holders, population, 1, start_time, NULL);
    assert(status == OK);
    engine_mark(&engine, 0, 6000000);
    engine_start(&engine, start_time);
    status = holders_start(&holders, &engine, start_time, NULL);
    assert(status == OK && engine.positions.open > memory->positions * 9 / 10);
    status = engine_funding(&engine, 0, RATE_ONE / 10000, NULL);
    assert(status == OK);
    status = engine_settle(&engine, start_time, NULL);
    assert(status == OK);
    engine_mark(&engine, 0, 3900000);
    status = engine_settle(&engine, start_time + TIME_NS_SECOND, NULL);
    assert(status == OK && engine.adl_queue.capacity > memory->positions / 3);
    assert(engine.positions.open < memory->positions / 4);
    holders_clear(&holders);
    engine_clear(&engine);
}

/* One long against everybody else, who all leave by themselves some day: the longest queue of
 * winners and an end for every position. */
static void
memory_task_explicit(const struct memory_case *memory)
{
    const struct contract *contract = &memory->instrument->contract;
    struct holder_order *orders = make_orders(contract, memory->positions, false);
    int64_t sum = 0;
    for (size_t i = 0; i < memory->positions; i++) {
        struct position *position = &orders[i].position;
        position->quantity = -position->quantity;
        position->entry_value = -position->entry_value;
        position->close_time = start_time + TIME_NS_DAY + (time_ns_t)(i * 7919 % 1000003);
        sum += i > 0 ? -position->quantity : 0;
    }
    orders[0].position.quantity = sum;
    orders[0].position.entry_value = contract_value(contract, sum, 6000000);
    orders[0].position.margin = margin_initial(orders[0].position.entry_value, 20.0);
    const struct holders_config population = {.orders = orders, .order_count = memory->positions};
    if (memory->engine)
        deleverage(memory, &population);
    free(orders);
}

static void
memory_task(const void *argument)
{
    const struct memory_case *memory = argument;
    if (!memory->drawn) {
        memory_task_explicit(memory);
        return;
    }
    const struct population_params params = {
        .leverage = {.kind = &distribution_lognormal.model, .params = {.mu = 2.2, .sigma = 0.4}},
        .size = {.kind = &distribution_constant.model, .params = {.value = 60000.0}},
        .lifetime = {.kind = &distribution_exponential.model, .params = {.mean = 20.0}},
        .step = TIME_NS_MINUTE,
        .recovery = TIME_NS_DAY,
    };
    const struct holder_target target = {
        .params = &params,
        .open_interest = 60000.0 * (double)memory->positions / 2.0,
        .seed = 1,
    };
    const struct holders_config population = {.targets = &target};
    if (memory->engine)
        deleverage(memory, &population);
}

static void
tape_write_task(const void *argument)
{
    const struct memory_case *memory = argument;
    struct pool *pool;
    struct tape_writer *writer;
    size_t id;
    const struct tape_stream stream = {
        .instrument = "BTCUSDT", .kind = TAPE_TRADE, .price_scale = 2, .quantity_scale = 3};
    struct tape_rows rows = {.count = TAPE_CHUNK_ROWS};
    int64_t *time = market_column(TAPE_CHUNK_ROWS, 8), *price = market_column(TAPE_CHUNK_ROWS, 8);
    int64_t *quantity = market_column(TAPE_CHUNK_ROWS, 8);
    int8_t *side = market_column(TAPE_CHUNK_ROWS, 1);
    rows.time = time;
    rows.price = price;
    rows.quantity = quantity;
    rows.side = side;
    struct rng rng;
    rng_init(&rng, 3, RNG_TEST, 0);
    enum status status = pool_open(&pool, 2, NULL);
    status = status == OK ? tape_writer_open(&writer, memory->tape, pool, NULL) : status;
    status = status == OK ? tape_writer_stream(writer, &stream, &id, NULL) : status;
    for (size_t at = 0; status == OK && at < memory->positions; at += TAPE_CHUNK_ROWS) {
        for (size_t i = 0; i < TAPE_CHUNK_ROWS; i++) {
            const uint32_t bits = rng_u32(&rng);
            time[i] = start_time + (time_ns_t)(at + i) * TIME_NS_SECOND / 200;
            price[i] = 6000000 + bits % 64;
            quantity[i] = 1 + bits % 5000;
            side[i] = bits & 1024 ? 1 : -1;
        }
        status = tape_writer_append(writer, id, &rows, NULL);
    }
    status = status == OK ? tape_writer_commit(writer, NULL) : status;
    assert(status == OK);
    pool_close(pool);
}

static enum status
next_of_cursor(void *context, struct tape_rows *rows, struct error *err)
{
    return tape_cursor_next(context, rows, err);
}

/* The whole tape on disk through an engine with a thousand positions. */
static void
tape_replay_task(const void *argument)
{
    const struct memory_case *memory = argument;
    struct engine_instrument instrument = *memory->instrument;
    instrument.mark_is_last = true;
    const struct engine_pool fund = {.opening = INT64_C(1000000000000)};
    const struct engine_config config = {
        .instruments = &instrument,
        .instrument_count = 1,
        .pools = &fund,
        .pool_count = 1,
        .currency_count = 1,
        .closeout_type = &closeout_at_once,
        .closeout = {.slippage = &slippage_constant.model},
        .adl = &adl_okx,
        .positions_expected = FEW,
        .sample_every = TIME_NS_SECOND,
    };
    struct holder_order *orders = make_orders(&instrument.contract, FEW, true);
    const struct holders_config population = {.orders = orders, .order_count = FEW};
    struct engine engine;
    struct holders holders;
    struct pool *pool;
    struct tape *tape;
    struct tape_cursor *cursor;
    enum status status = engine_init(&engine, &config, NULL);
    assert(status == OK);
    status = holders_init(&holders, &population, 1, start_time, NULL);
    status = status == OK ? pool_open(&pool, 2, NULL) : status;
    status = status == OK ? tape_open(&tape, memory->tape, NULL) : status;
    status = status == OK ? tape_cursor_open(&cursor, tape, 0, start_time, pool, NULL) : status;
    assert(status == OK);
    struct replay_source source = {.kind = TAPE_TRADE, .next = next_of_cursor, .context = cursor};
    struct replay replay = {
        .sources = &source,
        .source_count = 1,
        .engine = &engine,
        .holders = &holders,
        .from = start_time,
        .to = TIME_NS_NEVER,
        .sample_every = config.sample_every,
    };
    status = replay_run(&replay, NULL);
    assert(status == OK && replay.rows >= memory->positions);
    tape_cursor_close(cursor);
    tape_close(tape);
    pool_close(pool);
    holders_clear(&holders);
    engine_clear(&engine);
    free(orders);
}

static void
bench_memory(const struct engine_instrument *instrument)
{
    for (int drawn = 0; drawn < 2; drawn++) {
        struct memory_case memory = {.instrument = instrument, .positions = MANY, .drawn = drawn};
        const double without = peak_of(memory_task, &memory);
        memory.engine = true;
        const double begin = measure_seconds();
        const double bytes = (peak_of(memory_task, &memory) - without) / MANY;
        measure_print(drawn ? "memory_per_position_drawn" : "memory_per_position", bytes, "B",
                      "<=160");
        measure_print(drawn ? "deleverage_all_drawn" : "deleverage_all", measure_seconds() - begin,
                      "s", "-");
    }
    char directory[] = "/tmp/bench_replay.XXXXXX", path[64];
    const char *made = mkdtemp(directory);
    assert(made != NULL);
    (void)made;
    double peak[2];
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof(path), "%s/%d.h5", directory, i);
        const struct memory_case memory = {.instrument = instrument,
                                           .positions = i == 0 ? TAPE_ROWS : 4 * TAPE_ROWS,
                                           .tape = path};
        peak_of(tape_write_task, &memory);
        peak[i] = peak_of(tape_replay_task, &memory);
        remove(path);
    }
    rmdir(directory);
    measure_print("memory_of_four_times_the_tape", peak[1] / peak[0], "ratio", "<=1.1");
    measure_print("memory_of_a_streamed_replay", peak[0] / 1048576.0, "MiB", "-");
}

int
main(void)
{
    const struct engine_instrument instrument = market_instrument();
    bench_memory(&instrument); /* first, while this process is small */
    bench_quiet(&instrument);
    bench_storm(&instrument);
    return 0;
}
