/* Small random worlds that mix all rule kinds: the books balance and nothing is missed after every
 * settlement.  engine_verify() is the brute-force scan: it recomputes every account at every mark,
 * finds breaches that were missed and positions whose alarms were passed, and sums the ledger.
 *
 * Worlds with a twin have linear contracts whose values need no rounding, and margins on the entry
 * notional: turned over (long for short, up for down) or made several times as large, such a world
 * must live the same life. */
#include "cmocka_all.h"

#include <math.h>
#include <stdlib.h>

#include "base/fixed.h"
#include "base/rng.h"
#include "engine/engine.h"
#include "quick.h"

enum { INSTRUMENTS = 2, ACCOUNTS = 12, STEPS = 60, WORLDS = 10000, ISOLATED = 112 };

struct counts {
    uint64_t takeovers, own, adl, socialised, controls, unhealthy;
};

/* What a world is compared with: nothing, itself seven times as large, itself turned over. */
enum twin { TWIN_NONE = 0, TWIN_SCALED, TWIN_MIRRORED };
enum { SCALE = 7, MIRROR = 1000000 /* price + turned price, both instruments */ };

struct variant {
    enum twin twin;
    bool second;   /* the larger or turned one */
    int64_t scale; /* all quantities and money times this */
};

struct world {
    struct variant variant;
    struct engine_instrument instruments[INSTRUMENTS];
    struct engine_pool pools[INSTRUMENTS];
    struct engine_injection injection;
    struct engine_config config;
    struct engine engine;
    struct counts *counts;
    int64_t longs[INSTRUMENTS], shorts[INSTRUMENTS];
};

static int64_t
pick(struct rng *rng, int64_t low, int64_t high)
{
    return low + (int64_t)(rng_uniform(rng) * (double)(high - low + 1));
}

static void
on_liquidation(void *context, const struct liquidation_event *event)
{
    struct world *world = context;
    world->counts->takeovers += event->step == LIQUIDATION_TAKEOVER;
    world->counts->own += event->step == LIQUIDATION_ORDER || event->step == LIQUIDATION_CLOSE;
    /* nothing healthy is touched: what is liquidated has less than it needs */
    world->counts->unhealthy +=
        event->step == LIQUIDATION_ORDER && event->equity > event->maintenance_margin;
    world->counts->unhealthy += event->step == LIQUIDATION_TAKEOVER && event->account >= ISOLATED &&
                                event->equity > event->maintenance_margin;
}

/* Both sides settle at the price the event names: what the winner gives up against the mark is the
 * distance of that price from the mark, within the roundings of two values. */
static void
on_adl(void *context, const struct adl_event *event)
{
    struct world *world = context;
    const struct contract *contract = &world->instruments[event->instrument].contract;
    world->counts->adl++;
    if (world->config.rules.adl.settlement != RULES_ADL_OFFSET)
        return;
    const double size = contract->kind == CONTRACT_LINEAR ? 0.01 : 100.0;
    const double mark = contract_price(contract, event->mark_price);
    const double apart =
        contract->kind == CONTRACT_LINEAR ? mark - event->price : 1.0 / event->price - 1.0 / mark;
    const double haircut = (double)event->quantity * size * apart * 1e6;
    if (!(fabs(haircut - (double)event->haircut) <= 3.0 + 1e-9 * fabs(haircut)))
        fail_msg("a haircut of %.3f at the price, %lld booked", haircut, (long long)event->haircut);
}

static void
on_socialised(void *context, const struct socialised_event *event)
{
    struct world *world = context;
    assert_true(event->amount > 0);
    world->counts->socialised++;
}

static void
on_control(void *context, const struct control_event *event)
{
    struct world *world = context;
    world->counts->controls += event->on;
}

static const struct adl_type *
pick_adl(struct rng *rng, bool even_only)
{
    /* rankings that look at profit and margin, not at the notional at the mark */
    static const struct adl_type *const even[] = {&adl_profit, &adl_profit_pro_rata, &adl_pro_rata,
                                                  &adl_size};
    size_t count = 0;
    if (even_only)
        return even[pick(rng, 0, 3)];
    while (adl_registry[count] != NULL)
        count++;
    return adl_of(adl_registry[pick(rng, 0, (int64_t)count - 1)]);
}

