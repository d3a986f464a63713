#include "io/binding_rules.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/fixed.h"

/* ---- margins ---- */

/* Quantity units that rate_slope is for. */
static enum status
slope_quantity(const struct scenario_contract *contract, const struct contract *bound,
               int64_t *quantity, struct error *err)
{
    const struct decimal stated = contract->rate_slope_contracts, size = bound->size;
    int128_t units;
    *quantity = 0;
    if (stated.value != 0) {
        if (fixed_rescale(stated.value, stated.scale, bound->quantity_scale, quantity) == FIXED_OK)
            return OK;
        return error_set(err, ERR_RANGE,
                         "contract %s: rate_slope_contracts is finer than its quantities (%d "
                         "decimals), or does not fit 64 bits",
                         contract->symbol, bound->quantity_scale);
    }
    units = (int128_t)fixed_power_of_ten[size.scale] * fixed_power_of_ten[bound->quantity_scale];
    if (units % size.value != 0 || units / size.value > INT64_MAX)
        return error_set(err, ERR_RANGE,
                         "contract %s: one base coin is no whole quantity of it; state "
                         "rate_slope_contracts",
                         contract->symbol);
    *quantity = (int64_t)(units / size.value);
    return OK;
}

static double
leverage_of(const struct scenario_tier *tier)
{
    return tier->initial_margin_rate != 0 ? (double)RATE_ONE / (double)tier->initial_margin_rate
                                          : tier->leverage_max;
}

/* The end of a tier that is not the last. */
static enum status
tier_end(struct margin_tier *bound, bool by_quantity, const struct scenario_tier *tier,
         const struct scenario_contract *contract, const struct contract *instrument,
         struct error *err)
{
    if (!by_quantity)
        return binding_money(tier->notional_max, instrument->money_decimals,
                             "notional_max of a risk tier", contract->symbol, &bound->notional_max,
                             err);
    if (fixed_rescale(tier->contracts_max.value, tier->contracts_max.scale,
                      instrument->quantity_scale, &bound->quantity_max) == FIXED_OK)
        return OK;
    return error_set(err, ERR_RANGE,
                     "contract %s: contracts_max of a risk tier is finer than its quantities (%d "
                     "decimals), or does not fit 64 bits",
                     contract->symbol, instrument->quantity_scale);
}

/* A position that posts no more than it must keep would be taken over at once. */
static enum status
check_leverage(const struct margin_rules *rules, size_t k, const char *symbol, struct error *err)
{
    const struct margin_tier *tier = &rules->tier[k];
    const rate_t fee = rules->fee_outside_trigger ? 0 : rules->fee_rate;
    const double needed = (double)(tier->rate + fee) / (double)RATE_ONE;
    if (1.0 / tier->leverage_max > needed)
        return OK;
    return error_set(err, ERR_RANGE,
                     "contract %s, tier %zu: a position opened at leverage_max %g posts %.4g %%, "
                     "no more than the %.4g %% at which it is taken over",
                     symbol, k + 1, tier->leverage_max, 100.0 / tier->leverage_max, 100.0 * needed);
}

enum status
binding_rules_margin(struct margin_rules *rules, const struct scenario_venue *venue,
                     const struct scenario_contract *contract, const struct contract *bound,
                     struct error *err)
{
    if (contract->tier_count > MARGIN_TIERS_MAX)
        return error_set(err, ERR_RANGE, "contract %s: more than %d risk tiers", contract->symbol,
                         MARGIN_TIERS_MAX);
    *rules = (struct margin_rules){
        .mode = (enum margin_tier_mode)venue->tier_mode,
        .compare = (enum margin_compare)venue->compare,
        .basis = (enum margin_basis)venue->maintenance_on,
        .by_quantity = venue->tiers_by == TIERS_BY_CONTRACTS,
        .fee_outside_trigger = !venue->fee_in_trigger,
        .fee_rate = venue->liquidation_fee_rate,
        .slope = contract->rate_slope,
        .tier_count = contract->tier_count,
    };
    if (rules->mode == MARGIN_SLOPE)
        TRY(slope_quantity(contract, bound, &rules->slope_quantity, err));
    for (size_t k = 0; k < contract->tier_count; k++) {
        const struct scenario_tier *tier = &contract->tiers[k];
        rules->tier[k] = (struct margin_tier){
            .notional_max = INT64_MAX,
            .quantity_max = INT64_MAX,
            .rate = tier->maintenance_margin_rate,
            .leverage_max = leverage_of(tier),
        };
        if (k + 1 < contract->tier_count)
            TRY(tier_end(&rules->tier[k], rules->by_quantity, tier, contract, bound, err));
        TRY(check_leverage(rules, k, contract->symbol, err));
    }
    return margin_rules_init(rules, err);
}

