#include "scenario_desk.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DESK_QUANTITY_SCALE = 6, DESK_PRICE_SCALE = 4 };

void
scenario_desk_check(struct scenario_desk *desk, enum status status)
{
    if (status != OK)
        reader_fail(desk->call->reader, READER_UNABLE, "the engine refused a step");
}

/* ---- what the engine tells ---- */

static void
on_liquidation(void *context, const struct liquidation_event *event)
{
    struct scenario_desk *desk = context;
    if (event->step != LIQUIDATION_RESTORED && event->account < DESK_ACCOUNTS)
        desk->liquidated[event->account] = true;
}

static void
on_adl(void *context, const struct adl_event *event)
{
    struct scenario_desk *desk = context;
    if (event->counterparty < DESK_ACCOUNTS)
        desk->deleveraged[event->counterparty] = true;
}

static void
on_socialised(void *context, const struct socialised_event *event)
{
    struct scenario_desk *desk = context;
    desk->socialised += event->amount;
    if (event->account < DESK_ACCOUNTS)
        desk->haircut[event->account] += event->amount;
}

static void
on_bad_debt(void *context, const struct bad_debt_event *event)
{
    struct scenario_desk *desk = context;
    if (event->account < DESK_ACCOUNTS)
        desk->bad_debt[event->account] += event->amount;
}

/* ---- the engine ---- */

void
scenario_desk_init(struct scenario_desk *desk, const struct formula_call *call, int money_decimals,
                   rate_t maintenance_rate, money_t fund)
{
    *desk = (struct scenario_desk){
        .call = call, .pool = {.opening = fund}, .money_decimals = money_decimals};
    for (size_t i = 0; i < DESK_SYMBOLS; i++) {
        struct engine_instrument *instrument = &desk->instruments[i];
        instrument->contract = (struct contract){.kind = CONTRACT_LINEAR,
                                                 .size = {1, 0},
                                                 .price_scale = DESK_PRICE_SCALE,
                                                 .quantity_scale = DESK_QUANTITY_SCALE,
                                                 .money_decimals = money_decimals};
        instrument->rules = (struct margin_rules){
            .mode = MARGIN_FLAT,
            .compare = MARGIN_BREACH_LT,
            .tier_count = 1,
            .tier = {{.notional_max = INT64_MAX,
                      .rate = maintenance_rate > 0 ? maintenance_rate : 1,
                      .leverage_max = 1000.0}},
        };
        scenario_desk_check(desk, contract_init(&instrument->contract, NULL));
        scenario_desk_check(desk, margin_rules_init(&instrument->rules, NULL));
    }
    desk->config = (struct engine_config){
        .instruments = desk->instruments,
        .instrument_count = DESK_SYMBOLS,
        .pools = &desk->pool,
        .pool_count = 1,
        .currency_count = 1,
        .closeout_type = &closeout_at_once,
        .closeout = {.slippage = &slippage_constant.model,
                     .daily_volume = NAN,
                     .daily_volatility = NAN},
        .adl = &adl_profit_share,
        .rules = {.takeover = &takeover_none, .fees = {.residue_to = FEE_RESIDUE_TRADER}},
        .positions_expected = 64,
        .sample_every = TIME_NS_HOUR,
        .observer = {.context = desk,
                     .liquidation = on_liquidation,
                     .adl = on_adl,
                     .socialised = on_socialised,
                     .bad_debt = on_bad_debt},
    };
}

bool
scenario_desk_open(struct scenario_desk *desk)
{
    if (desk->call->reader->state != READER_GOOD)
        return false;
    scenario_desk_check(desk, engine_init(&desk->engine, &desk->config, NULL));
    desk->open = desk->call->reader->state == READER_GOOD;
    if (desk->open)
        engine_start(&desk->engine, 0);
    return desk->open;
}

