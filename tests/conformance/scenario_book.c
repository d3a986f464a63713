/* Wallets valued at the mark, fund and ADL in either order, cross and isolated. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "formula_rules.h"
#include "scenario_desk.h"

enum { BOOK_MONEY_DECIMALS = 6 };

/* The waterfall the vector names: ADL takes cash from winners closed at the mark. */
static void
read_waterfall(struct scenario_desk *desk, const json_t *config)
{
    struct engine_rules *rules = &desk->config.rules;
    const json_t *stages = reader_find(config, "waterfall"), *stage;
    const json_t *rank = reader_find(config, "adl_rank");
    size_t i;
    rules->order[rules->stages++] = RULES_FUND;
    if (stages != NULL)
        rules->stages = 0;
    json_array_foreach(stages, i, stage)
    {
        const char *name = json_is_string(stage) ? json_string_value(stage) : "";
        if (rules->stages < RULES_STAGES)
            rules->order[rules->stages++] = strcmp(name, "adl") == 0 ? RULES_ADL : RULES_FUND;
    }
    rules->adl.settlement = RULES_ADL_HAIRCUT;
    rules->adl.free_wallet_only = json_is_true(reader_find(config, "adl_take_only_free_wallet"));
    rules->fund.may_go_negative = json_is_true(reader_find(config, "fund_may_go_negative"));
    if (!json_is_string(rank))
        return;
    const char *name = json_string_value(rank);
    desk->config.adl = strcmp(name, "upnl_x_leverage") == 0      ? &adl_profit_leverage
                       : strcmp(name, "upnl") == 0               ? &adl_profit
                       : strcmp(name, "size") == 0               ? &adl_size
                       : strcmp(name, "pnl_pct_x_leverage") == 0 ? &adl_okx
                                                                 : &adl_profit_share;
}

static void
open_position(struct scenario_desk *desk, const json_t *step, bool cross)
{
    const size_t symbol = scenario_desk_symbol(desk, json_object_get(step, "sym"));
    const uint32_t account = scenario_desk_account(desk, json_object_get(step, "acct"), cross);
    const int64_t quantity = scenario_desk_quantity(desk, step, "qty");
    const int64_t entry = scenario_desk_price(desk, step, "entry|price");
    if (desk->call->reader->state != READER_GOOD || quantity == 0)
        return;
    if (desk->engine.instruments[symbol].view.mark_price == 0)
        scenario_desk_mark(desk, symbol, entry);
    const struct position position = {
        .quantity = quantity,
        .entry_value = contract_value(&desk->instruments[symbol].contract, quantity, entry),
        .margin = cross                                 ? 0
                  : reader_find(step, "margin") != NULL ? scenario_desk_money(desk, step, "margin")
                                                        : engine_wallet(&desk->engine, account),
        .close_time = TIME_NS_NEVER,
        .account = account,
        .instrument = (uint32_t)symbol,
        .cross = cross,
    };
    uint32_t id;
    scenario_desk_check(desk, engine_open(&desk->engine, &position, &id, NULL));
}

static void
close_position(struct scenario_desk *desk, const json_t *step, bool cross)
{
    const size_t symbol = scenario_desk_symbol(desk, json_object_get(step, "sym"));
    const uint32_t account = scenario_desk_account(desk, json_object_get(step, "acct"), cross);
    const int64_t price = scenario_desk_price(desk, step, "price|mark");
    if (desk->call->reader->state != READER_GOOD)
        return;
    scenario_desk_mark(desk, symbol, price);
    for (uint32_t id = 0; id < desk->engine.positions.used; id++) {
        const struct position *position = &desk->engine.positions.row[id];
        if (position->quantity != 0 && position->account == account &&
            position->instrument == symbol)
            scenario_desk_check(desk, engine_close(&desk->engine, id, position->quantity, NULL));
    }
}

static void
apply_marks(struct scenario_desk *desk, const json_t *step)
{
    const json_t *prices = json_object_get(step, "prices");
    const char *name;
    const json_t *price;
    json_object_foreach((json_t *)(uintptr_t)prices, name, price)
    {
        json_t *symbol = json_string(name);
        scenario_desk_mark(desk, scenario_desk_symbol(desk, symbol),
                           scenario_desk_price(desk, prices, name));
        json_decref(symbol);
    }
    if (reader_find(step, "price|mark") != NULL)
        scenario_desk_mark(desk, scenario_desk_symbol(desk, json_object_get(step, "sym")),
                           scenario_desk_price(desk, step, "price|mark"));
}

