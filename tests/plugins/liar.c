/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels with wrong results. Their verdict is `wrong`. */
#include "rogue.h"

#include <math.h>

static int ulp_run(void *plan, const float *input, float *output)
{
    right(plan, input, output);
    output[output_count(plan) / 2] = nextafterf(output[output_count(plan) / 2], INFINITY);
    return 0;
}
KERNEL(ulp, SB_NEED_STANDARD, yes, keep, ulp_run, forget, .flags = 0);

static int hole_run(void *plan, const float *input, float *output)
{
    float last;
    memcpy(&last, &output[output_count(plan) - 1], sizeof last);
    right(plan, input, output);
    memcpy(&output[output_count(plan) - 1], &last, sizeof last);
    return 0;
}
KERNEL(hole, SB_NEED_STANDARD, yes, keep, hole_run, forget, .flags = 0);

static int beyond_run(void *plan, const float *input, float *output)
{
    output[output_count(plan)] = 1; /* in the gap that the test layer has up to the next 64 bytes */
    return right(plan, input, output);
}
KERNEL(beyond, SB_NEED_STANDARD, yes, keep, beyond_run, forget, .flags = 0);

static int before_run(void *plan, const float *input, float *output)
{
    output[-1] = 1;
    return right(plan, input, output);
}
KERNEL(before, SB_NEED_STANDARD, yes, keep, before_run, forget, .flags = 0);

static int nan_run(void *plan, const float *input, float *output)
{
    right(plan, input, output);
    output[0] = NAN;
    return 0;
}
KERNEL(nan_value, SB_NEED_STANDARD, yes, keep, nan_run, forget, .flags = 0);

/* These kernels are wrong by one ulp, which is within the error bound of real data, from a later
 * run of a plan on. */
static int turn_bad(rogue *r, const float *input, float *output, long runs)
{
    int bad = r->runs >= runs;
    right(r, input, output);
    if (bad)
        output[0] = nextafterf(output[0], INFINITY);
    return 0;
}

static int second_run(void *plan, const float *input, float *output)
{
    return turn_bad(plan, input, output, 1);
}
KERNEL(second, SB_NEED_STANDARD, yes, keep, second_run, forget, .flags = 0);
KERNEL(unrepeatable, SB_NEED_STANDARD, yes, keep, second_run, forget,
       .flags = SB_KERNEL_UNREPEATABLE);

static int later_run(void *plan, const float *input, float *output)
{
    return turn_bad(plan, input, output, 3);
}
KERNEL(later, SB_NEED_STANDARD, yes, keep, later_run, forget, .flags = 0);

/* Is right for one operation and wrong for the other. */
static int half_run(void *plan, const float *input, float *output)
{
    rogue *r = plan;
    right(plan, input, output);
    if (r->problem.step_count == 2)
        for (size_t i = 0; i < output_count(r); i++)
            output[i] *= 2;
    return 0;
}
KERNEL(half_standard, SB_NEED_STANDARD, yes, keep, half_run, forget, .flags = 0);
KERNEL(half_separable, SB_NEED_SEPARABLE, yes, keep, half_run, forget, .flags = 0);

GOOD;
PLUGIN("liar", NULL, &ulp, &hole, &beyond, &before, &nan_value, &second, &unrepeatable, &later,
       &half_standard, &half_separable);
