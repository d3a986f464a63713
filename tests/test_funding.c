/*
 * test_funding.c - who pays funding, and how much; sources beside the numbers.
 */
#include "cmocka_all.h"

#include "engine/funding.h"

#define PERCENT (RATE_ONE / 100)

static struct contract
make(enum contract_kind kind, int money_decimals)
{
    struct contract contract = {.symbol = "TEST",
                                .kind = kind,
                                .size = {1, 0},
                                .price_scale = 2,
                                .quantity_scale = kind == CONTRACT_LINEAR ? 3 : 0,
                                .money_decimals = money_decimals};
    assert_int_equal(contract_init(&contract, NULL), OK);
    return contract;
}

static void
test_longs_pay_a_positive_rate_on_the_value_at_the_mark(void **state)
{
    const struct contract contract = make(CONTRACT_LINEAR, 6);
    /* vibe-funding-1: 1 at 60,000, 0.01 %: -6; flox-funding-3: -2 at 3,000, 0.02 %: +1.2. */
    assert_int_equal(funding_payment(&contract, 1000, 6000000, PERCENT / 100), -6000000);
    assert_int_equal(funding_payment(&contract, -2000, 300000, PERCENT / 50), 1200000);
    /* ft-fundseries-2: a short pays a negative rate: 30 x 2.77 x 0.0003 % */
    assert_int_equal(funding_payment(&contract, -30000, 277, -3 * PERCENT / 10000), -249);
}

static void
test_inverse_funding_is_paid_in_coin(void **state)
{
    const struct contract contract = make(CONTRACT_INVERSE, 8);
    /* BitMEX guide: 15,000 long at 750 is 20 XBT; 0.25 % is 0.05. */
    assert_int_equal(funding_payment(&contract, 15000, 75000, PERCENT / 4), -5000000);
    /* K01: short 100,000 USD at 7,000, 0.01785 %: +0.00255 BTC. */
    assert_int_equal(funding_payment(&contract, -100000, 700000, PERCENT * 1785 / 100000), 255000);
}

static void
test_both_sides_of_a_trade_are_exact_opposites(void **state)
{
    const struct contract contracts[] = {make(CONTRACT_LINEAR, 6), make(CONTRACT_INVERSE, 8)};
    for (int k = 0; k < 2; k++)
        for (int64_t quantity = 1; quantity < 5000; quantity += 37)
            assert_int_equal(funding_payment(&contracts[k], quantity, 123457, 98765432),
                             -funding_payment(&contracts[k], -quantity, 123457, 98765432));
}

static void
test_a_rate_is_charged_for_its_part_of_the_period_and_capped(void **state)
{
    /* dydx4-fundidx-01: 0.1 % for 8 h, charged hourly, is 6.25 on 50,000. */
    const rate_t hourly = funding_rate_for(PERCENT / 10, 3600, 28800);
    assert_int_equal(hourly, 125000000);
    const struct contract contract = make(CONTRACT_LINEAR, 6);
    assert_int_equal(funding_payment(&contract, 1000, 5000000, hourly), -6250000);
    /* dydx4-fundidx-07: 6 x (0.2 - 0.18) */
    assert_int_equal(funding_cap(6 * RATE_ONE, 20 * PERCENT, 18 * PERCENT), 12 * PERCENT);
    assert_int_equal(funding_rate_capped(5 * PERCENT, 3 * PERCENT), 3 * PERCENT);
    assert_int_equal(funding_rate_capped(-5 * PERCENT, 3 * PERCENT), -3 * PERCENT);
    assert_int_equal(funding_rate_capped(-2 * PERCENT, 3 * PERCENT), -2 * PERCENT);
}

static void
test_an_index_that_fell_pays_the_longs(void **state)
{
    const struct contract contract = make(CONTRACT_LINEAR, 6);
    /* dydx4-netcoll-funding-long, -short: -6.25 a BTC. */
    assert_int_equal(funding_accrued(&contract, 1000, -6250000), 6250000);
    assert_int_equal(funding_accrued(&contract, -1000, -6250000), -6250000);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_longs_pay_a_positive_rate_on_the_value_at_the_mark),
        cmocka_unit_test(test_inverse_funding_is_paid_in_coin),
        cmocka_unit_test(test_both_sides_of_a_trade_are_exact_opposites),
        cmocka_unit_test(test_a_rate_is_charged_for_its_part_of_the_period_and_capped),
        cmocka_unit_test(test_an_index_that_fell_pays_the_longs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
