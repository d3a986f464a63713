/* Positions and accounts open, trade and close: the part of engine.h a population drives. */
#include "engine/engine.h"

#include <assert.h>
#include <stdlib.h>

#include "engine/cross.h"
#include "engine/holding.h"
#include "engine/liquidation.h"
#include "engine/variation.h"

/* ---- positions ---- */

/* Deposits what a position is opened with.  The wallet of an account that is followed pays the
 * margin; an account that is not brings it with the position.  A cross account's deposit is its
 * own. */
static void
post_margin(struct engine *engine, const struct position *position)
{
    struct account_row *account = account_table_row(&engine->accounts, position->account);
    struct ledger *ledger = &engine->ledger;
    const size_t wallet = holding_wallet(engine, position->account, position->instrument);
    const size_t margins = holding_ledger(engine, position->instrument, LEDGER_MARGINS);
    assert(!position->cross || position->margin == 0);
    if (account != NULL)
        account->balance = money_add(account->balance, -position->margin);
    else
        ledger_post(ledger, holding_ledger(engine, position->instrument, LEDGER_OUTSIDE), wallet,
                    position->margin);
    if (wallet != margins)
        ledger_post(ledger, wallet, margins, position->margin);
}

/* The row in the table and the money in the ledger; not yet armed. */
static enum status
enter(struct engine *engine, const struct position *position, uint32_t *id, struct error *err)
{
    TRY(position_open(&engine->positions, position, id, err));
    if (position->cross)
        account_table_link(&engine->accounts, &engine->positions, *id);
    post_margin(engine, position);
    return OK;
}

enum status
engine_open(struct engine *engine, const struct position *position, uint32_t *id, struct error *err)
{
    const struct account_row *account;
    TRY(enter(engine, position, id, err));
    account = account_table_row(&engine->accounts, position->account);
    if (account != NULL && account->cross && !position->cross)
        TRY(cross_arm(engine, position->account, err)); /* it gave the margin away */
    return liquidation_arm(engine, *id, err);
}

enum status
engine_open_many(struct engine *engine, const struct position *positions, size_t count,
                 struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t id;
        TRY(enter(engine, &positions[i], &id, err));
    }
    for (size_t i = 0; i < engine->config->instrument_count; i++)
        TRY(liquidation_arm_all(engine, i, err));
    return OK;
}

/* Takes `quantity` off a position at a price; arms nothing. */
static void
reduce_at(struct engine *engine, uint32_t id, int64_t quantity, int64_t price)
{
    const size_t instrument = engine->positions.row[id].instrument;
    const struct contract *contract = &engine->config->instruments[instrument].contract;
    holding_release(engine, id, quantity, contract_value(contract, quantity, price));
}

enum status
engine_close(struct engine *engine, uint32_t id, int64_t quantity, struct error *err)
{
    const struct position held = engine->positions.row[id];
    const struct account_row *account = account_table_row(&engine->accounts, held.account);
    reduce_at(engine, id, quantity, engine->instruments[held.instrument].view.mark_price);
    if (account != NULL && account->cross)
        TRY(cross_arm(engine, held.account, err));
    if (held.cross)
        return OK;
    return quantity != held.quantity ? liquidation_arm(engine, id, err) : OK;
}

/* ---- accounts ---- */

enum status
engine_account(struct engine *engine, bool cross, size_t currency, uint32_t *account,
               struct error *err)
{
    assert(currency < engine->config->currency_count);
    return account_table_add(&engine->accounts, cross, currency, account, err);
}

enum status
engine_deposit(struct engine *engine, uint32_t id, money_t amount, struct error *err)
{
    struct account_row *account = account_table_row(&engine->accounts, id);
    assert(account != NULL);
    ledger_post(&engine->ledger, ledger_account(&engine->ledger, account->currency, LEDGER_OUTSIDE),
                ledger_account(&engine->ledger, account->currency,
                               account->cross ? LEDGER_MARGINS : LEDGER_WALLETS),
                amount);
    account->balance = money_add(account->balance, amount);
    return account->cross ? cross_arm(engine, id, err) : OK;
}

enum status
engine_orders(struct engine *engine, uint32_t id, money_t order_margin, struct error *err)
{
    struct account_row *account = account_table_row(&engine->accounts, id);
    assert(account != NULL && account->cross && order_margin >= 0);
    account->order_margin = order_margin;
    return cross_arm(engine, id, err);
}

/* The account's first position in an instrument on one side (sign), or POSITION_NONE. */
static uint32_t
find_side(const struct engine *engine, const struct account_row *account, size_t instrument,
          bool is_long)
{
    uint32_t id = account->first;
    while (id != POSITION_NONE && (engine->positions.row[id].instrument != instrument ||
                                   (engine->positions.row[id].quantity > 0) != is_long))
        id = engine->positions.row[id].next;
    return id;
}

enum status
engine_trade_account(struct engine *engine, uint32_t id, size_t instrument, int64_t quantity,
                     int64_t price, struct error *err)
{
    struct account_row *account = account_table_row(&engine->accounts, id);
    assert(account != NULL && account->cross && quantity != 0);
    const struct contract *contract = &engine->config->instruments[instrument].contract;
    if (engine->config->rules.settlement == RULES_AT_MARK) {
        /* positions stand at the mark; what the price was better than it is settled at the next */
        const int64_t mark_price = engine->instruments[instrument].view.mark_price;
        TRY(variation_note(engine, id, (uint32_t)instrument,
                           contract_value(contract, quantity, mark_price) -
                               contract_value(contract, quantity, price),
                           err));
        price = mark_price;
    }
    uint32_t other;
    while (quantity != 0 &&
           (other = find_side(engine, account, instrument, quantity < 0)) != POSITION_NONE) {
        const int64_t held = -engine->positions.row[other].quantity;
        const int64_t part = llabs(held) < llabs(quantity) ? held : quantity;
        reduce_at(engine, other, -part, price);
        quantity -= part;
    }
    if (quantity != 0) {
        const money_t cost = contract_value(contract, quantity, price);
        uint32_t same = find_side(engine, account, instrument, quantity > 0);
        const struct position opened = {
            .quantity = quantity,
            .entry_value = cost,
            .close_time = TIME_NS_NEVER,
            .account = id,
            .instrument = (uint32_t)instrument,
            .cross = true,
        };
        if (same != POSITION_NONE)
            position_increase(&engine->positions, same, quantity, cost);
        else
            TRY(enter(engine, &opened, &same, err));
    }
    return cross_arm(engine, id, err);
}
