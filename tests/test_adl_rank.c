/* test_adl_rank.c - who is closed first. */
#include "cmocka_all.h"

#include <math.h>

#include "models/adl_rank.h"

/* Entered 1,000 at 10x; the mark has moved 5 % in favour: profit 50, notional 1,050, equity 150;
 * profit share 5 %, effective leverage 7: score 0.35. */
static const struct adl_candidate ten_times = {50.0, 1000.0, 1050.0, 150.0};

static void
test_okx_score_is_profit_share_times_effective_leverage(void **state)
{
    assert_true(fabs(adl_okx.score(&ten_times) - 0.35) <= 1e-15);
    /* BitMEX writes the leverage as value / (value - bankrupt value): 1050 / (1050 - 900) */
    assert_true(fabs(adl_okx.score(&ten_times) - 0.05 * 1050.0 / (1050.0 - 900.0)) <= 1e-15);
}

static void
test_more_profit_or_more_leverage_is_closed_first(void **state)
{
    const struct adl_candidate five_times = {50.0, 1000.0, 1050.0, 250.0};
    const struct adl_candidate earlier_entry = {100.0, 950.0, 1050.0, 200.0};
    assert_true(adl_okx.score(&five_times) < adl_okx.score(&ten_times));
    assert_true(adl_okx.score(&earlier_entry) > adl_okx.score(&ten_times));
}

static void
test_size_alone_does_not_matter(void **state)
{
    const struct adl_candidate larger = {5000.0, 100000.0, 105000.0, 15000.0};
    assert_true(fabs(adl_okx.score(&larger) - adl_okx.score(&ten_times)) <= 1e-15);
    assert_ptr_equal(adl_of(param_find_model(adl_registry, "okx")), &adl_okx);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_okx_score_is_profit_share_times_effective_leverage),
        cmocka_unit_test(test_more_profit_or_more_leverage_is_closed_first),
        cmocka_unit_test(test_size_alone_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
