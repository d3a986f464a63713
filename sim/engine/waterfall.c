#include "engine/waterfall.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "engine/adl.h"
#include "engine/adl_watch.h"
#include "engine/controls.h"
#include "engine/lot.h"
#include "engine/socialisation.h"

/* ---- deficits ---- */

/* What the threshold policy would bring now, for a deficit the fund alone pays `able` of. */
static money_t
injectable(const struct engine *engine, size_t pool, money_t missing)
{
    const struct engine_pool *rules = &engine->config->pools[pool];
    const struct fund *fund = &engine->pools[pool];
    if (rules->inject_max == 0 || missing <= 0)
        return 0;
    const money_t left = rules->inject_max - fund->injected_by_policy;
    return missing < left ? missing : left;
}

money_t
waterfall_able(const struct engine *engine, size_t pool, money_t deficit)
{
    const struct engine_rules *rules = &engine->config->rules;
    money_t able = 0;
    if (rules_has_stage(rules, RULES_FUND))
        able = fund_able(&engine->pools[pool], &engine->ledger, deficit, engine->now);
    if (rules_has_stage(rules, RULES_INJECTION))
        able = money_add(able, injectable(engine, pool, deficit - able));
    return able;
}

/* The fund pays what it can of *deficit. */
static void
stage_fund(struct engine *engine, const struct claim *claim, size_t pool, money_t *deficit)
{
    struct fund *fund = &engine->pools[pool];
    const money_t paid = fund_able(fund, &engine->ledger, *deficit, engine->now);
    if (paid < *deficit)
        fund->state = FUND_DEPLETED;
    fund_pay(fund, &engine->ledger, &engine->observer, claim->ledger, paid, claim->case_id,
             engine->now);
    *deficit -= paid;
}

/* The platform brings what the policy allows, and the fund pays it out. */
static void
stage_injection(struct engine *engine, const struct claim *claim, size_t pool, money_t *deficit)
{
    struct fund *fund = &engine->pools[pool];
    const money_t brought = injectable(engine, pool, *deficit);
    fund->injected_by_policy = money_add(fund->injected_by_policy, brought);
    fund_book(fund, &engine->ledger, &engine->observer, FUND_INJECTION,
              ledger_account(&engine->ledger, fund->currency, LEDGER_PLATFORM), brought,
              claim->case_id, engine->now);
    fund_book(fund, &engine->ledger, &engine->observer, FUND_DEFICIT, claim->ledger, -brought,
              claim->case_id, engine->now);
    *deficit -= brought;
}

enum status
waterfall_cover(struct engine *engine, const struct claim *claim, money_t deficit,
                money_t *uncovered, struct error *err)
{
    const struct engine_rules *rules = &engine->config->rules;
    const size_t pool = engine->config->instruments[claim->instrument].pool;
    struct fund *fund = &engine->pools[pool];
    assert(deficit >= 0);
    for (size_t i = 0; i < rules_stage_count(rules) && deficit > 0; i++) {
        switch (rules_stage_at(rules, i)) {
        case RULES_FUND:
            stage_fund(engine, claim, pool, &deficit);
            break;
        case RULES_INJECTION:
            stage_injection(engine, claim, pool, &deficit);
            break;
        case RULES_ADL:
            if (rules->adl.settlement == RULES_ADL_HAIRCUT)
                TRY(adl_haircut(engine, claim, &deficit, err));
            break;
        case RULES_SOCIALISE:
            TRY(socialisation_cover(engine, claim, &deficit, err));
            break;
        case RULES_HALT:
            TRY(controls_halt(engine, claim->instrument, err));
            break;
        case RULES_STAGES:
            break;
        }
    }
    *uncovered = deficit;
    if (deficit > 0) {
        ledger_post(&engine->ledger,
                    ledger_account(&engine->ledger, fund->currency, LEDGER_UNCOVERED),
                    claim->ledger, deficit);
        fund->uncovered_loss = money_add(fund->uncovered_loss, deficit);
    }
    return OK;
}

/* ---- residues ---- */

