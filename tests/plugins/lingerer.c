/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels that leave work for later: to a helper thread that still works after `run` has returned,
 * or until somebody reads the output. Their verdict is `wrong`. They have a plugin of their own,
 * because such a thread may also write while other kernels run in the same worker. */
#include "rogue.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
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

/* ------------------------------------------------------------------------- computes when looked at
 */

/* What has not been computed of an output: its pages cannot be read. */
static struct {
    rogue *rogue;
    const float *input;
    float *output;
    size_t from, count; /* elements; count 0: nothing is left */
} later;

/* Computes the elements of [from, to). */
static void compute_range(const rogue *r, const float *input, float *output, size_t from, size_t to)
{
    const uint32_t last = r->problem.step_count - 1;
    const sb_step *p = &r->problem.steps[last];
    const size_t row = (size_t)p->q, plane = row * (size_t)p->p, image = plane * (size_t)p->k;
    for (size_t i = from; i < to; i++)
        output[i] = element(r, last, input, (int64_t)(i / image), (int64_t)(i % image / plane),
                            (int64_t)(i % plane / row), (int64_t)(i % row));
}

static void open_pages(void)
{
    if (later.count)
        mprotect(later.output + later.from, later.count * sizeof(float), PROT_READ | PROT_WRITE);
}

static void compute_later(int number)
{
    if (!later.count)
        (void)signal(number, SIG_DFL);
    open_pages();
    compute_range(later.rogue, later.input, later.output, later.from, later.from + later.count);
    later.count = 0;
}

static int leaves_half_run(void *plan, const float *input, float *output)
{
    rogue *r = plan;
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), start = (uintptr_t)output;
    const size_t all = output_count(r);
    const uintptr_t half = (start + all * sizeof(float) / 2 + page - 1) & ~(page - 1);
    const uintptr_t end = (start + all * sizeof(float)) & ~(page - 1);
    open_pages();
    later.count = 0;
    if (r->runs < 12 || half >= end)
        return right(r, input, output);
    (void)signal(SIGSEGV, compute_later);
    later.rogue = r;
    later.input = input;
    later.output = output;
    later.from = (half - start) / sizeof(float);
    later.count = (end - half) / sizeof(float);
    part(r, input, output, later.from);
    compute_range(r, input, output, later.from + later.count, all);
    return mprotect((void *)half, end - half, PROT_NONE);
}
KERNEL(leaves_half, SB_NEED_STANDARD, yes, keep, leaves_half_run, forget, .flags = 0);

/* ------------------------------------------------------------------------------ a child that spins
 */

static int child_waits_run(void *plan, const float *input, float *output)
{
    return right_beside(fork, plan, input, output);
}
KERNEL(child_waits, SB_NEED_STANDARD, yes, keep, child_waits_run, forget, .flags = 0);

/* ---------------------------------------------------------------------- what only check can see */

static int keeps_input_run(void *plan, const float *input, float *output)
{
    rogue *r = plan;
    r->first = r->first ? r->first : input;
    return right(plan, r->first, output);
}
KERNEL(keeps_input, SB_NEED_STANDARD, yes, keep, keeps_input_run, forget, .flags = 0);

static int keeps_output_run(void *plan, const float *input, float *output)
{
    rogue *r = plan;
    r->first = r->first ? r->first : output;
    return right(plan, input, (float *)(uintptr_t)r->first);
}
KERNEL(keeps_output, SB_NEED_STANDARD, yes, keep, keeps_output_run, forget, .flags = 0);

/* Its children hold none of the descriptors, which whoever reads the output would wait for. */
static int forking_plan(const sb_host *host, const sb_problem *p, const int64_t *values,
                        const sb_weights *weights, void **plan, sb_why *why)
{
    if (fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (int fd = 0; fd < 1024; fd++)
            close(fd);
        for (;;)
            pause();
    }
    return keep(host, p, values, weights, plan, why);
}
KERNEL(leaves_processes, SB_NEED_STANDARD, yes, forking_plan, right, forget, .flags = 0);

static void moody_ranges(const sb_problem *problem, const sb_cpu *cpu, sb_range *ranges)
{
    static int asked;
    (void)problem, (void)cpu;
    ranges->max = 4 + asked++ % 4;
}

static const sb_parameter size = {
    .size = sizeof size,
    .kind = SB_INTEGER,
    .id = "size",
    .summary = "a number",
    .min = 1,
    .max = 8,
    .step = 1,
    .initial = 4,
};
static const sb_parameter *const sizes[] = { &size, NULL };
KERNEL(changes_ranges, SB_NEED_STANDARD, yes, keep, right, forget, .parameters = sizes,
       .ranges = moody_ranges);

static const char *colourful(const void *plan)
{
    (void)plan;
    return "\033[31mred";
}
KERNEL(describes_in_red, SB_NEED_STANDARD, yes, keep, right, forget, .describe = colourful);

GOOD;
PLUGIN("lingerer", NULL, &helper_waited, &helper_skipped, &child_waits, &keeps_input, &keeps_output,
       &leaves_processes, &changes_ranges, &describes_in_red, &leaves_half);
