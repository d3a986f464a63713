#include "io/layout.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fixed.h"
#include "io/hdf.h"

static const char *const state_names[] = {"normal", "depleted", "adl", NULL};
static const char *const cause_names[] = {"market", "uncovered", "trader", NULL};

static const char *const step_names[] = {"takeover", "order", "close", "restored", "closed", NULL};
static const char *const control_names[] = {"halt", "margin", NULL};

#define COLUMN(owner, field, store, unit, doc)                                             \
    {                                                                                      \
#field, LAYOUT_##store, LAYOUT_##unit, offsetof(struct owner, field), NULL, doc, 0 \
    }
#define COLUMN_SINCE(owner, field, store, unit, doc)                                       \
    {                                                                                      \
#field, LAYOUT_##store, LAYOUT_##unit, offsetof(struct owner, field), NULL, doc, 1 \
    }
#define COLUMN_SINCE_AS(name, owner, field, store, unit, doc)                            \
    {                                                                                    \
        name, LAYOUT_##store, LAYOUT_##unit, offsetof(struct owner, field), NULL, doc, 1 \
    }
#define COLUMN_CHOICE(owner, field, names, doc)                                           \
    {                                                                                     \
#field, LAYOUT_CHOICE, LAYOUT_PLAIN, offsetof(struct owner, field), names, doc, 0 \
    }
#define TABLE(table, columns, owner, doc)                                                 \
    {                                                                                     \
        table, doc, columns, sizeof(columns) / sizeof((columns)[0]), sizeof(struct owner) \
    }

static const struct layout_column pool_columns[] = {
    COLUMN(pool_sample, balance, I64, MONEY, "insurance fund balance"),
    COLUMN(pool_sample, surplus, I64, MONEY,
           "sum received from close-outs better than the bankruptcy price, since the start"),
    COLUMN(pool_sample, deficit, I64, MONEY,
           "sum paid for close-outs worse than the bankruptcy price, since the start"),
    COLUMN(pool_sample, fee, I64, MONEY, "sum of liquidation fees received, since the start"),
    COLUMN(pool_sample, injection, I64, MONEY, "sum of capital put in, since the start"),
    COLUMN(pool_sample, adl_relief, I64, MONEY,
           "sum of deficit the fund was spared by ADL, at the mark price, since the start"),
    COLUMN(pool_sample, uncovered_loss, I64, MONEY, "sum of deficit nobody paid, since the start"),
    COLUMN(pool_sample, socialized_loss, I64, MONEY,
           "sum of what accounts gave up for losses, since the start"),
    COLUMN(pool_sample, pending, I64, MONEY,
           "changes that wait for the fund's settlement, and count for what it can pay"),
    COLUMN(pool_sample, peak_8h, I64, MONEY, "largest balance of the last 8 hours"),
    COLUMN(pool_sample, drawdown_8h, I64, MONEY,
           "fall of the balance from its largest of the last 8 hours"),
    COLUMN_CHOICE(pool_sample, state, state_names,
                  "whether a deficit could not be paid, or its ADL trigger is on"),
};

static const struct layout_column instrument_columns[] = {
    COLUMN_SINCE_AS("mark", instrument_sample, mark_price, I64, PRICE,
                    "mark price, at which margins are judged"),
    COLUMN_SINCE_AS("last", instrument_sample, last_price, I64, PRICE, "price of the last trade"),
    COLUMN(instrument_sample, open_interest, I64, QUANTITY, "sum of the traders' long positions"),
    COLUMN(instrument_sample, open_interest_short, I64, QUANTITY,
           "sum of the traders' short positions, as a positive number"),
    COLUMN(instrument_sample, positions, U64, COUNT, "open positions"),
    COLUMN(instrument_sample, inventory, I64, QUANTITY,
           "position the liquidation engine holds, long > 0"),
    COLUMN(instrument_sample, inventory_gross, I64, QUANTITY,
           "longs and shorts the liquidation engine holds, added up"),
    COLUMN(instrument_sample, inventory_pnl, I64, MONEY,
           "value of the engine's inventory at the mark price less what it was taken over for"),
    COLUMN(instrument_sample, liquidated_notional, I64, MONEY,
           "sum of liquidated notional, at the mark price of each takeover, since the start"),
    COLUMN(instrument_sample, liquidations, U64, COUNT, "takeovers since the start"),
    COLUMN(instrument_sample, adl_shortfall, I64, QUANTITY,
           "quantity that ADL in whole lots left open, since the start"),
};

