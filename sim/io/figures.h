/*
 * figures.h - the key figures of each pool, kept while a run goes by.
 *
 * Every change of a balance is looked at, so a low that lasts less than a sample is not missed.
 * Only ADL relief, which the engine alone can measure, and the uncovered loss, which may yet be
 * shared, are taken from the last sample: a running sum loses nothing between samples.  A pool
 * counts as depleted from the first deficit that was not paid in full, whether ADL or other
 * accounts took it or nobody did; ADL that a trigger calls before the fund is short does not count
 * as that.
 */
#ifndef SIM_IO_FIGURES_H
#define SIM_IO_FIGURES_H

#include "io/caseload.h"
#include "io/layout.h"

struct figures_pool {
    struct layout_figures figures;
    money_t peak;     /* running maximum of the balance */
    int started;      /* a change was seen */
    uint64_t costing; /* closed cases that cost the fund */
};

struct figures {
    struct figures_pool *pools; /* owned; pool_count of them */
    size_t pool_count;
    const struct contract *contracts; /* borrowed; one an instrument */
    uint32_t *pool_of;                /* owned; one an instrument */
    size_t instrument_count;
    struct caseload cases;
};

/* `pool_of` (copied) is the pool of each instrument. */
enum status figures_init(struct figures *figures, size_t pool_count,
                         const struct contract *contracts, const uint32_t *pool_of,
                         size_t instrument_count, struct error *err) MUST_CHECK;
void figures_clear(struct figures *figures);

enum status figures_liquidation(struct figures *figures, const struct liquidation_event *event,
                                struct error *err) MUST_CHECK;
void figures_closeout(struct figures *figures, const struct closeout_event *event);
void figures_adl(struct figures *figures, const struct adl_event *event);
void figures_socialised(struct figures *figures, const struct socialised_event *event);
void figures_fund(struct figures *figures, const struct fund_change *change);
void figures_sample(struct figures *figures, const struct engine_sample *sample);

/* Counts the cases still open by what they came to so far, and derives the shares: once. */
void figures_finish(struct figures *figures);

#endif
