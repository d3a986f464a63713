#include "models/funding_rate.h"

#include <math.h>

static double
rate(const struct funding_params *params, const struct funding_inputs *inputs)
{
    (void)params;
    return isnan(inputs->tape) ? 0.0 : inputs->tape;
}

static const struct param rows[] = {{.key = NULL}};

const struct funding_type funding_tape = {
    .model =
        {
            .name = "tape",
            .doc = "The funding rate on the tape, as the venue published it: nothing is computed.",
            .params = rows,
        },
    .rate = rate,
};
