#include "models/mark_kind.h"

#include <assert.h>
#include <math.h>

#include "base/median.h"

/* What is not above 0 is no price. */
static double
known(double value)
{
    return value > 0.0 ? value : NAN;
}

static double
price(const struct mark_params *params, const struct mark_inputs *inputs, double basis)
{
    (void)basis;
    assert(params->band >= 0.0);
    const double index = known(inputs->index);
    double prices[] = {index, known(inputs->last), known(inputs->mid)};
    const double middle = median_known(prices, sizeof(prices) / sizeof(*prices));
    if (isnan(index))
        return middle;
    return fmin(fmax(middle, index - params->band * index), index + params->band * index);
}

static const struct param rows[] = {
    {
        .key = "band",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct mark_params, band),
        .min = 0.0,
        .max = 1.0,
        .unit = "1",
        .fallback = "0.5%",
        .doc = "How far the mark may be from the index, as a share of it.",
    },
    {.key = NULL},
};

const struct mark_type mark_median_clamp = {
    .model =
        {
            .name = "median_clamp",
            .doc = "mark = median(index, last, impact mid), the median of those that are known, "
                   "kept within (1 -+ band) x index; without an index it is not clamped. However "
                   "thin the book, a mark moves no further than the band from spot. Source: FLOX "
                   "(flox-foundation/flox), venue mark price.",
            .params = rows,
        },
    .price = price,
    .impact = true,
};
