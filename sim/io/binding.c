#include "io/binding.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fixed.h"
#include "io/binding_orders.h"
#include "io/binding_prices.h"
#include "io/binding_rules.h"

enum {
    /* Quantity decimals of an instrument without trades on the tape; contracts of an inverse one
     * are whole. */
    LINEAR_QUANTITY_SCALE = 8,
    POSITIONS_EXPECTED = 4096,
};

/* A window may begin or end this long before or after the tape's rows: the first trade of a day
 * is never at midnight sharp. */
static const time_ns_t window_slack = 5 * TIME_NS_MINUTE;

/* A day before the window is read as well, where the tape has it: the volume clock needs it. */
static const time_ns_t clock_preroll = TIME_NS_DAY;

static const struct scenario_contract *
contract_of(const struct scenario_venue *venue, const char *symbol)
{
    for (size_t i = 0; i < venue->contract_count; i++) {
        if (strcmp(venue->contracts[i].symbol, symbol) == 0)
            return &venue->contracts[i];
    }
    assert(false); /* scenario_read() has checked that every symbol is a contract of the venue */
    return NULL;
}

enum status
binding_money(struct decimal amount, int decimals, const char *what, const char *name,
              money_t *money, struct error *err)
{
    char text[FIXED_TEXT_MAX];
    switch (fixed_rescale(amount.value, amount.scale, decimals, money)) {
    case FIXED_OK:
        return OK;
    case FIXED_INEXACT:
        fixed_format(text, amount.value, amount.scale);
        return error_set(err, ERR_RANGE,
                         "%s of %s: %s is finer than the currency's smallest unit (%d decimals)",
                         what, name, text, decimals);
    default:
        fixed_format(text, amount.value, amount.scale);
        return error_set(err, ERR_RANGE, "%s of %s: %s does not fit 64 bits at %d decimals", what,
                         name, text, decimals);
    }
}

static enum status
bind_contract(struct binding *binding, size_t i, const struct scenario_contract *contract,
              int quantity_scale, struct error *err)
{
    const struct feed_extent *extents = binding->extents[i];
    struct contract *bound = &binding->instruments[i].contract;
    if (extents[TAPE_TRADE].quantity_scale > quantity_scale)
        quantity_scale = extents[TAPE_TRADE].quantity_scale;
    *bound = (struct contract){
        .kind = (enum contract_kind)contract->kind,
        .size = contract->size,
        .price_scale = binding->prices[i].price_scale,
        .quantity_scale = quantity_scale,
        .money_decimals = (int)contract->money_decimals,
    };
    if (strlen(contract->symbol) >= sizeof(bound->symbol) ||
        strlen(contract->settlement) >= sizeof(bound->settlement))
        return error_set(err, ERR_RANGE,
                         "contract %s: symbol or settlement is too long (%zu, %zu "
                         "bytes at most)",
                         contract->symbol, sizeof(bound->symbol) - 1,
                         sizeof(bound->settlement) - 1);
    snprintf(bound->symbol, sizeof(bound->symbol), "%s", contract->symbol);
    snprintf(bound->settlement, sizeof(bound->settlement), "%s", contract->settlement);
    return contract_init(bound, err);
}

