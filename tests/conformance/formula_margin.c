#include <math.h>
#include <string.h>

#include "formula.h"

/* Money enough for tiers and one notional, no position. */
static money_t
settle_tiers(const struct formula_call *call, const char *notional_keys, bool marginal)
{
    const json_t *tiers = reader_find(call->inputs, "tiers");
    const struct number notional = reader_number_or(call->reader, call->inputs, notional_keys, "0");
    if (!json_is_array(tiers))
        reader_fail(call->reader, READER_UNABLE, "the rule needs the input tiers");
    if (notional.value < 0.0L)
        reader_fail(call->reader, READER_UNABLE, "the notional is negative");
    book_count_money(call->book, &notional);
    book_count_tiers(call->book, call->reader, tiers);
    book_settle(call->book, call->reader);
    if (call->reader->state == READER_GOOD)
        book_read_tiers(call->book, call->reader, 0, tiers, marginal);
    return book_money(call->book, call->reader, &notional);
}

static void
answer_rate(json_t *answer, const char *key, rate_t rate)
{
    const struct book scale = {.money_decimals = RATE_SCALE};
    book_answer_money(&scale, answer, key, rate);
}

void
formula_margin_tier(const struct formula_call *call)
{
    const money_t notional = settle_tiers(call, "notional", false);
    if (call->reader->state != READER_GOOD)
        return;
    const struct margin_rules *rules = &call->book->rules[0];
    const struct margin_tier *tier = &rules->tier[margin_tier_of(rules, notional)];
    answer_rate(call->answer, "rate", tier->rate);
    book_answer_money(call->book, call->answer, "cum", tier->deduction);
    book_answer_money(call->book, call->answer, "maintenance_margin",
                      margin_maintenance(rules, notional));
}

void
formula_margin_deductions(const struct formula_call *call)
{
    settle_tiers(call, "notional", true);
    if (call->reader->state != READER_GOOD)
        return;
    json_t *deductions = json_array();
    for (size_t i = 0; i < call->book->rules[0].tier_count; i++) {
        json_t *row = json_object();
        book_answer_money(call->book, row, "cum", call->book->rules[0].tier[i].deduction);
        json_array_append(deductions, json_object_get(row, "cum"));
        json_decref(row);
    }
    json_object_set_new(call->answer, "cum", deductions);
}

/* Brackets by size: with the price they are brackets by notional. */
void
formula_margin_marginal(const struct formula_call *call)
{
    const struct number price = reader_number_or(call->reader, call->inputs, "price", "1");
    if (price.value != 1.0L) {
        reader_fail(call->reader, READER_UNABLE, "brackets by size at a price that is not 1");
        return;
    }
    const money_t notional = settle_tiers(call, "notional|size|qty", true);
    if (call->reader->state != READER_GOOD)
        return;
    book_answer_money(call->book, call->answer, "maintenance_margin",
                      margin_maintenance(&call->book->rules[0], notional));
}

/* Maintenance stated as a share of the initial margin rate. */
void
formula_margin_ratio(const struct formula_call *call)
{
    const struct number initial = reader_number(call->reader, call->inputs, "im_rate");
    const struct number fraction = reader_number(call->reader, call->inputs, "mm_fraction");
    const rate_t rate = reader_rate(call->reader, &initial);
    answer_rate(call->answer, "mm_rate", money_share(rate, reader_rate(call->reader, &fraction)));
}

/* Rates of the notional; a stated leverage divides both (and alone it is the initial rate). */
void
formula_margin_rates(const struct formula_call *call)
{
    struct book *book = call->book;
    struct reader *reader = call->reader;
    book_read(book, reader, formula_contract_kind(call), call->inputs, "price|mark", NULL);
    const bool has_rate = reader_find(call->inputs, "initial_rate|im_rate") != NULL;
    const bool has_leverage = reader_find(call->inputs, "leverage") != NULL;
    const struct number initial =
        reader_number_or(reader, call->inputs, "initial_rate|im_rate", "1");
    const struct number maintenance =
        reader_number_or(reader, call->inputs, "maint_rate|mm_rate|mmr", "0");
    const struct number leverage = reader_leverage(reader, call->inputs);
    if (!(maintenance.value >= 0.0L && maintenance.value <= 1.0L && initial.value >= 0.0L &&
          initial.value <= 1.0L))
        reader_fail(reader, READER_UNABLE, "the simulator takes margin rates from 0 to 1");
    if (reader->state != READER_GOOD)
        return;
    book->holding[0].multiple = fmaxl(1.0L, 1.0L / leverage.value);
    book_settle(book, reader);
    if (reader->state != READER_GOOD)
        return;
    struct account_position *position = &book->position[0];
    position->initial_rate = has_rate || has_leverage ? reader_rate(reader, &initial) : 0;
    position->leverage = (double)leverage.value;
    const rate_t rate = reader_rate(reader, &maintenance);
    if (rate > 0)
        book_flat_rules(book, 0, margin_initial(rate, position->leverage));
    const struct account account = {.positions = position, .count = 1};
    const struct account_risk risk = account_risk(&account);
    book_answer_money(book, call->answer, "initial_margin", risk.initial_margin);
    book_answer_money(book, call->answer, "maintenance_margin", risk.maintenance_margin);
}

/* One amount at the mark for the position and one for the open orders; levels scale it. */
void
formula_margin_variation(const struct formula_call *call)
{
    static const struct {
        const char *factor, *key;
    } levels[] = {
        {"search_factor", "search"}, {"initial_factor", "initial"}, {"release_factor", "release"}};
    struct book *book = call->book;
    struct reader *reader = call->reader;
    const struct number mark = reader_positive(reader, call->inputs, "mark");
    const struct number risk = reader_number(reader, call->inputs, "risk_factor");
    const struct number slippage = reader_number_or(reader, call->inputs, "slippage", "0");
    static const char *const sizes[] = {"qty", "open_orders"};
    for (int i = 0; i < 2; i++)
        book->holding[i] =
            (struct book_holding){.quantity = reader_number_or(reader, call->inputs, sizes[i], "0"),
                                  .mark = mark,
                                  .entry = mark,
                                  .multiple = 8.0L * (1.0L + risk.value + slippage.value)};
    book->count = 2;
    if (!(risk.value >= 0.0L) || !(slippage.value >= 0.0L))
        reader_fail(reader, READER_UNABLE, "negative factors");
    if (reader->state == READER_GOOD)
        book_settle(book, reader);
    const rate_t risk_rate = reader_rate(reader, &risk);
    const rate_t slippage_rate = reader_rate(reader, &slippage);
    const struct number one = reader_number_or(reader, NULL, "", "1");
    const bool whole = json_is_true(reader_find(call->inputs, "ceil"));
    const money_t unit = whole ? book_money(book, reader, &one) : 1;
    if (reader->state != READER_GOOD)
        return;
    money_t notional[2];
    for (int i = 0; i < 2; i++)
        notional[i] = contract_notional(&book->contract[i], book->position[i].quantity,
                                        book->position[i].mark_price);
    const money_t margin =
        account_variation_margin(notional[0], notional[1], risk_rate, slippage_rate, unit);
    book_answer_money(book, call->answer, "maintenance_margin", margin);
    for (size_t i = 0; i < sizeof(levels) / sizeof(*levels); i++) {
        const struct number factor = reader_number_or(reader, call->inputs, levels[i].factor, "0");
        const rate_t rate = reader_rate(reader, &factor);
        if (rate > 0 && factor.value <= 8.0L)
            book_answer_money(book, call->answer, levels[i].key,
                              account_margin_level(margin, rate, unit));
    }
}
