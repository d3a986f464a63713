/* How a loss that nothing else covers is shared. */
#include "cmocka_all.h"

#include "base/rng.h"
#include "models/socialise.h"

/* 100 by 2 : 1 : 1, and 101: the odd unit goes to the last. */
static void
test_a_loss_is_shared_in_proportion_to_the_unit(void **state)
{
    const money_t base[] = {20, 10, 10};
    money_t share[3];
    assert_int_equal(socialise_share(100, base, 3, false, share), 100);
    assert_true(share[0] == 50 && share[1] == 25 && share[2] == 25);
    assert_int_equal(socialise_share(101, base, 3, false, share), 101);
    assert_true(share[0] == 50 && share[1] == 25 && share[2] == 26);
}

/* Nobody gives up more than it has won: of 100 by profits of 30 and 20 only 50 are shared. */
static void
test_a_capped_share_is_at_most_the_base(void **state)
{
    const money_t base[] = {30, 0, 20};
    money_t share[3];
    assert_int_equal(socialise_share(100, base, 3, true, share), 50);
    assert_true(share[0] == 30 && share[1] == 0 && share[2] == 20);
    assert_int_equal(socialise_share(40, base, 3, true, share), 40);
    assert_true(share[0] == 24 && share[2] == 16);
    const money_t nobody[] = {0, 0, 0};
    assert_int_equal(socialise_share(40, nobody, 3, false, share), 0);
}

static void
test_shares_add_up_and_stay_within_their_bases(void **state)
{
    struct rng rng;
    rng_init(&rng, 9, RNG_TEST, 0);
    for (int i = 0; i < 20000; i++) {
        money_t base[8], share[8], bases = 0, sum = 0;
        const size_t count = 1 + rng_u32(&rng) % 8;
        const bool capped = rng_u32(&rng) & 1;
        const money_t loss = rng_u32(&rng) % 1000;
        for (size_t k = 0; k < count; k++) {
            base[k] = rng_u32(&rng) % 3 == 0 ? 0 : rng_u32(&rng) % 200;
            bases += base[k];
        }
        const money_t shared = socialise_share(loss, base, count, capped, share);
        for (size_t k = 0; k < count; k++) {
            assert_true(share[k] >= 0 && (base[k] > 0 || share[k] == 0));
            assert_true(!capped || share[k] <= base[k]);
            sum += share[k];
        }
        assert_int_equal(sum, shared);
        assert_int_equal(shared, bases == 0 ? 0 : capped && bases < loss ? bases : loss);
    }
}

/* Drift: 10 over 3 units of 1,000,000 is 3.333334 a unit, rounded up. */
static void
test_a_loss_a_unit_is_rounded_up(void **state)
{
    assert_int_equal(socialise_per_unit(10000000, 3000000, 1000000), 3333334);
    assert_int_equal(socialise_per_unit(9000000, 3000000, 1000000), 3000000);
}

/* 1970-01-01 is a Thursday: 32 hours later it is Friday, 08:00. */
static void
test_periods_end_on_their_clock(void **state)
{
    const struct socialise_params week = {.period = 7 * TIME_NS_DAY, .at = 32 * TIME_NS_HOUR};
    assert_int_equal(socialise_period_end(&week, 0), 32 * TIME_NS_HOUR);
    assert_int_equal(socialise_period_end(&week, 32 * TIME_NS_HOUR), 200 * TIME_NS_HOUR);
    const struct socialise_params day = {.period = TIME_NS_DAY, .at = 8 * TIME_NS_HOUR};
    assert_int_equal(socialise_period_end(&day, 8 * TIME_NS_HOUR - 1), 8 * TIME_NS_HOUR);
}

static void
test_what_each_kind_shares_by_and_when(void **state)
{
    assert_int_equal(socialise_open_interest.base, SOCIALISE_BY_OPEN_INTEREST);
    assert_false(socialise_open_interest.at_period_end);
    assert_int_equal(socialise_net_profit.base, SOCIALISE_BY_PROFIT);
    assert_true(socialise_net_profit.at_period_end && socialise_day_winners.at_period_end);
    assert_int_equal(socialise_step_gains.base, SOCIALISE_BY_GAIN);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_loss_is_shared_in_proportion_to_the_unit),
        cmocka_unit_test(test_a_capped_share_is_at_most_the_base),
        cmocka_unit_test(test_shares_add_up_and_stay_within_their_bases),
        cmocka_unit_test(test_a_loss_a_unit_is_rounded_up),
        cmocka_unit_test(test_periods_end_on_their_clock),
        cmocka_unit_test(test_what_each_kind_shares_by_and_when),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
