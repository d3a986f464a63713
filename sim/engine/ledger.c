#include "engine/ledger.h"

#include <assert.h>
#include <stdlib.h>

enum status
ledger_init(struct ledger *ledger, size_t currencies, const uint16_t *pool_currency, size_t pools,
            struct error *err)
{
    const size_t count = currencies * LEDGER_CLASSES + pools;
    *ledger = (struct ledger){
        .balance = calloc(count, sizeof(money_t)),
        .currency = calloc(count, sizeof(uint16_t)),
        .count = count,
        .currencies = currencies,
    };
    if (ledger->balance == NULL || ledger->currency == NULL) {
        ledger_clear(ledger);
        return error_memory(err, "opening the ledger");
    }
    for (size_t i = 0; i < currencies * LEDGER_CLASSES; i++)
        ledger->currency[i] = (uint16_t)(i / LEDGER_CLASSES);
    for (size_t pool = 0; pool < pools; pool++)
        ledger->currency[ledger_fund(ledger, pool)] = pool_currency[pool];
    return OK;
}

void
ledger_clear(struct ledger *ledger)
{
    free(ledger->balance);
    free(ledger->currency);
    *ledger = (struct ledger){0};
}

size_t
ledger_account(const struct ledger *ledger, size_t currency, enum ledger_class class)
{
    assert(currency < ledger->currencies);
    return currency * LEDGER_CLASSES + class;
}

size_t
ledger_fund(const struct ledger *ledger, size_t pool)
{
    return ledger->currencies * LEDGER_CLASSES + pool;
}

void
ledger_post(struct ledger *ledger, size_t from, size_t to, money_t amount)
{
    assert(from < ledger->count && to < ledger->count);
    if (from == to)
        return; /* a debt and its payer in one account: nothing moves */
    assert(ledger->currency[from] == ledger->currency[to]);
    const bool lost = __builtin_sub_overflow(ledger->balance[from], amount, &ledger->balance[from]);
    const bool won = __builtin_add_overflow(ledger->balance[to], amount, &ledger->balance[to]);
    assert(!lost && !won);
    ledger->postings++;
}

money_t
ledger_balance(const struct ledger *ledger, size_t account)
{
    assert(account < ledger->count);
    return ledger->balance[account];
}

bool
ledger_verify(const struct ledger *ledger)
{
    for (size_t currency = 0; currency < ledger->currencies; currency++) {
        int128_t total = 0;
        for (size_t i = 0; i < ledger->count; i++)
            total += ledger->currency[i] == currency ? ledger->balance[i] : 0;
        if (total != 0)
            return false;
    }
    return true;
}
