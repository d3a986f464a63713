#include <math.h>
#include <string.h>

#include "engine/account.h"
#include "engine/funding.h"
#include "formula.h"

static bool
good(const struct formula_call *call)
{
    return call->reader->state == READER_GOOD;
}

static void
answer_bool(const struct formula_call *call, const char *key, bool value)
{
    json_object_set_new(call->answer, key, json_boolean(value));
}

static void
add_leverage(const struct formula_call *call, size_t index, long double leverage)
{
    struct book_holding *holding = &call->book->holding[index];
    holding->multiple = fmaxl(holding->multiple, 1.0L / leverage);
}

/* ---- account risk ---- */

static void
read_position(const struct formula_call *call, const json_t *object)
{
    struct book *book = call->book;
    book_read(book, call->reader, formula_contract_kind(call), object, "mark|price", "entry");
    if (!good(call))
        return;
    const struct number leverage = reader_leverage(call->reader, object);
    add_leverage(call, book->count - 1, leverage.value);
    const json_t *tiers = reader_find(object, "tiers");
    if (tiers)
        book_count_tiers(book, call->reader, tiers);
    const struct number funding =
        reader_number_or(call->reader, object, "funding_delta_per_unit", "0");
    const long double accrued = funding.value * book->holding[book->count - 1].quantity.value;
    book->money_most += fabsl(funding.value) + fabsl(accrued);
}

static rate_t
read_margin_rate(const struct formula_call *call, const json_t *object, const char *keys)
{
    const struct number rate = reader_number_or(call->reader, object, keys, "0");
    if (!(rate.value >= 0.0L && rate.value <= 1.0L))
        reader_fail(call->reader, READER_UNABLE, "%s: the simulator takes margin rates from 0 to 1",
                    keys);
    return reader_rate(call->reader, &rate);
}

/* Margins and unsettled funding of a position, once the scales are known. */
static void
read_position_rules(const struct formula_call *call, size_t index, const json_t *object)
{
    struct book *book = call->book;
    struct account_position *position = &book->position[index];
    const json_t *tiers = reader_find(object, "tiers");
    const rate_t maintenance = read_margin_rate(call, object, "mm_rate|mmr");
    if (tiers)
        book_read_tiers(book, call->reader, index, tiers, false);
    else if (maintenance > 0)
        book_flat_rules(book, index, maintenance);
    const bool has_leverage = reader_find(object, "leverage") != NULL;
    position->initial_rate = read_margin_rate(call, object, "im_rate");
    if (position->initial_rate == 0 && has_leverage)
        position->initial_rate = RATE_ONE;
    position->leverage = (double)reader_leverage(call->reader, object).value;
    const struct number funding =
        reader_number_or(call->reader, object, "funding_delta_per_unit", "0");
    const money_t index_change = book_money(book, call->reader, &funding);
    if (good(call))
        position->funding = funding_accrued(position->contract, position->quantity, index_change);
}

static enum margin_compare
read_compare(const struct formula_call *call)
{
    const json_t *rule = reader_find(call->inputs, "rule");
    if (!rule)
        rule = reader_find(call->model, "rule");
    const char *text = json_is_string(rule) ? json_string_value(rule) : "";
    return strstr(text, "<=") ? MARGIN_BREACH_LE : MARGIN_BREACH_LT;
}

/* Reads "cash" and "positions" into the book; quantities as fine as `change`, if not NULL. */
static struct account
read_account(const struct formula_call *call, const struct number *change)
{
    struct book *book = call->book;
    const json_t *positions = reader_find(call->inputs, "positions");
    const struct number cash = reader_number_or(call->reader, call->inputs, "cash|balance", "0");
    book_count_money(book, &cash);
    size_t i;
    const json_t *object;
    json_array_foreach(positions, i, object) read_position(call, object);
    if (change)
        book_align_quantities(book, change);
    if (good(call))
        book_settle(book, call->reader);
    for (i = 0; i < book->count && good(call); i++)
        read_position_rules(call, i, json_array_get(positions, i));
    return (struct account){
        .balance = book_money(book, call->reader, &cash),
        .trigger = {.compare = read_compare(call),
                    .only_if_required =
                        json_is_true(reader_find(call->inputs, "requires_mm_positive"))},
        .positions = book->position,
        .count = book->count,
    };
}

static void
answer_risk(const struct formula_call *call, const struct account *account)
{
    const struct account_risk risk = account_risk(account);
    const struct book *book = call->book;
    book_answer_money(book, call->answer, "equity", risk.equity);
    book_answer_money(book, call->answer, "initial_margin", risk.initial_margin);
    book_answer_money(book, call->answer, "maintenance_margin", risk.maintenance_margin);
    book_answer_money(book, call->answer, "free", risk.free_margin);
    answer_bool(call, "liquidatable", risk.liquidatable);
    answer_bool(call, "deleveragable", risk.deleveragable);
}

void
formula_account_risk(const struct formula_call *call)
{
    const struct account account = read_account(call, NULL);
    if (good(call))
        answer_risk(call, &account);
}

