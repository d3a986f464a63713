/* Index, funding rates and payments. */
#include <math.h>

#include "engine/funding.h"
#include "golden.h"
#include "models/funding_rate.h"
#include "models/index_kind.h"

enum { DECIMALS = 8 };

static void
payment(struct golden *row)
{
    const double *in = row->in;
    struct contract contract = {
        .kind = CONTRACT_INVERSE, .size = {1, 0}, .money_decimals = DECIMALS};
    if (!golden_has(row, 3, 2) || contract_init(&contract, NULL) != OK)
        return;
    const money_t coin = funding_payment(&contract, -(int64_t)in[0], (int64_t)in[2],
                                         llround(in[1] * (double)RATE_ONE));
    golden_is(row, 1, money_to_double(coin, DECIMALS));
    golden_is(row, 0, money_to_double(coin, DECIMALS) * in[2]);
}

static void
capped_rate(struct golden *row)
{
    const double *in = row->in;
    if (!golden_has(row, 3, 2))
        return;
    const rate_t rate = funding_rate_for(llround(in[0] * (double)RATE_ONE), 1, (int64_t)in[1]);
    golden_is_printed(row, 0, (double)rate / (double)RATE_ONE);
    golden_is(row, 1,
              (double)funding_rate_capped(rate, llround(in[2] * (double)RATE_ONE)) /
                  (double)RATE_ONE);
}

/* Clamped to 2 % about the median of all. */
static void
clamped_index(struct golden *row)
{
    const struct index_params params = {.staleness = 1, .clamp = 0.02};
    struct index_source sources[3];
    if (!golden_has(row, 3, 4))
        return;
    for (size_t i = 0; i < 3; i++)
        sources[i] = (struct index_source){.price = row->in[i], .weight = 1.0};
    const double index = index_price(&index_weighted, &params, sources, 3, 0);
    golden_is(row, 3, index);
    golden_is(row, 2, 3.0 * index - row->in[0] - row->in[1]); /* what the outlier counted as */
}

/* Four times of the day, each with the first and the last minute of the window. */
static void
rolling_window(struct golden *row)
{
    if (!golden_has(row, 8, 17))
        return;
    for (size_t i = 0; i < 4; i++) {
        const time_ns_t now = TIME_NS_DAY + (time_ns_t)row->in[2 * i] * TIME_NS_HOUR +
                              (time_ns_t)row->in[2 * i + 1] * TIME_NS_MINUTE;
        const struct funding_window window = funding_window(now, 8 * TIME_NS_HOUR, true);
        const time_ns_t ends[] = {window.first, window.last};
        for (size_t k = 0; k < 2; k++) {
            const time_ns_t minute = ends[k] / TIME_NS_MINUTE;
            golden_is(row, 4 * i + 2 * k, (double)(minute / 60 % 24));
            golden_is(row, 4 * i + 2 * k + 1, (double)(minute % 60));
        }
        golden_is(row, 16, (double)window.samples);
    }
}

const struct golden_answer golden_rate_answers[] = {
    {"K01", payment},        {"K02", capped_rate}, {"Z01", clamped_index},
    {"Z03", rolling_window}, {NULL, NULL},
};
