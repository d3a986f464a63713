#include "models/takeover_kind.h"

static const struct param rows[] = {
    {.key = NULL},
};

const struct takeover_type takeover_bankruptcy = {
    .model =
        {
            .name = "bankruptcy",
            .doc = "The engine takes the whole position over at its bankruptcy price, where its "
                   "margin is just used up, and sells it on: better is surplus, worse a deficit. A "
                   "cross account's equity is allocated to its positions by maintenance margin. "
                   "Source: OKX, Binance, BitMEX and Bybit liquidation pages (mechanics of 2018 to "
                   "2025); allocation, dYdX v4.",
            .params = rows,
        },
    .how = TAKEOVER_AT_BANKRUPTCY,
};
