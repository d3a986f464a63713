/*
 * mark_kind.h - the price margins are judged at.
 *
 * A kind is one `const struct mark_type`: a pure function from what the market shows now, and the
 * average basis of the last while where the kind uses one, to a price.  The average is kept in a
 * `struct mark_state`: feed it every event of the instrument with mark_sample(), ask it with
 * mark_price() when the events of an instant are in.
 *
 *     basis = mid - index, or last - index where there is no mid
 *
 * sampled as base/sampler.h says.  To add a kind: mark_<name>.c, a line in mark_registry[], rows in
 * tests/test_mark_kind.c.
 */
#ifndef SIM_MODELS_MARK_KIND_H
#define SIM_MODELS_MARK_KIND_H

#include <stdbool.h>

#include "base/param.h"
#include "base/sampler.h"

enum mark_average { MARK_AVERAGE_SIMPLE = 0, MARK_AVERAGE_EXPONENTIAL };

struct mark_params {
    time_ns_t window;   /* the basis is averaged over it */
    time_ns_t sampling; /* between two samples of the basis */
    int average;        /* enum mark_average */
    double band;        /* median_clamp: largest distance from the index, share of it */
};

/* Rows of the tables of the kinds that average a basis. */
#define MARK_WINDOW(text)                                                                        \
    {                                                                                            \
        .key = "window", .type = PARAM_DURATION, .offset = offsetof(struct mark_params, window), \
        .min = 0.001, .max = 86400.0, .unit = "s", .fallback = (text),                           \
        .doc = "How far back the basis is averaged.",                                            \
    }
#define MARK_SAMPLING                                                                   \
    {                                                                                   \
        .key = "sampling", .type = PARAM_DURATION,                                      \
        .offset = offsetof(struct mark_params, sampling), .min = 0.001, .max = 86400.0, \
        .unit = "s", .fallback = "1s",                                                  \
        .doc = "Time between two samples of the basis, at most the window.",            \
    }
#define MARK_AVERAGE                                                                             \
    {                                                                                            \
        .key = "average", .type = PARAM_CHOICE, .offset = offsetof(struct mark_params, average), \
        .unit = "", .fallback = "simple", .choices = mark_average_names,                         \
        .doc = "simple: every sample of the window alike; exponential: gain 2 / (n + 1) with n " \
               "the samples of a window.",                                                       \
    }

extern const char *const mark_average_names[];

/* What the market shows now; NaN for what it does not.  Prices in quote currency. */
struct mark_inputs {
    double tape;                /* mark price the venue published */
    double index, last;         /* index price, last trade */
    double mid;                 /* of the best bid and ask, or of the impact prices: see `impact` */
    double funding_rate;        /* the last one, share an interval */
    time_ns_t time;             /* now */
    time_ns_t next_funding;     /* when funding is next paid */
    time_ns_t funding_interval; /* between two payments; > 0 where funding_rate is known */
};

struct mark_type {
    struct model model; /* first: registries are walked through it */
    /* The mark price; NaN when the inputs make none.  `basis` is the average basis, NaN: none.
     * Pure. */
    double (*price)(const struct mark_params *params, const struct mark_inputs *inputs,
                    double basis);
    bool averages; /* uses `basis` */
    bool impact;   /* `mid` is to be the mid of impact prices (mark_impact.h) */
};

extern const struct mark_type mark_tape;
extern const struct mark_type mark_last;
extern const struct mark_type mark_index;
extern const struct mark_type mark_index_basis;
extern const struct mark_type mark_median3;
extern const struct mark_type mark_median_clamp;

extern const struct model *const mark_registry[]; /* ends with NULL */

/* The type whose model this is. */
const struct mark_type *mark_of(const struct model *model);

struct mark_state {
    const struct mark_type *type;     /* borrowed */
    const struct mark_params *params; /* borrowed */
    struct sampler basis;             /* empty where the kind does not average */
    double average;                   /* of the basis; NaN: none yet */
};

/* Inputs of which nothing is known. */
struct mark_inputs mark_inputs_unknown(void);

/* ERR_RANGE when the window does not hold the sampling; ERR_MEMORY.  {0} is safe to clear. */
enum status mark_init(struct mark_state *state, const struct mark_type *type,
                      const struct mark_params *params, struct error *err) MUST_CHECK;
void mark_clear(struct mark_state *state);

/* Takes in what the market shows at inputs->time, which never goes back. */
void mark_sample(struct mark_state *state, const struct mark_inputs *inputs);

/* The mark price now; NaN when the inputs make none: the mark before it then stands.  Until the
 * first sampling instant is over the basis of now is the average. */
double mark_price(const struct mark_state *state, const struct mark_inputs *inputs);

#endif
