#include "engine/fund.h"

#include <assert.h>
#include <stdlib.h>

enum status
fund_init(struct fund *fund, const struct ledger *ledger, uint32_t pool, size_t currency,
          const struct fund_rules *rules, time_ns_t sample_every, struct error *err)
{
    assert(sample_every > 0);
    *fund = (struct fund){
        .account = ledger_fund(ledger, pool),
        .currency = currency,
        .pool = pool,
        .rules = rules,
        .next_settlement = TIME_NS_NEVER,
        .capacity = (size_t)(FUND_WINDOW / sample_every) + 2,
    };
    fund->peaks = calloc(fund->capacity, sizeof(*fund->peaks));
    return fund->peaks == NULL ? error_memory(err, "opening a fund pool") : OK;
}

void
fund_clear(struct fund *fund)
{
    free(fund->peaks);
    *fund = (struct fund){0};
}

static void
add_to_sums(struct fund *fund, enum fund_change_kind kind, money_t amount)
{
    switch (kind) {
    case FUND_SURPLUS:
        fund->surplus = money_add(fund->surplus, amount);
        break;
    case FUND_FEE:
        fund->fee = money_add(fund->fee, amount);
        break;
    case FUND_DEFICIT:
        fund->deficit = money_add(fund->deficit, -amount);
        break;
    case FUND_INJECTION:
        fund->injection = money_add(fund->injection, amount);
        break;
    case FUND_TAKEOVER:
    case FUND_VARIATION:
    case FUND_FUNDING:
    case FUND_DISCOUNT:
    case FUND_COST:
        fund->other = money_add(fund->other, amount);
        break;
    case FUND_OPENING:
    case FUND_CHANGE_KINDS:
        break;
    }
}

/* Posts a change and tells of it. */
static void
book(struct fund *fund, struct ledger *ledger, const struct observer *observer,
     enum fund_change_kind kind, size_t other, money_t amount, uint64_t case_id, time_ns_t time)
{
    ledger_post(ledger, other, fund->account, amount);
    add_to_sums(fund, kind, amount);
    if (amount > 0)
        fund->state = FUND_NORMAL;
    const money_t balance = ledger_balance(ledger, fund->account);
    assert(balance >= 0 || fund->rules->may_go_negative);
    if (balance > fund->highest)
        fund->highest = balance;
    if (observer->fund != NULL) {
        const struct fund_change change = {
            .time = time,
            .pool = fund->pool,
            .kind = kind,
            .case_id = case_id,
            .amount = amount,
            .balance = balance,
        };
        observer->fund(observer->context, &change);
    }
}

/* Whether a change waits for the settlement: all but what the platform brings. */
static bool
waits(const struct fund *fund, enum fund_change_kind kind)
{
    return fund->next_settlement != TIME_NS_NEVER && kind != FUND_OPENING && kind != FUND_INJECTION;
}

void
fund_book(struct fund *fund, struct ledger *ledger, const struct observer *observer,
          enum fund_change_kind kind, size_t other, money_t amount, uint64_t case_id,
          time_ns_t time)
{
    assert(kind >= FUND_TAKEOVER || (kind == FUND_DEFICIT) == (amount < 0) || amount == 0);
    if (amount == 0 && kind != FUND_OPENING)
        return;
    if (!waits(fund, kind)) {
        book(fund, ledger, observer, kind, other, amount, case_id, time);
        return;
    }
    ledger_post(ledger, other, ledger_account(ledger, fund->currency, LEDGER_CLEARING), amount);
    fund->pending[kind] = money_add(fund->pending[kind], amount);
}

money_t
fund_balance(const struct fund *fund, const struct ledger *ledger)
{
    money_t balance = ledger_balance(ledger, fund->account);
    for (size_t kind = 0; kind < FUND_CHANGE_KINDS; kind++)
        balance = money_add(balance, fund->pending[kind]);
    return balance;
}

/* Paid out in the window that `time` lies in. */
static money_t
paid_in_window(const struct fund *fund, time_ns_t time)
{
    const time_ns_t window = fund->rules->payout_window;
    return window > 0 && fund->payout_window == time / window ? fund->paid : 0;
}

