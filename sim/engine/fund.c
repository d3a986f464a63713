#include "engine/fund.h"

#include <assert.h>
#include <stdlib.h>

enum status
fund_init(struct fund *fund, const struct ledger *ledger, uint32_t pool, size_t currency,
          time_ns_t sample_every, struct error *err)
{
    assert(sample_every > 0);
    *fund = (struct fund){
        .account = ledger_fund(ledger, pool),
        .currency = currency,
        .pool = pool,
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
    case FUND_OPENING:
    case FUND_CHANGE_KINDS:
        break;
    }
}

void
fund_book(struct fund *fund, struct ledger *ledger, const struct observer *observer,
          enum fund_change_kind kind, size_t other, money_t amount, uint64_t case_id,
          time_ns_t time)
{
    assert((kind == FUND_DEFICIT) == (amount < 0) || amount == 0);
    if (amount == 0 && kind != FUND_OPENING)
        return;
    ledger_post(ledger, other, fund->account, amount);
    add_to_sums(fund, kind, amount);
    if (amount > 0)
        fund->state = FUND_NORMAL;
    const money_t balance = ledger_balance(ledger, fund->account);
    assert(balance >= 0);
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
        .surplus = fund->surplus,
        .deficit = fund->deficit,
        .fee = fund->fee,
        .injection = fund->injection,
        .adl_relief = fund->adl_relief,
        .uncovered_loss = fund->uncovered_loss,
        .peak_8h = peak,
        .drawdown_8h = peak - balance,
        .state = fund->state,
    };
}
