#include "models/index_kind.h"

#include <assert.h>
#include <math.h>

#include "base/median.h"

static double
price(const struct index_params *params, const struct index_source *sources, size_t count)
{
    assert(params->deviation >= 0.0);
    if ((int64_t)count < params->sources_min)
        return NAN;
    double prices[INDEX_SOURCES_MAX];
    for (size_t i = 0; i < count; i++)
        prices[i] = sources[i].price;
    const double middle = median(prices, count);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (fabs(prices[i] - middle) <= params->deviation * middle)
            prices[kept++] = prices[i];
    return (int64_t)kept < params->sources_min ? NAN : median(prices, kept);
}

static const struct param rows[] = {
    INDEX_STALENESS,
    {
        .key = "deviation",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct index_params, deviation),
        .min = 0.0,
        .max = 1.0,
        .unit = "1",
        .fallback = "1%",
        .doc = "A price further than this from the median of all is dropped.",
    },
    {
        .key = "sources_min",
        .type = PARAM_INTEGER,
        .offset = offsetof(struct index_params, sources_min),
        .min = 1,
        .max = INDEX_SOURCES_MAX,
        .unit = "",
        .fallback = "1",
        .doc = "With fewer sources, fresh or left after outliers are dropped, there is no index.",
    },
    {.key = NULL},
};

const struct index_type index_median = {
    .model =
        {
            .name = "median",
            .doc = "The median of the fresh sources, those further than `deviation` from it "
                   "dropped and the median taken again; of an even number the mean of the middle "
                   "two. Source: FLOX (flox-foundation/flox), venue mark price; dYdX v4 takes the "
                   "plain median of its validators' prices.",
            .params = rows,
        },
    .price = price,
};
