/* Funding is paid: the part of engine.h that moves money between longs and shorts. */
#include "engine/engine.h"

#include <assert.h>
#include <stdlib.h>

#include "base/fixed.h"
#include "engine/funding.h"
#include "engine/holding.h"
#include "engine/liquidation.h"
#include "engine/lot.h"
#include "engine/variation.h"

/* The inventory pays and receives like everybody else. */
static money_t
fund_queue(struct lot_queue *queue, const struct contract *contract, int64_t mark_price,
           rate_t rate)
{
    money_t sum = 0;
    for (size_t i = 0; i < queue->count; i++) {
        struct lot *lot = lot_queue_at(queue, i);
        const money_t payment = funding_payment(contract, lot->quantity, mark_price, rate);
        lot->margin = money_add(lot->margin, payment);
        lot->bankruptcy_price = contract_price_at_value(
            contract, lot->quantity, (double)lot->entry_value - (double)lot->margin);
        sum = money_add(sum, payment);
    }
    return sum;
}

/* The margin or balance behind a position. */
static money_t *
backing_of(struct engine *engine, struct position *position)
{
    return position->cross ? &account_table_row(&engine->accounts, position->account)->balance
                           : &position->margin;
}

/* What the two sides do not balance, and what a side cannot pay, is the pool's. */
static void
balance_by_fund(struct engine *engine, size_t instrument, money_t net)
{
    struct fund *fund = &engine->pools[engine->config->instruments[instrument].pool];
    const size_t market = holding_ledger(engine, instrument, LEDGER_MARKET);
    money_t change = -net;
    if (change < 0) {
        const money_t paid = fund_able(fund, &engine->ledger, net, engine->now);
        if (paid < net) {
            ledger_post(&engine->ledger, holding_ledger(engine, instrument, LEDGER_UNCOVERED),
                        market, net - paid);
            fund->uncovered_loss = money_add(fund->uncovered_loss, net - paid);
        }
        change = -paid;
    }
    fund_book(fund, &engine->ledger, &engine->observer, FUND_FUNDING, market, change, 0,
              engine->now);
}

static void
note_bad_debt(struct engine *engine, const struct position *position, money_t amount)
{
    struct instrument_state *state = &engine->instruments[position->instrument];
    state->funding_bad_debt = money_add(state->funding_bad_debt, amount);
    const struct bad_debt_event event = {
        .time = engine->now,
        .account = position->account,
        .instrument = position->instrument,
        .amount = amount,
    };
    if (engine->observer.bad_debt != NULL)
        engine->observer.bad_debt(engine->observer.context, &event);
}

enum status
engine_funding(struct engine *engine, size_t instrument, rate_t rate, struct error *err)
{
    struct instrument_state *state = &engine->instruments[instrument];
    const struct engine_instrument *rules = &engine->config->instruments[instrument];
    const int64_t mark_price = state->view.mark_price;
    const bool by_fund = engine->config->rules.funding_from_fund;
    if (mark_price == 0)
        return OK;
    struct position_table *table = &engine->positions;
    money_t margins = 0;
    for (size_t i = 0; i < table->used; i++) {
        struct position *position = &table->row[i];
        if (position->quantity == 0 || position->instrument != instrument)
            continue;
        money_t payment = funding_payment(&rules->contract, position->quantity, mark_price, rate);
        money_t *backing = backing_of(engine, position);
        if (by_fund && payment < 0 && *backing + payment < 0) {
            const money_t most = *backing > 0 ? -*backing : 0;
            note_bad_debt(engine, position, most - payment);
            payment = most;
        }
        *backing = money_add(*backing, payment);
        margins = money_add(margins, payment);
    }
    table->totals[instrument].version[0]++;
    table->totals[instrument].version[1]++;
    const money_t inventory = fund_queue(&state->longs, &rules->contract, mark_price, rate) +
                              fund_queue(&state->shorts, &rules->contract, mark_price, rate);
    struct ledger *ledger = &engine->ledger;
    const size_t market = holding_ledger(engine, instrument, LEDGER_MARKET);
    ledger_post(ledger, market, holding_ledger(engine, instrument, LEDGER_MARGINS), margins);
    ledger_post(ledger, market, holding_ledger(engine, instrument, LEDGER_INVENTORY), inventory);
    if (by_fund)
        balance_by_fund(engine, instrument, money_add(margins, inventory));
    return liquidation_arm_all(engine, instrument, err);
}

enum status
engine_funding_per_unit(struct engine *engine, size_t instrument, money_t per_unit,
                        struct error *err)
{
    const struct contract *contract = &engine->config->instruments[instrument].contract;
    const int64_t unit = fixed_power_of_ten[contract->quantity_scale];
    struct variation_due *dues = calloc(engine->accounts.count + 1, sizeof(*dues));
    if (dues == NULL)
        return error_memory(err, "paying funding");
    for (uint32_t i = 0; i < engine->accounts.count; i++) {
        int64_t held = 0;
        uint32_t id = engine->accounts.row[i].first;
        for (; id != POSITION_NONE; id = engine->positions.row[id].next) {
            if (engine->positions.row[id].instrument == instrument)
                held += engine->positions.row[id].quantity;
        }
        dues[i] = (struct variation_due){.account = i,
                                         .amount = money_divide((int128_t)held * per_unit, unit)};
    }
    enum status status =
        variation_distribute(engine, (uint32_t)instrument, dues, engine->accounts.count, true, err);
    free(dues);
    return status == OK ? liquidation_arm_all(engine, instrument, err) : status;
}
