#include "engine/fees.h"

#include <assert.h>
#include <stddef.h>

const char *const fees_residue_names[] = {"fund", "trader", "split", NULL};

static money_t
least(money_t a, money_t b)
{
    return a < b ? a : b;
}

/* Charges a fee against what is left; returns what is charged. */
static money_t
charge(const struct fee_rules *rules, money_t *left, money_t fee)
{
    const money_t room = *left > 0 ? *left : 0;
    const money_t charged = rules->beyond_margin ? fee : least(fee, room);
    *left = money_add(*left, -charged);
    return charged;
}

/* The part of a surplus that is the fund's. */
static money_t
fund_part(const struct fee_rules *rules, money_t surplus, money_t notional)
{
    if (rules->surplus_cap > 0)
        return least(surplus, money_share(notional, rules->surplus_cap));
    switch (rules->residue_to) {
    case FEE_RESIDUE_TRADER:
        return 0;
    case FEE_RESIDUE_SPLIT:
        return money_share(surplus, rules->residue_fund_share);
    case FEE_RESIDUE_FUND:
        break;
    }
    return surplus;
}

struct fee_split
fees_split(const struct fee_rules *rules, money_t residue, money_t notional)
{
    assert(notional >= 0);
    struct fee_split split = {.keeper = rules->keeper_reward};
    money_t left = money_add(residue, -rules->keeper_reward);
    const money_t fee = charge(rules, &left, money_share(notional, rules->rate));
    const money_t to_platform = money_share(fee, rules->platform_share);
    split.fund_fee = fee - to_platform;
    split.keeper =
        money_add(split.keeper, charge(rules, &left, money_share(notional, rules->keeper_rate)));
    split.platform =
        money_add(to_platform, charge(rules, &left, money_share(notional, rules->venue_rate)));
    if (left > 0) {
        split.surplus = fund_part(rules, left, notional);
        split.trader = left - split.surplus;
    } else {
        split.deficit = -left;
    }
    return split;
}
