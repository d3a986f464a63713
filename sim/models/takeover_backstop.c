#include "models/takeover_kind.h"

#include <stddef.h>

static const struct param rows[] = {
    {
        .key = "fraction",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct takeover_params, fraction),
        .min = 0.0,
        .max = 1.0,
        .unit = "1",
        .fallback = "0.6666666666666667",
        .doc = "Share of maintenance margin below which the vault takes the position; until then "
               "it is closed in the market for the trader's account.",
    },
    {.key = NULL},
};

const struct takeover_type takeover_backstop = {
    .model =
        {
            .name = "backstop",
            .doc = "Market orders for the trader's account first; when equity falls below a "
                   "fraction of maintenance margin the fund's vault takes the position at the mark "
                   "with all the margin that is left, and none of it goes back. Source: "
                   "Hyperliquid, liquidations (2/3 of maintenance margin).",
            .params = rows,
        },
    .how = TAKEOVER_AT_MARK,
    .staged = true,
};
