#include "cmocka_all.h"

#include "base/rng.h"
#include "io/caseload.h"

static void
test_an_entry_is_found_again_until_it_is_removed(void **state)
{
    struct caseload load = {0};
    assert_null(caseload_find(&load, 7));
    struct caseload_entry *entry = caseload_entry(&load, 7);
    assert_non_null(entry);
    entry->result = -250;
    assert_ptr_equal(caseload_entry(&load, 7), entry);
    assert_int_equal(caseload_find(&load, 7)->result, -250);
    caseload_remove(&load, entry);
    assert_null(caseload_find(&load, 7));
    assert_int_equal(load.count, 0);
    caseload_clear(&load);
    caseload_clear(&load);
}

/* A random walk of insertions and removals against a plain array. */
static void
test_it_agrees_with_an_array_over_random_inserts_and_removes(void **state)
{
    enum { IDS = 1000, STEPS = 50000 };
    static int present[IDS + 1];
    struct caseload load = {0};
    struct rng rng;
    size_t count = 0;
    rng_init(&rng, 1, RNG_TEST, 0);
    for (int i = 0; i < STEPS; i++) {
        const uint64_t id = 1 + rng_u32(&rng) % IDS;
        struct caseload_entry *entry = caseload_find(&load, id);
        assert_int_equal(entry != NULL, present[id]);
        if (entry != NULL) {
            assert_int_equal(entry->result, (money_t)id * 3);
            caseload_remove(&load, entry);
            count--;
        } else {
            entry = caseload_entry(&load, id);
            assert_non_null(entry);
            entry->result = (money_t)id * 3;
            count++;
        }
        present[id] = !present[id];
        assert_int_equal(load.count, count);
    }
    for (uint64_t id = 1; id <= IDS; id++)
        assert_int_equal(caseload_find(&load, id) != NULL, present[id]);
    caseload_clear(&load);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_entry_is_found_again_until_it_is_removed),
        cmocka_unit_test(test_it_agrees_with_an_array_over_random_inserts_and_removes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
