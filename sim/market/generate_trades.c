#include "market/generate_trades.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/fixed.h"
#include "base/rng.h"
#include "market/generate_format.h"

/* Streams of RNG_MARKET_TRADES, one an entity. */
enum { TRADES_TIME = 0, TRADES_SIDE = 1, TRADES_SIZE = 2 };

enum { QUOTE_DECIMALS = 8, ROW_MAX = 256, NAME_MAX_BYTES = 96 };

static const char trades_header[] = "id,price,qty,quote_qty,time,is_buyer_maker\n";

struct trades {
    const struct generate_options *options;
    const struct generate_path *path;
    struct generate_files *files;
    struct generate_summary *summary;
    struct rng time_rng, side_rng, size_rng;
    double tick, lot;  /* natural units */
    double excitement; /* rate of children of trades so far, 1/s */
    int64_t id;
};

static double
natural(struct decimal decimal)
{
    return (double)decimal.value / (double)fixed_power_of_ten[decimal.scale];
}

/* Which side the aggressor is on: +1 buys, -1 sells. */
static int
draw_side(struct trades *trades, size_t second)
{
    const double *index = trades->path->index;
    const double deviation = generate_path_deviation(trades->options, second);
    const double step = log(index[second + 1] / index[second]);
    double log_odds = 0;
    if (deviation > 0)
        log_odds = trades->options->side_bias * fmax(-8, fmin(8, step / deviation));
    return rng_uniform(&trades->side_rng) < 1 / (1 + exp(-log_odds)) ? 1 : -1;
}

/* A trade's price in ticks: the mark at that moment and half the spread, outward to the tick. */
static int64_t
price_ticks(const struct trades *trades, size_t second, double share, int side)
{
    const struct generate_options *options = trades->options;
    const double *mark = trades->path->mark;
    const double middle = mark[second] + (mark[second + 1] - mark[second]) * share;
    const double weight = generate_path_storm(options, second);
    const double spread = options->spread + (options->storm_spread - options->spread) * weight;
    const double price = middle * (1 + 0.5 * spread * side) / trades->tick;
    const int64_t ticks = (int64_t)(side > 0 ? ceil(price) : floor(price));
    return ticks > 1 ? ticks : 1;
}

/* A trade's quantity in lots, at least one. */
static int64_t
draw_lots(struct trades *trades, double price)
{
    const struct generate_options *options = trades->options;
    const double drawn =
        rng_lognormal(&trades->size_rng, log(options->trade_notional), options->trade_sigma);
    const double notional = fmin(drawn, options->trade_notional_max);
    const double lots = floor(notional / (price * trades->lot));
    return lots < 1 ? 1 : lots > 1e15 ? INT64_C(1000000000000000) : (int64_t)lots;
}

static enum status
write_trade(struct trades *trades, size_t second, double share, struct error *err)
{
    const struct generate_options *options = trades->options;
    const int side = draw_side(trades, second);
    const int64_t ticks = price_ticks(trades, second, share, side);
    const int64_t lots = draw_lots(trades, (double)ticks * trades->tick);
    int64_t price, quantity, quote;
    if (__builtin_mul_overflow(ticks, options->tick.value, &price) ||
        __builtin_mul_overflow(lots, options->lot.value, &quantity) ||
        __builtin_mul_overflow(price, quantity, &quote))
        return error_set(err, ERR_RANGE,
                         "generate: %lld lots of %lld ticks do not fit 64 bits; use a coarser "
                         "tick or lot",
                         (long long)lots, (long long)ticks);
    const int quote_scale = options->tick.scale + options->lot.scale;
    const int64_t time_ms =
        options->start / 1000000 + (int64_t)second * 1000 + (int64_t)(share * 1000);
    char price_text[48], quantity_text[48], quote_text[48], row[ROW_MAX];
    generate_format_padded(price_text, price, options->tick.scale, options->tick.scale);
    generate_format_padded(quantity_text, quantity, options->lot.scale, options->lot.scale);
    generate_format_padded(quote_text, quote, quote_scale, QUOTE_DECIMALS);
    const int length =
        snprintf(row, sizeof(row), "%lld,%s,%s,%s,%lld,%s\n", (long long)++trades->id, price_text,
                 quantity_text, quote_text, (long long)time_ms, side > 0 ? "false" : "true");
    assert(length > 0 && (size_t)length < sizeof(row));
    trades->summary->trades++;
    trades->summary->notional += (double)quote / (double)fixed_power_of_ten[quote_scale];
    return generate_files_write(trades->files, row, (size_t)length, err);
}

/* All trades of one second.  Between trades the rate only falls, so the rate now bounds it until
 * the next one: a candidate at that rate is kept with the ratio of the true rate then. */
static enum status
write_second(struct trades *trades, size_t second, struct error *err)
{
    const struct generate_options *options = trades->options;
    const double weight = generate_path_storm(options, second);
    const double rate =
        options->trade_rate + (options->storm_trade_rate - options->trade_rate) * weight;
    const double background = rate * (1 - options->burst);
    const double decay = 1e9 / (double)options->burst_time;
    double share = 0;
    for (;;) {
        const double bound = background + trades->excitement;
        const double wait = bound > 1e-9 ? rng_exponential(&trades->time_rng, 1 / bound) : 1;
        if (share + wait >= 1) {
            trades->excitement *= exp(-decay * (1 - share));
            return OK;
        }
        share += wait;
        trades->excitement *= exp(-decay * wait);
        if (rng_uniform(&trades->time_rng) * bound > background + trades->excitement)
            continue;
        trades->excitement += options->burst * decay;
        TRY(write_trade(trades, second, share, err));
    }
}

static enum status
open_day(struct trades *trades, time_ns_t time, struct error *err)
{
    char date[GENERATE_DATE_MAX], name[NAME_MAX_BYTES];
    generate_format_date(date, time);
    snprintf(name, sizeof(name), "%s-trades-%s.csv", trades->options->symbol, date);
    TRY(generate_files_open(trades->files, name, err));
    return generate_files_write(trades->files, trades_header, sizeof(trades_header) - 1, err);
}

enum status
generate_trades_write(const struct generate_options *options, const struct generate_path *path,
                      struct generate_files *files, struct generate_summary *summary,
                      struct error *err)
{
    const uint64_t seed = (uint64_t)options->seed;
    struct trades trades = {
        .options = options,
        .path = path,
        .files = files,
        .summary = summary,
        .tick = natural(options->tick),
        .lot = natural(options->lot),
    };
    rng_init(&trades.time_rng, seed, RNG_MARKET_TRADES, TRADES_TIME);
    rng_init(&trades.side_rng, seed, RNG_MARKET_TRADES, TRADES_SIDE);
    rng_init(&trades.size_rng, seed, RNG_MARKET_TRADES, TRADES_SIZE);
    for (size_t second = 0; second < path->seconds; second++) {
        const time_ns_t time = options->start + (int64_t)second * TIME_NS_SECOND;
        if (second == 0 || time % TIME_NS_DAY == 0)
            TRY(open_day(&trades, time, err));
        TRY(write_second(&trades, second, err));
    }
    return generate_files_close(files, err);
}
