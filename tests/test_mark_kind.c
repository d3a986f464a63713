/*
 * test_mark_kind.c - mark prices against hand-made ones.
 *
 * Binance: index 10,000, funding 0.08 % an 8 h interval of which 2 h are left: P1 = 10,000 x (1 +
 * 0.0008 / 4) = 10,002.  FLOX: median of index, last and impact mid within a band of the index.
 */
#include "cmocka_all.h"

#include <math.h>
#include <string.h>

#include "models/mark_impact.h"
#include "models/mark_kind.h"

#define HOURS(n) ((n)*TIME_NS_HOUR)
#define SECONDS(n) ((n)*TIME_NS_SECOND)

struct mark_case {
    const char *name;
    const struct mark_type *type;
    double index, last, mid, basis;
    double expected; /* NaN: none */
};

static const struct mark_case cases[] = {
    {"the tape's", &mark_tape, 10000, 10010, 10005, NAN, 9999},
    {"the last trade's", &mark_last, 10000, 10010, 10005, NAN, 10010},
    {"the index", &mark_index, 10000, 10010, 10005, NAN, 10000},
    {"index and average basis", &mark_index_basis, 10000, 10010, 10005, 3, 10003},
    {"index without a basis", &mark_index_basis, 10000, NAN, NAN, NAN, 10000},
    {"no index, no mark", &mark_index_basis, NAN, 10010, 10005, 3, NAN},
    {"median3: P1 between", &mark_median3, 10000, 10010, NAN, -5, 10002},
    {"median3: P2 between", &mark_median3, 10000, 10010, NAN, 5, 10005},
    {"median3: last between", &mark_median3, 10000, 10003, NAN, 5, 10003},
    {"median3: no basis: (10002 + 10010) / 2", &mark_median3, 10000, 10010, NAN, NAN, 10006},
    {"median3: only the last trade", &mark_median3, NAN, 10010, NAN, NAN, 10010},
    {"clamp: median inside the band", &mark_median_clamp, 10000, 10020, 10010, NAN, 10010},
    {"clamp: below", &mark_median_clamp, 10000, 1, 1, NAN, 9900},
    {"clamp: above", &mark_median_clamp, 10000, 1e6, 2e6, NAN, 10100},
    {"clamp: no last: (10000 + 10010) / 2", &mark_median_clamp, 10000, NAN, 10010, NAN, 10005},
    {"clamp: only the index", &mark_median_clamp, 10000, NAN, NAN, NAN, 10000},
    {"clamp: no index: (8000 + 9000) / 2", &mark_median_clamp, NAN, 8000, 9000, NAN, 8500},
    {"clamp: 0 is no price", &mark_median_clamp, 10000, 0, 10010, NAN, 10005},
    {"clamp: nothing", &mark_median_clamp, NAN, NAN, NAN, NAN, NAN},
};

static void
test_marks_follow_their_rules(void **state)
{
    const struct mark_params params = {.band = 0.01};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct mark_case *c = &cases[i];
        const struct mark_inputs inputs = {.tape = 9999,
                                           .index = c->index,
                                           .last = c->last,
                                           .mid = c->mid,
                                           .funding_rate = 0.0008,
                                           .time = HOURS(6),
                                           .next_funding = HOURS(8),
                                           .funding_interval = HOURS(8)};
        const double got = c->type->price(&params, &inputs, c->basis);
        if (isnan(c->expected) ? !isnan(got) : !(fabs(got - c->expected) <= 1e-9))
            fail_msg("%s: %.17g, expected %.17g", c->name, got, c->expected);
    }
}

static void
test_the_mark_follows_the_average_of_sampled_bases(void **state)
{
    const struct mark_params params = {.window = SECONDS(3), .sampling = SECONDS(1)};
    struct mark_state mark;
    assert_int_equal(mark_init(&mark, &mark_index_basis, &params, NULL), OK);
    struct mark_inputs inputs = mark_inputs_unknown();
    inputs.index = 100;
    inputs.mid = 101;
    mark_sample(&mark, &inputs);
    assert_true(mark_price(&mark, &inputs) == 101.0); /* nothing sampled: the basis of now */
    inputs.time = SECONDS(1);
    inputs.mid = 104;
    mark_sample(&mark, &inputs); /* sample of 0 s: 1 */
    assert_true(mark_price(&mark, &inputs) == 101.0);
    inputs.time = SECONDS(3);
    inputs.mid = NAN;
    inputs.last = 130;
    mark_sample(&mark, &inputs); /* of 1 s and 2 s: 4, 4 */
    assert_true(mark_price(&mark, &inputs) == 103.0);
    inputs.time = SECONDS(4);
    inputs.index = 200;
    mark_sample(&mark, &inputs); /* of 3 s: 30, from the last trade; 1 has left */
    assert_true(fabs(mark_price(&mark, &inputs) - (200.0 + 38.0 / 3.0)) <= 1e-12);
    mark_clear(&mark);
    mark_clear(&mark);
}

