/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels for tests of threads and samples. All say that they use all threads that they may:
 * `together` does, and fails if its runtime gives it another number; `alone` computes on one.
 * `unsteady` takes from one call to the next 1.6 times as long, up to 17 ms, and starts again. */
#include "rogue.h"

#include <omp.h>
#include <stdio.h>
#include <time.h>

/* Each thread has the same work; one of them keeps the result. */
static void weave(rogue *r, const sb_call *call, int thread)
{
    rogue own = *r;
    float *scratch = thread ? malloc(output_count(r) * sizeof *scratch) : NULL;
    right(&own, call->input, scratch ? scratch : call->output);
    free(scratch);
}

static int together_run(void *plan, const sb_call *call)
{
    rogue *r = plan;
    const int wanted = (int)r->problem.threads;
    int got = 0;
#pragma omp parallel num_threads(wanted) reduction(+ : got)
    {
        got = 1;
        weave(r, call, omp_get_thread_num());
    }
    if (got == wanted)
        return 0;
    snprintf(call->why->text, sizeof call->why->text, "computed on %d threads, not %d", got,
             wanted);
    return 1;
}

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

static int unsteady_run(void *plan, const float *input, float *output)
{
    enum { STEPS = 7 };
    rogue *r = plan;
    const double began = now_ms();
    double takes = 1;
    for (long i = 0; i < r->runs % STEPS; i++)
        takes *= 1.6;
    right(r, input, output);
    while (now_ms() - began < takes)
        ;
    return 0;
}

static const sb_kernel together = {
    .size = sizeof together,
    .handles = SB_NEED_STANDARD,
    .id = "together",
    .technique = "together",
    .summary = "for a test",
    .flags = SB_KERNEL_THREADED,
    .supports = yes,
    .plan = keep,
    .run = together_run,
    .destroy = forget,
};
KERNEL(alone, SB_NEED_STANDARD, yes, keep, right, forget, .flags = SB_KERNEL_THREADED);
KERNEL(unsteady, SB_NEED_STANDARD, yes, keep, unsteady_run, forget, .flags = 0);

GOOD;
PLUGIN("weaver", NULL, &together, &alone, &unsteady);