static void
build_liquidation(struct world *world, struct rng *rng)
{
    struct engine_rules *rules = &world->config.rules;
    const int64_t scale = world->variant.scale;
    const bool mirrored = world->variant.twin == TWIN_MIRRORED;
    static const struct partial_type *const even[] = {
        &partial_none, &partial_one_ioc, &partial_contracts_step, &partial_to_maintenance};
    /* the last two price by a share of the mark */
    static const struct takeover_type *const takeovers[] = {
        NULL,           &takeover_bankruptcy, &takeover_backstop,  &takeover_fund_at_mark,
        &takeover_none, &takeover_fillable,   &takeover_liquidator};
    size_t partials = 0;
    while (partial_registry[partials] != NULL)
        partials++;
    rules->hedged_legs_netted = pick(rng, 0, 1);
    rules->keep_hedges = pick(rng, 0, 1);
    rules->funding_from_fund = pick(rng, 0, 3) == 0;
    rules->takeover = takeovers[pick(rng, 0, mirrored ? 4 : 6)];
    rules->takeover_params = (struct takeover_params){.fraction = 2.0 / 3.0,
                                                      .bankruptcy_adjustment = 1.0,
                                                      .spread_to_maintenance = 1.5,
                                                      .liquidator_fee = 0.01};
    rules->partial = partial_of(partial_registry[pick(rng, 0, (int64_t)partials - 1)]);
    if (mirrored) /* others look at the notional at the mark */
        rules->partial = even[pick(rng, 0, 3)];
    rules->partial_params = (struct partial_params){.from_tier = 3,
                                                    .levels = 2,
                                                    .time_to_live = 2 * TIME_NS_SECOND,
                                                    .share = 0.2,
                                                    .contracts = 20.0 * (double)scale,
                                                    .every = TIME_NS_SECOND * pick(rng, 0, 1),
                                                    .threshold = 1000.0 * (double)scale,
                                                    .cooldown = 3 * TIME_NS_SECOND,
                                                    .minimum = 100.0 * (double)scale,
                                                    .limit = mirrored ? 1e15 : 1e5 * (double)scale,
                                                    .duration = 10 * TIME_NS_SECOND,
                                                    .liquidator_fee = 0.005,
                                                    .fund_fee = 0.005,
                                                    .dust = 5.0 * (double)scale};
}

static void
build_fund(struct world *world, struct rng *rng)
{
    struct engine_rules *rules = &world->config.rules;
    rules->fees = (struct fee_rules){
        .platform_share = pick(rng, 0, 1) * (RATE_ONE / 4),
        .keeper_rate = pick(rng, 0, 1) * (RATE_ONE / 500),
        .beyond_margin = pick(rng, 0, 3) == 0,
        .residue_to = (enum fee_residue)pick(rng, 0, 2),
        .residue_fund_share = RATE_ONE / 3,
        .surplus_cap = pick(rng, 0, 2) == 0 ? RATE_ONE / 100 : 0,
    };
    if (world->variant.twin == TWIN_MIRRORED) /* both are shares of the notional sold */
        rules->fees.keeper_rate = rules->fees.surplus_cap = 0;
    rules->fund = (struct fund_rules){
        .may_go_negative = pick(rng, 0, 4) == 0,
        .payout_premium = pick(rng, 0, 3) == 0 ? RATE_ONE / 20 : 0,
        .payout_max = pick(rng, 0, 3) == 0 ? 5 * INT64_C(1000000) * world->variant.scale : 0,
        .payout_window = 10 * TIME_NS_SECOND,
        .settle = (enum fund_settle)pick(rng, 0, 1),
    };
}

