/* The fast engine against the slow one, event for event, in worlds nobody chose by hand. */
#include "cmocka_all.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "quick.h"
#include "world.h"

enum { WORLDS = 1500 };

static void
fail_at(uint64_t world, size_t i, const struct happenings *fast, const struct happenings *slow)
{
    for (size_t k = i; k < i + 3; k++) {
        for (int which = 0; which < 2; which++) {
            const struct happenings *list = which == 0 ? fast : slow;
            if (k >= list->count)
                continue;
            const struct happening *h = &list->row[k];
            print_error("%s %zu: %c t=%" PRId64 " case %" PRIu64 " account %u other %u quantity "
                        "%" PRId64 " price %" PRId64 " amount %" PRId64 " balance %" PRId64 "\n",
                        which == 0 ? "engine   " : "reference", k, h->what, h->time, h->case_id,
                        h->account, h->other, h->quantity, h->price, h->amount, h->balance);
        }
    }
    fail_msg("world %" PRIu64 ": engine and reference differ at happening %zu", world, i);
}

static bool
same(const struct happening *a, const struct happening *b)
{
    return a->what == b->what && a->time == b->time && a->case_id == b->case_id &&
           a->account == b->account && a->other == b->other && a->quantity == b->quantity &&
           a->price == b->price && a->amount == b->amount && a->balance == b->balance;
}

static void
test_engine_and_reference_agree_on_every_happening_of_random_worlds(void **state)
{
    size_t takeovers = 0, adl = 0, uncovered = 0, deficits = 0;
    const int worlds = quick_of(WORLDS);
    for (uint64_t number = 1; number <= (uint64_t)worlds; number++) {
        struct world world;
        struct engine engine;
        struct error err;
        struct happenings fast = {0}, slow = {0};
        world_build(&world, number);
        world_rewind(&world, 1 + number % 97);
        if (world_run(&world, &engine, &fast, &err) != OK)
            fail_msg("world %" PRIu64 ": %s", number, err.message);
        if (!engine_verify(&engine, &err))
            fail_msg("world %" PRIu64 ": %s", number, err.message);
        reference_run(&world.config, world.positions, world.position_count, world.events,
                      world.event_count, &slow);
        for (size_t i = 0; i < fast.count || i < slow.count; i++) {
            if (i >= fast.count || i >= slow.count || !same(&fast.row[i], &slow.row[i]))
                fail_at(number, i, &fast, &slow);
            takeovers += fast.row[i].what == 'L';
            adl += fast.row[i].what == 'A';
            uncovered += fast.row[i].what == 'C' && fast.row[i].balance > 0;
            deficits += fast.row[i].what == 'F' && fast.row[i].amount < 0;
        }
        engine_clear(&engine);
        happenings_clear(&fast);
        happenings_clear(&slow);
        world_clear(&world);
    }
    print_message("%d worlds: %zu takeovers, %zu deficits, %zu ADL, %zu uncovered\n", worlds,
                  takeovers, deficits, adl, uncovered);
    /* The worlds must be wild enough for the comparison to mean something. */
    assert_true(takeovers > (size_t)quick_of(1000) && deficits > (size_t)quick_of(300) &&
                adl > (size_t)quick_of(300) && uncovered > (size_t)quick_of(30));
}

static void
test_the_size_of_the_chunks_changes_nothing(void **state)
{
    for (uint64_t number = 1; number <= 40; number++) {
        struct world world;
        struct happenings first = {0};
        world_build(&world, number);
        for (size_t chunk = 1; chunk < 1000; chunk = chunk * 3 + 1) {
            struct engine engine;
            struct happenings list = {0};
            world_rewind(&world, chunk);
            assert_int_equal(world_run(&world, &engine, &list, NULL), OK);
            engine_clear(&engine);
            if (chunk == 1) {
                first = list;
                continue;
            }
            assert_int_equal(list.count, first.count);
            for (size_t i = 0; i < list.count; i++)
                assert_true(same(&list.row[i], &first.row[i]));
            happenings_clear(&list);
        }
        happenings_clear(&first);
        world_clear(&world);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_engine_and_reference_agree_on_every_happening_of_random_worlds),
        cmocka_unit_test(test_the_size_of_the_chunks_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
