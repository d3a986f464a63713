#include "models/takeover_kind.h"

static const struct param rows[] = {
    {.key = NULL},
};

const struct takeover_type takeover_none = {
    .model =
        {
            .name = "none",
            .doc = "No takeover: the position is closed in the market for the trader's account, "
                   "what is left stays the trader's, and only a balance below zero is covered by "
                   "the fund. Source: Deribit, liquidations (incremental reduction by market "
                   "orders).",
            .params = rows,
        },
    .how = TAKEOVER_BY_TRADER,
};
