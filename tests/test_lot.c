/* The inventory: first in, first out, and not a unit lost when a lot is split. */
#include "cmocka_all.h"

#include <stdlib.h>

#include "base/rng.h"
#include "engine/lot.h"

static void
push(struct lot_queue *queue, uint64_t case_id, int64_t quantity, money_t entry_value,
     money_t margin)
{
    const struct lot lot = {
        .case_id = case_id, .quantity = quantity, .entry_value = entry_value, .margin = margin};
    assert_int_equal(lot_queue_push(queue, &lot, NULL), OK);
}

static void
test_lots_leave_in_the_order_they_came_through_any_growth_of_the_ring(void **state)
{
    struct lot_queue queue = {0};
    uint64_t pushed = 0, dropped = 0;
    struct rng rng;
    rng_init(&rng, 5, RNG_TEST, 0);
    for (int step = 0; step < 3000; step++) {
        /* More come than go, so the ring grows with its head anywhere. */
        if (queue.count == 0 || rng_u32(&rng) % 9 < 5) {
            push(&queue, ++pushed, 3, 30, 6);
        } else {
            struct lot *lot = lot_queue_at(&queue, 0);
            money_t entry_value, margin;
            assert_int_equal(lot->case_id, ++dropped);
            lot_reduce(lot, 3, &entry_value, &margin);
            queue.quantity -= 3;
            lot_queue_drop_first(&queue);
        }
        assert_int_equal(queue.count, pushed - dropped);
        assert_int_equal(queue.quantity, 3 * (int64_t)(pushed - dropped));
        for (size_t i = 0; i < queue.count; i++)
            assert_int_equal(lot_queue_at(&queue, i)->case_id, dropped + 1 + i);
    }
    assert_true(queue.capacity > 64 && dropped > 500);
    lot_queue_clear(&queue);
    lot_queue_clear(&queue);
}

/* 7 units, entry value 100, margin 10.  2 of them: 28.57 -> 29 and 2.86 -> 3; a portion says so and
 * takes nothing; the last 5 get the remaining 71 and 7. */
static void
test_parts_of_a_lot_add_up_to_the_lot(void **state)
{
    struct lot lot = {.quantity = 7, .entry_value = 100, .margin = 10};
    money_t entry_value, margin;
    lot_portion(&lot, 2, &entry_value, &margin);
    assert_int_equal(entry_value, 29);
    assert_int_equal(margin, 3);
    assert_int_equal(lot.quantity, 7);
    lot_reduce(&lot, 2, &entry_value, &margin);
    assert_int_equal(entry_value, 29);
    assert_int_equal(margin, 3);
    lot_reduce(&lot, 5, &entry_value, &margin);
    assert_int_equal(entry_value, 71);
    assert_int_equal(margin, 7);
    assert_int_equal(lot.quantity, 0);
    assert_int_equal(lot.entry_value, 0);
    assert_int_equal(lot.margin, 0);
}

/* Funding may have taken more than the margin was: negative margins split as well. */
static void
test_random_splits_of_longs_and_shorts_lose_nothing(void **state)
{
    struct rng rng;
    rng_init(&rng, 6, RNG_TEST, 0);
    for (int round = 0; round < 2000; round++) {
        const int64_t sign = rng_u32(&rng) % 2 ? 1 : -1;
        struct lot lot = {.quantity = sign * (1 + rng_u32(&rng) % 1000),
                          .entry_value = sign * (money_t)rng_u32(&rng),
                          .margin = (money_t)rng_u32(&rng) % 10001 - 2000};
        const money_t all_entry = lot.entry_value, all_margin = lot.margin;
        money_t entry_sum = 0, margin_sum = 0;
        while (lot.quantity != 0) {
            const int64_t part = sign * (1 + rng_u32(&rng) % llabs(lot.quantity));
            money_t entry_value, margin;
            lot_reduce(&lot, part, &entry_value, &margin);
            entry_sum += entry_value;
            margin_sum += margin;
        }
        assert_int_equal(entry_sum, all_entry);
        assert_int_equal(margin_sum, all_margin);
    }
}

/* Two longs taken over at 27,600 and 27,000 a BTC (entry 30,000 less margin), the mark at 27,500:
 * -100 and +500 for 1 BTC each. */
static void
test_inventory_is_worth_its_value_at_the_mark_less_what_it_cost(void **state)
{
    const money_t usdt = 1000000;
    struct contract contract = {.kind = CONTRACT_LINEAR,
                                .size = {1, 0},
                                .price_scale = 2,
                                .quantity_scale = 3,
                                .money_decimals = 6};
    assert_int_equal(contract_init(&contract, NULL), OK);
    struct lot_queue queue = {0};
    push(&queue, 1, 1000, 30000 * usdt, 2400 * usdt);
    assert_int_equal(lot_queue_pnl(&queue, &contract, 2750000), -100 * usdt);
    push(&queue, 2, 1000, 30000 * usdt, 3000 * usdt);
    assert_int_equal(lot_queue_pnl(&queue, &contract, 2750000), 400 * usdt);
    lot_queue_clear(&queue);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lots_leave_in_the_order_they_came_through_any_growth_of_the_ring),
        cmocka_unit_test(test_parts_of_a_lot_add_up_to_the_lot),
        cmocka_unit_test(test_random_splits_of_longs_and_shorts_lose_nothing),
        cmocka_unit_test(test_inventory_is_worth_its_value_at_the_mark_less_what_it_cost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