void
scenario_desk_close(struct scenario_desk *desk)
{
    struct error err = {0};
    /* where nothing was settled accounts may stand in breach, but the books balance */
    if (desk->open && !ledger_verify(&desk->engine.ledger))
        reader_fail(desk->call->reader, READER_UNABLE, "the books do not balance");
    if (desk->open && desk->settled && !engine_verify(&desk->engine, &err))
        reader_fail(desk->call->reader, READER_UNABLE, "%s", err.message);
    if (desk->open)
        engine_clear(&desk->engine);
    desk->open = false;
}

/* ---- names and numbers ---- */

static void
text_of(const json_t *name, char *text, size_t size)
{
    if (json_is_string(name))
        snprintf(text, size, "%s", json_string_value(name));
    else
        snprintf(text, size, "%lld", (long long)json_integer_value(name));
}

/* The row of an account, or DESK_ACCOUNTS. */
static size_t
find_account(const struct scenario_desk *desk, const char *name)
{
    size_t i = 0;
    while (i < desk->account_count && strcmp(desk->names[i], name) != 0)
        i++;
    return i < desk->account_count ? i : DESK_ACCOUNTS;
}

uint32_t
scenario_desk_account(struct scenario_desk *desk, const json_t *name, bool cross)
{
    char text[32];
    text_of(name, text, sizeof(text));
    const size_t found = find_account(desk, text);
    if (found < DESK_ACCOUNTS)
        return (uint32_t)found;
    if (name == NULL || desk->account_count == DESK_ACCOUNTS) {
        reader_fail(desk->call->reader, READER_UNABLE, "an account without a name, or too many");
        return 0;
    }
    uint32_t row = 0;
    scenario_desk_check(desk, engine_account(&desk->engine, cross, 0, &row, NULL));
    snprintf(desk->names[desk->account_count++], sizeof(desk->names[0]), "%s", text);
    return row;
}

size_t
scenario_desk_symbol(struct scenario_desk *desk, const json_t *name)
{
    char text[32] = "";
    if (name != NULL)
        text_of(name, text, sizeof(text));
    for (size_t i = 0; i < desk->symbol_count; i++) {
        if (strcmp(desk->symbols[i], text) == 0)
            return i;
    }
    if (desk->symbol_count == DESK_SYMBOLS) {
        reader_fail(desk->call->reader, READER_UNABLE, "too many symbols");
        return 0;
    }
    snprintf(desk->symbols[desk->symbol_count], sizeof(desk->symbols[0]), "%s", text);
    return desk->symbol_count++;
}

static int64_t
read_at(struct scenario_desk *desk, const json_t *step, const char *key, int scale)
{
    const struct number number = reader_number(desk->call->reader, step, key);
    return reader_at(desk->call->reader, &number, scale);
}

money_t
scenario_desk_money(struct scenario_desk *desk, const json_t *step, const char *key)
{
    return read_at(desk, step, key, desk->money_decimals);
}

int64_t
scenario_desk_quantity(struct scenario_desk *desk, const json_t *step, const char *key)
{
    return read_at(desk, step, key, DESK_QUANTITY_SCALE);
}

int64_t
scenario_desk_price(struct scenario_desk *desk, const json_t *step, const char *key)
{
    return read_at(desk, step, key, DESK_PRICE_SCALE);
}

void
scenario_desk_mark(struct scenario_desk *desk, size_t symbol, int64_t price)
{
    if (price > 0)
        engine_mark(&desk->engine, symbol, price);
    else
        reader_fail(desk->call->reader, READER_UNABLE, "a mark must be > 0");
}

void
scenario_desk_settle(struct scenario_desk *desk)
{
    desk->settled = true;
    scenario_desk_check(desk,
                        engine_settle(&desk->engine, desk->engine.now + TIME_NS_SECOND, NULL));
}

/* ---- answers ---- */

static void
answer(json_t *object, const char *key, int64_t value, int scale)
{
    const struct book at = {.money_decimals = scale};
    book_answer_money(&at, object, key, value);
}

