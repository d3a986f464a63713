#include "engine/liquidation.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "engine/cross.h"

enum {
    SLACK_MONEY = 3, /* units by which the roundings of equity, margin and fee may add up */
    SLACK_PRICE = 2, /* price units at a tier edge, whose price is a double */
};

/* A position in doubles: money units and tape price units, and the tiers it may be in as its
 * notional changes. */
struct shape {
    enum contract_kind kind;
    double quantity;    /* x contract factor */
    double entry_value; /* money */
    double margin;      /* money, less the slack */
    const struct margin_tier *tier;
    size_t tier_count;
    double fee_rate; /* in the trigger */
    bool jumps;      /* the requirement jumps up at a tier's end */
};

/* Price at which a notional is reached, tape units. */
static double
price_at_notional(const struct shape *shape, money_t notional)
{
    const double size = fabs(shape->quantity);
    return shape->kind == CONTRACT_LINEAR ? (double)notional / size : size / (double)notional;
}

/* Liquidation price within tier k, rounded to the early side, tape units. */
static double
liquidation_price(const struct shape *shape, size_t k)
{
    const double price =
        margin_liquidation_price(shape->kind, shape->quantity, shape->entry_value, shape->margin,
                                 (double)shape->tier[k].rate / (double)RATE_ONE,
                                 (double)shape->tier[k].deduction, shape->fee_rate);
    return shape->quantity > 0 ? ceil(price) + 1.0 : floor(price) - 1.0;
}

/* Into int64, with everything out of reach as "never". */
static int64_t
alarm_price(double price, int direction)
{
    const int64_t never = direction > 0 ? POSITION_ALARM_NONE_ABOVE : POSITION_ALARM_NONE_BELOW;
    if (!(price >= 1.0) || price > 9e18)
        return direction > 0 && price < 1.0 ? 1 : never;
    return (int64_t)price;
}

/* Walks from the mark's tier in the direction of loss to the first price that may breach.  A
 * breach within the slack of a tier's far edge may or may not be in the tier, and the next tier
 * may breach right behind the edge: the nearer of both counts. */
static double
loss_alarm(const struct shape *shape, size_t k, double mark)
{
    const bool is_long = shape->quantity > 0;
    const bool towards_larger = (shape->kind == CONTRACT_LINEAR) != is_long;
    const double slack = SLACK_PRICE;
    double start = mark, nearest = is_long ? -INFINITY : INFINITY;
    for (;;) {
        const bool last = towards_larger ? k + 1 == shape->tier_count : k == 0;
        const double edge =
            last ? (is_long ? 0.0 : INFINITY)
                 : price_at_notional(shape, shape->tier[towards_larger ? k : k - 1].notional_max);
        const double price = liquidation_price(shape, k);
        if (is_long && (last || price >= edge - slack))
            nearest = fmax(nearest, fmin(price, start + slack));
        if (!is_long && (last || price <= edge + slack))
            nearest = fmin(nearest, fmax(price, start - slack));
        if (last || (is_long ? price >= edge : price <= edge))
            return nearest;
        start = edge;
        k = towards_larger ? k + 1 : k - 1;
    }
}

/* The first tier edge, in the direction of profit, beyond which the position may breach; NaN when
 * there is none. */
static double
edge_alarm(const struct shape *shape, size_t k)
{
    const bool is_long = shape->quantity > 0;
    const bool grows_with_profit = (shape->kind == CONTRACT_LINEAR) == is_long;
    if (!shape->jumps || !grows_with_profit)
        return NAN;
    for (size_t next = k + 1; next < shape->tier_count; next++) {
        const double edge = price_at_notional(shape, shape->tier[next - 1].notional_max);
        const double price = liquidation_price(shape, next);
        if (is_long ? price >= edge - SLACK_PRICE : price <= edge + SLACK_PRICE)
            return is_long ? edge - SLACK_PRICE : edge + SLACK_PRICE;
    }
    return NAN;
}

struct margin_need
liquidation_need(const struct engine_instrument *instrument, const struct position *position,
                 int64_t mark_price)
{
    return margin_need(&instrument->rules, position->quantity,
                       contract_notional(&instrument->contract, position->quantity, mark_price),
                       llabs(position->entry_value));
}

/* Equity less what is required of the position at a mark. */
static money_t
cushion_at(const struct engine_instrument *instrument, const struct position *position,
           int64_t mark_price, money_t *required)
{
    *required = liquidation_need(instrument, position, mark_price).required;
    return position_equity(position, &instrument->contract, mark_price) - *required;
}

bool
liquidation_in_breach(const struct engine_instrument *instrument, const struct position *position,
                      int64_t mark_price)
{
    money_t required;
    const money_t cushion = cushion_at(instrument, position, mark_price, &required);
    return margin_breached(instrument->rules.compare, required + cushion, required);
}

/* Where a position stays in one tier whatever its notional, that tier: of tiers by quantity, of a
 * sloped rate, and of margin on the entry notional, which is a fixed amount. */
