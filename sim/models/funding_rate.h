/*
 * funding_rate.h - the rate at which longs pay shorts, when the tape does not say it.
 *
 * A kind is one `const struct funding_type`: a pure function from averages over the funding window
 * to the rate of one interval (a share of the position's value; > 0: longs pay; engine/funding.h
 * pays it).  The averages are kept in a `struct funding_rate_state`: feed it every event of the
 * instrument with funding_rate_sample(), and call funding_rate_settle() at every settlement.
 *
 * Three clocks: a premium is sampled every `sampling`; the window is what is averaged, `length`
 * long; settlement is every `interval`, at its multiples since 1970 (8 h: 00:00, 08:00, 16:00
 * UTC).  A fixed window begins anew at each settlement, a rolling one holds the last `length`.
 *
 * To add a kind: funding_<name>.c, a line in funding_registry[], tests in
 * tests/test_funding_rate.c.
 */
#ifndef SIM_MODELS_FUNDING_RATE_H
#define SIM_MODELS_FUNDING_RATE_H

#include <stdbool.h>

#include "base/param.h"
#include "base/sampler.h"

/* What the premium over the index is measured with. */
enum funding_premium_from {
    FUNDING_PREMIUM_FROM_MID = 0, /* (bid + ask) / 2, OKX until impact prices */
    FUNDING_PREMIUM_FROM_IMPACT,  /* max(0, impact bid - index) - max(0, index - impact ask) */
    FUNDING_PREMIUM_FROM_MARK,    /* the mark price */
};

enum funding_average {
    FUNDING_AVERAGE_SIMPLE = 0, /* every sample of the window alike */
    FUNDING_AVERAGE_RISING,     /* weights 1, 2, 3, ... from oldest to newest */
};

enum funding_interest {
    FUNDING_INTEREST_BANDED = 0, /* P + clamp(interest - P, -band, band) */
    FUNDING_INTEREST_SUBTRACTED, /* P - interest */
};

struct funding_params {
    time_ns_t interval; /* between two settlements */
    time_ns_t period;   /* that premium and interest are quoted for */
    time_ns_t length;   /* of the window */
    time_ns_t sampling; /* between two samples */
    bool rolling;       /* the window does not begin anew at a settlement */
    bool cross_cycle;   /* a window's rate applies at the settlement after the next */
    int premium;        /* enum funding_premium_from */
    int average;        /* enum funding_average */
    int interest_form;  /* enum funding_interest */
    double interest;    /* share a period; twap: a year */
    double band;        /* >= 0, share a period */
    double floor, cap;  /* of the rate of an interval; NaN: none */
    double scale;       /* twap: factor of the difference */
    double interest_floor, interest_cap; /* twap: of the interest term, shares of the index */
    double factor;                       /* margin_capped: cap over (initial - maintenance rate) */
};

/* Averages over the window, and what else a rate depends on; NaN: not known. */
struct funding_inputs {
    double tape;                           /* rate the venue published */
    double premium;                        /* share of the index, a period */
    double mark_average, index_average;    /* quote currency */
    double initial_rate, maintenance_rate; /* of the contract's first tier */
    double years;                          /* that the averages span */
};

struct funding_type {
    struct model model; /* first: registries are walked through it */
    /* The rate of one interval; 0 when what it depends on is not known.  Pure. */
    double (*rate)(const struct funding_params *params, const struct funding_inputs *inputs);
    bool premiums; /* uses `premium` */
    bool averages; /* uses `mark_average` and `index_average` */
};

extern const struct funding_type funding_tape;
extern const struct funding_type funding_premium;
extern const struct funding_type funding_twap;
extern const struct funding_type funding_margin_capped;

extern const struct model *const funding_registry[]; /* ends with NULL */

/* The type whose model this is. */
const struct funding_type *funding_of(const struct model *model);

/* What one instrument shows now; NaN for what it does not.  Prices in quote currency. */
struct funding_quote {
    double mark, index;
    double bid, ask;  /* the best ones, or impact prices: see enum funding_premium_from */
    double tape_rate; /* rate the venue published for the coming settlement */
    double initial_rate, maintenance_rate;
};

/* A quote of which nothing is known. */
struct funding_quote funding_quote_unknown(void);

/* The premium over the index, as a share of it; NaN without an index > 0 or without the prices it
 * is measured with. */
double funding_premium_of(const struct funding_quote *quote, enum funding_premium_from from);

/* sum(premium x weight) / sum(weight), weights >= 0; NaN when they add up to nothing. */
double funding_premium_average(const double *premiums, const double *weights, size_t count);

/* What a long of one unit pays for an interval of a twap rate: rate x average index, in quote
 * currency. */
double funding_twap_payment(const struct funding_params *params,
                            const struct funding_inputs *inputs);

/* `rate` (not NaN) within [floor, cap]; a NaN bound does not bind. */
double funding_rate_bounded(double rate, double floor, double cap);

/* The first settlement after `now`. */
time_ns_t funding_settlement_after(time_ns_t now, time_ns_t interval);

/* The one-minute samples a rate published at `now` averages. */
struct funding_window {
    time_ns_t first, last; /* minutes, both inclusive */
    int64_t samples;
};

/* Rolling: the samples of (now - length, now].  Fixed: those since the settlement at or before
 * `now`, settlements being `length` apart.  Source: OKX, which changed from the latter to the
 * former on 2024-03-05 08:00 UTC. */
struct funding_window funding_window(time_ns_t now, time_ns_t length, bool rolling);

struct funding_rate_state {
    const struct funding_type *type;     /* borrowed */
    const struct funding_params *params; /* borrowed */
    struct sampler premium;              /* empty where the kind does not use it, as those below */
    struct sampler mark, index;
    double tape_rate, initial_rate, maintenance_rate; /* stand now */
    double pending; /* cross-cycle: rate that applies next; NaN before the first settlement */
};

/* ERR_RANGE when the window does not hold the sampling, or interval or period are not > 0;
 * ERR_MEMORY.  {0} is safe to clear. */
enum status funding_rate_init(struct funding_rate_state *state, const struct funding_type *type,
                              const struct funding_params *params, struct error *err) MUST_CHECK;
void funding_rate_clear(struct funding_rate_state *state);

/* Takes in what the instrument shows from `time` on, which never goes back. */
void funding_rate_sample(struct funding_rate_state *state, time_ns_t time,
                         const struct funding_quote *quote);

/* The rate the window so far makes. */
double funding_rate_now(const struct funding_rate_state *state);

/* The rate that is paid at the settlement at `time`, from samples of instants before it; begins
 * the next window.  Cross-cycle: the rate of the window before, 0 at the first settlement. */
double funding_rate_settle(struct funding_rate_state *state, time_ns_t time);

#endif