static const struct layout_column change_columns[] = {
    COLUMN(layout_change, time, I64, TIME, "when the balance changed"),
    COLUMN_CHOICE(layout_change, kind, fund_change_names, "why it changed"),
    COLUMN(layout_change, case_id, U64, PLAIN, "the liquidation it belongs to, 0 for none"),
    COLUMN(layout_change, amount, I64, MONEY, "change of the balance, received > 0"),
    COLUMN(layout_change, balance, I64, MONEY, "balance after the change"),
};

static const struct layout_column figure_columns[] = {
    COLUMN(layout_figures, balance_opening, I64, MONEY, "opening balance"),
    COLUMN(layout_figures, balance_closing, I64, MONEY, "closing balance"),
    COLUMN(layout_figures, balance_lowest, I64, MONEY, "lowest balance"),
    COLUMN(layout_figures, balance_lowest_time, I64, TIME, "time of the lowest balance"),
    COLUMN(layout_figures, drawdown_max, I64, MONEY, "largest fall from a running peak"),
    COLUMN(layout_figures, drawdown_max_share, F64, SHARE,
           "the largest fall as a share of the peak it fell from"),
    COLUMN(layout_figures, drawdown_max_time, I64, TIME, "time the largest fall was reached"),
    COLUMN(layout_figures, surplus_total, I64, MONEY, "surplus from close-outs"),
    COLUMN(layout_figures, deficit_total, I64, MONEY, "deficit paid for close-outs"),
    COLUMN(layout_figures, fee_total, I64, MONEY, "liquidation fees"),
    COLUMN(layout_figures, injection_total, I64, MONEY, "capital put in"),
    COLUMN(layout_figures, adl_relief_total, I64, MONEY,
           "deficit spared by ADL, at the close price"),
    COLUMN(layout_figures, uncovered_loss_total, I64, MONEY, "deficit nobody paid"),
    COLUMN(layout_figures, socialized_loss_total, I64, MONEY, "what accounts gave up for losses"),
    COLUMN(layout_figures, other_total, I64, MONEY,
           "takeovers at the mark, inventory marked, funding, discounts and costs"),
    COLUMN(layout_figures, liquidations, U64, COUNT, "liquidations"),
    COLUMN(layout_figures, liquidated_notional, I64, MONEY,
           "notional taken over or closed for the trader, at the mark price"),
    COLUMN(layout_figures, share_costing_fund, F64, SHARE,
           "share of liquidations whose close-outs cost the fund"),
    COLUMN(layout_figures, adl_count, U64, COUNT, "positions closed by ADL"),
    COLUMN(layout_figures, adl_notional, I64, MONEY, "notional closed by ADL, at the mark price"),
    COLUMN(layout_figures, depleted, U64, PLAIN, "1 if a deficit could not be paid, else 0"),
    COLUMN_SINCE(layout_figures, depletion_time, I64, TIME, "first deficit that could not be paid"),
    COLUMN(layout_figures, inventory_pnl_lowest, I64, MONEY,
           "largest unrealised loss on the inventory"),
    COLUMN_SINCE(layout_figures, inventory_pnl_lowest_time, I64, TIME,
                 "time of the largest unrealised loss"),
    COLUMN(layout_figures, inventory_pnl_closing, I64, MONEY,
           "unrealised result of the inventory at the end"),
    COLUMN(layout_figures, inventory_left, U64, COUNT,
           "instruments of which inventory is left at the end"),
    COLUMN(layout_figures, worth_lowest, I64, MONEY,
           "lowest balance with the inventory at the mark price"),
    COLUMN(layout_figures, worth_lowest_time, I64, TIME, "time of that"),
    COLUMN(layout_figures, outcome, U64, PLAIN,
           "0 held, 1 held but for a while owed more than it had, 2 did not hold, 3 held because "
           "ADL closed winners first"),
};

