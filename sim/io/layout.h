/*
 * layout.h - what a result file holds: one table a group, one row a column.
 *
 * The recorder writes, the reader reads and the report labels by these tables: name, storage,
 * unit and sentence of a column are written here and nowhere else.  Amounts of money are int64 in
 * the smallest unit and carry scale_factor and decimals; a table that mixes currencies says so in
 * its attributes (layout_compound_describe()).
 */
#ifndef SIM_IO_LAYOUT_H
#define SIM_IO_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#include <hdf5.h>

#include "base/error.h"
#include "engine/observer.h"
#include "market/contract.h"

enum { LAYOUT_VERSION = 2 }; /* attribute seawall_result_version */

enum layout_store { LAYOUT_I64 = 0, LAYOUT_U64, LAYOUT_U32, LAYOUT_F64, LAYOUT_CHOICE };

enum layout_unit {
    LAYOUT_TIME = 0, /* ns since 1970 UTC */
    LAYOUT_MONEY,    /* of the pool's or instrument's settlement currency */
    LAYOUT_PRICE,
    LAYOUT_QUANTITY, /* contracts, signed */
    LAYOUT_COUNT,
    LAYOUT_SHARE, /* of 1 */
    LAYOUT_PLAIN, /* no unit: a name, a row number, a score */
};

struct layout_column {
    const char *name;
    enum layout_store store;
    enum layout_unit unit;
    size_t offset;            /* in the row struct of the table */
    const char *const *names; /* LAYOUT_CHOICE: of its values from 0, NULL-terminated; else NULL */
    const char *doc;          /* long_name: one sentence without a full stop */
    int zero_is_missing;      /* 0 means that there is no value yet */
};

struct layout_table {
    const char *name;
    const char *doc;
    const struct layout_column *columns; /* count of them */
    size_t count;
    size_t row_size;
};

/* Rows of the event tables as they lie in memory. */

struct layout_change {
    time_ns_t time;
    int32_t kind; /* enum fund_change_kind */
    uint64_t case_id;
    money_t amount, balance;
};

struct layout_liquidation {
    time_ns_t time;
    uint64_t case_id;
    int32_t step; /* enum liquidation_step */
    uint32_t account, instrument;
    double quantity, mark_price, bankruptcy_price, leverage;
    money_t margin, equity, maintenance_margin, notional;
};

struct layout_closeout {
    time_ns_t time;
    uint64_t case_id;
    uint32_t account, instrument;
    int32_t cause; /* enum closeout_cause */
    double quantity, mark_price, close_price, bankruptcy_price, slippage;
    money_t fee, result, uncovered_loss, fund_after;
};

struct layout_adl {
    time_ns_t time;
    uint64_t case_id;
    uint32_t account, counterparty, instrument, rank;
    double quantity, mark_price, price, score;
    money_t profit, haircut, fund_after;
};

struct layout_injection {
    time_ns_t time;
    uint64_t case_id;
    uint32_t pool;
    money_t amount, fund_after;
};

struct layout_control {
    time_ns_t time;
    uint32_t instrument;
    int32_t kind;      /* enum control_kind */
    uint32_t on;       /* 1: it begins, 0: it is released */
    double multiplier; /* of maintenance margins from then on */
};

struct layout_socialised {
    time_ns_t time;
    uint64_t case_id;
    uint32_t account, instrument, pool;
    double base; /* the shares are in proportion to it */
    money_t amount;
};

struct layout_bad_debt {
    time_ns_t time;
    uint32_t account, instrument;
    money_t amount;
};

/* Whether a fund held.  A balance that was never short proves little while losses wait in the
 * inventory: those count too. */
enum layout_outcome {
    LAYOUT_HELD = 0,      /* it paid, and was always worth more than the inventory's losses */
    LAYOUT_HELD_ON_PAPER, /* it paid, but for a while owed more than it had */
    LAYOUT_DID_NOT_HOLD,  /* a deficit was not paid, or what is left to sell is beyond it */
    LAYOUT_HELD_BY_ADL,   /* it paid, and ADL closed winners for it before it had to pay more */
};

