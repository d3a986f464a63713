#include "engine/unwind_orders.h"

#include <assert.h>
#include <stdlib.h>

#include "engine/unwind_part.h"

/* Adds to what stands in the instrument on the order's side, and to what is too young to be filled
 * at this instant. */
static void
count_order(struct engine *engine, const struct unwind_case *unwinding, int64_t quantity)
{
    struct instrument_state *state = &engine->instruments[unwinding->instrument];
    const size_t side = unwinding->order_side > 0 ? 0 : 1;
    if (state->fresh_time != engine->now) {
        state->fresh[0] = state->fresh[1] = 0;
        state->fresh_time = engine->now;
    }
    state->standing[side] += quantity;
    if (unwinding->order_placed == engine->now)
        state->fresh[side] += quantity;
    assert(state->standing[side] >= 0);
}

void
unwind_orders_cancel(struct engine *engine, struct unwind_case *unwinding)
{
    count_order(engine, unwinding, -unwinding->order_quantity);
    engine->once_standing -= unwinding->order_once;
    unwinding->order_once = false;
    unwinding->order_quantity = 0;
    unwinding->order_until = TIME_NS_NEVER;
}

const struct position *
unwind_orders_row(const struct engine *engine, const struct unwind_case *unwinding)
{
    const struct position *position = &engine->positions.row[unwinding->order_position];
    const bool same = unwinding->cross
                          ? position->cross && position->account == unwinding->id
                          : unwinding->order_position == unwinding->id && !position->cross &&
                                position->generation == unwinding->generation;
    return same && position->quantity != 0 &&
                   (position->quantity > 0) == (unwinding->order_side > 0)
               ? position
               : NULL;
}

void
unwind_orders_place(struct engine *engine, struct unwind_case *unwinding, uint32_t id,
                    const struct partial_order *order)
{
    assert(unwinding->order_quantity == 0);
    unwinding->order_position = id;
    unwinding->order_side = engine->positions.row[id].quantity > 0 ? 1 : -1;
    unwinding->order_quantity = order->quantity;
    unwinding->order_placed = engine->now;
    count_order(engine, unwinding, order->quantity);
    unwinding->order_once = order->once;
    engine->once_standing += order->once;
    unwinding->order_fill = order->fill;
    unwinding->order_until =
        order->time_to_live == 0 ? TIME_NS_NEVER : engine->now + order->time_to_live;
}

int64_t
unwind_orders_waiting(const struct engine *engine, size_t instrument, int sign)
{
    const struct instrument_state *state = &engine->instruments[instrument];
    const size_t side = sign > 0 ? 0 : 1;
    return state->standing[side] - (state->fresh_time == engine->now ? state->fresh[side] : 0);
}

enum status
unwind_orders_fill(struct engine *engine, struct unwind_case *unwinding, int64_t volume,
                   int64_t close_price, double slippage, int64_t *filled, struct error *err)
{
    const struct position *position = unwind_orders_row(engine, unwinding);
    const int64_t held = position == NULL ? 0 : llabs(position->quantity);
    const int64_t wanted = unwinding->order_quantity < held ? unwinding->order_quantity : held;
    const int64_t part = wanted < volume ? wanted : volume;
    *filled = 0;
    if (part > 0 && (unwinding->order_fill != PARTIAL_FOK || part == unwinding->order_quantity))
        TRY(unwind_part_fill(engine, unwinding, unwinding->order_position, part, close_price,
                             slippage, filled, err));
    count_order(engine, unwinding, -*filled);
    unwinding->order_quantity -= *filled;
    if (*filled > 0)
        unwinding->told = false;
    if (unwinding->order_quantity == 0 || held == 0 || unwinding->order_fill != PARTIAL_RESTING)
        unwind_orders_cancel(engine, unwinding);
    unwinding->stirred |= unwinding->order_quantity == 0;
    engine->unwinding_stirred |= unwinding->stirred;
    return OK;
}

void
unwind_orders_cancel_once(struct engine *engine, size_t instrument)
{
    for (size_t i = 0; engine->once_standing > 0 && i < engine->unwinding_count; i++) {
        struct unwind_case *unwinding = &engine->unwinding[i];
        if (unwinding->order_once && unwinding->instrument == instrument &&
            unwinding->order_placed < engine->now) {
            unwind_orders_cancel(engine, unwinding);
            unwinding->stirred = engine->unwinding_stirred = true;
        }
    }
}