static const struct layout_column liquidation_columns[] = {
    COLUMN(layout_liquidation, time, I64, TIME, "when it happened"),
    COLUMN(layout_liquidation, case_id, U64, PLAIN, "ties it to its close-outs and ADL"),
    COLUMN_CHOICE(layout_liquidation, step, step_names, "what happens to the position"),
    COLUMN(layout_liquidation, account, U32, PLAIN, "row of /account/name"),
    COLUMN(layout_liquidation, instrument, U32, PLAIN, "index into instrument_names"),
    COLUMN(layout_liquidation, quantity, F64, QUANTITY, "taken over or to be closed, long > 0"),
    COLUMN(layout_liquidation, mark_price, F64, PRICE, "mark price"),
    COLUMN(layout_liquidation, bankruptcy_price, F64, PRICE, "price at which equity is zero"),
    COLUMN(layout_liquidation, leverage, F64, PLAIN, "entry notional / margin"),
    COLUMN(layout_liquidation, margin, I64, MONEY, "margin of the position"),
    COLUMN(layout_liquidation, equity, I64, MONEY, "equity at the mark price"),
    COLUMN(layout_liquidation, maintenance_margin, I64, MONEY, "what equity was compared with"),
    COLUMN(layout_liquidation, notional, I64, MONEY, "notional at the mark price"),
};

static const struct layout_column closeout_columns[] = {
    COLUMN(layout_closeout, time, I64, TIME, "when this part was sold on"),
    COLUMN(layout_closeout, case_id, U64, PLAIN, "the liquidation it belongs to"),
    COLUMN(layout_closeout, account, U32, PLAIN, "row of /account/name"),
    COLUMN(layout_closeout, instrument, U32, PLAIN, "index into instrument_names"),
    COLUMN_CHOICE(layout_closeout, cause, cause_names, "who bears the result"),
    COLUMN(layout_closeout, quantity, F64, QUANTITY, "signed as the position was, long > 0"),
    COLUMN(layout_closeout, mark_price, F64, PRICE, "mark price"),
    COLUMN(layout_closeout, close_price, F64, PRICE, "price obtained"),
    COLUMN(layout_closeout, bankruptcy_price, F64, PRICE, "price it was taken over at"),
    COLUMN(layout_closeout, slippage, F64, SHARE, "concession against the reference price"),
    COLUMN(layout_closeout, fee, I64, MONEY, "liquidation fee to the fund"),
    COLUMN(layout_closeout, result, I64, MONEY, "after the fee: surplus > 0, deficit < 0"),
    COLUMN(layout_closeout, uncovered_loss, I64, MONEY, "part of the deficit nobody paid"),
    COLUMN(layout_closeout, fund_after, I64, MONEY, "balance of the pool after it"),
};

static const struct layout_column adl_columns[] = {
    COLUMN(layout_adl, time, I64, TIME, "when the winner was closed"),
    COLUMN(layout_adl, case_id, U64, PLAIN, "the liquidation it belongs to"),
    COLUMN(layout_adl, account, U32, PLAIN, "the bankrupt: row of /account/name"),
    COLUMN(layout_adl, counterparty, U32, PLAIN, "the winner: row of /account/name"),
    COLUMN(layout_adl, instrument, U32, PLAIN, "index into instrument_names"),
    COLUMN(layout_adl, rank, U32, COUNT, "place in the queue, from 1"),
    COLUMN(layout_adl, quantity, F64, QUANTITY, "closed, signed as the winner's position"),
    COLUMN(layout_adl, mark_price, F64, PRICE, "mark price"),
    COLUMN(layout_adl, price, F64, PRICE, "bankruptcy price both settle at"),
    COLUMN(layout_adl, score, F64, PLAIN, "score of the ranking"),
    COLUMN(layout_adl, profit, I64, MONEY, "profit the winner realised"),
    COLUMN(layout_adl, haircut, I64, MONEY, "profit at the mark price less profit realised"),
    COLUMN(layout_adl, fund_after, I64, MONEY, "balance of the pool after it"),
};