static void
build_waterfall(struct world *world, struct rng *rng)
{
    struct engine_rules *rules = &world->config.rules;
    size_t sharings = 0;
    while (socialise_registry[sharings] != NULL)
        sharings++;
    for (size_t i = 0, most = (size_t)pick(rng, 1, RULES_STAGES); i < most; i++) {
        const enum rules_stage stage = (enum rules_stage)pick(rng, 0, RULES_STAGES - 1);
        if (rules->stages == 0 || !rules_has_stage(rules, stage))
            rules->order[rules->stages++] = stage;
    }
    rules->adl.price = (enum rules_adl_price)pick(rng, 0, RULES_ADL_MARK_UNLESS_DEPLETED);
    rules->adl.settlement = world->config.adl->allocate == NULL && pick(rng, 0, 2) == 0
                                ? RULES_ADL_HAIRCUT
                                : RULES_ADL_OFFSET;
    rules->adl.free_wallet_only = pick(rng, 0, 1);
    rules->adl.trigger = (struct adl_trigger_params){
        .depleted = pick(rng, 0, 3) == 0,
        .drawdown = pick(rng, 0, 1),
        .reference = (int)pick(rng, 0, 1),
        .scope = (int)pick(rng, 0, 1),
        .window = TIME_NS_MINUTE,
        .rate = 0.3,
        .recover_rate = 0.25,
        .inventory_cap = pick(rng, 0, 3) == 0,
        .inventory_ratio = 1.0,
        .account_negative = pick(rng, 0, 2) == 0,
    };
    rules->socialise = socialise_of(socialise_registry[pick(rng, 0, (int64_t)sharings - 1)]);
    rules->socialise_params =
        (struct socialise_params){.opposite_only = pick(rng, 0, 1), .period = 20 * TIME_NS_SECOND};
    rules->controls = (struct rules_controls){
        .halt = pick(rng, 0, 1) * 3 * TIME_NS_SECOND,
        .margin_multiplier = pick(rng, 0, 1) * (RATE_ONE / 2 * 3),
        .multiplier_for = 5 * TIME_NS_SECOND,
    };
}

static void
build_instruments(struct world *world, struct rng *rng)
{
    const int64_t scale = world->variant.scale;
    const money_t unit = 1000000;
    for (size_t i = 0; i < INSTRUMENTS; i++) {
        struct engine_instrument *instrument = &world->instruments[i];
        const bool inverse = i == 1 && world->variant.twin == TWIN_NONE;
        instrument->contract =
            (struct contract){.kind = inverse ? CONTRACT_INVERSE : CONTRACT_LINEAR,
                              .size = inverse ? (struct decimal){100, 0} : (struct decimal){1, 2},
                              .price_scale = 2,
                              .quantity_scale = 0,
                              .money_decimals = 6};
        struct margin_rules *rules = &instrument->rules;
        rules->mode = (enum margin_tier_mode)pick(rng, 0, 3);
        rules->compare = world->instruments[0].rules.compare;
        if (i == 0)
            rules->compare = (enum margin_compare)pick(rng, 0, 1);
        rules->basis = (enum margin_basis)(pick(rng, 0, 3) == 0);
        if (world->variant.twin == TWIN_MIRRORED)
            rules->basis = MARGIN_ON_ENTRY;
        rules->fee_outside_trigger = pick(rng, 0, 1);
        rules->fee_rate = pick(rng, 0, 1) * (RATE_ONE / 500);
        if (world->variant.twin == TWIN_MIRRORED)
            rules->fee_rate = 0;
        rules->by_quantity = rules->mode == MARGIN_STEP && pick(rng, 0, 1);
        rules->slope = RATE_ONE / 1000000;
        rules->slope_quantity = scale;
        rules->tier_count =
            rules->mode == MARGIN_SLOPE || rules->mode == MARGIN_FLAT ? 1 : (size_t)pick(rng, 1, 4);
        for (size_t k = 0; k < rules->tier_count; k++) {
            const bool last = k + 1 == rules->tier_count;
            rules->tier[k] = (struct margin_tier){
                .notional_max =
                    last || rules->by_quantity ? INT64_MAX : (500 * unit * scale) << (2 * k),
                .quantity_max = last ? INT64_MAX : (INT64_C(100) * scale) << (2 * k),
                .rate = (rate_t)(4 + 6 * k) * (RATE_ONE / 1000),
                .leverage_max = 50,
            };
        }
        assert_int_equal(contract_init(&instrument->contract, NULL), OK);
        assert_int_equal(margin_rules_init(rules, NULL), OK);
        instrument->pool = i;
        instrument->lot_step = (1 + pick(rng, 0, 1) * 4) * scale;
        world->pools[i] = (struct engine_pool){.opening = pick(rng, 0, 2) * 40 * unit * scale};
        if (pick(rng, 0, 2) == 0)
            world->pools[i].inject_max = 20 * unit * scale;
    }
    world->injection = (struct engine_injection){30 * TIME_NS_SECOND, 5 * unit * scale};
    world->pools[0].injections = &world->injection;
    world->pools[0].injection_count = 1;
}

