#include "engine/cross.h"

#include <assert.h>
#include <stdlib.h>

#include "engine/liquidation.h"

static enum status
reserve_leg(struct engine *engine, struct error *err)
{
    if (engine->leg_count < engine->leg_capacity)
        return OK;
    const size_t capacity = engine->leg_capacity < 16 ? 16 : engine->leg_capacity * 2;
    struct cross_leg *legs = realloc(engine->legs, capacity * sizeof(*legs));
    if (legs == NULL)
        return error_memory(err, "measuring a cross account");
    engine->legs = legs;
    engine->leg_capacity = capacity;
    return OK;
}

/* The leg a position belongs to: one of its own, or that of its instrument where legs are netted.
 */
static enum status
leg_for(struct engine *engine, uint32_t id, struct cross_leg **leg, struct error *err)
{
    const struct position *position = &engine->positions.row[id];
    for (size_t i = 0; engine->config->rules.hedged_legs_netted && i < engine->leg_count; i++) {
        *leg = &engine->legs[i];
        if ((*leg)->instrument == position->instrument)
            return OK;
    }
    TRY(reserve_leg(engine, err));
    *leg = &engine->legs[engine->leg_count++];
    **leg = (struct cross_leg){.instrument = position->instrument, .position = id};
    return OK;
}

enum status
cross_measure(struct engine *engine, uint32_t account, struct cross_risk *risk, struct error *err)
{
    const struct account_row *row = account_table_row(&engine->accounts, account);
    assert(row != NULL && row->cross);
    *risk = (struct cross_risk){.equity = row->balance, .required = row->order_margin};
    engine->leg_count = 0;
    for (uint32_t id = row->first; id != POSITION_NONE; id = engine->positions.row[id].next) {
        struct cross_leg *leg;
        TRY(leg_for(engine, id, &leg, err));
        leg->quantity += engine->positions.row[id].quantity;
        leg->entry_value = money_add(leg->entry_value, engine->positions.row[id].entry_value);
    }
    for (size_t i = 0; i < engine->leg_count; i++) {
        struct cross_leg *leg = &engine->legs[i];
        const struct instrument_state *state = &engine->instruments[leg->instrument];
        const struct contract *contract = &engine->config->instruments[leg->instrument].contract;
        leg->value = leg->quantity == 0
                         ? 0
                         : contract_value(contract, leg->quantity, state->view.mark_price);
        const money_t notional = llabs(leg->value);
        leg->need = leg->quantity == 0 ? (struct margin_need){0, 0}
                                       : margin_need(&state->now.rules, leg->quantity, notional,
                                                     llabs(leg->entry_value));
        risk->equity = money_add(risk->equity, money_add(leg->value, -leg->entry_value));
        risk->maintenance = money_add(risk->maintenance, leg->need.maintenance);
        risk->required = money_add(risk->required, leg->need.required);
        risk->notional = money_add(risk->notional, notional);
        if (leg->quantity != 0)
            risk->initial = money_add(
                risk->initial, margin_initial_need(&state->now.rules, leg->quantity, notional));
    }
    return OK;
}

bool
cross_in_breach(const struct engine *engine, const struct cross_risk *risk)
{
    /* One account has one comparison: that of its first instrument. */
    return engine->leg_count > 0 &&
           margin_breached(engine->instruments[engine->legs[0].instrument].now.rules.compare,
                           risk->equity, risk->required);
}

/* Alarms of one leg that may use up `share` of the cushion. */
static void
watch_leg(const struct engine *engine, const struct cross_leg *leg, money_t share, int64_t *below,
          int64_t *above)
{
    *below = POSITION_ALARM_NONE_BELOW;
    *above = POSITION_ALARM_NONE_ABOVE;
    if (leg->quantity == 0)
        return;
    const struct instrument_state *state = &engine->instruments[leg->instrument];
    const int64_t mark_price = state->view.mark_price;
    const struct position alone = {
        .quantity = leg->quantity,
        .entry_value = leg->entry_value,
        .margin = share + leg->need.required - leg->value + leg->entry_value,
        .instrument = leg->instrument,
    };
    liquidation_alarms(&state->now, &alone, mark_price, below, above);
    /* The account is well: with nothing to share the next look is at the next price. */
    if (*below >= mark_price || *above <= mark_price) {
        *below = mark_price - 1;
        *above = mark_price + 1;
    }
}

/* Alarms that ring at once: the account is in breach. */
static void
ring_now(struct engine *engine, uint32_t account)
{
    const uint32_t id = account_table_row(&engine->accounts, account)->first;
    engine->positions.row[id].alarm_below = POSITION_ALARM_NOW_BELOW;
}

enum status
cross_watch(struct engine *engine, uint32_t account, struct error *err)
{
    struct cross_risk risk;
    const struct account_row *row = account_table_row(&engine->accounts, account);
    TRY(cross_measure(engine, account, &risk, err));
    for (uint32_t id = row->first; id != POSITION_NONE; id = engine->positions.row[id].next) {
        engine->positions.row[id].alarm_below = POSITION_ALARM_NONE_BELOW;
        engine->positions.row[id].alarm_above = POSITION_ALARM_NONE_ABOVE;
    }
    engine->rearmed |= row->held_back;
    if (row->held_back || row->due || engine->leg_count == 0)
        return OK;
    if (cross_in_breach(engine, &risk)) {
        ring_now(engine, account);
        return OK;
    }
    const int128_t cushion = (int128_t)risk.equity - risk.required;
    assert(cushion >= 0);
    for (size_t i = 0; i < engine->leg_count; i++) {
        const struct cross_leg *leg = &engine->legs[i];
        const money_t share =
            risk.notional == 0 ? 0 : (money_t)(cushion * llabs(leg->value) / risk.notional);
        struct position *carrier = &engine->positions.row[leg->position];
        watch_leg(engine, leg, share, &carrier->alarm_below, &carrier->alarm_above);
    }
    return OK;
}

enum status
cross_arm(struct engine *engine, uint32_t account, struct error *err)
{
    TRY(cross_watch(engine, account, err));
    const struct account_row *row = account_table_row(&engine->accounts, account);
    for (uint32_t id = row->first; id != POSITION_NONE; id = engine->positions.row[id].next)
        TRY(liquidation_add_alarms(engine, id, err));
    return OK;
}
