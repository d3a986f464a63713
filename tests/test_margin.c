/*
 * test_margin.c - the margin rules against published worked examples.
 *
 * Expected numbers are rows of the project's table of published figures (ids in the comments:
 * B.. Binance, F.. freqtrade, Y.. Bybit, X.. BitMEX, O.. OKX, D.. dYdX, H.. Hyperliquid) or follow
 * by hand from the formula beside them.
 */
#include "cmocka_all.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "engine/margin.h"

enum { USDT = 6, XBT = 8 };
#define USDT_ONE INT64_C(1000000)
#define XBT_ONE INT64_C(100000000)
#define PERCENT (RATE_ONE / 100)

static void
assert_near(const char *name, double got, double expected, double tolerance)
{
    if (!(fabs(got - expected) <= tolerance))
        fail_msg("%s: got %.17g, expected %.17g within %g", name, got, expected, tolerance);
}

/* Two tables used by several tests: 2020 Binance BTCUSDT up to its third level (B05), and BitMEX
 * risk limits of base and step in XBT. */
static struct margin_rules
binance_2020(void)
{
    struct margin_rules rules = {.mode = MARGIN_MARGINAL, .tier_count = 3};
    rules.tier[0] =
        (struct margin_tier){.notional_max = 50000 * USDT_ONE, .rate = PERCENT * 4 / 10};
    rules.tier[1] = (struct margin_tier){.notional_max = 250000 * USDT_ONE, .rate = PERCENT / 2};
    rules.tier[2] = (struct margin_tier){.notional_max = INT64_MAX, .rate = PERCENT};
    assert_int_equal(margin_rules_init(&rules, NULL), OK);
    return rules;
}

static struct margin_rules
bitmex(int64_t base, int64_t step)
{
    struct margin_rules rules = {.mode = MARGIN_STEP, .tier_count = 5};
    for (int i = 0; i < 5; i++)
        rules.tier[i] = (struct margin_tier){.notional_max = (base + i * step) * XBT_ONE,
                                             .rate = PERCENT / 2 * (i + 1)};
    rules.tier[4].notional_max = INT64_MAX;
    assert_int_equal(margin_rules_init(&rules, NULL), OK);
    return rules;
}

static void
test_deductions_follow_from_the_tiers(void **state)
{
    const struct margin_rules rules = binance_2020(); /* B05: cum_2 50, cum_3 1,300 USDT */
    assert_int_equal(rules.tier[0].deduction, 0);
    assert_int_equal(rules.tier[1].deduction, 50 * USDT_ONE);
    assert_int_equal(rules.tier[2].deduction, 1300 * USDT_ONE);
}

static void
test_marginal_maintenance_margin_is_rate_less_deduction(void **state)
{
    const struct margin_rules rules = binance_2020(); /* B06 */
    assert_int_equal(margin_maintenance(&rules, 500000 * USDT_ONE), 3700 * USDT_ONE);
    assert_int_equal(margin_maintenance(&rules, 264000 * USDT_ONE), 1340 * USDT_ONE);
    assert_int_equal(margin_maintenance(&rules, 0), 0);
}

static void
test_marginal_maintenance_margin_is_continuous_and_never_falls_at_any_scale(void **state)
{
    /* Odd floors and rates, so that every product is rounded. */
    struct margin_rules rules = {.mode = MARGIN_MARGINAL, .tier_count = 4};
    rules.tier[0] = (struct margin_tier){.notional_max = 1237, .rate = INT64_C(3333333333)};
    rules.tier[1] = (struct margin_tier){.notional_max = 2741, .rate = INT64_C(7777777777)};
    rules.tier[2] = (struct margin_tier){.notional_max = 9973, .rate = INT64_C(123456789012)};
    rules.tier[3] = (struct margin_tier){.notional_max = INT64_MAX, .rate = INT64_C(500000000001)};
    assert_int_equal(margin_rules_init(&rules, NULL), OK);
    money_t before = 0;
    for (money_t notional = 0; notional < 20000; notional++) {
        const money_t margin = margin_maintenance(&rules, notional);
        assert_true(margin >= before && margin - before <= 1); /* rates are below 1 */
        before = margin;
    }
}

