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
#include "market/contract.h"
#include "models/adl_rank.h"
#include "models/closeout_kind.h"

/* What a run is made of; borrowed for the engine's life. */
struct engine_instrument {
    struct contract contract;
    struct margin_rules rules;
    size_t pool;       /* index into pools */
    bool mark_is_last; /* no mark on the tape: the last price serves */
};

struct engine_pool {
    money_t opening;
    size_t currency; /* index of its settlement currency */
};

/* Rules of the venue that hold for all instruments. */
struct engine_rules {
    bool hedged_legs_netted; /* longs and shorts of a cross account in one instrument need margin
                                for their difference only */
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
    int64_t quantity; /* sum of abs(quantity) */
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
    money_t liquidated_notional;
    uint64_t liquidations;
};

/* Winners in the order they would be closed, for one instrument, side and mark. */
struct adl_queue {
    struct adl_entry {
        double score;
        uint32_t position;
        uint32_t rank; /* place in the queue, from 1; 0 until it was met */
    } * entry;         /* [0, count): max-heap; [count, end): met and still open; owned */
    size_t count, end, capacity;
    uint32_t rank; /* of the last one met */
    uint32_t instrument;
    int side;           /* of the winners; 0: no queue yet */
    int64_t mark_price; /* the queue is good for this mark and this version of its side */
    uint64_t version;
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
    struct lot *taken; /* what was taken over of cross accounts and is not yet sold; owned */
    size_t taken_count, taken_capacity;
    struct cross_leg *legs; /* scratch of cross_measure(): the account looked at last; owned */
    size_t leg_count, leg_capacity;
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

/* ---- the end of an instant ---- */

/* Checks margins, takes over, closes out, runs the waterfall; then forgets the instant's prints. */
enum status engine_settle(struct engine *engine, time_ns_t time, struct error *err) MUST_CHECK;

/* Hands the present state to the observer. */
void engine_sample(struct engine *engine, time_ns_t time);

/* True while the engine holds inventory of the instrument: then every instant matters. */
bool engine_holds_inventory(const struct engine *engine, size_t instrument);

/* Recomputes everything that is kept up to date piece by piece (margins, totals, inventory,
 * ledger, sums of the pools) and compares; looks at every open position for a breach or an alarm
 * that was passed.  To be called after engine_settle().  On a difference, false and a sentence in
 * err. */
bool engine_verify(const struct engine *engine, struct error *err);

#endif
