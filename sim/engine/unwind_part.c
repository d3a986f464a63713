#include "engine/unwind_part.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/fixed.h"
#include "engine/closeout.h"
#include "engine/cross.h"
#include "engine/holding.h"
#include "engine/liquidation.h"
#include "engine/takeover.h"
#include "engine/waterfall.h"

/* ---- risk ---- */

enum status
unwind_part_risk(struct engine *engine, const struct unwind_case *unwinding,
                 struct unwind_risk *risk, struct error *err)
{
    if (unwinding->cross) {
        struct cross_risk cross;
        TRY(cross_measure(engine, unwinding->id, &cross, err));
        *risk = (struct unwind_risk){cross.equity, cross.maintenance, cross.required, cross.initial,
                                     cross_in_breach(engine, &cross)};
        return OK;
    }
    const struct position *position = &engine->positions.row[unwinding->id];
    const struct instrument_state *state = &engine->instruments[position->instrument];
    const int64_t mark_price = state->view.mark_price;
    const struct margin_need need = liquidation_need(&state->now, position, mark_price);
    *risk = (struct unwind_risk){
        .equity = position_equity(position, &state->now.contract, mark_price),
        .maintenance = need.maintenance,
        .required = need.required,
        .initial = margin_initial_need(
            &state->now.rules, position->quantity,
            contract_notional(&state->now.contract, position->quantity, mark_price)),
        .in_breach = engine_in_breach(engine, position),
    };
    return OK;
}

/* ---- how much ---- */

/* What the exact test of a partial scheme knows. */
struct restore {
    const struct engine *engine;
    const struct position *position;
    const struct unwind_risk *risk;
};

/* Whether margin is met after closing `closed` units at the mark and paying the fee. */
static bool
restored(const void *context, int64_t closed, enum partial_level level)
{
    const struct restore *restore = context;
    const struct position *position = restore->position;
    const struct instrument_state *state = &restore->engine->instruments[position->instrument];
    const struct contract *contract = &state->now.contract;
    const int64_t mark_price = state->view.mark_price;
    const int64_t sign = position->quantity > 0 ? 1 : -1;
    struct position left = *position;
    left.quantity -= sign * closed;
    left.entry_value -= money_portion(position->entry_value, sign * closed, position->quantity);
    const money_t fee =
        money_share(contract_notional(contract, closed, mark_price), state->now.rules.fee_rate);
    const struct margin_need before = liquidation_need(&state->now, position, mark_price);
    struct margin_need after = {0, 0};
    money_t initial_after = 0;
    if (left.quantity != 0) {
        after = liquidation_need(&state->now, &left, mark_price);
        initial_after = margin_initial_need(&state->now.rules, left.quantity,
                                            contract_notional(contract, left.quantity, mark_price));
    }
    const money_t equity = restore->risk->equity - fee;
    if (level == PARTIAL_INITIAL) {
        const money_t initial_before =
            margin_initial_need(&state->now.rules, position->quantity,
                                contract_notional(contract, position->quantity, mark_price));
        return equity >= restore->risk->initial - initial_before + initial_after;
    }
    return !margin_breached(state->now.rules.compare, equity,
                            restore->risk->required - before.required + after.required);
}

/* The largest abs quantity that is in tier k at a mark. */
static int64_t
tier_quantity(const struct engine_instrument *instrument, size_t k, int64_t mark_price)
{
    const struct margin_rules *rules = &instrument->rules;
    if (k + 1 == rules->tier_count)
        return INT64_MAX;
    if (rules->by_quantity)
        return rules->tier[k].quantity_max;
    const double unit = (double)contract_notional(&instrument->contract, 1000000, mark_price) / 1e6;
    const double most = (double)rules->tier[k].notional_max / fmax(unit, 1e-12);
    int64_t quantity = most > 9e15 ? INT64_C(9000000000000000) : (int64_t)most + 2;
    while (quantity > 0 && contract_notional(&instrument->contract, quantity, mark_price) >
                               rules->tier[k].notional_max)
        quantity--;
    return quantity;
}

