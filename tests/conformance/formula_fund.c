/* Fees, the fund and what comes after it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/fees.h"
#include "engine/fund_rules.h"
#include "formula_rules.h"
#include "models/socialise.h"
#include "models/takeover_kind.h"

/* One position from "qty" at a price it is closed at, entered at another; false when the inputs
 * are not good. */
static bool
read_close(const struct formula_call *call, const char *close_keys, const char *entry_keys)
{
    book_read(call->book, call->reader, formula_contract_kind(call), call->inputs, close_keys,
              entry_keys);
    if (formula_rules_good(call)) {
        call->book->holding[0].multiple = 2.0L;
        book_settle(call->book, call->reader);
    }
    return formula_rules_good(call);
}

static money_t
close_notional(const struct book *book)
{
    return contract_notional(&book->contract[0], book->position[0].quantity,
                             book->position[0].mark_price);
}

void
formula_fund_delta(const struct formula_call *call)
{
    const rate_t cap = formula_rules_rate(call, call->inputs, "liq_fee_rate|fee_cap|cap");
    if (!read_close(call, "fill_price", "bankruptcy_price"))
        return;
    const struct fee_rules rules = {.surplus_cap = cap, .residue_to = FEE_RESIDUE_TRADER};
    const struct fee_split split = fees_split(
        &rules, account_position_equity(&call->book->position[0], 0), close_notional(call->book));
    book_answer_money(call->book, call->answer, "fund_delta", split.surplus - split.deficit);
    book_answer_money(call->book, call->answer, "trader", split.trader);
}

void
formula_fund_close_fee(const struct formula_call *call)
{
    const struct number margin = reader_number_or(call->reader, call->inputs, "margin", "0");
    const rate_t rate = formula_rules_rate(call, call->inputs, "fee_rate|liq_fee");
    book_count_money(call->book, &margin);
    if (!read_close(call, "fill_price|price|mark", "entry"))
        return;
    const struct fee_rules rules = {.rate = rate, .beyond_margin = true};
    const struct fee_split split =
        fees_split(&rules,
                   account_position_equity(&call->book->position[0],
                                           book_money(call->book, call->reader, &margin)),
                   close_notional(call->book));
    book_answer_money(call->book, call->answer, "fee", split.fund_fee);
}

/* A position closed at the mark with a liquidator's reward, a penalty and a venue's fee. */
void
formula_fund_penalties(const struct formula_call *call)
{
    struct book *book = call->book;
    const struct number cash = reader_number(call->reader, call->inputs, "cash");
    const struct number reward = reader_number_or(call->reader, call->inputs, "keeper_reward", "0");
    const rate_t maintenance = formula_rules_rate(call, call->inputs, "mm_rate");
    struct fee_rules rules = {
        .rate = formula_rules_rate(call, call->inputs, "penalty_rate"),
        .platform_share = RATE_ONE - formula_rules_rate(call, call->inputs, "fund_share"),
        .venue_rate = formula_rules_rate(call, call->inputs, "vault_fee_rate"),
        .residue_to = FEE_RESIDUE_TRADER,
    };
    book_count_money(book, &cash);
    book_count_money(book, &reward);
    if (!read_close(call, "mark|price", NULL))
        return;
    book_flat_rules(book, 0, maintenance > 0 ? maintenance : 1);
    book->position[0].entry_value = 0; /* the cash carries it */
    const struct account account = {.balance = book_money(book, call->reader, &cash),
                                    .trigger = {.compare = MARGIN_BREACH_LT},
                                    .positions = book->position,
                                    .count = 1};
    const struct account_risk risk = account_risk(&account);
    formula_rules_answer_bool(call, "liquidatable", risk.liquidatable);
    if (!risk.liquidatable)
        return;
    rules.keeper_reward = book_money(book, call->reader, &reward);
    const struct fee_split split = fees_split(&rules, risk.equity, close_notional(book));
    const money_t vault = fees_split(&(struct fee_rules){.venue_rate = rules.venue_rate},
                                     split.platform, close_notional(book))
                              .platform;
    book_answer_money(book, call->answer, "cash_after", split.trader - split.deficit);
    book_answer_money(book, call->answer, "fund_delta", split.fund_fee);
    book_answer_money(book, call->answer, "vault_fee", vault);
    book_answer_money(book, call->answer, "penalty", split.fund_fee + split.platform - vault);
}

