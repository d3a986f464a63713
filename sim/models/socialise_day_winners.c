#include "models/socialise.h"

static const struct param rows[] = {
    {
        .key = "period",
        .type = PARAM_DURATION,
        .offset = offsetof(struct socialise_params, period),
        .min = 60.0,
        .max = 2592000.0,
        .unit = "s",
        .fallback = "24h",
        .doc = "Length of a settlement period.",
    },
    {
        .key = "at",
        .type = PARAM_DURATION,
        .offset = offsetof(struct socialise_params, at),
        .min = 0.0,
        .max = 2592000.0,
        .unit = "s",
        .fallback = "8h",
        .doc = "When a period ends, counted from Thursday, 1970-01-01 00:00 UTC.",
    },
    {.key = NULL},
};

const struct socialise_type socialise_day_winners = {
    .model =
        {
            .name = "day_winners",
            .doc = "At the end of the trading session its winners give up the same share of what "
                   "they won. Source: Deribit, insurance (socialised among the winning traders of "
                   "the day).",
            .params = rows,
        },
    .base = SOCIALISE_BY_PROFIT,
    .at_period_end = true,
};
