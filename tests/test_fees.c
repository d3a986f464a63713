/* Where what is left of a margin goes: sums to the unit, each rule by hand. */
#include "cmocka_all.h"

#include "base/rng.h"
#include "engine/fees.h"

#define PERCENT (RATE_ONE / 100)

/* 300 left of a close-out of 10,000: 1 % to the fund, of it a quarter to the platform, the rest to
 * the fund, the trader, or a third to one and two to the other. */
static void
test_the_residue_goes_to_the_fund_the_trader_or_both(void **state)
{
    static const money_t surplus[] = {200, 0, 67}, trader[] = {0, 200, 133};
    for (int to = 0; to < 3; to++) {
        const struct fee_rules rules = {.rate = PERCENT,
                                        .platform_share = 25 * PERCENT,
                                        .residue_to = (enum fee_residue)to,
                                        .residue_fund_share = RATE_ONE / 3};
        const struct fee_split split = fees_split(&rules, 300, 10000);
        assert_int_equal(split.fund_fee, 75);
        assert_int_equal(split.platform, 25);
        assert_int_equal(split.surplus, surplus[to]);
        assert_int_equal(split.trader, trader[to]);
        assert_int_equal(split.deficit, 0);
    }
}

/* Of 60 left a fee of 100 is 60; and where fees are charged beyond the margin 40 are missing. */
static void
test_a_fee_is_what_is_left_unless_it_may_go_beyond(void **state)
{
    struct fee_rules rules = {.rate = PERCENT};
    struct fee_split split = fees_split(&rules, 60, 10000);
    assert_int_equal(split.fund_fee, 60);
    assert_int_equal(split.deficit, 0);
    rules.beyond_margin = true;
    split = fees_split(&rules, 60, 10000);
    assert_int_equal(split.fund_fee, 100);
    assert_int_equal(split.deficit, 40);
    rules.beyond_margin = false;
    split = fees_split(&rules, -60, 10000); /* below zero already: no fee, a deficit */
    assert_int_equal(split.fund_fee, 0);
    assert_int_equal(split.deficit, 60);
}

/* dYdX: of 510 left at most 0.5 % of 5,610 = 28.05 go to the fund (golden D09), the rest to the
 * trader, whatever residue_to says. */
static void
test_a_cap_bounds_what_the_fund_keeps(void **state)
{
    const struct fee_rules rules = {.surplus_cap = RATE_ONE / 200, .residue_to = FEE_RESIDUE_FUND};
    const struct fee_split split = fees_split(&rules, 51000, 561000);
    assert_int_equal(split.surplus, 2805);
    assert_int_equal(split.trader, 48195);
}

/* Order of the charges: reward, liquidation fee, keeper's rate, venue's fee.  500 left of 10,000:
 * 50 reward, 100 fee, 200 keeper, 150 of the venue's 300. */
static void
test_outside_liquidators_and_the_venue_are_paid_in_order(void **state)
{
    const struct fee_rules rules = {.rate = PERCENT,
                                    .keeper_rate = 2 * PERCENT,
                                    .venue_rate = 3 * PERCENT,
                                    .keeper_reward = 50};
    const struct fee_split split = fees_split(&rules, 500, 10000);
    assert_int_equal(split.fund_fee, 100);
    assert_int_equal(split.keeper, 250);
    assert_int_equal(split.platform, 150);
    assert_int_equal(split.surplus + split.trader + split.deficit, 0);
}

static void
test_the_parts_of_any_split_add_up(void **state)
{
    struct rng rng;
    rng_init(&rng, 5, RNG_TEST, 0);
    for (int i = 0; i < 100000; i++) {
        const struct fee_rules rules = {
            .rate = rng_u32(&rng) % (3 * PERCENT),
            .platform_share = (rate_t)(rng_uniform(&rng) * (double)RATE_ONE),
            .venue_rate = rng_u32(&rng) % (2 * PERCENT),
            .keeper_rate = rng_u32(&rng) % (2 * PERCENT),
            .keeper_reward = rng_u32(&rng) % 100,
            .beyond_margin = rng_u32(&rng) & 1,
            .residue_to = (enum fee_residue)(rng_u32(&rng) % 3),
            .residue_fund_share = (rate_t)(rng_uniform(&rng) * (double)RATE_ONE),
            .surplus_cap = rng_u32(&rng) & 1 ? rng_u32(&rng) % PERCENT : 0,
        };
        const money_t residue = (money_t)(rng_u32(&rng) % 40000) - 20000;
        const struct fee_split split = fees_split(&rules, residue, rng_u32(&rng) % 1000000);
        assert_true(split.fund_fee >= 0 && split.platform >= 0 && split.keeper >= 0 &&
                    split.surplus >= 0 && split.trader >= 0 && split.deficit >= 0);
        assert_int_equal(split.fund_fee + split.platform + split.keeper + split.surplus +
                             split.trader - split.deficit,
                         residue);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_residue_goes_to_the_fund_the_trader_or_both),
        cmocka_unit_test(test_a_fee_is_what_is_left_unless_it_may_go_beyond),
        cmocka_unit_test(test_a_cap_bounds_what_the_fund_keeps),
        cmocka_unit_test(test_outside_liquidators_and_the_venue_are_paid_in_order),
        cmocka_unit_test(test_the_parts_of_any_split_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
