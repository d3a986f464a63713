/* Successive marks with variation margin, takeover by the fund and staged disposal. */
#include <stdlib.h>
#include <string.h>

#include "formula_rules.h"
#include "scenario_desk.h"

/* The side of a trade that buys (sign 1) or sells (-1). */
static void
trade(struct scenario_desk *desk, const json_t *step, const char *who, int sign)
{
    const uint32_t account = scenario_desk_account(desk, json_object_get(step, who), true);
    const int64_t quantity = scenario_desk_quantity(desk, step, "qty");
    const int64_t price = scenario_desk_price(desk, step, "price");
    if (desk->call->reader->state == READER_GOOD && quantity > 0 && price > 0)
        scenario_desk_check(
            desk, engine_trade_account(&desk->engine, account, 0, sign * quantity, price, NULL));
}

static void
fund_trade(struct scenario_desk *desk, const json_t *step)
{
    const uint32_t counterparty =
        scenario_desk_account(desk, json_object_get(step, "counterparty"), true);
    const int64_t quantity = scenario_desk_quantity(desk, step, "qty");
    const int64_t price = scenario_desk_price(desk, step, "price");
    const money_t fee =
        reader_find(step, "fee") == NULL ? 0 : scenario_desk_money(desk, step, "fee");
    const struct instrument_state *state = &desk->engine.instruments[0];
    const int64_t held = quantity < 0 ? state->longs.quantity : state->shorts.quantity;
    if (llabs(quantity) > held || quantity == 0)
        reader_fail(desk->call->reader, READER_UNABLE, "the fund holds less than it trades");
    if (desk->call->reader->state == READER_GOOD)
        scenario_desk_check(
            desk, engine_fund_trade(&desk->engine, 0, quantity, price, counterparty, fee, NULL));
}

static void
apply_step(struct scenario_desk *desk, const json_t *step, json_t *trace)
{
    const json_t *op = json_object_get(step, "op");
    const char *name = json_is_string(op) ? json_string_value(op) : "";
    if (strcmp(name, "deposit") == 0) {
        const uint32_t account = scenario_desk_account(desk, json_object_get(step, "acct"), true);
        scenario_desk_check(desk, engine_deposit(&desk->engine, account,
                                                 scenario_desk_money(desk, step, "amount"), NULL));
    } else if (strcmp(name, "trade") == 0) {
        trade(desk, step, "buyer", 1);
        trade(desk, step, "seller", -1);
    } else if (strcmp(name, "mark") == 0) {
        scenario_desk_mark(desk, 0, scenario_desk_price(desk, step, "price"));
        scenario_desk_settle(desk);
    } else if (strcmp(name, "takeover") == 0) {
        const uint32_t account = scenario_desk_account(desk, json_object_get(step, "acct"), true);
        scenario_desk_check(desk, engine_take_over(&desk->engine, account, NULL));
    } else if (strcmp(name, "fund_trade") == 0) {
        fund_trade(desk, step);
    } else if (strcmp(name, "funding") == 0) {
        scenario_desk_check(
            desk, engine_funding_per_unit(&desk->engine, 0,
                                          scenario_desk_money(desk, step, "long_receives_per_unit"),
                                          NULL));
    } else if (strcmp(name, "expect") == 0) {
        json_array_append_new(trace, scenario_desk_expect(desk, step));
    } else {
        reader_fail(desk->call->reader, READER_UNABLE, "a step \"%s\"", name);
    }
}

void
scenario_variation(const struct formula_call *call)
{
    const json_t *step;
    const struct number fund = reader_number_or(call->reader, call->inputs, "fund0", "0");
    struct scenario_desk *desk = calloc(1, sizeof(*desk));
    size_t i;
    if (desk == NULL) {
        reader_fail(call->reader, READER_UNABLE, "out of memory");
        return;
    }
    scenario_desk_init(desk, call, 0, 1, reader_at(call->reader, &fund, 0));
    desk->config.rules.settlement = RULES_AT_MARK;
    desk->config.rules.takeover = &takeover_fund_at_mark;
    desk->config.rules.socialise = &socialise_step_gains;
    json_t *trace = json_array();
    if (scenario_desk_open(desk)) {
        scenario_desk_symbol(desk, NULL);
        scenario_desk_mark(desk, 0, scenario_desk_price(desk, call->inputs, "mark0"));
        json_array_foreach(reader_find(call->inputs, "steps"), i, step)
        {
            if (call->reader->state == READER_GOOD)
                apply_step(desk, step, trace);
        }
    }
    scenario_desk_close(desk);
    json_object_set_new(call->answer, "trace", trace);
    free(desk);
}