static void
build(struct world *world, struct rng *rng, struct counts *counts, const struct variant *variant)
{
    static const struct closeout_type *const closeouts[] = {
        &closeout_at_once, &closeout_participation, &closeout_inventory, &closeout_fractions,
        &closeout_external};
    *world = (struct world){.counts = counts, .variant = *variant};
    build_instruments(world, rng);
    world->config = (struct engine_config){
        .instruments = world->instruments,
        .instrument_count = INSTRUMENTS,
        .pools = world->pools,
        .pool_count = INSTRUMENTS,
        .currency_count = 1,
        .closeout_type = closeouts[pick(rng, 0, variant->twin != TWIN_NONE ? 1 : 4)],
        .closeout = {.cap = 0.3,
                     .cap_max = 0.6,
                     .ramp = 10 * TIME_NS_SECOND,
                     .aggression_max = 0.01,
                     .fraction = 0.2,
                     .share = 0.5,
                     .every = TIME_NS_SECOND,
                     .limit_spread = 0.01,
                     .slippage = &slippage_constant.model,
                     .slippage_params = {.share = variant->twin == TWIN_MIRRORED ? 0.0 : 0.004},
                     .daily_volume = 1e5,
                     .daily_volatility = 0.08},
        .adl = pick_adl(rng, variant->twin == TWIN_MIRRORED),
        .adl_params = {.seed = 3, .invert_shorts = true},
        .positions_expected = 64,
        .sample_every = TIME_NS_SECOND,
        .observer = {.context = world,
                     .liquidation = on_liquidation,
                     .adl = on_adl,
                     .socialised = on_socialised,
                     .control = on_control},
    };
    build_liquidation(world, rng);
    build_fund(world, rng);
    build_waterfall(world, rng);
}

/* A price of the turned world is as far above MIRROR / 2 as that of the other is below it. */
static int64_t
price_in(const struct world *world, int64_t price)
{
    const bool turned = world->variant.twin == TWIN_MIRRORED && world->variant.second;
    return turned ? MIRROR - price : price;
}

/* Every trade has two sides, so longs equal shorts at the start, inventory included, and after. */
static void
open_pair(struct world *world, struct rng *rng, uint32_t a, uint32_t b, bool cross)
{
    const size_t on = (size_t)pick(rng, 0, INSTRUMENTS - 1);
    const struct engine_instrument *instrument = &world->instruments[on];
    const bool turned = world->variant.twin == TWIN_MIRRORED && world->variant.second;
    const int64_t mark = world->engine.instruments[on].view.mark_price;
    const int64_t size = 1 + (int64_t)(rng_lognormal(rng, 0.0, 1.5) * 100.0);
    for (int side = 0; side < 2; side++) {
        const int64_t quantity = (side == 0) == turned ? -size : size;
        const money_t value = contract_value(&instrument->contract, quantity, mark);
        /* of twins the same margin on either side, though their prices differ */
        const money_t base = world->variant.twin == TWIN_NONE ? value : size * 50000000;
        const money_t margin = margin_initial(llabs(base), 1.0 + 40.0 * rng_uniform(rng));
        const uint32_t account = side == 0 ? a : b;
        const int64_t scale = world->variant.scale;
        if (cross) {
            assert_int_equal(engine_deposit(&world->engine, account, margin * scale, NULL), OK);
            assert_int_equal(
                engine_trade_account(&world->engine, account, on, quantity * scale, mark, NULL),
                OK);
            continue;
        }
        const bool own = pick(rng, 0, 1); /* else one of the cross account */
        if (!own)
            assert_int_equal(engine_deposit(&world->engine, account, margin * scale, NULL), OK);
        const struct position position = {.quantity = quantity * scale,
                                          .entry_value = value * scale,
                                          .margin = margin * scale,
                                          .close_time = TIME_NS_NEVER,
                                          .account = own ? ISOLATED + account : account,
                                          .instrument = (uint32_t)on};
        uint32_t id;
        assert_int_equal(engine_open(&world->engine, &position, &id, NULL), OK);
    }
}

