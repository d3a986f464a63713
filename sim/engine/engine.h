/*
 * engine.h - the state of a run, and one event after another applied to it.
 *
 *     trade, mark, index, funding  -> the market of an instrument
 *     population                   -> positions open and close
 *     engine_settle()              -> alarms, exact margin checks, takeovers, close-outs, waterfall
 *     engine_sample()              -> observer
 *
 * All events of one instant are applied first, in the order depth, index, trade, mark, funding,
 * population; then engine_settle() is called once.  The engine does no I/O, allocates nothing for
 * a market event and knows no clock: it is driven by replay.h and tells what happens to an
 * observer.
 */
#ifndef SIM_ENGINE_ENGINE_H
#define SIM_ENGINE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/account_table.h"
#include "engine/alarm.h"
#include "engine/fund.h"
#include "engine/ledger.h"
#include "engine/margin.h"
#include "engine/market_view.h"
#include "engine/observer.h"
#include "engine/position.h"
#include "engine/rules.h"
#include "engine/window.h"
#include "market/contract.h"
#include "models/adl_rank.h"
#include "models/closeout_kind.h"

/* What a run is made of; borrowed for the engine's life. */
struct engine_instrument {
    struct contract contract;
    struct margin_rules rules;
    size_t pool;        /* index into pools */
    bool mark_is_last;  /* no mark on the tape: the last price serves */
    bool mark_is_index; /* margins are judged at the index (oracle) price */
    int64_t lot_step;   /* smallest amount that orders and ADL close, quantity units; 0: one unit */
};

/* Capital the platform brings to a pool at a time of its own choosing. */
struct engine_injection {
    time_ns_t time;
    money_t amount; /* > 0 */
};

struct engine_pool {
    money_t opening;
    size_t currency;                           /* index of its settlement currency */
    const struct engine_injection *injections; /* the manual ledger, ascending; borrowed */
    size_t injection_count;
    money_t inject_below; /* the threshold policy: below this balance ... */
    money_t inject_to;    /* ... it is filled up to this one ... */
    money_t inject_max;   /* ... with so much in all; 0: no policy */
};

struct engine_config {
    struct engine_rules rules;
    const struct engine_instrument *instruments;
    size_t instrument_count;
    const struct engine_pool *pools;
    size_t pool_count;
    size_t currency_count;
    struct closeout_params closeout;
    const struct closeout_type *closeout_type;
    const struct adl_type *adl;
    struct adl_params adl_params;
    size_t positions_expected; /* capacity to start with */
    time_ns_t sample_every;    /* > 0 */
    struct observer observer;
};

/* A position the engine took over, or what is left of it. */
struct lot {
    uint64_t case_id;
    int64_t quantity;    /* signed, still held */
    money_t entry_value; /* of what is held */
    money_t margin;      /* of what is held: what is in the inventory account for it */
    double bankruptcy_price;
    time_ns_t taken; /* when it was taken over */
    uint32_t account;
    uint32_t instrument;
    int64_t
        refused_mark; /* at this mark, and with the other side's positions at this version, no */
    uint64_t refused_version; /* winner took it: not to be offered again before either changes */
};

/* Lots of one instrument and one side in the order they were taken over. */
struct lot_queue {
    struct lot *lot; /* ring; owned */
    size_t head, count, capacity;
    int64_t quantity;    /* sum of abs(quantity) */
    time_ns_t last_fill; /* the last part was sold then; 0: none yet */
};

/* What is to be sold at the mark at this instant: [0] longs, [1] shorts that are bought back. */
struct closeout_orders {
    int64_t quantity[2]; /* signed as the positions are */
    int64_t close_price[2];
    double slippage[2]; /* concession, share >= 0 */
};

