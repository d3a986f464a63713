#include "models/index_kind.h"

#include <assert.h>
#include <math.h>

const struct model *const index_registry[] = {
    &index_weighted.model,
    &index_median.model,
    &index_single.model,
    NULL,
};

const struct index_type *
index_of(const struct model *model)
{
    return (const struct index_type *)(const void *)model;
}

double
index_price(const struct index_type *type, const struct index_params *params,
            const struct index_source *sources, size_t count, time_ns_t now)
{
    assert(count <= INDEX_SOURCES_MAX);
    struct index_source fresh[INDEX_SOURCES_MAX];
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        const struct index_source *source = &sources[i];
        if (!source->down && source->price > 0.0 && isfinite(source->price) &&
            now - source->time <= params->staleness)
            fresh[left++] = *source;
    }
    return type->price(params, fresh, left);
}