/* Back to the trader: into the balance of an account that is followed, else to its wallet. */
static void
give_back(struct engine *engine, const struct claim *claim, size_t currency, money_t amount)
{
    struct account_row *row = account_table_row(&engine->accounts, claim->account);
    const bool cross = row != NULL && row->cross;
    const size_t to =
        ledger_account(&engine->ledger, currency, cross ? LEDGER_MARGINS : LEDGER_WALLETS);
    ledger_post(&engine->ledger, claim->ledger, to, amount);
    if (row != NULL)
        row->balance = money_add(row->balance, amount);
}

enum status
waterfall_settle(struct engine *engine, const struct claim *claim, money_t residue,
                 money_t notional, struct waterfall_outcome *outcome, struct error *err)
{
    const size_t pool = engine->config->instruments[claim->instrument].pool;
    struct fund *fund = &engine->pools[pool];
    struct ledger *ledger = &engine->ledger;
    struct instrument_state *state = &engine->instruments[claim->instrument];
    const money_t before = fund_balance(fund, ledger);
    struct fee_rules fees = engine->config->rules.fees;
    fees.rate = state->now.rules.fee_rate;
    const struct fee_split split = fees_split(&fees, residue, notional);
    *outcome = (struct waterfall_outcome){
        .fee = money_add(split.fund_fee, split.platform),
        .surplus = split.surplus,
        .trader = split.trader,
        .keeper = split.keeper,
        .deficit = split.deficit,
    };
    fund_book(fund, ledger, &engine->observer, FUND_FEE, claim->ledger, split.fund_fee,
              claim->case_id, engine->now);
    fund_book(fund, ledger, &engine->observer, FUND_SURPLUS, claim->ledger, split.surplus,
              claim->case_id, engine->now);
    if (split.platform != 0)
        ledger_post(ledger, claim->ledger, ledger_account(ledger, fund->currency, LEDGER_PLATFORM),
                    split.platform);
    if (split.keeper != 0)
        ledger_post(ledger, claim->ledger,
                    ledger_account(ledger, fund->currency, LEDGER_LIQUIDATORS), split.keeper);
    if (split.trader != 0)
        give_back(engine, claim, fund->currency, split.trader);
    if (split.deficit > 0)
        TRY(waterfall_cover(engine, claim, split.deficit, &outcome->uncovered_loss, err));
    state->fund_result = money_add(state->fund_result, fund_balance(fund, ledger) - before);
    return OK;
}

/* ---- sales ---- */

/* Everything one sale is about. */
struct sale {
    struct engine *engine;
    struct lot *lot;
    const struct contract *contract;
    size_t pool, market, inventory; /* the last two ledger accounts */
    int64_t close_price;
    double slippage;
};

/* What is left of the margin of `quantity` of the lot when it is sold at the close price. */
static money_t
residue_of(const struct sale *sale, int64_t quantity)
{
    money_t entry_value, margin;
    lot_portion(sale->lot, quantity, &entry_value, &margin);
    return margin + contract_value(sale->contract, quantity, sale->close_price) - entry_value;
}

static void
report(const struct sale *sale, enum closeout_cause cause, int64_t quantity, money_t residue,
       const struct waterfall_outcome *outcome)
{
    const struct observer *observer = &sale->engine->observer;
    if (observer->closeout == NULL)
        return;
    const size_t instrument = sale->lot->instrument;
    const struct closeout_event event = {
        .time = sale->engine->now,
        .case_id = sale->lot->case_id,
        .account = sale->lot->account,
        .instrument = sale->lot->instrument,
        .cause = cause,
        .quantity = quantity,
        .mark_price = sale->engine->instruments[instrument].view.mark_price,
        .close_price = sale->close_price,
        .bankruptcy_price = sale->lot->bankruptcy_price,
        .slippage = sale->slippage,
        .fee = outcome->fee,
        .result = residue - outcome->fee - outcome->trader - outcome->keeper,
        .uncovered_loss = outcome->uncovered_loss,
        .fund_after =
            ledger_balance(&sale->engine->ledger, sale->engine->pools[sale->pool].account),
    };
    observer->closeout(observer->context, &event);
}

