/* What a contract is worth: published examples, and the symmetry of both sides. */
#include "cmocka_all.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "market/contract.h"

/* BitMEX XBTUSD: one contract is 1 USD, settled in XBT at 8 decimals; prices to 0.1. */
static struct contract
xbtusd(void)
{
    struct contract contract = {.symbol = "XBTUSD",
                                .settlement = "XBT",
                                .kind = CONTRACT_INVERSE,
                                .size = {1, 0},
                                .price_scale = 1,
                                .quantity_scale = 0,
                                .money_decimals = 8};
    assert_int_equal(contract_init(&contract, NULL), OK);
    return contract;
}

/* OKX BTC-USDT-SWAP: one contract is 0.01 BTC, settled in USDT at 6 decimals; prices to 0.1. */
static struct contract
btc_usdt_swap(void)
{
    struct contract contract = {.symbol = "BTC-USDT-SWAP",
                                .settlement = "USDT",
                                .kind = CONTRACT_LINEAR,
                                .size = {1, 2},
                                .price_scale = 1,
                                .quantity_scale = 0,
                                .money_decimals = 6};
    assert_int_equal(contract_init(&contract, NULL), OK);
    return contract;
}

/* BitMEX, inverse perpetual guide: 100,000 contracts bought at 10,000 and sold at 10,500 earn
 * 100,000 x (1/10,000 - 1/10,500) = 0.47619048 XBT. */
static void
test_the_inverse_example_of_bitmex_comes_out_to_the_satoshi(void **state)
{
    const struct contract contract = xbtusd();
    const money_t entry = contract_value(&contract, 100000, 100000);
    const money_t exit = contract_value(&contract, 100000, 105000);
    assert_true(entry == -1000000000); /* -10 XBT */
    assert_true(exit - entry == 47619048);
    assert_true(contract_notional(&contract, 100000, 100000) == 1000000000);
    assert_true(contract_notional(&contract, -100000, 100000) == 1000000000);
    assert_true(contract_quote_notional(&contract, -100000, 100000) == 100000.0);
}

/* 100 contracts are 1 BTC: from 50,000 to 51,000 a long earns 1,000 USDT, a short loses them. */
static void
test_a_linear_contract_of_a_hundredth_coin_earns_its_share(void **state)
{
    const struct contract contract = btc_usdt_swap();
    assert_true(contract_value(&contract, 100, 500000) == INT64_C(50000000000));
    assert_true(contract_value(&contract, 100, 510000) - contract_value(&contract, 100, 500000) ==
                1000000000);
    assert_true(contract_value(&contract, -100, 510000) - contract_value(&contract, -100, 500000) ==
                -1000000000);
    assert_true(contract_notional(&contract, -1, 500000) == 500000000); /* 0.01 x 50,000 */
    assert_true(contract_quote_notional(&contract, 1, 500000) == 500.0);
}

/* Sizes and quantities with decimals of their own: 0.001 coin x 2.5 contracts x 1234.56. */
static void
test_scales_multiply_out_exactly_or_round_once(void **state)
{
    struct contract contract = {.symbol = "S",
                                .kind = CONTRACT_LINEAR,
                                .size = {1, 3},
                                .price_scale = 2,
                                .quantity_scale = 1,
                                .money_decimals = 6};
    assert_int_equal(contract_init(&contract, NULL), OK);
    assert_true(contract_value(&contract, 25, 123456) == 3086400); /* 3.0864 */
    contract.money_decimals = 3;
    assert_int_equal(contract_init(&contract, NULL), OK);
    assert_true(contract_value(&contract, 25, 123456) == 3086);
    assert_true(contract_value(&contract, 5, 100) == 1); /* 0.0005 is a tie: away from zero */
    assert_true(contract_value(&contract, -5, 100) == -1);
    assert_true(contract_value(&contract, 4, 100) == 0);
    contract.size = (struct decimal){10000, 0}; /* 1000SHIB-like: a size that is large */
    assert_int_equal(contract_init(&contract, NULL), OK);
    assert_true(contract_value(&contract, 10, 1) == 100000); /* 1 x 10,000 x 0.01 = 100.000 */
}