/* One instrument while the run goes on. */
struct instrument_state {
    struct market_view view;
    struct alarm_side below, above;
    struct lot_queue longs, shorts; /* inventory */
    struct closeout_orders orders;
    bool check;                      /* the mark or a position changed: margins are to be checked */
    bool printed;                    /* trades happened at this instant */
    size_t due_begin, due_end;       /* its part of engine->due at this instant */
    struct engine_instrument now;    /* the config's, with the margin rules in force at present */
    int64_t held_longs, held_shorts; /* inventory when the instant began */
    int64_t standing[2];             /* what orders of unwound accounts would still close: longs, */
    int64_t fresh[2];                /* shorts; of it what was placed at this instant ... */
    time_ns_t fresh_time;            /* ... which is this one */
    bool marked;                     /* a mark came at this instant: previous_mark is set */
    int64_t previous_mark;           /* of the instant before it; 0: none */
    int64_t adl_shortfall;           /* quantity that rounding kept from ADL, sum */
    money_t funding_bad_debt;        /* funding that positions owed and had no margin for, sum */
    money_t fund_result;             /* what its close-outs brought the pool or cost it, sum */
    time_ns_t halted_until;          /* not traded before this; 0: traded */
    time_ns_t multiplied_until;      /* margins are multiplied until then; 0: they are not */
    money_t liquidated_notional;
    uint64_t liquidations;
};

enum { ADL_QUEUE_BOUNDS = 48 };

/* Winners in the order they would be closed, for one instrument, side and mark: the best is the
 * last.  They are sorted as they are asked for: those that were not met yet lie in parts, each
 * ranked before the one in front of it, of which the last is in order from `sorted` on. */
struct adl_queue {
    struct adl_entry {
        double score;
        uint32_t position, account;
        uint32_t rank; /* place in the queue, from 1; 0 until it was met */
    } * entry;         /* [0, count): not met yet; [count, end): met and still open; owned */
    size_t count, end, capacity;
    size_t sorted;                  /* [sorted, count) are in order */
    size_t bound[ADL_QUEUE_BOUNDS]; /* where parts begin, ascending; the first begins at 0 */
    size_t bounds;
    uint32_t rank; /* of the last one met */
    uint32_t instrument;
    int side;           /* of the winners; 0: no queue yet */
    int64_t mark_price; /* the queue is good for this mark and this version of its side */
    uint64_t version;
    time_ns_t time;   /* and where cross accounts or draws are ranked, for this instant */
    uint64_t case_id; /* and this case */
};

/* A breached position or cross account that is being closed step by step. */
struct unwind_case {
    uint64_t case_id;
    bool cross;
    uint32_t id;                         /* position, or account if cross */
    uint32_t generation;                 /* of the position's row */
    uint32_t account, instrument;        /* of what was closed last */
    bool ended;                          /* to be dropped from the list */
    bool stirred;                        /* its order was filled or cancelled since the last look */
    bool told;                           /* an order is known of, and nothing of it was filled */
    time_ns_t started, last, next;       /* began; placed its last order; may place another */
    uint32_t orders;                     /* placed so far */
    uint32_t order_position;             /* whose part an order that stands would close */
    int order_side;                      /* of that position, +1 or -1 */
    int64_t order_quantity;              /* abs, still to be filled; 0: no order stands */
    enum partial_fill order_fill;        /* resting or immediate */
    bool order_once;                     /* it meets one print, and no other order follows */
    time_ns_t order_placed, order_until; /* an order is priced anew from then on */
};

/* What was unwound and is to be taken over now. */
struct unwind_handed {
    uint64_t case_id;
    uint32_t id; /* position, or account if cross */
    bool cross;
};

/* Drawdown trigger of a pool or an instrument. */
struct adl_watch_state {
    struct window window; /* of the balance, or of what the instrument brought */
    bool on;
};

/* A trade's gain over the mark that the next settlement of variation margin pays. */
struct variation_pending {
    uint32_t account; /* POSITION_NONE: the fund */
    uint32_t instrument;
    money_t amount;
};

/* What one party gains (> 0) or owes at a settlement. */
struct variation_due {
    uint32_t account; /* POSITION_NONE: the fund */
    money_t amount;
    money_t haircut; /* of a gain, what it gives up */
};

