#include "models/socialise.h"

static const struct param rows[] = {
    {.key = NULL},
};

const struct socialise_type socialise_step_gains = {
    .model =
        {
            .name = "step_gains",
            .doc = "The gains of this very settlement are cut in proportion. Source: Vega "
                   "protocol, loss socialisation.",
            .params = rows,
        },
    .base = SOCIALISE_BY_GAIN,
};
