/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels that end their process. Their verdict is `crashed`. */
#include "rogue.h"

#include <unistd.h>

/* An address in the first pages, which are never mapped. Not NULL, which a sanitizer would report
 * itself. */
static volatile int *nowhere = (volatile int *)4096;

static int touch_nowhere(void)
{
    return *nowhere;
}

static int segv_supports(const sb_problem *problem, const sb_cpu *cpu, sb_why *why)
{
    (void)problem, (void)cpu, (void)why;
    return touch_nowhere();
}
KERNEL(segv_in_supports, SB_NEED_STANDARD, segv_supports, keep, right, forget, .flags = 0);

static int segv_plan(const sb_host *host, const sb_problem *p, const int64_t *values,
                     const sb_weights *weights, void **plan, sb_why *why)
{
    (void)host, (void)p, (void)values, (void)weights, (void)plan, (void)why;
    return touch_nowhere();
}
KERNEL(segv_in_plan, SB_NEED_STANDARD, yes, segv_plan, right, forget, .flags = 0);

static int exit_plan(const sb_host *host, const sb_problem *p, const int64_t *values,
                     const sb_weights *weights, void **plan, sb_why *why)
{
    (void)host, (void)p, (void)values, (void)weights, (void)plan, (void)why;
    _exit(7);
}
KERNEL(exit_in_plan, SB_NEED_STANDARD, yes, exit_plan, right, forget, .flags = 0);

static int segv_run(void *plan, const float *input, float *output)
{
    rogue *r = plan;
    return r->runs > 5 ? touch_nowhere() : right(plan, input, output);
}
KERNEL(segv_after_calls, SB_NEED_STANDARD, yes, keep, segv_run, forget, .flags = 0);

static int abort_run(void *plan, const float *input, float *output)
{
    (void)plan, (void)input, (void)output;
    abort();
}
KERNEL(abort_in_run, SB_NEED_STANDARD, yes, keep, abort_run, forget, .flags = 0);

static int exit_run(void *plan, const float *input, float *output)
{
    (void)plan, (void)input, (void)output;
    exit(0);
}
KERNEL(exit_in_run, SB_NEED_STANDARD, yes, keep, exit_run, forget, .flags = 0);

static int illegal_run(void *plan, const float *input, float *output)
{
    (void)plan, (void)input, (void)output;
#if defined(__x86_64__) || defined(__i386__)
    __asm__ volatile("ud2");
#else
    __builtin_trap();
#endif
    return 0;
}
KERNEL(illegal, SB_NEED_STANDARD, yes, keep, illegal_run, forget, .flags = 0);

static volatile int always = 1;

static int dive(int depth)
{
    volatile char frame[4096];
    frame[depth % 4096] = (char)depth;
    return always ? dive(depth + 1) + frame[0] : 0;
}

static int overflow_run(void *plan, const float *input, float *output)
{
    (void)plan, (void)input, (void)output;
    return dive(0);
}
KERNEL(stack_overflow, SB_NEED_STANDARD, yes, keep, overflow_run, forget, .flags = 0);

static int input_run(void *plan, const float *input, float *output)
{
    *(volatile float *)(uintptr_t)input = 0;
    return right(plan, input, output);
}
KERNEL(writes_input, SB_NEED_STANDARD, yes, keep, input_run, forget, .flags = 0);

static int past_run(void *plan, const float *input, float *output)
{
    rogue *r = plan;
    const sb_step *s = &r->problem.steps[0];
    output[0] = ((const volatile float *)input)[r->problem.n * s->c * s->h * s->w + 1024];
    return right(plan, input, output);
}
KERNEL(reads_past_input, SB_NEED_STANDARD, yes, keep, past_run, forget, .flags = 0);

static int far_run(void *plan, const float *input, float *output)
{
    output[output_count(plan) + 1024] = 1;
    return right(plan, input, output);
}
KERNEL(writes_past_output, SB_NEED_STANDARD, yes, keep, far_run, forget, .flags = 0);

static void abort_destroy(void *plan)
{
    (void)plan;
    abort();
}
KERNEL(abort_in_destroy, SB_NEED_STANDARD, yes, keep, right, abort_destroy, .flags = 0);

/* Aborts only after the kernel has been timed: at the next layer, or at the end. */
static void late_destroy(void *plan)
{
    rogue *r = plan;
    if (r->runs > 3)
        abort();
    forget(plan);
}
KERNEL(late_abort, SB_NEED_STANDARD, yes, keep, right, late_destroy, .flags = 0);

GOOD;
PLUGIN("crasher", NULL, &segv_in_supports, &segv_in_plan, &exit_in_plan, &segv_after_calls,
       &abort_in_run, &exit_in_run, &illegal, &stack_overflow, &writes_input, &reads_past_input,
       &writes_past_output, &abort_in_destroy, &late_abort);