/* Part of a position passes to a liquidator at the oracle less its fee; the fund's fee on top. */
void
formula_fund_liquidator(const struct formula_call *call)
{
    struct book *book = call->book;
    const struct number quote = reader_number(call->reader, call->inputs, "quote");
    const struct number oracle = reader_positive(call->reader, call->inputs, "oracle|price");
    const struct number base = reader_number(call->reader, call->inputs, "base|qty");
    const struct number transfer = reader_number(call->reader, call->inputs, "transfer");
    const struct takeover_params params = {
        .liquidator_fee = formula_rules_number_or(call, call->inputs, "liquidator_fee", 0.0)};
    const struct fee_rules rules = {.rate = formula_rules_rate(call, call->inputs, "fund_fee"),
                                    .beyond_margin = true};
    book_count_money(book, &quote);
    for (size_t i = 0; i < 2; i++)
        book->holding[book->count++] = (struct book_holding){.quantity = i == 0 ? base : transfer,
                                                             .mark = oracle,
                                                             .entry = oracle,
                                                             .multiple = 4.0L,
                                                             .quantity_decimals = 6};
    book_align_quantities(book, NULL);
    if (formula_rules_good(call))
        book_settle(book, call->reader);
    if (!formula_rules_good(call))
        return;
    const int64_t held = book->position[0].quantity, wanted = llabs(book->position[1].quantity);
    const int64_t part = (held > 0 ? 1 : -1) * (wanted < llabs(held) ? wanted : llabs(held));
    const double concession = takeover_liquidator.limit(&params, NULL);
    const money_t at_oracle =
        contract_value(&book->contract[0], part, book->position[0].mark_price);
    const money_t value =
        at_oracle - money_share(llabs(at_oracle), (rate_t)llround(concession * (double)RATE_ONE));
    struct account_holding user = {book_money(book, call->reader, &quote), held}, liquidator = {0};
    account_transfer(&user, &liquidator, -part, value);
    const struct fee_split split = fees_split(&rules, 0, llabs(at_oracle));
    const struct book scale = {.money_decimals = book->contract[0].quantity_scale};
    book_answer_money(&scale, call->answer, "user_base", user.quantity);
    book_answer_money(&scale, call->answer, "liquidator_base", liquidator.quantity);
    book_answer_money(book, call->answer, "user_quote", user.cash - split.deficit);
    book_answer_money(book, call->answer, "liquidator_quote", liquidator.cash);
    book_answer_money(book, call->answer, "fund_delta", split.fund_fee);
}

