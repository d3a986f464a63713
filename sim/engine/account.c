#include "engine/account.h"

#include <assert.h>

static money_t
absolute(money_t amount)
{
    return amount < 0 ? -amount : amount;
}

/* The notional maintenance margin is charged on. */
static money_t
maintenance_notional(const struct account_position *position)
{
    if (position->maintenance_on_entry)
        return absolute(position->entry_value);
    return contract_notional(position->contract, position->quantity, position->mark_price);
}

money_t
account_position_equity(const struct account_position *position, money_t margin)
{
    if (position->quantity == 0)
        return money_add(margin, position->funding);
    const money_t value =
        contract_value(position->contract, position->quantity, position->mark_price);
    return money_add(money_add(margin, value),
                     money_add(position->funding, -position->entry_value));
}

money_t
account_position_maintenance(const struct account_position *position)
{
    if (position->quantity == 0 || !position->rules)
        return 0;
    return margin_maintenance(position->rules, maintenance_notional(position));
}

static money_t
position_required(const struct account_position *position)
{
    if (position->quantity == 0 || !position->rules)
        return 0;
    return margin_required(position->rules, maintenance_notional(position));
}

static money_t
position_initial(const struct account_position *position)
{
    if (position->quantity == 0 || position->initial_rate == 0)
        return 0;
    const money_t notional =
        contract_notional(position->contract, position->quantity, position->mark_price);
    return margin_initial(money_share(notional, position->initial_rate), position->leverage);
}

bool
account_liquidatable(const struct account_trigger *trigger, money_t equity, money_t required)
{
    if (trigger->only_if_required && required == 0)
        return false;
    return margin_breached(trigger->compare, equity, required);
}

struct account_risk
account_risk(const struct account *account)
{
    struct account_risk risk = {.equity = account->balance};
    for (size_t i = 0; i < account->count; i++) {
        const struct account_position *position = &account->positions[i];
        risk.equity = account_position_equity(position, risk.equity);
        risk.initial_margin = money_add(risk.initial_margin, position_initial(position));
        risk.maintenance_margin =
            money_add(risk.maintenance_margin, account_position_maintenance(position));
        risk.required = money_add(risk.required, position_required(position));
    }
    risk.free_margin = money_add(risk.equity, -risk.initial_margin);
    risk.liquidatable = account_liquidatable(&account->trigger, risk.equity, risk.required);
    risk.deleveragable = risk.equity < 0;
    return risk;
}

money_t
account_bankruptcy_value(const struct account *account, size_t index, int64_t change)
{
    assert(index < account->count);
    const struct account_position *position = &account->positions[index];
    struct account_position rest = *position;
    rest.quantity += change;
    assert(position->quantity > 0 ? change < 0 && rest.quantity >= 0
                                  : change > 0 && rest.quantity <= 0);
    const struct account_risk risk = account_risk(account);
    assert(risk.maintenance_margin > 0);
    const money_t released = absolute(
        money_add(account_position_maintenance(position), -account_position_maintenance(&rest)));
    const money_t given =
        money_divide_down((int128_t)risk.equity * released, (int128_t)risk.maintenance_margin);
    const money_t value =
        contract_value(position->contract, position->quantity, position->mark_price);
    const money_t value_left = contract_value(rest.contract, rest.quantity, rest.mark_price);
    return money_add(money_add(value, -value_left), -given);
}

bool
account_ratio_below(const struct account *account, rate_t minimum)
{
    money_t positive = account->balance > 0 ? account->balance : 0;
    money_t negative = account->balance < 0 ? -account->balance : 0;
    for (size_t i = 0; i < account->count; i++) {
        const struct account_position *position = &account->positions[i];
        assert(position->contract->kind == CONTRACT_LINEAR && position->entry_value == 0);
        const money_t value = account_position_equity(position, 0);
        if (value > 0)
            positive = money_add(positive, value);
        else
            negative = money_add(negative, -value);
    }
    return (int128_t)positive * RATE_ONE < (int128_t)negative * minimum;
}

bool
account_order_exceeds(money_t required, money_t fee, money_t available)
{
    return money_add(required, fee) > available;
}

money_t
account_variation_margin(money_t notional, money_t order_notional, rate_t risk_factor,
                         rate_t slippage, money_t unit)
{
    assert(notional >= 0 && order_notional >= 0 && unit > 0);
    const int128_t needed = (int128_t)notional * money_add(risk_factor, slippage) +
                            (int128_t)order_notional * risk_factor;
    return -money_divide_down(-needed, (int128_t)RATE_ONE * unit) * unit;
}

money_t
account_margin_level(money_t maintenance, rate_t factor, money_t unit)
{
    assert(maintenance >= 0 && unit > 0);
    return money_divide_down((int128_t)maintenance * factor, (int128_t)RATE_ONE * unit) * unit;
}

money_t
account_isolated_profit(money_t entry_value, money_t exit_value, money_t margin)
{
    assert(margin >= 0);
    const money_t profit = money_add(exit_value, -entry_value);
    return profit < -margin ? -margin : profit;
}

void
account_transfer(struct account_holding *from, struct account_holding *to, int64_t change,
                 money_t value)
{
    from->quantity += change;
    from->cash = money_add(from->cash, value);
    to->quantity -= change;
    to->cash = money_add(to->cash, -value);
}

bool
account_offset(const struct contract *contract, struct account_holding *from,
               struct account_holding *to, int64_t change, money_t value, int64_t mark_price,
               bool from_may_stay_negative)
{
    struct account_holding after[2] = {*from, *to};
    account_transfer(&after[0], &after[1], change, value);
    for (int i = from_may_stay_negative ? 1 : 0; i < 2; i++)
        if (money_add(after[i].cash, contract_value(contract, after[i].quantity, mark_price)) < 0)
            return false;
    *from = after[0];
    *to = after[1];
    return true;
}
