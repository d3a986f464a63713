/* Margin, liquidation and bankruptcy prices. */
#include <math.h>
#include <string.h>

#include "engine/margin.h"
#include "golden.h"
#include "golden_brackets.h"

enum { DECIMALS = 8 };

static money_t
money(double amount)
{
    money_t result = 0;
    const bool fits = money_from_double(amount, DECIMALS, &result);
    return fits ? result : 0;
}

static double
natural(money_t amount)
{
    return money_to_double(amount, DECIMALS);
}

static rate_t
rate(double share)
{
    return llround(share * (double)RATE_ONE);
}

/* Liquidation price of a linear position with its wallet balance behind it. */
static double
linear(double quantity, double entry, double balance, double mmr, double cum, double fee)
{
    return margin_liquidation_price(CONTRACT_LINEAR, quantity, quantity * entry, balance, mmr, cum,
                                    fee);
}

/* ---- Binance ---- */

static void
binance_price(struct golden *row)
{
    const double *in = row->in;
    if (!golden_has(row, 5, 2))
        return;
    const double price = linear(in[1], in[2], in[0], in[3], in[4], 0.0);
    golden_is(row, 0, price);
    golden_is_printed(row, 1, price);
}

/* Marginal tiers of which the last two rates, the end between them and the deduction of the first
 * of the two are known; one tier below makes that deduction. */
static struct margin_rules
brackets(double floor, double lower, double upper, double cum, double lowest)
{
    struct margin_rules rules = {.mode = MARGIN_MARGINAL, .tier_count = 3};
    rules.tier[0] = (struct margin_tier){money(cum / (lower - lowest)), 0, rate(lowest), 0, 100};
    rules.tier[1] = (struct margin_tier){money(floor), 0, rate(lower), 0, 50};
    rules.tier[2] = (struct margin_tier){INT64_MAX, 0, rate(upper), 0, 20};
    if (margin_rules_init(&rules, NULL) != OK)
        rules.tier_count = 0;
    return rules;
}

static void
deduction_usd(struct golden *row)
{
    if (!golden_has(row, 8, 2))
        return;
    const struct margin_rules rules =
        brackets(row->in[1], row->in[5], row->in[3], row->in[7], 0.004);
    golden_is(row, 1, natural(rules.tier[2].deduction));
}

static void
deduction_coin(struct golden *row)
{
    if (!golden_has(row, 5, 2))
        return;
    const struct margin_rules rules =
        brackets(row->in[0], row->in[2], row->in[1], row->in[4], 0.005);
    golden_is(row, 1, natural(rules.tier[2].deduction));
}

static void
maintenance_in_tier(struct golden *row)
{
    if (!golden_has(row, 3, 3))
        return;
    /* the brackets of B05, whose last deduction is the one stated here */
    const struct margin_rules rules = brackets(250000.0, 0.005, row->in[1], 50.0, 0.004);
    golden_is(row, 0, natural(margin_maintenance(&rules, money(row->in[0]))));
    golden_is(row, 2, natural(margin_maintenance(&rules, money(row->out[1]))));
}

static void
whole_dump(struct golden *row)
{
    size_t symbols = 0, tiers = 0;
    const bool agree = golden_brackets(&symbols, &tiers, row->why, sizeof(row->why));
    row->compared++;
    row->failed |= !agree || (double)symbols != row->in[0] || (double)tiers != row->in[1];
}

/* ---- OKX and Gate, general forms ---- */

static void
with_taker_fee(struct golden *row)
{
    /* F02 says "as F01" */
    const bool is_short = strcmp(row->id, "F01") == 0;
    static const double as_first[] = {10.0, 10.0, 3.0, 0.01, 0.0006};
    const double *in = is_short ? row->in : as_first;
    if (!golden_has(row, is_short ? 5 : 1, 1))
        return;
    golden_is(row, 0, linear(is_short ? -1.0 : 1.0, in[0], in[1] / in[2], in[3], 0.0, in[4]));
}

