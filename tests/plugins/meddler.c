/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels that compute correctly but tamper with the state of their process. */
#include "rogue.h"

#include <fenv.h>
#include <sched.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

static cpu_set_t given;

static int note_cpus(const sb_host *host, sb_why *why)
{
    (void)host, (void)why;
    return sched_getaffinity(0, sizeof given, &given);
}

static int print_run(void *plan, const float *input, float *output)
{
    static char line[1024];
    rogue *r = plan;
    memset(line, 'x', sizeof line);
    for (int i = 0; r->runs == 0 && i < 1024; i++)
        if (write(STDOUT_FILENO, line, sizeof line) < 0)
            return 1;
    return right(plan, input, output);
}
KERNEL(prints, SB_NEED_STANDARD, yes, keep, print_run, forget, .flags = 0);

static int round_run(void *plan, const float *input, float *output)
{
    right(plan, input, output);
    return fesetround(FE_UPWARD);
}
KERNEL(rounds_upward, SB_NEED_STANDARD, yes, keep, round_run, forget, .flags = 0);

static int move_run(void *plan, const float *input, float *output)
{
    cpu_set_t other;
    CPU_ZERO(&other);
    for (size_t i = 0; i < CPU_SETSIZE; i++)
        if (!CPU_ISSET(i, &given))
            CPU_SET(i, &other);
    (void)sched_setaffinity(0, sizeof other, &other); /* fails on a machine with one core */
    return right(plan, input, output);
}
KERNEL(moves, SB_NEED_STANDARD, yes, keep, move_run, forget, .flags = 0);

/* Runs after the two kernels above and succeeds only if they left no trace. */
static int strict_run(void *plan, const float *input, float *output)
{
    cpu_set_t now;
    if (fegetround() != FE_TONEAREST || sched_getaffinity(0, sizeof now, &now) != 0 ||
        !CPU_EQUAL(&now, &given))
        return 1;
    return right(plan, input, output);
}
KERNEL(strict, SB_NEED_STANDARD, yes, keep, strict_run, forget, .flags = 0);

static int fork_run(void *plan, const float *input, float *output)
{
    rogue *r = plan;
    if (r->runs == 0 && fork() == 0)
        for (;;)
            pause();
    return right(plan, input, output);
}
KERNEL(forks, SB_NEED_STANDARD, yes, keep, fork_run, forget, .flags = 0);

/* Aborts, but leaves a child that keeps the worker's socket open. */
static int fork_abort_run(void *plan, const float *input, float *output)
{
    fork_run(plan, input, output);
    abort();
}
KERNEL(forks_and_aborts, SB_NEED_STANDARD, yes, keep, fork_abort_run, forget, .flags = 0);

static int close_run(void *plan, const float *input, float *output)
{
    for (int fd = 0; fd < 1024; fd++)
        close(fd);
    return right(plan, input, output);
}
KERNEL(closes, SB_NEED_STANDARD, yes, keep, close_run, forget, .flags = 0);

GOOD;
PLUGIN("meddler", note_cpus, &prints, &rounds_upward, &moves, &strict, &forks, &forks_and_aborts,
       &closes);
