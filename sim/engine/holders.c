#include "engine/holders.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "engine/holding.h"
#include "engine/liquidation.h"
#include "models/population_draw.h"

enum {
    ENTRY_TRIES = 1000,       /* draws in a row that the lookback may refuse */
    SIZE_DRAWS = 256,         /* looked at to foresee how many positions a target takes */
    POSITIONS_MAX = 20000000, /* a side: some 2 GB */
};

/* A position that leaves by itself, seen from its end; stale when its row is used by another. */
struct holder_end {
    time_ns_t time;
    uint32_t position, generation;
};

struct end_heap {
    struct holder_end *end; /* least at 0; owned */
    size_t count, capacity;
};

/* Mark prices of the lookback, one a step, and what they became later. */
struct price_path {
    int64_t *price, *lowest, *highest; /* lowest[i]: from i to the end; owned, one block */
    size_t count, capacity;
};

struct holder_book {
    const struct holder_target *target; /* NULL: no synthetic population */
    size_t next_order;                  /* of this instrument, into the config's orders */
    struct end_heap ends[2];            /* longs, shorts */
    struct price_path path;
    uint64_t drawn;
    int64_t target_quantity; /* of one side */
    time_ns_t next_step;
};

/* ---- ends ---- */

static bool
ends_before(const struct holder_end *a, const struct holder_end *b)
{
    return a->time < b->time || (a->time == b->time && a->position < b->position);
}

static bool
is_open(const struct engine *engine, const struct holder_end *end)
{
    const struct position *row = &engine->positions.row[end->position];
    return row->quantity != 0 && row->generation == end->generation;
}

static void
sift_down(struct end_heap *heap, size_t i, struct holder_end end)
{
    for (size_t child; (child = 2 * i + 1) < heap->count; i = child) {
        if (child + 1 < heap->count && ends_before(&heap->end[child + 1], &heap->end[child]))
            child++;
        if (!ends_before(&heap->end[child], &end))
            break;
        heap->end[i] = heap->end[child];
    }
    heap->end[i] = end;
}

/* Drops the ends of positions that are gone: the heap follows the open positions, not all that
 * ever opened. */
static void
drop_stale(struct end_heap *heap, const struct engine *engine)
{
    size_t kept = 0;
    for (size_t i = 0; i < heap->count; i++) {
        if (is_open(engine, &heap->end[i]))
            heap->end[kept++] = heap->end[i];
    }
    heap->count = kept;
    for (size_t i = kept / 2; i-- > 0;)
        sift_down(heap, i, heap->end[i]);
}

static enum status
make_room(struct end_heap *heap, const struct engine *engine, struct error *err)
{
    drop_stale(heap, engine);
    if (heap->count < heap->capacity - heap->capacity / 4)
        return OK;
    const size_t capacity = heap->capacity < 64 ? 64 : heap->capacity + heap->capacity / 2;
    struct holder_end *grown = realloc(heap->end, capacity * sizeof(*grown));
    if (grown == NULL)
        return error_memory(err, "opening positions");
    heap->end = grown;
    heap->capacity = capacity;
    return OK;
}

static enum status
end_push(struct end_heap *heap, const struct engine *engine, struct holder_end end,
         struct error *err)
{
    if (heap->count == heap->capacity)
        TRY(make_room(heap, engine, err));
    size_t i = heap->count++;
    for (; i > 0 && ends_before(&end, &heap->end[(i - 1) / 2]); i = (i - 1) / 2)
        heap->end[i] = heap->end[(i - 1) / 2];
    heap->end[i] = end;
    return OK;
}

static struct holder_end
end_pop(struct end_heap *heap)
{
    assert(heap->count > 0);
    const struct holder_end top = heap->end[0];
    const struct holder_end last = heap->end[--heap->count];
    if (heap->count > 0)
        sift_down(heap, 0, last);
    return top;
}

static struct end_heap *
ends_of(struct holder_book *book, int64_t quantity)
{
    return &book->ends[quantity > 0 ? 0 : 1];
}

/* ---- opening ---- */

static enum status
open_position(struct holder_book *book, struct engine *engine, const struct position *position,
              struct error *err)
{
    uint32_t id;
    TRY(engine_open(engine, position, &id, err));
    /* A drawn position that never leaves by itself may still have to close for the balance. */
    if (position->close_time == TIME_NS_NEVER && book->target == NULL)
        return OK;
    const struct holder_end end = {position->close_time, id, engine->positions.row[id].generation};
    return end_push(ends_of(book, position->quantity), engine, end, err);
}