static void
with_deduction(struct golden *row)
{
    const double *in = row->in;
    if (!golden_has(row, 7, 3))
        return;
    golden_is(row, 0, linear(-in[4], in[0], in[1], in[2], in[3], 0.0));
    golden_is(row, 1, linear(in[4], in[0], in[1], in[2], in[3], 0.0));
    golden_is(row, 2, linear(in[6], in[0], in[5], in[2], in[3], 0.0));
}

/* Coin to contracts: of what one contract is worth; an order to open is rounded down. */
static void
contracts_of_coin(struct golden *row)
{
    const double *in = row->in;
    struct contract contract = {
        .kind = CONTRACT_INVERSE, .size = {(int64_t)in[0], 0}, .money_decimals = DECIMALS};
    if (!golden_has(row, 3, 3) || contract_init(&contract, NULL) != OK)
        return;
    const double contracts = in[2] * in[1] / contract_quote_notional(&contract, 1, (int64_t)in[1]);
    golden_is(row, 1, contracts);
    golden_is(row, 0, nearbyint(contracts));
    golden_is(row, 2, floor(contracts));
}

static void
tier_by_contracts(struct golden *row)
{
    const double *in = row->in;
    struct margin_rules rules = {.mode = MARGIN_STEP, .by_quantity = true, .tier_count = 5};
    for (int k = 0; k < 5; k++)
        rules.tier[k] =
            (struct margin_tier){.notional_max = INT64_MAX,
                                 .quantity_max = k == 4 ? INT64_MAX : (int64_t)(in[0] + k * in[1]),
                                 .rate = (k + 1) * (RATE_ONE / 200),
                                 .leverage_max = 200.0 / (k + 2)};
    if (!golden_has(row, 3, 4) || margin_rules_init(&rules, NULL) != OK)
        return;
    const size_t tier = (size_t)in[2] - 1;
    const int64_t most = rules.tier[tier].quantity_max;
    const money_t notional = money(1000.0);
    golden_is(row, 0,
              margin_tier_at(&rules, most, notional) == tier &&
                      margin_tier_at(&rules, most + 1, notional) == tier + 1
                  ? (double)most
                  : 0.0);
    golden_is(row, 1, natural(margin_need(&rules, most, notional, 0).maintenance) / 1000.0);
    golden_is(row, 2, natural(margin_initial_need(&rules, most, notional)) / 1000.0);
    golden_is(row, 3, rules.tier[tier].leverage_max);
}

/* The fee stands in the trigger: at 1.55 % of the notional it is time, a unit above not yet. */
static void
fee_in_trigger(struct golden *row)
{
    struct margin_rules rules = {.mode = MARGIN_STEP,
                                 .tier_count = 1,
                                 .fee_rate = rate(row->in[1]),
                                 .tier = {{INT64_MAX, 0, rate(row->in[0]), 0, 20}}};
    const money_t notional = money(1000.0);
    if (!golden_has(row, 2, 1) || margin_rules_init(&rules, NULL) != OK)
        return;
    const struct margin_need need = margin_need(&rules, 1, notional, 0);
    golden_is(row, 0, natural(need.required) / 1000.0);
    golden_says(row, "<=",
                margin_breached(rules.compare, need.required, need.required) &&
                    !margin_breached(rules.compare, need.required + 1, need.required));
}

/* A requirement that counts more in slices: tiers of weights, a tenth of each because a rate is
 * below 1; what is needed is the larger of the two requirements. */
static void
scaled_requirement(struct golden *row)
{
    const double *in = row->in;
    struct margin_rules rules = {.mode = MARGIN_MARGINAL, .tier_count = 2};
    rules.tier[0] = (struct margin_tier){money(10.0 * in[4]), 0, rate(in[3] / 10.0), 0, 5};
    rules.tier[1] = (struct margin_tier){INT64_MAX, 0, rate(in[5] / 10.0), 0, 2};
    if (!golden_has(row, 6, 3) || margin_rules_init(&rules, NULL) != OK)
        return;
    const double scaled = natural(margin_maintenance(&rules, money(10.0 * in[2])));
    golden_is(row, 1, scaled);
    golden_is(row, 2, fmax(scaled, in[0]));
}

