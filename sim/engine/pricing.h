/*
 * pricing.h - the prices a venue makes itself: index, mark and funding rate of one instrument.
 *
 *     prices of the sources -> index --+--> mark --> margins
 *     trades ---------------> last ----+--> premium over the window --> funding rate, paid when due
 *
 * A replay tells it the rows of an instant and then lets it run: what the rules compute goes into
 * the engine as if it had been on the tape, index before mark before funding.  No tape holds a
 * book: the last trade stands for best bid and ask.
 */
#ifndef SIM_ENGINE_PRICING_H
#define SIM_ENGINE_PRICING_H

#include "engine/engine.h"
#include "models/funding_rate.h"
#include "models/index_kind.h"
#include "models/mark_kind.h"

/* What is computed for one instrument; borrowed. */
struct pricing_rules {
    const struct index_type *index; /* NULL: the index is the tape's */
    struct index_params index_params;
    size_t source_count; /* of the index */
    double weight[INDEX_SOURCES_MAX];
    const struct mark_type *mark; /* NULL: the mark is not computed */
    struct mark_params mark_params;
    const struct funding_type *funding; /* NULL: the rates are the tape's */
    struct funding_params funding_params;
    double initial_rate, maintenance_rate; /* of the contract's first tier */
};

struct pricing {
    const struct pricing_rules *rules; /* borrowed */
    struct index_source source[INDEX_SOURCES_MAX];
    struct mark_state mark;
    struct funding_rate_state funding;
    double tape_mark;       /* quote currency; NaN: none yet */
    double funding_rate;    /* the last one that was paid; NaN: none yet */
    time_ns_t next_funding; /* TIME_NS_NEVER: none is computed, or nothing was seen yet */
    bool fresh;             /* rows came at this instant */
};

/* ERR_RANGE when a window does not hold its sampling; ERR_MEMORY.  {0} is safe to clear. */
enum status pricing_init(struct pricing *pricing, const struct pricing_rules *rules,
                         struct error *err) MUST_CHECK;
void pricing_clear(struct pricing *pricing);

/* Source `which` (0 .. source_count - 1) of the index has a price (quote currency) from `time`
 * on. */
void pricing_source(struct pricing *pricing, size_t which, double price, time_ns_t time);

/* The mark price the venue published, quote currency. */
void pricing_tape_mark(struct pricing *pricing, double price);

/* The rate that was paid at an instant, of the tape. */
void pricing_tape_rate(struct pricing *pricing, rate_t rate);

/* Rows of the instrument came at this instant: pricing_run() has something to do. */
void pricing_touch(struct pricing *pricing);

/* Brings what the rules compute to the engine, when rows came or funding is due. */
enum status pricing_run(struct pricing *pricing, struct engine *engine, size_t instrument,
                        time_ns_t now, struct error *err) MUST_CHECK;

#endif