/* The key figures of a pool: /metric/<pool>/.  Taken from every change, not from samples, but for
 * those of the inventory. */
struct layout_figures {
    money_t balance_opening, balance_closing;
    money_t balance_lowest;
    time_ns_t balance_lowest_time;
    money_t drawdown_max;
    double drawdown_max_share;
    time_ns_t drawdown_max_time;
    money_t surplus_total, deficit_total, fee_total, injection_total;
    money_t adl_relief_total, uncovered_loss_total, socialized_loss_total;
    money_t other_total; /* takeovers, inventory marked, funding, discounts and costs; signed */
    uint64_t liquidations;
    money_t liquidated_notional;
    double share_costing_fund; /* NaN when there was no liquidation */
    uint64_t adl_count;
    money_t adl_notional;
    uint64_t depleted;
    time_ns_t depletion_time;            /* 0: never */
    money_t inventory_pnl_lowest;        /* <= 0; of the samples */
    time_ns_t inventory_pnl_lowest_time; /* 0: never below zero */
    money_t inventory_pnl_closing;
    uint64_t inventory_left; /* instruments the engine still held at the end */
    money_t worth_lowest;    /* of balance and unrealised result of the inventory; of the samples */
    time_ns_t worth_lowest_time;
    uint64_t outcome; /* enum layout_outcome */
};

extern const struct layout_table layout_pool_table;       /* rows: struct pool_sample */
extern const struct layout_table layout_instrument_table; /* rows: struct instrument_sample */
extern const struct layout_table layout_change_table;
extern const struct layout_table layout_figure_table;
extern const struct layout_table layout_liquidation_table;
extern const struct layout_table layout_closeout_table;
extern const struct layout_table layout_adl_table;
extern const struct layout_table layout_injection_table;
extern const struct layout_table layout_control_table;
extern const struct layout_table layout_socialised_table;
extern const struct layout_table layout_bad_debt_table;

/* How the integers of a group are to be read: from the contract it is about. */
struct layout_scale {
    const char *currency; /* borrowed */
    int money_decimals;   /* -1: rows of several currencies that differ */
    int price_scale, quantity_scale;
    const char *price_unit; /* borrowed */
};

struct layout_scale layout_scale_of(const struct contract *contract);

/* One scale for rows of all these contracts. */
struct layout_scale layout_scale_common(const struct contract *const *contracts, size_t count);

/* "USDT", "contracts", "nanoseconds since ...", "1" for plain numbers. */
const char *layout_unit_text(const struct layout_column *column, const struct layout_scale *scale);

/* Decimals of an integer column: value / 10^decimals is in the unit; 0 for counts, -1 for money
 * of several currencies. */
int layout_decimals(const struct layout_column *column, const struct layout_scale *scale);

/* Writes units, long_name, scale_factor, add_offset, decimals, calendar, _FillValue and flags of
 * `column` on its dataset. */
enum status layout_describe(hid_t dataset, const struct layout_column *column,
                            const struct layout_scale *scale, struct error *err) MUST_CHECK;

/* Writes long_name, field_names, field_units, field_scale and field_long_name on a compound
 * dataset; field_scale is NaN for money of several currencies. */
enum status layout_compound_describe(hid_t dataset, const struct layout_table *table,
                                     const struct layout_scale *scale,
                                     struct error *err) MUST_CHECK;

/* The compound type of a table's rows in memory, or packed as in the file; -1 without memory. */
hid_t layout_compound(const struct layout_table *table, int packed);

/* The integer in an I64, U64, U32 or CHOICE column of `row`. */
int64_t layout_integer(const struct layout_column *column, const void *row);

/* Column `name` of a table; it must exist. */
const struct layout_column *layout_find(const struct layout_table *table, const char *name);

#endif