/* The same with an account of its own, whose balance is the margin of *position. */
static enum status
open_cross(struct holder_book *book, struct engine *engine, struct position *position,
           struct error *err)
{
    TRY(engine_account(engine, true, book->target->currency, &position->account, err));
    TRY(engine_deposit(engine, position->account, position->margin, err));
    position->cross = true;
    position->margin = 0;
    return open_position(book, engine, position, err);
}

/* Margin at the leverage drawn, cut at the limit of the tier the position opens in. */
static money_t
margin_for(const struct engine_instrument *instrument, const struct position *position,
           double leverage)
{
    const struct margin_rules *rules = &instrument->rules;
    const money_t notional = llabs(position->entry_value);
    const size_t tier = margin_tier_at(rules, position->quantity, notional);
    const money_t margin = margin_initial(notional, fmin(leverage, rules->tier[tier].leverage_max));
    if (rules->mode != MARGIN_SLOPE)
        return margin;
    const money_t least = margin_initial_need(rules, position->quantity, notional);
    return margin > least ? margin : least;
}

/* True when a position of the opening book, entered at the past step its draw points to, would
 * still be open now; *entry_price is the price of that step. */
static bool
survives_lookback(const struct holder_book *book, const struct engine_instrument *instrument,
                  struct position *position, const struct population_draw *draw, int64_t mark_price,
                  int64_t *entry_price)
{
    const struct price_path *path = &book->path;
    size_t k = (size_t)(draw->entry * (double)path->count);
    k = k < path->count ? k : path->count - 1; /* the product may round up to the count */
    *entry_price = path->price[k];
    int64_t below, above;
    position->entry_value = contract_value(&instrument->contract, position->quantity, *entry_price);
    position->margin = margin_for(instrument, position, draw->leverage);
    liquidation_alarms(instrument, position, *entry_price, &below, &above);
    return below < path->lowest[k] && above > path->highest[k] && below < mark_price &&
           above > mark_price;
}

/* A drawn quantity in whole lots, at least one. */
static int64_t
whole_lots(const struct engine_instrument *rules, double units)
{
    const int64_t lot = rules->lot_step > 0 ? rules->lot_step : 1;
    const int64_t lots = (int64_t)units / lot;
    return lots < 1 ? lot : lots * lot;
}

/* Draws positions of one side (sign) until `quantity` is open; the last one is cut to fit. */
static enum status
open_side(struct holders *holders, struct engine *engine, size_t instrument, int sign,
          int64_t quantity, bool opening_book, time_ns_t time, struct error *err)
{
    struct holder_book *book = &holders->books[instrument];
    const struct engine_instrument *rules = &engine->config->instruments[instrument];
    const int64_t mark_price = engine->instruments[instrument].view.mark_price;
    const double unit = contract_quote_notional(&rules->contract, 1, mark_price);
    int refused = 0;
    while (quantity > 0) {
        const struct population_draw draw = population_draw(
            book->target->params, book->target->seed, (uint32_t)instrument, book->drawn++);
        const double units = floor(draw.notional / unit);
        int64_t part = units < (double)quantity ? whole_lots(rules, units) : quantity;
        part = part < quantity ? part : quantity;
        struct position position = {
            .quantity = sign * part,
            .close_time = draw.life < TIME_NS_NEVER - time ? time + draw.life : TIME_NS_NEVER,
            .account = holders->accounts,
            .instrument = (uint32_t)instrument,
        };
        int64_t entry_price = mark_price;
        if (opening_book && book->path.count > 0 &&
            !survives_lookback(book, rules, &position, &draw, mark_price, &entry_price)) {
            /* Liquidated before the window began: somebody else is there instead. */
            if (++refused < ENTRY_TRIES)
                continue;
            entry_price = mark_price;
        }
        refused = 0;
        holders->accounts++;
        position.entry_value = contract_value(&rules->contract, position.quantity, entry_price);
        position.margin = margin_for(rules, &position, draw.leverage);
        if (book->target->cross)
            TRY(open_cross(book, engine, &position, err));
        else
            TRY(open_position(book, engine, &position, err));
        quantity -= part;
    }
    return OK;
}

