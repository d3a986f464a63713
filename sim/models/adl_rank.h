/*
 * adl_rank.h - in which order winners are closed when the fund cannot pay.
 *
 * A ranking is one `const struct adl_type` with a pure score; higher scores are closed first, ties
 * go to the lower position id.  To add one: adl_<name>.c, a line in adl_registry[], a row in
 * tests/test_adl_rank.c.
 */
#ifndef SIM_MODELS_ADL_RANK_H
#define SIM_MODELS_ADL_RANK_H

#include "base/param.h"

/* One candidate on the opposite side, all in money units of the settlement currency. */
struct adl_candidate {
    double profit;      /* unrealised at the mark */
    double entry_value; /* abs(value) at the entry price, > 0 */
    double notional;    /* abs(value) at the mark */
    double equity;      /* margin + profit */
};

struct adl_type {
    struct model model;
    /* Score; only candidates with profit > 0 and equity > 0 are asked. */
    double (*score)(const struct adl_candidate *candidate);
};

extern const struct adl_type adl_okx;

extern const struct model *const adl_registry[]; /* ends with NULL */

const struct adl_type *adl_of(const struct model *model);

#endif
