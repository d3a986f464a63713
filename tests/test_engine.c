/* One position at a time, worked by hand: what is taken over, who pays, what the fund has after. */
#include "cmocka_all.h"

#include <math.h>
#include <stdlib.h>

#include "base/fixed.h"
#include "base/rng.h"
#include "engine/engine.h"
#include "reference.h"

/* An engine with one instrument, one pool and a list of what happened. */
struct desk {
    struct engine_instrument instrument;
    struct engine_pool pool;
    struct engine_config config;
    struct engine engine;
    struct happenings list;
    uint32_t accounts;
};

/* Linear BTCUSDT (1 BTC a contract, cents, 0.001, 1e-6 USDT) or inverse XBTUSD (1 USD, 0.1,
 * satoshi); a flat maintenance margin rate, close-out at once with constant slippage. */
static void
desk_open(struct desk *desk, enum contract_kind kind, rate_t rate, rate_t fee_rate, double slippage,
          money_t fund)
{
    const bool inverse = kind == CONTRACT_INVERSE;
    *desk = (struct desk){
        .instrument =
            {.contract = {.kind = kind,
                          .size = {1, 0},
                          .price_scale = inverse ? 1 : 2,
                          .quantity_scale = inverse ? 0 : 3,
                          .money_decimals = inverse ? 8 : 6},
             .rules = {.mode = MARGIN_STEP,
                       .fee_rate = fee_rate,
                       .tier_count = 1,
                       .tier = {{.notional_max = INT64_MAX, .rate = rate, .leverage_max = 100}}}},
        .pool = {.opening = fund},
    };
    desk->config = (struct engine_config){
        .instruments = &desk->instrument,
        .instrument_count = 1,
        .pools = &desk->pool,
        .pool_count = 1,
        .currency_count = 1,
        .closeout_type = &closeout_at_once,
        .closeout = {.slippage = &slippage_constant.model,
                     .slippage_params = {.share = slippage},
                     .daily_volume = NAN,
                     .daily_volatility = NAN},
        .adl = &adl_okx,
        .positions_expected = 16,
        .sample_every = TIME_NS_SECOND,
        .observer = happenings_observer(&desk->list),
    };
    assert_int_equal(contract_init(&desk->instrument.contract, NULL), OK);
    assert_int_equal(margin_rules_init(&desk->instrument.rules, NULL), OK);
    assert_int_equal(engine_init(&desk->engine, &desk->config, NULL), OK);
    engine_start(&desk->engine, 0);
}

static void
desk_close(struct desk *desk)
{
    struct error err = {.message = ""};
    if (!engine_verify(&desk->engine, &err))
        fail_msg("%s", err.message);
    engine_clear(&desk->engine);
    happenings_clear(&desk->list);
}

/* The mark moves to a price in natural units and the instant is settled. */
static void
mark(struct desk *desk, double price)
{
    engine_mark(&desk->engine, 0, contract_price_from_double(&desk->instrument.contract, price));
    assert_int_equal(engine_settle(&desk->engine, desk->engine.now + TIME_NS_SECOND, NULL), OK);
}

/* Opens `quantity` (quantity units) at `price` with `margin` (money). */
static uint32_t
hold(struct desk *desk, int64_t quantity, double price, money_t margin)
{
    const struct contract *contract = &desk->instrument.contract;
    uint32_t id;
    const struct position position = {
        .quantity = quantity,
        .entry_value =
            contract_value(contract, quantity, contract_price_from_double(contract, price)),
        .margin = margin,
        .close_time = TIME_NS_NEVER,
        .account = desk->accounts++,
    };
    assert_int_equal(engine_open(&desk->engine, &position, &id, NULL), OK);
    return id;
}

static money_t
balance(const struct desk *desk)
{
    return ledger_balance(&desk->engine.ledger, desk->engine.pools[0].account);
}

static size_t
count(const struct desk *desk, char what)
{
    size_t found = 0;
    for (size_t i = 0; i < desk->list.count; i++)
        found += desk->list.row[i].what == what;
    return found;
}

enum { USDT = 1000000, BTC = 1000 };
#define PERMILLE (RATE_ONE / 1000)