bool
unwind_part_order(struct engine *engine, const struct unwind_case *unwinding, uint32_t id,
                  const struct unwind_risk *risk, struct partial_order *order)
{
    const struct position *position = &engine->positions.row[id];
    const struct instrument_state *state = &engine->instruments[position->instrument];
    const struct contract *contract = &state->now.contract;
    const struct margin_rules *rules = &state->now.rules;
    const int64_t mark_price = state->view.mark_price;
    const double money = (double)fixed_power_of_ten[contract->money_decimals];
    const money_t notional = contract_notional(contract, position->quantity, mark_price);
    const size_t tier = margin_tier_at(rules, position->quantity, notional);
    int64_t tier_quantities[MARGIN_TIERS_MAX];
    for (size_t k = 0; k < rules->tier_count; k++)
        tier_quantities[k] = tier_quantity(&state->now, k, mark_price);
    const struct restore restore = {engine, position, risk};
    const struct partial_situation situation = {
        .quantity = llabs(position->quantity),
        .step = state->now.lot_step > 0 ? state->now.lot_step : 1,
        .unit_notional = (double)notional / money / (double)llabs(position->quantity),
        .unit_contracts = contract_quantity(contract, 1),
        .price = contract_price(contract, mark_price),
        .tier = tier,
        .tier_count = rules->tier_count,
        .tier_quantity = tier_quantities,
        .equity = (double)risk->equity / money,
        .maintenance = (double)risk->maintenance / money,
        .required = (double)risk->required / money,
        .initial = (double)risk->initial / money,
        .maintenance_rate =
            (double)margin_rate_at(rules, tier, position->quantity) / (double)RATE_ONE,
        .lowest_rate = (double)rules->tier[0].rate / (double)RATE_ONE,
        .initial_rate = 1.0 / rules->tier[tier].leverage_max,
        .fee_rate = (double)rules->fee_rate / (double)RATE_ONE,
        .restored = restored,
        .context = &restore,
        .now = engine->now,
        .started = unwinding->started,
        .last = unwinding->last,
        .orders = unwinding->orders,
    };
    *order = (struct partial_order){0};
    const bool partly = engine->config->rules.partial->order(&engine->config->rules.partial_params,
                                                             &situation, order);
    assert(!partly || (order->quantity > 0 && order->quantity <= situation.quantity));
    return partly;
}

/* ---- at which price ---- */

static const struct takeover_type *
takeover_of_engine(const struct engine *engine)
{
    const struct engine_rules *rules = &engine->config->rules;
    return rules->takeover == NULL ? &takeover_bankruptcy : rules->takeover;
}

/* The largest concession an order for a position accepts. */
static enum status
limit_of(struct engine *engine, const struct unwind_case *unwinding, uint32_t id, double *limit,
         struct error *err)
{
    const struct takeover_type *type = takeover_of_engine(engine);
    const struct position *position = &engine->positions.row[id];
    const struct instrument_state *state = &engine->instruments[position->instrument];
    struct unwind_risk risk;
    *limit = INFINITY;
    if (type->limit == NULL)
        return OK;
    TRY(unwind_part_risk(engine, unwinding, &risk, err));
    const money_t notional =
        contract_notional(&state->now.contract, position->quantity, state->view.mark_price);
    const size_t tier = margin_tier_at(&state->now.rules, position->quantity, notional);
    const struct takeover_situation situation = {
        .equity = (double)risk.equity,
        .maintenance = (double)risk.maintenance,
        .maintenance_rate =
            (double)margin_rate_at(&state->now.rules, tier, position->quantity) / (double)RATE_ONE,
    };
    *limit = type->limit(&engine->config->rules.takeover_params, &situation);
    return OK;
}