/* What the tapes must hold of one instrument, and what a reader should know about it. */
static enum status
check_streams(struct binding *binding, const struct scenario *scenario,
              const struct feed_tapes *tapes, size_t i, struct error *err)
{
    const struct scenario_instrument *instrument = &scenario->instruments[i];
    const char *name = binding->tape_names[i];
    struct feed_extent *extents = binding->extents[i];
    size_t any = 0;
    for (enum tape_kind kind = 0; kind < TAPE_KINDS; kind++) {
        TRY(feed_extent(tapes, name, kind, &extents[kind], err));
        any += extents[kind].parts;
    }
    if (any == 0)
        return error_set(err, ERR_RANGE,
                         "%s: no tape holds the instrument %s (scenario %s); `seawall info` lists "
                         "what a tape holds, `tape:` names it where it differs from the symbol",
                         instrument->symbol, name, scenario->path);
    const enum scenario_mark mark = scenario_mark_of(scenario, i);
    TRY(binding_prices_make(binding, scenario, tapes, i, err));
    if (!closeout_of(scenario->closeout)->at_mark && extents[TAPE_TRADE].parts == 0)
        return error_set(err, ERR_RANGE,
                         "%s: close-out by %s needs trades, and the tapes hold none of %s",
                         instrument->symbol, scenario->closeout->name, name);
    if (slippage_of(scenario->closeout_params.slippage)->needs_market &&
        extents[TAPE_TRADE].parts == 0 && isnan(scenario->closeout_params.daily_volume))
        return error_set(err, ERR_RANGE,
                         "%s: the slippage model %s measures the daily volume on trades, and the "
                         "tapes hold none of %s; state closeout.daily_volume",
                         instrument->symbol, scenario->closeout_params.slippage->name, name);
    if (mark == MARK_LAST || mark == MARK_INDEX)
        TRY(binding_warn(binding, err, "%s: the %s price is used as mark price", instrument->symbol,
                         mark == MARK_LAST ? "last" : "index"));
    for (enum tape_kind kind = 0; kind < TAPE_KINDS; kind++) {
        if (extents[kind].bars != NULL)
            TRY(binding_warn(binding, err,
                             "%s: %s rows are made from bars: the price inside a bar is assumed to "
                             "go %s, with a quarter of its volume at each of the four",
                             instrument->symbol, tape_kind_names[kind],
                             extents[kind].bars->bar_path));
    }
    return OK;
}

static enum status
bind_instruments(struct binding *binding, const struct scenario *scenario,
                 const struct feed_tapes *tapes, const struct positions *positions,
                 struct error *err)
{
    for (size_t i = 0; i < scenario->instrument_count; i++) {
        const struct scenario_instrument *instrument = &scenario->instruments[i];
        const struct scenario_contract *contract =
            contract_of(&scenario->venue, instrument->symbol);
        binding->symbols[i] = instrument->symbol;
        binding->tape_names[i] = instrument->tape != NULL ? instrument->tape : instrument->symbol;
        TRY(check_streams(binding, scenario, tapes, i, err));
        int quantity_scale = 0;
        if (binding->extents[i][TAPE_TRADE].parts == 0 && contract->kind == CONTRACT_LINEAR)
            quantity_scale = LINEAR_QUANTITY_SCALE;
        if (positions != NULL) {
            const int needed = binding_orders_scale(positions, instrument->symbol);
            quantity_scale = needed > quantity_scale ? needed : quantity_scale;
        }
        if (contract->lot_size.scale > quantity_scale)
            quantity_scale = contract->lot_size.scale;
        TRY(bind_contract(binding, i, contract, quantity_scale, err));
        if (fixed_rescale(contract->lot_size.value, contract->lot_size.scale,
                          binding->instruments[i].contract.quantity_scale,
                          &binding->instruments[i].lot_step) != FIXED_OK)
            return error_set(err, ERR_RANGE, "contract %s: lot_size does not fit 64 bits",
                             contract->symbol);
        TRY(binding_rules_margin(&binding->instruments[i].rules, &scenario->venue, contract,
                                 &binding->instruments[i].contract, err));
        binding_prices_rates(binding, i);
        binding->instruments[i].mark_is_last = scenario_mark_of(scenario, i) == MARK_LAST;
        binding->instruments[i].mark_is_index = scenario_mark_of(scenario, i) == MARK_INDEX;
    }
    return OK;
}

/* Which instruments a pool covers; its currency is theirs. */
static void
bind_cover(struct binding *binding, const struct scenario *scenario, size_t pool)
{
    const struct scenario_fund *fund = &scenario->funds[pool];
    for (size_t c = 0; c < fund->cover_count; c++) {
        for (size_t i = 0; i < scenario->instrument_count; i++) {
            if (strcmp(fund->covers[c], binding->symbols[i]) != 0)
                continue;
            binding->instruments[i].pool = pool;
            binding->covers[i] = fund->pool;
            binding->pool_contracts[pool] = &binding->instruments[i].contract;
        }
    }
    /* scenario_read() has checked that a pool covers something, and one currency only. */
    assert(binding->pool_contracts[pool] != NULL);
}

