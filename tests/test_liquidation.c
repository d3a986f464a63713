/* Where alarms go: never too late, checked price by price, and not much too early. */
#include "cmocka_all.h"

#include <math.h>
#include <stdlib.h>

#include "base/fixed.h"
#include "base/rng.h"
#include "engine/liquidation.h"
#include "quick.h"

enum { CASES = 20000, REACH = 1500 };
#define PERMILLE (RATE_ONE / 1000)
#define USDT INT64_C(1000000)

static int64_t
pick(struct rng *rng, int64_t low, int64_t high)
{
    return low + (int64_t)(rng_uniform(rng) * (double)(high - low + 1));
}

/* A position and its rules, drawn so that tiers, breaches and roundings all come close. */
struct example {
    struct engine_instrument instrument;
    struct position position;
    int64_t mark_price;
};

static void
draw_rules(struct margin_rules *rules, money_t notional, struct rng *rng)
{
    *rules = (struct margin_rules){
        .mode = pick(rng, 0, 1) ? MARGIN_MARGINAL : MARGIN_STEP,
        .compare = pick(rng, 0, 1) ? MARGIN_BREACH_LT : MARGIN_BREACH_LE,
        .fee_rate = pick(rng, 0, 1) * PERMILLE / 2,
        .tier_count = (size_t)pick(rng, 1, 4),
    };
    money_t cap = notional / 2;
    for (size_t i = 0; i < rules->tier_count; i++) {
        cap += 1 + pick(rng, 0, notional / 3);
        rules->tier[i] = (struct margin_tier){
            .notional_max = i + 1 == rules->tier_count ? INT64_MAX : cap,
            .rate = (rate_t)(4 + pick(rng, 5, 40) * (int64_t)i) * PERMILLE,
            .leverage_max = 100,
        };
        if (i > 0 && rules->tier[i].rate < rules->tier[i - 1].rate)
            rules->tier[i].rate = rules->tier[i - 1].rate;
    }
    assert_int_equal(margin_rules_init(rules, NULL), OK);
}

static void
draw_example(struct example *example, struct rng *rng)
{
    const bool inverse = pick(rng, 0, 1);
    struct contract *contract = &example->instrument.contract;
    *contract = (struct contract){
        .kind = inverse ? CONTRACT_INVERSE : CONTRACT_LINEAR,
        .size = {1, 0},
        .price_scale = (int)pick(rng, 0, 3),
        .quantity_scale = (int)pick(rng, 0, 3),
        .money_decimals = (int)pick(rng, inverse ? 4 : 0, 8),
    };
    assert_int_equal(contract_init(contract, NULL), OK);
    example->mark_price = pick(rng, 50, 60000);
    const int64_t entry = example->mark_price + pick(rng, -30, 30);
    struct position *position = &example->position;
    *position = (struct position){.close_time = TIME_NS_NEVER};
    /* A notional of 10^15 money units at most, of a single one at least. */
    const double factor = (double)contract->numerator / (double)contract->denominator;
    const double price = (double)example->mark_price;
    const double most = inverse ? 1e15 * price / factor : 1e15 / (price * factor);
    const int64_t size = 1 + (int64_t)fmin(rng_lognormal(rng, 6.0, 4.0), fmin(most, 1e9));
    position->quantity = pick(rng, 0, 1) ? size : -size;
    position->entry_value = contract_value(contract, position->quantity, entry < 1 ? 1 : entry);
    const money_t notional = contract_notional(contract, position->quantity, example->mark_price);
    position->margin = margin_initial(llabs(position->entry_value), 1.0 + 80.0 * rng_uniform(rng));
    draw_rules(&example->instrument.rules, notional, rng);
}

/* Equity less what is required: in breach when < 0, or at 0 for `le`. */
static money_t
cushion(const struct example *example, int64_t price)
{
    const struct contract *contract = &example->instrument.contract;
    const money_t notional = contract_notional(contract, example->position.quantity, price);
    return position_equity(&example->position, contract, price) -
           margin_required(&example->instrument.rules, notional);
}

static bool
breached(const struct example *example, int64_t price)
{
    const struct contract *contract = &example->instrument.contract;
    const money_t notional = contract_notional(contract, example->position.quantity, price);
    return margin_breached(example->instrument.rules.compare,
                           position_equity(&example->position, contract, price),
                           margin_required(&example->instrument.rules, notional));
}

