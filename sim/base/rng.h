/*
 * rng.h - random numbers that are a function of (seed, purpose, entity, counter).
 *
 * Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3",
 * SC11): key = seed, counter = (position, purpose, entity).  Nothing is shared: adding a
 * model, an entity or a thread shifts nobody else's stream, and any draw can be repeated alone.
 * The distributions are GSL's, drawing through a gsl_rng_type of our own.
 */
#ifndef SIM_BASE_RNG_H
#define SIM_BASE_RNG_H

#include <stdint.h>

/* One value for each use of randomness; append, never renumber: the numbers are in the results. */
enum rng_purpose {
    RNG_TEST = 0,
    RNG_MARKET_PATH = 1,      /* generate: index jumps and diffusion */
    RNG_MARKET_TRADES = 2,    /* generate: trade times, sizes, sides */
    RNG_POPULATION_SIZE = 3,  /* synthetic population: notional of a position */
    RNG_POPULATION_LEVER = 4, /* synthetic population: leverage */
    RNG_POPULATION_LIFE = 5,  /* synthetic population: lifetime */
    RNG_POPULATION_ENTRY = 6, /* synthetic population: opening time of the initial book */
    RNG_MARKET_BASIS = 7,     /* generate: basis of the mark over the index */
    RNG_ADL = 8,              /* ADL: order of counterparties where none is ranked */
};

/* One stream; the caller places it, copies are independent continuations. */
struct rng {
    uint32_t key[2];
    uint32_t counter[4]; /* position low, purpose << 24 | position high, entity low, high */
    uint32_t block[4];   /* the current output block */
    unsigned used;       /* words of block already given out */
};

/* Called once, first: GSL's errors become return values instead of ending the program. */
void rng_library_init(void);

/* Starts the stream of (seed, purpose, entity). */
void rng_init(struct rng *rng, uint64_t seed, enum rng_purpose purpose, uint64_t entity);

/* One Philox4x32-10 block: out = f(counter, key).  Exposed for its known-answer test. */
void rng_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

uint32_t rng_u32(struct rng *rng);
double rng_uniform(struct rng *rng);                              /* in the open (0, 1) */
double rng_normal(struct rng *rng, double sigma);                 /* mean 0 */
double rng_exponential(struct rng *rng, double mean);             /* mean > 0 */
double rng_lognormal(struct rng *rng, double mu, double sigma);   /* exp(N(mu, sigma)) */
double rng_pareto(struct rng *rng, double alpha, double minimum); /* P(X > x) = (min/x)^alpha */
double rng_beta(struct rng *rng, double a, double b);             /* in (0, 1) */
uint32_t rng_poisson(struct rng *rng, double mean);

#endif