static bool
single_tier(const struct margin_rules *rules, const struct position *position, money_t required,
            struct margin_tier *one)
{
    *one = (struct margin_tier){.notional_max = INT64_MAX};
    if (rules->basis == MARGIN_ON_ENTRY) {
        one->deduction = -required;
        return true;
    }
    if (!rules->by_quantity && rules->mode != MARGIN_SLOPE)
        return false;
    one->rate =
        margin_rate_at(rules, margin_tier_at(rules, position->quantity, 0), position->quantity);
    return true;
}

void
liquidation_alarms(const struct engine_instrument *instrument, const struct position *position,
                   int64_t mark_price, int64_t *below, int64_t *above)
{
    const struct contract *contract = &instrument->contract;
    const bool is_long = position->quantity > 0;
    *below = POSITION_ALARM_NONE_BELOW;
    *above = POSITION_ALARM_NONE_ABOVE;
    money_t required;
    const money_t cushion = cushion_at(instrument, position, mark_price, &required);
    if (margin_breached(instrument->rules.compare, required + cushion, required)) {
        if (is_long)
            *below = POSITION_ALARM_NOW_BELOW;
        else
            *above = POSITION_ALARM_NOW_ABOVE;
        return;
    }
    const struct margin_rules *rules = &instrument->rules;
    struct margin_tier one;
    const bool fixed = single_tier(rules, position, required, &one);
    const struct shape shape = {
        .kind = contract->kind,
        .quantity = (double)position->quantity * (double)contract->numerator /
                    (double)contract->denominator,
        .entry_value = (double)position->entry_value,
        .margin = (double)(position->margin - SLACK_MONEY),
        .tier = fixed ? &one : rules->tier,
        .tier_count = fixed ? 1 : rules->tier_count,
        .fee_rate = rules->fee_outside_trigger || rules->basis == MARGIN_ON_ENTRY
                        ? 0.0
                        : (double)rules->fee_rate / (double)RATE_ONE,
        .jumps = !fixed && rules->mode == MARGIN_STEP,
    };
    const size_t k =
        fixed ? 0
              : margin_tier_of(rules, contract_notional(contract, position->quantity, mark_price));
    const double loss = loss_alarm(&shape, k, (double)mark_price);
    /* On a move in its favour equity and requirement are rounded one after the other: what is
     * within the roundings of a breach may meet it on either side. */
    const double edge = cushion <= SLACK_MONEY ? (double)mark_price : edge_alarm(&shape, k);
    const double down = is_long ? loss : edge, up = is_long ? edge : loss;
    /* Not in breach now, so the next look is one price unit away at the nearest: this is what ends
     * the looking when the slack of a tiny position spans many prices. */
    if (!isnan(down)) {
        *below = alarm_price(down, -1);
        if (*below >= mark_price)
            *below = mark_price - 1;
    }
    if (!isnan(up)) {
        *above = alarm_price(up, 1);
        if (*above <= mark_price)
            *above = mark_price + 1;
    }
}

enum status
liquidation_add_alarms(struct engine *engine, uint32_t id, struct error *err)
{
    const struct position *position = &engine->positions.row[id];
    struct instrument_state *state = &engine->instruments[position->instrument];
    if (position->alarm_below != POSITION_ALARM_NONE_BELOW)
        TRY(alarm_add(&state->below, &engine->positions, position->alarm_below, id, err));
    if (position->alarm_above != POSITION_ALARM_NONE_ABOVE)
        TRY(alarm_add(&state->above, &engine->positions, position->alarm_above, id, err));
    state->check = true;
    return OK;
}

/* Computes and stores the alarms of an isolated position. */
static void
watch(struct engine *engine, struct position *position)
{
    const struct instrument_state *state = &engine->instruments[position->instrument];
    position->alarm_below = POSITION_ALARM_NONE_BELOW;
    position->alarm_above = POSITION_ALARM_NONE_ABOVE;
    if (position->held_back)
        engine->rearmed = true; /* it is unwound, and something of it changed */
    else
        liquidation_alarms(&state->now, position, state->view.mark_price, &position->alarm_below,
                           &position->alarm_above);
}

enum status
liquidation_arm(struct engine *engine, uint32_t id, struct error *err)
{
    struct position *position = &engine->positions.row[id];
    assert(engine->instruments[position->instrument].view.mark_price > 0);
    if (position->cross)
        return cross_arm(engine, position->account, err);
    watch(engine, position);
    return liquidation_add_alarms(engine, id, err);
}

/* Alarms of every account with a position in the instrument; they may lie in all instruments. */
static enum status
watch_accounts(struct engine *engine, size_t instrument, struct error *err)
{
    for (uint32_t account = 0; account < engine->accounts.count; account++) {
        const struct account_row *row = &engine->accounts.row[account];
        uint32_t id = row->cross ? row->first : POSITION_NONE;
        while (id != POSITION_NONE && engine->positions.row[id].instrument != instrument)
            id = engine->positions.row[id].next;
        if (id != POSITION_NONE)
            TRY(cross_watch(engine, account, err));
    }
    return OK;
}