/* An isolated position at leverage, its maintenance margin a fraction of the initial one, both of
 * the entry notional; strict. */
void
formula_account_entry_trigger(const struct formula_call *call)
{
    struct book *book = call->book;
    book_read(book, call->reader, formula_contract_kind(call), call->inputs, "exit_quote|mark",
              "entry");
    const struct number leverage = reader_leverage(call->reader, call->inputs);
    const rate_t fraction = read_margin_rate(call, call->inputs, "mm_fraction_of_im");
    if (!good(call))
        return;
    add_leverage(call, 0, leverage.value);
    book_settle(book, call->reader);
    if (!good(call))
        return;
    struct account_position *position = &book->position[0];
    position->maintenance_on_entry = true;
    if (fraction > 0)
        book_flat_rules(book, 0, margin_initial(fraction, (double)leverage.value));
    const money_t notional =
        contract_notional(position->contract, position->quantity, book->entry_price[0]);
    const struct account account = {
        .balance = margin_initial(notional, (double)leverage.value),
        .trigger = {.compare = read_compare(call)},
        .positions = position,
        .count = 1,
    };
    answer_risk(call, &account);
}

/* Net collateral and requirement as measured elsewhere; an account that needs nothing is exempt. */
void
formula_account_collateral(const struct formula_call *call)
{
    const struct number equity = reader_number(call->reader, call->inputs, "net_collateral");
    const struct number required = reader_number(call->reader, call->inputs, "mmr");
    const struct account_trigger trigger = {.compare = read_compare(call),
                                            .only_if_required = true};
    book_count_money(call->book, &equity);
    book_count_money(call->book, &required);
    book_settle(call->book, call->reader);
    const money_t equity_money = book_money(call->book, call->reader, &equity);
    const money_t required_money = book_money(call->book, call->reader, &required);
    answer_bool(call, "liquidatable", account_liquidatable(&trigger, equity_money, required_money));
    answer_bool(call, "deleveragable", equity_money < 0);
}

void
formula_account_ratio(const struct formula_call *call)
{
    struct book *book = call->book;
    const struct number cash = reader_number(call->reader, call->inputs, "cash");
    const struct number minimum = reader_positive(call->reader, call->inputs, "min_ratio");
    book_read(book, call->reader, CONTRACT_LINEAR, call->inputs, "price", NULL);
    book_count_money(book, &cash);
    if (good(call))
        book_settle(book, call->reader);
    const struct account account = {
        .balance = book_money(book, call->reader, &cash),
        .positions = book->position,
        .count = book->count,
    };
    const rate_t ratio = reader_rate(call->reader, &minimum);
    if (!good(call))
        return;
    const bool below = account_ratio_below(&account, ratio);
    answer_bool(call, "liquidatable", below);
    answer_bool(call, "underwater", below);
}

void
formula_account_order(const struct formula_call *call)
{
    static const char *const keys[] = {"required", "fee", "available"};
    struct number number[3];
    money_t money[3];
    for (int i = 0; i < 3; i++) {
        number[i] = reader_number(call->reader, call->inputs, keys[i]);
        book_count_money(call->book, &number[i]);
    }
    book_settle(call->book, call->reader);
    for (int i = 0; i < 3; i++)
        money[i] = book_money(call->book, call->reader, &number[i]);
    if (good(call))
        answer_bool(call, "exceeds", account_order_exceeds(money[0], money[1], money[2]));
}

/* ---- closing out ---- */

void
formula_account_bankruptcy(const struct formula_call *call)
{
    const struct number change = reader_number(call->reader, call->inputs, "close_qty");
    const struct number index = reader_number_or(call->reader, call->inputs, "close_index", "0");
    const struct account account = read_account(call, &change);
    const int64_t i = reader_at(call->reader, &index, 0);
    if (good(call) && (i < 0 || (size_t)i >= account.count))
        reader_fail(call->reader, READER_UNABLE, "close_index names no position");
    if (!good(call))
        return;
    const struct account_position *position = &account.positions[i];
    const int64_t quantity = reader_at(call->reader, &change, position->contract->quantity_scale);
    const int64_t held = position->quantity;
    if (held == 0 || quantity == 0 || (quantity < 0) == (held < 0) ||
        (held > 0 ? -quantity > held : quantity > -held))
        reader_fail(call->reader, READER_UNABLE, "close_qty does not reduce the position");
    if (good(call) && account_risk(&account).maintenance_margin <= 0)
        reader_fail(call->reader, READER_UNABLE, "an account that needs no maintenance margin");
    if (good(call))
        book_answer_money(call->book, call->answer, "quote_delta",
                          account_bankruptcy_value(&account, (size_t)i, quantity));
}

/* Reads an account of one position without a price of its own: value 1, which matters to nothing
 * that is asked. */
