#include "models/socialise.h"

static const struct param rows[] = {
    {
        .key = "opposite_only",
        .type = PARAM_BOOL,
        .offset = offsetof(struct socialise_params, opposite_only),
        .unit = "",
        .fallback = "false",
        .doc = "Whether only the side opposite to the bankrupt pays.",
    },
    {.key = NULL},
};

const struct socialise_type socialise_open_interest = {
    .model =
        {
            .name = "open_interest",
            .doc = "The loss a unit of open interest, rounded up, is charged to every position of "
                   "the instrument by its size. Source: Drift v2, resolve_perp_bankruptcy (both "
                   "sides); Mai protocol v2 (the opposite side).",
            .params = rows,
        },
    .base = SOCIALISE_BY_OPEN_INTEREST,
};