static const struct layout_column injection_columns[] = {
    COLUMN(layout_injection, time, I64, TIME, "when capital was put in"),
    COLUMN(layout_injection, case_id, U64, PLAIN, "the liquidation it answered, 0 for none"),
    COLUMN(layout_injection, pool, U32, PLAIN, "index into pool_names"),
    COLUMN(layout_injection, amount, I64, MONEY, "put in"),
    COLUMN(layout_injection, fund_after, I64, MONEY, "balance of the pool after it"),
};

static const struct layout_column control_columns[] = {
    COLUMN(layout_control, time, I64, TIME, "when it began or ended"),
    COLUMN(layout_control, instrument, U32, PLAIN, "index into instrument_names"),
    COLUMN_CHOICE(layout_control, kind, control_names, "what is controlled"),
    COLUMN(layout_control, on, U32, PLAIN, "1 it begins, 0 it is released"),
    COLUMN(layout_control, multiplier, F64, PLAIN, "of maintenance margins from then on"),
};

static const struct layout_column socialised_columns[] = {
    COLUMN(layout_socialised, time, I64, TIME, "when the loss was shared"),
    COLUMN(layout_socialised, case_id, U64, PLAIN, "the liquidation it belongs to, 0 for none"),
    COLUMN(layout_socialised, account, U32, PLAIN, "who bears it: row of /account/name"),
    COLUMN(layout_socialised, instrument, U32, PLAIN,
           "index into instrument_names, 4294967295 for all of the pool"),
    COLUMN(layout_socialised, pool, U32, PLAIN, "index into pool_names"),
    COLUMN(layout_socialised, base, F64, PLAIN, "what the shares are in proportion to"),
    COLUMN(layout_socialised, amount, I64, MONEY, "borne"),
};

static const struct layout_column bad_debt_columns[] = {
    COLUMN(layout_bad_debt, time, I64, TIME, "when funding was due"),
    COLUMN(layout_bad_debt, account, U32, PLAIN, "who owed it: row of /account/name"),
    COLUMN(layout_bad_debt, instrument, U32, PLAIN, "index into instrument_names"),
    COLUMN(layout_bad_debt, amount, I64, MONEY, "owed beyond the margin"),
};

const struct layout_table layout_pool_table =
    TABLE("fund", pool_columns, pool_sample, "state of an insurance fund");
const struct layout_table layout_instrument_table =
    TABLE("instrument", instrument_columns, instrument_sample, "state of an instrument");
const struct layout_table layout_change_table =
    TABLE("changes", change_columns, layout_change, "every change of the fund's balance");
const struct layout_table layout_figure_table =
    TABLE("metric", figure_columns, layout_figures, "key figures of an insurance fund");
const struct layout_table layout_liquidation_table =
    TABLE("liquidation", liquidation_columns, layout_liquidation,
          "what happened to positions that breached maintenance margin");
const struct layout_table layout_closeout_table = TABLE(
    "closeout", closeout_columns, layout_closeout, "parts of the inventory that were sold on");
const struct layout_table layout_adl_table =
    TABLE("adl", adl_columns, layout_adl, "winners closed against bankrupt positions");
const struct layout_table layout_injection_table =
    TABLE("injection", injection_columns, layout_injection, "capital put into a fund");
const struct layout_table layout_control_table =
    TABLE("control", control_columns, layout_control, "emergency controls");
const struct layout_table layout_bad_debt_table =
    TABLE("bad_debt", bad_debt_columns, layout_bad_debt, "funding that nobody had margin for");
