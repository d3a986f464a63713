/* Alarms against a naive list: the same positions ring, in the same order, at the same marks. */
#include "cmocka_all.h"

#include <stdlib.h>

#include "base/rng.h"
#include "engine/alarm.h"

/* A table of one instrument and one side of its alarms. */
struct bell {
    struct position_table table;
    struct alarm_side side;
};

static void
bell_open(struct bell *bell, int direction)
{
    assert_int_equal(position_table_init(&bell->table, 2, 0, NULL), OK);
    alarm_init(&bell->side, direction);
}

static void
bell_close(struct bell *bell)
{
    alarm_clear(&bell->side);
    position_table_clear(&bell->table);
}

static uint32_t
hold(struct bell *bell, uint32_t instrument)
{
    uint32_t id;
    const struct position position = {
        .quantity = 1, .instrument = instrument, .close_time = TIME_NS_NEVER};
    assert_int_equal(position_open(&bell->table, &position, &id, NULL), OK);
    return id;
}

static void
arm(struct bell *bell, uint32_t id, int64_t price)
{
    struct position *row = &bell->table.row[id];
    *(bell->side.direction > 0 ? &row->alarm_above : &row->alarm_below) = price;
    assert_int_equal(alarm_add(&bell->side, &bell->table, price, id, NULL), OK);
}

static void
leave(struct bell *bell, uint32_t id)
{
    money_t entry_value, margin;
    position_reduce(&bell->table, id, 1, &entry_value, &margin);
}

static int64_t
alarm_of(const struct bell *bell, uint32_t id)
{
    const struct position *row = &bell->table.row[id];
    return bell->side.direction > 0 ? row->alarm_above : row->alarm_below;
}

/* The open position of instrument 0 whose alarm is nearest, the lowest number among equals, if it
 * rings at `mark`: by looking at all. */
static uint32_t
naive_take(const struct bell *bell, int64_t mark)
{
    const int d = bell->side.direction;
    uint32_t best = POSITION_NONE;
    for (uint32_t i = 0; i < bell->table.used; i++) {
        const struct position *row = &bell->table.row[i];
        if (row->quantity == 0 || row->instrument != 0 || alarm_of(bell, i) * d > mark * d)
            continue;
        if (best == POSITION_NONE || alarm_of(bell, i) * d < alarm_of(bell, best) * d)
            best = i;
    }
    return best;
}

/* A taken alarm is spent: the position waits for none any more. */
static void
spend(struct bell *bell, uint32_t id)
{
    struct position *row = &bell->table.row[id];
    if (bell->side.direction > 0)
        row->alarm_above = POSITION_ALARM_NONE_ABOVE;
    else
        row->alarm_below = POSITION_ALARM_NONE_BELOW;
}

static void
test_alarms_ring_nearest_first_and_equal_ones_by_position(void **state)
{
    for (int direction = -1; direction <= 1; direction += 2) {
        struct bell bell;
        bell_open(&bell, direction);
        assert_true(alarm_nearest(&bell.side) ==
                    (direction > 0 ? POSITION_ALARM_NONE_ABOVE : POSITION_ALARM_NONE_BELOW));
        const int64_t prices[] = {100 + 5 * direction, 100 + 2 * direction, 100 + 5 * direction};
        for (size_t i = 0; i < 3; i++)
            arm(&bell, hold(&bell, 0), prices[i]);
        assert_int_equal(alarm_nearest(&bell.side), 100 + 2 * direction);
        assert_int_equal(alarm_take(&bell.side, &bell.table, 100 + direction), POSITION_NONE);
        assert_int_equal(alarm_take(&bell.side, &bell.table, 100 + 2 * direction), 1);
        assert_int_equal(alarm_take(&bell.side, &bell.table, 100 + 4 * direction), POSITION_NONE);
        assert_int_equal(alarm_take(&bell.side, &bell.table, 100 + 9 * direction), 0);
        assert_int_equal(alarm_take(&bell.side, &bell.table, 100 + 9 * direction), 2);
        assert_int_equal(alarm_take(&bell.side, &bell.table, 100 + 9 * direction), POSITION_NONE);
        bell_close(&bell);
    }
}

static void
test_alarms_of_closed_rearmed_and_reused_rows_do_not_ring(void **state)
{
    struct bell bell;
    bell_open(&bell, -1);
    const uint32_t closed = hold(&bell, 0), rearmed = hold(&bell, 0);
    arm(&bell, closed, 90);
    arm(&bell, rearmed, 80);
    leave(&bell, closed);
    arm(&bell, rearmed, 60);
    assert_int_equal(alarm_take(&bell.side, &bell.table, 70), POSITION_NONE);
    /* The row of the closed one is used again, with another alarm, then on another instrument. */
    const uint32_t reused = hold(&bell, 0);
    assert_int_equal(reused, closed);
    arm(&bell, reused, 50);
    assert_int_equal(alarm_take(&bell.side, &bell.table, 55), rearmed);
    leave(&bell, reused);
    const uint32_t elsewhere = hold(&bell, 1);
    assert_int_equal(elsewhere, reused);
    bell.table.row[elsewhere].alarm_below = 50;
    assert_int_equal(alarm_take(&bell.side, &bell.table, 40), POSITION_NONE);
    bell_close(&bell);
}