static void
test_an_exponential_average_forgets_slowly(void **state)
{
    /* three samples a window: gain 1/2 */
    const struct mark_params params = {
        .window = SECONDS(3), .sampling = SECONDS(1), .average = MARK_AVERAGE_EXPONENTIAL};
    struct mark_state mark;
    assert_int_equal(mark_init(&mark, &mark_median3, &params, NULL), OK);
    struct mark_inputs inputs = mark_inputs_unknown();
    inputs.index = 100;
    inputs.mid = inputs.last = 108;
    mark_sample(&mark, &inputs);
    inputs.time = SECONDS(1);
    inputs.mid = 100;
    mark_sample(&mark, &inputs);
    inputs.time = SECONDS(3);
    mark_sample(&mark, &inputs);
    assert_true(mark.average == 2.0);                 /* 8, 4, 2 */
    assert_true(mark_price(&mark, &inputs) == 102.0); /* of 100, 102 and 108 */
    mark_clear(&mark);
}

static void
test_a_window_shorter_than_its_sampling_is_refused(void **state)
{
    const struct mark_params params = {.window = SECONDS(1), .sampling = SECONDS(5)};
    struct mark_state mark;
    struct error err;
    assert_int_equal(mark_init(&mark, &mark_median3, &params, &err), ERR_RANGE);
    assert_non_null(strstr(err.message, "the basis of the mark"));
    mark_clear(&mark);
    assert_int_equal(mark_init(&mark, &mark_tape, &params, NULL), OK); /* does not average */
    mark_clear(&mark);
}

static void
test_an_impact_price_is_the_average_price_of_a_size(void **state)
{
    const struct mark_level asks[] = {{90, 0.01}, {100, 100}};
    const struct mark_level bids[] = {{80, 5}, {70, 15}};
    /* (0.01 x 90 + 9.99 x 100) / 10 */
    assert_true(fabs(mark_impact_price(asks, 2, 10) - 99.99) <= 1e-12);
    assert_true(mark_impact_price(asks, 1, 10) == 90.0); /* too thin: what there is */
    assert_true(mark_impact_price(bids, 2, 10) == 75.0); /* (5 x 80 + 5 x 70) / 10 */
    assert_true(mark_impact_price(bids, 2, 0) == 80.0);
    assert_true(isnan(mark_impact_price(bids, 0, 10)));
    assert_true(fabs(mark_impact_mid(bids, 2, asks, 2, 10) - (75.0 + 99.99) / 2.0) <= 1e-12);
    assert_true(mark_impact_mid(bids, 2, asks, 0, 10) == 75.0);
    assert_true(fabs(mark_impact_mid(bids, 0, asks, 2, 10) - 99.99) <= 1e-12);
    assert_true(isnan(mark_impact_mid(bids, 0, asks, 0, 10)));
}

static void
test_a_market_at_one_price_is_marked_at_it_by_every_registered_kind(void **state)
{
    const struct mark_params params = {.window = SECONDS(30), .sampling = SECONDS(1)};
    struct mark_inputs inputs = {.tape = 50,
                                 .index = 50,
                                 .last = 50,
                                 .mid = 50,
                                 .funding_interval = HOURS(8),
                                 .next_funding = HOURS(8)};
    for (size_t i = 0; mark_registry[i] != NULL; i++) {
        struct mark_state mark;
        assert_int_equal(mark_init(&mark, mark_of(mark_registry[i]), &params, NULL), OK);
        for (inputs.time = 0; inputs.time < SECONDS(100); inputs.time += SECONDS(1) / 2) {
            mark_sample(&mark, &inputs);
            assert_true(mark_price(&mark, &inputs) == 50.0);
        }
        mark_clear(&mark);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_marks_follow_their_rules),
        cmocka_unit_test(test_the_mark_follows_the_average_of_sampled_bases),
        cmocka_unit_test(test_an_exponential_average_forgets_slowly),
        cmocka_unit_test(test_a_window_shorter_than_its_sampling_is_refused),
        cmocka_unit_test(test_an_impact_price_is_the_average_price_of_a_size),
        cmocka_unit_test(test_a_market_at_one_price_is_marked_at_it_by_every_registered_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
