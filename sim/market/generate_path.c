#include "market/generate_path.h"

#include <math.h>
#include <stdlib.h>

#include "base/fixed.h"
#include "base/rng.h"

static const double seconds_per_year = 365.0 * 86400.0;
static const double price_max = 1e9;

/* Streams of RNG_MARKET_PATH, one an entity, so that more jumps never shift the diffusion. */
enum { PATH_DIFFUSION = 0, PATH_JUMPS = 1 };

double
generate_path_storm(const struct generate_options *options, size_t second)
{
    const double middle = (double)second + 0.5;
    const double length = (double)options->storm_length / 1e9;
    const double into = middle - (double)options->storm_start / 1e9;
    if (into <= 0 || into >= length)
        return 0;
    const double share = into / length;
    const double weight = 5 * (share < 0.5 ? share : 1 - share);
    return weight < 1 ? weight : 1;
}

/* Between a calm and a storm value. */
static double
blend(double calm, double storm, double weight)
{
    return calm + (storm - calm) * weight;
}

double
generate_path_deviation(const struct generate_options *options, size_t second)
{
    const double weight = generate_path_storm(options, second);
    return blend(options->volatility, options->storm_volatility, weight) / sqrt(seconds_per_year);
}

/* The sum of the log jumps of one second. */
static double
draw_jumps(const struct generate_options *options, double weight, struct rng *rng)
{
    const double rate = blend(options->jump_rate, options->storm_jump_rate, weight) / 3600;
    const double mean = weight > 0 ? options->storm_jump_mean : options->jump_mean;
    const double sigma = weight > 0 ? options->storm_jump_sigma : options->jump_sigma;
    const uint32_t jumps = rate > 0 ? rng_poisson(rng, rate) : 0;
    double sum = 0;
    for (uint32_t i = 0; i < jumps; i++)
        sum += mean + rng_normal(rng, sigma);
    return sum;
}

/* Calm drift of the log price in one second that makes the price a martingale: minus half the
 * variance and minus the jumps' mean growth. */
static double
compensator(const struct generate_options *options)
{
    const double variance = options->volatility * options->volatility / seconds_per_year;
    const double growth =
        expm1(options->jump_mean + 0.5 * options->jump_sigma * options->jump_sigma);
    return -0.5 * variance - options->jump_rate / 3600 * growth;
}

/* Log returns of every second into step[]: free ones in the calm, and in the storm shocks that
 * are then bent to the target.  Given the jumps, independent normal steps with variances v and
 * sum Z, conditioned on the sum T, are step + v / sum(v) x (T - Z): a Brownian bridge. */
static void
draw_steps(const struct generate_options *options, size_t seconds, double *step)
{
    struct rng diffusion, jumps;
    rng_init(&diffusion, (uint64_t)options->seed, RNG_MARKET_PATH, PATH_DIFFUSION);
    rng_init(&jumps, (uint64_t)options->seed, RNG_MARKET_PATH, PATH_JUMPS);
    const double drift = compensator(options);
    double storm_variance = 0, storm_sum = 0;
    for (size_t i = 0; i < seconds; i++) {
        const double weight = generate_path_storm(options, i);
        const double deviation = generate_path_deviation(options, i);
        step[i] = rng_normal(&diffusion, deviation) + draw_jumps(options, weight, &jumps);
        if (weight > 0) {
            storm_variance += deviation * deviation;
            storm_sum += step[i];
        } else {
            step[i] += drift;
        }
    }
    if (storm_variance == 0) /* no storm */
        return;
    const double missing = log1p(-options->storm_depth) - storm_sum;
    for (size_t i = 0; i < seconds; i++) {
        const double deviation = generate_path_deviation(options, i);
        if (generate_path_storm(options, i) > 0)
            step[i] += deviation * deviation / storm_variance * missing;
    }
}

/* The mark over the index: an Ornstein-Uhlenbeck process stepped exactly, plus its mean. */
static void
draw_marks(const struct generate_options *options, struct generate_path *path)
{
    struct rng rng;
    rng_init(&rng, (uint64_t)options->seed, RNG_MARKET_BASIS, 0);
    const double decay = exp(-1e9 / (double)options->basis_time);
    const double deviation = options->basis_sigma * sqrt(1 - decay * decay);
    double around = rng_normal(&rng, options->basis_sigma);
    double mean = blend(options->basis_mean, options->storm_basis, generate_path_storm(options, 0));
    for (size_t i = 0; i <= path->seconds; i++) {
        path->mark[i] = path->index[i] * (1 + mean + around);
        const double weight = generate_path_storm(options, i);
        mean += (1 - decay) * (blend(options->basis_mean, options->storm_basis, weight) - mean);
        around = around * decay + rng_normal(&rng, deviation);
    }
}

enum status
generate_path_init(struct generate_path *path, const struct generate_options *options,
                   struct error *err)
{
    const size_t seconds = (size_t)(options->duration / TIME_NS_SECOND);
    *path = (struct generate_path){
        .seconds = seconds,
        .index = calloc(seconds + 1, sizeof(*path->index)),
        .mark = calloc(seconds + 1, sizeof(*path->mark)),
    };
    if (path->index == NULL || path->mark == NULL) {
        generate_path_clear(path);
        return error_memory(err, "generating the price path");
    }
    draw_steps(options, seconds, path->mark);
    double log_price = 0;
    for (size_t i = 0; i < seconds; i++) {
        path->index[i] = options->start_price * exp(log_price);
        log_price += path->mark[i];
    }
    path->index[seconds] = options->start_price * exp(log_price);
    draw_marks(options, path);
    const double tick =
        (double)options->tick.value / (double)fixed_power_of_ten[options->tick.scale];
    for (size_t i = 0; i <= seconds; i++) {
        const double low = fmin(path->index[i], path->mark[i]);
        const double high = fmax(path->index[i], path->mark[i]);
        if (low < 2 * tick || high > price_max) {
            generate_path_clear(path);
            return error_set(err, ERR_RANGE,
                             "generate: the price reaches %g after %zu s: it must stay within "
                             "two ticks (%g) and %g; use calmer options or a finer tick",
                             low < 2 * tick ? low : high, i, 2 * tick, price_max);
        }
    }
    return OK;
}

void
generate_path_clear(struct generate_path *path)
{
    free(path->index);
    free(path->mark);
    *path = (struct generate_path){0};
}
