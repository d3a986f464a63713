/*
 * pool.h - worker threads that run jobs; the order of results is the caller's.
 *
 * A job is caller-owned memory from pool_submit() until pool_wait() returns.  Jobs share nothing
 * but what their owner gives them, so results never depend on the number of threads: owners wait
 * for their jobs in the order of the data, not in the order of completion.  A waiting thread
 * runs queued jobs itself, so a pool of one thread works too, and `threads` is the number of
 * threads that compute, the caller included.
 */
#ifndef SIM_BASE_POOL_H
#define SIM_BASE_POOL_H

#include "base/error.h"

struct pool;

struct pool_job {
    void (*run)(struct pool_job *job); /* set by the owner; casts to the struct it is first in */
    struct pool_job *next;             /* the pool's */
    int state;                         /* the pool's */
};

/* Starts threads - 1 workers (threads >= 1). */
enum status pool_open(struct pool **pool, unsigned threads, struct error *err) MUST_CHECK;

/* Ends the workers; no job may be queued or running.  NULL is allowed. */
void pool_close(struct pool *pool);

/* Queues job; jobs start in the order they are queued. */
void pool_submit(struct pool *pool, struct pool_job *job);

/* Returns when job has run; meanwhile runs queued jobs, any of them: a job that waits for others
 * uses another pool, or one waiting job would nest in the next. */
void pool_wait(struct pool *pool, struct pool_job *job);

unsigned pool_threads(const struct pool *pool);

/* Threads this process may use: SLURM_CPUS_PER_TASK when set, else the CPUs it may run on. */
unsigned pool_default_threads(void);

#endif
