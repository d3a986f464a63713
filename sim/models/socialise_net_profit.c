#include "models/socialise.h"

static const struct param rows[] = {
    {
        .key = "period",
        .type = PARAM_DURATION,
        .offset = offsetof(struct socialise_params, period),
        .min = 60.0,
        .max = 2592000.0,
        .unit = "s",
        .fallback = "7d",
        .doc = "Length of a settlement period.",
    },
    {
        .key = "at",
        .type = PARAM_DURATION,
        .offset = offsetof(struct socialise_params, at),
        .min = 0.0,
        .max = 2592000.0,
        .unit = "s",
        .fallback = "32h",
        .doc = "When a period ends, counted from Thursday, 1970-01-01 00:00 UTC.",
    },
    {.key = NULL},
};

const struct socialise_type socialise_net_profit = {
    .model =
        {
            .name = "net_profit",
            .doc = "At the end of the settlement period all accounts with a net profit in it give "
                   "up the same share of that profit. Source: OKEx, full account clawback (futures "
                   "of 2018: weekly, Friday 16:00 HKT).",
            .params = rows,
        },
    .base = SOCIALISE_BY_PROFIT,
    .at_period_end = true,
};
