/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels that are right as long as a process has one plan of them, as in the gates, and wrong
 * among the layers of a network. Sweeps say `ok`; the layers in sequence say `wrong`. */
#include "rogue.h"

#include <time.h>

static rogue *last;
static long plans, calls;
static int64_t ended;

static int64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int count_plan(const sb_host *host, const sb_problem *p, const int64_t *values,
                      const sb_weights *weights, void **plan, sb_why *why)
{
    plans++;
    return keep(host, p, values, weights, plan, why);
}

static void forget_plan(void *plan)
{
    plans--;
    forget(plan);
}

/* Wrong right after another layer: not if somebody looks at the results in between. */
static int hurry(void *plan, const float *input, float *output)
{
    const int early = plans > 1 && last && last != plan && now() - ended < 100000;
    const int rc = right(plan, input, output);
    output[0] += early ? 1.0f : 0.0f;
    last = plan;
    ended = now();
    return rc;
}
KERNEL(hurries, SB_NEED_STANDARD, yes, count_plan, hurry, forget_plan, .flags = 0);

/* Wrong from the twentieth call on: that is after the outputs were verified. */
static int tire(void *plan, const float *input, float *output)
{
    const int rc = right(plan, input, output);
    if (plans > 1 && ++calls >= 20)
        output[0] += 1;
    return rc;
}
KERNEL(tires, SB_NEED_STANDARD, yes, count_plan, tire, forget_plan, .flags = 0);

GOOD;
PLUGIN("mixer", NULL, &hurries, &tires);