const struct layout_table layout_socialised_table =
    TABLE("socialised", socialised_columns, layout_socialised, "losses shared among traders");

struct layout_scale
layout_scale_of(const struct contract *contract)
{
    const int linear = contract->kind == CONTRACT_LINEAR;
    return (struct layout_scale){.currency = contract->settlement,
                                 .money_decimals = contract->money_decimals,
                                 .price_scale = contract->price_scale,
                                 .quantity_scale = contract->quantity_scale,
                                 .price_unit = linear ? contract->settlement : "quote"};
}

struct layout_scale
layout_scale_common(const struct contract *const *contracts, size_t count)
{
    struct layout_scale scale = {"settlement currency", -1, 0, 0, "quote"};
    if (count == 0)
        return scale;
    scale = layout_scale_of(contracts[0]);
    for (size_t i = 1; i < count; i++) {
        const struct layout_scale other = layout_scale_of(contracts[i]);
        if (strcmp(other.currency, scale.currency) != 0)
            scale.currency = "settlement currency";
        if (other.money_decimals != scale.money_decimals)
            scale.money_decimals = -1;
        if (strcmp(other.price_unit, scale.price_unit) != 0)
            scale.price_unit = "quote";
    }
    return scale;
}

const char *
layout_unit_text(const struct layout_column *column, const struct layout_scale *scale)
{
    switch (column->unit) {
    case LAYOUT_TIME:
        return "nanoseconds since 1970-01-01T00:00:00Z";
    case LAYOUT_MONEY:
        return scale->currency;
    case LAYOUT_PRICE:
        return scale->price_unit;
    case LAYOUT_QUANTITY:
        return "contracts";
    case LAYOUT_COUNT:
    case LAYOUT_SHARE:
    case LAYOUT_PLAIN:
        break;
    }
    return "1";
}

int
layout_decimals(const struct layout_column *column, const struct layout_scale *scale)
{
    if (column->store != LAYOUT_I64)
        return 0;
    switch (column->unit) {
    case LAYOUT_MONEY:
        return scale->money_decimals;
    case LAYOUT_PRICE:
        return scale->price_scale;
    case LAYOUT_QUANTITY:
        return scale->quantity_scale;
    default:
        return 0;
    }
}

/* 10^-decimals to the last bit: a quotient of exact numbers. */
static double
scale_factor(int decimals)
{
    return decimals < 0 ? (double)NAN : 1.0 / (double)fixed_power_of_ten[decimals];
}

/* The flags of a choice column, after the CF convention. */
static enum status
describe_choice(hid_t dataset, const struct layout_column *column, struct error *err)
{
    int8_t values[16];
    char meanings[256] = "";
    size_t count = 0, length = 0;
    for (; column->names[count] != NULL; count++) {
        const size_t room = sizeof(meanings) - length;
        const int added =
            snprintf(meanings + length, room, "%s%s", count == 0 ? "" : " ", column->names[count]);
        assert(count < sizeof(values) && added >= 0 && (size_t)added < room);
        values[count] = (int8_t)count;
        length += (size_t)added;
    }
    TRY(hdf_attribute_numbers(dataset, "flag_values", H5T_NATIVE_INT8, values, count, err));
    return hdf_attribute_text(dataset, "flag_meanings", meanings, err);
}

enum status
layout_describe(hid_t dataset, const struct layout_column *column, const struct layout_scale *scale,
                struct error *err)
{
    const int decimals = layout_decimals(column, scale);
    const double factor = scale_factor(decimals), offset = 0.0;
    const int64_t missing = 0;
    TRY(hdf_attribute_text(dataset, "long_name", column->doc, err));
    if (column->names != NULL)
        return describe_choice(dataset, column, err);
    TRY(hdf_attribute_text(dataset, "units", layout_unit_text(column, scale), err));
    if (column->unit == LAYOUT_TIME)
        TRY(hdf_attribute_text(dataset, "calendar", "proleptic_gregorian", err));
    if (column->zero_is_missing)
        TRY(hdf_attribute(dataset, "_FillValue", H5T_NATIVE_INT64, &missing, err));
    if (column->store != LAYOUT_I64 || column->unit == LAYOUT_TIME)
        return OK;
    TRY(hdf_attribute(dataset, "scale_factor", H5T_NATIVE_DOUBLE, &factor, err));
    TRY(hdf_attribute(dataset, "add_offset", H5T_NATIVE_DOUBLE, &offset, err));
    return hdf_attribute(dataset, "decimals", H5T_NATIVE_INT, &decimals, err);
}