static void
test_a_tier_includes_its_upper_end(void **state)
{
    const struct margin_rules rules = binance_2020();
    assert_int_equal(margin_tier_of(&rules, 0), 0);
    assert_int_equal(margin_tier_of(&rules, 50000 * USDT_ONE), 0);
    assert_int_equal(margin_tier_of(&rules, 50000 * USDT_ONE + 1), 1);
    assert_int_equal(margin_tier_of(&rules, 250000 * USDT_ONE), 1);
    assert_int_equal(margin_tier_of(&rules, INT64_MAX), 2);
}

static void
test_step_tiers_charge_the_whole_position(void **state)
{
    const struct margin_rules newer = bitmex(200, 150); /* X02 */
    assert_int_equal(margin_maintenance(&newer, 180 * XBT_ONE), XBT_ONE * 9 / 10);
    assert_int_equal(margin_maintenance(&newer, 230 * XBT_ONE), XBT_ONE * 23 / 10);
    const struct margin_rules later = bitmex(100, 50); /* X03 */
    assert_int_equal(margin_maintenance(&later, 80 * XBT_ONE), XBT_ONE * 4 / 10);
    assert_int_equal(margin_maintenance(&later, 130 * XBT_ONE), XBT_ONE * 13 / 10);
}

static void
test_the_liquidation_fee_is_part_of_what_equity_is_compared_with(void **state)
{
    struct margin_rules rules = {.mode = MARGIN_STEP, .tier_count = 1, .fee_rate = PERCENT / 20};
    rules.tier[0] = (struct margin_tier){.notional_max = INT64_MAX, .rate = PERCENT * 3 / 2};
    assert_int_equal(margin_rules_init(&rules, NULL), OK);
    const money_t required = margin_required(&rules, 1000 * USDT_ONE);
    assert_int_equal(required, 15500000); /* O04: 1.55 % of 1,000 */
    assert_true(margin_breached(MARGIN_BREACH_LE, 15500000, required));
    assert_false(margin_breached(MARGIN_BREACH_LE, 15500001, required));
    assert_false(margin_breached(MARGIN_BREACH_LT, 15500000, required));
    assert_true(margin_breached(MARGIN_BREACH_LT, 15499999, required));
}

static void
test_nothing_required_and_nothing_lost_is_no_breach(void **state)
{
    assert_false(margin_breached(MARGIN_BREACH_LE, 0, 0));
    assert_false(margin_breached(MARGIN_BREACH_LT, 0, 0));
    assert_true(margin_breached(MARGIN_BREACH_LE, -1, 0));
    assert_true(margin_breached(MARGIN_BREACH_LT, -1, 0));
}

static void
test_initial_margin_is_notional_over_leverage_and_never_nothing(void **state)
{
    assert_int_equal(margin_initial(20000 * USDT_ONE, 50.0), 400 * USDT_ONE);      /* Y01 */
    assert_int_equal(margin_initial(XBT_ONE * 12 / 10, 10.0), XBT_ONE * 12 / 100); /* Y02 */
    assert_int_equal(margin_initial(10, 3.0), 3);
    assert_int_equal(margin_initial(1, 100.0), 1);
}

static void
test_liquidation_prices_of_published_linear_examples(void **state)
{
    static const struct {
        const char *name;
        double quantity, entry, margin, rate, deduction, fee, expected, tolerance;
    } cases[] = {
        {"B01", 3683.979, 1456.84, 1535443.01, 0.10, 135365, 0, 1114.784964, 1e-6},
        {"B02", 109.488, 32481.98, 1535443.01, 0.025, 16300, 0, 18778.72593, 1e-5},
        {"F01 short 3x", -1, 10, 10.0 / 3, 0.01, 0, 0.0006, 13.193482419684678, 1e-12},
        {"F02 long 3x", 1, 10, 10.0 / 3, 0.01, 0, 0.0006, 6.738090425173506, 1e-12},
        {"F04 short 5x", -1, 10, 2, 0.01, 0.01, 0, 11.89108910891089, 1e-12},
        {"F04 long 5x", 1, 10, 2, 0.01, 0.01, 0, 8.070707070707071, 1e-12},
        {"F04 0.6 long", 0.6, 10, 1.2, 0.01, 0.01, 0, 8.063973063973064, 1e-12},
        {"T02 on mark", 1, 100000, 5000, 0.005, 0, 0, 95477.39, 0.005},
        {"D01 short of 3", -3, 3000, 1000, 0.05, 0, 0, 3174.60, 0.005},
        {"H02", 1, 100000, 2500, 0.0125, 0, 0, 98734.18, 0.005},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const double price = margin_liquidation_price(
            CONTRACT_LINEAR, cases[i].quantity, cases[i].quantity * cases[i].entry, cases[i].margin,
            cases[i].rate, cases[i].deduction, cases[i].fee);
        assert_near(cases[i].name, price, cases[i].expected, cases[i].tolerance);
    }
}

