#include "base/rng.h"

#include <assert.h>
#include <string.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

enum { PHILOX_ROUNDS = 10 };

void
rng_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < PHILOX_ROUNDS; round++) {
        const uint64_t p0 = (uint64_t)0xD2511F53u * c0;
        const uint64_t p1 = (uint64_t)0xCD9E8D57u * c2;
        const uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        const uint32_t n2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)p1;
        c3 = (uint32_t)p0;
        c0 = n0;
        c2 = n2;
        k0 += 0x9E3779B9u; /* the golden ratio */
        k1 += 0xBB67AE85u; /* sqrt(3) - 1 */
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

void
rng_library_init(void)
{
    gsl_set_error_handler_off();
}

void
rng_init(struct rng *rng, uint64_t seed, enum rng_purpose purpose, uint64_t entity)
{
    *rng = (struct rng){
        .key = {(uint32_t)seed, (uint32_t)(seed >> 32)},
        .counter = {0, (uint32_t)purpose << 24, (uint32_t)entity, (uint32_t)(entity >> 32)},
        .used = 4,
    };
}

uint32_t
rng_u32(struct rng *rng)
{
    if (rng->used == 4) {
        rng_philox(rng->counter, rng->key, rng->block);
        if (++rng->counter[0] == 0) {
            rng->counter[1]++;
            assert((rng->counter[1] & 0xFFFFFFu) != 0); /* 2^56 blocks: never in practice */
        }
        rng->used = 0;
    }
    return rng->block[rng->used++];
}

double
rng_uniform(struct rng *rng)
{
    const uint64_t high = rng_u32(rng) >> 6, low = rng_u32(rng) >> 6; /* 52 bits */
    return ((double)(high << 26 | low) + 0.5) / 4503599627370496.0;
}

static void
type_set(void *state, unsigned long seed)
{
    rng_init(state, seed, RNG_TEST, 0);
}

static unsigned long
type_get(void *state)
{
    return rng_u32(state);
}

static double
type_get_double(void *state)
{
    return rng_uniform(state);
}

static const gsl_rng_type philox_type = {
    .name = "philox4x32-10",
    .max = UINT32_MAX,
    .min = 0,
    .size = sizeof(struct rng),
    .set = type_set,
    .get = type_get,
    .get_double = type_get_double,
};

/* GSL's view of our stream: a pair of type and borrowed state, no allocation. */
static gsl_rng
gsl_view(struct rng *rng)
{
    return (gsl_rng){.type = &philox_type, .state = rng};
}

double
rng_normal(struct rng *rng, double sigma)
{
    const gsl_rng view = gsl_view(rng);
    return gsl_ran_gaussian_ziggurat(&view, sigma);
}

double
rng_exponential(struct rng *rng, double mean)
{
    const gsl_rng view = gsl_view(rng);
    return gsl_ran_exponential(&view, mean);
}

double
rng_lognormal(struct rng *rng, double mu, double sigma)
{
    const gsl_rng view = gsl_view(rng);
    return gsl_ran_lognormal(&view, mu, sigma);
}

double
rng_pareto(struct rng *rng, double alpha, double minimum)
{
    const gsl_rng view = gsl_view(rng);
    return gsl_ran_pareto(&view, alpha, minimum);
}

double
rng_beta(struct rng *rng, double a, double b)
{
    const gsl_rng view = gsl_view(rng);
    return gsl_ran_beta(&view, a, b);
}

uint32_t
rng_poisson(struct rng *rng, double mean)
{
    const gsl_rng view = gsl_view(rng);
    return gsl_ran_poisson(&view, mean);
}