/* ---- the lookback ---- */

static enum status
note_price(struct price_path *path, int64_t price, struct error *err)
{
    if (path->count == path->capacity) {
        const size_t capacity = path->capacity < 256 ? 256 : path->capacity * 2;
        int64_t *grown = realloc(path->price, 3 * capacity * sizeof(*grown));
        if (grown == NULL)
            return error_memory(err, "noting prices of the lookback");
        path->price = grown;
        path->capacity = capacity;
    }
    path->price[path->count++] = price;
    return OK;
}

/* The extremes each noted price met afterwards. */
static void
finish_path(struct price_path *path)
{
    if (path->count == 0)
        return;
    path->lowest = path->price + path->capacity;
    path->highest = path->price + 2 * path->capacity;
    for (size_t i = path->count; i-- > 0;) {
        const bool last = i + 1 == path->count;
        const int64_t price = path->price[i];
        path->lowest[i] = last || price < path->lowest[i + 1] ? price : path->lowest[i + 1];
        path->highest[i] = last || price > path->highest[i + 1] ? price : path->highest[i + 1];
    }
}

/* Fills the book at the start: both sides to the target. */
static enum status
fill_book(struct holders *holders, struct engine *engine, size_t instrument, time_ns_t time,
          struct error *err)
{
    struct holder_book *book = &holders->books[instrument];
    const struct engine_instrument *rules = &engine->config->instruments[instrument];
    const int64_t mark_price = engine->instruments[instrument].view.mark_price;
    finish_path(&book->path);
    const double unit = contract_quote_notional(&rules->contract, 1, mark_price);
    const double units = book->target->open_interest / unit;
    if (!(units < 9e18))
        return error_set(err, ERR_RANGE,
                         "population: an open interest of %g does not fit 64 bits in units of %s",
                         book->target->open_interest, rules->contract.symbol);
    double notional = 0.0;
    for (uint64_t n = 0; n < SIZE_DRAWS; n++)
        notional +=
            population_draw(book->target->params, book->target->seed, (uint32_t)instrument, n)
                .notional;
    if (book->target->open_interest / (notional / SIZE_DRAWS) > POSITIONS_MAX)
        return error_set(err, ERR_RANGE,
                         "population: an open interest of %g for %s at a mean size of %g takes "
                         "more than %d positions a side; ask for less or for larger ones",
                         book->target->open_interest, rules->contract.symbol, notional / SIZE_DRAWS,
                         POSITIONS_MAX);
    book->target_quantity = whole_lots(rules, units);
    book->next_step = time + book->target->params->step;
    TRY(open_side(holders, engine, instrument, 1, book->target_quantity, true, time, err));
    TRY(open_side(holders, engine, instrument, -1, book->target_quantity, true, time, err));
    free(book->path.price);
    book->path = (struct price_path){0};
    return OK;
}

/* ---- leaving ---- */

/* Closes part or all of a position; a drawn cross account that holds nothing any more takes its
 * balance along. */
static enum status
leave(struct holder_book *book, struct engine *engine, uint32_t id, int64_t quantity,
      struct error *err)
{
    const uint32_t account = engine->positions.row[id].account;
    TRY(engine_close(engine, id, quantity, err));
    if (book->target == NULL || !book->target->cross)
        return OK;
    const struct account_row *row = account_table_row(&engine->accounts, account);
    return row->positions == 0 && row->balance > 0
               ? engine_deposit(engine, account, -row->balance, err)
               : OK;
}

/* Closes what is due at `time` on one side; *left is the quantity that left.  A position in breach
 * is the engine's: the margin check of this very instant takes it over. */
static enum status
close_due(struct holder_book *book, struct engine *engine, int side, time_ns_t time, int64_t *left,
          struct error *err)
{
    struct end_heap *heap = &book->ends[side];
    *left = 0;
    while (heap->count > 0 && heap->end[0].time <= time) {
        const struct holder_end end = end_pop(heap);
        if (!is_open(engine, &end))
            continue;
        const struct position *position = &engine->positions.row[end.position];
        bool in_breach;
        TRY(holding_in_breach(engine, end.position, &in_breach, err));
        if (in_breach)
            continue;
        *left += llabs(position->quantity);
        TRY(leave(book, engine, end.position, position->quantity, err));
    }
    return OK;
}

