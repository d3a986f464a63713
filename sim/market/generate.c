#include "market/generate.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fixed.h"
#include "market/generate_files.h"
#include "market/generate_format.h"
#include "market/generate_path.h"
#include "market/generate_trades.h"

enum { ROW_MAX = 320, NAME_MAX_BYTES = 96, DECIMALS_MAX = 8, PRICE_TEXT = 48 };

static const char mark_header[] = "time,mark_price\n";
static const char kline_header[] = "open_time,open,high,low,close,volume,close_time,quote_volume,"
                                   "count,taker_buy_volume,taker_buy_quote_volume,ignore\n";
static const char funding_header[] = "calc_time,funding_interval_hours,last_funding_rate\n";

/* Binance's funding formula: interest and the band around it, shares per interval. */
static const double funding_interest = 0.0001, funding_band = 0.0005;

/* What the rows cannot say: options that contradict each other. */
static enum status
check_options(const struct generate_options *options, struct error *err)
{
    if (options->start % TIME_NS_MINUTE != 0 || options->duration % TIME_NS_MINUTE != 0)
        return error_set(err, ERR_RANGE,
                         "generate: start and duration must be whole minutes, as klines are");
    if (options->storm_start % TIME_NS_SECOND != 0 || options->storm_length % TIME_NS_SECOND != 0)
        return error_set(err, ERR_RANGE,
                         "generate: storm_start and storm_length must be whole seconds");
    if (options->storm_length > 0 &&
        options->storm_start + options->storm_length > options->duration)
        return error_set(err, ERR_RANGE,
                         "generate: the storm ends after the market: storm_start + storm_length "
                         "must be at most duration");
    if (options->tick.scale + options->lot.scale > DECIMALS_MAX)
        return error_set(err, ERR_RANGE,
                         "generate: tick has %d decimals and lot %d: at most %d together",
                         options->tick.scale, options->lot.scale, DECIMALS_MAX);
    if (24 % options->funding_hours != 0)
        return error_set(err, ERR_RANGE, "generate: funding_hours=%lld must divide 24",
                         (long long)options->funding_hours);
    if (options->start > INT64_MAX - options->duration)
        return error_set(err, ERR_RANGE, "generate: the market ends after the year 2262");
    return OK;
}

/* A path price to the decimals of the tick (not to the tick: marks are finer). */
static int64_t
fixed_price(const struct generate_options *options, double price)
{
    return (int64_t)llround(price * (double)fixed_power_of_ten[options->tick.scale]);
}

static enum status
open_day(const struct generate_options *options, struct generate_files *files, const char *format,
         time_ns_t time, const char *header, struct error *err)
{
    char name[NAME_MAX_BYTES], date[GENERATE_DATE_MAX];
    generate_format_date(date, time);
    if (strcmp(format, "fundingRate") == 0)
        snprintf(name, sizeof(name), "%s-fundingRate-%.7s.csv", options->symbol, date);
    else if (strcmp(format, "mark") == 0)
        snprintf(name, sizeof(name), "%s-mark-%s.csv", options->symbol, date);
    else
        snprintf(name, sizeof(name), "%s/%s-1m-%s.csv", format, options->symbol, date);
    TRY(generate_files_open(files, name, err));
    return generate_files_write(files, header, strlen(header), err);
}

static enum status
write_marks(const struct generate_options *options, const struct generate_path *path,
            struct generate_files *files, struct generate_summary *summary, struct error *err)
{
    for (size_t i = 0; i < path->seconds; i++) {
        const time_ns_t time = options->start + (int64_t)i * TIME_NS_SECOND;
        if (i == 0 || time % TIME_NS_DAY == 0)
            TRY(open_day(options, files, "mark", time, mark_header, err));
        char row[ROW_MAX], price[PRICE_TEXT];
        generate_format_padded(price, fixed_price(options, path->mark[i]), options->tick.scale,
                               options->tick.scale);
        const int length =
            snprintf(row, sizeof(row), "%lld,%s\n", (long long)(time / 1000000), price);
        TRY(generate_files_write(files, row, (size_t)length, err));
        summary->marks++;
    }
    return generate_files_close(files, err);
}

/* Open, high, low and close of the 60 values from values[0]. */
static void
format_bar(const struct generate_options *options, const double *values, char text[4][PRICE_TEXT])
{
    double high = values[0], low = values[0];
    for (size_t i = 1; i < 60; i++) {
        high = fmax(high, values[i]);
        low = fmin(low, values[i]);
    }
    const double bar[4] = {values[0], high, low, values[59]};
    for (size_t i = 0; i < 4; i++)
        generate_format_padded(text[i], fixed_price(options, bar[i]), options->tick.scale,
                               options->tick.scale);
}

