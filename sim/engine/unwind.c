#include "engine/unwind.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "engine/closeout.h"
#include "engine/cross.h"
#include "engine/holding.h"
#include "engine/liquidation.h"
#include "engine/takeover.h"
#include "engine/unwind_orders.h"
#include "engine/unwind_part.h"

/* ---- the list ---- */

static enum status
add_case(struct engine *engine, bool cross, uint32_t id, struct unwind_case **added,
         struct error *err)
{
    if (engine->unwinding_count == engine->unwinding_capacity) {
        const size_t capacity =
            engine->unwinding_capacity < 16 ? 16 : 2 * engine->unwinding_capacity;
        struct unwind_case *grown = realloc(engine->unwinding, capacity * sizeof(*grown));
        if (grown == NULL)
            return error_memory(err, "unwinding an account");
        engine->unwinding = grown;
        engine->unwinding_capacity = capacity;
    }
    *added = &engine->unwinding[engine->unwinding_count++];
    **added = (struct unwind_case){
        .case_id = ++engine->cases,
        .cross = cross,
        .id = id,
        .generation = cross ? 0 : engine->positions.row[id].generation,
        .started = engine->now,
        .last = engine->now,
        .next = engine->now,
        .order_until = TIME_NS_NEVER,
    };
    return OK;
}

/* Whether what is unwound still exists. */
static bool
still_there(const struct engine *engine, const struct unwind_case *unwinding)
{
    if (unwinding->cross)
        return account_table_row(&engine->accounts, unwinding->id)->positions > 0;
    const struct position *position = &engine->positions.row[unwinding->id];
    return position->quantity != 0 && position->generation == unwinding->generation;
}

static void
hold_back(struct engine *engine, const struct unwind_case *unwinding, bool held)
{
    if (!unwinding->cross) {
        engine->positions.row[unwinding->id].held_back = held;
        return;
    }
    struct account_row *row = account_table_row(&engine->accounts, unwinding->id);
    row->held_back = held;
    for (uint32_t id = row->first; id != POSITION_NONE; id = engine->positions.row[id].next)
        engine->positions.row[id].held_back = held;
}

/* When the case is to be looked at though nothing of it changes. */
static time_ns_t
timer_of(const struct unwind_case *unwinding)
{
    return unwinding->order_quantity > 0 ? unwinding->order_until : unwinding->next;
}

/* ---- the end of a case ---- */

/* Nothing is left. */
static void
tell_closed(struct engine *engine, const struct unwind_case *unwinding)
{
    const struct liquidation_event event = {
        .step = LIQUIDATION_CLOSED,
        .time = engine->now,
        .case_id = unwinding->case_id,
        .account = unwinding->account,
        .instrument = unwinding->instrument,
        .mark_price = engine->instruments[unwinding->instrument].view.mark_price,
    };
    if (engine->observer.liquidation != NULL)
        engine->observer.liquidation(engine->observer.context, &event);
}

/* The case ends; what is left of the account is watched again. */
static enum status
end_case(struct engine *engine, struct unwind_case *unwinding, struct error *err)
{
    unwinding->ended = true;
    unwind_orders_cancel(engine, unwinding);
    if (unwinding->cross || still_there(engine, unwinding))
        hold_back(engine, unwinding, false);
    if (!still_there(engine, unwinding)) {
        if (unwinding->orders > 0)
            tell_closed(engine, unwinding);
        return OK;
    }
    if (unwinding->cross)
        return cross_arm(engine, unwinding->id, err);
    return liquidation_arm(engine, unwinding->id, err);
}

/* Drops what is over, and finds the first timer of the rest. */
static void
drop_ended(struct engine *engine)
{
    size_t kept = 0;
    engine->unwinding_next = TIME_NS_NEVER;
    for (size_t i = 0; i < engine->unwinding_count; i++) {
        const struct unwind_case *unwinding = &engine->unwinding[i];
        if (unwinding->ended)
            continue;
        const time_ns_t timer = timer_of(unwinding);
        if (timer > engine->now && timer < engine->unwinding_next)
            engine->unwinding_next = timer;
        engine->unwinding[kept++] = *unwinding;
    }
    engine->unwinding_count = kept;
}