static void
test_maintenance_on_the_entry_notional_gives_other_prices(void **state)
{
    assert_near("Y01", margin_liquidation_price_on_entry(CONTRACT_LINEAR, 1, 20000, 400, 0.005),
                19700, 1e-9);
    assert_near("T02 on entry",
                margin_liquidation_price_on_entry(CONTRACT_LINEAR, 1, 100000, 5000, 0.005), 95500,
                1e-9);
    /* Y02: 60,000 USD at 50,000 are 1.2 BTC; 10x. */
    assert_near("Y02 long",
                margin_liquidation_price_on_entry(CONTRACT_INVERSE, 60000, -1.2, 0.12, 0.005),
                45662.10, 0.005);
    assert_near("Y02 short",
                margin_liquidation_price_on_entry(CONTRACT_INVERSE, -60000, 1.2, 0.12, 0.005),
                55248.62, 0.005);
}

static void
test_inverse_liquidation_price_on_the_mark_meets_its_definition(void **state)
{
    /* long: N (1 + m + f) / (M + N / entry): 60,000 x 1.0055 / 1.32 */
    assert_near("long",
                margin_liquidation_price(CONTRACT_INVERSE, 60000, -1.2, 0.12, 0.005, 0, 0.0005),
                45704.5454545454, 1e-9);
    /* short: N (1 - m - f) / (N / entry - M): 60,000 x 0.9945 / 1.08 */
    assert_near("short",
                margin_liquidation_price(CONTRACT_INVERSE, -60000, 1.2, 0.12, 0.005, 0, 0.0005),
                55250.0, 1e-9);
}

static void
test_bankruptcy_price_is_where_the_margin_is_used_up(void **state)
{
    assert_near("Y07", margin_bankruptcy_price(CONTRACT_LINEAR, 1, 10000, 200), 9800, 1e-9);
    assert_near("T01", margin_bankruptcy_price(CONTRACT_LINEAR, 1, 10000, 1000), 9000, 1e-9);
    assert_near("short 10x", margin_bankruptcy_price(CONTRACT_LINEAR, -2, -200, 20), 110, 1e-12);
    const double coin = 5000 / 7890.08; /* Y04: 50x */
    assert_near("Y04", margin_bankruptcy_price(CONTRACT_INVERSE, 5000, -coin, coin / 50),
                7735.372549, 1e-6);
    assert_near("inverse short 10x", margin_bankruptcy_price(CONTRACT_INVERSE, -1000, 0.02, 0.002),
                55555.5555555556, 1e-9);
}

static void
test_a_position_that_cannot_lose_its_margin_has_no_such_price(void **state)
{
    /* 1x inverse short: the margin is the whole coin value, worth of the coin falls with it. */
    assert_true(isinf(margin_bankruptcy_price(CONTRACT_INVERSE, -1000, 0.02, 0.02)));
    assert_true(isinf(margin_liquidation_price(CONTRACT_INVERSE, -1000, 0.02, 0.03, 0.005, 0, 0)));
    /* 1x linear long: only a price of nothing. */
    assert_true(margin_bankruptcy_price(CONTRACT_LINEAR, 1, 100, 120) <= 0.0);
    assert_true(margin_liquidation_price(CONTRACT_LINEAR, 1, 100, 120, 0.005, 0, 0) <= 0.0);
}

