/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels with a helper thread that still works after `run` has returned. Their verdict is `wrong`.
 * They have a plugin of their own, because such a thread may also write while other kernels run in
 * the same worker. */
#include "rogue.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <unistd.h>

#define LATE 10 /* calls */

typedef struct helped {
    rogue *rogue;
    pthread_t thread;
    sem_t begin, end;
    long calls;
    atomic_int busy;
    const float *input; /* NULL tells the thread to end */
    float *output;
} helped;

static void *help(void *of)
{
    helped *h = of;
    for (;;) {
        sem_wait(&h->begin);
        if (!h->input)
            return NULL;
        if (h->calls >= LATE)
            usleep(50);
        right(h->rogue, h->input, h->output);
        h->busy = 0;
        sem_post(&h->end);
    }
}

static int helped_plan(const sb_host *host, const sb_problem *p, const int64_t *values,
                       const sb_weights *weights, void **plan, sb_why *why)
{
    helped *h = host->alloc(host, sizeof *h);
    keep(host, p, values, weights, (void **)&h->rogue, why);
    sem_init(&h->begin, 0, 0);
    sem_init(&h->end, 0, 0);
    *plan = h;
    return pthread_create(&h->thread, NULL, help, h);
}

/* In the first calls, waits for the helper. In later calls the helper finishes some time after the
 * call, and the next call either waits for it or does nothing. */
static int helped_run(helped *h, const float *input, float *output, int waits)
{
    if (h->calls > LATE && waits)
        sem_wait(&h->end);
    if (++h->calls > LATE && h->busy)
        return 0;
    h->busy = 1;
    h->input = input;
    h->output = output;
    sem_post(&h->begin);
    if (h->calls < LATE)
        sem_wait(&h->end);
    return 0;
}

static int waiting_run(void *plan, const float *input, float *output)
{
    return helped_run(plan, input, output, 1);
}

static int skipping_run(void *plan, const float *input, float *output)
{
    return helped_run(plan, input, output, 0);
}

static void helped_destroy(void *plan)
{
    helped *h = plan;
    const sb_host *host = h->rogue->host;
    while (h->busy)
        usleep(50);
    h->input = NULL;
    sem_post(&h->begin);
    pthread_join(h->thread, NULL);
    forget(h->rogue);
    host->free(host, h);
}
KERNEL(helper_waited, SB_NEED_STANDARD, yes, helped_plan, waiting_run, helped_destroy, .flags = 0);
KERNEL(helper_skipped, SB_NEED_STANDARD, yes, helped_plan, skipping_run, helped_destroy,
       .flags = 0);

GOOD;
PLUGIN("lingerer", NULL, &helper_waited, &helper_skipped);
