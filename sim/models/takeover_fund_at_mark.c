#include "models/takeover_kind.h"

static const struct param rows[] = {
    {.key = NULL},
};

const struct takeover_type takeover_fund_at_mark = {
    .model =
        {
            .name = "fund_at_mark",
            .doc = "The fund takes the position at the present mark together with all remaining "
                   "collateral, and disposes of it as the close-out says. Source: Vega protocol, "
                   "network disposal of distressed parties (as its integration tests assert it).",
            .params = rows,
        },
    .how = TAKEOVER_AT_MARK,
};
