/* test_takeover_kind.c - the limit a closing order accepts, and what each kind says of itself. */
#include "cmocka_all.h"

#include <math.h>

#include "models/takeover_kind.h"

/* dYdX v4, TestGetFillablePrice: 0.1 BTC at 50,000 with 10 % maintenance (500); cash -4,501 leaves
 * equity 499, so BA 1 has 1 - 499/500 = 0.002 of the way to SMMR x 10 %: 49,999 at SMMR 0.1 (in
 * units of price 50,000 x 0.002 x 0.1 x 0.1 = 1), 49,990 at SMMR 1; BA 2 doubles it. */
static void
test_a_fillable_limit_moves_away_from_the_mark_as_equity_is_used_up(void **state)
{
    static const struct {
        const char *name;
        double adjustment, spread, equity, price;
    } cases[] = {
        {"BA 1, SMMR 0.1", 1.0, 0.1, 499.0, 49999.0},
        {"BA 2, SMMR 0.1", 2.0, 0.1, 499.0, 49998.0},
        {"BA 1, SMMR 0.2", 1.0, 0.2, 499.0, 49998.0},
        {"BA 1, SMMR 1", 1.0, 1.0, 499.0, 49990.0},
        {"at maintenance", 1.0, 0.1, 500.0, 50000.0},
        {"above maintenance", 1.0, 0.1, 600.0, 50000.0},
        {"bankrupt", 1.0, 0.1, -10.0, 49500.0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const struct takeover_params params = {.bankruptcy_adjustment = cases[i].adjustment,
                                               .spread_to_maintenance = cases[i].spread};
        const struct takeover_situation situation = {cases[i].equity, 500.0, 0.1};
        const double price = 50000.0 * (1.0 - takeover_fillable.limit(&params, &situation));
        if (!(fabs(price - cases[i].price) <= 1e-6))
            fail_msg("%s: %.9g, expected %.9g", cases[i].name, price, cases[i].price);
    }
}

/* Drift: a liquidator at 1 % takes a long of 100 at 99. */
static void
test_a_liquidator_takes_all_at_its_discount(void **state)
{
    const struct takeover_params params = {.liquidator_fee = 0.01};
    assert_true(takeover_liquidator.limit(&params, NULL) == 0.01);
    assert_true(takeover_liquidator.at_limit);
}

static void
test_every_kind_is_registered_under_its_name(void **state)
{
    static const struct {
        const char *name;
        enum takeover_how how;
        bool staged;
    } cases[] = {
        {"bankruptcy", TAKEOVER_AT_BANKRUPTCY, false}, {"backstop", TAKEOVER_AT_MARK, true},
        {"fund_at_mark", TAKEOVER_AT_MARK, false},     {"none", TAKEOVER_BY_TRADER, false},
        {"fillable", TAKEOVER_BY_FILLS, false},        {"liquidator", TAKEOVER_BY_TRADER, false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const struct model *model = param_find_model(takeover_registry, cases[i].name);
        assert_non_null(model);
        assert_int_equal(takeover_of(model)->how, cases[i].how);
        assert_int_equal(takeover_of(model)->staged, cases[i].staged);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_fillable_limit_moves_away_from_the_mark_as_equity_is_used_up),
        cmocka_unit_test(test_a_liquidator_takes_all_at_its_discount),
        cmocka_unit_test(test_every_kind_is_registered_under_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
