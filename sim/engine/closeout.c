#include "engine/closeout.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/fixed.h"
#include "engine/lot.h"
#include "engine/unwind.h"
#include "engine/unwind_orders.h"
#include "engine/waterfall.h"

/* A close-out never moves the price by more than this share: a sale has a price above zero. */
static const double concession_max = 0.99;

/* The market the slippage model meets: the scenario's figures, else what the volume clock
 * measured.  Where nothing was traded yet the fill is its own day's volume, and where no return
 * was seen the volatility is zero. */
static struct slippage_market
market_for(const struct closeout_params *params, const struct market_view *view, double notional)
{
    struct slippage_market market = market_view_slippage(view);
    if (!isnan(params->daily_volume))
        market.daily_volume = params->daily_volume;
    if (!isnan(params->daily_volatility))
        market.daily_volatility = params->daily_volatility;
    if (!(market.daily_volume > 0.0))
        market.daily_volume = notional;
    if (isnan(market.daily_volatility))
        market.daily_volatility = 0.0;
    return market;
}

/* The close price a concession away from a reference in tape units. */
static int64_t
price_after(double reference, int64_t quantity, double concession)
{
    const double sign = quantity > 0 ? -1.0 : 1.0; /* a long is sold below, a short bought above */
    const double close = nearbyint(reference * (1.0 + sign * concession));
    return close < 1.0 ? 1 : (int64_t)close;
}

/* Concession of selling (a long) or buying back `quantity` at a reference price in tape units, with
 * `more` on top of the slippage model, and the close price it leads to. */
static double
concession_of(const struct engine *engine, size_t instrument, int64_t quantity, double reference,
              double more, int64_t *close_price)
{
    const struct closeout_params *params = &engine->config->closeout;
    const struct contract *contract = &engine->config->instruments[instrument].contract;
    const int64_t price = reference < 1.0 ? 1 : (int64_t)llround(reference);
    const double notional = contract_quote_notional(contract, quantity, price);
    const struct slippage_market market =
        market_for(params, &engine->instruments[instrument].view, notional);
    double concession =
        slippage_of(params->slippage)->concession(&params->slippage_params, notional, &market);
    assert(concession >= 0.0 && more >= 0.0);
    concession = fmin(concession + more, concession_max);
    *close_price = price_after(reference, quantity, concession);
    return concession;
}

double
closeout_concession(const struct engine *engine, size_t instrument, int64_t quantity,
                    int64_t *close_price)
{
    return concession_of(engine, instrument, quantity,
                         (double)engine->instruments[instrument].view.mark_price, 0.0, close_price);
}

/* Adds a position to the order of its instrument and side. */
static void
plan_position(struct engine *engine, const struct position *position)
{
    struct closeout_orders *orders = &engine->instruments[position->instrument].orders;
    /* within the sums the position table keeps in range */
    orders->quantity[position->quantity > 0 ? 0 : 1] += position->quantity;
}

void
closeout_plan(struct engine *engine)
{
    if (!engine->config->closeout_type->at_mark)
        return;
    for (size_t i = 0; i < engine->config->instrument_count; i++)
        engine->instruments[i].orders = (struct closeout_orders){{0, 0}, {0, 0}, {0.0, 0.0}};
    for (size_t i = 0; i < engine->due_count; i++)
        plan_position(engine, &engine->positions.row[engine->due[i]]);
    for (size_t i = 0; i < engine->due_accounts_count; i++) {
        uint32_t id = account_table_row(&engine->accounts, engine->due_accounts[i])->first;
        for (; id != POSITION_NONE; id = engine->positions.row[id].next)
            plan_position(engine, &engine->positions.row[id]);
    }
    for (size_t i = 0; i < engine->config->instrument_count; i++) {
        struct instrument_state *state = &engine->instruments[i];
        for (size_t side = 0; side < 2; side++) {
            if (state->orders.quantity[side] != 0)
                state->orders.slippage[side] = closeout_concession(
                    engine, i, state->orders.quantity[side], &state->orders.close_price[side]);
        }
    }
}

enum status
closeout_take(struct engine *engine, struct lot *lot, struct error *err)
{
    struct instrument_state *state = &engine->instruments[lot->instrument];
    const size_t side = lot->quantity > 0 ? 0 : 1;
    if (!engine->config->closeout_type->at_mark)
        return lot_queue_push(side == 0 ? &state->longs : &state->shorts, lot, err);
    TRY(waterfall_sell(engine, lot, lot->quantity, state->orders.close_price[side],
                       state->orders.slippage[side], err));
    assert(lot->quantity == 0);
    return OK;
}

/* What the kind is told about one side of the inventory, with the orders that stand beside it. */
static struct closeout_situation
situation_of(const struct engine *engine, size_t instrument, const struct lot_queue *queue,
             int64_t remaining, int64_t volume)
{
    const struct contract *contract = &engine->config->instruments[instrument].contract;
    const time_ns_t oldest = queue->count > 0 ? lot_queue_at(queue, 0)->taken : engine->now;
    return (struct closeout_situation){
        .remaining = remaining,
        .volume = volume,
        .unit = fixed_power_of_ten[contract->quantity_scale],
        .age = engine->now - oldest,
        .since_fill = engine->now - (queue->last_fill > oldest ? queue->last_fill : oldest),
    };
}

/* Sells up to the allowed volume from the front of one queue, then fills the orders of accounts
 * that are unwound. */
static enum status
work_queue(struct engine *engine, size_t instrument, struct lot_queue *queue, int sign,
           int64_t most, struct error *err)
{
    const struct closeout_params *params = &engine->config->closeout;
    const struct closeout_type *type = engine->config->closeout_type;
    const struct market_view *view = &engine->instruments[instrument].view;
    const int64_t waiting = unwind_orders_waiting(engine, instrument, sign);
    double reference;
    const int64_t volume = market_view_volume(view, -sign, &reference);
    if (most + waiting == 0 || volume == 0)
        return OK;
    const struct closeout_situation situation =
        situation_of(engine, instrument, queue, most + waiting, volume);
    int64_t left = type->fill(params, &situation);
    if (left == 0)
        return OK;
    int64_t close_price;
    double slippage = params->limit_spread;
    if (type->at_limit)
        close_price = price_after((double)view->mark_price, sign, slippage);
    else
        slippage = concession_of(
            engine, instrument, sign * left, reference,
            type->aggression == NULL ? 0.0 : type->aggression(params, &situation), &close_price);
    int64_t for_orders = left > most ? left - most : 0;
    left -= for_orders;
    while (left > 0 && queue->count > 0) {
        struct lot *lot = lot_queue_at(queue, 0);
        const int64_t held = llabs(lot->quantity);
        const int64_t part = held < left ? held : left;
        queue->last_fill = engine->now;
        TRY(waterfall_sell(engine, lot, sign * part, close_price, slippage, err));
        left -= part;
        queue->quantity -= held - llabs(lot->quantity);
        if (lot->quantity == 0)
            lot_queue_drop_first(queue);
    }
    return for_orders > 0
               ? unwind_fill(engine, instrument, sign, for_orders, close_price, slippage, err)
               : OK;
}

enum status
closeout_work(struct engine *engine, size_t instrument, int64_t longs, int64_t shorts,
              struct error *err)
{
    struct instrument_state *state = &engine->instruments[instrument];
    TRY(work_queue(engine, instrument, &state->longs, 1, longs, err));
    TRY(work_queue(engine, instrument, &state->shorts, -1, shorts, err));
    unwind_orders_cancel_once(engine, instrument);
    return OK;
}