/* Money units a price unit is worth at `price`. */
static double
money_per_price(const struct example *example, int64_t price)
{
    const struct contract *contract = &example->instrument.contract;
    const double size = fabs((double)example->position.quantity) * (double)contract->numerator /
                        (double)contract->denominator;
    return contract->kind == CONTRACT_LINEAR ? size : size / ((double)price * (double)price);
}

static void
fail_example(uint64_t number, const struct example *example, int64_t price, int64_t alarm,
             const char *what)
{
    fail_msg("case %llu: %s at %lld: quantity %lld, mark %lld, alarm %lld, cushion %lld",
             (unsigned long long)number, what, (long long)price,
             (long long)example->position.quantity, (long long)example->mark_price,
             (long long)alarm, (long long)cushion(example, price));
}

/* Scans away from the mark up to the alarm; returns how many prices were looked at. */
static int64_t
scan_to_alarm(uint64_t number, const struct example *example, int64_t alarm, int direction)
{
    int64_t looked = 0;
    for (int64_t price = example->mark_price + direction;
         price >= 1 && looked < REACH && price * direction < alarm * direction;
         price += direction) {
        if (breached(example, price))
            fail_example(number, example, price, alarm, "in breach before the alarm");
        looked++;
    }
    return looked;
}

/* The alarm is within four price units, or as many as three money units of rounding span, of a
 * price whose cushion is as small as that. */
static bool
is_near_breach(const struct example *example, int64_t alarm)
{
    const double per = money_per_price(example, alarm);
    const int64_t width = 4 + (int64_t)fmin(3.0 / per, 1e6);
    const int64_t first = alarm - width < 1 ? 1 : alarm - width;
    for (int64_t price = first; price <= alarm + width; price++) {
        if ((double)cushion(example, price) <= 8.0 + 4.0 * per)
            return true;
    }
    return false;
}

static void
test_no_position_breaches_before_its_alarm_and_none_rings_needlessly(void **state)
{
    uint64_t scanned = 0, reached = 0, both = 0;
    const int cases = quick_of(CASES);
    for (uint64_t number = 0; number < (uint64_t)cases; number++) {
        struct rng rng;
        struct example example;
        int64_t below, above;
        rng_init(&rng, 7, RNG_TEST, number);
        draw_example(&example, &rng);
        liquidation_alarms(&example.instrument, &example.position, example.mark_price, &below,
                           &above);
        if (breached(&example, example.mark_price)) {
            assert_true(example.position.quantity > 0 ? below == POSITION_ALARM_NOW_BELOW
                                                      : above == POSITION_ALARM_NOW_ABOVE);
            continue;
        }
        assert_true(below < example.mark_price && above > example.mark_price);
        scanned += (uint64_t)scan_to_alarm(number, &example, below, -1);
        scanned += (uint64_t)scan_to_alarm(number, &example, above, 1);
        const bool has_below = below != POSITION_ALARM_NONE_BELOW;
        const bool has_above = above != POSITION_ALARM_NONE_ABOVE;
        if (has_below && below >= 1 && !is_near_breach(&example, below))
            fail_example(number, &example, below, below, "rings below for nothing");
        if (has_above && above < INT64_C(1) << 40 && !is_near_breach(&example, above))
            fail_example(number, &example, above, above, "rings above for nothing");
        reached += has_below + has_above;
        both += has_below && has_above;
    }
    print_message("%d positions: %llu prices scanned, %llu alarms, %llu with one on each side\n",
                  cases, (unsigned long long)scanned, (unsigned long long)reached,
                  (unsigned long long)both);
    assert_true(scanned > (uint64_t)quick_of(1000000) && reached > (uint64_t)cases / 2 &&
                both > (uint64_t)cases / 100);
}

/*
 * Inverse long of 9, money in 1e-4 coin, the mark at 218.  In its tier (3.4 %) the liquidation
 * price is about 214, a little short of the far edge at 9e6 / 41,347 = 217.67; behind the edge
 * 7 % are needed, and at 217 the cushion is -1,049.  The alarm must be there.
 */
