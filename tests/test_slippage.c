/*
 * test_slippage.c - concessions against closed forms.
 *
 * A new model is a row of cases[].  Square root: models note, closed form F (Y 1, sigma .025,
 * Q 1e7, V 2e10: end 5.590170 bp, average 3.726780 bp).
 */
#include "cmocka_all.h"

#include <math.h>

#include "models/slippage.h"

static const struct slippage_market market = {.daily_volume = 2e10, .daily_volatility = 0.025};

struct slippage_case {
    const char *name;
    const struct slippage_type *type;
    struct slippage_params params;
    double notional;
    double expected, tolerance;
};

static const struct slippage_case cases[] = {
    {"constant is its share", &slippage_constant, {.share = 0.002}, 1e6, 0.002, 0.0},
    {"constant does not depend on size", &slippage_constant, {.share = 0.002}, 0.0, 0.002, 0.0},
    {"linear of nothing is the spread",
     &slippage_linear,
     {.coefficient = 1e-4, .spread = 2e-4},
     0.0,
     2e-4,
     0.0},
    /* BitMEX, March 2020: 25 bps a million; 4 million end at 100 bps, average 50 */
    {"linear averages half its end", &slippage_linear, {.coefficient = 25e-4}, 4e6, 50e-4, 1e-17},
    {"linear on top of the spread",
     &slippage_linear,
     {.coefficient = 25e-4, .spread = 1e-4},
     4e6,
     51e-4,
     1e-17},
    {"square root, closed form F",
     &slippage_square_root,
     {.coefficient = 1.0},
     1e7,
     3.726780e-4,
     5e-11},
    {"square root averages 2/3 of its end",
     &slippage_square_root,
     {.coefficient = 1.0},
     1e7,
     5.590170e-4 * 2.0 / 3.0,
     5e-11},
    {"square root: four times the size, twice the impact",
     &slippage_square_root,
     {.coefficient = 1.0},
     4e7,
     2.0 * 3.726780e-4,
     1e-10},
    {"square root on top of the spread",
     &slippage_square_root,
     {.coefficient = 1.0, .spread = 1e-4},
     1e7,
     4.726780e-4,
     5e-11},
    {"square root of nothing is the spread",
     &slippage_square_root,
     {.coefficient = 1.0, .spread = 1e-4},
     0.0,
     1e-4,
     0.0},
};

static void
test_concessions_follow_their_closed_forms(void **state)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct slippage_case *c = &cases[i];
        const double got = c->type->concession(&c->params, c->notional, &market);
        if (!(fabs(got - c->expected) <= c->tolerance))
            fail_msg("%s: %.17g, expected %.17g", c->name, got, c->expected);
    }
}

static void
test_every_registered_model_never_pays_and_rises_with_size(void **state)
{
    const struct slippage_params params = {.share = 1e-3, .coefficient = 0.5, .spread = 1e-4};
    for (size_t i = 0; slippage_registry[i] != NULL; i++) {
        const struct slippage_type *type = slippage_of(slippage_registry[i]);
        double before = type->concession(&params, 0.0, &market);
        assert_true(before >= 0.0);
        for (double notional = 1.0; notional < 1e9; notional *= 10.0) {
            const double now = type->concession(&params, notional, &market);
            assert_true(now >= before);
            before = now;
        }
    }
}

static void
test_models_without_a_market_do_not_look_at_it(void **state)
{
    const struct slippage_market unknown = {NAN, NAN};
    const struct slippage_params params = {.share = 1e-3, .coefficient = 1e-3, .spread = 1e-4};
    for (size_t i = 0; slippage_registry[i] != NULL; i++) {
        const struct slippage_type *type = slippage_of(slippage_registry[i]);
        if (!type->needs_market)
            assert_true(isfinite(type->concession(&params, 1e6, &unknown)));
    }
    assert_ptr_equal(param_find_model(slippage_registry, "square_root"),
                     &slippage_square_root.model);
    assert_null(param_find_model(slippage_registry, "sqrt"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_concessions_follow_their_closed_forms),
        cmocka_unit_test(test_every_registered_model_never_pays_and_rises_with_size),
        cmocka_unit_test(test_models_without_a_market_do_not_look_at_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
