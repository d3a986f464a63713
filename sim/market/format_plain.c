/* seawall's own plain CSV, for data of any other origin; described in data/README.md. */
#include "market/format.h"

static const struct format_column trades[] = {
    {{"time"}, FORMAT_TIME, false},
    {{"price"}, FORMAT_PRICE, false},
    {{"quantity"}, FORMAT_QUANTITY, false},
    {{"side"}, FORMAT_SIDE, false},
    {{"id"}, FORMAT_ID, true},
    {{NULL}, FORMAT_IGNORED, false},
};

const struct format_type format_plain_trades = {
    .name = "plain_trades",
    .doc = "time,price,quantity,side and, optionally, id: one trade a row, side of the aggressor.",
    .kind = TAPE_TRADE,
    .columns = trades,
};

static const struct format_column mark[] = {
    {{"time"}, FORMAT_TIME, false},
    {{"mark_price", "price"}, FORMAT_PRICE, false},
    {{NULL}, FORMAT_IGNORED, false},
};

const struct format_type format_plain_mark = {
    .name = "plain_mark",
    .doc = "time,mark_price (or time,price with the kind stated): the mark price.",
    .kind = TAPE_MARK,
    .columns = mark,
};

static const struct format_column reference[] = {
    {{"time"}, FORMAT_TIME, false},
    {{"index_price", "price"}, FORMAT_PRICE, false},
    {{NULL}, FORMAT_IGNORED, false},
};

const struct format_type format_plain_index = {
    .name = "plain_index",
    .doc = "time,index_price (or time,price with the kind stated): the index price.",
    .kind = TAPE_INDEX,
    .columns = reference,
};

static const struct format_column funding[] = {
    {{"time"}, FORMAT_TIME, false},
    {{"funding_rate"}, FORMAT_RATE, false},
    {{NULL}, FORMAT_IGNORED, false},
};

const struct format_type format_plain_funding = {
    .name = "plain_funding",
    .doc = "time,funding_rate: a share of the notional, paid by longs when positive.",
    .kind = TAPE_FUNDING,
    .columns = funding,
};