struct engine {
    const struct engine_config *config; /* borrowed */
    struct observer observer;
    struct ledger ledger;
    struct position_table positions;
    struct instrument_state *instruments; /* owned */
    struct fund *pools;                   /* owned */
    struct adl_queue adl_queue;
    struct account_table accounts;
    uint32_t *due; /* isolated positions in breach at this instant; owned */
    size_t due_count, due_capacity;
    uint32_t *due_accounts; /* cross accounts in breach; owned */
    size_t due_accounts_count, due_accounts_capacity;
    struct unwind_case *unwinding; /* in the order they began; owned */
    size_t unwinding_count, unwinding_capacity;
    time_ns_t unwinding_next;     /* the first of their timers; TIME_NS_NEVER: none */
    size_t once_standing;         /* orders that meet one print */
    bool unwinding_stirred;       /* one of them is to be looked at, whatever the marks do */
    bool rearmed;                 /* accounts changed without a mark: all are to be looked at */
    struct unwind_handed *handed; /* at this instant, ascending (cross, id); owned */
    size_t handed_count, handed_capacity;
    struct lot *taken; /* what was taken over of cross accounts and is not yet sold; owned */
    size_t taken_count, taken_capacity;
    struct cross_leg *legs; /* scratch of cross_measure(): the account looked at last; owned */
    size_t leg_count, leg_capacity;
    struct adl_watch_state *watch_pools, *watch_symbols; /* owned; NULL: no drawdown trigger */
    struct variation_pending *pending;                   /* owned */
    size_t pending_count, pending_capacity;
    struct variation_due *dues; /* scratch; owned */
    size_t due_dues, dues_capacity;
    uint32_t
        *due_place; /* of the fund, then of each account: 1 + its place in dues, 0: none; owned */
    size_t due_place_count;
    size_t *next_injection; /* of each pool's manual ledger; owned */
    time_ns_t period_end;   /* of the socialisation period; TIME_NS_NEVER: none */
    uint64_t cases;
    time_ns_t now;
    bool started;                     /* the window has begun: opening balances are booked */
    struct pool_sample *pool_samples; /* scratch of engine_sample(); owned */
    struct instrument_sample *instrument_samples; /* the same */
};

enum status engine_init(struct engine *engine, const struct engine_config *config,
                        struct error *err) MUST_CHECK;
void engine_clear(struct engine *engine);

/* Books the opening balances of the pools at `time`. */
void engine_start(struct engine *engine, time_ns_t time);

/* ---- market events; prices > 0 ---- */

void engine_trade(struct engine *engine, size_t instrument, int64_t price, int64_t quantity,
                  int side);
void engine_mark(struct engine *engine, size_t instrument, int64_t price);
void engine_index(struct engine *engine, size_t instrument, int64_t price);

/* Pays funding between positions (and the inventory) at the mark, out of their margin, and re-arms
 * the instrument.  Does nothing before the first mark. */
enum status engine_funding(struct engine *engine, size_t instrument, rate_t rate,
                           struct error *err) MUST_CHECK;

/* A minute boundary of the run: the volume clocks turn. */
void engine_minute(struct engine *engine);

/* ---- positions ---- */

/* Opens a position: the margin is deposited and posted.  The instrument must have a mark. */
enum status engine_open(struct engine *engine, const struct position *position, uint32_t *id,
                        struct error *err) MUST_CHECK;

/* Opens many before the first margin check: arms them together. */
enum status engine_open_many(struct engine *engine, const struct position *positions, size_t count,
                             struct error *err) MUST_CHECK;

/* A holder closes `quantity` (same sign, at most all) at the mark price: profit and margin go to
 * the wallet. */
enum status engine_close(struct engine *engine, uint32_t id, int64_t quantity,
                         struct error *err) MUST_CHECK;

/* True when an isolated position is in breach at the present mark. */
bool engine_in_breach(const struct engine *engine, const struct position *position);

/* ---- accounts ---- */

/* Opens an account whose money is followed (account_table.h), settled in `currency`. */
enum status engine_account(struct engine *engine, bool cross, size_t currency, uint32_t *account,
                           struct error *err) MUST_CHECK;

/* Brings money to an account (> 0) or takes it out of it (< 0). */
enum status engine_deposit(struct engine *engine, uint32_t account, money_t amount,
                           struct error *err) MUST_CHECK;

/* Sets what a cross account's open orders hold back. */
enum status engine_orders(struct engine *engine, uint32_t account, money_t order_margin,
                          struct error *err) MUST_CHECK;

