/*
 * rules.h - the rules of a venue that hold for all of its instruments: which kinds, and numbers.
 *
 * All zero is the plainest venue: profit settled at close, everything of a position taken over at
 * its bankruptcy price, surplus to the fund, and for a deficit fund, injection, ADL at the
 * bankruptcy price, uncovered loss.
 */
#ifndef SIM_ENGINE_RULES_H
#define SIM_ENGINE_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/money.h"
#include "base/timeline.h"
#include "engine/fees.h"
#include "engine/fund_rules.h"
#include "models/adl_trigger.h"
#include "models/partial.h"
#include "models/socialise.h"
#include "models/takeover_kind.h"

/* When profit and loss of an open position become money. */
enum rules_settlement {
    RULES_AT_CLOSE = 0,
    RULES_AT_MARK, /* at every mark: variation margin */
};

/* Who pays a deficit, in an order the venue chooses; what no stage pays is uncovered. */
enum rules_stage {
    RULES_FUND = 0,
    RULES_INJECTION,
    RULES_ADL,
    RULES_SOCIALISE,
    RULES_HALT,
    RULES_STAGES
};
extern const char *const rules_settlement_names[]; /* "at_close", "at_mark", NULL */
extern const char *const rules_stage_names[];      /* "fund", "injection", ..., NULL */

/* The one price both sides of an ADL settle at. */
enum rules_adl_price {
    RULES_ADL_BANKRUPTCY = 0,
    RULES_ADL_MARK,
    RULES_ADL_PREVIOUS_MARK,
    RULES_ADL_DRAWDOWN_LINE, /* the bankruptcy price, less what the fund may still lose before the
                                drawdown that started the ADL */
    RULES_ADL_MARK_UNLESS_DEPLETED, /* the mark; the bankruptcy price when the fund has nothing */
};
extern const char *const rules_adl_price_names[];

/* What ADL takes from a winner. */
enum rules_adl_settlement {
    RULES_ADL_OFFSET = 0, /* quantity: closed against the bankrupt position */
    RULES_ADL_HAIRCUT,    /* money: closed at the mark whole, and gives up profit for the deficit */
};
extern const char *const rules_adl_settlement_names[];

struct rules_adl {
    enum rules_adl_price price;
    enum rules_adl_settlement settlement;
    bool free_wallet_only; /* haircut: no more than what is free in the account after closing */
    struct adl_trigger_params trigger;
};

/* Emergency controls: started by the halt stage or by the first deficit, released by time or by a
 * fund that has recovered. */
struct rules_controls {
    time_ns_t halt;           /* the instrument is not traded for so long; 0: no halt */
    rate_t margin_multiplier; /* maintenance margins while it lasts; 0: not changed */
    time_ns_t multiplier_for; /* how long the multiplier stands */
    money_t release_balance;  /* both end early when the pool has so much; 0: they do not */
};

struct engine_rules {
    enum rules_settlement settlement;
    bool hedged_legs_netted; /* longs and shorts of a cross account in one instrument need margin
                                for their difference only */
    bool keep_hedges; /* a breached account's longs and shorts in one instrument are not closed
                         against each other first */
    bool one_sweep; /* an account that a liquidation or ADL of this instant puts in breach waits for
                         the next mark */
    bool keep_orders;       /* its open orders are not cancelled first */
    bool funding_from_fund; /* the pool pays and receives what the two sides of funding do not
                               balance, and no position pays more than it has */
    const struct partial_type *partial; /* NULL: none */
    struct partial_params partial_params;
    const struct takeover_type *takeover; /* NULL: at the bankruptcy price */
    struct takeover_params takeover_params;
    struct fee_rules fees; /* `rate` is the instrument's margin_rules.fee_rate */
    struct fund_rules fund;
    enum rules_stage order[RULES_STAGES];
    size_t stages; /* of order; 0: all of them as numbered */
    struct rules_adl adl;
    const struct socialise_type *socialise; /* NULL: none */
    struct socialise_params socialise_params;
    struct rules_controls controls;
};

/* Whether a stage is in the waterfall, and whether `first` comes before `second` (both in it). */
bool rules_has_stage(const struct engine_rules *rules, enum rules_stage stage);
bool rules_before(const struct engine_rules *rules, enum rules_stage first,
                  enum rules_stage second);

/* The i-th stage, and how many there are. */
enum rules_stage rules_stage_at(const struct engine_rules *rules, size_t i);
size_t rules_stage_count(const struct engine_rules *rules);

#endif