/* ---- Bybit ---- */

static void
bybit_linear(struct golden *row)
{
    const double *in = row->in, notional = in[0] * in[1];
    if (!golden_has(row, 5, 3))
        return;
    const double margin = natural(margin_initial(money(notional), in[2]));
    golden_is(row, 0, margin);
    golden_is(row, 1, in[3] * notional - in[4]);
    /* its maintenance margin is that of the entry notional */
    golden_is(row, 2,
              margin_liquidation_price_on_entry(CONTRACT_LINEAR, in[0], notional, margin, in[3]));
}

static void
bybit_inverse(struct golden *row)
{
    const double *in = row->in, value = in[0] / in[1];
    if (!golden_has(row, 4, 5))
        return;
    const double margin = natural(margin_initial(money(value), in[2]));
    golden_is(row, 0, value);
    golden_is(row, 1, margin);
    golden_is(row, 2, in[3] * value);
    for (int side = 0; side < 2; side++) {
        const double sign = side == 0 ? 1.0 : -1.0;
        golden_is(row, 3 + (size_t)side,
                  margin_liquidation_price_on_entry(CONTRACT_INVERSE, sign * in[0], -sign * value,
                                                    margin, in[3]));
    }
}

/* Quoted on the tick above, as a long's is. */
static void
bankruptcy_inverse(struct golden *row)
{
    const double entry = row->in[0], value = 1.0 / entry;
    if (!golden_has(row, 2, 2))
        return;
    const double price = margin_bankruptcy_price(CONTRACT_INVERSE, 1.0, -value, value / row->in[1]);
    golden_is_printed(row, 0, price);
    golden_is(row, 1, ceil(price / 0.5) * 0.5);
}

/* Bankrupt when the fee of closing is not covered either. */
static void
bankruptcy_cross(struct golden *row)
{
    const double *in = row->in;
    if (!golden_has(row, 4, 2))
        return;
    const double price =
        margin_liquidation_price(CONTRACT_INVERSE, in[0], -in[0] / in[1], in[2], 0.0, 0.0, in[3]);
    golden_is(row, 0, price);
    golden_is_printed(row, 1, price);
}

static void
bankruptcy_linear(struct golden *row)
{
    const double *in = row->in, notional = in[0] * in[1];
    if (!golden_has(row, 3, 1))
        return;
    golden_is(row, 0,
              margin_bankruptcy_price(CONTRACT_LINEAR, in[0], notional,
                                      natural(margin_initial(money(notional), in[2]))));
}

/* ---- BitMEX ---- */

static void
inverse_profit(struct golden *row)
{
    const double *in = row->in;
    struct contract contract = {
        .kind = CONTRACT_INVERSE, .size = {1, 0}, .money_decimals = DECIMALS};
    if (!golden_has(row, 3, 4) || contract_init(&contract, NULL) != OK)
        return;
    const int64_t quantity = (int64_t)in[0];
    golden_is(row, 0,
              natural(contract_value(&contract, quantity, (int64_t)in[2]) -
                      contract_value(&contract, quantity, (int64_t)in[1])));
    golden_is(row, 3, natural(margin_initial(money(row->out[2]), row->out[1])));
}

/* Base and step of risk limits; each step adds the base maintenance margin to both rates. */
static void
risk_limits(struct golden *row)
{
    const double *in = row->in;
    const bool second_amount = row->out_count == 6;
    struct margin_rules rules = {.mode = MARGIN_STEP, .tier_count = 3};
    for (int k = 0; k < 3; k++)
        rules.tier[k] =
            (struct margin_tier){.notional_max = k == 2 ? INT64_MAX : money(in[0] + k * in[1]),
                                 .rate = rate(in[2] * (k + 1)),
                                 .leverage_max = 1.0 / (in[3] + k * in[2])};
    if (!golden_has(row, 6, second_amount ? 6 : 5) || margin_rules_init(&rules, NULL) != OK)
        return;
    for (size_t i = 0; i < 2; i++) {
        const money_t notional = money(in[4 + i]);
        const double needed = natural(margin_maintenance(&rules, notional));
        const size_t at = i == 0 ? 0 : 3;
        golden_is(row, at, needed / in[4 + i]);
        if (i == 0 || second_amount)
            golden_is(row, at + 1, needed);
        golden_is(row, at + (i == 0 || second_amount ? 2 : 1),
                  natural(margin_initial_need(&rules, 1, notional)) / in[4 + i]);
    }
}