enum status
liquidation_arm_all(struct engine *engine, size_t instrument, struct error *err)
{
    struct position_table *table = &engine->positions;
    bool cross = false;
    for (size_t i = 0; i < table->used; i++) {
        struct position *position = &table->row[i];
        if (position->quantity == 0 || position->instrument != instrument)
            continue;
        cross |= position->cross;
        if (!position->cross)
            watch(engine, position);
    }
    if (cross)
        TRY(watch_accounts(engine, instrument, err));
    for (size_t i = 0; i < engine->config->instrument_count; i++) {
        struct instrument_state *state = &engine->instruments[i];
        if (i != instrument && !cross)
            continue;
        TRY(alarm_rebuild(&state->below, table, (uint32_t)i, err));
        TRY(alarm_rebuild(&state->above, table, (uint32_t)i, err));
        state->check = true;
    }
    return OK;
}

static enum status
add_due(uint32_t **due, size_t *count, size_t *capacity, uint32_t id, struct error *err)
{
    if (*count == *capacity) {
        const size_t more = *capacity < 64 ? 64 : *capacity * 2;
        uint32_t *grown = realloc(*due, more * sizeof(*grown));
        if (grown == NULL)
            return error_memory(err, "collecting liquidations");
        *due = grown;
        *capacity = more;
    }
    (*due)[(*count)++] = id;
    return OK;
}

static int
compare_ids(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* An alarm of an isolated position rang.  One that breaches is held back: it is not armed again
 * before it was dealt with, whatever is armed for others. */
static enum status
look_at_position(struct engine *engine, uint32_t id, struct error *err)
{
    struct position *position = &engine->positions.row[id];
    const struct instrument_state *state = &engine->instruments[position->instrument];
    if (!liquidation_in_breach(&state->now, position, state->view.mark_price))
        return liquidation_arm(engine, id, err);
    position->alarm_below = POSITION_ALARM_NONE_BELOW;
    position->alarm_above = POSITION_ALARM_NONE_ABOVE;
    position->held_back = true;
    return add_due(&engine->due, &engine->due_count, &engine->due_capacity, id, err);
}

/* An alarm of a cross account rang. */
static enum status
look_at_account(struct engine *engine, uint32_t account, struct error *err)
{
    struct account_row *row = account_table_row(&engine->accounts, account);
    struct cross_risk risk;
    if (row->due)
        return OK;
    TRY(cross_measure(engine, account, &risk, err));
    if (!cross_in_breach(engine, &risk))
        return cross_arm(engine, account, err);
    for (uint32_t id = row->first; id != POSITION_NONE; id = engine->positions.row[id].next) {
        engine->positions.row[id].alarm_below = POSITION_ALARM_NONE_BELOW;
        engine->positions.row[id].alarm_above = POSITION_ALARM_NONE_ABOVE;
    }
    row->due = true;
    return add_due(&engine->due_accounts, &engine->due_accounts_count,
                   &engine->due_accounts_capacity, account, err);
}

/* Empties one side of what rings now. */
static enum status
collect_side(struct engine *engine, size_t instrument, struct alarm_side *side, struct error *err)
{
    const int64_t mark_price = engine->instruments[instrument].view.mark_price;
    for (;;) {
        const uint32_t id = alarm_take(side, &engine->positions, mark_price);
        if (id == POSITION_NONE)
            return OK;
        const struct position *position = &engine->positions.row[id];
        if (position->cross)
            TRY(look_at_account(engine, position->account, err));
        else
            TRY(look_at_position(engine, id, err));
    }
}

void
liquidation_sort_accounts(struct engine *engine)
{
    if (engine->due_accounts_count > 1)
        qsort(engine->due_accounts, engine->due_accounts_count, sizeof(*engine->due_accounts),
              compare_ids);
}

enum status
liquidation_add_due(struct engine *engine, bool cross, uint32_t id, struct error *err)
{
    return cross ? add_due(&engine->due_accounts, &engine->due_accounts_count,
                           &engine->due_accounts_capacity, id, err)
                 : add_due(&engine->due, &engine->due_count, &engine->due_capacity, id, err);
}

enum status
liquidation_collect(struct engine *engine, size_t instrument, struct error *err)
{
    struct instrument_state *state = &engine->instruments[instrument];
    state->due_begin = engine->due_count;
    TRY(collect_side(engine, instrument, &state->below, err));
    TRY(collect_side(engine, instrument, &state->above, err));
    state->due_end = engine->due_count;
    if (state->due_end - state->due_begin > 1)
        qsort(engine->due + state->due_begin, state->due_end - state->due_begin,
              sizeof(*engine->due), compare_ids);
    return OK;
}
