/* The n-th person of a population: always the same one, within the limits, drawn as stated. */
#include "cmocka_all.h"

#include <math.h>
#include <string.h>

#include "models/population_draw.h"

/* Leverage 1 + ..., size and lifetime lognormal, exponential. */
static struct population_params
make_params(void)
{
    return (struct population_params){
        .leverage = {.kind = &distribution_lognormal.model, .params = {.mu = 1.5, .sigma = 0.8}},
        .size = {.kind = &distribution_lognormal.model, .params = {.mu = 7.0, .sigma = 1.2}},
        .lifetime = {.kind = &distribution_exponential.model, .params = {.mean = 20.0}},
    };
}

static bool
same(const struct population_draw *a, const struct population_draw *b)
{
    return a->notional == b->notional && a->leverage == b->leverage && a->life == b->life &&
           a->entry == b->entry;
}

static void
test_the_nth_draw_is_the_same_whatever_was_drawn_before(void **state)
{
    enum { DRAWS = 200 };
    const struct population_params params = make_params();
    struct population_draw forward[DRAWS];
    for (uint64_t n = 0; n < DRAWS; n++)
        forward[n] = population_draw(&params, 9, 0, n);
    for (uint64_t n = DRAWS; n-- > 0;) {
        const struct population_draw again = population_draw(&params, 9, 0, n);
        assert_true(same(&again, &forward[n]));
    }
}

static void
test_seed_instrument_and_number_each_make_another_person(void **state)
{
    const struct population_params params = make_params();
    const struct population_draw base = population_draw(&params, 9, 0, 5);
    const struct population_draw others[] = {
        population_draw(&params, 10, 0, 5),
        population_draw(&params, 9, 1, 5),
        population_draw(&params, 9, 0, 6),
    };
    for (size_t i = 0; i < 3; i++) {
        assert_true(others[i].notional != base.notional && others[i].leverage != base.leverage);
        assert_true(others[i].life != base.life && others[i].entry != base.entry);
    }
}

/* Two runs that differ in one distribution still meet people alike in everything else. */
static void
test_another_size_distribution_changes_nothing_but_sizes(void **state)
{
    struct population_params params = make_params();
    const struct population_draw base = population_draw(&params, 9, 0, 5);
    params.size =
        (struct distribution){.kind = &distribution_constant.model, .params = {.value = 123.0}};
    const struct population_draw other = population_draw(&params, 9, 0, 5);
    assert_true(other.notional == 123.0);
    assert_true(other.leverage == base.leverage && other.life == base.life &&
                other.entry == base.entry);
}

/* Lognormal leverage with its median at 0.5 is below 1 in more than half of the draws. */
static void
test_leverage_is_at_least_one_and_nothing_else_leaves_its_range(void **state)
{
    struct population_params params = make_params();
    params.leverage.params = (struct distribution_params){.mu = log(0.5), .sigma = 1.0};
    params.lifetime.params.mean = 1e-9; /* hours: below a nanosecond now and then */
    size_t floored = 0;
    for (uint64_t n = 0; n < 4000; n++) {
        const struct population_draw draw = population_draw(&params, 1, 0, n);
        assert_true(draw.leverage >= 1.0 && draw.notional > 0.0 && draw.life >= 1);
        assert_true(draw.entry > 0.0 && draw.entry < 1.0);
        floored += draw.leverage == 1.0;
    }
    /* P(L < 1) = Phi(ln 2) = 0.7559; 4,000 draws: sigma 27. */
    assert_in_range(floored, 3024 - 4 * 27, 3024 + 4 * 27);
}

/* 285 years do not fit 64 bits of nanoseconds. */
static void
test_a_life_too_long_to_count_never_ends(void **state)
{
    struct population_params params = make_params();
    params.lifetime =
        (struct distribution){.kind = &distribution_constant.model, .params = {.value = 2.0e6}};
    assert_true(population_draw(&params, 1, 0, 0).life == TIME_NS_NEVER);
    params.lifetime.params.value = 1.9e6;
    assert_true(population_draw(&params, 1, 0, 0).life == 1900000 * TIME_NS_HOUR);
}

/*
 * Means of N draws within four standard errors of the closed forms:
 *     ln size       normal, mean 7, sigma 1.2          error 1.2 / sqrt N
 *     life          exponential, mean and sigma 20 h   error 20 / sqrt N
 *     entry         uniform, mean 1/2, sigma 12^-1/2   error 0.2887 / sqrt N
 * and their squares, so that a wrong spread is seen as well: normal var sigma^2, error of the
 * sample variance sigma^2 sqrt(2 / N).
 */
static void
test_moments_are_those_of_the_distributions(void **state)
{
    enum { DRAWS = 40000 };
    const struct population_params params = make_params();
    double size = 0.0, size_squares = 0.0, life = 0.0, entry = 0.0;
    for (uint64_t n = 0; n < DRAWS; n++) {
        const struct population_draw draw = population_draw(&params, 77, 2, n);
        const double log_size = log(draw.notional);
        size += log_size;
        size_squares += (log_size - 7.0) * (log_size - 7.0);
        life += (double)draw.life / (double)TIME_NS_HOUR;
        entry += draw.entry;
    }
    const double root = sqrt((double)DRAWS);
    assert_true(fabs(size / DRAWS - 7.0) < 4.0 * 1.2 / root);
    assert_true(fabs(size_squares / DRAWS - 1.44) < 4.0 * 1.44 * sqrt(2.0) / root);
    assert_true(fabs(life / DRAWS - 20.0) < 4.0 * 20.0 / root);
    assert_true(fabs(entry / DRAWS - 0.5) < 4.0 * 0.2887 / root);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_nth_draw_is_the_same_whatever_was_drawn_before),
        cmocka_unit_test(test_seed_instrument_and_number_each_make_another_person),
        cmocka_unit_test(test_another_size_distribution_changes_nothing_but_sizes),
        cmocka_unit_test(test_leverage_is_at_least_one_and_nothing_else_leaves_its_range),
        cmocka_unit_test(test_a_life_too_long_to_count_never_ends),
        cmocka_unit_test(test_moments_are_those_of_the_distributions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
