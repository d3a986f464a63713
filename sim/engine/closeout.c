#include "engine/closeout.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "engine/lot.h"
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

/* Concession of selling (side < 0) or buying `quantity` at a reference price in tape units, and
 * the close price it leads to. */
static double
concession_of(const struct engine *engine, size_t instrument, int64_t quantity, double reference,
              int64_t *close_price)
{
    const struct closeout_params *params = &engine->config->closeout;
    const struct contract *contract = &engine->config->instruments[instrument].contract;
    const int64_t price = reference < 1.0 ? 1 : (int64_t)llround(reference);
    const double notional = contract_quote_notional(contract, quantity, price);
    const struct slippage_market market =
        market_for(params, &engine->instruments[instrument].view, notional);
    double concession =
        slippage_of(params->slippage)->concession(&params->slippage_params, notional, &market);
    assert(concession >= 0.0);
    concession = fmin(concession, concession_max);
    const double sign = quantity > 0 ? -1.0 : 1.0; /* a long is sold below, a short bought above */
    const double close = nearbyint(reference * (1.0 + sign * concession));
    *close_price = close < 1.0 ? 1 : (int64_t)close;
    return concession;
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
                state->orders.slippage[side] =
                    concession_of(engine, i, state->orders.quantity[side],
                                  (double)state->view.mark_price, &state->orders.close_price[side]);
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

/* Sells up to the allowed volume from the front of one queue. */
static enum status
work_queue(struct engine *engine, size_t instrument, struct lot_queue *queue, int sign,
           int64_t most, struct error *err)
{
    const struct market_view *view = &engine->instruments[instrument].view;
    double reference;
    const int64_t volume = market_view_volume(view, -sign, &reference);
    int64_t left =
        most == 0 || volume == 0
            ? 0
            : engine->config->closeout_type->fill(&engine->config->closeout, most, volume);
    if (left == 0)
        return OK;
    int64_t close_price;
    const double slippage = concession_of(engine, instrument, sign * left, reference, &close_price);
    while (left > 0 && queue->count > 0) {
        struct lot *lot = lot_queue_at(queue, 0);
        const int64_t held = llabs(lot->quantity);
        const int64_t part = held < left ? held : left;
        TRY(waterfall_sell(engine, lot, sign * part, close_price, slippage, err));
        left -= part;
        queue->quantity -= held - llabs(lot->quantity);
        if (lot->quantity == 0)
            lot_queue_drop_first(queue);
    }
    return OK;
}

enum status
closeout_work(struct engine *engine, size_t instrument, int64_t longs, int64_t shorts,
              struct error *err)
{
    struct instrument_state *state = &engine->instruments[instrument];
    TRY(work_queue(engine, instrument, &state->longs, 1, longs, err));
    return work_queue(engine, instrument, &state->shorts, -1, shorts, err);
}