/* A cross account buys (quantity > 0) or sells at `price`: its position in the instrument grows, or
 * shrinks with its profit going to the balance, or turns over.  The instrument must have a mark. */
enum status engine_trade_account(struct engine *engine, uint32_t account, size_t instrument,
                                 int64_t quantity, int64_t price, struct error *err) MUST_CHECK;

/* The account's positions and all that backs them are taken over now, as the takeover kind says:
 * for a venue that decides so. */
enum status engine_take_over(struct engine *engine, uint32_t account, struct error *err) MUST_CHECK;

/* The fund sells (quantity < 0) or buys of its inventory from a cross account at `price` and pays
 * `fee` for it; at most what it holds.  Where variation margin is settled. */
enum status engine_fund_trade(struct engine *engine, size_t instrument, int64_t quantity,
                              int64_t price, uint32_t counterparty, money_t fee,
                              struct error *err) MUST_CHECK;

/* What an offered fill did. */
enum engine_fill { ENGINE_FILLED = 0, ENGINE_REFUSED, ENGINE_NOT_LIQUIDATABLE };

/* A liquidation order of a cross account is filled: `quantity` (abs) of its position in an
 * instrument at `price`, settled as fills of the takeover kind are; the counterparty (or
 * POSITION_NONE: the market) trades the other side.  Refused whole when the fund cannot pay what
 * the fill lacks, or the limit is passed. */
enum status engine_liquidation_fill(struct engine *engine, uint32_t account, size_t instrument,
                                    int64_t quantity, int64_t price, uint32_t counterparty,
                                    enum engine_fill *fill, struct error *err) MUST_CHECK;

/* Up to `quantity` (abs) of an account's position is closed against one counterparty's at the
 * account's bankruptcy price; *closed is 0 when the counterparty has none or would end below
 * zero. */
enum status engine_deleverage(struct engine *engine, uint32_t account, uint32_t counterparty,
                              size_t instrument, int64_t quantity, int64_t *closed,
                              struct error *err) MUST_CHECK;

/* Long positions receive `per_unit` (money) for every whole contract, short ones pay it, and what
 * an account cannot pay is covered and shared as variation margin is. */
enum status engine_funding_per_unit(struct engine *engine, size_t instrument, money_t per_unit,
                                    struct error *err) MUST_CHECK;

/* Balance of an account, margins posted for its isolated positions included. */
money_t engine_wallet(const struct engine *engine, uint32_t account);

/* Balance of a cross account less what its positions cost: its cash, where positions are bought
 * and sold for cash. */
money_t engine_cash(const struct engine *engine, uint32_t account);

/* Equity of an account at the marks. */
money_t engine_equity(const struct engine *engine, uint32_t account);

/* What an account holds in an instrument, signed. */
int64_t engine_holds(const struct engine *engine, uint32_t account, size_t instrument);

/* Everything of a currency at the marks: equity of all traders, pools, inventory, what is
 * cleared. */
money_t engine_total(const struct engine *engine, size_t currency);

/* When the engine must be settled without a market event; TIME_NS_NEVER: it need not. */
time_ns_t engine_next(const struct engine *engine);

/* ---- the end of an instant ---- */

/* Checks margins, takes over, closes out, runs the waterfall; then forgets the instant's prints. */
enum status engine_settle(struct engine *engine, time_ns_t time, struct error *err) MUST_CHECK;

/* The run ends at `time`: what waits for a fund's settlement is booked. */
void engine_finish(struct engine *engine, time_ns_t time);

/* Hands the present state to the observer. */
void engine_sample(struct engine *engine, time_ns_t time);

/* True while the engine holds inventory of the instrument, unwinds an account or settles at every
 * mark: then every instant matters. */
bool engine_holds_inventory(const struct engine *engine, size_t instrument);

/* Recomputes everything that is kept up to date piece by piece (margins, totals, inventory,
 * ledger, sums of the pools) and compares; looks at every open position for a breach or an alarm
 * that was passed.  To be called after engine_settle().  On a difference, false and a sentence in
 * err. */
bool engine_verify(const struct engine *engine, struct error *err);

#endif
