/*
 * report_data.h - the series of a result, thinned for charts and summed up per bin for tables.
 *
 * One pass over each series in blocks.  Charted are the first REPORT_DATA_CHARTS pools and as many
 * instruments of the scenario; each gets fewer columns the more there are.
 */
#ifndef SIM_IO_REPORT_DATA_H
#define SIM_IO_REPORT_DATA_H

#include "base/text.h"
#include "io/result.h"
#include "io/thin.h"

enum { REPORT_DATA_CHARTS = 12, REPORT_DATA_COLUMNS = 1100, REPORT_DATA_BINS = 120 };

/* One step of the tables and of the bars. */
struct report_bin {
    uint64_t samples;
    int64_t low, high, last; /* of the value: balance or mark price */
    int64_t sum;             /* pools: largest 8-hour drawdown; instruments: liquidated notional */
};

struct report_series {
    size_t member;    /* which pool or instrument */
    struct thin thin; /* pools: balance, 8-hour drawdown; instruments: mark price */
    struct report_bin bins[REPORT_DATA_BINS + 2];
};

struct report_data {
    time_ns_t step;      /* of the bins */
    time_ns_t bin_first; /* start of bin 0: a multiple of step */
    size_t bin_count;
    struct report_series *pools; /* owned */
    size_t pool_count;
    struct report_series *instruments; /* owned */
    size_t instrument_count;
};

enum status report_data_read(struct report_data *data, const struct result *result,
                             struct error *err) MUST_CHECK;
void report_data_clear(struct report_data *data);

/* Start of bin i. */
time_ns_t report_data_bin_time(const struct report_data *data, size_t i);

/* Appends the JSON the script of the page draws. */
void report_data_json(const struct report_data *data, const struct result *result,
                      struct text *out);

#endif
