/* Binance Vision (data.binance.vision): spot, USD-M and COIN-M archives. */
#include "market/format.h"

#define END UINT8_MAX

/* Futures: id,price,qty,quote_qty,time,is_buyer_maker; COIN-M has base_qty.  Spot: never a header,
 * one column more, True/False, microseconds from 2025 on. */
static const struct format_column trades[] = {
    {{"id"}, FORMAT_ID, false},
    {{"price"}, FORMAT_PRICE, false},
    {{"qty"}, FORMAT_QUANTITY, false},
    {{"quote_qty", "quoteQty", "base_qty", "baseQty"}, FORMAT_IGNORED, false},
    {{"time"}, FORMAT_TIME, false},
    {{"is_buyer_maker", "isBuyerMaker"}, FORMAT_MAKER, false},
    {{"is_best_match", "isBestMatch"}, FORMAT_IGNORED, true},
    {{NULL}, FORMAT_IGNORED, false},
};
static const uint8_t trades_futures[] = {0, 1, 2, 3, 4, 5, END};
static const uint8_t trades_spot[] = {0, 1, 2, 3, 4, 5, 6, END};
static const uint8_t *const trades_orders[] = {trades_futures, trades_spot, NULL};

const struct format_type format_binance_trades = {
    .name = "binance_trades",
    .doc = "Binance Vision trades (USD-M, COIN-M, spot); COIN-M quantities are contracts.",
    .kind = TAPE_TRADE,
    .hint = "-trades-",
    .columns = trades,
    .orders = trades_orders,
};

static const struct format_column agg_trades[] = {
    {{"agg_trade_id", "aggTradeId", "aggId"}, FORMAT_ID, false},
    {{"price"}, FORMAT_PRICE, false},
    {{"quantity", "qty"}, FORMAT_QUANTITY, false},
    {{"first_trade_id", "firstTradeId", "firstId"}, FORMAT_IGNORED, false},
    {{"last_trade_id", "lastTradeId", "lastId"}, FORMAT_IGNORED, false},
    {{"transact_time", "transactTime", "time"}, FORMAT_TIME, false},
    {{"is_buyer_maker", "isBuyerMaker"}, FORMAT_MAKER, false},
    {{"is_best_match", "isBestMatch"}, FORMAT_IGNORED, true},
    {{NULL}, FORMAT_IGNORED, false},
};
static const uint8_t agg_futures[] = {0, 1, 2, 3, 4, 5, 6, END};
static const uint8_t agg_spot[] = {0, 1, 2, 3, 4, 5, 6, 7, END};
static const uint8_t *const agg_orders[] = {agg_futures, agg_spot, NULL};

const struct format_type format_binance_agg_trades = {
    .name = "binance_aggTrades",
    .doc = "Binance Vision aggregated trades (USD-M, COIN-M, spot).",
    .kind = TAPE_TRADE,
    .hint = "-aggTrades-",
    .columns = agg_trades,
    .orders = agg_orders,
};

/* All kline files have the same twelve columns; mark and index files fill only times and prices. */
static const uint8_t klines_order[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, END};
static const uint8_t *const klines_orders[] = {klines_order, NULL};

static const struct format_column klines[] = {
    {{"open_time"}, FORMAT_TIME, false},
    {{"open"}, FORMAT_PRICE, false},
    {{"high"}, FORMAT_HIGH, false},
    {{"low"}, FORMAT_LOW, false},
    {{"close"}, FORMAT_CLOSE, false},
    {{"volume"}, FORMAT_QUANTITY, false},
    {{"close_time"}, FORMAT_TIME_LAST, false},
    {{"quote_volume", "quote_asset_volume"}, FORMAT_IGNORED, false},
    {{"count", "number_of_trades"}, FORMAT_IGNORED, false},
    {{"taker_buy_volume", "taker_buy_base_asset_volume"}, FORMAT_IGNORED, false},
    {{"taker_buy_quote_volume", "taker_buy_quote_asset_volume"}, FORMAT_IGNORED, false},
    {{"ignore"}, FORMAT_IGNORED, false},
    {{NULL}, FORMAT_IGNORED, false},
};

static const struct format_column price_klines[] = {
    {{"open_time"}, FORMAT_TIME, false},
    {{"open"}, FORMAT_PRICE, false},
    {{"high"}, FORMAT_HIGH, false},
    {{"low"}, FORMAT_LOW, false},
    {{"close"}, FORMAT_CLOSE, false},
    {{"volume"}, FORMAT_IGNORED, false},
    {{"close_time"}, FORMAT_TIME_LAST, false},
    {{"quote_volume", "quote_asset_volume"}, FORMAT_IGNORED, false},
    {{"count", "number_of_trades"}, FORMAT_IGNORED, false},
    {{"taker_buy_volume", "taker_buy_base_asset_volume"}, FORMAT_IGNORED, false},
    {{"taker_buy_quote_volume", "taker_buy_quote_asset_volume"}, FORMAT_IGNORED, false},
    {{"ignore"}, FORMAT_IGNORED, false},
    {{NULL}, FORMAT_IGNORED, false},
};

const struct format_type format_binance_klines = {
    .name = "binance_klines",
    .doc = "Binance Vision klines of trades: bars, so four rows each.",
    .kind = TAPE_TRADE,
    .bars = true,
    .hint = "/klines/",
    .columns = klines,
    .orders = klines_orders,
};

const struct format_type format_binance_mark_klines = {
    .name = "binance_markPriceKlines",
    .doc = "Binance Vision klines of the mark price: bars without volume.",
    .kind = TAPE_MARK,
    .bars = true,
    .hint = "markPriceKlines",
    .columns = price_klines,
    .orders = klines_orders,
};

const struct format_type format_binance_index_klines = {
    .name = "binance_indexPriceKlines",
    .doc = "Binance Vision klines of the index price: bars without volume.",
    .kind = TAPE_INDEX,
    .bars = true,
    .hint = "indexPriceKlines",
    .columns = price_klines,
    .orders = klines_orders,
};

/* Times carry a jitter of some ms after the hour and are kept as they are. */
static const struct format_column funding[] = {
    {{"calc_time"}, FORMAT_TIME, false},
    {{"funding_interval_hours"}, FORMAT_IGNORED, true},
    {{"last_funding_rate"}, FORMAT_RATE, false},
    {{NULL}, FORMAT_IGNORED, false},
};
static const uint8_t funding_order[] = {0, 1, 2, END};
static const uint8_t *const funding_orders[] = {funding_order, NULL};

const struct format_type format_binance_funding = {
    .name = "binance_fundingRate",
    .doc = "Binance Vision funding rates, at the time they were settled.",
    .kind = TAPE_FUNDING,
    .hint = "-fundingRate-",
    .columns = funding,
    .orders = funding_orders,
};
