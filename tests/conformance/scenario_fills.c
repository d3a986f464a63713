/* Liquidation by fills against a bounded fund; the fund as counterparty of funding; bankruptcies
 * shared by open interest. */
#include <stdlib.h>
#include <string.h>

#include "formula_rules.h"
#include "scenario_desk.h"

enum { FILLS_MONEY_DECIMALS = 8 };

static struct scenario_desk *
new_desk(const struct formula_call *call, rate_t maintenance)
{
    struct scenario_desk *desk = calloc(1, sizeof(*desk));
    const struct number fund = reader_number_or(call->reader, call->inputs, "fund0", "0");
    if (desk == NULL) {
        reader_fail(call->reader, READER_UNABLE, "out of memory");
        return NULL;
    }
    scenario_desk_init(desk, call, FILLS_MONEY_DECIMALS, maintenance,
                       reader_at(call->reader, &fund, FILLS_MONEY_DECIMALS));
    return desk;
}

/* ---- fills ---- */

/* Accounts that bought and sold for cash, as if at the oracle price. */
static void
open_accounts(struct scenario_desk *desk, int64_t oracle)
{
    const json_t *accounts = reader_find(desk->call->inputs, "accounts"), *object;
    const char *name;
    scenario_desk_symbol(desk, NULL);
    scenario_desk_mark(desk, 0, oracle);
    json_object_foreach((json_t *)(uintptr_t)accounts, name, object)
    {
        json_t *text = json_string(name);
        const uint32_t account = scenario_desk_account(desk, text, true);
        const int64_t quantity = scenario_desk_quantity(desk, object, "qty");
        json_decref(text);
        if (desk->call->reader->state != READER_GOOD)
            return;
        const money_t cost =
            quantity == 0 ? 0 : contract_value(&desk->instruments[0].contract, quantity, oracle);
        scenario_desk_check(desk,
                            engine_deposit(&desk->engine, account,
                                           scenario_desk_money(desk, object, "cash") + cost, NULL));
        if (quantity != 0)
            scenario_desk_check(
                desk, engine_trade_account(&desk->engine, account, 0, quantity, oracle, NULL));
    }
}

static const char *
fill(struct scenario_desk *desk, const json_t *step)
{
    const uint32_t account = scenario_desk_account(desk, json_object_get(step, "acct"), true);
    const json_t *other = json_object_get(step, "counterparty");
    const uint32_t counterparty =
        other == NULL ? POSITION_NONE : scenario_desk_account(desk, other, true);
    const int64_t size = scenario_desk_quantity(desk, step, "size|qty");
    const int64_t price = scenario_desk_price(desk, step, "price");
    enum engine_fill result = ENGINE_REFUSED;
    if (desk->call->reader->state == READER_GOOD)
        scenario_desk_check(desk, engine_liquidation_fill(&desk->engine, account, 0, size, price,
                                                          counterparty, &result, NULL));
    return result == ENGINE_FILLED             ? "filled"
           : result == ENGINE_NOT_LIQUIDATABLE ? "not_liquidatable"
                                               : "refused";
}

static const char *
deleverage(struct scenario_desk *desk, const json_t *step)
{
    const uint32_t account = scenario_desk_account(desk, json_object_get(step, "acct"), true);
    const uint32_t offset = scenario_desk_account(desk, json_object_get(step, "offset"), true);
    int64_t closed = 0;
    if (desk->call->reader->state == READER_GOOD)
        scenario_desk_check(desk, engine_deleverage(&desk->engine, account, offset, 0,
                                                    scenario_desk_quantity(desk, step, "size|qty"),
                                                    &closed, NULL));
    return closed > 0 ? "adl" : "refused";
}