/* The capital that is brought to a pool. */
static enum status
bind_injections(struct binding *binding, const struct scenario_fund *fund, size_t pool,
                struct error *err)
{
    const int decimals = binding->pool_contracts[pool]->money_decimals;
    struct engine_pool *bound = &binding->pools[pool];
    TRY(binding_money(fund->inject_below, decimals, "inject_below", fund->pool,
                      &bound->inject_below, err));
    TRY(binding_money(fund->inject_to, decimals, "inject_to", fund->pool, &bound->inject_to, err));
    TRY(binding_money(fund->inject_max, decimals, "inject_max", fund->pool, &bound->inject_max,
                      err));
    if (fund->injection_count == 0)
        return OK;
    struct engine_injection *injections = calloc(fund->injection_count, sizeof(*injections));
    if (injections == NULL)
        return error_memory(err, "preparing the run");
    binding->injections[pool] = injections;
    bound->injections = injections;
    for (size_t i = 0; i < fund->injection_count; i++) {
        injections[i].time = fund->injections[i].time;
        TRY(binding_money(fund->injections[i].amount, decimals, "an injection", fund->pool,
                          &injections[i].amount, err));
    }
    bound->injection_count = fund->injection_count;
    return OK;
}

/* Pools, the instruments they cover, and one number a settlement currency. */
static enum status
bind_pools(struct binding *binding, const struct scenario *scenario, struct error *err)
{
    for (size_t p = 0; p < scenario->fund_count; p++) {
        const struct scenario_fund *fund = &scenario->funds[p];
        binding->pool_names[p] = fund->pool;
        bind_cover(binding, scenario, p);
        const struct contract *contract = binding->pool_contracts[p];
        TRY(binding_money(fund->balance, contract->money_decimals, "balance", fund->pool,
                          &binding->pools[p].opening, err));
        TRY(bind_injections(binding, fund, p, err));
        size_t q = 0;
        while (strcmp(binding->pool_contracts[q]->settlement, contract->settlement) != 0)
            q++;
        binding->pools[p].currency =
            q < p ? binding->pools[q].currency : binding->engine.currency_count++;
    }
    return OK;
}

static void
tell_times(char *text, size_t size, time_ns_t a, time_ns_t b)
{
    char first[TIMELINE_TEXT_MAX], last[TIMELINE_TEXT_MAX];
    timeline_format(first, a);
    timeline_format(last, b);
    snprintf(text, size, "%s to %s", first, last);
}

/* The window of the run: what the scenario says, checked against the tape, or all of the tape after
 * the lookback. */
static enum status
bind_window(struct binding *binding, const struct scenario *scenario, struct error *err)
{
    time_ns_t first = INT64_MIN, last = TIME_NS_NEVER;
    for (size_t i = 0; i < scenario->instrument_count; i++) {
        const struct binding_prices *prices = &binding->prices[i];
        first = prices->first > first ? prices->first : first;
        last = prices->last < last ? prices->last : last;
    }
    const bool drawn = scenario->population == &population_synthetic;
    const time_ns_t lookback = drawn ? scenario->population_params.lookback : 0;
    const bool stated = scenario->window.from != 0 || scenario->window.to != 0;
    binding->from = stated ? scenario->window.from : first;
    binding->to = stated ? scenario->window.to : TIME_NS_NEVER;
    char covered[2 * TIMELINE_TEXT_MAX + 8], asked[2 * TIMELINE_TEXT_MAX + 8];
    tell_times(covered, sizeof(covered), first, last);
    if (first > last)
        return error_set(err, ERR_RANGE,
                         "the instruments of %s have no time in common on the tapes",
                         scenario->path);
    if (stated && (binding->from < first - window_slack || binding->to > last + window_slack)) {
        tell_times(asked, sizeof(asked), binding->from, binding->to);
        return error_set(err, ERR_RANGE,
                         "window %s is not covered by the tapes: prices of all instruments go from "
                         "%s",
                         asked, covered);
    }
    const time_ns_t before = lookback > clock_preroll ? lookback : clock_preroll;
    binding->preroll = binding->from - before;
    if (lookback > 0 && binding->from - first < lookback) {
        char text[TIMELINE_TEXT_MAX];
        timeline_format_duration(text, lookback);
        if (binding->from <= first)
            return binding_warn(binding, err,
                                "the tape has nothing before the window: the opening book is "
                                "entered at the first price, not over a lookback of %s",
                                text);
        return binding_warn(binding, err,
                            "the tape begins less than the lookback of %s before the window: "
                            "entries of the opening book are drawn from what there is",
                            text);
    }
    return OK;
}