static void
verify(const struct world *world, uint64_t number, int step)
{
    struct error err = {.message = ""};
    if (!engine_verify(&world->engine, &err))
        fail_msg("world %llu, step %d: %s", (unsigned long long)number, step, err.message);
}

static void
step_world(struct world *world, struct rng *rng, int64_t *price, time_ns_t *now)
{
    const bool twins = world->variant.twin != TWIN_NONE;
    for (size_t i = 0; i < INSTRUMENTS; i++) {
        const double jump = pick(rng, 0, 15) == 0 ? rng_normal(rng, 0.06) : 0.0;
        const double next = (double)price[i] * exp(rng_normal(rng, 0.006) + jump);
        price[i] = next < 100.0 ? 100 : (int64_t)next;
        if (twins) /* a walk that may be turned over, and shares of values that need no rounding */
            price[i] = price[i] > MIRROR - 1000 ? MIRROR - 1000 : price[i] / 100 * 100;
        const int64_t at = price_in(world, price[i]);
        const int64_t volume = pick(rng, 1, 300) * (twins ? 10 : 1) * world->variant.scale;
        int side = pick(rng, 0, 1) ? 1 : -1;
        if (at != price[i])
            side = -side;
        if (pick(rng, 0, 3) != 0)
            engine_mark(&world->engine, i, at);
        if (pick(rng, 0, 1))
            engine_trade(&world->engine, i, at, volume, side);
        const rate_t funding = pick(rng, -3, 3) * (RATE_ONE / 1000);
        if (pick(rng, 0, 19) == 0 && world->variant.twin != TWIN_MIRRORED)
            assert_int_equal(engine_funding(&world->engine, i, funding, NULL), OK);
    }
    *now += TIME_NS_SECOND;
    assert_int_equal(engine_settle(&world->engine, *now, NULL), OK);
}

/* What two twins are compared by, at every step. */
struct trace {
    money_t balance[STEPS][INSTRUMENTS], uncovered[STEPS][INSTRUMENTS];
    money_t relief[STEPS][INSTRUMENTS];
    int64_t longs[STEPS][INSTRUMENTS], shorts[STEPS][INSTRUMENTS];
};

static void
note(const struct world *world, struct trace *trace, int step)
{
    for (size_t i = 0; i < INSTRUMENTS; i++) {
        const struct instrument_state *state = &world->engine.instruments[i];
        const struct position_totals *totals = &world->engine.positions.totals[i];
        const struct fund *fund = &world->engine.pools[i];
        trace->balance[step][i] = fund_balance(fund, &world->engine.ledger);
        trace->uncovered[step][i] = fund->uncovered_loss;
        trace->relief[step][i] = fund->adl_relief;
        trace->longs[step][i] = totals->long_quantity + state->longs.quantity;
        trace->shorts[step][i] = totals->short_quantity + state->shorts.quantity;
    }
}

static void
run_world(uint64_t number, const struct variant *variant, struct counts *counts,
          struct trace *trace)
{
    struct world world;
    struct rng rng;
    rng_init(&rng, number, RNG_TEST, 7);
    build(&world, &rng, counts, variant);
    assert_int_equal(engine_init(&world.engine, &world.config, NULL), OK);
    engine_start(&world.engine, 0);
    int64_t price[INSTRUMENTS] = {pick(&rng, 50000, 900000), pick(&rng, 30000, 90000)};
    uint32_t accounts[ACCOUNTS];
    for (size_t i = 0; i < INSTRUMENTS; i++) {
        if (variant->twin != TWIN_NONE)
            price[i] = MIRROR / 2;
        engine_mark(&world.engine, i, price_in(&world, price[i]));
    }
    for (size_t i = 0; i < ACCOUNTS; i++)
        assert_int_equal(engine_account(&world.engine, true, 0, &accounts[i], NULL), OK);
    for (int i = 0; i < 25; i++) {
        const uint32_t a = (uint32_t)pick(&rng, 0, ACCOUNTS - 1);
        const uint32_t b = (a + 1 + (uint32_t)pick(&rng, 0, ACCOUNTS - 2)) % ACCOUNTS;
        open_pair(&world, &rng, a, b, pick(&rng, 0, 2) != 0);
    }
    time_ns_t now = 0;
    for (int step = 0; step < STEPS; step++) {
        step_world(&world, &rng, price, &now);
        verify(&world, number, step);
        if (trace != NULL)
            note(&world, trace, step);
    }
    engine_sample(&world.engine, now);
    engine_clear(&world.engine);
}

