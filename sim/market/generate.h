/*
 * generate.h - makes up a storm: a deterministic market in the files a venue publishes.
 *
 * The index is Merton's jump diffusion (R. C. Merton, "Option pricing when underlying stock
 * returns are discontinuous", J. Financial Economics 3, 1976) on a grid of one second: geometric
 * Brownian motion and compound Poisson jumps with normal log sizes.  Inside the storm window
 * volatility, jump rate, spread and trade rate rise from their calm to their storm values along
 * a trapezoid (up in the first fifth, down in the last), and the path is conditioned on its end:
 * given the jumps, the diffusion is a Brownian bridge, so the index falls by storm_depth exactly.
 *
 *     mark    = index x (1 + basis), basis an Ornstein-Uhlenbeck process around a mean
 *     trades  = a Hawkes process with exponential kernel: `burst` children a trade on average;
 *               price at the mark plus or minus half the spread, outward to the tick; the
 *               aggressor leans to the side the second's return went; lognormal sizes
 *     funding = Binance's formula on the mean basis of the interval, clamped
 *
 * Written under the directory, in the form of data.binance.vision (UTC days, USD-M futures):
 *
 *     <S>-trades-<date>.csv                 id,price,qty,quote_qty,time,is_buyer_maker
 *     <S>-mark-<date>.csv                   time,mark_price: every second, seawall's plain form
 *     markPriceKlines/<S>-1m-<date>.csv     twelve kline columns; indexPriceKlines/ likewise
 *     <S>-fundingRate-<month>.csv           calc_time,funding_interval_hours,last_funding_rate
 *
 * Equal options give equal bytes.  Files appear only when all are complete: each is written as
 * <name>.partial and synced, and they are renamed together at the end.  What this is not: a
 * calibrated market.  There is no order book, and nothing reacts to the trades.
 */
#ifndef SIM_MARKET_GENERATE_H
#define SIM_MARKET_GENERATE_H

#include <stdint.h>

#include "base/error.h"
#include "base/money.h"
#include "base/param.h"
#include "base/text.h"
#include "base/timeline.h"

/* Every field is a key of generate_params[], which has its unit, range, default and meaning. */
struct generate_options {
    char *symbol; /* owned */
    time_ns_t start, duration;
    double start_price;
    struct decimal tick, lot;
    double volatility;
    double jump_rate, jump_mean, jump_sigma;
    time_ns_t storm_start, storm_length;
    double storm_depth, storm_volatility;
    double storm_jump_rate, storm_jump_mean, storm_jump_sigma;
    double spread, storm_spread;
    double trade_rate, storm_trade_rate;
    double burst;
    time_ns_t burst_time;
    double side_bias;
    double trade_notional, trade_sigma, trade_notional_max;
    double basis_mean, storm_basis, basis_sigma;
    time_ns_t basis_time;
    int64_t funding_hours;
    rate_t funding_cap;
    int64_t seed;
};

/* What was written. */
struct generate_summary {
    uint64_t files, bytes;
    uint64_t trades, marks, fundings; /* rows */
    double notional;                  /* traded, quote currency */
    double mark_first, mark_last;     /* quote currency */
    double mark_lowest;
    double storm_fall;     /* of the mark over the storm window, share; 0.35 is a fall of 35 % */
    time_ns_t first, last; /* of the marks */
};

/* The table of the keys; the only place where defaults and ranges are. */
extern const struct param generate_params[];

/* Fills in the defaults of the table; {0} is safe to clear. */
enum status generate_options_init(struct generate_options *options, struct error *err) MUST_CHECK;

void generate_options_clear(struct generate_options *options);

/* Applies one "key=value".  ERR_USAGE for an unknown key or no '=', ERR_RANGE for a value that is
 * malformed or outside its range; the options are then unchanged. */
enum status generate_options_set(struct generate_options *options, const char *assignment,
                                 struct error *err) MUST_CHECK;

/* Appends every option as one "key=value" line that generate_options_set() reads back. */
void generate_options_print(const struct generate_options *options, struct text *out);

/* Appends the manual: one paragraph a key with its default, range and unit. */
void generate_options_help(struct text *out);

/* Writes the files into `directory`, which is created with its parents; *summary may be NULL.
 * ERR_RANGE when options contradict each other or a price leaves its range, ERR_CREATE and ERR_IO
 * from the file system; then none of the files is there. */
enum status generate_write(const struct generate_options *options, const char *directory,
                           struct generate_summary *summary, struct error *err) MUST_CHECK;

#endif
