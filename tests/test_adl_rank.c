/* test_adl_rank.c - who is closed first. */
#include "cmocka_all.h"

#include <math.h>

#include "models/adl_rank.h"

/* Entered 1,000 at 10x; the mark has moved 5 % in favour: profit 50, notional 1,050, equity 150;
 * profit share 5 %, effective leverage 7: score 0.35. */
static const struct adl_candidate ten_times = {
    .profit = 50.0, .entry_value = 1000.0, .notional = 1050.0, .equity = 150.0};

static const struct adl_params params = {.seed = 7, .invert_shorts = true};

static void
test_okx_score_is_profit_share_times_effective_leverage(void **state)
{
    assert_true(fabs(adl_okx.score(&params, &ten_times) - 0.35) <= 1e-15);
    /* BitMEX writes the leverage as value / (value - bankrupt value): 1050 / (1050 - 900) */
    assert_true(fabs(adl_okx.score(&params, &ten_times) - 0.05 * 1050.0 / (1050.0 - 900.0)) <=
                1e-15);
}

static void
test_more_profit_or_more_leverage_is_closed_first(void **state)
{
    const struct adl_candidate five_times = {
        .profit = 50.0, .entry_value = 1000.0, .notional = 1050.0, .equity = 250.0};
    const struct adl_candidate earlier_entry = {
        .profit = 100.0, .entry_value = 950.0, .notional = 1050.0, .equity = 200.0};
    assert_true(adl_okx.score(&params, &five_times) < adl_okx.score(&params, &ten_times));
    assert_true(adl_okx.score(&params, &earlier_entry) > adl_okx.score(&params, &ten_times));
}

static void
test_size_alone_does_not_matter(void **state)
{
    const struct adl_candidate larger = {
        .profit = 5000.0, .entry_value = 100000.0, .notional = 105000.0, .equity = 15000.0};
    assert_true(fabs(adl_okx.score(&params, &larger) - adl_okx.score(&params, &ten_times)) <=
                1e-15);
    assert_ptr_equal(adl_of(param_find_model(adl_registry, "okx")), &adl_okx);
}

/* H03 of the golden figures: A leverage 10, +1 %; B leverage 1, +100 %.  The documented index puts
 * A first (1.01 x 10 = 10.1 against 2 x 1), the decompiled one B (0.01 x 10 = 0.1 against 1). */
static void
test_the_two_hyperliquid_indices_disagree(void **state)
{
    const struct adl_candidate a = {.profit = 10.0,
                                    .entry_value = 1000.0,
                                    .notional = 1010.0,
                                    .equity = 101.0,
                                    .price_ratio = 1.01,
                                    .side = 1};
    const struct adl_candidate b = {.profit = 1000.0,
                                    .entry_value = 1000.0,
                                    .notional = 2000.0,
                                    .equity = 2000.0,
                                    .price_ratio = 2.0,
                                    .side = 1};
    assert_true(fabs(adl_hyperliquid_documented.score(&params, &a) - 10.1) <= 1e-12);
    assert_true(fabs(adl_hyperliquid_documented.score(&params, &b) - 2.0) <= 1e-12);
    assert_true(fabs(adl_hyperliquid_decompiled.score(&params, &a) - 0.1) <= 1e-12);
    assert_true(fabs(adl_hyperliquid_decompiled.score(&params, &b) - 1.0) <= 1e-12);
    const struct adl_candidate short_wins = {
        .notional = 100.0, .equity = 50.0, .price_ratio = 0.5, .side = -1};
    assert_true(adl_hyperliquid_documented.score(&params, &short_wins) == 4.0);
    const struct adl_params literal = {.invert_shorts = false};
    assert_true(adl_hyperliquid_documented.score(&literal, &short_wins) == 1.0);
}

/* Profit 100 on a wallet of 50: 2 times the margin ratio 15 / 150; with a wallet below one unit
 * (money at 2 decimals) the divisor is that unit. */
static void
test_binance_weighs_profit_over_wallet_by_the_margin_ratio(void **state)
{
    const struct adl_candidate rich = {
        .profit = 100.0, .equity = 150.0, .wallet = 50.0, .maintenance = 15.0, .unit = 1.0};
    const struct adl_candidate poor = {
        .profit = 300.0, .equity = 310.0, .wallet = 10.0, .maintenance = 31.0, .unit = 100.0};
    assert_true(fabs(adl_binance.score(&params, &rich) - 0.2) <= 1e-15);
    assert_true(fabs(adl_binance.score(&params, &poor) - 0.3) <= 1e-15);
}

