#include <math.h>

#include "engine/funding.h"
#include "formula.h"

/* One isolated position in natural units, its amounts rounded as the simulator rounds them. */
struct isolated {
    enum contract_kind kind;
    double quantity, entry_value, margin;
};

static bool
good(const struct formula_call *call)
{
    return call->reader->state == READER_GOOD;
}

/* Reads a position and the margin posted for it: stated, or entry notional / leverage. */
static struct isolated
read_isolated(const struct formula_call *call)
{
    struct book *book = call->book;
    struct reader *reader = call->reader;
    const char *const margin_keys = "wallet|margin|collateral|balance|cash";
    const bool stated = reader_find(call->inputs, margin_keys) != NULL;
    struct number margin, leverage = {.value = 1.0L};
    book_read(book, reader, formula_contract_kind(call), call->inputs, "entry", "entry");
    if (stated) {
        margin = reader_number(reader, call->inputs, margin_keys);
        book_count_money(book, &margin);
    } else {
        if (!reader_find(call->inputs, "leverage"))
            reader_fail(reader, READER_UNABLE, "the rule needs the input wallet or leverage");
        leverage = reader_leverage(reader, call->inputs);
        book->holding[0].multiple = fmaxl(1.0L, 1.0L / leverage.value);
    }
    if (book->holding[0].quantity.value == 0.0L)
        reader_fail(reader, READER_UNABLE, "a position of nothing has no price");
    if (good(call))
        book_settle(book, reader);
    if (!good(call))
        return (struct isolated){.quantity = 1.0};
    const struct account_position *position = &book->position[0];
    const money_t notional =
        contract_notional(position->contract, position->quantity, book->entry_price[0]);
    return (struct isolated){
        .kind = position->contract->kind,
        .quantity = contract_quantity(position->contract, position->quantity),
        .entry_value = money_to_double(position->entry_value, book->money_decimals),
        .margin = stated ? (double)margin.value
                         : money_to_double(margin_initial(notional, (double)leverage.value),
                                           book->money_decimals),
    };
}

static double
read_share(const struct formula_call *call, const char *keys)
{
    const struct number number = reader_number_or(call->reader, call->inputs, keys, "0");
    return (double)number.value;
}

void
formula_price_on_mark(const struct formula_call *call)
{
    struct isolated position = read_isolated(call);
    const double rate = read_share(call, "mmr|mm_rate");
    const double deduction = read_share(call, "cum|deduction");
    const double fee = read_share(call, "liq_fee_rate|fee_rate|fee");
    /* A cross wallet: what the other positions gained, less what they need. */
    position.margin += read_share(call, "upnl_other|other_upnl|uPnL_other");
    position.margin -= read_share(call, "mm_other|other_mm|MM_other");
    if (!good(call))
        return;
    book_answer_double(call->answer, "liquidation_price",
                       margin_liquidation_price(position.kind, position.quantity,
                                                position.entry_value, position.margin, rate,
                                                deduction, fee));
    book_answer_double(call->answer, "bankruptcy_price",
                       margin_bankruptcy_price(position.kind, position.quantity,
                                               position.entry_value, position.margin));
}

static void
answer_on_entry(const struct formula_call *call, const struct isolated *position, double rate)
{
    if (!good(call))
        return;
    book_answer_double(call->answer, "liquidation_price",
                       margin_liquidation_price_on_entry(position->kind, position->quantity,
                                                         position->entry_value, position->margin,
                                                         rate));
    book_answer_double(call->answer, "bankruptcy_price",
                       margin_bankruptcy_price(position->kind, position->quantity,
                                               position->entry_value, position->margin));
}

void
formula_price_on_entry(const struct formula_call *call)
{
    const struct isolated position = read_isolated(call);
    answer_on_entry(call, &position, read_share(call, "mmr|mm_rate"));
}

/* Collateral is given as the debt against the notional, and a fee is taken from the value that is
 * left before it is compared: rate / (1 - fee) of the entry notional. */
void
formula_price_overlay(const struct formula_call *call)
{
    struct book *book = call->book;
    book_read(book, call->reader, CONTRACT_LINEAR, call->inputs, "entry", "entry");
    const struct number notional = reader_positive(call->reader, call->inputs, "notional");
    const struct number debt = reader_number(call->reader, call->inputs, "debt");
    const struct number rate =
        reader_number(call->reader, call->inputs, "maint_on_initial_notional");
    const double fee = read_share(call, "liq_fee_rate");
    if (good(call))
        book_settle(book, call->reader);
    if (!good(call))
        return;
    const struct isolated position = {
        .kind = CONTRACT_LINEAR,
        .quantity = (double)book->holding[0].quantity.value,
        .entry_value = money_to_double(book->position[0].entry_value, book->money_decimals),
        .margin = (double)(notional.value - debt.value),
    };
    answer_on_entry(call, &position, (double)rate.value / (1.0 - fee));
}

/* Where a closing fee is reserved the price is that of a trigger with nothing but the fee. */
void
formula_price_bankruptcy(const struct formula_call *call)
{
    const struct isolated position = read_isolated(call);
    const double fee = read_share(call, "liq_fee_rate|fee_rate|taker_fee|fee");
    if (!good(call))
        return;
    const double price =
        fee > 0.0 ? margin_liquidation_price(position.kind, position.quantity, position.entry_value,
                                             position.margin, 0.0, 0.0, fee)
                  : margin_bankruptcy_price(position.kind, position.quantity, position.entry_value,
                                            position.margin);
    book_answer_double(call->answer, "bankruptcy_price", price);
}

void
formula_price_pnl(const struct formula_call *call)
{
    struct book *book = call->book;
    struct reader *reader = call->reader;
    book_read(book, reader, formula_contract_kind(call), call->inputs, "exit", "entry");
    const struct number leverage = reader_leverage(reader, call->inputs);
    const struct number rate = reader_number_or(reader, call->inputs, "funding_rate", "0");
    const bool capped = json_is_true(reader_find(call->inputs, "cap_loss_at_margin"));
    if (good(call)) {
        book->holding[0].multiple = fmaxl(1.0L + fabsl(rate.value), 1.0L / leverage.value);
        book_settle(book, reader);
    }
    const rate_t funding_rate = reader_rate(reader, &rate);
    if (!good(call))
        return;
    const struct account_position *position = &book->position[0];
    const struct contract *contract = position->contract;
    const money_t exit_value = contract_value(contract, position->quantity, position->mark_price);
    const money_t notional = contract_notional(contract, position->quantity, book->entry_price[0]);
    const money_t margin =
        capped ? margin_initial(notional, (double)leverage.value) : INT64_MAX; /* no end */
    const money_t profit = account_isolated_profit(position->entry_value, exit_value, margin);
    const money_t funding =
        funding_payment(contract, position->quantity, book->entry_price[0], funding_rate);
    book_answer_money(book, call->answer, "pnl_coin", profit);
    book_answer_money(book, call->answer, "funding_coin", -funding);
    book_answer_money(book, call->answer, "net_coin", profit + funding);
}