/* models.md 8A: 30,000, 10x long, 0.5 % maintenance: liquidation at 27,135.678392, bankruptcy at
 * 27,000; sold 2 % below, one unit costs the fund 407.035176.  The mark moves in cents: the first
 * that breaches is 27,135.67, so 27,135.67 x 0.98 = 26,592.9566, in cents 26,592.96: -407.04. */
static void
test_a_long_is_taken_over_at_the_first_mark_below_its_liquidation_price(void **state)
{
    struct desk desk;
    desk_open(&desk, CONTRACT_LINEAR, 5 * PERMILLE, 0, 0.02, 1000 * USDT);
    mark(&desk, 30000.0);
    hold(&desk, 1000, 30000.0, INT64_C(3000) * USDT);
    mark(&desk, 27135.68);
    assert_int_equal(count(&desk, 'L'), 0);
    mark(&desk, 27135.67);
    assert_int_equal(count(&desk, 'L'), 1);
    assert_int_equal(balance(&desk), 1000 * USDT - 407040000);
    desk_close(&desk);
}

/* The mirror image: 30,000, 10x short, 0.5 %: liquidation at 33,000 / 1.005 = 32,835.820896. */
static void
test_a_short_is_taken_over_at_the_first_mark_above_its_liquidation_price(void **state)
{
    struct desk desk;
    desk_open(&desk, CONTRACT_LINEAR, 5 * PERMILLE, 0, 0.0, 0);
    mark(&desk, 30000.0);
    hold(&desk, -1000, 30000.0, INT64_C(3000) * USDT);
    mark(&desk, 32835.82);
    assert_int_equal(count(&desk, 'L'), 0);
    mark(&desk, 32835.83);
    assert_int_equal(count(&desk, 'L'), 1);
    /* Bankrupt at 33,000, bought at 32,835.83: 164.17 left. */
    assert_int_equal(balance(&desk), 164170000);
    desk_close(&desk);
}

/* mechanics.md section 6, the repaired regression: 1,000 BTC entered at 30,000 with 2,400,000 USDT
 * are bankrupt at 27,600; a fill at 27,800 gives the fund 200,000, at 27,500 costs 100,000, at
 * 27,400 costs 200,000.  A maintenance margin of 1 % has all three marks in breach. */
static void
test_close_price_against_bankruptcy_price_decides_surplus_or_deficit(void **state)
{
    static const struct {
        const char *name;
        double fill;
        int64_t result; /* USDT */
    } cases[] = {
        {"better than bankruptcy", 27800.0, 200000},
        {"exactly at bankruptcy", 27600.0, 0},
        {"a gap through bankruptcy", 27500.0, -100000},
        {"a larger gap", 27400.0, -200000},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct desk desk;
        desk_open(&desk, CONTRACT_LINEAR, 10 * PERMILLE, 0, 0.0, INT64_C(1000000) * USDT);
        mark(&desk, 30000.0);
        hold(&desk, 1000 * 1000, 30000.0, INT64_C(2400000) * USDT);
        mark(&desk, cases[i].fill);
        if (balance(&desk) != (INT64_C(1000000) + cases[i].result) * USDT)
            fail_msg("%s: the fund has %lld", cases[i].name, (long long)balance(&desk));
        desk_close(&desk);
    }
}

/* The inverse reading of the same page: 300 contracts of 100 USD = 30,000 contracts of 1 USD,
 * bankrupt at 27,600: +0.00781983 BTC at 27,800, -0.00793399 BTC at 27,400: not symmetric. */
static void
test_an_inverse_contract_settles_in_coin_and_is_not_symmetric(void **state)
{
    static const struct {
        double fill;
        money_t result; /* satoshi */
    } cases[] = {{27800.0, 781983}, {27400.0, -793399}};
    for (size_t i = 0; i < 2; i++) {
        struct desk desk;
        desk_open(&desk, CONTRACT_INVERSE, 10 * PERMILLE, 0, 0.0, 100000000);
        mark(&desk, 30000.0);
        /* 30,000 (1/27,600 - 1/30,000) = 0.08695652 BTC of margin. */
        hold(&desk, 30000, 30000.0, 8695652);
        mark(&desk, cases[i].fill);
        assert_int_equal(balance(&desk) - 100000000, cases[i].result);
        desk_close(&desk);
    }
}