/* Random life: open, arm, re-arm, close, let the mark ring, rebuild; always what the list says. */
static void
play(struct bell *bell, struct rng *rng, int steps, size_t *rung)
{
    for (int step = 0; step < steps; step++) {
        const uint32_t what = rng_u32(rng) % 100;
        const int64_t price = 1000 + rng_u32(rng) % 400;
        const uint32_t any =
            bell->table.used == 0 ? POSITION_NONE : rng_u32(rng) % (uint32_t)bell->table.used;
        const bool open = any != POSITION_NONE && bell->table.row[any].quantity != 0;
        if (what < 45) {
            const uint32_t id = hold(bell, rng_u32(rng) % 8 == 0);
            if (bell->table.row[id].instrument == 0)
                arm(bell, id, price);
        } else if (what < 65 && open && bell->table.row[any].instrument == 0) {
            arm(bell, any, price);
        } else if (what < 85 && open) {
            leave(bell, any);
        } else if (what < 99) {
            const int64_t mark = 1000 + rng_u32(rng) % 400 - (bell->side.direction > 0 ? 350 : 0) +
                                 (bell->side.direction < 0 ? 350 : 0);
            for (;;) {
                const uint32_t expected = naive_take(bell, mark);
                assert_int_equal(alarm_take(&bell->side, &bell->table, mark), expected);
                if (expected == POSITION_NONE)
                    break;
                spend(bell, expected);
                (*rung)++;
            }
        } else {
            assert_int_equal(alarm_rebuild(&bell->side, &bell->table, 0, NULL), OK);
        }
    }
}

static void
test_random_lives_ring_as_a_naive_list_does(void **state)
{
    size_t rung = 0, most = 0;
    for (uint64_t seed = 0; seed < 6; seed++) {
        struct bell bell;
        struct rng rng;
        rng_init(&rng, seed, RNG_TEST, 0);
        bell_open(&bell, seed % 2 ? 1 : -1);
        play(&bell, &rng, 12000, &rung);
        most = bell.table.used > most ? bell.table.used : most;
        bell_close(&bell);
    }
    /* Beyond 1,024 additions the heap has been merged into the run. */
    assert_true(rung > 1000 && most > 2048);
}

static void
test_rebuilding_is_the_same_as_adding_one_by_one(void **state)
{
    enum { POSITIONS = 5000 };
    struct bell bell;
    struct alarm_side rebuilt;
    struct rng rng;
    rng_init(&rng, 2, RNG_TEST, 0);
    bell_open(&bell, 1);
    alarm_init(&rebuilt, 1);
    for (int i = 0; i < POSITIONS; i++) {
        const uint32_t id = hold(&bell, 0);
        if (i % 7 != 0) /* some wait for nothing */
            arm(&bell, id, rng_u32(&rng) % 5 == 0 ? 777 : INT64_C(1) << rng_u32(&rng) % 60);
    }
    assert_int_equal(alarm_rebuild(&rebuilt, &bell.table, 0, NULL), OK);
    assert_int_equal(rebuilt.end, POSITIONS - (POSITIONS + 6) / 7);
    for (;;) {
        assert_true(alarm_nearest(&rebuilt) == alarm_nearest(&bell.side));
        const uint32_t one = alarm_take(&bell.side, &bell.table, INT64_MAX - 1);
        assert_int_equal(alarm_take(&rebuilt, &bell.table, INT64_MAX - 1), one);
        if (one == POSITION_NONE)
            break;
    }
    alarm_clear(&rebuilt);
    bell_close(&bell);
}

/* 1,024 additions stay in the heap; the next one merges.  With a run of 16,384 an eighth of it,
 * 2,048, may wait.  Merging drops what is stale and what was armed twice at one price. */
static void
test_the_heap_is_merged_when_it_has_grown_to_its_limit(void **state)
{
    struct bell bell;
    bell_open(&bell, -1);
    for (int i = 0; i < 1024; i++)
        arm(&bell, hold(&bell, 0), 1000 + i);
    assert_int_equal(bell.side.heap_count, 1024);
    assert_int_equal(bell.side.end, 0);
    arm(&bell, hold(&bell, 0), 5);
    assert_int_equal(bell.side.heap_count, 1);
    assert_int_equal(bell.side.end - bell.side.head, 1024);
    for (int i = 1025; i < 16384; i++)
        arm(&bell, hold(&bell, 0), 1000 + i);
    assert_int_equal(alarm_rebuild(&bell.side, &bell.table, 0, NULL), OK);
    assert_int_equal(bell.side.end, 16384);
    for (int i = 0; i < 2048; i++)
        arm(&bell, 7, 1007); /* the alarm it has already */
    assert_int_equal(bell.side.heap_count, 2048);
    arm(&bell, 8, 1008);
    assert_int_equal(bell.side.end - bell.side.head, 16384);
    assert_int_equal(bell.side.heap_count, 1);
    assert_true(alarm_bytes(&bell.side) >= 16384 * sizeof(struct alarm_entry));
    bell_close(&bell);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alarms_ring_nearest_first_and_equal_ones_by_position),
        cmocka_unit_test(test_alarms_of_closed_rearmed_and_reused_rows_do_not_ring),
        cmocka_unit_test(test_random_lives_ring_as_a_naive_list_does),
        cmocka_unit_test(test_rebuilding_is_the_same_as_adding_one_by_one),
        cmocka_unit_test(test_the_heap_is_merged_when_it_has_grown_to_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