/* ---- steps ---- */

static void
tell(struct engine *engine, const struct unwind_case *unwinding, enum liquidation_step step,
     uint32_t position, int64_t quantity, const struct unwind_risk *risk)
{
    const struct position *held = &engine->positions.row[position];
    const struct instrument_state *state = &engine->instruments[held->instrument];
    if (engine->observer.liquidation == NULL)
        return;
    const struct liquidation_event event = {
        .step = step,
        .time = engine->now,
        .case_id = unwinding->case_id,
        .account = held->account,
        .instrument = held->instrument,
        .quantity = quantity,
        .mark_price = state->view.mark_price,
        .margin = held->margin,
        .equity = risk->equity,
        .maintenance_margin = risk->required,
        .notional = contract_notional(&state->now.contract, held->quantity, state->view.mark_price),
        .bankruptcy_price = contract_price_at_value(
            &state->now.contract, held->quantity, (double)held->entry_value - (double)held->margin),
        .leverage =
            held->margin > 0 ? fabs((double)held->entry_value / (double)held->margin) : INFINITY,
    };
    engine->observer.liquidation(engine->observer.context, &event);
}

/* The position that needs most margin, of those whose instrument is traded; the lowest row of
 * equals.  POSITION_NONE when all are halted. */
static uint32_t
largest(const struct engine *engine, const struct unwind_case *unwinding)
{
    if (!unwinding->cross) {
        const uint32_t on = engine->positions.row[unwinding->id].instrument;
        return engine->instruments[on].halted_until > engine->now ? POSITION_NONE : unwinding->id;
    }
    const struct account_row *row = account_table_row(&engine->accounts, unwinding->id);
    uint32_t best = POSITION_NONE;
    money_t most = -1;
    for (uint32_t id = row->first; id != POSITION_NONE; id = engine->positions.row[id].next) {
        const struct position *position = &engine->positions.row[id];
        const struct instrument_state *state = &engine->instruments[position->instrument];
        const money_t need =
            liquidation_need(&state->now, position, state->view.mark_price).maintenance;
        if (state->halted_until <= engine->now && (need > most || (need == most && id < best))) {
            most = need;
            best = id;
        }
    }
    return best;
}

/* What happens next to an account in breach. */
enum unwind_next_step { UNWIND_WAIT = 0, UNWIND_AGAIN, UNWIND_TAKE };

/* Places an order for a part of a position and fills what can be filled now. */
static enum status
place(struct engine *engine, struct unwind_case *unwinding, uint32_t id,
      const struct partial_order *order, enum unwind_next_step *next, struct error *err)
{
    int64_t filled = 0;
    unwinding->orders++;
    unwinding->last = engine->now;
    unwinding->next = engine->now + order->wait;
    *next = UNWIND_WAIT;
    if (engine->config->closeout_type->at_mark) {
        TRY(unwind_part_now(engine, unwinding, id, order->quantity, &filled, err));
        *next = filled > 0 && order->wait == 0 ? UNWIND_AGAIN : UNWIND_WAIT;
        return OK;
    }
    unwind_orders_place(engine, unwinding, id, order);
    return OK;
}

