#include "models/index_kind.h"

#include <assert.h>
#include <math.h>

#include "base/median.h"

/* The median of all prices, or of all but the one at `except`. */
static double
reference(const struct index_source *sources, size_t count, size_t except)
{
    double prices[INDEX_SOURCES_MAX];
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (i != except)
            prices[kept++] = sources[i].price;
    return median(prices, kept);
}

static double
clamped(const struct index_params *params, double price, double middle)
{
    return fmin(fmax(price, (1.0 - params->clamp) * middle), (1.0 + params->clamp) * middle);
}

static double
price(const struct index_params *params, const struct index_source *sources, size_t count)
{
    assert(params->clamp >= 0.0);
    if (count == 0)
        return NAN;
    if (count == 1)
        return sources[0].price;
    if (count == 2)
        return (sources[0].price + sources[1].price) / 2.0;
    const bool rest = params->clamp_reference == INDEX_REFERENCE_REST;
    const double all = reference(sources, count, count);
    double sum = 0.0, weights = 0.0, plain = 0.0;
    for (size_t i = 0; i < count; i++) {
        assert(sources[i].weight >= 0.0);
        const double middle = rest ? reference(sources, count, i) : all;
        const double kept = clamped(params, sources[i].price, middle);
        sum += sources[i].weight * kept;
        weights += sources[i].weight;
        plain += kept;
    }
    return weights > 0.0 ? sum / weights : plain / (double)count;
}

static const char *const references[] = {"all", "rest", NULL};

static const struct param rows[] = {
    INDEX_STALENESS,
    {
        .key = "clamp",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct index_params, clamp),
        .min = 0.0,
        .max = 1.0,
        .unit = "1",
        .fallback = "2%",
        .doc = "A price further than this from the reference is replaced by the nearest price that "
               "is not.",
    },
    {
        .key = "clamp_reference",
        .type = PARAM_CHOICE,
        .offset = offsetof(struct index_params, clamp_reference),
        .unit = "",
        .fallback = "all",
        .doc = "all: the median of all sources; rest: for each source the median of the others.",
        .choices = references,
    },
    {.key = NULL},
};

const struct index_type index_weighted = {
    .model =
        {
            .name = "weighted",
            .doc = "Three fresh sources or more: the mean with preset weights, each price first "
                   "kept within (1 -+ clamp) x reference, the median of all sources or of the "
                   "others. Two: their plain mean. One: its price. OKX: 2 % from the median of all "
                   "(2024-08), of the rest (2025-02); 3 % and equal weights before. Source: OKX "
                   "help, spot index prices.",
            .params = rows,
        },
    .price = price,
};
