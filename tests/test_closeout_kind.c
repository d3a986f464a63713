/* test_closeout_kind.c - how much of the inventory a kind lets go of at one instant. */
#include "cmocka_all.h"

#include "models/closeout_kind.h"

struct fill_case {
    const char *name;
    const struct closeout_type *type;
    double cap;
    int64_t remaining, volume, expected;
};

static const struct fill_case cases[] = {
    {"at once takes all", &closeout_at_once, 0.0, 1000, 0, 1000},
    {"at once of nothing", &closeout_at_once, 0.0, 0, 500, 0},
    {"a tenth of the volume", &closeout_participation, 0.1, 1000, 500, 50},
    {"rounded down", &closeout_participation, 0.1, 1000, 509, 50},
    {"less than one unit is nothing", &closeout_participation, 0.1, 1000, 9, 0},
    {"never more than is left", &closeout_participation, 0.1, 30, 500, 30},
    {"no prints, no fill", &closeout_participation, 1.0, 30, 0, 0},
    {"all of the volume", &closeout_participation, 1.0, 1000, 400, 400},
    /* 0.29 x 100 = 28.999999999999996 in doubles */
    {"the cap is the decimal written", &closeout_participation, 0.29, 1000, 100, 29},
    /* 0.1 x 9007199254740993 (2^53 + 1) needs more than a double */
    {"volumes beyond 2^53", &closeout_participation, 0.1, INT64_MAX, 9007199254740993,
     900719925474099},
    {"the largest volume", &closeout_participation, 1.0, INT64_MAX, INT64_MAX, INT64_MAX},
};

static void
test_fills_keep_to_the_cap(void **state)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct fill_case *c = &cases[i];
        const struct closeout_params params = {.cap = c->cap};
        const struct closeout_situation situation = {
            .remaining = c->remaining, .volume = c->volume, .unit = 1};
        const int64_t got = c->type->fill(&params, &situation);
        if (got != c->expected)
            fail_msg("%s: %lld, expected %lld", c->name, (long long)got, (long long)c->expected);
    }
}

/* Vega: 10 contracts in fifths are 2 2 2 1 1 1 1; with everything sold at 5 or fewer 2 2 2 4. */
static void
test_disposal_goes_in_fractions_of_what_is_left(void **state)
{
    static const struct {
        double full;
        int64_t size[8];
    } rows[] = {{0.0, {2, 2, 2, 1, 1, 1, 1, 0}}, {5.0, {2, 2, 2, 4, 0}}};
    for (size_t i = 0; i < 2; i++) {
        const struct closeout_params params = {
            .fraction = 0.2, .full_size = rows[i].full, .share = 1.0};
        int64_t left = 10;
        for (size_t k = 0; rows[i].size[k] != 0; k++) {
            const struct closeout_situation situation = {
                .remaining = left, .volume = 100, .unit = 1};
            const int64_t step = closeout_fractions.fill(&params, &situation);
            assert_int_equal(step, rows[i].size[k]);
            left -= step;
        }
        assert_int_equal(left, 0);
    }
    const struct closeout_params waits = {.fraction = 0.2, .share = 0.5, .every = TIME_NS_MINUTE};
    struct closeout_situation situation = {.remaining = 100, .volume = 10, .unit = 1};
    assert_int_equal(closeout_fractions.fill(&waits, &situation), 0); /* not yet time */
    situation.since_fill = TIME_NS_MINUTE;
    assert_int_equal(closeout_fractions.fill(&waits, &situation), 5); /* half of what rests */
}

/* From 10 % to 50 % of the volume and from 0 to 1 % of the price within an hour. */
static void
test_inventory_grows_more_aggressive_with_its_age(void **state)
{
    const struct closeout_params params = {
        .cap = 0.1, .cap_max = 0.5, .ramp = TIME_NS_HOUR, .aggression_max = 0.01};
    struct closeout_situation situation = {.remaining = 1000, .volume = 1000, .unit = 1};
    assert_int_equal(closeout_inventory.fill(&params, &situation), 100);
    assert_true(closeout_inventory.aggression(&params, &situation) == 0.0);
    situation.age = TIME_NS_HOUR / 2;
    assert_int_equal(closeout_inventory.fill(&params, &situation), 300);
    assert_true(closeout_inventory.aggression(&params, &situation) == 0.005);
    situation.age = 3 * TIME_NS_HOUR;
    assert_int_equal(closeout_inventory.fill(&params, &situation), 500);
    assert_true(closeout_inventory.aggression(&params, &situation) == 0.01);
}

static void
test_outside_parties_take_at_a_limit(void **state)
{
    const struct closeout_params params = {.share = 0.25, .limit_spread = 0.015};
    const struct closeout_situation situation = {.remaining = 1000, .volume = 200, .unit = 1};
    assert_int_equal(closeout_external.fill(&params, &situation), 50);
    assert_true(closeout_external.at_limit);
}

static void
test_kinds_say_which_price_they_start_from(void **state)
{
    assert_true(closeout_of(param_find_model(closeout_registry, "at_once"))->at_mark);
    assert_false(closeout_of(param_find_model(closeout_registry, "participation"))->at_mark);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fills_keep_to_the_cap),
        cmocka_unit_test(test_disposal_goes_in_fractions_of_what_is_left),
        cmocka_unit_test(test_inventory_grows_more_aggressive_with_its_age),
        cmocka_unit_test(test_outside_parties_take_at_a_limit),
        cmocka_unit_test(test_kinds_say_which_price_they_start_from),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