/* A figure of every account a claim names. */
static json_t *
answer_accounts(struct scenario_desk *desk, const json_t *claim, const char *what)
{
    json_t *object = json_object();
    const char *name;
    const json_t *value;
    json_object_foreach((json_t *)(uintptr_t)claim, name, value)
    {
        const size_t row = find_account(desk, name);
        const uint32_t account = (uint32_t)row;
        if (row == DESK_ACCOUNTS)
            continue;
        if (strcmp(what, "wallet") == 0)
            answer(object, name, engine_wallet(&desk->engine, account), desk->money_decimals);
        else if (strcmp(what, "cash") == 0)
            answer(object, name, engine_wallet(&desk->engine, account), desk->money_decimals);
        else if (strcmp(what, "equity") == 0)
            answer(object, name, engine_equity(&desk->engine, account), desk->money_decimals);
        else if (strcmp(what, "haircut") == 0)
            answer(object, name, desk->haircut[row], desk->money_decimals);
        else if (strcmp(what, "qty") == 0)
            answer(object, name, engine_holds(&desk->engine, account, 0), DESK_QUANTITY_SCALE);
        else if (strcmp(what, "open") == 0) {
            int held = 0;
            for (size_t s = 0; s < desk->symbol_count; s++)
                held += engine_holds(&desk->engine, account, s) != 0;
            json_object_set_new(object, name, json_integer(held));
        }
    }
    return object;
}

/* Names of the accounts that are marked, and the marks are taken away. */
static json_t *
answer_names(struct scenario_desk *desk, bool *marks)
{
    json_t *names = json_array();
    for (size_t i = 0; i < desk->account_count; i++) {
        if (marks[i])
            json_array_append_new(names, json_string(desk->names[i]));
        marks[i] = false;
    }
    return names;
}

/* Cash and quantity of accounts that buy and sell for cash. */
static json_t *
answer_holdings(struct scenario_desk *desk, const json_t *claim)
{
    json_t *object = json_object();
    const char *name;
    const json_t *value;
    json_object_foreach((json_t *)(uintptr_t)claim, name, value)
    {
        const size_t row = find_account(desk, name);
        if (row == DESK_ACCOUNTS)
            continue;
        json_t *holding = json_object();
        answer(holding, "cash", engine_cash(&desk->engine, (uint32_t)row), desk->money_decimals);
        answer(holding, "qty", engine_holds(&desk->engine, (uint32_t)row, 0), DESK_QUANTITY_SCALE);
        json_object_set_new(object, name, holding);
    }
    return object;
}

json_t *
scenario_desk_expect(struct scenario_desk *desk, const json_t *step)
{
    const struct instrument_state *first = &desk->engine.instruments[0];
    const struct fund *fund = &desk->engine.pools[0];
    json_t *object = json_object();
    static const char *const by_account[] = {"wallet", "cash", "equity", "haircut", "qty", "open"};
    for (size_t i = 0; i < sizeof(by_account) / sizeof(*by_account); i++) {
        const json_t *claim = json_object_get(step, by_account[i]);
        if (claim != NULL)
            json_object_set_new(object, by_account[i], answer_accounts(desk, claim, by_account[i]));
    }
    if (json_object_get(step, "accounts") != NULL)
        json_object_set_new(object, "accounts",
                            answer_holdings(desk, json_object_get(step, "accounts")));
    answer(object, "fund", fund_balance(fund, &desk->engine.ledger), desk->money_decimals);
    answer(object, "fund_qty", first->longs.quantity - first->shorts.quantity, DESK_QUANTITY_SCALE);
    answer(object, "unpaid", fund->uncovered_loss - desk->unpaid, desk->money_decimals);
    answer(object, "system_total", engine_total(&desk->engine, 0), desk->money_decimals);
    desk->unpaid = fund->uncovered_loss;
    json_object_set_new(object, "liquidated", answer_names(desk, desk->liquidated));
    json_object_set_new(object, "adl", answer_names(desk, desk->deleveraged));
    return object;
}