static void
test_rules_that_make_no_sense_are_refused_with_a_sentence(void **state)
{
    static const struct {
        const char *part; /* of the message */
        size_t count;
        money_t max[3];
        rate_t rate[3], fee;
    } cases[] = {
        {"1 to 64 risk tiers, not 0", 0, {0}, {0}, 0},
        {"1 to 64 risk tiers, not 65", 65, {0}, {0}, 0},
        {"tier 1: the maintenance margin rate 0 must", 1, {INT64_MAX}, {0}, 0},
        {"tier 1: the maintenance margin rate 1 must", 1, {INT64_MAX}, {RATE_ONE}, 0},
        {"tier 1: the notional it ends at", 1, {0}, {PERCENT}, 0},
        {"tier 2: it must end above", 2, {100, 100}, {PERCENT, PERCENT}, 0},
        {"0.01 must not be below the 0.02 of tier 1", 2, {9, INT64_MAX}, {2 * PERCENT, PERCENT}, 0},
        {"tier 2 is the last", 2, {9, 10}, {PERCENT, PERCENT}, 0},
        {"liquidation fee rate -0.01", 1, {INT64_MAX}, {PERCENT}, -PERCENT},
        {"0.6 and the liquidation fee rate 0.4 must", 1, {INT64_MAX}, {60 * PERCENT}, 40 * PERCENT},
        {"liquidation fee rate 1 must", 1, {INT64_MAX}, {PERCENT}, RATE_ONE},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct margin_rules rules = {.tier_count = cases[i].count, .fee_rate = cases[i].fee};
        for (size_t t = 0; t < 3; t++) {
            rules.tier[t].notional_max = cases[i].max[t];
            rules.tier[t].rate = cases[i].rate[t];
        }
        struct error err = {0};
        assert_int_equal(margin_rules_init(&rules, &err), ERR_RANGE);
        if (!strstr(err.message, cases[i].part))
            fail_msg("expected '%s' in '%s'", cases[i].part, err.message);
    }
}

/* ---- ordering facts, over random positions ---- */

struct position {
    struct contract contract;
    struct margin_rules rules;
    int64_t quantity, entry; /* tape units */
    money_t margin;
};

static struct position
random_position(struct rng *rng, enum contract_kind kind, enum margin_tier_mode mode)
{
    struct position p = {
        .contract = {.symbol = "TEST",
                     .kind = kind,
                     .size = {1, 0},
                     .price_scale = 2,
                     .quantity_scale = kind == CONTRACT_LINEAR ? 3 : 0,
                     /* so fine that a price step moves the value by many units */
                     .money_decimals = kind == CONTRACT_LINEAR ? USDT : 12},
        .rules = {.mode = mode,
                  .compare = rng_u32(rng) % 2 ? MARGIN_BREACH_LT : MARGIN_BREACH_LE,
                  .fee_rate = (rate_t)(rng_u32(rng) % 1000) * 1000000, /* up to 0.1 % */
                  .tier_count = 3}};
    assert_int_equal(contract_init(&p.contract, NULL), OK);
    p.entry = 100000 + (int64_t)(rng_uniform(rng) * 6e6); /* 1,000 to 61,000 */
    p.quantity = 100 + (int64_t)(rng_uniform(rng) * 1e6);
    if (rng_u32(rng) % 2)
        p.quantity = -p.quantity;
    const money_t notional = contract_notional(&p.contract, p.quantity, p.entry);
    p.margin = margin_initial(notional, 1.5 + 48.5 * rng_uniform(rng));
    /* Tier ends around the position's own notional. */
    const double spread[3] = {0.7, 1.1, 0};
    for (int i = 0; i < 3; i++) {
        p.rules.tier[i].notional_max =
            i < 2 ? (money_t)((double)notional * spread[i] * (0.8 + 0.4 * rng_uniform(rng)))
                  : INT64_MAX;
        p.rules.tier[i].rate = (rate_t)(i + 1) * (1 + rng_u32(rng) % 100) * (RATE_ONE / 50000);
    }
    for (int i = 1; i < 3; i++) /* rates never fall */
        if (p.rules.tier[i].rate < p.rules.tier[i - 1].rate)
            p.rules.tier[i].rate = p.rules.tier[i - 1].rate;
    assert_int_equal(margin_rules_init(&p.rules, NULL), OK);
    return p;
}

/* The exact test a liquidation is decided by. */
static bool
breached_at(const struct position *p, int64_t price)
{
    const money_t equity = p->margin + contract_value(&p->contract, p->quantity, price) -
                           contract_value(&p->contract, p->quantity, p->entry);
    const money_t notional = contract_notional(&p->contract, p->quantity, price);
    return margin_breached(p->rules.compare, equity, margin_required(&p->rules, notional));
}