/* Asks the partial scheme, then the takeover kind. */
static enum status
choose(struct engine *engine, struct unwind_case *unwinding, const struct unwind_risk *risk,
       enum unwind_next_step *next, struct error *err)
{
    const struct engine_rules *rules = &engine->config->rules;
    const struct takeover_type *takeover =
        rules->takeover == NULL ? &takeover_bankruptcy : rules->takeover;
    const bool taken = takeover->how == TAKEOVER_AT_BANKRUPTCY || takeover->how == TAKEOVER_AT_MARK;
    const bool below = takeover->staged && (double)risk->equity < rules->takeover_params.fraction *
                                                                      (double)risk->maintenance;
    const bool negative = rules->adl.trigger.account_negative && risk->equity < 0 &&
                          rules_has_stage(rules, RULES_ADL);
    if (below || negative) {
        *next = UNWIND_TAKE;
        return OK;
    }
    if (unwinding->order_quantity > 0 || engine->now < unwinding->next) {
        *next = UNWIND_WAIT;
        return OK;
    }
    const uint32_t id = largest(engine, unwinding);
    *next = UNWIND_WAIT;
    if (id == POSITION_NONE)
        return OK;
    const int64_t held = llabs(engine->positions.row[id].quantity);
    struct partial_order order = {0};
    bool partly = false;
    if (rules->partial != NULL)
        partly = unwind_part_order(engine, unwinding, id, risk, &order);
    if (!partly && taken && !takeover->staged) {
        *next = UNWIND_TAKE;
        return OK;
    }
    if (!partly)
        order = (struct partial_order){.quantity = held, .fill = PARTIAL_RESTING};
    const int64_t signed_quantity =
        engine->positions.row[id].quantity > 0 ? order.quantity : -order.quantity;
    unwinding->account = engine->positions.row[id].account;
    unwinding->instrument = engine->positions.row[id].instrument;
    if (!unwinding->told) /* an order that is only priced anew is no news */
        tell(engine, unwinding, partly ? LIQUIDATION_ORDER : LIQUIDATION_CLOSE, id, signed_quantity,
             risk);
    unwinding->told = !engine->config->closeout_type->at_mark;
    return place(engine, unwinding, id, &order, next, err);
}

/* One look at an account that is unwound; *take when the engine is to assume it now. */
static enum status
look(struct engine *engine, size_t which, bool *take, struct error *err)
{
    *take = false;
    for (enum unwind_next_step next = UNWIND_AGAIN; next == UNWIND_AGAIN;) {
        struct unwind_case *unwinding = &engine->unwinding[which];
        struct unwind_risk risk;
        if (!still_there(engine, unwinding))
            return end_case(engine, unwinding, err);
        TRY(unwind_part_risk(engine, unwinding, &risk, err));
        if (!risk.in_breach) {
            const uint32_t id = unwinding->cross
                                    ? account_table_row(&engine->accounts, unwinding->id)->first
                                    : unwinding->id;
            if (unwinding->orders > 0)
                tell(engine, unwinding, LIQUIDATION_RESTORED, id, 0, &risk);
            return end_case(engine, unwinding, err);
        }
        if (unwinding->order_quantity > 0 &&
            (unwinding->order_until <= engine->now || unwind_orders_row(engine, unwinding) == NULL))
            unwind_orders_cancel(engine, unwinding); /* to be priced anew */
        TRY(choose(engine, unwinding, &risk, &next, err));
        *take = next == UNWIND_TAKE;
    }
    return OK;
}

/* ---- before the first step ---- */

/* Longs and shorts of one instrument are closed against each other at the mark. */
static void
net_hedges(struct engine *engine, uint32_t account)
{
    const struct account_row *row = account_table_row(&engine->accounts, account);
    for (uint32_t id = row->first; id != POSITION_NONE;) {
        const struct position *position = &engine->positions.row[id];
        uint32_t other = row->first;
        while (other != POSITION_NONE &&
               (engine->positions.row[other].instrument != position->instrument ||
                (engine->positions.row[other].quantity > 0) == (position->quantity > 0)))
            other = engine->positions.row[other].next;
        if (other == POSITION_NONE) {
            id = position->next;
            continue;
        }
        const int64_t held = position->quantity, against = engine->positions.row[other].quantity;
        const int64_t part = llabs(held) < llabs(against) ? held : -against;
        const struct instrument_state *state = &engine->instruments[position->instrument];
        const money_t value = contract_value(&state->now.contract, part, state->view.mark_price);
        holding_release(engine, other, -part, -value);
        holding_release(engine, id, part, value);
        id = row->first; /* the list changed */
    }
}

