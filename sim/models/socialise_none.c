#include "models/socialise.h"

static const struct param rows[] = {
    {.key = NULL},
};

const struct socialise_type socialise_none = {
    .model =
        {
            .name = "none",
            .doc = "Nothing is shared: what the other stages leave is uncovered.",
            .params = rows,
        },
    .base = SOCIALISE_BY_OPEN_INTEREST,
};