/* Sells `quantity` into the market; the residue is shared out or covered, the last of it uncovered
 * when `may_fail`. */
static enum status
sell(const struct sale *sale, int64_t quantity, bool may_fail, struct error *err)
{
    struct engine *engine = sale->engine;
    const struct claim claim = {
        .instrument = sale->lot->instrument,
        .account = sale->lot->account,
        .case_id = sale->lot->case_id,
        .side = quantity > 0 ? 1 : -1,
        .ledger = sale->inventory,
    };
    money_t entry_value, margin;
    lot_reduce(sale->lot, quantity, &entry_value, &margin);
    const money_t profit =
        contract_value(sale->contract, quantity, sale->close_price) - entry_value;
    ledger_post(&engine->ledger, sale->market, sale->inventory, profit);
    struct waterfall_outcome outcome;
    TRY(waterfall_settle(engine, &claim, margin + profit,
                         contract_notional(sale->contract, quantity, sale->close_price), &outcome,
                         err));
    const bool failed = may_fail || outcome.uncovered_loss > 0;
    report(sale, failed ? CLOSEOUT_UNCOVERED : CLOSEOUT_MARKET, quantity, margin + profit,
           &outcome);
    return OK;
}

/* The largest part of `quantity` whose deficit fund and injection can pay in full. */
static int64_t
payable(const struct sale *sale, int64_t quantity, money_t able, money_t deficit)
{
    const int64_t sign = quantity > 0 ? 1 : -1;
    int64_t part = (int64_t)((int128_t)llabs(quantity) * able / deficit);
    /* Rounding of the portions can make that a unit too many. */
    while (part > 0 && residue_of(sale, sign * part) < -able)
        part--;
    return sign * part;
}

/* Whether the lot is worth less than nothing at the mark. */
static bool
below_zero(const struct sale *sale)
{
    const struct lot *lot = sale->lot;
    const int64_t mark_price = sale->engine->instruments[lot->instrument].view.mark_price;
    return lot->margin + contract_value(sale->contract, lot->quantity, mark_price) -
               lot->entry_value <
           0;
}

enum status
waterfall_sell(struct engine *engine, struct lot *lot, int64_t quantity, int64_t close_price,
               double slippage, struct error *err)
{
    const struct engine_rules *rules = &engine->config->rules;
    const struct engine_instrument *instrument = &engine->config->instruments[lot->instrument];
    const size_t currency = engine->config->pools[instrument->pool].currency;
    const struct sale sale = {
        .engine = engine,
        .lot = lot,
        .contract = &instrument->contract,
        .pool = instrument->pool,
        .market = ledger_account(&engine->ledger, currency, LEDGER_MARKET),
        .inventory = ledger_account(&engine->ledger, currency, LEDGER_INVENTORY),
        .close_price = close_price,
        .slippage = slippage,
    };
    const bool by_adl =
        rules_has_stage(rules, RULES_ADL) && rules->adl.settlement == RULES_ADL_OFFSET;
    const money_t residue = residue_of(&sale, quantity);
    const bool triggered = by_adl && (adl_watch_on(engine, lot->instrument) ||
                                      (rules->adl.trigger.account_negative && below_zero(&sale)));
    const bool first =
        triggered || (by_adl && residue < 0 && rules_before(rules, RULES_ADL, RULES_FUND));
    const money_t able = residue < 0 && !first ? waterfall_able(engine, sale.pool, -residue) : 0;
    if (!first && residue >= -able)
        return sell(&sale, quantity, false, err);
    if (!by_adl)
        return sell(&sale, quantity, true, err);
    if (!first)
        engine->pools[sale.pool].state = FUND_DEPLETED;
    const int64_t sold = first ? 0 : payable(&sale, quantity, able, -residue);
    if (sold != 0)
        TRY(sell(&sale, sold, false, err));
    TRY(adl_close(engine, lot, lot->quantity, close_price, err));
    /* What no winner took of the part that was to be sold. */
    int64_t rest = quantity - sold;
    if (llabs(rest) > llabs(lot->quantity))
        rest = lot->quantity;
    return rest != 0 ? sell(&sale, rest, true, err) : OK;
}
