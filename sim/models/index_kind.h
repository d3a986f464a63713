/*
 * index_kind.h - one reference price out of the prices of several markets.
 *
 * A kind is one `const struct index_type`: a pure function from sources to a price.  Sources that
 * are down, stale or without a price are left out before any rule looks at them.  To add one:
 * index_<name>.c, a line in index_registry[], rows in tests/test_index_kind.c.
 */
#ifndef SIM_MODELS_INDEX_KIND_H
#define SIM_MODELS_INDEX_KIND_H

#include <stdbool.h>

#include "base/param.h"
#include "base/timeline.h"

enum { INDEX_SOURCES_MAX = 64 };

/* One market the index looks at. */
struct index_source {
    double price;   /* quote currency; NaN or <= 0: none */
    time_ns_t time; /* of the price */
    double weight;  /* >= 0, in any unit */
    bool down;      /* in maintenance */
};

/* What a price is compared with before it is clamped. */
enum index_reference { INDEX_REFERENCE_ALL = 0, INDEX_REFERENCE_REST };

struct index_params {
    time_ns_t staleness; /* an older price is not looked at */
    double clamp;        /* weighted: share of the reference a price may be away from it */
    int clamp_reference; /* weighted: enum index_reference */
    double deviation;    /* median: share of the median a price may be away from it */
    int64_t sources_min; /* median: fewer sources make no index */
};

/* A row of the table of every kind. */
#define INDEX_STALENESS                                                                          \
    {                                                                                            \
        .key = "staleness", .type = PARAM_DURATION,                                              \
        .offset = offsetof(struct index_params, staleness), .min = 0.001, .max = 86400.0,        \
        .unit = "s", .fallback = "1min",                                                         \
        .doc = "Oldest price that still counts; venues do not publish it, the default is ours.", \
    }

struct index_type {
    struct model model; /* first: registries are walked through it */
    /* The index of `count` (0 .. INDEX_SOURCES_MAX) fresh sources, each with a price > 0; NaN when
     * they make none.  Pure. */
    double (*price)(const struct index_params *params, const struct index_source *sources,
                    size_t count);
};

extern const struct index_type index_weighted;
extern const struct index_type index_median;
extern const struct index_type index_single;

extern const struct model *const index_registry[]; /* ends with NULL */

/* The type whose model this is. */
const struct index_type *index_of(const struct model *model);

/* The index at `now` of `count` sources (0 .. INDEX_SOURCES_MAX, in order of preference); NaN when
 * there is none.  A price exactly `staleness` old still counts. */
double index_price(const struct index_type *type, const struct index_params *params,
                   const struct index_source *sources, size_t count, time_ns_t now);

#endif
