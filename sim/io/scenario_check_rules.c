/* What the rules of a venue must not say together: see scenario_check_part.h. */
#include "io/scenario_check_part.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fixed.h"
#include "io/scenario_text.h"

static double
decimal_double(struct decimal value)
{
    return (double)value.value / (double)fixed_power_of_ten[value.scale];
}

static bool
has_stage(const struct scenario_venue *venue, enum rules_stage stage)
{
    for (size_t i = 0; i < venue->stage_count; i++) {
        if (venue->waterfall[i] != NULL &&
            strcmp(venue->waterfall[i], rules_stage_names[stage]) == 0)
            return true;
    }
    return false;
}

/* ---- tiers ---- */

struct tier_check {
    const struct check *check;
    const struct scenario_contract *contract;
    size_t contract_index;
};

static void
blame_tier(const struct tier_check *tiers, size_t k, const char *key, const char *message)
{
    path_text path;
    scenario_check_path(path, "venue.contracts[%zu].tiers[%zu].%s", tiers->contract_index, k, key);
    scenario_check_blame(tiers->check, path, "%s", message);
}

/* Where tier k ends. */
static void
check_end(const struct tier_check *tiers, size_t k)
{
    path_text path;
    char message[160];
    const struct scenario_tier *tier = &tiers->contract->tiers[k];
    const bool by_contracts = tiers->check->scenario->venue.tiers_by == TIERS_BY_CONTRACTS;
    const char *key = by_contracts ? "contracts_max" : "notional_max";
    const char *other = by_contracts ? "notional_max" : "contracts_max";
    const struct decimal end = by_contracts ? tier->contracts_max : tier->notional_max;
    const struct decimal stray = by_contracts ? tier->notional_max : tier->contracts_max;
    const bool last = k + 1 == tiers->contract->tier_count, open = end.value == 0;
    if (stray.value != 0) {
        snprintf(message, sizeof(message), "tiers end by %s here: see tiers_by", key);
        blame_tier(tiers, k, other, message);
        return;
    }
    snprintf(message, sizeof(message), "the last tier must be open-ended: leave %s out of it", key);
    if (last && !open)
        blame_tier(tiers, k, key, message);
    snprintf(message, sizeof(message), "missing key '%s': only the last tier is open-ended", key);
    if (!last && open)
        blame_tier(tiers, k, key, message);
    if (open)
        return;
    scenario_check_path(path, "venue.contracts[%zu].tiers[%zu].%s", tiers->contract_index, k, key);
    if (!by_contracts)
        scenario_check_amount(tiers->check, path, end, tiers->contract);
    if (k == 0)
        return;
    const struct decimal before = by_contracts ? tier[-1].contracts_max : tier[-1].notional_max;
    snprintf(message, sizeof(message),
             "tiers must ascend: this is not above the %s of the tier before it", key);
    if (before.value != 0 && decimal_double(end) <= decimal_double(before))
        blame_tier(tiers, k, key, message);
}

/* The margin a position of tier k is opened with. */
static void
check_opening(const struct tier_check *tiers, size_t k)
{
    char least[SCENARIO_NUMBER_MAX], message[200];
    const struct scenario_tier *tier = &tiers->contract->tiers[k];
    const double rate = (double)tier->maintenance_margin_rate / (double)RATE_ONE;
    const bool by_rate = tier->initial_margin_rate != 0, by_leverage = !isnan(tier->leverage_max);
    if (by_rate && by_leverage)
        blame_tier(tiers, k, "initial_margin_rate",
                   "leverage_max and initial_margin_rate are both stated: one follows from the "
                   "other");
    else if (!by_rate && !by_leverage)
        blame_tier(tiers, k, "leverage_max",
                   "missing key 'leverage_max': or state initial_margin_rate");
    else if (by_rate && tier->initial_margin_rate <= tier->maintenance_margin_rate)
        blame_tier(tiers, k, "initial_margin_rate",
                   "must be above the maintenance_margin_rate: a position opened with it would be "
                   "liquidated at once");
    snprintf(message, sizeof(message),
             "a position opened at this leverage would be liquidated at once: its margin is %s of "
             "its notional or less, and that is what it must keep",
             scenario_text_double(least, rate));
    if (by_leverage && tier->leverage_max * rate >= 1.0)
        blame_tier(tiers, k, "leverage_max", message);
}

