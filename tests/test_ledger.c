/* Double entry: what leaves one account arrives in another, and nothing is ever left over. */
#include "cmocka_all.h"

#include "base/rng.h"
#include "engine/ledger.h"

/* Two currencies; pools 0 and 2 in the first, pool 1 in the second. */
static const uint16_t pool_currency[] = {0, 1, 0};

static void
test_a_posting_debits_one_account_and_credits_the_other(void **state)
{
    struct ledger ledger;
    assert_int_equal(ledger_init(&ledger, 2, pool_currency, 3, NULL), OK);
    const size_t outside = ledger_account(&ledger, 0, LEDGER_OUTSIDE);
    const size_t wallets = ledger_account(&ledger, 0, LEDGER_WALLETS);
    ledger_post(&ledger, outside, wallets, 100);
    assert_int_equal(ledger_balance(&ledger, outside), -100);
    assert_int_equal(ledger_balance(&ledger, wallets), 100);
    ledger_post(&ledger, outside, wallets, -30); /* the other way */
    assert_int_equal(ledger_balance(&ledger, outside), -70);
    assert_int_equal(ledger_balance(&ledger, wallets), 70);
    assert_int_equal(ledger.postings, 2);
    assert_true(ledger_verify(&ledger));
    ledger_clear(&ledger);
}

static void
test_every_class_of_every_currency_and_every_pool_is_an_account_of_its_own(void **state)
{
    struct ledger ledger;
    assert_int_equal(ledger_init(&ledger, 2, pool_currency, 3, NULL), OK);
    assert_int_equal(ledger.count, 2 * LEDGER_CLASSES + 3);
    bool seen[2 * LEDGER_CLASSES + 3] = {false};
    for (size_t currency = 0; currency < 2; currency++) {
        for (int class = 0; class < LEDGER_CLASSES; class ++) {
            const size_t account = ledger_account(&ledger, currency, (enum ledger_class) class);
            assert_false(seen[account]);
            seen[account] = true;
            assert_int_equal(ledger.currency[account], currency);
        }
    }
    for (size_t pool = 0; pool < 3; pool++) {
        const size_t account = ledger_fund(&ledger, pool);
        assert_false(seen[account]);
        seen[account] = true;
        assert_int_equal(ledger.currency[account], pool_currency[pool]);
    }
    ledger_clear(&ledger);
}

static void
test_the_sum_of_a_currency_is_zero_after_every_random_posting(void **state)
{
    struct ledger ledger;
    struct rng rng;
    rng_init(&rng, 1, RNG_TEST, 0);
    assert_int_equal(ledger_init(&ledger, 2, pool_currency, 3, NULL), OK);
    for (int i = 0; i < 2000; i++) {
        const size_t from = rng_u32(&rng) % ledger.count, to = rng_u32(&rng) % ledger.count;
        if (from == to || ledger.currency[from] != ledger.currency[to])
            continue;
        ledger_post(&ledger, from, to, (money_t)rng_u32(&rng) - INT64_C(2000000000));
        assert_true(ledger_verify(&ledger));
    }
    assert_true(ledger.postings > 500);
    /* A unit that comes from nowhere is seen, in either currency. */
    for (size_t account = 0; account < ledger.count; account++) {
        ledger.balance[account]++;
        assert_false(ledger_verify(&ledger));
        ledger.balance[account]--;
    }
    ledger_clear(&ledger);
}

/* Two errors of opposite sign in two currencies are two errors. */
static void
test_currencies_do_not_make_up_for_each_other(void **state)
{
    struct ledger ledger;
    assert_int_equal(ledger_init(&ledger, 2, pool_currency, 3, NULL), OK);
    ledger.balance[ledger_account(&ledger, 0, LEDGER_MARKET)] += 5;
    ledger.balance[ledger_account(&ledger, 1, LEDGER_MARKET)] -= 5;
    assert_false(ledger_verify(&ledger));
    ledger_clear(&ledger);
}

static void
test_clearing_twice_is_safe(void **state)
{
    struct ledger ledger;
    assert_int_equal(ledger_init(&ledger, 1, pool_currency, 1, NULL), OK);
    ledger_clear(&ledger);
    ledger_clear(&ledger);
    assert_null(ledger.balance);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_posting_debits_one_account_and_credits_the_other),
        cmocka_unit_test(
            test_every_class_of_every_currency_and_every_pool_is_an_account_of_its_own),
        cmocka_unit_test(test_the_sum_of_a_currency_is_zero_after_every_random_posting),
        cmocka_unit_test(test_currencies_do_not_make_up_for_each_other),
        cmocka_unit_test(test_clearing_twice_is_safe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