/* Whether the rules hold for all of the window; they may be tried on another. */
static enum status
remark_validity(struct binding *binding, const struct scenario_venue *venue, struct error *err)
{
    char text[TIMELINE_TEXT_MAX];
    if (venue->valid_from != 0 && binding->from < venue->valid_from) {
        timeline_format(text, venue->valid_from);
        TRY(binding_warn(binding, err,
                         "the venue's rules hold from %s on: the window begins before", text));
    }
    const bool after = binding->to == TIME_NS_NEVER ? binding->from >= venue->valid_to
                                                    : binding->to > venue->valid_to;
    if (venue->valid_to == 0 || !after)
        return OK;
    timeline_format(text, venue->valid_to);
    return binding_warn(binding, err, "the venue's rules hold until %s: the window ends after",
                        text);
}

/* What is no mistake, and yet may not be what was meant. */
static enum status
bind_remarks(struct binding *binding, const struct scenario *scenario, struct error *err)
{
    if (scenario->last_period)
        TRY(binding_warn(binding, err,
                         "the venue has several periods and the scenario states no window: the "
                         "last period is taken"));
    TRY(remark_validity(binding, &scenario->venue, err));
    for (size_t i = 0; i < scenario->venue.assumed_count; i++)
        TRY(binding_warn(binding, err, BINDING_PROFILE "assumed: %s", scenario->venue.assumed[i]));
    for (size_t i = 0; i < scenario->venue.gap_count; i++)
        TRY(binding_warn(binding, err, BINDING_PROFILE "gap: %s", scenario->venue.gaps[i]));
    for (size_t p = 0; p < scenario->fund_count; p++) {
        const struct scenario_fund *fund = &scenario->funds[p];
        if (fund->balance.value > 0 && !rules_has_stage(&binding->engine.rules, RULES_FUND))
            TRY(binding_warn(binding, err,
                             "pool %s has a balance, but the venue's waterfall has no fund stage: "
                             "it pays nothing",
                             fund->pool));
        size_t outside = 0;
        for (size_t i = 0; i < fund->injection_count; i++)
            outside +=
                fund->injections[i].time < binding->from || fund->injections[i].time >= binding->to;
        if (outside > 0)
            TRY(binding_warn(binding, err, "pool %s: %zu of its injections are outside the window",
                             fund->pool, outside));
    }
    return OK;
}

static void
bind_engine(struct binding *binding, const struct scenario *scenario)
{
    binding->engine.instruments = binding->instruments;
    binding->engine.instrument_count = scenario->instrument_count;
    binding->engine.pools = binding->pools;
    binding->engine.pool_count = scenario->fund_count;
    binding->engine.closeout = scenario->closeout_params;
    binding->engine.closeout_type = closeout_of(scenario->closeout);
    binding->engine.adl = adl_of(scenario->venue.adl);
    binding->engine.positions_expected = POSITIONS_EXPECTED;
    binding->engine.sample_every = scenario->record.every;
}

static void
bind_targets(struct binding *binding, const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->instrument_count; i++) {
        const double own = scenario->instruments[i].open_interest;
        binding->targets[i] = (struct holder_target){
            .params = &scenario->population_params,
            .open_interest = isnan(own) ? scenario->population_params.open_interest : own,
            .seed = (uint64_t)scenario->seed,
            .cross = scenario->venue.margin_mode == MODE_CROSS,
            .currency = binding->pools[binding->instruments[i].pool].currency,
        };
    }
    binding->holders.targets = binding->targets;
}