static void
test_both_sides_of_a_trade_are_exact_opposites(void **state)
{
    const struct contract contracts[] = {xbtusd(), btc_usdt_swap()};
    struct rng rng;
    rng_init(&rng, 1, RNG_TEST, 0);
    for (int i = 0; i < 20000; i++) {
        const struct contract *contract = &contracts[i % 2];
        const int64_t quantity = 1 + rng_u32(&rng) % 10000000;
        const int64_t price = 1 + rng_u32(&rng) % 1000000;
        const money_t value = contract_value(contract, quantity, price);
        assert_true(contract_value(contract, -quantity, price) == -value);
        assert_true(contract_notional(contract, quantity, price) == llabs(value));
        assert_true((value >= 0) == (contract->kind == CONTRACT_LINEAR));
    }
}

static void
test_the_price_at_a_value_undoes_the_value_of_a_price(void **state)
{
    const struct contract inverse = xbtusd(), linear = btc_usdt_swap();
    assert_true(fabs(contract_price_at_value(&inverse, 100000, -1e9) - 10000.0) < 1e-9);
    assert_true(fabs(contract_price_at_value(&inverse, -100000, 1e9) - 10000.0) < 1e-9);
    assert_true(fabs(contract_price_at_value(&linear, 100, 5e10) - 50000.0) < 1e-9);
    assert_true(fabs(contract_price_at_value(&linear, -100, -5e10) - 50000.0) < 1e-9);
    /* A short of 10 XBT worth at entry with 11 XBT of margin would need a negative 1/P. */
    assert_true(isinf(contract_price_at_value(&inverse, -100000, 1e9 - 1.1e9)));
    assert_true(isinf(contract_price_at_value(&inverse, -100000, 0.0)));
    /* A linear long with more margin than notional cannot lose it all: the price is not > 0. */
    assert_true(contract_price_at_value(&linear, 100, 5e10 - 6e10) <= 0.0);
}

static void
test_prices_cross_between_tape_and_models(void **state)
{
    const struct contract contract = btc_usdt_swap();
    assert_true(contract_price(&contract, 500001) == 50000.1);
    assert_true(contract_quantity(&contract, -7) == -7.0);
    assert_true(contract_price_from_double(&contract, 50000.1) == 500001);
    assert_true(contract_price_from_double(&contract, 50000.14) == 500001);
    assert_true(contract_price_from_double(&contract, 50000.16) == 500002);
    assert_true(contract_price_from_double(&contract, 0.0) == 1); /* never below the first tick */
    assert_true(contract_price_from_double(&contract, -5.0) == 1);
}

static void
test_scales_that_do_not_fit_are_an_error(void **state)
{
    static const struct {
        const char *name;
        struct contract contract;
        const char *sentence;
    } cases[] = {
        {"no size", {.symbol = "A", .size = {0, 0}}, "contract A: the contract size must be > 0"},
        {"a negative size", {.symbol = "A", .size = {-1, 0}}, "must be > 0"},
        {"too many decimals behind",
         {.symbol = "B",
          .size = {1, 9},
          .price_scale = 9,
          .quantity_scale = 9,
          .money_decimals = 6},
         "contract B: price scale 9, quantity scale 9 and 6 money decimals do not fit 64 bits"},
        {"too many decimals ahead",
         {.symbol = "C",
          .kind = CONTRACT_INVERSE,
          .size = {1, 0},
          .price_scale = 11,
          .money_decimals = 8},
         "contract C: price scale 11"},
        {"a size that leaves 64 bits",
         {.symbol = "D",
          .kind = CONTRACT_INVERSE,
          .size = {10, 0},
          .price_scale = 10,
          .money_decimals = 8},
         "contract D"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct contract contract = cases[i].contract;
        struct error err = {0};
        if (contract_init(&contract, &err) != ERR_RANGE ||
            strstr(err.message, cases[i].sentence) == NULL)
            fail_msg("%s: '%s'", cases[i].name, err.message);
    }
    /* One decimal less in the last fits: 10^18 x 1. */
    struct contract contract = cases[4].contract;
    contract.size.value = 1;
    assert_int_equal(contract_init(&contract, NULL), OK);
    assert_true(contract.numerator == INT64_C(1000000000000000000));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_inverse_example_of_bitmex_comes_out_to_the_satoshi),
        cmocka_unit_test(test_a_linear_contract_of_a_hundredth_coin_earns_its_share),
        cmocka_unit_test(test_scales_multiply_out_exactly_or_round_once),
        cmocka_unit_test(test_both_sides_of_a_trade_are_exact_opposites),
        cmocka_unit_test(test_the_price_at_a_value_undoes_the_value_of_a_price),
        cmocka_unit_test(test_prices_cross_between_tape_and_models),
        cmocka_unit_test(test_scales_that_do_not_fit_are_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
