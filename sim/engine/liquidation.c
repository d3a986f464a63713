#include "engine/liquidation.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum {
    SLACK_MONEY = 3, /* units by which the roundings of equity, margin and fee may add up */
    SLACK_PRICE = 2, /* price units at a tier edge, whose price is a double */
};

/* A position in doubles: money units and tape price units. */
struct shape {
    enum contract_kind kind;
    double quantity;    /* x contract factor */
    double entry_value; /* money */
    double margin;      /* money, less the slack */
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
liquidation_price(const struct shape *shape, const struct margin_rules *rules, size_t k)
{
    const double price = margin_liquidation_price(
        shape->kind, shape->quantity, shape->entry_value, shape->margin,
        (double)rules->tier[k].rate / (double)RATE_ONE, (double)rules->tier[k].deduction,
        (double)rules->fee_rate / (double)RATE_ONE);
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
loss_alarm(const struct shape *shape, const struct margin_rules *rules, size_t k, double mark)
{
    const bool is_long = shape->quantity > 0;
    const bool towards_larger = (shape->kind == CONTRACT_LINEAR) != is_long;
    const double slack = SLACK_PRICE;
    double start = mark, nearest = is_long ? -INFINITY : INFINITY;
    for (;;) {
        const bool last = towards_larger ? k + 1 == rules->tier_count : k == 0;
        const double edge =
            last ? (is_long ? 0.0 : INFINITY)
                 : price_at_notional(shape, rules->tier[towards_larger ? k : k - 1].notional_max);
        const double price = liquidation_price(shape, rules, k);
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
edge_alarm(const struct shape *shape, const struct margin_rules *rules, size_t k)
{
    const bool is_long = shape->quantity > 0;
    const bool grows_with_profit = (shape->kind == CONTRACT_LINEAR) == is_long;
    if (rules->mode != MARGIN_STEP || !grows_with_profit)
        return NAN;
    for (size_t next = k + 1; next < rules->tier_count; next++) {
        const double edge = price_at_notional(shape, rules->tier[next - 1].notional_max);
        const double price = liquidation_price(shape, rules, next);
        if (is_long ? price >= edge - SLACK_PRICE : price <= edge + SLACK_PRICE)
            return is_long ? edge - SLACK_PRICE : edge + SLACK_PRICE;
    }
    return NAN;
}

/* Equity less what is required of the position at a mark. */
static money_t
cushion_at(const struct engine_instrument *instrument, const struct position *position,
           int64_t mark_price, money_t *required)
{
    *required =
        margin_required(&instrument->rules,
                        contract_notional(&instrument->contract, position->quantity, mark_price));
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
        *(is_long ? below : above) = mark_price;
        return;
    }
    const struct shape shape = {
        .kind = contract->kind,
        .quantity = (double)position->quantity * (double)contract->numerator /
                    (double)contract->denominator,
        .entry_value = (double)position->entry_value,
        .margin = (double)(position->margin - SLACK_MONEY),
    };
    const size_t k = margin_tier_of(&instrument->rules,
                                    contract_notional(contract, position->quantity, mark_price));
    const double loss = loss_alarm(&shape, &instrument->rules, k, (double)mark_price);
    /* On a move in its favour equity and requirement are rounded one after the other: what is
     * within the roundings of a breach may meet it on either side. */
    const double edge =
        cushion <= SLACK_MONEY ? (double)mark_price : edge_alarm(&shape, &instrument->rules, k);
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
liquidation_arm(struct engine *engine, uint32_t id, struct error *err)
{
    struct position *position = &engine->positions.row[id];
    struct instrument_state *state = &engine->instruments[position->instrument];
    assert(state->view.mark_price > 0);
    liquidation_alarms(&engine->config->instruments[position->instrument], position,
                       state->view.mark_price, &position->alarm_below, &position->alarm_above);
    if (position->alarm_below != POSITION_ALARM_NONE_BELOW)
        TRY(alarm_add(&state->below, &engine->positions, position->alarm_below, id, err));
    if (position->alarm_above != POSITION_ALARM_NONE_ABOVE)
        TRY(alarm_add(&state->above, &engine->positions, position->alarm_above, id, err));
    state->check = true;
    return OK;
}

enum status
liquidation_arm_all(struct engine *engine, size_t instrument, struct error *err)
{
    struct instrument_state *state = &engine->instruments[instrument];
    const struct engine_instrument *rules = &engine->config->instruments[instrument];
    struct position_table *table = &engine->positions;
    for (size_t i = 0; i < table->used; i++) {
        struct position *position = &table->row[i];
        if (position->quantity != 0 && position->instrument == instrument)
            liquidation_alarms(rules, position, state->view.mark_price, &position->alarm_below,
                               &position->alarm_above);
    }
    TRY(alarm_rebuild(&state->below, table, (uint32_t)instrument, err));
    TRY(alarm_rebuild(&state->above, table, (uint32_t)instrument, err));
    state->check = true;
    return OK;
}

static enum status
add_due(struct engine *engine, uint32_t id, struct error *err)
{
    if (engine->due_count == engine->due_capacity) {
        const size_t capacity = engine->due_capacity < 64 ? 64 : engine->due_capacity * 2;
        uint32_t *due = realloc(engine->due, capacity * sizeof(*due));
        if (due == NULL)
            return error_memory(err, "collecting liquidations");
        engine->due = due;
        engine->due_capacity = capacity;
    }
    engine->due[engine->due_count++] = id;
    return OK;
}

static int
compare_ids(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Empties one side of what rings now.  A position that breaches is marked with a spent alarm, so
 * that it is not taken twice when both of its alarms ring. */
static enum status
collect_side(struct engine *engine, size_t instrument, struct alarm_side *side, struct error *err)
{
    const struct engine_instrument *rules = &engine->config->instruments[instrument];
    const int64_t mark_price = engine->instruments[instrument].view.mark_price;
    for (;;) {
        const uint32_t id = alarm_take(side, &engine->positions, mark_price);
        if (id == POSITION_NONE)
            return OK;
        struct position *position = &engine->positions.row[id];
        if (!liquidation_in_breach(rules, position, mark_price)) {
            TRY(liquidation_arm(engine, id, err));
            continue;
        }
        position->alarm_below = POSITION_ALARM_NONE_BELOW;
        position->alarm_above = POSITION_ALARM_NONE_ABOVE;
        TRY(add_due(engine, id, err));
    }
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

struct lot
liquidation_take_over(struct engine *engine, uint32_t id)
{
    const struct position position = engine->positions.row[id];
    const struct engine_instrument *instrument = &engine->config->instruments[position.instrument];
    struct instrument_state *state = &engine->instruments[position.instrument];
    const struct contract *contract = &instrument->contract;
    const int64_t mark_price = state->view.mark_price;
    const money_t notional = contract_notional(contract, position.quantity, mark_price);
    struct lot lot = {
        .case_id = ++engine->cases,
        .quantity = position.quantity,
        .account = position.account,
        .instrument = position.instrument,
        .bankruptcy_price = contract_price_at_value(
            contract, position.quantity, (double)(position.entry_value - position.margin)),
    };
    position_reduce(&engine->positions, id, position.quantity, &lot.entry_value, &lot.margin);
    const size_t currency = engine->config->pools[instrument->pool].currency;
    ledger_post(&engine->ledger, ledger_account(&engine->ledger, currency, LEDGER_MARGINS),
                ledger_account(&engine->ledger, currency, LEDGER_INVENTORY), lot.margin);
    state->liquidated_notional = money_add(state->liquidated_notional, notional);
    state->liquidations++;
    if (engine->observer.liquidation != NULL) {
        const struct liquidation_event event = {
            .time = engine->now,
            .case_id = lot.case_id,
            .account = lot.account,
            .instrument = lot.instrument,
            .quantity = lot.quantity,
            .mark_price = mark_price,
            .margin = lot.margin,
            .equity = position_equity(&position, contract, mark_price),
            .maintenance_margin = margin_required(&instrument->rules, notional),
            .notional = notional,
            .bankruptcy_price = lot.bankruptcy_price,
            .leverage =
                lot.margin > 0 ? fabs((double)lot.entry_value / (double)lot.margin) : INFINITY,
        };
        engine->observer.liquidation(engine->observer.context, &event);
    }
    return lot;
}