static struct number
read_holding(const struct formula_call *call, const char *key, const struct number *mark)
{
    const json_t *object = reader_find(call->inputs, key);
    const struct number cash = reader_number(call->reader, object, "cash");
    const size_t i = call->book->count++;
    call->book->holding[i] = (struct book_holding){
        .quantity = reader_number(call->reader, object, "qty"),
        .mark = *mark,
        .entry = *mark,
        .multiple = 4.0L,
    };
    book_count_money(call->book, &cash);
    return cash;
}

static struct account_holding
settled_holding(const struct formula_call *call, size_t index, const struct number *cash)
{
    return (struct account_holding){
        .cash = book_money(call->book, call->reader, cash),
        .quantity = call->book->position[index].quantity,
    };
}

static void
answer_holding(const struct formula_call *call, const char *key,
               const struct account_holding *holding, int quantity_scale)
{
    json_t *object = json_object();
    book_answer_money(call->book, object, "cash", holding->cash);
    const struct book scale = {.money_decimals = quantity_scale};
    book_answer_money(&scale, object, "qty", holding->quantity);
    json_object_set_new(call->answer, key, object);
}

static int64_t
least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* A taker steps into an account under water for its share of the cash.  In a deleveraging (kind
 * adl_fills) it only gives up what it holds on the other side. */
void
formula_account_transfer(const struct formula_call *call)
{
    struct book *book = call->book;
    const struct number one = reader_number_or(call->reader, NULL, "", "1");
    const struct number cash = read_holding(call, "underwater", &one);
    const struct number taker_cash = read_holding(call, "taker", &one);
    book->holding[book->count++] =
        (struct book_holding){.quantity = reader_number(call->reader, call->inputs, "close"),
                              .mark = one,
                              .entry = one,
                              .multiple = 1.0L};
    book_align_quantities(book, NULL);
    if (good(call))
        book_settle(book, call->reader);
    if (!good(call))
        return;
    struct account_holding from = settled_holding(call, 0, &cash);
    struct account_holding to = settled_holding(call, 1, &taker_cash);
    const int side = from.quantity < 0 ? -1 : 1;
    int64_t part = least(book->position[2].quantity, side * from.quantity);
    if (strcmp(call->kind, "adl_fills") == 0)
        part = least(part, -side * to.quantity);
    if (part > 0) {
        book_flat_rules(book, 0, RATE_ONE); /* any: one position has all of it */
        const struct account account = {
            .balance = from.cash, .positions = book->position, .count = 1};
        account_transfer(&from, &to, -side * part,
                         account_bankruptcy_value(&account, 0, -side * part));
    }
    answer_holding(call, "underwater", &from, book->contract[0].quantity_scale);
    answer_holding(call, "taker", &to, book->contract[0].quantity_scale);
}

void
formula_account_offset(const struct formula_call *call)
{
    struct book *book = call->book;
    const struct number mark = reader_positive(call->reader, call->inputs, "mark");
    const struct number price = reader_positive(call->reader, call->inputs, "price");
    const struct number cash = read_holding(call, "bankrupt", &mark);
    const struct number other_cash = read_holding(call, "offset", &mark);
    book->holding[book->count++] =
        (struct book_holding){.quantity = reader_number(call->reader, call->inputs, "close"),
                              .mark = mark,
                              .entry = price,
                              .multiple = 4.0L};
    book_align_quantities(book, NULL);
    if (good(call))
        book_settle(book, call->reader);
    if (!good(call))
        return;
    struct account_holding from = settled_holding(call, 0, &cash);
    struct account_holding to = settled_holding(call, 1, &other_cash);
    const struct contract *contract = &book->contract[2]; /* has both prices */
    const int64_t change =
        from.quantity < 0 ? book->position[2].quantity : -book->position[2].quantity;
    const money_t value = contract_value(contract, -change, book->entry_price[2]);
    const bool may_stay = json_is_true(reader_find(call->inputs, "bankrupt_may_stay_negative"));
    answer_bool(call, "allowed",
                account_offset(contract, &from, &to, change, value, book->position[2].mark_price,
                               may_stay));
    answer_holding(call, "bankrupt", &from, contract->quantity_scale);
    answer_holding(call, "offset", &to, contract->quantity_scale);
}

/* What the fund gets of fills: each is a position entered at the bankruptcy price. */
void
formula_account_fund_delta(const struct formula_call *call)
{
    struct book *book = call->book;
    const json_t *fills = reader_find(call->inputs, "fills");
    const struct number bankruptcy =
        reader_positive(call->reader, call->inputs, "bankruptcy_price");
    size_t i;
    const json_t *fill;
    json_array_foreach(fills, i, fill)
    {
        book_read(book, call->reader, formula_contract_kind(call), fill, "price", NULL);
        if (!good(call))
            return;
        book->holding[book->count - 1].entry = bankruptcy;
        book->holding[book->count - 1].has_entry = true;
    }
    if (good(call))
        book_settle(book, call->reader);
    if (!good(call))
        return;
    const struct account account = {.positions = book->position, .count = book->count};
    book_answer_money(book, call->answer, "fund_delta", account_risk(&account).equity);
}