static void
test_ten_thousand_worlds_of_mixed_rules_keep_their_books(void **state)
{
    const struct variant variant = {.scale = 1};
    struct counts counts = {0};
    const uint64_t worlds = (uint64_t)quick_of(WORLDS);
    for (uint64_t number = 0; number < worlds; number++)
        run_world(number, &variant, &counts, NULL);
    print_message(
        "%llu worlds: %llu takeovers, %llu orders for the trader, %llu ADL, %llu shares of "
        "losses, %llu controls\n",
        (unsigned long long)worlds, (unsigned long long)counts.takeovers,
        (unsigned long long)counts.own, (unsigned long long)counts.adl,
        (unsigned long long)counts.socialised, (unsigned long long)counts.controls);
    assert_int_equal(counts.unhealthy, 0);
    /* the worlds meet every kind of thing that can happen */
    assert_true(counts.takeovers > worlds && counts.own > worlds && counts.adl > worlds / 10);
    assert_true(counts.socialised > 0 && counts.controls > 0);
}

/* Whether two twins agree at a step: the quantities exactly, money within its roundings. */
static bool
agree(enum twin twin, const struct trace *one, const struct trace *other, int step)
{
    const int64_t scale = twin == TWIN_SCALED ? SCALE : 1;
    const bool turned = twin == TWIN_MIRRORED;
    for (size_t i = 0; i < INSTRUMENTS; i++) {
        const money_t slack = 40 * scale * (step + 1);
        if (llabs(other->balance[step][i] - scale * one->balance[step][i]) > slack ||
            llabs(other->uncovered[step][i] - scale * one->uncovered[step][i]) > slack ||
            llabs(other->relief[step][i] - scale * one->relief[step][i]) > slack ||
            (turned ? other->shorts : other->longs)[step][i] != scale * one->longs[step][i] ||
            (turned ? other->longs : other->shorts)[step][i] != scale * one->shorts[step][i])
            return false;
    }
    return true;
}

/* Lives `worlds` pairs and compares them step by step; at most `most` may part. */
static void
compare_twins(enum twin twin, uint64_t worlds, uint64_t most)
{
    static struct trace one, other;
    struct counts counts = {0};
    uint64_t apart = 0;
    for (uint64_t number = 0; number < worlds; number++) {
        const struct variant first = {.twin = twin, .scale = 1};
        const struct variant second = {
            .twin = twin, .second = true, .scale = twin == TWIN_SCALED ? SCALE : 1};
        run_world(number, &first, &counts, &one);
        run_world(number, &second, &counts, &other);
        int step = 0;
        while (step < STEPS && agree(twin, &one, &other, step))
            step++;
        apart += step < STEPS;
    }
    print_message("%llu pairs, %llu apart: %llu takeovers, %llu orders for the trader, %llu ADL\n",
                  (unsigned long long)worlds, (unsigned long long)apart,
                  (unsigned long long)counts.takeovers, (unsigned long long)counts.own,
                  (unsigned long long)counts.adl);
    assert_true(counts.takeovers > worlds && counts.own > worlds && counts.adl > worlds / 10);
    assert_true(apart <= most);
}

/* One unit of money left by a rounding can keep a pool from being empty, and one quantity unit can
 * be the step a partial order has more: some worlds part for that. */
static void
test_a_world_seven_times_as_large_has_seven_times_the_money(void **state)
{
    const uint64_t worlds = (uint64_t)quick_of(1000);
    compare_twins(TWIN_SCALED, worlds, worlds / 10 + 5);
}

/* Inventory that was long is sold before inventory that was short is bought back: of a pool that
 * cannot pay for both at one instant the turned world pays the other first. */
static void
test_a_world_turned_over_lives_the_same_life_with_long_for_short(void **state)
{
    const uint64_t worlds = (uint64_t)quick_of(1000);
    compare_twins(TWIN_MIRRORED, worlds, worlds / 100 + 2);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ten_thousand_worlds_of_mixed_rules_keep_their_books),
        cmocka_unit_test(test_a_world_seven_times_as_large_has_seven_times_the_money),
        cmocka_unit_test(test_a_world_turned_over_lives_the_same_life_with_long_for_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