/* Cancels orders and nets hedges of a cross account; *well when that restored it. */
static enum status
prepare(struct engine *engine, uint32_t account, bool *well, struct error *err)
{
    const struct engine_rules *rules = &engine->config->rules;
    struct account_row *row = account_table_row(&engine->accounts, account);
    struct cross_risk risk;
    if (!rules->keep_orders)
        row->order_margin = 0;
    TRY(cross_measure(engine, account, &risk, err));
    *well = !cross_in_breach(engine, &risk);
    if (*well || rules->keep_hedges)
        return OK;
    net_hedges(engine, account);
    TRY(cross_measure(engine, account, &risk, err));
    *well = row->positions == 0 || !cross_in_breach(engine, &risk);
    return OK;
}

/* Whether anything comes before the takeover. */
static bool
takes_at_once(const struct engine_rules *rules)
{
    return rules->partial == NULL &&
           (rules->takeover == NULL ||
            (!rules->takeover->staged && (rules->takeover->how == TAKEOVER_AT_BANKRUPTCY ||
                                          rules->takeover->how == TAKEOVER_AT_MARK)));
}

static int
compare_handed(const void *a, const void *b)
{
    const struct unwind_handed *x = a, *y = b;
    if (x->cross != y->cross)
        return x->cross ? 1 : -1;
    return (x->id > y->id) - (x->id < y->id);
}

/* The case ends in a takeover, which goes on with its number. */
static enum status
hand_over(struct engine *engine, struct unwind_case *unwinding, struct error *err)
{
    hold_back(engine, unwinding, false);
    unwind_orders_cancel(engine, unwinding);
    unwinding->ended = true;
    if (engine->handed_count == engine->handed_capacity) {
        const size_t capacity = engine->handed_capacity < 16 ? 16 : 2 * engine->handed_capacity;
        struct unwind_handed *grown = realloc(engine->handed, capacity * sizeof(*grown));
        if (grown == NULL)
            return error_memory(err, "taking over an account");
        engine->handed = grown;
        engine->handed_capacity = capacity;
    }
    engine->handed[engine->handed_count++] =
        (struct unwind_handed){unwinding->case_id, unwinding->id, unwinding->cross};
    return OK;
}

uint64_t
unwind_case_of(struct engine *engine, bool cross, uint32_t id)
{
    const struct unwind_handed key = {0, id, cross};
    const struct unwind_handed *found = engine->handed_count == 0
                                            ? NULL
                                            : bsearch(&key, engine->handed, engine->handed_count,
                                                      sizeof(*engine->handed), compare_handed);
    return found != NULL ? found->case_id : ++engine->cases;
}

/* A newly breached position or account; *take when it is to be taken over now. */
static enum status
begin(struct engine *engine, bool cross, uint32_t id, bool *take, struct error *err)
{
    bool well = false;
    struct unwind_case *unwinding;
    *take = false;
    if (cross) {
        account_table_row(&engine->accounts, id)->due = false;
        TRY(prepare(engine, id, &well, err));
        if (well)
            return cross_arm(engine, id, err);
    }
    if (takes_at_once(&engine->config->rules)) {
        *take = true;
        return OK;
    }
    TRY(add_case(engine, cross, id, &unwinding, err));
    hold_back(engine, unwinding, true);
    const size_t which = engine->unwinding_count - 1;
    TRY(look(engine, which, take, err));
    return *take ? hand_over(engine, &engine->unwinding[which], err) : OK;
}

