/*
 * test_index_kind.c - one reference price out of several.
 *
 * 100, 100, 110 with equal weights: OKX's rule of 2024-08 clamps 110 to 102 % of the median of all
 * (100), its rule of 2025-02 looks at the median of the others (105, 105, 100).  Prices that only
 * one source quotes: FLOX, venue mark price.
 */
#include "cmocka_all.h"

#include <math.h>

#include "models/index_kind.h"

enum { SECOND = 1000000000 };

struct index_case {
    const char *name;
    const struct index_type *type;
    struct index_params params;
    struct index_source sources[4];
    size_t count;
    double expected; /* NaN: none */
};

#define FRESH(PRICE)                                                 \
    {                                                                \
        .price = (PRICE), .time = INT64_C(100) * SECOND, .weight = 1 \
    }
#define WEIGHING(PRICE, WEIGHT)                                             \
    {                                                                       \
        .price = (PRICE), .time = INT64_C(100) * SECOND, .weight = (WEIGHT) \
    }
#define OLD(PRICE)                                                  \
    {                                                               \
        .price = (PRICE), .time = INT64_C(94) * SECOND, .weight = 1 \
    }
#define DOWN(PRICE)                                                                \
    {                                                                              \
        .price = (PRICE), .time = INT64_C(100) * SECOND, .weight = 1, .down = true \
    }
#define OKX(REFERENCE)                                   \
    {                                                    \
        .staleness = INT64_C(5) * SECOND, .clamp = 0.02, \
        .clamp_reference = INDEX_REFERENCE_##REFERENCE   \
    }
#define MEDIAN(LEAST)                                                               \
    {                                                                               \
        .staleness = INT64_C(5) * SECOND, .deviation = 0.01, .sources_min = (LEAST) \
    }

static const struct index_case cases[] = {
    {"outlier clamped to the median of all: (100 + 100 + 102) / 3",
     &index_weighted,
     OKX(ALL),
     {FRESH(100), FRESH(100), FRESH(110)},
     3,
     302.0 / 3.0},
    {"outlier clamped to the median of the rest: (102.9 + 102.9 + 102) / 3",
     &index_weighted,
     OKX(REST),
     {FRESH(100), FRESH(100), FRESH(110)},
     3,
     102.6},
    {"a price too low is clamped as well: (98 + 100 + 100) / 3",
     &index_weighted,
     OKX(ALL),
     {FRESH(50), FRESH(100), FRESH(100)},
     3,
     298.0 / 3.0},
    {"preset weights: (2 x 100 + 1 x 101 + 1 x 101) / 4",
     &index_weighted,
     OKX(ALL),
     {WEIGHING(100, 2), WEIGHING(101, 1), WEIGHING(101, 1)},
     3,
     100.5},
    {"weights of nothing weigh alike",
     &index_weighted,
     OKX(ALL),
     {WEIGHING(100, 0), WEIGHING(101, 0), WEIGHING(102, 0)},
     3,
     101},
    {"two sources weigh alike and are not clamped",
     &index_weighted,
     OKX(ALL),
     {WEIGHING(100, 9), WEIGHING(110, 1), OLD(500)},
     3,
     105},
    {"one source is the index", &index_weighted, OKX(ALL), {DOWN(90), FRESH(110)}, 2, 110},
    {"no source, no index", &index_weighted, OKX(ALL), {DOWN(90), OLD(110)}, 2, NAN},
    {"a price of nothing is no source", &index_weighted, OKX(ALL), {FRESH(0), FRESH(7)}, 2, 7},
    {"the median", &index_median, MEDIAN(3), {FRESH(100), FRESH(100.2), FRESH(99.8)}, 3, 100},
    {"an even number: the mean of the middle two",
     &index_median,
     MEDIAN(1),
     {FRESH(100), FRESH(100.4), FRESH(99.8), FRESH(100.2)},
     4,
     100.1},
    {"an outlier is dropped",
     &index_median,
     MEDIAN(3),
     {FRESH(100), FRESH(100), FRESH(100.1), FRESH(150)},
     4,
     100},
    {"too few left without the outlier",
     &index_median,
     MEDIAN(3),
     {FRESH(100), FRESH(100), FRESH(150)},
     3,
     NAN},
    {"too few fresh", &index_median, MEDIAN(3), {FRESH(100), FRESH(100), OLD(100)}, 3, NAN},
    {"the first fresh source", &index_single, MEDIAN(1), {OLD(90), FRESH(101), FRESH(100)}, 3, 101},
    {"no fresh source", &index_single, MEDIAN(1), {OLD(90)}, 1, NAN},
};

static void
test_indices_follow_their_rules(void **state)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct index_case *c = &cases[i];
        const double got =
            index_price(c->type, &c->params, c->sources, c->count, INT64_C(100) * SECOND);
        if (isnan(c->expected) ? !isnan(got) : !(fabs(got - c->expected) <= 1e-10))
            fail_msg("%s: %.17g, expected %.17g", c->name, got, c->expected);
    }
}

static void
test_a_price_exactly_as_old_as_allowed_counts(void **state)
{
    const struct index_params params = {.staleness = INT64_C(5) * SECOND};
    const struct index_source source = FRESH(100);
    const time_ns_t last = INT64_C(105) * SECOND;
    assert_true(index_price(&index_single, &params, &source, 1, last) == 100.0);
    assert_true(isnan(index_price(&index_single, &params, &source, 1, last + 1)));
}

static void
test_every_registered_kind_makes_one_price_of_equal_ones(void **state)
{
    const struct index_params params = {.staleness = SECOND, .sources_min = 1};
    const struct index_source sources[] = {FRESH(100), FRESH(100), FRESH(100)};
    for (size_t i = 0; index_registry[i] != NULL; i++)
        for (size_t count = 1; count <= 3; count++)
            assert_true(index_price(index_of(index_registry[i]), &params, sources, count,
                                    INT64_C(100) * SECOND) == 100.0);
    assert_ptr_equal(param_find_model(index_registry, "weighted"), &index_weighted.model);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_indices_follow_their_rules),
        cmocka_unit_test(test_a_price_exactly_as_old_as_allowed_counts),
        cmocka_unit_test(test_every_registered_kind_makes_one_price_of_equal_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