/* ---- Deribit, dYdX, Hyperliquid, general ---- */

/* The rate grows with the size. */
static void
sloped(struct golden *row)
{
    const double *in = row->in;
    struct margin_rules rules = {.mode = MARGIN_SLOPE,
                                 .tier_count = 1,
                                 .slope = rate(in[4]),
                                 .slope_quantity = 1,
                                 .tier = {{INT64_MAX, 0, rate(in[5]), 0, 1.0 / in[3]}}};
    if (!golden_has(row, 7, 4) || margin_rules_init(&rules, NULL) != OK)
        return;
    for (size_t i = 0; i < 2; i++) {
        const int64_t size = (int64_t)in[1 + i];
        const money_t notional = money((double)size * in[0]);
        golden_is(row, i, natural(margin_initial_need(&rules, size, notional)));
        golden_is(row, 2 + i, natural(margin_need(&rules, size, notional, 0).maintenance));
    }
}

static void
dydx_short(struct golden *row)
{
    const double *in = row->in;
    if (!golden_has(row, 4, 2))
        return;
    const double price = linear(in[1], in[2], in[0], in[3], 0.0, 0.0);
    golden_is(row, 0, price);
    golden_is(row, 1, in[0] + in[1] * (price - in[2]));
}

static void
hyperliquid_long(struct golden *row)
{
    const double *in = row->in;
    if (!golden_has(row, 5, 2))
        return;
    const double price = linear(in[0], in[1], in[2], in[4], 0.0, 0.0);
    golden_is(row, 0, price);
    golden_is(row, 1, in[2] + in[0] * (price - in[1]));
}

/* Maintenance on entry is met exactly at this price; on the mark it is met a little below. */
static void
entry_or_mark(struct golden *row)
{
    const double *in = row->in, notional = in[0] * in[1];
    if (!golden_has(row, 5, 3))
        return;
    const double margin = natural(margin_initial(money(notional), in[2]));
    const double left = margin + in[0] * (in[4] - in[1]);
    struct margin_rules rules = {.mode = MARGIN_FLAT,
                                 .basis = MARGIN_ON_ENTRY,
                                 .tier_count = 1,
                                 .tier = {{INT64_MAX, 0, rate(in[3] / notional), 0, 50}}};
    if (margin_rules_init(&rules, NULL) != OK)
        return;
    const money_t needed = margin_need(&rules, 1, money(in[0] * in[4]), money(notional)).required;
    golden_is(row, 0, left);
    golden_is(row, 1, natural(needed) / left);
    golden_is(row, 2, linear(in[0], in[1], margin, in[3] / notional, 0.0, 0.0));
}

const struct golden_answer golden_margin_answers[] = {
    {"B01", binance_price},     {"B02", binance_price},
    {"B05", deduction_usd},     {"B06", maintenance_in_tier},
    {"B07", deduction_coin},    {"B08", whole_dump},
    {"F01", with_taker_fee},    {"F02", with_taker_fee},
    {"F04", with_deduction},    {"Y01", bybit_linear},
    {"Y02", bybit_inverse},     {"Y04", bankruptcy_inverse},
    {"Y05", bankruptcy_cross},  {"Y07", bankruptcy_linear},
    {"X01", inverse_profit},    {"X02", risk_limits},
    {"X03", risk_limits},       {"D01", dydx_short},
    {"H02", hyperliquid_long},  {"E01", sloped},
    {"O01", contracts_of_coin}, {"O02", tier_by_contracts},
    {"O04", fee_in_trigger},    {"O05", scaled_requirement},
    {"T02", entry_or_mark},     {NULL, NULL},
};
