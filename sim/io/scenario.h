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
#include "market/contract.h"
#include "models/adl_rank.h"
#include "models/closeout_kind.h"
#include "models/population.h"

enum scenario_mark { MARK_TAPE = 0, MARK_LAST };
enum scenario_events { EVENTS_ALL = 0, EVENTS_NONE };

struct scenario_tier {
    struct decimal notional_max; /* settlement currency; value 0: no limit (the last tier) */
    rate_t maintenance_margin_rate;
    double leverage_max; /* of a position opened in this tier */
};

struct scenario_contract {
    char *symbol; /* owned */
    int kind;     /* enum contract_kind */
    struct decimal size;
    char *settlement; /* currency; owned */
    int64_t money_decimals;
    struct scenario_tier *tiers; /* ascending; owned */
    size_t tier_count;
};

struct scenario_venue {
    char *name;                     /* owned */
    char *source;                   /* where the rules are from; owned, may be NULL */
    time_ns_t valid_from, valid_to; /* 0: not stated */
    int tier_mode;                  /* enum margin_tier_mode */
    int compare; /* enum margin_compare: breach when equity <= or < maintenance margin + fee */
    rate_t
        liquidation_fee_rate; /* in the trigger, and paid to the fund out of what margin is left */
    struct scenario_contract *contracts; /* owned */
    size_t contract_count;
    const struct model *adl; /* one of adl_registry[] */
    struct adl_params adl_params;
};

struct scenario_instrument {
    char *symbol; /* a contract of the venue; owned */
    char *tape;   /* instrument name on the tapes; owned; NULL: the symbol */
    int mark;     /* enum scenario_mark */
    double
        open_interest; /* overrides population.open_interest for this instrument; NaN: does not */
};

struct scenario_fund {
    char *pool;             /* owned */
    struct decimal balance; /* opening, settlement currency of what it covers */
    char **covers;          /* symbols; owned */
    size_t cover_count;
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

/* Appends the effective scenario: every key with its value, defaults included, venue inlined, as
 * YAML that scenario_read() reads back to the same scenario; plain numbers only. */
void scenario_print(const struct scenario *scenario, struct text *out);

/* Appends the reference manual (Markdown) or the JSON schema generated from the tables. */
void scenario_reference(struct text *out);
void scenario_schema(struct text *out);

/* Appends the registered models of every registry, with their parameters. */
void scenario_models(struct text *out);

#endif