money_t
fund_able(const struct fund *fund, const struct ledger *ledger, money_t deficit, time_ns_t time)
{
    return fund_rules_payable(fund->rules, fund_balance(fund, ledger), paid_in_window(fund, time),
                              deficit)
        .paid;
}

void
fund_pay(struct fund *fund, struct ledger *ledger, const struct observer *observer, size_t other,
         money_t amount, uint64_t case_id, time_ns_t time)
{
    const struct fund_payout payout = fund_rules_payable(fund->rules, fund_balance(fund, ledger),
                                                         paid_in_window(fund, time), amount);
    assert(amount >= 0 && payout.paid == amount);
    if (fund->rules->payout_window > 0) {
        fund->paid = money_add(paid_in_window(fund, time), amount);
        fund->payout_window = time / fund->rules->payout_window;
    }
    fund_book(fund, ledger, observer, FUND_DEFICIT, other, -amount, case_id, time);
    fund_book(fund, ledger, observer, FUND_DISCOUNT,
              ledger_account(ledger, fund->currency, LEDGER_LIQUIDATORS),
              -(payout.cost - payout.paid), case_id, time);
}

void
fund_start(struct fund *fund, time_ns_t time)
{
    if (fund->rules->settle != FUND_SETTLE_EVENT)
        fund->next_settlement = fund_rules_next_settlement(fund->rules, time);
}

void
fund_settle_now(struct fund *fund, struct ledger *ledger, const struct observer *observer,
                time_ns_t time)
{
    const size_t clearing = ledger_account(ledger, fund->currency, LEDGER_CLEARING);
    /* what came in first, so that the balance does not dip below what it will be */
    for (int sign = 1; sign >= -1; sign -= 2) {
        for (size_t kind = 0; kind < FUND_CHANGE_KINDS; kind++) {
            if (fund->pending[kind] == 0 || (fund->pending[kind] > 0) != (sign > 0))
                continue;
            book(fund, ledger, observer, (enum fund_change_kind)kind, clearing, fund->pending[kind],
                 0, time);
            fund->pending[kind] = 0;
        }
    }
}

void
fund_settle(struct fund *fund, struct ledger *ledger, const struct observer *observer,
            time_ns_t time)
{
    if (time < fund->next_settlement)
        return;
    fund_settle_now(fund, ledger, observer, time);
    fund->next_settlement = fund_rules_next_settlement(fund->rules, time);
}

static struct fund_peak *
peak_at(const struct fund *fund, size_t i)
{
    return &fund->peaks[(fund->head + i) % fund->capacity];
}

struct pool_sample
fund_sample(struct fund *fund, const struct ledger *ledger, time_ns_t time)
{
    const money_t balance = ledger_balance(ledger, fund->account);
    const money_t high = fund->highest > balance ? fund->highest : balance;
    /* An entry stands for what came after the sample before it; a window that begins at its own
     * time has moved past all of that. */
    while (fund->count > 0 && peak_at(fund, 0)->time <= time - FUND_WINDOW) {
        fund->head = (fund->head + 1) % fund->capacity;
        fund->count--;
    }
    while (fund->count > 0 && peak_at(fund, fund->count - 1)->balance <= high)
        fund->count--;
    assert(fund->count < fund->capacity);
    *peak_at(fund, fund->count++) = (struct fund_peak){time, high};
    fund->highest = balance;
    const money_t peak = peak_at(fund, 0)->balance;
    return (struct pool_sample){
        .balance = balance,
        .pending = money_add(fund_balance(fund, ledger), -balance),
        .surplus = fund->surplus,
        .deficit = fund->deficit,
        .fee = fund->fee,
        .injection = fund->injection,
        .adl_relief = fund->adl_relief,
        .uncovered_loss = fund->uncovered_loss,
        .socialized_loss = fund->socialized_loss,
        .peak_8h = peak,
        .drawdown_8h = peak - balance,
        .state = fund->state,
    };
}