/* What tier_mode and tiers_by ask of a contract. */
static void
check_mode(const struct tier_check *tiers)
{
    path_text path;
    const struct scenario_venue *venue = &tiers->check->scenario->venue;
    const struct scenario_contract *contract = tiers->contract;
    const bool slope = venue->tier_mode == MARGIN_SLOPE;
    scenario_check_path(path, "venue.contracts[%zu].tiers[1]", tiers->contract_index);
    if ((slope || venue->tier_mode == MARGIN_FLAT) && contract->tier_count > 1)
        scenario_check_blame(tiers->check, path, "tier_mode %s has one tier%s",
                             margin_tier_mode_names[venue->tier_mode],
                             slope ? ": its rate rises with the size of the position" : "");
    scenario_check_path(path, "venue.contracts[%zu].rate_slope", tiers->contract_index);
    if (slope && contract->rate_slope == 0)
        scenario_check_blame(tiers->check, path, "missing key 'rate_slope': tier_mode is slope");
    if (!slope && contract->rate_slope != 0)
        scenario_check_blame(tiers->check, path, "only tier_mode slope has a rate_slope");
    if (slope && contract->kind == CONTRACT_INVERSE && contract->rate_slope_contracts.value == 0)
        scenario_check_blame(tiers->check, path,
                             "an inverse contract needs rate_slope_contracts: how many make a "
                             "base coin depends on the price");
}

void
scenario_check_tiers(const struct check *check, size_t i)
{
    const struct scenario_venue *venue = &check->scenario->venue;
    const struct scenario_contract *contract = &venue->contracts[i];
    const struct tier_check tiers = {check, contract, i};
    for (size_t k = 0; k < contract->tier_count; k++) {
        const struct scenario_tier *tier = &contract->tiers[k];
        check_end(&tiers, k);
        if (k > 0 && tier->maintenance_margin_rate < tier[-1].maintenance_margin_rate)
            blame_tier(&tiers, k, "maintenance_margin_rate",
                       "must not be below the rate of the tier before it");
        if (tier->maintenance_margin_rate + venue->liquidation_fee_rate >= RATE_ONE)
            blame_tier(&tiers, k, "maintenance_margin_rate",
                       "reaches 1 together with the liquidation fee: no position could keep it");
        check_opening(&tiers, k);
    }
    check_mode(&tiers);
}

/* ---- pools ---- */

/* What a scope keeps pools by, of one contract; NULL: nothing but the currency. */
static const char *
scope_key(enum scenario_scope scope, const struct scenario_contract *contract)
{
    return scope == SCOPE_CONTRACT              ? contract->symbol
           : scope == SCOPE_GROUP               ? contract->group
           : scope == SCOPE_UNDERLYING_CURRENCY ? contract->underlying
                                                : NULL;
}

static bool
same_pool(enum scenario_scope scope, const struct scenario_contract *a,
          const struct scenario_contract *b)
{
    const char *one = scope_key(scope, a), *two = scope_key(scope, b);
    const bool same_key = one == NULL || two == NULL || strcmp(one, two) == 0;
    const bool by_currency = scope == SCOPE_UNDERLYING_CURRENCY || scope == SCOPE_CURRENCY;
    return same_key && (!by_currency || strcmp(a->settlement, b->settlement) == 0);
}

static const char *const scope_words[] = {
    [SCOPE_CONTRACT] = "contract",
    [SCOPE_GROUP] = "group",
    [SCOPE_UNDERLYING_CURRENCY] = "underlying_currency",
    [SCOPE_CURRENCY] = "currency",
    [SCOPE_GLOBAL] = "global",
};

