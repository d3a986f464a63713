/* Cross accounts: one balance behind several positions, its alarms, its bankruptcy prices. */
#include "cmocka_all.h"

#include <stdlib.h>

#include "base/rng.h"
#include "desk.h"
#include "engine/cross.h"
#include "quick.h"

/* 10 of one contract and -10 of the other, both from 100, on 60: at 96 and 100 40 are lost and 20
 * are left for 1 % of 960 + 1,000 = 19.60; at 95.99 it is 40.10, and 19.90 are left for 19.599; at
 * 95.95 40.50, and 19.50 are less than 19.595. */
static void
test_an_account_breaches_by_the_sum_of_its_positions(void **state)
{
    struct desk desk;
    desk_init(&desk);
    desk_open(&desk, 10000);
    const uint32_t account = desk_account(&desk, 60 * DESK_USDT);
    desk_trade(&desk, account, 0, 10);
    desk_trade(&desk, account, 1, -10);
    desk_mark(&desk, 0, 9600, 1);
    desk_mark(&desk, 0, 9599, 2);
    assert_int_equal(desk.step_count, 0);
    struct cross_risk risk;
    assert_int_equal(cross_measure(&desk.engine, account, &risk, NULL), OK);
    assert_int_equal(risk.equity, 19900000);
    assert_int_equal(risk.required, 19599000);
    desk_mark(&desk, 0, 9595, 3);
    assert_int_equal(desk.step_count, 2); /* both positions are taken over, in one case */
    assert_true(desk.steps[0].case_id == desk.steps[1].case_id);
    desk_close(&desk);
}

/* What one loses the other wins: at 90 and 90 the account still has its 60. */
static void
test_a_gain_in_one_contract_carries_a_loss_in_another(void **state)
{
    struct desk desk;
    desk_init(&desk);
    desk_open(&desk, 10000);
    const uint32_t account = desk_account(&desk, 60 * DESK_USDT);
    desk_trade(&desk, account, 0, 10);
    desk_trade(&desk, account, 1, -10);
    engine_mark(&desk.engine, 1, 9000);
    desk_mark(&desk, 0, 9000, 1);
    assert_int_equal(desk.step_count, 0);
    assert_int_equal(engine_equity(&desk.engine, account), 60 * DESK_USDT);
    desk_close(&desk);
}

/* The equity of 18 is allocated by maintenance margin: 20 at 90 need 18, 10 at 100 need 10, so
 * 18 x 18 / 28 = 11.571428 and 6.428572: costs are 1,800 - 11.571428 and 1,000 - 6.428572, prices
 * 89.4214286 and 99.3571428.  Sold at the mark the fund has the 18. */
static void
test_the_equity_of_a_bankrupt_account_is_allocated_by_maintenance_margin(void **state)
{
    struct desk desk;
    desk_init(&desk);
    desk_open(&desk, 10000);
    const uint32_t account = desk_account(&desk, 218 * DESK_USDT);
    desk_trade(&desk, account, 0, 20);
    desk_trade(&desk, account, 1, 10);
    desk_mark(&desk, 0, 9000, 1);
    assert_int_equal(desk.step_count, 2);
    assert_true(llabs((int64_t)(desk.steps[0].bankruptcy_price * 1e6) - 89421428) <= 1);
    assert_true(llabs((int64_t)(desk.steps[1].bankruptcy_price * 1e6) - 99357142) <= 1);
    assert_int_equal(desk.steps[0].equity, 11571428);
    assert_int_equal(desk.steps[1].equity, 6428572);
    assert_int_equal(desk_fund(&desk), 1018 * DESK_USDT);
    desk_close(&desk);
}

/* Long 20 against short 20 in another venue's books would need 40; netted in one contract, nothing:
 * the account with hardly any balance stands. */
