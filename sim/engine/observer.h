/*
 * observer.h - what the engine tells about a run while it runs.
 *
 * A struct of callbacks the engine calls at fixed points of an event; io/recorder fills it in.  The
 * engine does no I/O and the callbacks return nothing: an observer keeps its own first error.  All
 * amounts are money units of the pool's or instrument's settlement currency, prices and quantities
 * at the scales of the instrument's contract.  Structs are borrowed for the call.
 */
#ifndef SIM_ENGINE_OBSERVER_H
#define SIM_ENGINE_OBSERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/money.h"
#include "base/timeline.h"

enum fund_state {
    FUND_NORMAL = 0,
    FUND_DEPLETED, /* a deficit could not be paid */
    FUND_IN_ADL,   /* its ADL trigger is on */
};

enum fund_change_kind {
    FUND_OPENING = 0, /* the opening balance */
    FUND_SURPLUS,     /* a close-out better than the bankruptcy price */
    FUND_FEE,         /* liquidation fee out of the margin left */
    FUND_DEFICIT,     /* a close-out worse than the bankruptcy price (amount < 0) */
    FUND_INJECTION,   /* capital from outside */
    FUND_TAKEOVER,    /* what an account still had when the fund took it at the mark */
    FUND_VARIATION,   /* its inventory marked, gain or loss */
    FUND_FUNDING,     /* funding of its inventory, or of an unbalanced book */
    FUND_DISCOUNT,    /* what its assets were handed out below their value (amount < 0) */
    FUND_COST,        /* fees it paid for its own trades (amount < 0) */
    FUND_CHANGE_KINDS
};
extern const char *const fund_change_names[]; /* "opening", "surplus", "fee", ..., NULL */

enum closeout_cause {
    CLOSEOUT_MARKET = 0, /* sold into the market, the fund pays or receives */
    CLOSEOUT_UNCOVERED,  /* sold into the market although neither fund nor ADL could pay */
    CLOSEOUT_TRADER,     /* for the trader's account, who keeps what is left */
};

/* What the event is about. */
enum liquidation_step {
    LIQUIDATION_TAKEOVER = 0, /* the engine took the position over */
    LIQUIDATION_ORDER,        /* a part is to be closed for the trader's account */
    LIQUIDATION_CLOSE,        /* all of it is */
    LIQUIDATION_RESTORED,     /* the account meets its margin again: nothing more is closed */
    LIQUIDATION_CLOSED,       /* nothing is left of it: all was closed for the trader's account */
};

/* A position breached maintenance margin and was taken over, or is being closed step by step. */
struct liquidation_event {
    enum liquidation_step step;
    time_ns_t time;
    uint64_t case_id; /* ties a liquidation to its close-outs and ADL; from 1 */
    uint32_t account; /* row of the account table */
    uint32_t instrument;
    int64_t quantity; /* signed, taken over */
    int64_t mark_price;
    money_t margin;             /* posted, taken over with it */
    money_t equity;             /* at the mark */
    money_t maintenance_margin; /* fee in the trigger included */
    money_t notional;           /* at the mark */
    double bankruptcy_price;    /* natural units */
    double leverage;            /* entry notional / margin */
};

/* Part of the inventory was sold on. */
struct closeout_event {
    time_ns_t time;
    uint64_t case_id;
    uint32_t account, instrument;
    enum closeout_cause cause;
    int64_t quantity; /* signed as the position was (long > 0 is sold) */
    int64_t mark_price;
    int64_t close_price;
    double bankruptcy_price; /* natural units */
    double slippage;         /* concession against the reference price, share >= 0 */
    money_t fee;             /* to the fund */
    money_t result;          /* after the fee: > 0 surplus, < 0 deficit */
    money_t uncovered_loss;  /* >= 0: part of the deficit nobody paid */
    money_t fund_after;      /* balance of the pool */
};