/* The fee is part of the trigger and comes out of what is left, never out of a deficit.  10 BTC
 * from 10,000 at 10x, 1 % maintenance, 0.1 % fee, mark 9,050: equity 500, needed 905 + 90.5.  Sold
 * at 9,050: 500 left, fee 90.5, surplus 409.5.  At 9,005: 50 left, all of it fee (90.05 asked). */
static void
test_the_liquidation_fee_is_paid_out_of_what_margin_is_left(void **state)
{
    static const struct {
        double mark;
        money_t fee, surplus; /* 1e-6 USDT */
    } cases[] = {{9050.0, 90500000, 409500000}, {9005.0, 50000000, 0}};
    for (size_t i = 0; i < 2; i++) {
        struct desk desk;
        desk_open(&desk, CONTRACT_LINEAR, 10 * PERMILLE, PERMILLE, 0.0, 0);
        mark(&desk, 10000.0);
        hold(&desk, 10 * 1000, 10000.0, INT64_C(10000) * USDT);
        mark(&desk, cases[i].mark);
        assert_int_equal(desk.engine.pools[0].fee, cases[i].fee);
        assert_int_equal(desk.engine.pools[0].surplus, cases[i].surplus);
        assert_int_equal(balance(&desk), cases[i].fee + cases[i].surplus);
        desk_close(&desk);
    }
}

/* One long of 10 BTC from 10,000 at 10x (bankrupt at 9,000) against shorts, the mark falls to
 * 8,900: a deficit of 1,000.  The fund has 250: it pays for 2.5 BTC.  The other 7.5 are closed
 * against the short ranked first, at 9,000, who gives up 7.5 x 100 of its profit at the mark. */
static void
test_what_the_fund_cannot_pay_is_closed_against_the_best_ranked_winner(void **state)
{
    struct desk desk;
    desk_open(&desk, CONTRACT_LINEAR, 5 * PERMILLE, 0, 0.0, 250 * USDT);
    mark(&desk, 10000.0);
    hold(&desk, 10 * 1000, 10000.0, INT64_C(10000) * USDT);
    const uint32_t calm = hold(&desk, -8 * 1000, 10000.0, INT64_C(40000) * USDT); /* 2x */
    const uint32_t first = hold(&desk, -8 * 1000, 10000.0, INT64_C(8000) * USDT); /* 10x */
    mark(&desk, 8900.0);
    assert_int_equal(balance(&desk), 0);
    assert_int_equal(desk.engine.pools[0].state, FUND_DEPLETED);
    assert_int_equal(desk.engine.pools[0].deficit, 250 * USDT);
    assert_int_equal(desk.engine.pools[0].adl_relief, 750 * USDT);
    assert_int_equal(desk.engine.pools[0].uncovered_loss, 0);
    assert_int_equal(desk.engine.positions.row[first].quantity, -500);
    assert_int_equal(desk.engine.positions.row[calm].quantity, -8 * 1000);
    for (size_t i = 0; i < desk.list.count; i++) {
        if (desk.list.row[i].what != 'A')
            continue;
        assert_int_equal(desk.list.row[i].quantity, -7500);
        assert_int_equal(desk.list.row[i].amount,
                         INT64_C(7500) * USDT);                 /* 7.5 x (10,000 - 9,000) */
        assert_int_equal(desk.list.row[i].balance, 750 * USDT); /* the haircut */
    }
    assert_int_equal(count(&desk, 'A'), 1);
    desk_close(&desk);
}

/* The same without any winner: what nobody pays is recorded; the fund is empty, not negative. */
static void
test_what_neither_fund_nor_winners_pay_is_uncovered_loss(void **state)
{
    struct desk desk;
    desk_open(&desk, CONTRACT_LINEAR, 5 * PERMILLE, 0, 0.0, 250 * USDT);
    mark(&desk, 10000.0);
    hold(&desk, 10 * 1000, 10000.0, INT64_C(10000) * USDT);
    mark(&desk, 8900.0);
    assert_int_equal(balance(&desk), 0);
    assert_int_equal(desk.engine.pools[0].uncovered_loss, 750 * USDT);
    const size_t uncovered = ledger_account(&desk.engine.ledger, 0, LEDGER_UNCOVERED);
    assert_int_equal(ledger_balance(&desk.engine.ledger, uncovered), -750 * USDT);
    desk_close(&desk);
}

