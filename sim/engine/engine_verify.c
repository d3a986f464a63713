#include "engine/engine.h"

#include <inttypes.h>
#include <stdlib.h>

#include "engine/liquidation.h"
#include "engine/lot.h"

/* Sums recomputed from the tables, one an instrument or currency. */
struct recount {
    struct position_totals *totals; /* one an instrument */
    money_t *margins, *inventory;   /* one a currency */
};

static void
add_queue(const struct lot_queue *queue, money_t *inventory, int64_t *quantity)
{
    *quantity = 0;
    for (size_t i = 0; i < queue->count; i++) {
        const struct lot *lot = lot_queue_at(queue, i);
        *inventory += lot->margin;
        *quantity += llabs(lot->quantity);
    }
}

/* Whether a position or its account is being unwound. */
static bool
is_unwound(const struct engine *engine, size_t id)
{
    const struct position *position = &engine->positions.row[id];
    for (size_t i = 0; i < engine->unwinding_count; i++) {
        const struct unwind_case *unwinding = &engine->unwinding[i];
        if (unwinding->cross == position->cross &&
            unwinding->id == (position->cross ? position->account : id))
            return true;
    }
    return false;
}

/* No position is in breach, and the mark is between its alarms: it would be looked at in time. */
static bool
is_watched(const struct engine *engine, size_t id, struct error *err)
{
    const struct position *position = &engine->positions.row[id];
    const int64_t mark_price = engine->instruments[position->instrument].view.mark_price;
    if (position->held_back && !is_unwound(engine, id)) {
        error_set(err, ERR_RANGE, "position %zu is held back and nobody unwinds it", id);
        return false;
    }
    if (mark_price == 0 || position->held_back || engine->config->rules.one_sweep)
        return true;
    if (!position->cross && engine_in_breach(engine, position)) {
        error_set(err, ERR_RANGE, "position %zu is in breach and still open", id);
        return false;
    }
    if (position->alarm_below >= mark_price || position->alarm_above <= mark_price) {
        error_set(err, ERR_RANGE,
                  "position %zu: the mark %" PRId64 " is not between its alarms %" PRId64
                  " and %" PRId64,
                  id, mark_price, position->alarm_below, position->alarm_above);
        return false;
    }
    return true;
}

static bool
recount_positions(const struct engine *engine, struct recount *recount, struct error *err)
{
    for (size_t i = 0; i < engine->positions.used; i++) {
        const struct position *position = &engine->positions.row[i];
        if (position->quantity == 0)
            continue;
        const struct engine_instrument *rules = &engine->config->instruments[position->instrument];
        struct position_totals *totals = &recount->totals[position->instrument];
        recount->margins[engine->config->pools[rules->pool].currency] += position->margin;
        totals->count++;
        *(position->quantity > 0 ? &totals->long_quantity : &totals->short_quantity) +=
            llabs(position->quantity);
        if (!is_watched(engine, i, err))
            return false;
    }
    return true;
}

/* Equity, requirement and what else is known of a cross account, recomputed from its positions. */
static bool
recount_accounts(const struct engine *engine, struct recount *recount, struct error *err)
{
    for (uint32_t i = 0; i < engine->accounts.count; i++) {
        const struct account_row *row = &engine->accounts.row[i];
        if (!row->cross)
            continue;
        recount->margins[row->currency] += row->balance;
        int128_t cushion = (int128_t)row->balance - row->order_margin;
        int128_t required = row->order_margin;
        uint32_t listed = 0;
        enum margin_compare compare = MARGIN_BREACH_LE;
        for (uint32_t id = row->first; id != POSITION_NONE; id = engine->positions.row[id].next) {
            const struct position *position = &engine->positions.row[id];
            const struct instrument_state *state = &engine->instruments[position->instrument];
            if (position->account != i || !position->cross || position->margin != 0) {
                error_set(err, ERR_RANGE, "account %" PRIu32 " lists a position of another", i);
                return false;
            }
            const money_t need =
                liquidation_need(&state->now, position, state->view.mark_price).required;
            cushion +=
                (int128_t)position_equity(position, &state->now.contract, state->view.mark_price) -
                need;
            required += need;
            compare = state->now.rules.compare;
            listed++;
        }
        const bool breach = compare == MARGIN_BREACH_LT
                                ? cushion < 0
                                : cushion < 0 || (cushion == 0 && required != 0);
        if (listed != row->positions ||
            (listed > 0 && breach && !row->held_back && !engine->config->rules.hedged_legs_netted &&
             !engine->config->rules.one_sweep)) {
            error_set(err, ERR_RANGE, "account %" PRIu32 " is in breach, or its list is wrong", i);
            return false;
        }
    }
    return true;
}