void
scenario_fills(const struct formula_call *call)
{
    const json_t *step;
    struct scenario_desk *desk = new_desk(call, formula_rules_rate(call, call->inputs, "mm_rate"));
    size_t i;
    if (desk == NULL)
        return;
    struct engine_rules *rules = &desk->config.rules;
    rules->takeover = &takeover_fillable;
    rules->takeover_params = (struct takeover_params){.bankruptcy_adjustment = 4294.967295,
                                                      .spread_to_maintenance = 10.0};
    rules->fees.surplus_cap = formula_rules_rate(call, call->inputs, "liq_fee_rate");
    rules->order[rules->stages++] = RULES_FUND;
    if (reader_find(call->inputs, "max_fund_loss") != NULL) {
        rules->fund.payout_max = scenario_desk_money(desk, call->inputs, "max_fund_loss");
        rules->fund.payout_window = TIME_NS_DAY;
    }
    json_t *trace = json_array();
    const char *status = "";
    if (scenario_desk_open(desk)) {
        open_accounts(desk, scenario_desk_price(desk, call->inputs, "oracle"));
        json_array_foreach(reader_find(call->inputs, "steps"), i, step)
        {
            const json_t *op = json_object_get(step, "op");
            const char *name = json_is_string(op) ? json_string_value(op) : "";
            if (call->reader->state != READER_GOOD)
                break;
            if (strcmp(name, "liq_fill") == 0)
                status = fill(desk, step);
            else if (strcmp(name, "adl") == 0)
                status = deleverage(desk, step);
            else if (strcmp(name, "mark") == 0)
                scenario_desk_mark(desk, 0, scenario_desk_price(desk, step, "price"));
            else if (strcmp(name, "expect") == 0) {
                json_t *answer = scenario_desk_expect(desk, step);
                json_object_set_new(answer, "status", json_string(status));
                json_array_append_new(trace, answer);
            } else
                reader_fail(call->reader, READER_UNABLE, "a step \"%s\"", name);
        }
    }
    scenario_desk_close(desk);
    json_object_set_new(call->answer, "trace", trace);
    free(desk);
}

/* ---- funding against the fund ---- */

static void
append(json_t *series, money_t amount)
{
    json_t *holder = json_object();
    const struct book scale = {.money_decimals = FILLS_MONEY_DECIMALS};
    book_answer_money(&scale, holder, "x", amount);
    json_array_append(series, json_object_get(holder, "x"));
    json_decref(holder);
}

void
scenario_funding(const struct formula_call *call)
{
    const json_t *accounts = reader_find(call->inputs, "accounts"), *object, *premium;
    struct scenario_desk *desk = new_desk(call, 0);
    const char *name;
    size_t i;
    if (desk == NULL)
        return;
    desk->config.rules.funding_from_fund = true;
    json_t *fund = json_array(), *margins = json_object(), *debts = json_object();
    if (scenario_desk_open(desk)) {
        scenario_desk_symbol(desk, NULL);
        scenario_desk_mark(desk, 0, 10000); /* a premium is an amount for every unit: mark 1 */
        json_object_foreach((json_t *)(uintptr_t)accounts, name, object)
        {
            json_t *text = json_string(name);
            const struct position position = {
                .quantity = scenario_desk_quantity(desk, object, "qty"),
                .entry_value = contract_value(&desk->instruments[0].contract,
                                              scenario_desk_quantity(desk, object, "qty"), 10000),
                .margin = scenario_desk_money(desk, object, "margin"),
                .close_time = TIME_NS_NEVER,
                .account = scenario_desk_account(desk, text, false),
            };
            uint32_t id;
            json_decref(text);
            scenario_desk_check(
                desk, engine_deposit(&desk->engine, position.account, position.margin, NULL));
            scenario_desk_check(desk, engine_open(&desk->engine, &position, &id, NULL));
            json_object_set_new(margins, name, json_array());
        }
        json_array_foreach(reader_find(call->inputs, "premiums"), i, premium)
        {
            struct number rate;
            if (!reader_parse(premium, &rate))
                reader_fail(call->reader, READER_UNABLE, "premiums");
            const rate_t per_unit = reader_rate(call->reader, &rate);
            scenario_desk_check(desk, engine_funding(&desk->engine, 0, per_unit, NULL));
            append(fund, fund_balance(&desk->engine.pools[0], &desk->engine.ledger));
            for (uint32_t k = 0; k < desk->account_count; k++)
                append(json_object_get(margins, desk->names[k]), engine_wallet(&desk->engine, k));
        }
    }
    const struct book scale = {.money_decimals = FILLS_MONEY_DECIMALS};
    for (uint32_t k = 0; k < desk->account_count; k++)
        book_answer_money(&scale, debts, desk->names[k], desk->bad_debt[k]);
    scenario_desk_close(desk);
    json_object_set_new(call->answer, "fund_series", fund);
    json_object_set_new(call->answer, "margin_series", margins);
    json_object_set_new(call->answer, "bad_debt", debts);
    free(desk);
}

