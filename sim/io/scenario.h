/*
 * scenario.h - a scenario file: read, checked in one pass, defaults filled, printable again.
 *
 * YAML through libyaml's events and the tables of base/param.h.  Every problem of a file
 * is reported as `file:line:column: error: <what> [path.to.key]`.  The grammar is a strict subset:
 * decimal numbers only, units % bps k M and ms s min h d, RFC 3339 times in UTC; octal, hex, _ and
 * , inside numbers, nan, inf, yes/no, duplicate and unknown keys are errors.
 */
#ifndef SIM_IO_SCENARIO_H
#define SIM_IO_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/money.h"
#include "base/param.h"
#include "base/text.h"
#include "base/timeline.h"
#include "engine/margin.h"
#include "engine/rules.h"
#include "market/contract.h"
#include "models/adl_rank.h"
#include "models/adl_trigger.h"
#include "models/closeout_kind.h"
#include "models/funding_rate.h"
#include "models/index_kind.h"
#include "models/mark_kind.h"
#include "models/partial.h"
#include "models/population.h"
#include "models/socialise.h"
#include "models/takeover_kind.h"

enum scenario_mark { MARK_TAPE = 0, MARK_LAST, MARK_INDEX, MARK_COMPUTED };
enum scenario_funding { FUNDING_FROM_TAPE = 0, FUNDING_COMPUTED };
enum scenario_trigger_price { TRIGGER_MARK = 0, TRIGGER_INDEX, TRIGGER_LAST };
enum scenario_margin_mode { MODE_ISOLATED = 0, MODE_CROSS };
enum scenario_tiers_by { TIERS_BY_NOTIONAL = 0, TIERS_BY_CONTRACTS };
enum scenario_scope {
    SCOPE_ANY = 0,
    SCOPE_CONTRACT,
    SCOPE_GROUP,
    SCOPE_UNDERLYING_CURRENCY,
    SCOPE_CURRENCY,
    SCOPE_GLOBAL
};
extern const char *const scenario_margin_mode_names[]; /* "isolated", "cross", NULL */
enum scenario_events { EVENTS_ALL = 0, EVENTS_NONE };

struct scenario_tier {
    struct decimal notional_max;  /* settlement currency; value 0: no limit (the last tier) */
    struct decimal contracts_max; /* of tiers by contracts; value 0: no limit */
    rate_t maintenance_margin_rate;
    double leverage_max;        /* of a position opened in this tier; NaN: see the next */
    rate_t initial_margin_rate; /* the same said as a share of notional; 0: see the one before */
};

struct scenario_contract {
    char *symbol; /* owned */
    int kind;     /* enum contract_kind */
    struct decimal size;
    char *settlement; /* currency; owned */
    int64_t money_decimals;
    char *underlying;        /* what pools are kept by; owned, may be NULL */
    char *group;             /* the same */
    rate_t rate_slope;       /* tier_mode slope: added to the rates for every ... */
    struct decimal lot_size; /* contracts; 0: the smallest quantity */
    struct decimal
        rate_slope_contracts;    /* ... so many contracts; 0: as many as are one base coin */
    struct scenario_tier *tiers; /* ascending; owned */
    size_t tier_count;
};

struct scenario_adl_rules {
    int price;      /* enum rules_adl_price */
    int settlement; /* enum rules_adl_settlement */
    bool free_wallet_only;
    struct adl_trigger_params trigger;
};

struct scenario_fees {
    rate_t fund_share; /* of the liquidation fee, to the fund; the rest to the platform */
    rate_t venue_rate;
    int residue_to; /* enum fee_residue */
    rate_t residue_fund_share;
    rate_t cap; /* 0: none */
    rate_t keeper_rate;
    struct decimal keeper_reward;
    bool beyond_margin;
};

struct scenario_fund_rules {
    int scope; /* enum scenario_scope */
    bool may_go_negative;
    rate_t payout_premium;
    struct decimal payout_max; /* 0: no limit */
    time_ns_t payout_window;
    int settle; /* enum fund_settle */
    time_ns_t settle_at;
};

struct scenario_controls {
    time_ns_t halt;
    rate_t margin_multiplier; /* 0: margins are not changed */
    time_ns_t multiplier_for;
    struct decimal release_balance; /* 0: it ends nothing */
};