/* What stands in an instrument is what the orders of the cases add up to. */
static bool
orders_add_up(const struct engine *engine, size_t instrument)
{
    int64_t standing[2] = {0, 0};
    for (size_t i = 0; i < engine->unwinding_count; i++) {
        const struct unwind_case *unwinding = &engine->unwinding[i];
        if (unwinding->instrument == instrument)
            standing[unwinding->order_side > 0 ? 0 : 1] += unwinding->order_quantity;
    }
    return standing[0] == engine->instruments[instrument].standing[0] &&
           standing[1] == engine->instruments[instrument].standing[1];
}

static bool
compare_instruments(const struct engine *engine, struct recount *recount, struct error *err)
{
    for (size_t i = 0; i < engine->config->instrument_count; i++) {
        const struct position_totals *kept = &engine->positions.totals[i];
        const struct position_totals *counted = &recount->totals[i];
        const struct instrument_state *state = &engine->instruments[i];
        money_t *inventory =
            &recount
                 ->inventory[engine->config->pools[engine->config->instruments[i].pool].currency];
        int64_t longs, shorts;
        add_queue(&state->longs, inventory, &longs);
        add_queue(&state->shorts, inventory, &shorts);
        if (kept->count != counted->count || kept->long_quantity != counted->long_quantity ||
            kept->short_quantity != counted->short_quantity || longs != state->longs.quantity ||
            shorts != state->shorts.quantity || !orders_add_up(engine, i)) {
            error_set(err, ERR_RANGE, "instrument %zu: totals differ from the positions", i);
            return false;
        }
    }
    return true;
}

static bool
compare_ledger(const struct engine *engine, const struct recount *recount, struct error *err)
{
    const struct ledger *ledger = &engine->ledger;
    if (!ledger_verify(ledger)) {
        error_set(err, ERR_RANGE, "the ledger does not sum to zero");
        return false;
    }
    for (size_t currency = 0; currency < engine->config->currency_count; currency++) {
        const money_t margins =
            ledger_balance(ledger, ledger_account(ledger, currency, LEDGER_MARGINS));
        const money_t inventory =
            ledger_balance(ledger, ledger_account(ledger, currency, LEDGER_INVENTORY));
        if (margins != recount->margins[currency] || inventory != recount->inventory[currency]) {
            error_set(err, ERR_RANGE,
                      "currency %zu: margins %" PRId64 " booked, %" PRId64 " held; inventory "
                      "%" PRId64 " booked, %" PRId64 " held",
                      currency, margins, recount->margins[currency], inventory,
                      recount->inventory[currency]);
            return false;
        }
    }
    return true;
}

/* What every pool has is what came in less what went out, and what nobody paid is booked. */
static bool
compare_pools(const struct engine *engine, struct error *err)
{
    for (size_t currency = 0; currency < engine->config->currency_count; currency++) {
        int128_t uncovered = ledger_balance(
            &engine->ledger, ledger_account(&engine->ledger, currency, LEDGER_UNCOVERED));
        int128_t waiting = 0;
        for (size_t i = 0; i < engine->config->pool_count; i++) {
            const struct fund *fund = &engine->pools[i];
            if (fund->currency != currency)
                continue;
            uncovered += fund->uncovered_loss;
            const money_t opening = engine->started ? engine->config->pools[i].opening : 0;
            const int128_t expected = (int128_t)opening + fund->surplus + fund->fee +
                                      fund->injection - fund->deficit + fund->other;
            const money_t balance = ledger_balance(&engine->ledger, fund->account);
            for (size_t kind = 0; kind < FUND_CHANGE_KINDS; kind++)
                waiting += fund->pending[kind];
            if (balance == expected && (balance >= 0 || fund->rules->may_go_negative))
                continue;
            error_set(err, ERR_RANGE, "pool %zu has %" PRId64 ", its changes make another sum", i,
                      balance);
            return false;
        }
        if (waiting != ledger_balance(&engine->ledger,
                                      ledger_account(&engine->ledger, currency, LEDGER_CLEARING))) {
            error_set(err, ERR_RANGE, "currency %zu: what waits for settlement is not booked",
                      currency);
            return false;
        }
        if (uncovered != 0) {
            error_set(err, ERR_RANGE, "currency %zu: uncovered losses are not what is booked",
                      currency);
            return false;
        }
    }
    return true;
}

bool
engine_verify(const struct engine *engine, struct error *err)
{
    struct recount recount = {
        .totals = calloc(engine->config->instrument_count, sizeof(*recount.totals)),
        .margins = calloc(engine->config->currency_count, sizeof(*recount.margins)),
        .inventory = calloc(engine->config->currency_count, sizeof(*recount.inventory)),
    };
    bool sound = recount.totals != NULL && recount.margins != NULL && recount.inventory != NULL;
    if (!sound)
        error_memory(err, "verifying the books");
    sound = sound && recount_positions(engine, &recount, err) &&
            recount_accounts(engine, &recount, err) && compare_instruments(engine, &recount, err) &&
            compare_ledger(engine, &recount, err) && compare_pools(engine, err);
    free(recount.totals);
    free(recount.margins);
    free(recount.inventory);
    return sound;
}
