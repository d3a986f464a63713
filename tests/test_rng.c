/* Random numbers: the generator against published vectors, the distributions against theory. */
#include "cmocka_all.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"

enum { DRAWS = 200000 };

/* Random123 1.14.0, tests/kat_vectors, lines "philox4x32 10". */
static void
test_philox_gives_the_published_blocks(void **state)
{
    static const struct {
        uint32_t counter[4], key[2], out[4];
    } cases[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint32_t out[4];
        rng_philox(cases[i].counter, cases[i].key, out);
        assert_memory_equal(out, cases[i].out, sizeof(out));
    }
}

/* The layout of rng.h: key = seed, counter = position, purpose << 24, entity. */
static void
test_a_stream_is_the_blocks_of_its_seed_purpose_and_entity(void **state)
{
    struct rng rng;
    const uint32_t key[2] = {0x55667788, 0x11223344};
    rng_init(&rng, UINT64_C(0x1122334455667788), RNG_MARKET_TRADES, UINT64_C(0xabcdef0123456789));
    for (uint32_t block = 0; block < 100; block++) {
        const uint32_t counter[4] = {block, 2u << 24, 0x23456789, 0xabcdef01};
        uint32_t out[4];
        rng_philox(counter, key, out);
        for (int i = 0; i < 4; i++)
            assert_true(rng_u32(&rng) == out[i]);
    }
}

static void
test_the_position_carries_beyond_32_bits(void **state)
{
    struct rng rng;
    rng_init(&rng, 1, RNG_MARKET_PATH, 0);
    rng.counter[0] = UINT32_MAX;
    for (int i = 0; i < 4; i++)
        rng_u32(&rng);
    assert_true(rng.counter[0] == 0 && rng.counter[1] == ((1u << 24) | 1));
}

static void
test_a_copy_goes_on_alike_and_alone(void **state)
{
    struct rng rng, copy;
    rng_init(&rng, 7, RNG_TEST, 3);
    for (int i = 0; i < 5; i++)
        rng_u32(&rng);
    copy = rng;
    for (int i = 0; i < 1000; i++)
        assert_true(rng_normal(&rng, 2.0) == rng_normal(&copy, 2.0));
}

static double
draw_uniform(struct rng *rng)
{
    return rng_uniform(rng);
}

static double
draw_normal(struct rng *rng)
{
    return rng_normal(rng, 2.0);
}

static double
draw_exponential(struct rng *rng)
{
    return rng_exponential(rng, 3.0);
}

static double
draw_lognormal(struct rng *rng)
{
    return rng_lognormal(rng, 1.2, 0.5);
}

static double
draw_pareto(struct rng *rng)
{
    return rng_pareto(rng, 5.0, 2.0);
}

static double
draw_beta(struct rng *rng)
{
    return rng_beta(rng, 0.5, 1.5);
}

static double
draw_poisson(struct rng *rng)
{
    return rng_poisson(rng, 4.0);
}

static double
draw_poisson_many(struct rng *rng)
{
    return rng_poisson(rng, 1000.0);
}

/* mean, variance and P(X <= point) from the textbook formulas beside each row; a sample of n lies
 * within 4 standard errors of them but once in 16,000 streams, and this stream is fixed.  The
 * median of a beta and the quantile of Poisson(1000) have no closed form: no point there. */
static const struct distribution {
    const char *name;
    double (*draw)(struct rng *rng);
    double mean, variance, point, probability;
} distributions[] = {
    {"uniform", draw_uniform, 0.5, 1.0 / 12.0, 0.25, 0.25},
    {"normal, sigma 2", draw_normal, 0.0, 4.0, 2.0, 0.84134474606854295},          /* Phi(1) */
    {"exponential, mean 3", draw_exponential, 3.0, 9.0, 3.0, 0.63212055882855768}, /* 1 - 1/e */
    /* exp(mu + s^2/2), (exp(s^2) - 1) exp(2 mu + s^2), the median is exp(mu) */
    {"lognormal", draw_lognormal, 3.7621853549999105, 4.020106724067256, 3.3201169227365472, 0.5},
    /* a m / (a - 1), a m^2 / ((a - 1)^2 (a - 2)), 1 - (m / x)^a */
    {"pareto", draw_pareto, 2.5, 20.0 / 48.0, 4.0, 1.0 - 1.0 / 32.0},
    {"beta", draw_beta, 0.25, 0.0625, NAN, NAN}, /* a / (a + b), a b / ((a+b)^2 (a+b+1)) */
    {"poisson, mean 4", draw_poisson, 4.0, 4.0, 0.0, 0.018315638888734179}, /* exp(-4) */
    {"poisson, mean 1000", draw_poisson_many, 1000.0, 1000.0, NAN, NAN},
};

