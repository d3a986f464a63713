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

static enum status
to_money(struct decimal amount, int decimals, const char *what, const char *name, money_t *money,
         struct error *err)
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
bind_rules(struct margin_rules *rules, const struct scenario_venue *venue,
           const struct scenario_contract *contract, struct error *err)
{
    if (contract->tier_count > MARGIN_TIERS_MAX)
        return error_set(err, ERR_RANGE, "contract %s: more than %d risk tiers", contract->symbol,
                         MARGIN_TIERS_MAX);
    *rules = (struct margin_rules){
        .mode = (enum margin_tier_mode)venue->tier_mode,
        .compare = (enum margin_compare)venue->compare,
        .fee_rate = venue->liquidation_fee_rate,
        .tier_count = contract->tier_count,
    };
    for (size_t k = 0; k < contract->tier_count; k++) {
        const struct scenario_tier *tier = &contract->tiers[k];
        rules->tier[k] = (struct margin_tier){
            .notional_max = INT64_MAX,
            .rate = tier->maintenance_margin_rate,
            .leverage_max = tier->leverage_max,
        };
        if (k + 1 < contract->tier_count)
            TRY(to_money(tier->notional_max, (int)contract->money_decimals,
                         "notional_max of a risk tier", contract->symbol,
                         &rules->tier[k].notional_max, err));
        const double needed =
            (double)(tier->maintenance_margin_rate + rules->fee_rate) / (double)RATE_ONE;
        if (1.0 / tier->leverage_max <= needed)
            return error_set(err, ERR_RANGE,
                             "contract %s, tier %zu: a position opened at leverage_max %g posts "
                             "%.4g %%, no more than the %.4g %% at which it is taken over",
                             contract->symbol, k + 1, tier->leverage_max,
                             100.0 / tier->leverage_max, 100.0 * needed);
    }
    return margin_rules_init(rules, err);
}

static enum status
bind_contract(struct binding *binding, size_t i, const struct scenario_contract *contract,
              int quantity_scale, struct error *err)
{
    const struct feed_extent *extents = binding->extents[i];
    struct contract *bound = &binding->instruments[i].contract;
    int price_scale = extents[TAPE_TRADE].price_scale;
    if (extents[TAPE_MARK].price_scale > price_scale)
        price_scale = extents[TAPE_MARK].price_scale;
    if (extents[TAPE_INDEX].price_scale > price_scale)
        price_scale = extents[TAPE_INDEX].price_scale;
    if (extents[TAPE_TRADE].quantity_scale > quantity_scale)
        quantity_scale = extents[TAPE_TRADE].quantity_scale;
    *bound = (struct contract){
        .kind = (enum contract_kind)contract->kind,
        .size = contract->size,
        .price_scale = price_scale,
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
    const enum tape_kind needed = instrument->mark == MARK_LAST ? TAPE_TRADE : TAPE_MARK;
    if (extents[needed].parts == 0)
        return error_set(err, ERR_RANGE, "%s: the tapes hold no %s of %s%s", instrument->symbol,
                         tape_kind_names[needed], name,
                         needed == TAPE_MARK && extents[TAPE_TRADE].parts > 0
                             ? "; import one, or say `mark: last` to use the last price"
                             : "");
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
    if (instrument->mark == MARK_LAST)
        TRY(binding_warn(binding, err, "%s: the last price is used as mark price",
                         instrument->symbol));
    for (enum tape_kind kind = 0; kind < TAPE_KINDS; kind++) {
        if (extents[kind].bars != NULL)
            TRY(binding_warn(binding, err,
                             "%s: %s rows are made from bars: the price inside a bar is assumed to "
                             "go %s, with a quarter of its volume at each of the four",
                             instrument->symbol, tape_kind_names[kind],
                             extents[kind].bars->bar_path));
    }
    if (extents[TAPE_FUNDING].parts == 0)
        TRY(binding_warn(binding, err, "%s: no funding on the tape: none is paid",
                         instrument->symbol));
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
        TRY(bind_contract(binding, i, contract, quantity_scale, err));
        TRY(bind_rules(&binding->instruments[i].rules, &scenario->venue, contract, err));
        binding->instruments[i].mark_is_last = instrument->mark == MARK_LAST;
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

/* Pools, the instruments they cover, and one number a settlement currency. */
static enum status
bind_pools(struct binding *binding, const struct scenario *scenario, struct error *err)
{
    for (size_t p = 0; p < scenario->fund_count; p++) {
        const struct scenario_fund *fund = &scenario->funds[p];
        binding->pool_names[p] = fund->pool;
        bind_cover(binding, scenario, p);
        const struct contract *contract = binding->pool_contracts[p];
        TRY(to_money(fund->balance, contract->money_decimals, "balance", fund->pool,
                     &binding->pools[p].opening, err));
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
        const bool by_last = binding->instruments[i].mark_is_last;
        const struct feed_extent *extent = &binding->extents[i][by_last ? TAPE_TRADE : TAPE_MARK];
        first = extent->first > first ? extent->first : first;
        last = extent->last < last ? extent->last : last;
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
        .instruments = calloc(instruments, sizeof(*binding->instruments)),
        .pools = calloc(pools, sizeof(*binding->pools)),
        .tape_names = calloc(instruments, sizeof(*binding->tape_names)),
        .symbols = calloc(instruments, sizeof(*binding->symbols)),
        .covers = calloc(instruments, sizeof(*binding->covers)),
        .pool_names = calloc(pools, sizeof(*binding->pool_names)),
        .pool_contracts = calloc(pools, sizeof(*binding->pool_contracts)),
        .extents = calloc(instruments, sizeof(*binding->extents)),
        .targets = calloc(instruments, sizeof(*binding->targets)),
    };
    enum status status = OK;
    if (binding->instruments == NULL || binding->pools == NULL || binding->tape_names == NULL ||
        binding->symbols == NULL || binding->covers == NULL || binding->pool_names == NULL ||
        binding->extents == NULL || binding->targets == NULL || binding->pool_contracts == NULL)
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
    free(binding->pools);
    free((void *)binding->tape_names);
    free((void *)binding->symbols);
    free((void *)binding->covers);
    free((void *)binding->pool_names);
    free((void *)binding->pool_contracts);
    free(binding->extents);
    free(binding->targets);
    free(binding->orders);
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
