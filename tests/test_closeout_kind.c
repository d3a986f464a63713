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
        const int64_t got = c->type->fill(&params, c->remaining, c->volume);
        if (got != c->expected)
            fail_msg("%s: %lld, expected %lld", c->name, (long long)got, (long long)c->expected);
    }
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
        cmocka_unit_test(test_kinds_say_which_price_they_start_from),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
