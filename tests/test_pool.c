/* The pool: every job runs once, and the order of results is the caller's. */
#include "cmocka_all.h"

#include <stdlib.h>

#include "base/pool.h"

enum { JOBS = 2000, RING = 7 };

struct square {
    struct pool_job job; /* first */
    uint64_t input, output;
    int runs;
};

static void
square_run(struct pool_job *job)
{
    struct square *square = (struct square *)job;
    uint64_t value = square->input;
    for (int i = 0; i < 50; i++) /* long enough for threads to overlap */
        value = value * 6364136223846793005u + 1442695040888963407u;
    square->output = square->input * square->input + (value & 0);
    square->runs++;
}

static void
test_every_job_runs_once_at_any_number_of_threads(void **state)
{
    static struct square squares[JOBS];
    for (unsigned threads = 1; threads <= 5; threads++) {
        struct pool *pool;
        assert_int_equal(pool_open(&pool, threads, NULL), OK);
        assert_int_equal(pool_threads(pool), threads);
        for (uint64_t i = 0; i < JOBS; i++) {
            squares[i] = (struct square){.job.run = square_run, .input = i};
            pool_submit(pool, &squares[i].job);
        }
        for (uint64_t i = 0; i < JOBS; i++) {
            pool_wait(pool, &squares[i].job);
            assert_true(squares[i].output == i * i);
            assert_int_equal(squares[i].runs, 1);
        }
        pool_close(pool);
    }
}

/* How the tape uses it: a few jobs in flight, waited for in order, their memory used again. */
static void
test_a_ring_of_jobs_may_be_used_again_and_again(void **state)
{
    static struct square ring[RING];
    struct pool *pool;
    assert_int_equal(pool_open(&pool, 3, NULL), OK);
    for (uint64_t i = 0; i < JOBS + RING; i++) {
        struct square *square = &ring[i % RING];
        if (i >= RING) {
            pool_wait(pool, &square->job);
            assert_true(square->output == (i - RING) * (i - RING));
        }
        if (i < JOBS) {
            *square = (struct square){.job.run = square_run, .input = i};
            pool_submit(pool, &square->job);
        }
    }
    pool_close(pool);
}

static void
test_jobs_may_be_waited_for_in_any_order(void **state)
{
    struct square squares[16];
    struct pool *pool;
    for (unsigned threads = 1; threads <= 2; threads++) {
        assert_int_equal(pool_open(&pool, threads, NULL), OK);
        for (uint64_t i = 0; i < 16; i++) {
            squares[i] = (struct square){.job.run = square_run, .input = i};
            pool_submit(pool, &squares[i].job);
        }
        for (uint64_t i = 16; i-- > 0;) {
            pool_wait(pool, &squares[i].job);
            assert_true(squares[i].output == i * i);
        }
        pool_close(pool);
    }
    pool_close(NULL);
}

static void
test_slurm_says_how_many_threads_there_are(void **state)
{
    static const char *const useless[] = {"", "0", "two", "4x", "-1", "99999999"};
    assert_int_equal(setenv("SLURM_CPUS_PER_TASK", "7", 1), 0);
    assert_int_equal(pool_default_threads(), 7);
    assert_int_equal(unsetenv("SLURM_CPUS_PER_TASK"), 0);
    const unsigned here = pool_default_threads();
    assert_true(here >= 1);
    for (size_t i = 0; i < sizeof(useless) / sizeof(useless[0]); i++) {
        assert_int_equal(setenv("SLURM_CPUS_PER_TASK", useless[i], 1), 0);
        assert_int_equal(pool_default_threads(), here);
    }
    assert_int_equal(unsetenv("SLURM_CPUS_PER_TASK"), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_job_runs_once_at_any_number_of_threads),
        cmocka_unit_test(test_a_ring_of_jobs_may_be_used_again_and_again),
        cmocka_unit_test(test_jobs_may_be_waited_for_in_any_order),
        cmocka_unit_test(test_slurm_says_how_many_threads_there_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