/* 10 % profit at leverage 5: 0.5; 10 % loss at leverage 5: -0.02, at leverage 2: -0.05. */
static void
test_bitmex_ranks_losers_behind_winners_the_less_leveraged_last(void **state)
{
    const struct adl_candidate winner = {
        .profit = 10.0, .entry_value = 100.0, .notional = 110.0, .equity = 22.0};
    const struct adl_candidate loser = {
        .profit = -10.0, .entry_value = 100.0, .notional = 90.0, .equity = 18.0};
    const struct adl_candidate slow = {
        .profit = -10.0, .entry_value = 100.0, .notional = 90.0, .equity = 45.0};
    assert_true(fabs(adl_bitmex.score(&params, &winner) - 0.5) <= 1e-15);
    assert_true(fabs(adl_bitmex.score(&params, &loser) + 0.02) <= 1e-15);
    assert_true(fabs(adl_bitmex.score(&params, &slow) + 0.05) <= 1e-15);
    assert_true(adl_bitmex.losers);
}

/* X04, BitMEX examples: queue 2, 5, 4, 1, 6, 3 of 10, 20, 30, 10, 10, 20 contracts. */
static void
test_the_queue_is_shown_in_fifths(void **state)
{
    static const int64_t size[] = {10, 20, 30, 10, 10, 20};
    static const int fifth[] = {1, 2, 3, 4, 4, 5};
    int64_t cumulative = 0;
    for (size_t i = 0; i < 6; i++) {
        cumulative += size[i];
        assert_int_equal(adl_rank_quintile(cumulative, 100), fifth[i]);
    }
}

static void
test_a_random_order_is_a_function_of_seed_case_and_position(void **state)
{
    const struct adl_candidate a = {.case_id = 1, .position = 4}, b = {.case_id = 2, .position = 4};
    const struct adl_params other = {.seed = 8};
    assert_true(adl_random.score(&params, &a) == adl_random.score(&params, &a));
    assert_true(adl_random.score(&params, &a) != adl_random.score(&params, &b));
    assert_true(adl_random.score(&params, &a) != adl_random.score(&other, &a));
}

/* Three winners of 60, 30 and 10 units. */
static const struct adl_holding three[] = {
    {{.profit = 10.0, .notional = 600.0, .equity = 100.0}, 60, 1},
    {{.profit = 30.0, .notional = 300.0, .equity = 100.0}, 30, 1},
    {{.profit = 60.0, .notional = 100.0, .equity = 100.0}, 10, 1},
};

static void
test_allocations_by_hand(void **state)
{
    static const struct {
        const char *name;
        const struct adl_type *type;
        int64_t need, take[3];
    } cases[] = {
        {"half of everybody", &adl_pro_rata, 50, {30, 15, 5}},
        {"everything", &adl_pro_rata, 500, {60, 30, 10}},
        /* profits 10 : 30 : 60 of 20: the third is capped at 10, the rest 10 goes 1 : 3 */
        {"profit, capped", &adl_profit_pro_rata, 20, {2, 7, 10}},
        {"profit, nobody capped", &adl_profit_pro_rata, 10, {1, 3, 6}},
        /* leverages 6, 3, 1: 30 units take the first from 600 to 300, which is leverage 3 */
        {"one is levelled", &adl_leverage_water_fill, 30, {30, 0, 0}},
        /* 50 units: both to leverage 2, 600 -> 200 is 40 and 300 -> 200 is 10 */
        {"two are levelled", &adl_leverage_water_fill, 50, {40, 10, 0}},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        int64_t take[3], sum = 0;
        cases[i].type->allocate(&params, three, 3, cases[i].need, take);
        for (size_t k = 0; k < 3; k++) {
            sum += take[k];
            if (take[k] > cases[i].take[k] || take[k] < cases[i].take[k] - 1)
                fail_msg("%s: %lld of holding %zu", cases[i].name, (long long)take[k], k);
        }
        assert_true(sum <= cases[i].need && sum > cases[i].need - 3 - (cases[i].need > 100) * 400);
    }
}

static void
test_whole_contracts_are_taken_and_the_rest_is_left(void **state)
{
    const struct adl_holding holdings[] = {{{.profit = 1.0}, 95, 10}, {{.profit = 1.0}, 95, 10}};
    int64_t take[2];
    adl_pro_rata.allocate(&params, holdings, 2, 70, take);
    assert_int_equal(take[0], 30); /* 35 down to whole tens */
    assert_int_equal(take[1], 30);
    adl_pro_rata.allocate(&params, holdings, 2, 190, take);
    assert_int_equal(take[0], 95); /* all of it, tens or not */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_okx_score_is_profit_share_times_effective_leverage),
        cmocka_unit_test(test_more_profit_or_more_leverage_is_closed_first),
        cmocka_unit_test(test_size_alone_does_not_matter),
        cmocka_unit_test(test_the_two_hyperliquid_indices_disagree),
        cmocka_unit_test(test_binance_weighs_profit_over_wallet_by_the_margin_ratio),
        cmocka_unit_test(test_bitmex_ranks_losers_behind_winners_the_less_leveraged_last),
        cmocka_unit_test(test_the_queue_is_shown_in_fifths),
        cmocka_unit_test(test_a_random_order_is_a_function_of_seed_case_and_position),
        cmocka_unit_test(test_allocations_by_hand),
        cmocka_unit_test(test_whole_contracts_are_taken_and_the_rest_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