/* The limit of a liquidation order for one of several positions. */
void
formula_fund_order_price(const struct formula_call *call)
{
    struct book *book = call->book;
    const json_t *positions = reader_find(call->inputs, "positions");
    const struct number cash = reader_number(call->reader, call->inputs, "cash|balance");
    const size_t index = (size_t)formula_rules_number_or(call, call->inputs, "close_index", 0.0);
    book_count_money(book, &cash);
    size_t i;
    const json_t *object;
    json_array_foreach(positions, i, object)
        book_read(book, call->reader, formula_contract_kind(call), object, "price|mark", NULL);
    if (index >= book->count)
        reader_fail(call->reader, READER_UNABLE, "close_index");
    if (formula_rules_good(call))
        book_settle(book, call->reader);
    if (!formula_rules_good(call))
        return;
    json_array_foreach(positions, i, object)
    {
        book_flat_rules(book, i, formula_rules_rate(call, object, "mm_rate"));
        book->position[i].entry_value = 0;
    }
    const struct account account = {.balance = book_money(book, call->reader, &cash),
                                    .positions = book->position,
                                    .count = book->count};
    const struct account_risk risk = account_risk(&account);
    const struct takeover_params params = {
        .bankruptcy_adjustment =
            formula_rules_number_or(call, call->inputs, "bankruptcy_adjustment", 1.0),
        .spread_to_maintenance =
            formula_rules_number_or(call, call->inputs, "spread_to_mm_ratio", 1.0),
    };
    const struct takeover_situation situation = {
        .equity = (double)risk.equity,
        .maintenance = (double)risk.maintenance_margin,
        .maintenance_rate = formula_rules_number(call, json_array_get(positions, index), "mm_rate"),
    };
    const double side = book->position[index].quantity > 0 ? -1.0 : 1.0;
    const double price = (double)book->holding[index].mark.value *
                         (1.0 + side * takeover_fillable.limit(&params, &situation));
    const struct contract fine = {.price_scale = FORMULA_RULES_DECIMALS};
    formula_rules_answer(call->answer, "order_price", contract_price_from_double(&fine, price));
}

/* ---- the fund and the loss it leaves ---- */

void
formula_fund_can_pay(const struct formula_call *call)
{
    const struct fund_rules rules = {.may_go_negative = false};
    const money_t fund = formula_rules_money(call, call->inputs, "fund");
    const money_t delta = formula_rules_money(call, call->inputs, "delta");
    if (!formula_rules_good(call))
        return;
    const bool ok = fund_rules_can_pay(&rules, fund, delta);
    formula_rules_answer_bool(call, "ok", ok);
    formula_rules_answer(call->answer, "fund", ok ? money_add(fund, delta) : fund);
}

static void
answer_gains(const struct formula_call *call, const json_t *gains, money_t loss)
{
    const char *name;
    const json_t *gain;
    money_t base[BOOK_MAX], share[BOOK_MAX];
    size_t count = 0;
    json_object_foreach((json_t *)(uintptr_t)gains, name, gain)
    {
        const money_t amount = formula_rules_money(call, gains, name);
        if (count < BOOK_MAX)
            base[count++] = amount > 0 ? amount : 0;
    }
    if (!formula_rules_good(call))
        return;
    formula_rules_answer(call->answer, "socialised",
                         socialise_share(loss, base, count, true, share));
    json_t *haircuts = json_object();
    count = 0;
    json_object_foreach((json_t *)(uintptr_t)gains, name, gain)
        formula_rules_answer(haircuts, name, share[count++]);
    json_object_set_new(call->answer, "haircuts", haircuts);
}

void
formula_fund_waterfall(const struct formula_call *call)
{
    const struct fund_rules rules = {.payout_premium =
                                         formula_rules_rate(call, call->inputs, "liq_fee")};
    const money_t fund = formula_rules_money_or(call, call->inputs, "fund", "0");
    const money_t deficit = formula_rules_money(call, call->inputs, "deficit");
    const json_t *gains = reader_find(call->inputs, "gains");
    if (!formula_rules_good(call))
        return;
    const struct fund_payout payout = fund_rules_payable(&rules, fund, 0, deficit);
    const money_t loss = deficit - payout.paid;
    formula_rules_answer(call->answer, "fund", fund - payout.cost);
    formula_rules_answer(call->answer, "fund_pays", payout.paid);
    if (reader_find(call->inputs, "open_interest") != NULL) {
        const money_t units = formula_rules_money(call, call->inputs, "open_interest");
        if (formula_rules_good(call) && units > 0)
            formula_rules_answer(call->answer, "loss_per_unit",
                                 socialise_per_unit(loss, units, INT64_C(100000000)));
    }
    if (gains != NULL)
        answer_gains(call, gains, loss);
    else
        formula_rules_answer(call->answer, "socialised", loss);
}