/* A winner whose own bankruptcy price lies beyond the bankrupt's is passed over: short 10 BTC from
 * 9,050 with 100x (90.5 a BTC) is in profit at 8,900 but would lose 450 a BTC at 9,500. */
static void
test_a_winner_who_would_end_below_zero_is_passed_over(void **state)
{
    struct desk desk;
    desk_open(&desk, CONTRACT_LINEAR, PERMILLE, 0, 0.0, 0);
    mark(&desk, 10000.0);
    hold(&desk, 10 * 1000, 10000.0, INT64_C(5000) * USDT); /* 20x: bankrupt at 9,500 */
    mark(&desk, 9600.0);
    engine_mark(&desk.engine, 0, 905000);
    const uint32_t close = hold(&desk, -10 * 1000, 9050.0, 905 * USDT);
    mark(&desk, 8900.0);
    assert_int_equal(count(&desk, 'A'), 0);
    assert_int_equal(desk.engine.positions.row[close].quantity, -10 * 1000);
    /* 10 x (9,500 - 8,900) */
    assert_int_equal(desk.engine.pools[0].uncovered_loss, INT64_C(6000) * USDT);
    desk_close(&desk);
}

/* The same winner, short 1 BTC from 9,050 with 90.5, is no match for a long bankrupt at 9,500 but
 * is one for the next long, bankrupt at 9,000: 50 of profit and the first place in the queue. */
static void
test_a_winner_passed_over_for_one_bankrupt_is_asked_again_for_the_next(void **state)
{
    struct desk desk;
    desk_open(&desk, CONTRACT_LINEAR, PERMILLE, 0, 0.0, 0);
    mark(&desk, 10000.0);
    hold(&desk, 1000, 10000.0, 500 * USDT);
    hold(&desk, 1000, 10000.0, 1000 * USDT);
    mark(&desk, 9600.0);
    engine_mark(&desk.engine, 0, 905000);
    const uint32_t close = hold(&desk, -1000, 9050.0, 90500000);
    mark(&desk, 8900.0);
    assert_int_equal(count(&desk, 'L'), 2);
    assert_int_equal(count(&desk, 'A'), 1);
    assert_int_equal(desk.engine.positions.row[close].quantity, 0);
    /* Only the first: 9,500 - 8,900. */
    assert_int_equal(desk.engine.pools[0].uncovered_loss, 600 * USDT);
    for (size_t i = 0; i < desk.list.count; i++) {
        if (desk.list.row[i].what == 'A')
            assert_int_equal(desk.list.row[i].amount, 50 * USDT);
    }
    desk_close(&desk);
}

/* Rate 0.01 %, 10 BTC at 30,000: 30 USDT from the long's margin to the short's. */
static void
test_funding_moves_margin_from_longs_to_shorts_and_arms_anew(void **state)
{
    struct desk desk;
    desk_open(&desk, CONTRACT_LINEAR, 5 * PERMILLE, 0, 0.0, 0);
    mark(&desk, 30000.0);
    const uint32_t payer = hold(&desk, 10 * 1000, 30000.0, INT64_C(30000) * USDT);
    const uint32_t taker = hold(&desk, -10 * 1000, 30000.0, INT64_C(30000) * USDT);
    assert_int_equal(engine_funding(&desk.engine, 0, RATE_ONE / 10000, NULL), OK);
    assert_int_equal(desk.engine.positions.row[payer].margin, INT64_C(29970) * USDT);
    assert_int_equal(desk.engine.positions.row[taker].margin, INT64_C(30030) * USDT);
    /* Liquidation price (300,000 - 29,970) / (10 x 0.995) = 27,138.69...: 3.02 higher. */
    mark(&desk, 27138.70);
    assert_int_equal(count(&desk, 'L'), 0);
    mark(&desk, 27138.69);
    assert_int_equal(count(&desk, 'L'), 1);
    desk_close(&desk);
}

/* Two marks of one instant: only where the instant ends counts. */
static void
test_margins_are_checked_at_the_end_of_an_instant(void **state)
{
    struct desk desk;
    desk_open(&desk, CONTRACT_LINEAR, 5 * PERMILLE, 0, 0.0, 0);
    mark(&desk, 30000.0);
    hold(&desk, 1000, 30000.0, INT64_C(3000) * USDT);
    engine_mark(&desk.engine, 0, 2000000);
    mark(&desk, 29000.0);
    assert_int_equal(count(&desk, 'L'), 0);
    desk_close(&desk);
}

