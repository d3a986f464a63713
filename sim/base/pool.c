#define _GNU_SOURCE
#include "base/pool.h"

#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>

enum { JOB_IDLE = 0, JOB_QUEUED, JOB_RUNNING, JOB_DONE };
enum { THREADS_MAX = 256 };

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t queued;   /* a job was queued, or the pool closes */
    pthread_cond_t finished; /* a job is done */
    struct pool_job *first, *last;
    bool closing;
    unsigned workers;
    pthread_t thread[];
};

/* Takes the first queued job and runs it; the lock is held on entry and on return. */
static void
run_first(struct pool *pool)
{
    struct pool_job *job = pool->first;
    pool->first = job->next;
    if (pool->first == NULL)
        pool->last = NULL;
    job->state = JOB_RUNNING;
    pthread_mutex_unlock(&pool->lock);
    job->run(job);
    pthread_mutex_lock(&pool->lock);
    job->state = JOB_DONE;
    pthread_cond_broadcast(&pool->finished);
}

static void *
worker_main(void *argument)
{
    struct pool *pool = argument;
    pthread_mutex_lock(&pool->lock);
    while (!pool->closing || pool->first != NULL) {
        if (pool->first != NULL)
            run_first(pool);
        else
            pthread_cond_wait(&pool->queued, &pool->lock);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

enum status
pool_open(struct pool **result, unsigned threads, struct error *err)
{
    assert(threads >= 1);
    if (threads > THREADS_MAX)
        threads = THREADS_MAX;
    struct pool *pool = calloc(1, sizeof(*pool) + threads * sizeof(pool->thread[0]));
    if (pool == NULL)
        return error_memory(err, "starting threads");
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->queued, NULL);
    pthread_cond_init(&pool->finished, NULL);
    for (; pool->workers + 1 < threads; pool->workers++) {
        if (pthread_create(&pool->thread[pool->workers], NULL, worker_main, pool) != 0) {
            const unsigned started = pool->workers;
            pool_close(pool);
            return error_set(err, ERR_MEMORY, "cannot start a thread (%u of %u are running)",
                             started + 1, threads);
        }
    }
    *result = pool;
    return OK;
}

void
pool_close(struct pool *pool)
{
    if (pool == NULL)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->closing = true;
    pthread_cond_broadcast(&pool->queued);
    pthread_mutex_unlock(&pool->lock);
    for (unsigned i = 0; i < pool->workers; i++)
        pthread_join(pool->thread[i], NULL);
    assert(pool->first == NULL);
    pthread_cond_destroy(&pool->finished);
    pthread_cond_destroy(&pool->queued);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

void
pool_submit(struct pool *pool, struct pool_job *job)
{
    assert(job->run != NULL);
    pthread_mutex_lock(&pool->lock);
    assert(job->state != JOB_QUEUED && job->state != JOB_RUNNING);
    job->next = NULL;
    job->state = JOB_QUEUED;
    if (pool->last != NULL)
        pool->last->next = job;
    else
        pool->first = job;
    pool->last = job;
    pthread_cond_signal(&pool->queued);
    pthread_mutex_unlock(&pool->lock);
}

void
pool_wait(struct pool *pool, struct pool_job *job)
{
    pthread_mutex_lock(&pool->lock);
    assert(job->state != JOB_IDLE);
    while (job->state != JOB_DONE) {
        if (pool->first != NULL) /* also when job runs elsewhere: no thread idles beside a queue */
            run_first(pool);
        else
            pthread_cond_wait(&pool->finished, &pool->lock);
    }
    job->state = JOB_IDLE;
    pthread_mutex_unlock(&pool->lock);
}

unsigned
pool_threads(const struct pool *pool)
{
    return pool->workers + 1;
}

unsigned
pool_default_threads(void)
{
    const char *text = getenv("SLURM_CPUS_PER_TASK");
    if (text != NULL) {
        char *end;
        const unsigned long count = strtoul(text, &end, 10);
        if (*end == '\0' && end != text && count >= 1 && count <= THREADS_MAX)
            return (unsigned)count;
    }
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) >= 1)
        return (unsigned)CPU_COUNT(&set);
    return 1;
}
