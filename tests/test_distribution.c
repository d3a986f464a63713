/*
 * test_distribution.c - draws against the moments of their distributions.
 *
 * 200,000 draws of one stream each; the sample mean must lie within 4 standard errors of the exact
 * mean (a correct sampler fails that once in 16,000 streams, and the stream is fixed) and the
 * sample variance within 5 % of the exact one.  The formulas are those of any table of
 * distributions.
 */
#include "cmocka_all.h"

#include <math.h>

#include "models/distribution.h"

enum { DRAWS = 200000 };

struct moment_case {
    const char *name;
    struct distribution distribution;
    double mean, variance;
};

static struct distribution mixture_parts[] = {
    {&distribution_constant.model, {.value = 10.0, .weight = 3.0}},
    {&distribution_exponential.model, {.mean = 2.0, .weight = 1.0}},
};

static struct moment_case cases[] = {
    {"constant", {&distribution_constant.model, {.value = 7.5}}, 7.5, 0.0},
    /* exp(mu + s^2/2) = exp(.625), (exp(s^2) - 1) exp(2 mu + s^2) */
    {"lognormal",
     {&distribution_lognormal.model, {.mu = 0.5, .sigma = 0.5, .max = NAN}},
     1.8682459574322223,
     0.9913461128762231},
    /* 100 x 2/5, 1e4 x 6 / (25 x 6) */
    {"beta scaled to max",
     {&distribution_beta.model, {.a = 2.0, .b = 3.0, .max = 100.0}},
     40.0,
     400.0},
    /* alpha m / (alpha - 1), alpha m^2 / ((alpha - 1)^2 (alpha - 2)) with alpha 10 */
    {"pareto",
     {&distribution_pareto.model, {.alpha = 10.0, .minimum = 9.0, .max = NAN}},
     10.0,
     1.25},
    {"exponential", {&distribution_exponential.model, {.mean = 3.0, .max = NAN}}, 3.0, 9.0},
    /* cut at 1 mean: 1 - 1/(e - 1), 1 - e/(e - 1)^2 */
    {"exponential drawn again above max",
     {&distribution_exponential.model, {.mean = 1.0, .max = 1.0}},
     0.41802329313067355,
     0.07932640579220762},
    /* 3/4 x 10 + 1/4 x 2; 3/4 x 100 + 1/4 x 8 - 8^2 */
    {"mixture by weights",
     {&distribution_mixture.model, {.parts = mixture_parts, .part_count = 2}},
     8.0,
     13.0},
};

static void
test_draws_have_the_moments_of_their_distribution(void **state)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct moment_case *c = &cases[i];
        struct rng rng;
        rng_init(&rng, 20200312, RNG_TEST, i);
        double sum = 0.0, squares = 0.0;
        for (int n = 0; n < DRAWS; n++) {
            const double drawn = distribution_draw(&c->distribution, &rng) - c->mean;
            sum += drawn;
            squares += drawn * drawn;
        }
        const double error = sum / DRAWS, variance = squares / DRAWS;
        if (!(fabs(error) <= 4.0 * sqrt(c->variance / DRAWS)))
            fail_msg("%s: mean off by %g, standard error %g", c->name, error,
                     sqrt(c->variance / DRAWS));
        if (!(fabs(variance - c->variance) <= 0.05 * c->variance))
            fail_msg("%s: variance %g, expected %g", c->name, variance, c->variance);
    }
}

static void
test_no_draw_is_above_max(void **state)
{
    const struct distribution heavy = {&distribution_pareto.model,
                                       {.alpha = 0.5, .minimum = 1.0, .max = 3.0}};
    const struct distribution impossible = {&distribution_pareto.model,
                                            {.alpha = 2.0, .minimum = 5.0, .max = 3.0}};
    struct rng rng;
    rng_init(&rng, 1, RNG_TEST, 0);
    for (int n = 0; n < 10000; n++) {
        const double drawn = distribution_draw(&heavy, &rng);
        assert_true(drawn >= 1.0 && drawn <= 3.0);
    }
    assert_true(distribution_draw(&impossible, &rng) == 3.0); /* after 1000 tries */
}

static void
test_the_same_stream_draws_the_same_numbers(void **state)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct rng first, second;
        rng_init(&first, 5, RNG_TEST, 9);
        rng_init(&second, 5, RNG_TEST, 9);
        for (int n = 0; n < 100; n++)
            assert_true(distribution_draw(&cases[i].distribution, &first) ==
                        distribution_draw(&cases[i].distribution, &second));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_draws_have_the_moments_of_their_distribution),
        cmocka_unit_test(test_no_draw_is_above_max),
        cmocka_unit_test(test_the_same_stream_draws_the_same_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