/* Step tiers: 0.5 % up to 100,000 USDT, 5 % above.  A long of 10 BTC from 9,900 with 3,000 USDT of
 * margin is healthy at 9,990 (equity 3,900, needed 499.5) and in breach at 10,010 (4,100 against
 * 5,005): a move in its favour takes it over an edge. */
static void
test_a_long_can_breach_on_a_rise_that_lifts_it_over_a_tier_edge(void **state)
{
    struct desk desk;
    desk_open(&desk, CONTRACT_LINEAR, 5 * PERMILLE, 0, 0.0, 0);
    desk.instrument.rules.tier_count = 2;
    desk.instrument.rules.tier[0].notional_max = INT64_C(100000) * USDT;
    desk.instrument.rules.tier[1] = (struct margin_tier){
        .notional_max = INT64_MAX, .rate = 50 * PERMILLE, .leverage_max = 10.0};
    assert_int_equal(margin_rules_init(&desk.instrument.rules, NULL), OK);
    desk.engine.instruments[0].now = desk.instrument;
    mark(&desk, 9900.0);
    hold(&desk, 10 * 1000, 9900.0, INT64_C(3000) * USDT);
    mark(&desk, 9990.0);
    mark(&desk, 10000.0); /* the edge itself still belongs to the lower tier */
    assert_int_equal(count(&desk, 'L'), 0);
    mark(&desk, 10010.0);
    assert_int_equal(count(&desk, 'L'), 1);
    desk_close(&desk);
}

/* Square-root slippage on what is sold at one instant, not on each position: four longs of 2.5 BTC
 * cost the fund what one of 10 BTC costs.  10 BTC at 9,040 against 10 M a day at 4 %: 2/3 x 4 % x
 * sqrt(90,400 / 10 M) = 0.2535 %, so 9,017.08 a BTC, and 17.08 more than bankruptcy at 9,000. */
static void
test_positions_taken_over_together_are_sold_as_one_order(void **state)
{
    for (int64_t parts = 1; parts <= 4; parts += 3) {
        struct desk desk;
        desk_open(&desk, CONTRACT_LINEAR, 10 * PERMILLE, 0, 0.0, 0);
        desk.config.closeout.slippage = &slippage_square_root.model;
        desk.config.closeout.slippage_params = (struct slippage_params){.coefficient = 1.0};
        desk.config.closeout.daily_volume = 1e7;
        desk.config.closeout.daily_volatility = 0.04;
        mark(&desk, 10000.0);
        for (int64_t i = 0; i < parts; i++)
            hold(&desk, 10 * 1000 / parts, 10000.0, INT64_C(10000) * USDT / parts);
        mark(&desk, 9040.0);
        assert_int_equal(count(&desk, 'L'), parts);
        assert_int_equal(balance(&desk), 170800000);
        desk_close(&desk);
    }
}

/* Participation of 10 %: 10 BTC taken over, trades of 40 BTC sold by aggressors fill 4, trades
 * bought by aggressors fill nothing, and the trades of the takeover's own instant neither. */
static void
test_inventory_takes_its_share_of_the_volume_on_its_own_side(void **state)
{
    struct desk desk;
    desk_open(&desk, CONTRACT_LINEAR, 10 * PERMILLE, 0, 0.0, INT64_C(100000) * USDT);
    desk.config.closeout_type = &closeout_participation;
    desk.config.closeout.cap = 0.1;
    mark(&desk, 10000.0);
    hold(&desk, 10 * 1000, 10000.0, INT64_C(10000) * USDT);
    engine_trade(&desk.engine, 0, 904000, 500 * 1000, -1);
    mark(&desk, 9050.0);
    assert_int_equal(desk.engine.instruments[0].longs.quantity, 10 * 1000);
    engine_trade(&desk.engine, 0, 904000, 40 * 1000, 1);
    mark(&desk, 9050.0);
    assert_int_equal(desk.engine.instruments[0].longs.quantity, 10 * 1000);
    engine_trade(&desk.engine, 0, 903000, 20 * 1000, -1);
    engine_trade(&desk.engine, 0, 902000, 20 * 1000, -1);
    mark(&desk, 9050.0);
    assert_int_equal(desk.engine.instruments[0].longs.quantity, 6 * 1000);
    /* 4 BTC at the average 9,025, bankrupt at 9,000: 100 USDT. */
    assert_int_equal(balance(&desk), INT64_C(100100) * USDT);
    desk_close(&desk);
}

