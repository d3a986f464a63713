#include "cmocka_all.h"

#include <math.h>

#include "sample_result.h"

#include "io/figures.h"

/* One pool, one instrument. */
static void
start(struct figures *figures, const struct contract *contract)
{
    static const uint32_t pool_of[] = {0};
    assert_int_equal(figures_init(figures, 1, contract, pool_of, 1, NULL), OK);
}

static void
liquidate(struct figures *figures, uint64_t case_id, int64_t quantity)
{
    const struct liquidation_event event = {.case_id = case_id, .quantity = quantity};
    assert_int_equal(figures_liquidation(figures, &event, NULL), OK);
}

static void
close_part(struct figures *figures, uint64_t case_id, int64_t quantity, money_t result)
{
    figures_closeout(figures, &(struct closeout_event){
                                  .case_id = case_id, .quantity = quantity, .result = result});
}

static void
test_a_case_costs_by_what_all_its_parts_came_to(void **state)
{
    const struct contract contract = sample_contract();
    struct figures figures;
    start(&figures, &contract);
    liquidate(&figures, 1, 100);
    close_part(&figures, 1, 60, -400); /* a deficit first */
    close_part(&figures, 1, 40, 500);  /* and more than that back: it did not cost */
    liquidate(&figures, 2, -10);
    close_part(&figures, 2, -10, -1);
    assert_int_equal(figures.cases.count, 0); /* closed cases are not kept */
    liquidate(&figures, 3, 10);               /* open at the end, so far a surplus */
    close_part(&figures, 3, 5, 7);
    liquidate(&figures, 4, 10); /* open at the end, so far a deficit */
    close_part(&figures, 4, 5, -7);
    figures_finish(&figures);
    assert_true(figures.pools[0].figures.share_costing_fund == 2.0 / 4.0);
    figures_clear(&figures);
}

static void
test_the_largest_fall_is_from_the_peak_before_it(void **state)
{
    /* From 120 to 60 is 60; the later fall from 150 to 100 is only 50. */
    static const money_t balances[] = {100, 120, 60, 150, 100};
    const struct contract contract = sample_contract();
    struct figures figures;
    start(&figures, &contract);
    for (int i = 0; i < 5; i++)
        figures_fund(&figures, &(struct fund_change){.time = i, .balance = balances[i]});
    assert_int_equal(figures.pools[0].figures.drawdown_max, 60);
    assert_true(figures.pools[0].figures.drawdown_max_share == 0.5);
    assert_int_equal(figures.pools[0].figures.drawdown_max_time, 2);
    assert_int_equal(figures.pools[0].figures.balance_lowest, 60);
    assert_int_equal(figures.pools[0].figures.balance_closing, 100);
    figures_clear(&figures);
}

static void
test_without_liquidations_no_share_is_claimed(void **state)
{
    const struct contract contract = sample_contract();
    struct figures figures;
    start(&figures, &contract);
    figures_finish(&figures);
    assert_true(isnan(figures.pools[0].figures.share_costing_fund));
    assert_int_equal(figures.pools[0].figures.depleted, 0);
    figures_clear(&figures);
    figures_clear(&figures);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_case_costs_by_what_all_its_parts_came_to),
        cmocka_unit_test(test_the_largest_fall_is_from_the_peak_before_it),
        cmocka_unit_test(test_without_liquidations_no_share_is_claimed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
