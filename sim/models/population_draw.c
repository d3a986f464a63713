#include "models/population_draw.h"

#include <math.h>

#include "base/rng.h"

/* Hours beyond which a position simply never leaves by itself: 285 years do not fit 64 bits. */
static const double life_hours_max = 2.0e6;

struct population_draw
population_draw(const struct population_params *params, uint64_t seed, uint32_t instrument,
                uint64_t n)
{
    const uint64_t entity = (uint64_t)instrument << 48 | n;
    struct rng size, leverage, life, entry;
    rng_init(&size, seed, RNG_POPULATION_SIZE, entity);
    rng_init(&leverage, seed, RNG_POPULATION_LEVER, entity);
    rng_init(&life, seed, RNG_POPULATION_LIFE, entity);
    rng_init(&entry, seed, RNG_POPULATION_ENTRY, entity);
    const double hours = distribution_draw(&params->lifetime, &life);
    struct population_draw draw = {
        .notional = distribution_draw(&params->size, &size),
        .leverage = distribution_draw(&params->leverage, &leverage),
        .life = hours < life_hours_max ? (time_ns_t)llround(hours * (double)TIME_NS_HOUR)
                                       : TIME_NS_NEVER,
        .entry = rng_uniform(&entry),
    };
    if (!(draw.notional > 0.0))
        draw.notional = 1e-9;
    if (!(draw.leverage >= 1.0))
        draw.leverage = 1.0;
    if (draw.life < 1)
        draw.life = 1;
    return draw;
}