/* Closes `quantity` of one side, nearest to their end first. */
static enum status
close_side(struct holder_book *book, struct engine *engine, int side, int64_t quantity,
           struct error *err)
{
    struct end_heap *heap = &book->ends[side];
    while (quantity > 0 && heap->count > 0) {
        const struct holder_end end = end_pop(heap);
        if (!is_open(engine, &end))
            continue;
        const struct position *position = &engine->positions.row[end.position];
        bool in_breach;
        TRY(holding_in_breach(engine, end.position, &in_breach, err));
        if (in_breach)
            continue;
        const int64_t held = llabs(position->quantity);
        const int64_t part = held < quantity ? held : quantity;
        TRY(leave(book, engine, end.position, position->quantity > 0 ? part : -part, err));
        if (part < held)
            TRY(end_push(heap, engine, end, err));
        quantity -= part;
    }
    return OK;
}

/* One step of a synthetic book; see holders.h. */
static enum status
step_book(struct holders *holders, struct engine *engine, size_t instrument, time_ns_t time,
          struct error *err)
{
    struct holder_book *book = &holders->books[instrument];
    const struct population_params *params = book->target->params;
    const struct instrument_state *state = &engine->instruments[instrument];
    const struct position_totals *totals = &engine->positions.totals[instrument];
    int64_t left[2];
    TRY(close_due(book, engine, 0, time, &left[0], err));
    TRY(close_due(book, engine, 1, time, &left[1], err));
    const int64_t level[2] = {totals->long_quantity + state->longs.quantity,
                              totals->short_quantity + state->shorts.quantity};
    const int light = level[0] < level[1] ? 0 : 1, heavy = 1 - light;
    const int64_t before = level[light] + left[light] < level[heavy] + left[heavy]
                               ? level[light] + left[light]
                               : level[heavy] + left[heavy];
    const int64_t missing = book->target_quantity > before ? book->target_quantity - before : 0;
    int64_t back =
        (int64_t)((double)missing * fmin(1.0, (double)params->step / (double)params->recovery));
    const int64_t gap = level[heavy] - level[light];
    const int64_t most = left[light] + back;
    const int64_t filled = gap < most ? gap : most;
    TRY(open_side(holders, engine, instrument, light == 0 ? 1 : -1, filled, false, time, err));
    TRY(close_side(book, engine, heavy, gap - filled, err));
    const int64_t rest = most - filled, other = left[heavy] + back;
    const int64_t both = rest < other ? rest : other;
    TRY(open_side(holders, engine, instrument, 1, both, false, time, err));
    TRY(open_side(holders, engine, instrument, -1, both, false, time, err));
    book->next_step += params->step;
    return OK;
}

/* ---- the whole ---- */

enum status
holders_init(struct holders *holders, const struct holders_config *config, size_t instrument_count,
             time_ns_t from, struct error *err)
{
    *holders = (struct holders){
        .config = config,
        .books = calloc(instrument_count, sizeof(*holders->books)),
        .instrument_count = instrument_count,
        .next = TIME_NS_NEVER,
    };
    if (holders->books == NULL)
        return error_memory(err, "starting the population");
    for (size_t i = 0; i < instrument_count; i++) {
        struct holder_book *book = &holders->books[i];
        book->next_step = TIME_NS_NEVER;
        if (config->targets == NULL || !(config->targets[i].open_interest > 0.0))
            continue;
        book->target = &config->targets[i];
        if (book->target->params->lookback > 0)
            book->next_step = from - book->target->params->lookback;
        if (book->next_step < holders->next)
            holders->next = book->next_step;
    }
    return OK;
}

void
holders_clear(struct holders *holders)
{
    for (size_t i = 0; holders->books != NULL && i < holders->instrument_count; i++) {
        free(holders->books[i].ends[0].end);
        free(holders->books[i].ends[1].end);
        free(holders->books[i].path.price);
    }
    free(holders->books);
    *holders = (struct holders){0};
}

/* The next order of an instrument, or NULL. */
static const struct holder_order *
order_of(struct holders *holders, size_t instrument)
{
    const struct holders_config *config = holders->config;
    struct holder_book *book = &holders->books[instrument];
    while (book->next_order < config->order_count &&
           config->orders[book->next_order].position.instrument != instrument)
        book->next_order++;
    return book->next_order < config->order_count ? &config->orders[book->next_order] : NULL;
}

