/* The queue of winners against a sort of all of them. */
#include "cmocka_all.h"

#include <stdlib.h>

#include "base/rng.h"
#include "desk.h"
#include "engine/adl_queue.h"
#include "quick.h"

/* Score first, then the lower account, then the lower position. */
static int
compare(const void *a, const void *b)
{
    const struct adl_entry *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    if (x->account != y->account)
        return x->account < y->account ? -1 : 1;
    return (x->position > y->position) - (x->position < y->position);
}

/* Longs of 1 to `sizes` contracts that are 10 % up: of 3 sizes almost all tie. */
static void
open_winners(struct desk *desk, struct rng *rng, size_t count, uint32_t sizes)
{
    desk_init(desk);
    desk->config.observer = (struct observer){.context = NULL};
    desk_open(desk, 10000);
    for (size_t i = 0; i < count; i++) {
        const int64_t quantity = 1 + rng_u32(rng) % sizes;
        desk_position(desk, 0, quantity, quantity * 50 * DESK_USDT);
    }
    engine_mark(&desk->engine, 0, 11000);
}

static void
test_winners_are_met_in_the_order_of_a_sort(void **state)
{
    const int worlds = quick_of(60);
    for (int number = 0; number < worlds; number++) {
        static struct desk desk;
        struct rng rng;
        const size_t count = (size_t)number * (size_t)number / 2 + 1;
        rng_init(&rng, (uint64_t)number, RNG_TEST, 4);
        open_winners(&desk, &rng, count, number % 2 == 0 ? 3 : 1000000);
        struct adl_queue *queue = &desk.engine.adl_queue;
        assert_int_equal(adl_queue_prepare(&desk.engine, 0, 1, 0, NULL), OK);
        assert_int_equal(queue->count, count);
        struct adl_entry *sorted = malloc(count * sizeof(*sorted));
        for (size_t i = 0; i < count; i++)
            sorted[i] = queue->entry[i];
        qsort(sorted, count, sizeof(*sorted), compare);
        for (size_t i = 0; i < count; i++) {
            adl_queue_meet(queue);
            const struct adl_entry *met = &queue->entry[queue->count];
            assert_int_equal(met->position, sorted[i].position);
            assert_int_equal(met->rank, i + 1);
        }
        assert_int_equal(queue->count, 0);
        free(sorted);
        engine_clear(&desk.engine);
    }
}

/* Some are met and stay, some are met and dropped: the rest comes in order all the same. */
static void
test_who_was_met_can_be_dropped_in_between(void **state)
{
    static struct desk desk;
    struct rng rng;
    enum { COUNT = 500 };
    rng_init(&rng, 1, RNG_TEST, 5);
    open_winners(&desk, &rng, COUNT, 1000000);
    struct adl_queue *queue = &desk.engine.adl_queue;
    assert_int_equal(adl_queue_prepare(&desk.engine, 0, 1, 0, NULL), OK);
    double last = 1e300;
    size_t kept = 0;
    for (size_t i = 0; i < COUNT; i++) {
        adl_queue_meet(queue);
        assert_true(queue->entry[queue->count].score <= last);
        last = queue->entry[queue->count].score;
        if (i % 3 == 0)
            adl_queue_drop(queue, queue->count);
        else
            kept++;
        assert_int_equal(queue->end - queue->count, kept);
    }
    /* those who stayed: the best at the end */
    for (size_t i = 1; i < kept; i++)
        assert_true(queue->entry[i].score >= queue->entry[i - 1].score);
    engine_clear(&desk.engine);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_winners_are_met_in_the_order_of_a_sort),
        cmocka_unit_test(test_who_was_met_can_be_dropped_in_between),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
