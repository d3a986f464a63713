/*
 * binding.h - a scenario and its tapes become what the engine runs on.
 *
 * Where the two do not match (an instrument no tape holds, a window the tape does not cover, an
 * amount finer than the currency's smallest unit) it says so in one sentence that names both.
 */
#ifndef SIM_IO_BINDING_H
#define SIM_IO_BINDING_H

#include "base/error.h"
#include "engine/engine.h"
#include "engine/holders.h"
#include "engine/pricing.h"
#include "io/feed.h"
#include "io/scenario.h"

enum { BINDING_KINDS = TAPE_KINDS };

/* Warnings that tell what a venue's profile assumes or leaves out begin so. */
#define BINDING_PROFILE "profile: "

/* How the prices of one instrument come about. */
struct binding_prices {
    bool computed;                         /* pricing says what of; else all are the tape's */
    struct pricing_rules rules;            /* used if computed */
    const char *source[INDEX_SOURCES_MAX]; /* names on the tapes; borrowed */
    enum tape_kind source_kind[INDEX_SOURCES_MAX];
    int source_quantity_scale[INDEX_SOURCES_MAX];
    int price_scale;       /* decimals the sources and computed prices need */
    time_ns_t first, last; /* there are prices to judge margins at */
};

struct binding {
    struct engine_config engine;           /* points into this struct */
    struct engine_instrument *instruments; /* owned */
    struct engine_pool *pools;             /* owned */
    struct engine_injection **injections;  /* one array a pool, NULL: none; owned */
    size_t pool_count;
    const char **tape_names; /* one an instrument: its name on the tapes; array owned */
    const char **symbols;    /* one an instrument; array owned */
    const char **pool_names; /* array owned */
    const struct contract *
        *pool_contracts; /* one a pool: of an instrument it covers; array owned */
    const char **covers; /* one an instrument: its pool's name; array owned */
    struct feed_extent (*extents)[BINDING_KINDS]; /* one row an instrument; owned */
    struct binding_prices *prices;                /* one an instrument; owned */
    struct holders_config holders;
    struct holder_order *orders;     /* owned */
    struct holder_target *targets;   /* owned */
    struct holder_account *followed; /* one an account; used where one of them is cross; owned */
    char **accounts;                 /* names of explicit positions' accounts; owned */
    size_t account_count;
    time_ns_t from, to; /* the window; to is TIME_NS_NEVER when the tape ends it */
    time_ns_t preroll;  /* rows from here on are fed */
    char **warnings;    /* what a reader of the result must know; owned */
    size_t warning_count;
};

/* On failure *binding is cleared. */
enum status binding_init(struct binding *binding, const struct scenario *scenario,
                         const struct feed_tapes *tapes, struct error *err) MUST_CHECK;
void binding_clear(struct binding *binding);

/* Whether rows of a kind on the tapes are fed: not those that another price stands for. */
bool binding_feeds(const struct binding *binding, size_t instrument, enum tape_kind kind);

/* An amount as money of `decimals`; ERR_RANGE, naming what it is of whom, when it does not fit. */
enum status binding_money(struct decimal amount, int decimals, const char *what, const char *name,
                          money_t *money, struct error *err) MUST_CHECK;

/* Adds a sentence to the warnings. */
enum status binding_warn(struct binding *binding, struct error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4))) MUST_CHECK;

#endif