static void
set_next(struct holders *holders, time_ns_t time)
{
    holders->next = TIME_NS_NEVER;
    for (size_t i = 0; i < holders->instrument_count; i++) {
        const struct holder_book *book = &holders->books[i];
        if (book->next_step < holders->next)
            holders->next = book->next_step;
        for (int side = 0; side < 2 && book->target == NULL; side++) {
            if (book->ends[side].count > 0 && book->ends[side].end[0].time < holders->next)
                holders->next = book->ends[side].end[0].time;
        }
        const struct holder_order *order = order_of(holders, i);
        /* One that is due and still there waits for a mark, which is no matter of time. */
        if (order != NULL && order->open > time && order->open < holders->next)
            holders->next = order->open;
    }
}

/* An explicit position opens; the account it is of is followed where there are such accounts. */
static enum status
open_order(struct holders *holders, struct engine *engine, const struct holder_order *order,
           struct error *err)
{
    const uint32_t account = order->position.account;
    if (holders->config->accounts != NULL)
        TRY(engine_deposit(engine, account, order->deposit, err));
    TRY(open_position(&holders->books[order->position.instrument], engine, &order->position, err));
    if (order->order_margin == 0)
        return OK;
    const money_t held = account_table_row(&engine->accounts, account)->order_margin;
    return engine_orders(engine, account, money_add(held, order->order_margin), err);
}

/* Explicit positions of an instrument whose time has come.  Before its first mark nothing can open:
 * they wait, and those whose end passes meanwhile never were. */
static enum status
run_orders(struct holders *holders, struct engine *engine, size_t instrument, time_ns_t time,
           struct error *err)
{
    struct holder_book *book = &holders->books[instrument];
    const struct holder_order *order;
    for (; (order = order_of(holders, instrument)) != NULL && order->open <= time;
         book->next_order++) {
        if (engine->instruments[instrument].view.mark_price == 0) {
            holders->waiting = true;
            break;
        }
        if (order->position.close_time > time)
            TRY(open_order(holders, engine, order, err));
    }
    return OK;
}

enum status
holders_start(struct holders *holders, struct engine *engine, time_ns_t time, struct error *err)
{
    holders->started = true;
    for (size_t i = 0; i < holders->config->account_count; i++) {
        const struct holder_account *account = &holders->config->accounts[i];
        uint32_t row;
        TRY(engine_account(engine, account->cross, account->currency, &row, err));
        assert(row == i && "orders name their accounts by row");
    }
    for (size_t i = 0; i < holders->instrument_count; i++)
        holders->books[i].next_step = TIME_NS_NEVER;
    return holders_run(holders, engine, time, err);
}

enum status
holders_run(struct holders *holders, struct engine *engine, time_ns_t time, struct error *err)
{
    holders->waiting = false;
    for (size_t i = 0; i < holders->instrument_count; i++) {
        struct holder_book *book = &holders->books[i];
        const bool marked = engine->instruments[i].view.mark_price != 0;
        int64_t left;
        if (book->target == NULL) {
            TRY(close_due(book, engine, 0, time, &left, err));
            TRY(close_due(book, engine, 1, time, &left, err));
        } else if (!holders->started) {
            if (marked)
                TRY(note_price(&book->path, engine->instruments[i].view.mark_price, err));
            book->next_step = time + book->target->params->step;
        } else if (book->next_step == TIME_NS_NEVER) {
            holders->waiting |= !marked;
            if (marked)
                TRY(fill_book(holders, engine, i, time, err));
        } else if (book->next_step <= time) {
            TRY(step_book(holders, engine, i, time, err));
        }
    }
    for (size_t i = 0; i < holders->instrument_count && holders->started; i++)
        TRY(run_orders(holders, engine, i, time, err));
    set_next(holders, time);
    return OK;
}

size_t
holders_bytes(const struct holders *holders)
{
    size_t bytes = 0;
    for (size_t i = 0; i < holders->instrument_count; i++) {
        const struct holder_book *book = &holders->books[i];
        bytes += (book->ends[0].capacity + book->ends[1].capacity) * sizeof(struct holder_end) +
                 3 * book->path.capacity * sizeof(int64_t);
    }
    return bytes;
}