/* ---- losses by open interest ---- */

/* A position is opened at the price it fails at, after the other side of the book. */
static void
fail_position(struct scenario_desk *desk, const json_t *step)
{
    const struct contract *contract = &desk->instruments[0].contract;
    const int64_t quantity = scenario_desk_quantity(desk, step, "qty");
    const int64_t entry = scenario_desk_price(desk, step, "entry");
    const int64_t price = scenario_desk_price(desk, step, "price|mark");
    if (desk->call->reader->state != READER_GOOD)
        return;
    scenario_desk_mark(desk, 0, price);
    uint32_t id;
    if (desk->engine.positions.open == 0) {
        const int64_t other =
            (quantity > 0 ? -1 : 1) *
            scenario_desk_quantity(desk, desk->call->inputs, "opposite_open_interest");
        const struct position position = {
            .quantity = other,
            .entry_value = contract_value(contract, other, entry),
            .margin = llabs(contract_value(contract, other, entry)),
            .close_time = TIME_NS_NEVER,
            .account = UINT32_MAX - 1,
        };
        scenario_desk_check(desk, engine_open(&desk->engine, &position, &id, NULL));
    }
    const struct position position = {
        .quantity = quantity,
        .entry_value = contract_value(contract, quantity, entry),
        .margin = scenario_desk_money(desk, step, "margin"),
        .close_time = TIME_NS_NEVER,
        .account = UINT32_MAX - 2,
    };
    scenario_desk_check(desk, engine_open(&desk->engine, &position, &id, NULL));
    scenario_desk_settle(desk);
}

void
scenario_social(const struct formula_call *call)
{
    const json_t *step;
    struct scenario_desk *desk = new_desk(call, formula_rules_rate(call, call->inputs, "mm_rate"));
    size_t i;
    if (desk == NULL)
        return;
    struct engine_rules *rules = &desk->config.rules;
    rules->order[rules->stages++] = RULES_FUND;
    rules->order[rules->stages++] = RULES_SOCIALISE;
    rules->socialise = &socialise_open_interest;
    rules->socialise_params.opposite_only = true;
    rules->fees.beyond_margin = true;
    rules->fees.keeper_rate = formula_rules_rate(call, call->inputs, "keeper_penalty");
    for (size_t k = 0; k < DESK_SYMBOLS; k++)
        desk->instruments[k].rules.fee_rate =
            formula_rules_rate(call, call->inputs, "fund_penalty");
    json_t *series = json_array();
    const int64_t units = scenario_desk_quantity(desk, call->inputs, "opposite_open_interest");
    if (scenario_desk_open(desk) && units > 0) {
        scenario_desk_symbol(desk, NULL);
        json_array_foreach(reader_find(call->inputs, "steps"), i, step)
        {
            if (call->reader->state == READER_GOOD)
                fail_position(desk, step);
            append(series, socialise_per_unit(desk->socialised, units, 1000000));
        }
        json_t *fund = json_array();
        append(fund, fund_balance(&desk->engine.pools[0], &desk->engine.ledger));
        json_object_set(call->answer, "fund", json_array_get(fund, 0));
        json_decref(fund);
    }
    scenario_desk_close(desk);
    json_object_set_new(call->answer, "social_loss_per_unit_series", series);
    free(desk);
}