/* models.md, end-to-end engine check: driftless GBM, 100 at 10x long, 0.5 % maintenance, 60 % a
 * year, 30 days of hourly marks, no slippage: P(liquidation) = 0.573458 (first passage with the
 * Broadie-Glasserman-Kou shift; its own Monte Carlo 0.574225 +- 0.0011), E[fund change] per unit
 * about +0.065988 (Monte Carlo 0.066641 +- 0.0005).  6,000 paths of ours must agree within four
 * standard errors: a trigger late by one mark, or a sign, is far outside. */
static void
test_liquidation_probability_and_fund_income_match_theory(void **state)
{
    enum { PATHS = 6000, STEPS = 720 };
    const double step_sigma = 0.6 * sqrt(1.0 / 8760.0);
    double sum = 0.0, squares = 0.0;
    size_t liquidated = 0;
    for (uint64_t path = 0; path < PATHS; path++) {
        struct desk desk;
        struct rng rng;
        rng_init(&rng, 42, RNG_TEST, path);
        desk_open(&desk, CONTRACT_LINEAR, 5 * PERMILLE, 0, 0.0, INT64_C(1000) * USDT);
        /* 100 with four digits behind the point, as hundredths of 10,000. */
        mark(&desk, 10000.0);
        hold(&desk, 1000, 10000.0, INT64_C(1000) * USDT);
        double log_price = log(10000.0);
        for (int i = 0; i < STEPS && desk.engine.positions.open > 0; i++) {
            log_price += rng_normal(&rng, step_sigma) - 0.5 * step_sigma * step_sigma;
            mark(&desk, exp(log_price));
        }
        liquidated += desk.engine.positions.open == 0;
        const double change = (double)(balance(&desk) - INT64_C(1000) * USDT) / USDT / 100.0;
        sum += change;
        squares += change * change;
        desk_close(&desk);
    }
    const double p = (double)liquidated / PATHS, mean = sum / PATHS;
    const double p_error = sqrt(p * (1.0 - p) / PATHS);
    const double mean_error = sqrt((squares / PATHS - mean * mean) / PATHS);
    print_message("P(liquidation) %.4f +- %.4f, E[fund change] %+.5f +- %.5f\n", p, p_error, mean,
                  mean_error);
    assert_true(fabs(p - 0.573458) < 4.0 * p_error);
    assert_true(fabs(mean - 0.0663) < 4.0 * mean_error);
    assert_true(mean_error < 0.004);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_long_is_taken_over_at_the_first_mark_below_its_liquidation_price),
        cmocka_unit_test(test_a_short_is_taken_over_at_the_first_mark_above_its_liquidation_price),
        cmocka_unit_test(test_close_price_against_bankruptcy_price_decides_surplus_or_deficit),
        cmocka_unit_test(test_an_inverse_contract_settles_in_coin_and_is_not_symmetric),
        cmocka_unit_test(test_the_liquidation_fee_is_paid_out_of_what_margin_is_left),
        cmocka_unit_test(test_what_the_fund_cannot_pay_is_closed_against_the_best_ranked_winner),
        cmocka_unit_test(test_what_neither_fund_nor_winners_pay_is_uncovered_loss),
        cmocka_unit_test(test_a_winner_who_would_end_below_zero_is_passed_over),
        cmocka_unit_test(test_a_winner_passed_over_for_one_bankrupt_is_asked_again_for_the_next),
        cmocka_unit_test(test_funding_moves_margin_from_longs_to_shorts_and_arms_anew),
        cmocka_unit_test(test_margins_are_checked_at_the_end_of_an_instant),
        cmocka_unit_test(test_a_long_can_breach_on_a_rise_that_lifts_it_over_a_tier_edge),
        cmocka_unit_test(test_positions_taken_over_together_are_sold_as_one_order),
        cmocka_unit_test(test_inventory_takes_its_share_of_the_volume_on_its_own_side),
        cmocka_unit_test(test_liquidation_probability_and_fund_income_match_theory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
