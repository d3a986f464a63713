#include "world.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/fixed.h"
#include "base/rng.h"

static int64_t
pick(struct rng *rng, int64_t low, int64_t high)
{
    return low + (int64_t)(rng_uniform(rng) * (double)(high - low + 1));
}

static void
build_rules(struct world *world, struct rng *rng)
{
    for (size_t i = 0; i < WORLD_INSTRUMENTS; i++) {
        struct engine_instrument *instrument = &world->instruments[i];
        const bool inverse = i == 1;
        instrument->contract = (struct contract){
            .symbol = "LINEAR",
            .settlement = "USDT",
            .kind = inverse ? CONTRACT_INVERSE : CONTRACT_LINEAR,
            .size = inverse ? (struct decimal){1, 0} : (struct decimal){1, 2},
            .price_scale = inverse ? 1 : 2,
            .quantity_scale = inverse ? 0 : 1,
            .money_decimals = inverse ? 8 : (int)pick(rng, 0, 6),
        };
        const enum status status = contract_init(&instrument->contract, NULL);
        assert(status == OK);
        (void)status;
        const money_t unit = fixed_power_of_ten[instrument->contract.money_decimals];
        struct margin_rules *rules = &instrument->rules;
        rules->mode = pick(rng, 0, 1) ? MARGIN_MARGINAL : MARGIN_STEP;
        rules->compare = pick(rng, 0, 1) ? MARGIN_BREACH_LT : MARGIN_BREACH_LE;
        rules->fee_rate = pick(rng, 0, 1) * 500000000;
        rules->tier_count = (size_t)pick(rng, 1, 4);
        for (size_t k = 0; k < rules->tier_count; k++)
            rules->tier[k] = (struct margin_tier){
                .notional_max = k + 1 == rules->tier_count
                                    ? INT64_MAX
                                    : (inverse ? unit / 4 : 500 * unit) << (2 * k),
                .rate = (rate_t)(4 + 6 * k) * (RATE_ONE / 1000),
                .leverage_max = 50,
            };
        const enum status checked = margin_rules_init(rules, NULL);
        assert(checked == OK);
        (void)checked;
        instrument->pool = i;
        instrument->mark_is_last = pick(rng, 0, 2) == 0;
        world->pools[i] = (struct engine_pool){
            .opening = inverse ? pick(rng, 0, 2) * unit / 50 : pick(rng, 0, 2) * 40 * unit,
            .currency = i,
        };
    }
    const bool at_once = pick(rng, 0, 1);
    world->config = (struct engine_config){
        .instruments = world->instruments,
        .instrument_count = WORLD_INSTRUMENTS,
        .pools = world->pools,
        .pool_count = WORLD_INSTRUMENTS,
        .currency_count = WORLD_INSTRUMENTS,
        .closeout_type = at_once ? &closeout_at_once : &closeout_participation,
        .closeout = {.cap = 0.3,
                     .slippage =
                         pick(rng, 0, 1) ? &slippage_constant.model : &slippage_square_root.model,
                     .slippage_params = {.share = 0.004, .coefficient = 1.0, .spread = 0.0002},
                     .daily_volume = 1e5,
                     .daily_volatility = 0.08},
        .adl = &adl_okx,
        .positions_expected = 16,
        .sample_every = TIME_NS_SECOND,
    };
}

static void
build_positions(struct world *world, struct rng *rng, const int64_t *price)
{
    world->position_count = (size_t)pick(rng, 2, 60);
    world->positions = calloc(world->position_count, sizeof(*world->positions));
    /* Wide entries and thin margins make winners whose own bankruptcy price is near. */
    const int64_t width = pick(rng, 0, 2) == 0 ? 12 : 100;
    for (size_t i = 0; i < world->position_count; i++) {
        const uint32_t on = (uint32_t)pick(rng, 0, WORLD_INSTRUMENTS - 1);
        const struct contract *contract = &world->instruments[on].contract;
        const int64_t size = (int64_t)(rng_lognormal(rng, 0.0, 1.5) * (on == 1 ? 2000.0 : 300.0));
        const int64_t entry = price[on] + pick(rng, -price[on] / width, price[on] / width);
        struct position *position = &world->positions[i];
        position->quantity = (pick(rng, 0, 1) ? 1 : -1) * (size < 1 ? 1 : size);
        position->instrument = on;
        position->account = (uint32_t)i;
        position->close_time = TIME_NS_NEVER;
        position->entry_value = contract_value(contract, position->quantity, entry);
        position->margin = margin_initial(llabs(position->entry_value),
                                          1.0 + 99.0 * rng_uniform(rng) * rng_uniform(rng));
    }
}

