#include "engine/margin.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

const char *const margin_tier_mode_names[] = {"step", "marginal", "slope", "flat", NULL};
const char *const margin_basis_names[] = {"mark", "entry", NULL};
const char *const margin_compare_names[] = {"le", "lt", NULL};

/* Where a tier ends and the one before it does (NULL for the first). */
static enum status
check_end(const struct margin_rules *rules, const struct margin_tier *tier,
          const struct margin_tier *before, size_t number, struct error *err)
{
    const int64_t end = rules->by_quantity ? tier->quantity_max : tier->notional_max;
    const char *what = rules->by_quantity ? "quantity" : "notional";
    if (end <= 0)
        return error_set(err, ERR_RANGE, "tier %zu: the %s it ends at must be > 0", number, what);
    if (before && end <= (rules->by_quantity ? before->quantity_max : before->notional_max))
        return error_set(err, ERR_RANGE, "tier %zu: it must end above the %s tier %zu ends at",
                         number, what, number - 1);
    return OK;
}

/* The range of one tier, given the one before it (NULL for the first). */
static enum status
check_tier(const struct margin_rules *rules, const struct margin_tier *tier,
           const struct margin_tier *before, size_t number, struct error *err)
{
    const rate_t fee_rate = rules->fee_rate;
    if (tier->rate <= 0 || tier->rate >= RATE_ONE)
        return error_set(err, ERR_RANGE,
                         "tier %zu: the maintenance margin rate %g must be above 0 and below 1",
                         number, (double)tier->rate / (double)RATE_ONE);
    if (tier->rate + fee_rate >= RATE_ONE)
        return error_set(err, ERR_RANGE,
                         "tier %zu: the maintenance margin rate %g and the liquidation fee rate %g "
                         "must be below 1 together",
                         number, (double)tier->rate / (double)RATE_ONE,
                         (double)fee_rate / (double)RATE_ONE);
    TRY(check_end(rules, tier, before, number, err));
    if (before && tier->rate < before->rate)
        return error_set(err, ERR_RANGE,
                         "tier %zu: the maintenance margin rate %g must not be below the %g of "
                         "tier %zu",
                         number, (double)tier->rate / (double)RATE_ONE,
                         (double)before->rate / (double)RATE_ONE, number - 1);
    return OK;
}

/* What goes with the mode. */
static enum status
check_mode(const struct margin_rules *rules, struct error *err)
{
    const bool one = rules->mode == MARGIN_SLOPE || rules->mode == MARGIN_FLAT;
    if (one && rules->tier_count != 1)
        return error_set(err, ERR_RANGE, "in %s mode there is one risk tier, not %zu",
                         margin_tier_mode_names[rules->mode], rules->tier_count);
    if (rules->by_quantity && rules->mode == MARGIN_MARGINAL)
        return error_set(err, ERR_RANGE, "tiers in marginal mode end at notionals, not quantities");
    if (rules->mode == MARGIN_SLOPE && (rules->slope < 0 || rules->slope_quantity <= 0))
        return error_set(err, ERR_RANGE, "the slope of the maintenance margin rate must be >= 0");
    return OK;
}

enum status
margin_rules_init(struct margin_rules *rules, struct error *err)
{
    if (rules->tier_count == 0 || rules->tier_count > MARGIN_TIERS_MAX)
        return error_set(err, ERR_RANGE, "there must be 1 to %d risk tiers, not %zu",
                         MARGIN_TIERS_MAX, rules->tier_count);
    if (rules->fee_rate < 0 || rules->fee_rate >= RATE_ONE)
        return error_set(err, ERR_RANGE, "the liquidation fee rate %g must be within [0, 1)",
                         (double)rules->fee_rate / (double)RATE_ONE);
    TRY(check_mode(rules, err));
    for (size_t i = 0; i < rules->tier_count; i++) {
        struct margin_tier *tier = &rules->tier[i];
        const struct margin_tier *before = i > 0 ? tier - 1 : NULL;
        TRY(check_tier(rules, tier, before, i + 1, err));
        tier->deduction = 0;
        /* floor x (rate - rate before), taken as the difference of the two margins as they are
         * rounded at the floor: the margin is continuous there to the unit, and never falls. */
        if (before && rules->mode == MARGIN_MARGINAL)
            tier->deduction = money_share(before->notional_max, tier->rate) -
                              money_share(before->notional_max, before->rate) + before->deduction;
    }
    const struct margin_tier *last = &rules->tier[rules->tier_count - 1];
    if ((rules->by_quantity ? last->quantity_max : last->notional_max) != INT64_MAX)
        return error_set(err, ERR_RANGE, "tier %zu is the last and must have no upper end",
                         rules->tier_count);
    return OK;
}

size_t
margin_tier_of(const struct margin_rules *rules, money_t notional)
{
    assert(rules->tier_count > 0 && notional >= 0);
    size_t tier = 0;
    while (tier + 1 < rules->tier_count && notional > rules->tier[tier].notional_max)
        tier++;
    return tier;
}

money_t
margin_maintenance(const struct margin_rules *rules, money_t notional)
{
    const struct margin_tier *tier = &rules->tier[margin_tier_of(rules, notional)];
    return money_share(notional, tier->rate) - tier->deduction;
}