static enum status
write_klines(const struct generate_options *options, const char *kind, const double *values,
             size_t seconds, struct generate_files *files, struct error *err)
{
    for (size_t i = 0; i < seconds; i += 60) {
        const time_ns_t time = options->start + (int64_t)i * TIME_NS_SECOND;
        if (i == 0 || time % TIME_NS_DAY == 0)
            TRY(open_day(options, files, kind, time, kline_header, err));
        char row[ROW_MAX], price[4][PRICE_TEXT];
        format_bar(options, values + i, price);
        const long long open_ms = (long long)(time / 1000000);
        const int length =
            snprintf(row, sizeof(row), "%lld,%s,%s,%s,%s,0,%lld,0,60,0,0,0\n", open_ms, price[0],
                     price[1], price[2], price[3], open_ms + 59999);
        assert(length > 0 && (size_t)length < sizeof(row));
        TRY(generate_files_write(files, row, (size_t)length, err));
    }
    return generate_files_close(files, err);
}

static double
clamp(double value, double limit)
{
    return fmax(-limit, fmin(limit, value));
}

/* Premium P is the mean basis since the last funding (or the start); the rate is
 * P + clamp(interest - P, band), then clamped to the cap. */
static rate_t
funding_rate(const struct generate_path *path, size_t from, size_t to)
{
    double premium = 0;
    for (size_t i = from; i < to; i++)
        premium += path->mark[i] / path->index[i] - 1;
    premium /= (double)(to - from);
    const double rate = premium + clamp(funding_interest - premium, funding_band);
    return (rate_t)llround(rate * 1e8) * (RATE_ONE / 100000000);
}

static enum status
write_fundings(const struct generate_options *options, const struct generate_path *path,
               struct generate_files *files, struct generate_summary *summary, struct error *err)
{
    const time_ns_t interval = options->funding_hours * TIME_NS_HOUR;
    char month[GENERATE_DATE_MAX] = "";
    size_t last = 0;
    for (size_t i = 1; i < path->seconds; i++) {
        const time_ns_t time = options->start + (int64_t)i * TIME_NS_SECOND;
        if (time % interval != 0)
            continue;
        char date[GENERATE_DATE_MAX], row[ROW_MAX], text[PRICE_TEXT];
        generate_format_date(date, time);
        if (strncmp(date, month, 7) != 0)
            TRY(open_day(options, files, "fundingRate", time, funding_header, err));
        memcpy(month, date, sizeof(month));
        rate_t rate = funding_rate(path, last, i);
        rate = rate > options->funding_cap ? options->funding_cap : rate;
        rate = rate < -options->funding_cap ? -options->funding_cap : rate;
        generate_format_padded(text, rate / (RATE_ONE / 100000000), 8, 8);
        const int length = snprintf(row, sizeof(row), "%lld,%lld,%s\n", (long long)(time / 1000000),
                                    (long long)options->funding_hours, text);
        TRY(generate_files_write(files, row, (size_t)length, err));
        summary->fundings++;
        last = i;
    }
    return generate_files_close(files, err);
}

static void
summarise_path(const struct generate_options *options, const struct generate_path *path,
               struct generate_summary *summary)
{
    summary->first = options->start;
    summary->last = options->start + (int64_t)(path->seconds - 1) * TIME_NS_SECOND;
    summary->mark_first = path->mark[0];
    summary->mark_last = path->mark[path->seconds - 1];
    summary->mark_lowest = path->mark[0];
    for (size_t i = 1; i < path->seconds; i++)
        summary->mark_lowest = fmin(summary->mark_lowest, path->mark[i]);
    if (options->storm_length > 0) {
        const size_t from = (size_t)(options->storm_start / TIME_NS_SECOND);
        const size_t to = from + (size_t)(options->storm_length / TIME_NS_SECOND);
        summary->storm_fall = 1 - path->mark[to] / path->mark[from];
    }
}

static enum status
write_all(const struct generate_options *options, const struct generate_path *path,
          struct generate_files *files, struct generate_summary *summary, struct error *err)
{
    TRY(write_marks(options, path, files, summary, err));
    TRY(write_klines(options, "markPriceKlines", path->mark, path->seconds, files, err));
    TRY(write_klines(options, "indexPriceKlines", path->index, path->seconds, files, err));
    TRY(write_fundings(options, path, files, summary, err));
    return generate_trades_write(options, path, files, summary, err);
}

enum status
generate_write(const struct generate_options *options, const char *directory,
               struct generate_summary *summary, struct error *err)
{
    struct generate_summary own = {0};
    struct generate_path path = {0};
    struct generate_files files = {.directory = directory};
    if (directory[0] == '\0')
        return error_set(err, ERR_USAGE, "generate: the name of the output directory is empty");
    TRY(check_options(options, err));
    TRY(generate_path_init(&path, options, err));
    summarise_path(options, &path, &own);
    enum status status = write_all(options, &path, &files, &own, err);
    own.files = files.count;
    own.bytes = files.bytes;
    if (status == OK)
        status = generate_files_commit(&files, err);
    else
        generate_files_abort(&files);
    generate_path_clear(&path);
    if (status == OK && summary != NULL)
        *summary = own;
    return status;
}