static void
build_events(struct world *world, struct rng *rng, int64_t *price)
{
    world->event_count = (size_t)pick(rng, 20, 400);
    world->events = calloc(world->event_count + 2, sizeof(*world->events));
    time_ns_t now = 1700000000 * TIME_NS_SECOND;
    size_t n = 0;
    /* Every instrument has a price before anything else happens. */
    for (size_t i = 0; i < WORLD_INSTRUMENTS; i++) {
        const bool last = world->instruments[i].mark_is_last;
        world->events[n++] =
            (struct world_event){now, last ? TAPE_TRADE : TAPE_MARK, i, price[i], last ? 1 : 0, 0};
    }
    now += TIME_NS_SECOND; /* positions open after the events of an instant, before the next */
    while (n < world->event_count + 2) {
        if (pick(rng, 0, 2) != 0)
            now += pick(rng, 1, 40) * TIME_NS_SECOND / 10;
        const size_t i = (size_t)pick(rng, 0, WORLD_INSTRUMENTS - 1);
        const double jump = pick(rng, 0, 30) == 0 ? rng_normal(rng, 0.06) : 0.0;
        const double next = (double)price[i] * exp(rng_normal(rng, 0.004) + jump);
        price[i] = next < 100.0 ? 100 : (int64_t)next;
        struct world_event event = {.time = now, .instrument = i, .price = price[i]};
        const int64_t what = pick(rng, 0, 9);
        event.kind = what < 5   ? TAPE_TRADE
                     : what < 8 ? TAPE_MARK
                     : what < 9 ? TAPE_INDEX
                                : TAPE_FUNDING;
        if (event.kind == TAPE_MARK && world->instruments[i].mark_is_last)
            event.kind = TAPE_INDEX;
        if (event.kind == TAPE_TRADE) {
            event.quantity = pick(rng, 1, i == 1 ? 3000 : 500);
            event.side = (int8_t)pick(rng, -1, 1);
        }
        if (event.kind == TAPE_FUNDING)
            event.price = pick(rng, -3, 3) * (RATE_ONE / 1000);
        world->events[n++] = event;
    }
    world->event_count = n;
}

static void
build_streams(struct world *world)
{
    world->source_count = WORLD_SOURCES;
    for (size_t s = 0; s < WORLD_SOURCES; s++) {
        struct world_stream *stream = &world->streams[s];
        const size_t instrument = s / TAPE_KINDS;
        const enum tape_kind kind = (enum tape_kind)(s % TAPE_KINDS);
        stream->time = calloc(world->event_count, sizeof(int64_t));
        stream->price = calloc(world->event_count, sizeof(int64_t));
        stream->quantity = calloc(world->event_count, sizeof(int64_t));
        stream->side = calloc(world->event_count, sizeof(int8_t));
        for (size_t i = 0; i < world->event_count; i++) {
            const struct world_event *event = &world->events[i];
            if (event->kind != kind || event->instrument != instrument)
                continue;
            stream->time[stream->count] = event->time;
            stream->price[stream->count] = event->price;
            stream->quantity[stream->count] = event->quantity;
            stream->side[stream->count++] = event->side;
        }
    }
}

void
world_build(struct world *world, uint64_t number)
{
    *world = (struct world){0};
    struct rng rng;
    rng_init(&rng, number, RNG_TEST, 0);
    int64_t price[WORLD_INSTRUMENTS] = {pick(&rng, 50000, 900000), pick(&rng, 30000, 90000)};
    build_rules(world, &rng);
    build_positions(world, &rng, price);
    build_events(world, &rng, price);
    build_streams(world);
}

void
world_clear(struct world *world)
{
    for (size_t s = 0; s < WORLD_SOURCES; s++) {
        free(world->streams[s].time);
        free(world->streams[s].price);
        free(world->streams[s].quantity);
        free(world->streams[s].side);
    }
    free(world->events);
    free(world->positions);
    *world = (struct world){0};
}

static enum status
next_rows(void *context, struct tape_rows *rows, struct error *err)
{
    (void)err;
    struct world_stream *stream = context;
    const size_t left = stream->count - stream->given;
    const size_t count = left < stream->chunk ? left : stream->chunk;
    *rows = (struct tape_rows){count, stream->time + stream->given, stream->price + stream->given,
                               stream->quantity + stream->given, stream->side + stream->given};
    stream->given += count;
    return OK;
}

void
world_rewind(struct world *world, size_t chunk)
{
    for (size_t s = 0; s < WORLD_SOURCES; s++) {
        world->streams[s].given = 0;
        world->streams[s].chunk = chunk;
        world->sources[s] = (struct replay_source){.kind = (enum tape_kind)(s % TAPE_KINDS),
                                                   .instrument = s / TAPE_KINDS,
                                                   .next = next_rows,
                                                   .context = &world->streams[s]};
    }
}

enum status
world_run(struct world *world, struct engine *engine, struct happenings *list, struct error *err)
{
    if (list != NULL)
        world->config.observer = happenings_observer(list);
    struct holder_order *orders = calloc(world->position_count, sizeof(*orders));
    const time_ns_t first = world->events[0].time;
    for (size_t i = 0; i < world->position_count; i++)
        orders[i] = (struct holder_order){.open = first, .position = world->positions[i]};
    const struct holders_config config = {.orders = orders, .order_count = world->position_count};
    struct holders holders;
    enum status status = engine_init(engine, &world->config, err);
    assert(status == OK);
    status = holders_init(&holders, &config, WORLD_INSTRUMENTS, first, err);
    assert(status == OK);
    struct replay replay = {.sources = world->sources,
                            .source_count = world->source_count,
                            .engine = engine,
                            .holders = &holders,
                            .from = first,
                            .to = TIME_NS_NEVER,
                            .sample_every = world->config.sample_every};
    status = replay_run(&replay, err);
    holders_clear(&holders);
    free(orders);
    return status;
}
