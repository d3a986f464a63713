#include "engine/waterfall.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "engine/adl.h"
#include "engine/lot.h"

/* Everything one sale is about. */
struct sale {
    struct engine *engine;
    struct lot *lot;
    const struct engine_instrument *instrument;
    struct fund *fund;
    size_t market, inventory, uncovered; /* ledger accounts */
    int64_t close_price;
    double slippage;
};

/* What is left of the margin of `quantity` of the lot when it is sold at the close price. */
static money_t
residue_of(const struct sale *sale, int64_t quantity)
{
    money_t entry_value, margin;
    lot_portion(sale->lot, quantity, &entry_value, &margin);
    return margin + contract_value(&sale->instrument->contract, quantity, sale->close_price) -
           entry_value;
}

static void
report(const struct sale *sale, enum closeout_cause cause, int64_t quantity, money_t fee,
       money_t result, money_t uncovered_loss)
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
        .fee = fee,
        .result = result,
        .uncovered_loss = uncovered_loss,
        .fund_after = ledger_balance(&sale->engine->ledger, sale->fund->account),
    };
    observer->closeout(observer->context, &event);
}

/* Sells `quantity` into the market; the fund receives what is left of its margin or pays what is
 * missing, the last of it uncovered when `may_fail`. */
static void
sell(const struct sale *sale, int64_t quantity, bool may_fail)
{
    struct engine *engine = sale->engine;
    struct ledger *ledger = &engine->ledger;
    const struct contract *contract = &sale->instrument->contract;
    const uint64_t case_id = sale->lot->case_id;
    money_t entry_value, margin;
    lot_reduce(sale->lot, quantity, &entry_value, &margin);
    const money_t profit = contract_value(contract, quantity, sale->close_price) - entry_value;
    const money_t residue = margin + profit;
    ledger_post(ledger, sale->market, sale->inventory, profit);

    money_t fee = 0, uncovered_loss = 0;
    if (residue > 0) {
        const money_t notional = contract_notional(contract, quantity, sale->close_price);
        fee = money_share(notional, sale->instrument->rules.fee_rate);
        fee = fee < residue ? fee : residue;
        fund_book(sale->fund, ledger, &engine->observer, FUND_FEE, sale->inventory, fee, case_id,
                  engine->now);
        fund_book(sale->fund, ledger, &engine->observer, FUND_SURPLUS, sale->inventory,
                  residue - fee, case_id, engine->now);
    } else if (residue < 0) {
        const money_t balance = ledger_balance(ledger, sale->fund->account);
        const money_t paid = balance < -residue ? balance : -residue;
        uncovered_loss = -residue - paid;
        assert(may_fail || uncovered_loss == 0);
        fund_book(sale->fund, ledger, &engine->observer, FUND_DEFICIT, sale->inventory, -paid,
                  case_id, engine->now);
        if (uncovered_loss > 0) {
            ledger_post(ledger, sale->uncovered, sale->inventory, uncovered_loss);
            sale->fund->uncovered_loss = money_add(sale->fund->uncovered_loss, uncovered_loss);
        }
    }
    report(sale, may_fail ? CLOSEOUT_UNCOVERED : CLOSEOUT_MARKET, quantity, fee, residue - fee,
           uncovered_loss);
}

/* The largest part of `quantity` whose deficit the fund can pay in full. */
static int64_t
payable(const struct sale *sale, int64_t quantity, money_t balance, money_t deficit)
{
    const int64_t sign = quantity > 0 ? 1 : -1;
    int64_t part = (int64_t)((int128_t)llabs(quantity) * balance / deficit);
    /* Rounding of the portions can make that a unit too many. */
    while (part > 0 && residue_of(sale, sign * part) < -balance)
        part--;
    return sign * part;
}

enum status
waterfall_sell(struct engine *engine, struct lot *lot, int64_t quantity, int64_t close_price,
               double slippage, struct error *err)
{
    const struct engine_instrument *instrument = &engine->config->instruments[lot->instrument];
    const size_t currency = engine->config->pools[instrument->pool].currency;
    const struct sale sale = {
        .engine = engine,
        .lot = lot,
        .instrument = instrument,
        .fund = &engine->pools[instrument->pool],
        .market = ledger_account(&engine->ledger, currency, LEDGER_MARKET),
        .inventory = ledger_account(&engine->ledger, currency, LEDGER_INVENTORY),
        .uncovered = ledger_account(&engine->ledger, currency, LEDGER_UNCOVERED),
        .close_price = close_price,
        .slippage = slippage,
    };
    const money_t residue = residue_of(&sale, quantity);
    const money_t balance = ledger_balance(&engine->ledger, sale.fund->account);
    if (residue >= -balance) {
        sell(&sale, quantity, false);
        return OK;
    }
    sale.fund->state = FUND_DEPLETED;
    const int64_t sold = payable(&sale, quantity, balance, -residue);
    if (sold != 0)
        sell(&sale, sold, false);
    TRY(adl_close(engine, lot, lot->quantity, close_price, err));
    /* What no winner took of the part that was to be sold. */
    int64_t rest = quantity - sold;
    if (llabs(rest) > llabs(lot->quantity))
        rest = lot->quantity;
    if (rest != 0)
        sell(&sale, rest, true);
    return OK;
}