static void
pay_funding(struct scenario_desk *desk, const json_t *step)
{
    const rate_t rate = formula_rules_rate(desk->call, step, "rate");
    const json_t *named = json_object_get(step, "sym");
    const size_t only = named == NULL ? 0 : scenario_desk_symbol(desk, named);
    for (size_t i = 0; i < desk->symbol_count; i++) {
        if (named != NULL && i != only)
            continue;
        if (reader_find(step, "mark") != NULL)
            scenario_desk_mark(desk, i, scenario_desk_price(desk, step, "mark"));
        scenario_desk_check(desk, engine_funding(&desk->engine, i, rate, NULL));
    }
}

static void
apply_step(struct scenario_desk *desk, const json_t *step, bool cross, json_t *trace)
{
    const json_t *op = json_object_get(step, "op");
    const char *name = json_is_string(op) ? json_string_value(op) : "";
    const bool sweeps = !json_is_false(json_object_get(step, "sweep"));
    if (strcmp(name, "deposit") == 0 || strcmp(name, "withdraw") == 0) {
        const uint32_t account = scenario_desk_account(desk, json_object_get(step, "acct"), cross);
        const money_t amount = scenario_desk_money(desk, step, "amount");
        scenario_desk_check(desk,
                            engine_deposit(&desk->engine, account,
                                           strcmp(name, "deposit") == 0 ? amount : -amount, NULL));
    } else if (strcmp(name, "open") == 0) {
        open_position(desk, step, cross);
    } else if (strcmp(name, "close") == 0) {
        close_position(desk, step, cross);
    } else if (strcmp(name, "mark") == 0) {
        apply_marks(desk, step);
        if (sweeps)
            scenario_desk_settle(desk);
    } else if (strcmp(name, "sweep") == 0) {
        scenario_desk_settle(desk);
    } else if (strcmp(name, "funding") == 0) {
        pay_funding(desk, step);
        if (sweeps)
            scenario_desk_settle(desk);
    } else if (strcmp(name, "expect") == 0) {
        json_array_append_new(trace, scenario_desk_expect(desk, step));
    } else {
        reader_fail(desk->call->reader, READER_UNABLE, "a step \"%s\"", name);
    }
}

/* Opens all accounts in the order of their ids, by which ties are broken. */
static void
open_in_order(struct scenario_desk *desk, const json_t *steps, bool cross)
{
    const json_t *step;
    size_t i;
    for (double last = -INFINITY;;) {
        const json_t *next = NULL;
        double least = INFINITY;
        json_array_foreach(steps, i, step)
        {
            struct number id;
            const json_t *name = json_object_get(step, "acct");
            if (name == NULL || !reader_parse(name, &id) || (double)id.value <= last ||
                (double)id.value >= least)
                continue;
            least = (double)id.value;
            next = name;
        }
        if (next == NULL)
            return;
        scenario_desk_account(desk, next, cross);
        last = least;
    }
}

void
scenario_book(const struct formula_call *call)
{
    const json_t *config = reader_find(call->inputs, "config"), *step;
    const json_t *mode = reader_find(config, "margin_mode");
    const bool cross = !json_is_string(mode) || strcmp(json_string_value(mode), "isolated") != 0;
    const struct number fund = reader_number_or(call->reader, config, "fund", "0");
    struct scenario_desk *desk = calloc(1, sizeof(*desk));
    size_t i;
    if (desk == NULL) {
        reader_fail(call->reader, READER_UNABLE, "out of memory");
        return;
    }
    scenario_desk_init(desk, call, BOOK_MONEY_DECIMALS, formula_rules_rate(call, config, "mm_rate"),
                       reader_at(call->reader, &fund, BOOK_MONEY_DECIMALS));
    read_waterfall(desk, config);
    desk->config.rules.one_sweep = true;
    json_t *trace = json_array();
    if (scenario_desk_open(desk)) {
        open_in_order(desk, reader_find(call->inputs, "steps"), cross);
        json_array_foreach(reader_find(call->inputs, "steps"), i, step)
        {
            if (call->reader->state == READER_GOOD)
                apply_step(desk, step, cross, trace);
        }
    }
    scenario_desk_close(desk);
    json_object_set_new(call->answer, "trace", trace);
    free(desk);
}
