#include "models/mark_kind.h"

#include <assert.h>
#include <math.h>

#include "base/median.h"

/* The index and what is left of this interval's funding. */
static double
funded_index(const struct mark_inputs *inputs)
{
    if (isnan(inputs->funding_rate))
        return inputs->index;
    assert(inputs->funding_interval > 0);
    const double left =
        (double)(inputs->next_funding - inputs->time) / (double)inputs->funding_interval;
    return inputs->index * (1.0 + inputs->funding_rate * fmin(fmax(left, 0.0), 1.0));
}

static double
price(const struct mark_params *params, const struct mark_inputs *inputs, double basis)
{
    (void)params;
    double prices[] = {
        funded_index(inputs),
        inputs->index + basis,
        inputs->last,
    };
    return median_known(prices, sizeof(prices) / sizeof(*prices));
}

static const struct param rows[] = {
    MARK_WINDOW("30s"),
    MARK_SAMPLING,
    MARK_AVERAGE,
    {.key = NULL},
};

const struct mark_type mark_median3 = {
    .model =
        {
            .name = "median3",
            .doc = "mark = median(P1, P2, last); P1 = index x (1 + last funding rate x time to the "
                   "next funding / interval), P2 = index + average over the window of (best bid + "
                   "best ask) / 2 - index; the median of those that are known. Binance USD-M: "
                   "window 30 s with a sample a second since 2025-09-18 08:01 UTC, 1 min before, "
                   "150 s with a sample every 5 s at first. Source: Binance support, mark price "
                   "in USD-margined futures.",
            .params = rows,
        },
    .price = price,
    .averages = true,
};