static void
test_a_breach_right_behind_a_tier_edge_is_not_hidden_by_a_later_one(void **state)
{
    struct example example = {
        .instrument = {.contract = {.kind = CONTRACT_INVERSE,
                                    .size = {1, 0},
                                    .price_scale = 2,
                                    .money_decimals = 4},
                       .rules = {.mode = MARGIN_STEP,
                                 .compare = MARGIN_BREACH_LT,
                                 .fee_rate = PERMILLE / 2,
                                 .tier_count = 2,
                                 .tier = {{.notional_max = 41347, .rate = 34 * PERMILLE},
                                          {.notional_max = INT64_MAX, .rate = 70 * PERMILLE}}}},
        .position = {.quantity = 9, .margin = 1294, .entry_value = -42056},
        .mark_price = 218,
    };
    assert_int_equal(contract_init(&example.instrument.contract, NULL), OK);
    assert_int_equal(margin_rules_init(&example.instrument.rules, NULL), OK);
    assert_false(breached(&example, 218));
    assert_int_equal(cushion(&example, 217), -1049);
    int64_t below, above;
    liquidation_alarms(&example.instrument, &example.position, 218, &below, &above);
    assert_int_equal(below, 217);
}

/* Linear, cents, 1e-6 USDT, 0.5 % on 1 BTC from 30,000 with 3,000: breach at 27,135.678 or below:
 * (30,000 - 3,000) / 0.995.  The alarm may ring at 27,135.67 or up to three cents above. */
static void
test_the_alarm_of_a_plain_long_is_its_liquidation_price(void **state)
{
    struct example example = {
        .instrument = {.contract = {.kind = CONTRACT_LINEAR,
                                    .size = {1, 0},
                                    .price_scale = 2,
                                    .quantity_scale = 3,
                                    .money_decimals = 6},
                       .rules = {.mode = MARGIN_STEP,
                                 .tier_count = 1,
                                 .tier = {{.notional_max = INT64_MAX, .rate = 5 * PERMILLE}}}},
        .position = {.quantity = 1000, .margin = 3000 * USDT, .close_time = TIME_NS_NEVER},
        .mark_price = 3000000,
    };
    assert_int_equal(contract_init(&example.instrument.contract, NULL), OK);
    assert_int_equal(margin_rules_init(&example.instrument.rules, NULL), OK);
    example.position.entry_value = contract_value(&example.instrument.contract, 1000, 3000000);
    int64_t below, above;
    liquidation_alarms(&example.instrument, &example.position, 3000000, &below, &above);
    assert_in_range(below, 2713567, 2713570);
    assert_true(above == POSITION_ALARM_NONE_ABOVE);

    /* The short of the same size: 33,000 / 1.005 = 32,835.8209, first breach at 32,835.83. */
    example.position.quantity = -1000;
    example.position.entry_value = -example.position.entry_value;
    liquidation_alarms(&example.instrument, &example.position, 3000000, &below, &above);
    assert_in_range(above, 3283580, 3283583);
    assert_true(below == POSITION_ALARM_NONE_BELOW);
}

/* More margin than the position can ever lose: at a price of zero the long still has 1 USDT. */
static void
test_a_long_that_can_never_lose_its_margin_has_no_alarm(void **state)
{
    struct example example = {
        .instrument = {.contract = {.kind = CONTRACT_LINEAR,
                                    .size = {1, 0},
                                    .price_scale = 2,
                                    .quantity_scale = 0,
                                    .money_decimals = 6},
                       .rules = {.mode = MARGIN_STEP,
                                 .tier_count = 1,
                                 .tier = {{.notional_max = INT64_MAX, .rate = 5 * PERMILLE}}}},
        .position = {.quantity = 1, .margin = 101 * USDT, .entry_value = 100 * USDT},
        .mark_price = 10000,
    };
    assert_int_equal(contract_init(&example.instrument.contract, NULL), OK);
    assert_int_equal(margin_rules_init(&example.instrument.rules, NULL), OK);
    int64_t below, above;
    liquidation_alarms(&example.instrument, &example.position, 10000, &below, &above);
    assert_true(below == POSITION_ALARM_NONE_BELOW && above == POSITION_ALARM_NONE_ABOVE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_position_breaches_before_its_alarm_and_none_rings_needlessly),
        cmocka_unit_test(test_a_breach_right_behind_a_tier_edge_is_not_hidden_by_a_later_one),
        cmocka_unit_test(test_the_alarm_of_a_plain_long_is_its_liquidation_price),
        cmocka_unit_test(test_a_long_that_can_never_lose_its_margin_has_no_alarm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
