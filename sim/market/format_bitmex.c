/*
 * BitMEX /trade/bucketed as CSV.  Stamps are the END of the bar: in XBTUSD 2019 the minutes stamped
 * :01 and :02 are the busiest of the hour (1.4 times those stamped :59 and :00), as its first two
 * minutes are when stamped at the end; the venue's documentation says the same.  `open` is the
 * previous close and may lie outside [low, high]; a minute without trades has volume 0.
 */
#include "market/format.h"

static const struct format_column bars[] = {
    {{"timestamp"}, FORMAT_TIME, false},
    {{"symbol"}, FORMAT_SYMBOL, false},
    {{"open"}, FORMAT_PRICE, false},
    {{"high"}, FORMAT_HIGH, false},
    {{"low"}, FORMAT_LOW, false},
    {{"close"}, FORMAT_CLOSE, false},
    {{"trades"}, FORMAT_IGNORED, false},
    {{"volume"}, FORMAT_QUANTITY, false},
    {{"vwap"}, FORMAT_IGNORED, true},
    {{"lastSize"}, FORMAT_IGNORED, true},
    {{"turnover"}, FORMAT_IGNORED, true},
    {{"homeNotional"}, FORMAT_IGNORED, true},
    {{"foreignNotional"}, FORMAT_IGNORED, true},
    {{NULL}, FORMAT_IGNORED, false},
};

const struct format_type format_bitmex_bars = {
    .name = "bitmex_bars",
    .doc = "BitMEX trade buckets as CSV, stamped at the end of the bar; volume in contracts.",
    .kind = TAPE_TRADE,
    .bars = true,
    .stamped_at_end = true,
    .open_outside = true,
    .columns = bars,
};
