/* The table of open positions: rows, totals, and how a position is taken apart. */
#include "cmocka_all.h"

#include <stdlib.h>

#include "base/rng.h"
#include "engine/position.h"

#define USDT INT64_C(1000000)

static uint32_t
open_one(struct position_table *table, uint32_t instrument, int64_t quantity, money_t entry_value,
         money_t margin)
{
    uint32_t id;
    const struct position position = {.quantity = quantity,
                                      .entry_value = entry_value,
                                      .margin = margin,
                                      .instrument = instrument,
                                      .close_time = TIME_NS_NEVER};
    assert_int_equal(position_open(table, &position, &id, NULL), OK);
    return id;
}

static void
test_a_closed_row_is_used_again_by_another_generation_without_alarms(void **state)
{
    struct position_table table;
    money_t entry_value, margin;
    assert_int_equal(position_table_init(&table, 1, 0, NULL), OK);
    const uint32_t first = open_one(&table, 0, 10, 100, 20);
    const uint32_t second = open_one(&table, 0, -10, -100, 20);
    table.row[first].alarm_below = 7;
    const uint32_t generation = table.row[first].generation;
    position_reduce(&table, first, 10, &entry_value, &margin);
    const uint32_t third = open_one(&table, 0, 5, 50, 10);
    assert_int_equal(third, first);
    assert_int_not_equal(table.row[third].generation, generation);
    assert_true(table.row[third].alarm_below == POSITION_ALARM_NONE_BELOW);
    assert_true(table.row[third].alarm_above == POSITION_ALARM_NONE_ABOVE);
    assert_int_equal(table.used, 2);
    assert_int_equal(table.row[second].quantity, -10);
    position_table_clear(&table);
}

/* 10 units at 100 with 21 of margin; three come off: 30 of the entry value, 6.3 -> 6 of the margin.
 * Seven remain with 70 and 15; taking them off gives exactly what is left. */
static void
test_a_part_takes_its_share_and_the_last_part_all_that_is_left(void **state)
{
    struct position_table table;
    money_t entry_value, margin;
    assert_int_equal(position_table_init(&table, 1, 0, NULL), OK);
    const uint32_t id = open_one(&table, 0, 10, 100, 21);
    position_reduce(&table, id, 3, &entry_value, &margin);
    assert_int_equal(entry_value, 30);
    assert_int_equal(margin, 6);
    assert_int_equal(table.row[id].entry_value, 70);
    assert_int_equal(table.row[id].margin, 15);
    assert_int_equal(table.open, 1);
    position_reduce(&table, id, 7, &entry_value, &margin);
    assert_int_equal(entry_value, 70);
    assert_int_equal(margin, 15);
    assert_int_equal(table.open, 0);
    position_table_clear(&table);
}

/* Shorts are the mirror image: -10 units worth -100. */
static void
test_a_short_is_reduced_like_a_long_mirrored(void **state)
{
    struct position_table table;
    money_t entry_value, margin;
    assert_int_equal(position_table_init(&table, 1, 0, NULL), OK);
    const uint32_t id = open_one(&table, 0, -10, -100, 21);
    position_reduce(&table, id, -3, &entry_value, &margin);
    assert_int_equal(entry_value, -30);
    assert_int_equal(margin, 6);
    assert_int_equal(table.totals[0].short_quantity, 7);
    position_table_clear(&table);
}

static void
test_totals_are_the_sums_over_open_rows_whatever_happens(void **state)
{
    enum { STEPS = 5000, INSTRUMENTS = 3 };
    struct position_table table;
    struct rng rng;
    size_t opened = 0;
    rng_init(&rng, 3, RNG_TEST, 0);
    assert_int_equal(position_table_init(&table, INSTRUMENTS, 0, NULL), OK);
    for (int step = 0; step < STEPS; step++) {
        if (table.used == 0 || rng_u32(&rng) % 5 < 3) {
            const int64_t size = 1 + rng_u32(&rng) % 50;
            const bool is_long = rng_u32(&rng) % 2;
            opened++;
            open_one(&table, rng_u32(&rng) % INSTRUMENTS, is_long ? size : -size,
                     is_long ? size * 77 : -size * 77, size * 9);
        } else {
            const uint32_t id = rng_u32(&rng) % (uint32_t)table.used;
            const int64_t held = table.row[id].quantity;
            money_t entry_value, margin;
            if (held == 0)
                continue;
            const int64_t part = 1 + rng_u32(&rng) % llabs(held);
            position_reduce(&table, id, held > 0 ? part : -part, &entry_value, &margin);
            assert_int_equal(entry_value, (held > 0 ? part : -part) * 77);
            assert_int_equal(margin, part * 9);
        }
        struct position_totals sums[INSTRUMENTS] = {{0}};
        uint64_t open = 0;
        for (size_t i = 0; i < table.used; i++) {
            const struct position *row = &table.row[i];
            if (row->quantity > 0)
                sums[row->instrument].long_quantity += row->quantity;
            else
                sums[row->instrument].short_quantity -= row->quantity;
            sums[row->instrument].count += row->quantity != 0;
            open += row->quantity != 0;
        }
        for (size_t i = 0; i < INSTRUMENTS; i++) {
            assert_int_equal(sums[i].long_quantity, table.totals[i].long_quantity);
            assert_int_equal(sums[i].short_quantity, table.totals[i].short_quantity);
            assert_int_equal(sums[i].count, table.totals[i].count);
        }
        assert_int_equal(open, table.open);
    }
    assert_true(table.open > 100 && table.used < opened && table.used > 64);
    position_table_clear(&table);
}

/* 1 BTC long from 30,000 with 3,000: equity 3,000 at entry, 1,000 at 28,000, -500 at 26,500. */
static void
test_equity_is_margin_and_profit_at_the_mark(void **state)
{
    struct contract contract = {.kind = CONTRACT_LINEAR,
                                .size = {1, 0},
                                .price_scale = 2,
                                .quantity_scale = 3,
                                .money_decimals = 6};
    assert_int_equal(contract_init(&contract, NULL), OK);
    const struct position position = {
        .quantity = 1000,
        .entry_value = contract_value(&contract, 1000, 3000000),
        .margin = 3000 * USDT,
    };
    assert_int_equal(position_equity(&position, &contract, 3000000), 3000 * USDT);
    assert_int_equal(position_equity(&position, &contract, 2800000), 1000 * USDT);
    assert_int_equal(position_equity(&position, &contract, 2650000), -500 * USDT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_closed_row_is_used_again_by_another_generation_without_alarms),
        cmocka_unit_test(test_a_part_takes_its_share_and_the_last_part_all_that_is_left),
        cmocka_unit_test(test_a_short_is_reduced_like_a_long_mirrored),
        cmocka_unit_test(test_totals_are_the_sums_over_open_rows_whatever_happens),
        cmocka_unit_test(test_equity_is_margin_and_profit_at_the_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