/* The contracts in use state what the scope keeps pools by. */
static bool
scope_is_stated(const struct check *check, enum scenario_scope scope)
{
    path_text path;
    bool stated = true;
    const char *key = scope == SCOPE_GROUP ? "group" : "underlying";
    if (scope != SCOPE_GROUP && scope != SCOPE_UNDERLYING_CURRENCY)
        return true;
    for (size_t i = 0; i < check->scenario->instrument_count; i++) {
        const struct scenario_contract *contract =
            scenario_check_contract(check->scenario, check->scenario->instruments[i].symbol);
        if (scope_key(scope, contract) != NULL)
            continue;
        const size_t index = (size_t)(contract - check->scenario->venue.contracts);
        scenario_check_path(path, "venue.contracts[%zu].%s", index, key);
        scenario_check_blame(check, path, "missing key '%s': fund_rules.scope %s keeps pools by it",
                             key, scope_words[scope]);
        stated = false;
    }
    return stated;
}

/* Whether pool f is cut as the scope says. */
static void
check_pool(const struct check *check, enum scenario_scope scope, size_t f)
{
    path_text path;
    const struct scenario *scenario = check->scenario;
    const struct scenario_fund *fund = &scenario->funds[f];
    const struct scenario_contract *first = scenario_check_contract(scenario, fund->covers[0]);
    for (size_t k = 1; k < fund->cover_count; k++) {
        const struct scenario_contract *other = scenario_check_contract(scenario, fund->covers[k]);
        scenario_check_path(path, "funds[%zu].covers[%zu]", f, k);
        if (!same_pool(scope, first, other))
            scenario_check_blame(
                check, path, "does not share a pool with %s: the venue's fund_rules.scope is %s",
                first->symbol, scope_words[scope]);
    }
    for (size_t g = 0; g < f; g++) {
        const struct scenario_contract *other =
            scenario_check_contract(scenario, scenario->funds[g].covers[0]);
        scenario_check_path(path, "funds[%zu].covers[0]", f);
        if (!same_pool(scope, first, other))
            continue;
        scenario_check_blame(check, path,
                             "belongs into pool %s, with %s: the venue's fund_rules.scope is %s",
                             scenario->funds[g].pool, other->symbol, scope_words[scope]);
        return;
    }
}

static void
check_scope(const struct check *check)
{
    const struct scenario *scenario = check->scenario;
    const enum scenario_scope scope = (enum scenario_scope)scenario->venue.fund_rules.scope;
    if (scope == SCOPE_ANY || !scenario_check_clean(check, "funds") ||
        !scenario_check_clean(check, "instruments") || !scope_is_stated(check, scope))
        return;
    for (size_t f = 0; f < scenario->fund_count; f++)
        check_pool(check, scope, f);
}

/* ---- deleveraging ---- */

static void
check_ranking(const struct check *check)
{
    const struct scenario_venue *venue = &check->scenario->venue;
    const struct adl_type *type = adl_of(venue->adl);
    const bool haircut = venue->adl_rules.settlement == RULES_ADL_HAIRCUT;
    if (haircut && type->allocate != NULL)
        scenario_check_blame(check, "venue.adl.kind",
                             "%s shares out a quantity, and adl_rules.settlement haircut closes "
                             "winners one after the other: pick a kind that ranks",
                             venue->adl->name);
    if (venue->settlement == RULES_AT_MARK && haircut)
        scenario_check_blame(check, "venue.adl_rules.settlement",
                             "haircut takes unrealised profit, and with settlement at_mark there "
                             "is none");
    if (venue->settlement == RULES_AT_MARK && !type->losers)
        scenario_check_blame(check, "venue.adl.kind",
                             "%s ranks by unrealised profit, and with settlement at_mark there is "
                             "none: pick random, or leave adl out of the waterfall",
                             venue->adl->name);
}

static void
check_adl(const struct check *check)
{
    const struct scenario_venue *venue = &check->scenario->venue;
    const struct adl_trigger_params *trigger = &venue->adl_rules.trigger;
    if (!scenario_check_clean(check, "venue.adl") ||
        !scenario_check_clean(check, "venue.adl_rules") ||
        !scenario_check_clean(check, "venue.waterfall"))
        return;
    const bool any = trigger->depleted || trigger->drawdown || trigger->inventory_cap ||
                     trigger->account_negative;
    if (has_stage(venue, RULES_ADL))
        check_ranking(check);
    else if (any)
        scenario_check_blame(check, "venue.adl_rules.trigger",
                             "the waterfall has no adl stage for this to put on");
    if (any && venue->adl_rules.settlement == RULES_ADL_HAIRCUT)
        scenario_check_blame(check, "venue.adl_rules.trigger",
                             "only adl_rules.settlement offset can be put on before a deficit: a "
                             "haircut is taken for one");
    if (trigger->drawdown && trigger->recover_rate > trigger->rate)
        scenario_check_blame(check, "venue.adl_rules.trigger.recover_rate",
                             "must not be above the rate: it would go off before it goes on");
    if (venue->adl_rules.price == RULES_ADL_DRAWDOWN_LINE && !trigger->drawdown)
        scenario_check_blame(check, "venue.adl_rules.price",
                             "drawdown_line needs adl_rules.trigger.drawdown: there is no line");
}