static void
test_fully_hedged_legs_need_no_margin_where_they_are_netted(void **state)
{
    for (int netted = 0; netted < 2; netted++) {
        struct desk desk;
        desk_init(&desk);
        desk.config.rules.hedged_legs_netted = netted;
        desk.config.rules.keep_hedges = true;
        desk_open(&desk, 10000);
        const uint32_t account = desk_account(&desk, 50 * DESK_USDT);
        for (int side = 0; side < 2; side++) {
            const struct position leg = {
                .quantity = side == 0 ? 20 : -20,
                .entry_value = (side == 0 ? 2000 : -2000) * DESK_USDT,
                .close_time = TIME_NS_NEVER,
                .account = account,
                .cross = true,
            };
            uint32_t id;
            assert_int_equal(engine_open(&desk.engine, &leg, &id, NULL), OK);
        }
        assert_int_equal(engine_deposit(&desk.engine, account, -11 * DESK_USDT, NULL), OK);
        desk_settle(&desk, 1); /* 39 against 40, or against nothing */
        assert_int_equal(desk.step_count, netted ? 0 : 2);
        desk_close(&desk);
    }
}

/* 60 behind a cross account; 15 of it behind an isolated position of its own, 10 bought at 100.  At
 * 99 that position has 5 left for 9.90 and goes; the account keeps its 45 and its other position.
 * Another, 10 bought at 99 on 15, is closed at 101: 15 and a profit of 20 come back to the balance,
 * which stands at 65. */
static void
test_an_isolated_position_of_a_cross_account_risks_its_own_margin_alone(void **state)
{
    struct desk desk;
    desk_init(&desk);
    desk_open(&desk, 10000);
    const uint32_t account = desk_account(&desk, 60 * DESK_USDT);
    desk_trade(&desk, account, 0, 10);
    struct position isolated = {
        .quantity = 10,
        .entry_value = 1000 * DESK_USDT,
        .margin = 15 * DESK_USDT,
        .close_time = TIME_NS_NEVER,
        .account = account,
        .instrument = 1,
    };
    uint32_t id;
    assert_int_equal(engine_open(&desk.engine, &isolated, &id, NULL), OK);
    assert_int_equal(engine_wallet(&desk.engine, account), 45 * DESK_USDT);
    desk_mark(&desk, 1, 9900, 1);
    assert_int_equal(desk.step_count, 1);
    assert_int_equal(desk.steps[0].instrument, 1);
    assert_int_equal(engine_wallet(&desk.engine, account), 45 * DESK_USDT);
    assert_int_equal(account_table_row(&desk.engine.accounts, account)->positions, 1);
    isolated.entry_value = 990 * DESK_USDT;
    assert_int_equal(engine_open(&desk.engine, &isolated, &id, NULL), OK);
    desk_mark(&desk, 1, 10100, 2);
    assert_int_equal(engine_close(&desk.engine, id, 10, NULL), OK);
    desk_settle(&desk, 3);
    assert_int_equal(engine_wallet(&desk.engine, account), 65 * DESK_USDT);
    desk_close(&desk);
}

/* A margin that was put behind an isolated position is no longer the account's: 60 behind 20 bought
 * at 100 need 20; with 45 of it given away the account is in breach. */
static void
test_a_margin_given_to_an_isolated_position_is_not_the_accounts_any_more(void **state)
{
    struct desk desk;
    desk_init(&desk);
    desk_open(&desk, 10000);
    const uint32_t account = desk_account(&desk, 60 * DESK_USDT);
    desk_trade(&desk, account, 0, 20);
    const struct position isolated = {
        .quantity = 10,
        .entry_value = 1000 * DESK_USDT,
        .margin = 45 * DESK_USDT,
        .close_time = TIME_NS_NEVER,
        .account = account,
        .instrument = 1,
    };
    uint32_t id;
    assert_int_equal(engine_open(&desk.engine, &isolated, &id, NULL), OK);
    desk_settle(&desk, 1);
    assert_int_equal(desk.step_count, 1);
    assert_int_equal(desk.steps[0].instrument, 0);
    assert_int_equal(desk.engine.positions.row[id].quantity, 10);
    desk_close(&desk);
}