/* The price a concession away from the mark, on the losing side of a position. */
static int64_t
price_at(const struct instrument_state *state, int64_t quantity, double concession)
{
    const double sign = quantity > 0 ? -1.0 : 1.0;
    const double price = nearbyint((double)state->view.mark_price * (1.0 + sign * concession));
    return price < 1.0 ? 1 : (int64_t)price;
}

/* ---- the fill ---- */

static void
report(struct engine *engine, const struct unwind_case *unwinding, const struct position *held,
       int64_t quantity, int64_t close_price, double slippage,
       const struct waterfall_outcome *outcome)
{
    if (engine->observer.closeout == NULL)
        return;
    const size_t pool = engine->config->instruments[held->instrument].pool;
    const struct closeout_event event = {
        .time = engine->now,
        .case_id = unwinding->case_id,
        .account = held->account,
        .instrument = held->instrument,
        .cause = CLOSEOUT_TRADER,
        .quantity = quantity,
        .mark_price = engine->instruments[held->instrument].view.mark_price,
        .close_price = close_price,
        .bankruptcy_price = contract_price_at_value(
            &engine->config->instruments[held->instrument].contract, held->quantity,
            (double)held->entry_value - (double)held->margin),
        .slippage = slippage,
        .fee = outcome->fee,
        .result = outcome->deficit > 0 ? -outcome->deficit : outcome->surplus,
        .uncovered_loss = outcome->uncovered_loss,
        .fund_after = ledger_balance(&engine->ledger, engine->pools[pool].account),
    };
    engine->observer.closeout(engine->observer.context, &event);
}

/* What closing `notional` costs an account that goes on: fees only, out of what it has. */
static void
charge(struct engine *engine, const struct claim *claim, uint32_t id, money_t equity,
       money_t notional, struct waterfall_outcome *outcome)
{
    const size_t margins = claim->ledger;
    struct fee_rules fees = engine->config->rules.fees;
    const size_t pool = engine->config->instruments[claim->instrument].pool;
    struct fund *fund = &engine->pools[pool];
    fees.rate = engine->instruments[claim->instrument].now.rules.fee_rate;
    fees.residue_to = FEE_RESIDUE_TRADER;
    const struct fee_split split = fees_split(&fees, equity > 0 ? equity : 0, notional);
    const money_t paid = split.fund_fee + split.platform + split.keeper;
    *outcome =
        (struct waterfall_outcome){.fee = split.fund_fee + split.platform, .keeper = split.keeper};
    holding_credit(engine, id, margins, -paid);
    fund_book(fund, &engine->ledger, &engine->observer, FUND_FEE, margins, split.fund_fee,
              claim->case_id, engine->now);
    ledger_post(&engine->ledger, margins,
                ledger_account(&engine->ledger, fund->currency, LEDGER_PLATFORM), split.platform);
    ledger_post(&engine->ledger, margins,
                ledger_account(&engine->ledger, fund->currency, LEDGER_LIQUIDATORS), split.keeper);
}

/* Nothing is held any more: the rest is shared out, a balance below zero covered. */
static enum status
finish(struct engine *engine, const struct claim *claim, bool cross, money_t rest, money_t notional,
       struct waterfall_outcome *outcome, struct error *err)
{
    struct account_row *row = account_table_row(&engine->accounts, claim->account);
    if (cross) {
        rest = row->balance;
        row->balance = 0;
    }
    return waterfall_settle(engine, claim, rest, notional, outcome, err);
}

