/* How much is closed before a takeover, and how an inventory is disposed of. */
#include <math.h>
#include <stdlib.h>

#include "formula_rules.h"
#include "models/closeout_kind.h"
#include "models/partial.h"

/* A size in whole steps as the venue's block rule has it. */
void
formula_partial_block(const struct formula_call *call)
{
    const struct number quantity = reader_number(call->reader, call->inputs, "qty");
    const struct number step = reader_number_or(call->reader, call->inputs, "step", "0.00000001");
    const double price = formula_rules_number(call, call->inputs, "price");
    const int64_t held = llabs(reader_at(call->reader, &quantity, FORMULA_RULES_DECIMALS));
    const struct partial_params params = {
        .share = formula_rules_number_or(call, call->inputs, "portion", 1.0),
        .minimum = formula_rules_number_or(call, call->inputs, "min_notional", 0.0),
        .limit = formula_rules_number_or(call, call->inputs, "block_limit", 1e18),
    };
    const struct partial_situation situation = {
        .quantity = held,
        .step = reader_at(call->reader, &step, FORMULA_RULES_DECIMALS),
        .unit_notional = price * 1e-8,
    };
    if (!formula_rules_good(call) || held == 0 || situation.step <= 0)
        return;
    struct partial_order order = {0};
    partial_percent_per_block.order(&params, &situation, &order);
    formula_rules_answer(call->answer, "size", order.quantity);
}

void
formula_partial_notional(const struct formula_call *call)
{
    const double quantity = formula_rules_number(call, call->inputs, "qty");
    const double notional = fabs(quantity * formula_rules_number(call, call->inputs, "price"));
    const double share = formula_rules_number_or(call, call->inputs, "portion", 1.0);
    const double minimum = formula_rules_number_or(call, call->inputs, "min_notional", 0.0);
    book_answer_double(call->answer, "max_notional", partial_block_most(notional, share, minimum));
    book_answer_double(call->answer, "min_notional", partial_block_least(notional, minimum));
}

void
formula_partial_disposal(const struct formula_call *call)
{
    int64_t left = llabs((int64_t)formula_rules_number(call, call->inputs, "qty"));
    const struct closeout_params params = {
        .fraction = formula_rules_number_or(call, call->inputs, "fraction", 1.0),
        .full_size = formula_rules_number_or(call, call->inputs, "full_size", 0.0),
        .share = formula_rules_number_or(call, call->inputs, "max_share|share|market_share", 1.0),
    };
    const double volume = formula_rules_number_or(
        call, call->inputs, "resting_volume|resting|volume|book_volume", 9e15);
    json_t *sizes = json_array();
    for (int steps = 0; formula_rules_good(call) && left > 0 && steps < 10000; steps++) {
        const struct closeout_situation situation = {
            .remaining = left, .volume = (int64_t)volume, .unit = 1};
        const int64_t size = closeout_fractions.fill(&params, &situation);
        if (size == 0)
            break;
        json_array_append_new(sizes, json_integer(size));
        left -= size;
    }
    json_object_set_new(call->answer, "sizes", sizes);
}

void
formula_partial_cover(const struct formula_call *call)
{
    book_answer_double(
        call->answer, "size",
        partial_cover(formula_rules_number(call, call->inputs, "shortage"),
                      formula_rules_number(call, call->inputs, "price"),
                      formula_rules_number(call, call->inputs, "mm_rate|margin_rate"),
                      formula_rules_number_or(call, call->inputs, "liquidator_fee", 0.0),
                      formula_rules_number_or(call, call->inputs, "fund_fee", 0.0)));
}

/* The account of the vector: cash or collateral, one position. */
static struct account_risk
read_risk(const struct formula_call *call, const struct number *cash, const char *quantity_key,
          const char *entry_keys, rate_t maintenance)
{
    struct book *book = call->book;
    const struct number mark = reader_positive(call->reader, call->inputs, "mark|price");
    const struct number entry =
        entry_keys == NULL ? mark : reader_positive(call->reader, call->inputs, entry_keys);
    book_count_money(book, cash);
    book->holding[book->count++] =
        (struct book_holding){.kind = formula_contract_kind(call),
                              .quantity = reader_number(call->reader, call->inputs, quantity_key),
                              .mark = mark,
                              .entry = entry,
                              .has_entry = true,
                              .multiple = 4.0L};
    if (formula_rules_good(call))
        book_settle(book, call->reader);
    if (!formula_rules_good(call))
        return (struct account_risk){0};
    if (maintenance > 0)
        book_flat_rules(book, 0, maintenance);
    if (entry_keys == NULL)
        book->position[0].entry_value = 0; /* the cash carries it */
    const struct account account = {
        .balance = book_money(book, call->reader, cash), .positions = book->position, .count = 1};
    return account_risk(&account);
}

void
formula_partial_initial(const struct formula_call *call)
{
    const struct number cash = reader_number(call->reader, call->inputs, "collateral|margin|cash");
    const double rate = formula_rules_number(call, call->inputs, "im_rate");
    const double keeper = formula_rules_number_or(call, call->inputs, "keeper_penalty", 0.0);
    const double fund = formula_rules_number_or(call, call->inputs, "fund_penalty", 0.0);
    const struct account_risk risk = read_risk(call, &cash, "qty", "entry", 0);
    if (!formula_rules_good(call))
        return;
    const double price = formula_rules_number(call, call->inputs, "mark|price");
    const double size = partial_initial_size(
        money_to_double(risk.equity, call->book->money_decimals),
        fabs(formula_rules_number(call, call->inputs, "qty")), price, rate, keeper + fund);
    book_answer_double(call->answer, "size", size);
    book_answer_double(call->answer, "fund_delta", fund * size * price);
    book_answer_double(call->answer, "keeper", keeper * size * price);
}

void
formula_partial_health(const struct formula_call *call)
{
    const rate_t rate = formula_rules_rate(call, call->inputs, "mm_rate");
    const double spot = formula_rules_number_or(call, call->inputs, "spot", 0.0);
    const struct number quote = reader_number_or(call->reader, call->inputs, "quote", "0");
    const struct account_risk risk = read_risk(call, &quote, "base|qty", NULL, rate);
    if (!formula_rules_good(call))
        return;
    const double base = formula_rules_number(call, call->inputs, "base|qty");
    const double price = formula_rules_number(call, call->inputs, "price|mark");
    const double health =
        spot + money_to_double(risk.equity - risk.required, call->book->money_decimals);
    const double size =
        partial_health_size(health, fabs(base), price, (double)rate / (double)RATE_ONE,
                            formula_rules_number_or(call, call->inputs, "limit", INFINITY));
    const double closed = base > 0.0 ? size : -size;
    book_answer_double(call->answer, "size", size);
    book_answer_double(call->answer, "base", base - closed);
    book_answer_double(call->answer, "quote", (double)quote.value + closed * price);
}