/* Whether anything happened to a case since it was looked at last: a mark, a fill, its time. */
static bool
is_due(const struct engine *engine, const struct unwind_case *unwinding)
{
    if (engine->rearmed || unwinding->stirred || timer_of(unwinding) <= engine->now)
        return true;
    if (!unwinding->cross)
        return engine->instruments[engine->positions.row[unwinding->id].instrument].marked;
    for (size_t i = 0; i < engine->config->instrument_count; i++) {
        if (engine->instruments[i].marked)
            return true;
    }
    return false;
}

/* Whether any case that is open may be due. */
static bool
any_due(const struct engine *engine)
{
    if (engine->rearmed || engine->unwinding_stirred || engine->unwinding_next <= engine->now)
        return true;
    for (size_t i = 0; i < engine->config->instrument_count; i++) {
        if (engine->instruments[i].marked)
            return true;
    }
    return false;
}

enum status
unwind_work(struct engine *engine, bool all, struct error *err)
{
    all = all && any_due(engine);
    if (!all && engine->due_count + engine->due_accounts_count == 0)
        return OK;
    const size_t open = engine->unwinding_count, due = engine->due_count;
    const size_t due_accounts = engine->due_accounts_count;
    size_t kept = 0, kept_accounts = 0;
    bool take;
    for (size_t i = 0; i < due; i++) {
        TRY(begin(engine, false, engine->due[i], &take, err));
        if (take)
            engine->due[kept++] = engine->due[i];
    }
    for (size_t i = 0; i < due_accounts; i++) {
        TRY(begin(engine, true, engine->due_accounts[i], &take, err));
        if (take)
            engine->due_accounts[kept_accounts++] = engine->due_accounts[i];
    }
    engine->due_count = kept;
    engine->due_accounts_count = kept_accounts;
    for (size_t i = 0; all && i < open; i++) {
        if (!is_due(engine, &engine->unwinding[i]))
            continue;
        engine->unwinding[i].stirred = false;
        TRY(look(engine, i, &take, err));
        if (!take)
            continue;
        TRY(hand_over(engine, &engine->unwinding[i], err));
        TRY(liquidation_add_due(engine, engine->unwinding[i].cross, engine->unwinding[i].id, err));
    }
    if (all)
        engine->rearmed = engine->unwinding_stirred = false;
    drop_ended(engine);
    if (engine->handed_count > 1)
        qsort(engine->handed, engine->handed_count, sizeof(*engine->handed), compare_handed);
    return OK;
}

/* ---- orders that stand ---- */

/* The account may be well again, or gone. */
static enum status
look_after_fill(struct engine *engine, struct unwind_case *unwinding, struct error *err)
{
    struct unwind_risk risk;
    if (!still_there(engine, unwinding))
        return end_case(engine, unwinding, err);
    TRY(unwind_part_risk(engine, unwinding, &risk, err));
    if (risk.in_breach)
        return OK;
    tell(engine, unwinding, LIQUIDATION_RESTORED,
         unwinding->cross ? account_table_row(&engine->accounts, unwinding->id)->first
                          : unwinding->id,
         0, &risk);
    return end_case(engine, unwinding, err);
}

enum status
unwind_fill(struct engine *engine, size_t instrument, int sign, int64_t volume, int64_t close_price,
            double slippage, struct error *err)
{
    for (size_t i = 0; i < engine->unwinding_count && volume > 0; i++) {
        struct unwind_case *unwinding = &engine->unwinding[i];
        int64_t filled;
        if (unwinding->order_quantity == 0 || unwinding->order_placed >= engine->now ||
            unwinding->instrument != instrument || unwinding->order_side != sign)
            continue;
        TRY(unwind_orders_fill(engine, unwinding, volume, close_price, slippage, &filled, err));
        volume -= filled;
        if (filled > 0)
            TRY(look_after_fill(engine, unwinding, err));
    }
    drop_ended(engine);
    return OK;
}

time_ns_t
unwind_next(const struct engine *engine)
{
    return engine->unwinding_next > engine->now ? engine->unwinding_next : TIME_NS_NEVER;
}