static enum status
bind_all(struct binding *binding, const struct scenario *scenario, const struct feed_tapes *tapes,
         struct error *err)
{
    const bool explicit_positions = scenario->population == &population_positions;
    struct positions positions = {0};
    if (explicit_positions)
        TRY(positions_read(&positions, scenario->population_params.file, NULL, err));
    enum status status =
        bind_instruments(binding, scenario, tapes, explicit_positions ? &positions : NULL, err);
    if (status == OK)
        status = bind_pools(binding, scenario, err);
    if (status == OK)
        status = bind_window(binding, scenario, err);
    bind_engine(binding, scenario);
    if (status == OK)
        status = binding_rules_venue(binding, scenario, err);
    if (status == OK)
        status = bind_remarks(binding, scenario, err);
    if (status == OK && explicit_positions)
        status = binding_orders_make(binding, scenario, &positions, err);
    else if (status == OK)
        bind_targets(binding, scenario);
    positions_clear(&positions);
    return status;
}

enum status
binding_init(struct binding *binding, const struct scenario *scenario,
             const struct feed_tapes *tapes, struct error *err)
{
    const size_t instruments = scenario->instrument_count, pools = scenario->fund_count;
    *binding = (struct binding){
        .pool_count = pools,
        .instruments = calloc(instruments, sizeof(*binding->instruments)),
        .pools = calloc(pools, sizeof(*binding->pools)),
        .tape_names = calloc(instruments, sizeof(*binding->tape_names)),
        .symbols = calloc(instruments, sizeof(*binding->symbols)),
        .covers = calloc(instruments, sizeof(*binding->covers)),
        .pool_names = calloc(pools, sizeof(*binding->pool_names)),
        .injections = calloc(pools, sizeof(struct engine_injection *)),
        .pool_contracts = calloc(pools, sizeof(*binding->pool_contracts)),
        .extents = calloc(instruments, sizeof(*binding->extents)),
        .targets = calloc(instruments, sizeof(*binding->targets)),
        .prices = calloc(instruments, sizeof(*binding->prices)),
    };
    enum status status = OK;
    if (binding->instruments == NULL || binding->pools == NULL || binding->tape_names == NULL ||
        binding->symbols == NULL || binding->covers == NULL || binding->pool_names == NULL ||
        binding->extents == NULL || binding->targets == NULL || binding->injections == NULL ||
        binding->pool_contracts == NULL || binding->prices == NULL)
        status = error_memory(err, "preparing the run");
    if (status == OK)
        status = bind_all(binding, scenario, tapes, err);
    if (status != OK)
        binding_clear(binding);
    return status;
}

void
binding_clear(struct binding *binding)
{
    for (size_t i = 0; i < binding->warning_count; i++)
        free(binding->warnings[i]);
    for (size_t i = 0; i < binding->account_count; i++)
        free(binding->accounts[i]);
    free(binding->warnings);
    free(binding->accounts);
    free(binding->instruments);
    for (size_t p = 0; binding->injections != NULL && p < binding->pool_count; p++)
        free(binding->injections[p]);
    free(binding->injections);
    free(binding->pools);
    free((void *)binding->tape_names);
    free((void *)binding->symbols);
    free((void *)binding->covers);
    free((void *)binding->pool_names);
    free((void *)binding->pool_contracts);
    free(binding->extents);
    free(binding->targets);
    free(binding->prices);
    free(binding->orders);
    free(binding->followed);
    *binding = (struct binding){0};
}

enum status
binding_warn(struct binding *binding, struct error *err, const char *format, ...)
{
    char **warnings = realloc(binding->warnings, (binding->warning_count + 1) * sizeof(*warnings));
    if (warnings == NULL)
        return error_memory(err, "noting a warning");
    binding->warnings = warnings;
    va_list args;
    char text[512];
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    warnings[binding->warning_count] = strdup(text);
    if (warnings[binding->warning_count] == NULL)
        return error_memory(err, "noting a warning");
    binding->warning_count++;
    return OK;
}