enum { FIELDS_MAX = 24 };

enum status
layout_compound_describe(hid_t dataset, const struct layout_table *table,
                         const struct layout_scale *scale, struct error *err)
{
    const char *names[FIELDS_MAX], *units[FIELDS_MAX], *docs[FIELDS_MAX];
    double factors[FIELDS_MAX];
    assert(table->count <= FIELDS_MAX);
    for (size_t i = 0; i < table->count; i++) {
        const struct layout_column *column = &table->columns[i];
        names[i] = column->name;
        units[i] = layout_unit_text(column, scale);
        docs[i] = column->doc;
        factors[i] = scale_factor(layout_decimals(column, scale));
    }
    TRY(hdf_attribute_text(dataset, "long_name", table->doc, err));
    TRY(hdf_attribute_texts(dataset, "field_names", names, table->count, err));
    TRY(hdf_attribute_texts(dataset, "field_units", units, table->count, err));
    TRY(hdf_attribute_numbers(dataset, "field_scale", H5T_NATIVE_DOUBLE, factors, table->count,
                              err));
    return hdf_attribute_texts(dataset, "field_long_name", docs, table->count, err);
}

/* The HDF5 type of one field; the caller closes it. */
static hid_t
field_type(const struct layout_column *column)
{
    switch (column->store) {
    case LAYOUT_I64:
        return H5Tcopy(H5T_NATIVE_INT64);
    case LAYOUT_U64:
        return H5Tcopy(H5T_NATIVE_UINT64);
    case LAYOUT_U32:
        return H5Tcopy(H5T_NATIVE_UINT32);
    case LAYOUT_F64:
        return H5Tcopy(H5T_NATIVE_DOUBLE);
    case LAYOUT_CHOICE:
        break;
    }
    hid_t type = H5Tenum_create(H5T_NATIVE_INT32);
    for (int32_t i = 0; type >= 0 && column->names[i] != NULL; i++) {
        if (H5Tenum_insert(type, column->names[i], &i) < 0)
            hdf_close(&type);
    }
    return type;
}

hid_t
layout_compound(const struct layout_table *table, int packed)
{
    hid_t type = H5Tcreate(H5T_COMPOUND, table->row_size);
    for (size_t i = 0; type >= 0 && i < table->count; i++) {
        const struct layout_column *column = &table->columns[i];
        hid_t field = field_type(column);
        if (field < 0 || H5Tinsert(type, column->name, column->offset, field) < 0)
            hdf_close(&type);
        hdf_close(&field);
    }
    if (type >= 0 && packed && H5Tpack(type) < 0)
        hdf_close(&type);
    return type;
}

int64_t
layout_integer(const struct layout_column *column, const void *row)
{
    const char *at = (const char *)row + column->offset;
    uint64_t wide;
    uint32_t narrow;
    switch (column->store) {
    case LAYOUT_U32:
    case LAYOUT_CHOICE:
        memcpy(&narrow, at, sizeof(narrow));
        return (int64_t)narrow;
    case LAYOUT_I64:
    case LAYOUT_U64:
        break;
    case LAYOUT_F64:
        assert(0 && "a column of doubles holds no integers");
    }
    memcpy(&wide, at, sizeof(wide));
    return (int64_t)wide;
}

const struct layout_column *
layout_find(const struct layout_table *table, const char *name)
{
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->columns[i].name, name) == 0)
            return &table->columns[i];
    }
    assert(0 && "no such column");
    return NULL;
}