/* A winner was closed against a bankrupt position, or gave up profit for its deficit. */
struct adl_event {
    time_ns_t time;
    uint64_t case_id;
    uint32_t account;      /* the bankrupt */
    uint32_t counterparty; /* the winner */
    uint32_t instrument;
    uint32_t rank;    /* place in the queue, from 1 */
    int64_t quantity; /* signed, of the winner's position that was closed */
    int64_t mark_price;
    double price;    /* both settle at, natural units */
    double score;    /* of the ranking */
    money_t profit;  /* the winner realised */
    money_t haircut; /* profit at the mark less profit realised */
    money_t fund_after;
    bool depleted; /* the fund could not pay; else its trigger was on, or ADL comes before it */
};

/* An account gave up money for losses that nothing else covered. */
struct socialised_event {
    time_ns_t time;
    uint64_t case_id;
    uint32_t account;
    uint32_t instrument; /* UINT32_MAX: of the whole pool */
    uint32_t pool;
    double base;    /* what the share was measured by */
    money_t amount; /* > 0 given up */
};

/* A position owed funding it had no margin for. */
struct bad_debt_event {
    time_ns_t time;
    uint32_t account;
    uint32_t instrument;
    money_t amount; /* > 0 */
};

/* An emergency control began or ended. */
enum control_kind { CONTROL_HALT = 0, CONTROL_MARGIN };
struct control_event {
    time_ns_t time;
    uint32_t instrument;
    enum control_kind kind;
    bool on;
    rate_t multiplier; /* of maintenance margins; CONTROL_MARGIN */
};

struct fund_change {
    time_ns_t time;
    uint32_t pool;
    enum fund_change_kind kind;
    uint64_t case_id; /* 0: none */
    money_t amount;   /* signed */
    money_t balance;  /* after it */
};

/* State of a pool when a sample is taken; sums are since the start of the run. */
struct pool_sample {
    money_t balance;
    money_t surplus, deficit, fee, injection; /* sums, each >= 0 */
    money_t adl_relief;      /* deficit ADL spared the fund, at the price of the close-out, >= 0 */
    money_t uncovered_loss;  /* >= 0 */
    money_t socialized_loss; /* >= 0: what accounts gave up for it */
    money_t pending;         /* changes that wait for the settlement by the clock, signed */
    money_t peak_8h;         /* largest balance within [time - 8 h, time] */
    money_t drawdown_8h;     /* peak_8h - balance, >= 0 */
    enum fund_state state;
};

struct instrument_sample {
    int64_t mark_price, last_price; /* 0 before the first one */
    int64_t open_interest;          /* sum of long quantities of traders */
    int64_t open_interest_short;    /* sum of abs of short quantities of traders */
    uint64_t positions;             /* open */
    int64_t inventory;              /* signed, the engine's: longs less shorts */
    int64_t inventory_gross;        /* longs and shorts added up */
    money_t inventory_pnl;          /* at the mark, against what it was taken over for */
    money_t liquidated_notional;    /* sum since the start, at the mark of the takeover */
    uint64_t liquidations;          /* count since the start */
    int64_t adl_shortfall;          /* quantity that rounding to whole contracts kept from ADL */
};

/* Everything that is sampled, at one instant: after all events up to and including `time`. */
struct engine_sample {
    time_ns_t time;
    const struct pool_sample *pools;             /* one a pool */
    const struct instrument_sample *instruments; /* one an instrument */
};

struct observer {
    void *context; /* not owned */
    void (*liquidation)(void *context, const struct liquidation_event *event);
    void (*closeout)(void *context, const struct closeout_event *event);
    void (*adl)(void *context, const struct adl_event *event);
    void (*fund)(void *context, const struct fund_change *change);
    void (*socialised)(void *context, const struct socialised_event *event);
    void (*bad_debt)(void *context, const struct bad_debt_event *event);
    void (*control)(void *context, const struct control_event *event);
    void (*sample)(void *context, const struct engine_sample *sample);
}; /* callbacks may be NULL */

#endif