enum { ACCOUNTS = 200, STEPS = 300 };

/* Accounts with up to two positions, on 5,000 to 25,000 each. */
static void
fill(struct desk *desk, struct rng *rng, uint32_t *accounts)
{
    for (size_t i = 0; i < ACCOUNTS; i++) {
        accounts[i] = desk_account(desk, (5000 + rng_u32(rng) % 20000) * DESK_USDT);
        for (size_t k = 0; k < DESK_INSTRUMENTS; k++) {
            const int64_t quantity = (int64_t)(rng_u32(rng) % 81) - 40;
            if (quantity != 0)
                desk_trade(desk, accounts[i], k, quantity);
        }
    }
}

/* Settles one step and compares what went with what is in breach by a scan of all accounts. */
static size_t
step_world(struct desk *desk, const uint32_t *accounts, int number, int step)
{
    bool breach[ACCOUNTS];
    size_t breaches = 0;
    const uint64_t before = desk->engine.cases;
    for (size_t i = 0; i < ACCOUNTS; i++) {
        struct cross_risk risk;
        assert_int_equal(cross_measure(&desk->engine, accounts[i], &risk, NULL), OK);
        breach[i] = cross_in_breach(&desk->engine, &risk);
        breaches += breach[i];
    }
    desk_settle(desk, step);
    for (size_t i = 0; i < ACCOUNTS; i++) {
        if (breach[i] && account_table_row(&desk->engine.accounts, accounts[i])->positions > 0)
            fail_msg("world %d, step %d: account %zu is missed", number, step, i);
    }
    assert_int_equal(desk->engine.cases - before, breaches); /* and no other went */
    return breaches;
}

/* Under prices that wander an account goes at the first settlement at which it is in breach. */
static void
test_no_breach_is_missed_and_none_comes_early_whatever_the_prices_do(void **state)
{
    const int worlds = quick_of(20);
    size_t liquidated = 0;
    for (int number = 0; number < worlds; number++) {
        static struct desk desk;
        struct rng rng;
        uint32_t accounts[ACCOUNTS];
        int64_t price[DESK_INSTRUMENTS] = {1000000, 1000000};
        rng_init(&rng, (uint64_t)number, RNG_TEST, 11);
        desk_init(&desk);
        desk.pool.opening = 1000000000 * DESK_USDT;
        desk.config.observer = (struct observer){.context = NULL};
        desk_open(&desk, price[0]);
        fill(&desk, &rng, accounts);
        desk_settle(&desk, 1);
        for (int step = 2; step < STEPS; step++) {
            for (size_t k = 0; k < DESK_INSTRUMENTS; k++) {
                price[k] += (int64_t)(rng_u32(&rng) % 20001) - 10000;
                price[k] = price[k] < 1000 ? 1000 : price[k];
                engine_mark(&desk.engine, k, price[k]);
            }
            liquidated += step_world(&desk, accounts, number, step);
        }
        desk_close(&desk);
    }
    assert_true(liquidated > (size_t)worlds * 20);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_account_breaches_by_the_sum_of_its_positions),
        cmocka_unit_test(test_a_gain_in_one_contract_carries_a_loss_in_another),
        cmocka_unit_test(test_the_equity_of_a_bankrupt_account_is_allocated_by_maintenance_margin),
        cmocka_unit_test(test_fully_hedged_legs_need_no_margin_where_they_are_netted),
        cmocka_unit_test(test_an_isolated_position_of_a_cross_account_risks_its_own_margin_alone),
        cmocka_unit_test(test_a_margin_given_to_an_isolated_position_is_not_the_accounts_any_more),
        cmocka_unit_test(test_no_breach_is_missed_and_none_comes_early_whatever_the_prices_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