/* ---- the venue ---- */

/* An amount of the venue's rules, in the currency of every pool. */
static enum status
venue_money(const struct binding *binding, struct decimal amount, const char *key, money_t *money,
            struct error *err)
{
    *money = 0;
    if (amount.value == 0)
        return OK;
    const struct contract *first = binding->pool_contracts[0];
    for (size_t p = 1; p < binding->engine.pool_count; p++) {
        const struct contract *other = binding->pool_contracts[p];
        if (other->money_decimals != first->money_decimals)
            return error_set(err, ERR_RANGE,
                             "the venue's %s is an amount, and pool %s keeps money with %d "
                             "decimals but pool %s with %d: one amount cannot serve both",
                             key, binding->pool_names[0], first->money_decimals,
                             binding->pool_names[p], other->money_decimals);
    }
    return binding_money(amount, first->money_decimals, key, "the venue", money, err);
}

static void
bind_waterfall(struct engine_rules *rules, const struct scenario_venue *venue)
{
    assert(venue->stage_count <= RULES_STAGES);
    rules->stages = venue->stage_count;
    for (size_t i = 0; i < venue->stage_count; i++) {
        size_t stage = 0;
        while (strcmp(rules_stage_names[stage], venue->waterfall[i]) != 0)
            stage++;
        rules->order[i] = (enum rules_stage)stage;
    }
}

static enum status
bind_amounts(struct binding *binding, const struct scenario_venue *venue, struct error *err)
{
    struct engine_rules *rules = &binding->engine.rules;
    TRY(venue_money(binding, venue->fees.keeper_reward, "fees.keeper_reward",
                    &rules->fees.keeper_reward, err));
    TRY(venue_money(binding, venue->fund_rules.payout_max, "fund_rules.payout_max",
                    &rules->fund.payout_max, err));
    return venue_money(binding, venue->controls.release_balance, "controls.release_balance",
                       &rules->controls.release_balance, err);
}

enum status
binding_rules_venue(struct binding *binding, const struct scenario *scenario, struct error *err)
{
    const struct scenario_venue *venue = &scenario->venue;
    const struct partial_type *partial = partial_of(venue->partial);
    const struct socialise_type *socialise = socialise_of(venue->socialise);
    struct engine_rules *rules = &binding->engine.rules;
    *rules = (struct engine_rules){
        .settlement = (enum rules_settlement)venue->settlement,
        .hedged_legs_netted = venue->hedged_legs_netted,
        .keep_hedges = !venue->net_hedges_first,
        .keep_orders = !venue->cancel_orders_first,
        .funding_from_fund = venue->funding_from_fund,
        .partial = partial == &partial_none ? NULL : partial,
        .partial_params = venue->partial_params,
        .takeover = takeover_of(venue->takeover),
        .takeover_params = venue->takeover_params,
        .fees = {.platform_share = RATE_ONE - venue->fees.fund_share,
                 .venue_rate = venue->fees.venue_rate,
                 .keeper_rate = venue->fees.keeper_rate,
                 .beyond_margin = venue->fees.beyond_margin,
                 .residue_to = (enum fee_residue)venue->fees.residue_to,
                 .residue_fund_share = venue->fees.residue_fund_share,
                 .surplus_cap = venue->fees.cap},
        .fund = {.may_go_negative = venue->fund_rules.may_go_negative,
                 .payout_premium = venue->fund_rules.payout_premium,
                 .payout_window = venue->fund_rules.payout_window,
                 .settle = (enum fund_settle)venue->fund_rules.settle,
                 .settle_at = venue->fund_rules.settle_at},
        .adl = {.price = (enum rules_adl_price)venue->adl_rules.price,
                .settlement = (enum rules_adl_settlement)venue->adl_rules.settlement,
                .free_wallet_only = venue->adl_rules.free_wallet_only,
                .trigger = venue->adl_rules.trigger},
        .socialise = socialise == &socialise_none ? NULL : socialise,
        .socialise_params = venue->socialise_params,
        .controls = {.halt = venue->controls.halt,
                     .margin_multiplier = venue->controls.margin_multiplier,
                     .multiplier_for = venue->controls.multiplier_for},
    };
    bind_waterfall(rules, venue);
    return bind_amounts(binding, venue, err);
}