/* Closes a part for the trader's account. */
static enum status
fill_for_trader(struct engine *engine, const struct unwind_case *unwinding, uint32_t id,
                int64_t quantity, int64_t close_price, double slippage, struct error *err)
{
    const struct position held = engine->positions.row[id];
    const struct contract *contract = &engine->config->instruments[held.instrument].contract;
    const struct claim claim = {
        .instrument = held.instrument,
        .account = held.account,
        .case_id = unwinding->case_id,
        .side = held.quantity > 0 ? 1 : -1,
        .ledger = holding_ledger(engine, held.instrument, LEDGER_MARGINS),
    };
    const money_t notional = contract_notional(contract, quantity, close_price);
    struct waterfall_outcome outcome = {0};
    money_t rest;
    holding_close_part(engine, id, quantity, contract_value(contract, quantity, close_price),
                       &rest);
    const bool gone = held.cross
                          ? account_table_row(&engine->accounts, held.account)->positions == 0
                          : quantity == held.quantity;
    if (gone)
        TRY(finish(engine, &claim, held.cross, rest, notional, &outcome, err));
    else if (held.cross || quantity != held.quantity) {
        struct unwind_risk risk;
        TRY(unwind_part_risk(engine, unwinding, &risk, err));
        /* a cross account pays out of its balance, whichever position is closed */
        const uint32_t payer =
            held.cross ? account_table_row(&engine->accounts, held.account)->first : id;
        charge(engine, &claim, payer, risk.equity, notional, &outcome);
    }
    report(engine, unwinding, &held, quantity, close_price, slippage, &outcome);
    return OK;
}

/* Takes a part over at its bankruptcy price and sells it; refused when the fund cannot pay. */
static enum status
fill_at_bankruptcy(struct engine *engine, const struct unwind_case *unwinding, uint32_t id,
                   int64_t quantity, int64_t close_price, double slippage, int64_t *filled,
                   struct error *err)
{
    const size_t instrument = engine->positions.row[id].instrument;
    const struct contract *contract = &engine->config->instruments[instrument].contract;
    const size_t pool = engine->config->instruments[instrument].pool;
    money_t cost;
    TRY(takeover_cost(engine, id, quantity, &cost, err));
    const money_t residue = contract_value(contract, quantity, close_price) - cost;
    *filled = 0;
    if (residue < 0 && waterfall_able(engine, pool, -residue) < -residue)
        return OK;
    struct lot lot = takeover_part(engine, id, quantity, cost, unwinding->case_id);
    TRY(waterfall_sell(engine, &lot, quantity, close_price, slippage, err));
    *filled = llabs(quantity) - llabs(lot.quantity);
    assert(lot.quantity == 0);
    return OK;
}

enum status
unwind_part_fill(struct engine *engine, const struct unwind_case *unwinding, uint32_t id,
                 int64_t quantity, int64_t close_price, double slippage, int64_t *filled,
                 struct error *err)
{
    const struct takeover_type *type = takeover_of_engine(engine);
    const struct position *position = &engine->positions.row[id];
    const struct instrument_state *state = &engine->instruments[position->instrument];
    const int64_t signed_quantity = position->quantity > 0 ? quantity : -quantity;
    double limit;
    *filled = 0;
    TRY(limit_of(engine, unwinding, id, &limit, err));
    if (type->at_limit)
        close_price = price_at(state, position->quantity, limit);
    const double conceded = ((double)state->view.mark_price - (double)close_price) /
                            (double)state->view.mark_price * (position->quantity > 0 ? 1.0 : -1.0);
    if (!type->at_limit && conceded > limit + 1e-12)
        return OK;
    if (type->how == TAKEOVER_BY_FILLS)
        return fill_at_bankruptcy(engine, unwinding, id, signed_quantity, close_price, slippage,
                                  filled, err);
    TRY(fill_for_trader(engine, unwinding, id, signed_quantity, close_price, slippage, err));
    *filled = quantity;
    return OK;
}

enum status
unwind_part_now(struct engine *engine, const struct unwind_case *unwinding, uint32_t id,
                int64_t quantity, int64_t *filled, struct error *err)
{
    const struct position *position = &engine->positions.row[id];
    int64_t close_price;
    const double slippage = closeout_concession(
        engine, position->instrument, position->quantity > 0 ? quantity : -quantity, &close_price);
    return unwind_part_fill(engine, unwinding, id, quantity, close_price, slippage, filled, err);
}
