/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels that are right while they are verified and wrong while they are timed. Their verdict is
 * `wrong`. */
#include "rogue.h"

#include <math.h>
#include <unistd.h>

#define LATE 10 /* calls */

static int bend(rogue *r, const float *input, float *output)
{
    right(r, input, output);
    output[output_count(r) / 2] *= 1.1f;
    return 0;
}

/* From a certain call of the plan on, these kernels do nothing, compute half of the output, or get
 * one element wrong. */
static int idle_run(rogue *r, const float *input, float *output, long calls)
{
    return r->runs < calls ? right(r, input, output) : 0;
}

static int half_run(rogue *r, const float *input, float *output, long calls)
{
    return r->runs < calls ? right(r, input, output) : part(r, input, output, output_count(r) / 2);
}

static int bent_run(rogue *r, const float *input, float *output, long calls)
{
    return r->runs < calls ? right(r, input, output) : bend(r, input, output);
}

#define TURNS(way, calls)                                                                       \
    static int way##_after_##calls##_run(void *p, const float *input, float *o)                 \
    {                                                                                           \
        return way##_run(p, input, o, calls);                                                   \
    }                                                                                           \
    KERNEL(way##_after_##calls, SB_NEED_STANDARD, yes, keep, way##_after_##calls##_run, forget, \
           .flags = 0)

TURNS(idle, 2);
TURNS(idle, 10);
TURNS(idle, 1000);
TURNS(half, 2);
TURNS(half, 10);
TURNS(half, 1000);
TURNS(bent, 2);
TURNS(bent, 10);
TURNS(bent, 1000);

/* Is off by a tenth in every second call. The kernel declares that two runs may differ in the last
 * bits, which does not cover this. */
static int second_run(void *plan, const float *input, float *output)
{
    rogue *r = plan;
    return r->runs % 2 ? bend(r, input, output) : right(r, input, output);
}
KERNEL(second, SB_NEED_STANDARD, yes, keep, second_run, forget, .flags = 0);
KERNEL(second_unrepeatable, SB_NEED_STANDARD, yes, keep, second_run, forget,
       .flags = SB_KERNEL_UNREPEATABLE);

static int second_later_run(void *plan, const float *input, float *output)
{
    rogue *r = plan;
    return r->runs > LATE ? second_run(r, input, output) : right(r, input, output);
}
KERNEL(second_later, SB_NEED_STANDARD, yes, keep, second_later_run, forget, .flags = 0);
KERNEL(second_later_unrepeatable, SB_NEED_STANDARD, yes, keep, second_later_run, forget,
       .flags = SB_KERNEL_UNREPEATABLE);
KERNEL(idle_unrepeatable, SB_NEED_STANDARD, yes, keep, idle_after_10_run, forget,
       .flags = SB_KERNEL_UNREPEATABLE);

/* Not a cheat: differs in the last bits from call to call, as it declares. */
static int dither_run(void *plan, const float *input, float *output)
{
    rogue *r = plan;
    right(r, input, output);
    if (r->runs > LATE)
        output[r->runs % (long)output_count(r)] *= 1 + 0x1p-23f;
    return 0;
}
KERNEL(dithers, SB_NEED_STANDARD, yes, keep, dither_run, forget, .flags = SB_KERNEL_UNREPEATABLE);

/* Not a cheat: a library that times its kernels to choose one may choose differently in each
 * process, and the last bits then differ too. */
static int racing_run(void *plan, const float *input, float *output)
{
    rogue *r = plan;
    right(r, input, output);
    if (rintf(output[0]) != output[0]) /* not the integer test */
        output[0] *= 1 + (float)(getpid() % 8) * 0x1p-23f;
    return 0;
}
KERNEL(races, SB_NEED_STANDARD, yes, keep, racing_run, forget, .flags = 0);

/* Writes past the end of the output once it is no longer verified. */
static int spill_run(void *plan, const float *input, float *output)
{
    rogue *r = plan;
    if (r->runs >= 10)
        output[output_count(r)] = 1;
    return right(plan, input, output);
}
KERNEL(spills_later, SB_NEED_STANDARD, yes, keep, spill_run, forget, .flags = 0);

/* ------------------------------------------------------------------- state that plans share */

static rogue *latest;

static int shared_plan(const sb_host *host, const sb_problem *p, const int64_t *values,
                       const sb_weights *weights, void **plan, sb_why *why)
{
    int rc = keep(host, p, values, weights, plan, why);
    latest = *plan;
    return rc;
}

static int shared_run(void *plan, const float *input, float *output)
{
    (void)plan;
    return right(latest, input, output);
}

static void leave(void *plan)
{
    (void)plan; /* it may still be in use */
}
KERNEL(shared_standard, SB_NEED_STANDARD, yes, shared_plan, shared_run, leave, .flags = 0);
KERNEL(shared_separable, SB_NEED_SEPARABLE, yes, shared_plan, shared_run, leave, .flags = 0);

GOOD;
PLUGIN("turncoat", NULL, &idle_after_2, &idle_after_10, &idle_after_1000, &half_after_2,
       &half_after_10, &half_after_1000, &bent_after_2, &bent_after_10, &bent_after_1000, &second,
       &second_unrepeatable, &second_later, &second_later_unrepeatable, &idle_unrepeatable,
       &dithers, &races, &spills_later, &shared_standard, &shared_separable);