money_t
margin_required(const struct margin_rules *rules, money_t notional)
{
    return margin_maintenance(rules, notional) +
           (rules->fee_outside_trigger ? 0 : money_share(notional, rules->fee_rate));
}

void
margin_rules_scale(struct margin_rules *scaled, const struct margin_rules *rules, rate_t multiplier)
{
    assert(multiplier > 0);
    *scaled = *rules;
    scaled->slope = money_share(rules->slope, multiplier);
    for (size_t i = 0; i < rules->tier_count; i++) {
        struct margin_tier *tier = &scaled->tier[i];
        const rate_t most = RATE_ONE - rules->fee_rate - 1;
        const rate_t rate = money_share(rules->tier[i].rate, multiplier);
        tier->rate = rate < most ? rate : most;
        tier->deduction = 0;
        if (i > 0 && rules->mode == MARGIN_MARGINAL)
            tier->deduction = money_share(tier[-1].notional_max, tier->rate) -
                              money_share(tier[-1].notional_max, tier[-1].rate) +
                              tier[-1].deduction;
    }
}

size_t
margin_tier_at(const struct margin_rules *rules, int64_t quantity, money_t notional)
{
    if (!rules->by_quantity)
        return margin_tier_of(rules, notional);
    const int64_t size = llabs(quantity);
    size_t tier = 0;
    while (tier + 1 < rules->tier_count && size > rules->tier[tier].quantity_max)
        tier++;
    return tier;
}

/* What the size of a position adds to its rates. */
static int128_t
slope_of(const struct margin_rules *rules, int64_t quantity)
{
    return rules->mode == MARGIN_SLOPE
               ? (int128_t)rules->slope * llabs(quantity) / rules->slope_quantity
               : 0;
}

rate_t
margin_rate_at(const struct margin_rules *rules, size_t tier, int64_t quantity)
{
    const int128_t rate = rules->tier[tier].rate + slope_of(rules, quantity);
    const rate_t most = RATE_ONE - rules->fee_rate - 1;
    return rate < most ? (rate_t)rate : most;
}

struct margin_need
margin_need(const struct margin_rules *rules, int64_t quantity, money_t notional,
            money_t entry_notional)
{
    const money_t charged = rules->basis == MARGIN_ON_ENTRY ? entry_notional : notional;
    const size_t tier = margin_tier_at(rules, quantity, charged);
    struct margin_need need;
    need.maintenance =
        money_share(charged, margin_rate_at(rules, tier, quantity)) - rules->tier[tier].deduction;
    need.required =
        need.maintenance + (rules->fee_outside_trigger ? 0 : money_share(charged, rules->fee_rate));
    return need;
}

money_t
margin_initial_need(const struct margin_rules *rules, int64_t quantity, money_t notional)
{
    const size_t tier = margin_tier_at(rules, quantity, notional);
    const int128_t slope = slope_of(rules, quantity);
    const rate_t added = slope < RATE_ONE ? (rate_t)slope : RATE_ONE;
    return money_add(margin_initial(notional, rules->tier[tier].leverage_max),
                     money_share(notional, added));
}

bool
margin_breached(enum margin_compare compare, money_t equity, money_t required)
{
    if (compare == MARGIN_BREACH_LT)
        return equity < required;
    return equity < required || (equity == required && required != 0);
}

money_t
margin_initial(money_t notional, double leverage)
{
    int64_t divisor = 0;
    const bool fits = money_from_double(leverage, RATE_SCALE, &divisor);
    assert(notional >= 0 && fits && divisor > 0);
    const money_t margin = money_divide((int128_t)notional * RATE_ONE, divisor);
    return margin > 0 ? margin : 1;
}

/* ---- closed forms ---- */

/* The positive price at which an inverse position of face N and sign s has value -s N / price =
 * `value`; +infinity when no finite price has it. */
static double
inverse_price(double face, double sign, double value)
{
    return sign * value < 0.0 ? -sign * face / value : INFINITY;
}

/* +1 long, -1 short. */
static double
sign_of(double quantity)
{
    return quantity < 0.0 ? -1.0 : 1.0;
}

double
margin_liquidation_price(enum contract_kind kind, double quantity, double entry_value,
                         double margin, double rate, double deduction, double fee_rate)
{
    assert(quantity != 0.0);
    const double size = fabs(quantity), sign = sign_of(quantity);
    const double needed = rate + fee_rate;
    const double value = entry_value - margin - deduction; /* of the position, net of its need */
    if (kind == CONTRACT_INVERSE)
        return inverse_price(size * (1.0 + sign * needed), sign, value);
    return value / (quantity - size * needed);
}

double
margin_liquidation_price_on_entry(enum contract_kind kind, double quantity, double entry_value,
                                  double margin, double rate)
{
    const double maintenance = rate * fabs(entry_value);
    return margin_bankruptcy_price(kind, quantity, entry_value, margin - maintenance);
}

double
margin_bankruptcy_price(enum contract_kind kind, double quantity, double entry_value, double margin)
{
    assert(quantity != 0.0);
    const double value = entry_value - margin;
    if (kind == CONTRACT_INVERSE)
        return inverse_price(fabs(quantity), sign_of(quantity), value);
    return value / quantity;
}