static double
natural(const struct position *p, money_t amount)
{
    return money_to_double(amount, p->contract.money_decimals);
}

static double
closed_form(const struct position *p, size_t tier)
{
    const struct margin_tier *t = &p->rules.tier[tier];
    return margin_liquidation_price(p->contract.kind, contract_quantity(&p->contract, p->quantity),
                                    natural(p, contract_value(&p->contract, p->quantity, p->entry)),
                                    natural(p, p->margin), (double)t->rate / (double)RATE_ONE,
                                    natural(p, t->deduction),
                                    (double)p->rules.fee_rate / (double)RATE_ONE);
}

/* Checks every tier whose liquidation price lies inside it; returns how many there were. */
static int
check_ordering(const struct position *p)
{
    const int64_t side = p->quantity > 0 ? 1 : -1;
    const double bankruptcy = margin_bankruptcy_price(
        p->contract.kind, contract_quantity(&p->contract, p->quantity),
        natural(p, contract_value(&p->contract, p->quantity, p->entry)), natural(p, p->margin));
    int checked = 0;
    for (size_t tier = 0; tier < p->rules.tier_count; tier++) {
        const double price = closed_form(p, tier);
        if (!(price > 1.0 && price < 1e9))
            continue;
        const int64_t at = (int64_t)floor(price * 100.0);
        const int64_t worse = side > 0 ? at - 1 : at + 2, better = side > 0 ? at + 2 : at - 1;
        const size_t tier_worse =
            margin_tier_of(&p->rules, contract_notional(&p->contract, p->quantity, worse));
        const size_t tier_better =
            margin_tier_of(&p->rules, contract_notional(&p->contract, p->quantity, better));
        if (tier_worse != tier || tier_better != tier)
            continue;
        assert_true(side > 0 ? price > bankruptcy : price < bankruptcy);
        assert_true(breached_at(p, worse));
        assert_false(breached_at(p, better));
        checked++;
    }
    return checked;
}

static void
test_breach_flips_within_a_price_unit_of_the_closed_form(void **state)
{
    static const enum contract_kind kinds[] = {CONTRACT_LINEAR, CONTRACT_INVERSE};
    static const enum margin_tier_mode modes[] = {MARGIN_STEP, MARGIN_MARGINAL};
    for (int k = 0; k < 2; k++) {
        for (int m = 0; m < 2; m++) {
            int checked = 0;
            for (uint64_t i = 0; i < 2000; i++) {
                struct rng rng;
                rng_init(&rng, 7, RNG_TEST, i * 4 + (uint64_t)(k * 2 + m));
                const struct position p = random_position(&rng, kinds[k], modes[m]);
                checked += check_ordering(&p);
            }
            assert_true(checked > 1000); /* the property was really exercised */
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deductions_follow_from_the_tiers),
        cmocka_unit_test(test_marginal_maintenance_margin_is_rate_less_deduction),
        cmocka_unit_test(
            test_marginal_maintenance_margin_is_continuous_and_never_falls_at_any_scale),
        cmocka_unit_test(test_a_tier_includes_its_upper_end),
        cmocka_unit_test(test_step_tiers_charge_the_whole_position),
        cmocka_unit_test(test_the_liquidation_fee_is_part_of_what_equity_is_compared_with),
        cmocka_unit_test(test_nothing_required_and_nothing_lost_is_no_breach),
        cmocka_unit_test(test_initial_margin_is_notional_over_leverage_and_never_nothing),
        cmocka_unit_test(test_liquidation_prices_of_published_linear_examples),
        cmocka_unit_test(test_maintenance_on_the_entry_notional_gives_other_prices),
        cmocka_unit_test(test_inverse_liquidation_price_on_the_mark_meets_its_definition),
        cmocka_unit_test(test_bankruptcy_price_is_where_the_margin_is_used_up),
        cmocka_unit_test(test_a_position_that_cannot_lose_its_margin_has_no_such_price),
        cmocka_unit_test(test_rules_that_make_no_sense_are_refused_with_a_sentence),
        cmocka_unit_test(test_breach_flips_within_a_price_unit_of_the_closed_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
