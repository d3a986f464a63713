#include "models/takeover_kind.h"

#include <math.h>
#include <stddef.h>

/* ABR x SMMR x maintenance rate, with ABR = clamp(BA (1 - equity / maintenance), 0, 1). */
static double
limit(const struct takeover_params *params, const struct takeover_situation *situation)
{
    const double rating = params->bankruptcy_adjustment *
                          (1.0 - situation->equity / fmax(situation->maintenance, 1e-300));
    return fmin(fmax(rating, 0.0), 1.0) * params->spread_to_maintenance *
           situation->maintenance_rate;
}

static const struct param rows[] = {
    {
        .key = "bankruptcy_adjustment",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct takeover_params, bankruptcy_adjustment),
        .min = 1.0,
        .max = 4294.967295,
        .unit = "",
        .fallback = "1",
        .doc = "How fast the limit moves from the mark to its end while equity falls below "
               "maintenance margin (BA).",
    },
    {
        .key = "spread_to_maintenance",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct takeover_params, spread_to_maintenance),
        .min = 0.0,
        .max = 10.0,
        .unit = "1",
        .fallback = "1.5",
        .doc = "End of the limit: its distance from the mark as a share of the maintenance margin "
               "rate (SMMR).",
    },
    {.key = NULL},
};

const struct takeover_type takeover_fillable = {
    .model =
        {
            .name = "fillable",
            .doc = "No takeover: orders at a limit concession = clamp(BA (1 - equity / "
                   "maintenance), 0, 1) x SMMR x maintenance rate against the mark; each fill "
                   "settles at the bankruptcy price of its part, the fund receiving up to the fee "
                   "cap or paying the difference; an account below zero is deleveraged. Source: "
                   "dYdX v4, protocol/x/clob (GetFillablePrice, GetLiquidationInsuranceFundDelta).",
            .params = rows,
        },
    .how = TAKEOVER_BY_FILLS,
    .limit = limit,
};
