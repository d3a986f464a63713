#include "models/mark_kind.h"

static double
price(const struct mark_params *params, const struct mark_inputs *inputs, double basis)
{
    (void)params, (void)basis;
    return inputs->tape;
}

static const struct param rows[] = {{.key = NULL}};

const struct mark_type mark_tape = {
    .model =
        {
            .name = "tape",
            .doc = "The mark price on the tape, as the venue published it: nothing is computed.",
            .params = rows,
        },
    .price = price,
};
