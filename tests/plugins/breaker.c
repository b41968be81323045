/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels with right results, each of which breaks one rule of the contract. `sepbench check` finds
 * these beyond the two gates. */
#include "rogue.h"

#include <fcntl.h>
#include <unistd.h>

/* -------------------------------------------------------------------- two plans share a state */

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
KERNEL(shares, SB_NEED_STANDARD, yes, shared_plan, shared_run, forget, .flags = 0);

/* -------------------------------------------------------------------- keeps borrowed pointers */

static const float *lent_weights;
static const sb_problem *lent_problem;

static int weights_plan(const sb_host *host, const sb_problem *p, const int64_t *values,
                        const sb_weights *weights, void **plan, sb_why *why)
{
    lent_weights = weights->weights[0];
    return keep(host, p, values, weights, plan, why);
}

static int weights_run(void *plan, const float *input, float *output)
{
    rogue *r = plan;
    r->weights[0][0] = lent_weights[0];
    return right(plan, input, output);
}
KERNEL(keeps_weights, SB_NEED_STANDARD, yes, weights_plan, weights_run, forget, .flags = 0);

static int problem_plan(const sb_host *host, const sb_problem *p, const int64_t *values,
                        const sb_weights *weights, void **plan, sb_why *why)
{
    lent_problem = p;
    return keep(host, p, values, weights, plan, why);
}

static int problem_run(void *plan, const float *input, float *output)
{
    rogue *r = plan;
    r->problem.n = lent_problem->n;
    return right(plan, input, output);
}
KERNEL(keeps_problem, SB_NEED_STANDARD, yes, problem_plan, problem_run, forget, .flags = 0);

/* -------------------------------------------------------------------------------- left behind */

static void forget_half(void *plan)
{
    rogue *r = plan;
    r->host->free(r->host, r);
}
KERNEL(leaks_blocks, SB_NEED_STANDARD, yes, keep, right, forget_half, .flags = 0);

static void *volatile lost;

static int heap_plan(const sb_host *host, const sb_problem *p, const int64_t *values,
                     const sb_weights *weights, void **plan, sb_why *why)
{
    lost = malloc(8192);
    return keep(host, p, values, weights, plan, why);
}
KERNEL(leaks_heap, SB_NEED_STANDARD, yes, heap_plan, right, forget, .flags = 0);

static int descriptor_plan(const sb_host *host, const sb_problem *p, const int64_t *values,
                           const sb_weights *weights, void **plan, sb_why *why)
{
    int ignored = open("/dev/null", O_RDONLY);
    (void)ignored;
    return keep(host, p, values, weights, plan, why);
}
KERNEL(leaks_descriptors, SB_NEED_STANDARD, yes, descriptor_plan, right, forget, .flags = 0);

/* ---------------------------------------------------------------------------------------- run */

static int allocating_run(void *plan, const float *input, float *output)
{
    rogue *r = plan;
    r->host->free(r->host, r->host->alloc(r->host, 64));
    return right(plan, input, output);
}
KERNEL(allocates, SB_NEED_STANDARD, yes, keep, allocating_run, forget, .flags = 0);

static int writing_run(void *plan, const float *input, float *output)
{
    right(plan, input, output);
    ((float *)(uintptr_t)input)[0] = 0;
    return 0;
}
KERNEL(writes_input, SB_NEED_STANDARD, yes, keep, writing_run, forget, .flags = 0);

static int before_run(void *plan, const float *input, float *output)
{
    volatile float before = input[-16];
    (void)before;
    return right(plan, input, output);
}
KERNEL(reads_before, SB_NEED_STANDARD, yes, keep, before_run, forget, .flags = 0);

/* --------------------------------------------------------------------------------------- pure */

static int moody_supports(const sb_problem *problem, const sb_cpu *cpu, sb_why *why)
{
    static int asked;
    (void)problem, (void)cpu, (void)why;
    return ++asked % 7 != 0;
}
KERNEL(moody_supports_kernel, SB_NEED_STANDARD, moody_supports, keep, right, forget, .flags = 0);

static void moody_layouts(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values,
                          sb_layouts *layouts)
{
    static int asked;
    (void)problem, (void)cpu, (void)values;
    layouts->input = ++asked % 5 ? SB_NCHW : SB_NHWC;
}
KERNEL(moody_layouts_kernel, SB_NEED_STANDARD, yes, keep, right, forget, .layouts = moody_layouts);

#define NUMBER(name)                                          \
    static const sb_parameter name = { .size = sizeof name,   \
                                       .kind = SB_INTEGER,    \
                                       .id = #name,           \
                                       .summary = "a number", \
                                       .max = 9,              \
                                       .step = 1 }
NUMBER(one);
NUMBER(other);
static const sb_parameter *const numbers[] = { &one, &other, NULL };

static void moody_complete(const sb_problem *problem, const sb_cpu *cpu, uint32_t given,
                           int64_t *values)
{
    static int asked;
    (void)problem, (void)cpu;
    values[given == 1] = ++asked % 10;
}
KERNEL(moody_complete_kernel, SB_NEED_STANDARD, yes, keep, right, forget, .parameters = numbers,
       .complete = moody_complete);

static void bossy_complete(const sb_problem *problem, const sb_cpu *cpu, uint32_t given,
                           int64_t *values)
{
    (void)problem, (void)cpu, (void)given;
    values[0] = values[1] = 5;
}
KERNEL(bossy, SB_NEED_STANDARD, yes, keep, right, forget, .parameters = numbers,
       .complete = bossy_complete);

/* --------------------------------------------------------------------- crashes and never ends */

static void crashing_destroy(void *plan)
{
    forget(plan);
    abort();
}
KERNEL(crashes_in_destroy, SB_NEED_STANDARD, yes, keep, right, crashing_destroy, .flags = 0);

static int endless_valid(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values)
{
    (void)problem, (void)cpu, (void)values;
    static volatile int going = 1;
    while (going)
        ;
    return 1;
}
KERNEL(hangs_in_valid, SB_NEED_SEPARABLE, yes, keep, right, forget, .valid = endless_valid);

/* ---------------------------------------------------------- not a failure, but worth a remark */

static int never(const sb_problem *problem, const sb_cpu *cpu, sb_why *why)
{
    (void)problem, (void)cpu;
    strcpy(why->text, "it is shy");
    return 0;
}
KERNEL(never_runs, SB_NEED_SEPARABLE, never, keep, right, forget, .flags = 0);

__attribute__((visibility("default"))) int shown_by_breaker(void);
int shown_by_breaker(void)
{
    return 1;
}

GOOD;
PLUGIN("breaker", NULL, &shares, &keeps_weights, &keeps_problem, &leaks_blocks, &leaks_heap,
       &leaks_descriptors, &allocates, &writes_input, &reads_before, &moody_supports_kernel,
       &moody_layouts_kernel, &moody_complete_kernel, &bossy, &crashes_in_destroy, &hangs_in_valid,
       &never_runs);