/* ---- kinds that do not fit together ---- */

static void
check_modes(const struct check *check)
{
    const struct scenario_venue *venue = &check->scenario->venue;
    const bool one_tier = venue->tier_mode == MARGIN_SLOPE || venue->tier_mode == MARGIN_FLAT;
    if (venue->tiers_by == TIERS_BY_CONTRACTS && venue->tier_mode != MARGIN_STEP)
        scenario_check_blame(check, "venue.tiers_by",
                             "tiers by contracts are for tier_mode step: a slice of a notional "
                             "does not end at a number of contracts");
    if (venue->settlement == RULES_AT_MARK && venue->margin_mode != MODE_CROSS)
        scenario_check_blame(check, "venue.settlement",
                             "at_mark needs margin_mode cross: profit goes to the balance that "
                             "backs the positions");
    if (venue->hedged_legs_netted && venue->margin_mode != MODE_CROSS)
        scenario_check_blame(check, "venue.hedged_legs_netted",
                             "needs margin_mode cross: isolated positions have no other leg");
    if (one_tier && (venue->partial == &partial_two_tiers_down.model ||
                     venue->partial == &partial_to_tier_1.model ||
                     venue->partial == &partial_fok_lower_tier.model))
        scenario_check_blame(check, "venue.partial.kind",
                             "%s goes down to a lower tier, and tier_mode %s has one",
                             venue->partial->name, margin_tier_mode_names[venue->tier_mode]);
    if (venue->socialise == &socialise_step_gains.model && venue->settlement != RULES_AT_MARK)
        scenario_check_blame(check, "venue.socialise.kind",
                             "step_gains shares the gains of a settlement at every mark: it needs "
                             "settlement at_mark");
    if (venue->socialise != &socialise_none.model && venue->socialise != NULL &&
        !has_stage(venue, RULES_SOCIALISE))
        scenario_check_blame(check, "venue.socialise.kind",
                             "the waterfall has no socialise stage: nothing would be shared");
}

static void
check_marks(const struct check *check)
{
    path_text path;
    const struct scenario *scenario = check->scenario;
    for (size_t i = 0; i < scenario->instrument_count; i++) {
        scenario_check_path(path, "instruments[%zu].mark", i);
        if (scenario->instruments[i].mark == MARK_COMPUTED && scenario->venue.mark == NULL)
            scenario_check_blame(check, path,
                                 "computed needs a mark kind: state venue.mark, or another mark");
        scenario_check_path(path, "instruments[%zu].funding", i);
        if (scenario->instruments[i].funding == FUNDING_COMPUTED &&
            (scenario->venue.funding == NULL || scenario->venue.funding == &funding_tape.model))
            scenario_check_blame(check, path,
                                 "computed needs a funding kind: state venue.funding, or tape");
        scenario_check_path(path, "instruments[%zu].index_sources", i);
        if (scenario->instruments[i].index_source_count > 0 && scenario->venue.index == NULL)
            scenario_check_blame(check, path,
                                 "sources need an index kind: state venue.index, or leave them out "
                                 "for the tape's index");
    }
}

void
scenario_check_rules(const struct check *check)
{
    const struct scenario_venue *venue = &check->scenario->venue;
    check_marks(check);
    if (!scenario_check_clean(check, "venue"))
        return;
    check_scope(check);
    check_adl(check);
    check_modes(check);
    if (venue->fund_rules.settle_at != 0 && venue->fund_rules.settle != FUND_SETTLE_DAILY)
        scenario_check_blame(check, "venue.fund_rules.settle_at",
                             "only settle daily has a time of the day");
}
