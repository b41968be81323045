/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels that never return. Their verdict is `timeout`. */
#include "rogue.h"

#include <signal.h>
#include <unistd.h>

static volatile int always = 1;

static int loop_plan(const sb_host *host, const sb_problem *p, const int64_t *values,
                     const sb_weights *weights, void **plan, sb_why *why)
{
    (void)host, (void)p, (void)values, (void)weights, (void)plan, (void)why;
    while (always)
        ;
    return 0;
}
KERNEL(loop_in_plan, SB_NEED_STANDARD, yes, loop_plan, right, forget, .flags = 0);

static int loop_run(void *plan, const float *input, float *output)
{
    while (always)
        output[0] = input[0];
    return right(plan, input, output);
}
KERNEL(loop_in_run, SB_NEED_STANDARD, yes, keep, loop_run, forget, .flags = 0);

static int stop_run(void *plan, const float *input, float *output)
{
    raise(SIGSTOP);
    return right(plan, input, output);
}
KERNEL(stops_itself, SB_NEED_STANDARD, yes, keep, stop_run, forget, .flags = 0);

static int deaf_run(void *plan, const float *input, float *output)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    while (always)
        pause();
    return right(plan, input, output);
}
KERNEL(deaf, SB_NEED_STANDARD, yes, keep, deaf_run, forget, .flags = 0);

GOOD;
PLUGIN("staller", NULL, &loop_in_plan, &loop_in_run, &stops_itself, &deaf);