static void
test_distributions_have_their_mean_variance_and_quantile(void **state)
{
    for (size_t d = 0; d < sizeof(distributions) / sizeof(distributions[0]); d++) {
        const struct distribution *it = &distributions[d];
        struct rng rng;
        double sum = 0.0, square = 0.0, fourth = 0.0;
        int below = 0;
        rng_init(&rng, 20200312, RNG_TEST, d);
        for (int i = 0; i < DRAWS; i++) {
            const double x = it->draw(&rng), y = (x - it->mean) * (x - it->mean);
            sum += x;
            square += y;
            fourth += y * y;
            below += x <= it->point;
        }
        const double mean = sum / DRAWS, variance = square / DRAWS;
        const double mean_error = sqrt(it->variance / DRAWS);
        const double variance_error = sqrt((fourth / DRAWS - variance * variance) / DRAWS);
        if (!(fabs(mean - it->mean) < 4.0 * mean_error))
            fail_msg("%s: mean %g, not %g +- %g", it->name, mean, it->mean, mean_error);
        if (!(fabs(variance - it->variance) < 4.0 * variance_error))
            fail_msg("%s: variance %g, not %g +- %g", it->name, variance, it->variance,
                     variance_error);
        const double p = it->probability, p_error = sqrt(p * (1.0 - p) / DRAWS);
        if (!isnan(p) && !(fabs((double)below / DRAWS - p) < 4.0 * p_error))
            fail_msg("%s: P = %g, not %g +- %g", it->name, (double)below / DRAWS, p, p_error);
    }
}

static void
test_uniform_numbers_stay_inside_the_open_interval(void **state)
{
    struct rng rng;
    rng_init(&rng, 1, RNG_TEST, 0);
    for (int i = 0; i < DRAWS; i++) {
        const double u = rng_uniform(&rng);
        assert_true(u > 0.0 && u < 1.0);
    }
    /* The ends: all bits clear, all bits set. */
    rng.used = 0;
    memset(rng.block, 0, sizeof(rng.block));
    assert_true(rng_uniform(&rng) == 0.5 / 4503599627370496.0);
    memset(rng.block, 0xff, sizeof(rng.block));
    assert_true(rng_uniform(&rng) == 1.0 - 0.5 / 4503599627370496.0);
}

/* Neighbours in seed, purpose and entity: their correlation over n draws has standard error
 * 1 / sqrt(n); 4 of them, as above. */
static void
test_neighbouring_streams_do_not_move_together(void **state)
{
    static const struct {
        const char *name;
        uint64_t seed, entity;
        enum rng_purpose purpose;
    } cases[] = {
        {"the next seed", 43, 5, RNG_TEST},
        {"the next entity", 42, 6, RNG_TEST},
        {"the next purpose", 42, 5, RNG_MARKET_PATH},
        {"an entity 2^32 on", 42, 5 + (UINT64_C(1) << 32), RNG_TEST},
        {"a seed 2^32 on", 42 + (UINT64_C(1) << 32), 5, RNG_TEST},
    };
    for (size_t c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
        struct rng a, b;
        double sum = 0.0;
        rng_init(&a, 42, RNG_TEST, 5);
        rng_init(&b, cases[c].seed, cases[c].purpose, cases[c].entity);
        for (int i = 0; i < DRAWS; i++)
            sum += (rng_uniform(&a) - 0.5) * (rng_uniform(&b) - 0.5);
        const double correlation = 12.0 * sum / DRAWS;
        if (!(fabs(correlation) < 4.0 / sqrt(DRAWS)))
            fail_msg("%s: correlation %g", cases[c].name, correlation);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_philox_gives_the_published_blocks),
        cmocka_unit_test(test_a_stream_is_the_blocks_of_its_seed_purpose_and_entity),
        cmocka_unit_test(test_the_position_carries_beyond_32_bits),
        cmocka_unit_test(test_a_copy_goes_on_alike_and_alone),
        cmocka_unit_test(test_distributions_have_their_mean_variance_and_quantile),
        cmocka_unit_test(test_uniform_numbers_stay_inside_the_open_interval),
        cmocka_unit_test(test_neighbouring_streams_do_not_move_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