struct scenario_venue {
    char *name;     /* owned */
    char *source;   /* where the rules are from; owned, may be NULL */
    char **sources; /* more of them; owned, as the next two */
    size_t source_count;
    char **assumed; /* what the rules say without a source */
    size_t assumed_count;
    char **gaps; /* what the venue does and the rules do not say */
    size_t gap_count;
    time_ns_t valid_from, valid_to; /* 0: not stated */
    int margin_mode;                /* enum scenario_margin_mode */
    bool hedged_legs_netted;
    int settlement;     /* enum rules_settlement */
    int tier_mode;      /* enum margin_tier_mode */
    int tiers_by;       /* enum scenario_tiers_by */
    int maintenance_on; /* enum margin_basis */
    int trigger_price;  /* enum scenario_trigger_price */
    int compare; /* enum margin_compare: breach when equity <= or < maintenance margin + fee */
    rate_t
        liquidation_fee_rate; /* in the trigger, and paid to the fund out of what margin is left */
    struct scenario_contract *contracts; /* owned */
    size_t contract_count;
    bool fee_in_trigger, cancel_orders_first, net_hedges_first;
    const struct model *partial; /* one of partial_registry[] */
    struct partial_params partial_params;
    const struct model *takeover; /* one of takeover_registry[] */
    struct takeover_params takeover_params;
    struct scenario_fees fees;
    struct scenario_fund_rules fund_rules;
    char **waterfall; /* names of rules_stage_names[], no two alike; owned */
    size_t stage_count;
    const struct model *adl; /* one of adl_registry[] */
    struct adl_params adl_params;
    struct scenario_adl_rules adl_rules;
    const struct model *socialise; /* one of socialise_registry[] */
    struct socialise_params socialise_params;
    struct scenario_controls controls;
    const struct model *funding; /* one of funding_registry[] */
    struct funding_params funding_params;
    bool funding_from_fund;
    const struct model *index; /* one of index_registry[]; NULL: the tape's */
    struct index_params index_params;
    const struct model *mark; /* one of mark_registry[]; NULL: none is computed */
    struct mark_params mark_params;
};

/* A market the index of an instrument looks at. */
struct scenario_index_source {
    char *tape; /* instrument name on the tapes; owned */
    double weight;
};

struct scenario_instrument {
    char *symbol; /* a contract of the venue; owned */
    char *tape;   /* instrument name on the tapes; owned; NULL: the symbol */
    int mark;     /* enum scenario_mark */
    int funding;  /* enum scenario_funding */
    double
        open_interest; /* overrides population.open_interest for this instrument; NaN: does not */
    struct scenario_index_source *index_sources; /* owned */
    size_t index_source_count;
};

struct scenario_injection {
    time_ns_t time;
    struct decimal amount;
};

struct scenario_fund {
    char *pool;             /* owned */
    struct decimal balance; /* opening, settlement currency of what it covers */
    char **covers;          /* symbols; owned */
    size_t cover_count;
    struct scenario_injection *injections; /* ascending times; owned */
    size_t injection_count;
    struct decimal inject_below, inject_to, inject_max; /* value 0: no such policy */
};

struct scenario {
    char *path;      /* of the file it was read from; owned */
    int64_t version; /* `seawall:`, 1 */
    char *title;     /* owned */
    int64_t seed;
    struct {
        time_ns_t from, to;
    } window;     /* 0, 0: the whole tape */
    char **tapes; /* paths, resolved against the scenario's directory; owned */
    size_t tape_count;
    struct scenario_venue venue;
    struct scenario_instrument *instruments; /* owned */
    size_t instrument_count;
    struct scenario_fund *funds; /* owned */
    size_t fund_count;
    const struct model *population; /* one of population_registry[] */
    struct population_params population_params;
    const struct model *closeout; /* one of closeout_registry[] */
    struct closeout_params closeout_params;
    struct {
        time_ns_t every;
        int events;
    } record;
    bool last_period; /* the venue has several periods, and no window says which: its last */
    char **overrides; /* the --set arguments, as given; owned */
    size_t override_count;
};

/*
 * Reads `path` (a scenario, or a result .h5 whose effective scenario is rerun), applies
 * `overrides` ("path.to.key=value", borrowed), checks everything.  Every problem is appended to
 * *problems as one line with the source line and a caret under it; the first also goes to *err,
 * followed by how many there are.  On failure *scenario is cleared.
 */
enum status scenario_read(struct scenario *scenario, const char *path, const char *const *overrides,
                          size_t override_count, struct text *problems,
                          struct error *err) MUST_CHECK;

void scenario_clear(struct scenario *scenario);

/* What the margins of an instrument are judged at: its own mark, or the venue's trigger price. */
enum scenario_mark scenario_mark_of(const struct scenario *scenario, size_t instrument);

/* Appends the effective scenario: every key with its value, defaults included, venue inlined, as
 * YAML that scenario_read() reads back to the same scenario; plain numbers only. */
void scenario_print(const struct scenario *scenario, struct text *out);

/* Appends the reference manual (Markdown) or the JSON schema generated from the tables. */
void scenario_reference(struct text *out);
void scenario_schema(struct text *out);

/* Appends the registered models of every registry, with their parameters. */
void scenario_models(struct text *out);

#endif
