/* SPDX-License-Identifier: Apache-2.0 */
/* What the misbehaving plugins share: a right, plain kernel for each operation that each of them
 * then spoils, and the tables' boilerplate. Everything is static: each plugin is one file. */
#ifndef SB_TESTS_ROGUE_H
#define SB_TESTS_ROGUE_H

#include "sepbench/plugin.h"

#include <stdlib.h>
#include <string.h>

#define UNUSED __attribute__((unused))

typedef struct rogue {
    sb_problem problem;
    const sb_host *host;
    float *standard, *depthwise, *pointwise; /* copies */
    long runs;                               /* calls of `run` before this one */
} rogue;

static inline size_t output_count(const rogue *r)
{
    return (size_t)(r->problem.n * r->problem.k * r->problem.p * r->problem.q);
}

static UNUSED int yes(const sb_problem *problem, const sb_cpu *cpu, sb_why *why)
{
    (void)problem, (void)cpu, (void)why;
    return 1;
}

static float *copy(const sb_host *host, const float *from, int64_t count)
{
    float *to = from ? host->alloc(host, (size_t)count * sizeof *to) : NULL;
    return to ? memcpy(to, from, (size_t)count * sizeof *to) : NULL;
}

static UNUSED int keep(const sb_host *host, const sb_problem *p, const int64_t *values,
                       const sb_weights *weights, void **plan, sb_why *why)
{
    (void)values, (void)why;
    rogue *r = host->alloc(host, sizeof *r);
    r->problem = *p;
    r->host = host;
    r->standard = copy(host, weights->standard, p->k * (p->c / p->groups) * p->r * p->s);
    r->depthwise = copy(host, weights->depthwise, p->c * p->multiplier * p->r * p->s);
    r->pointwise = copy(host, weights->pointwise, p->k * p->c * p->multiplier);
    *plan = r;
    return 0;
}

static UNUSED void forget(void *plan)
{
    rogue *r = plan;
    const sb_host *host = r->host;
    host->free(host, r->standard);
    host->free(host, r->depthwise);
    host->free(host, r->pointwise);
    host->free(host, r);
}

/* One output of one channel of the input under one filter. */
static float taps(const sb_problem *p, const float *image, const float *filter, int64_t y,
                  int64_t x)
{
    float sum = 0;
    for (int64_t r = 0; r < p->r; r++)
        for (int64_t s = 0; s < p->s; s++) {
            int64_t h = y * p->stride_h - p->pad_top + r * p->dilation_h;
            int64_t w = x * p->stride_w - p->pad_left + s * p->dilation_w;
            if (h >= 0 && h < p->h && w >= 0 && w < p->w)
                sum += image[h * p->w + w] * filter[r * p->s + s];
        }
    return sum;
}

static float element(const rogue *r, const float *input, int64_t n, int64_t k, int64_t y, int64_t x)
{
    const sb_problem *p = &r->problem;
    float sum = 0;
    if (p->operation == SB_SEPARABLE) {
        for (int64_t d = 0; d < p->c * p->multiplier; d++)
            sum += r->pointwise[k * p->c * p->multiplier + d] *
                   taps(p, input + (n * p->c + d / p->multiplier) * p->h * p->w,
                        r->depthwise + d * p->r * p->s, y, x);
        return sum;
    }
    int64_t depth = p->c / p->groups, first = k / (p->k / p->groups) * depth;
    for (int64_t c = 0; c < depth; c++)
        sum += taps(p, input + (n * p->c + first + c) * p->h * p->w,
                    r->standard + (k * depth + c) * p->r * p->s, y, x);
    return sum;
}

/* Computes the first so many elements, as they should be. */
static UNUSED int part(rogue *r, const float *input, float *output, size_t count)
{
    const sb_problem *p = &r->problem;
    const float *end = output + count;
    r->runs++;
    for (int64_t n = 0; n < p->n; n++)
        for (int64_t k = 0; k < p->k; k++)
            for (int64_t y = 0; y < p->p; y++)
                for (int64_t x = 0; x < p->q && output < end; x++)
                    *output++ = element(r, input, n, k, y, x);
    return 0;
}

/* Computes every element. */
static UNUSED int right(void *plan, const float *input, float *output)
{
    return part(plan, input, output, output_count(plan));
}

/* KERNEL(name, operation, supports, plan, run, destroy, further members) */
#define KERNEL(name, op, can, make, go, end, ...)                               \
    static UNUSED const sb_kernel name = { .size = sizeof(sb_kernel),           \
                                           .operation = op,                     \
                                           .id = #name,                         \
                                           .technique = #name,                  \
                                           .summary = "misbehaves, for a test", \
                                           .supports = can,                     \
                                           .plan = make,                        \
                                           .run = go,                           \
                                           .destroy = end,                      \
                                           __VA_ARGS__ }

#define GOOD KERNEL(good, SB_STANDARD, yes, keep, right, forget, .flags = 0)

#ifndef ROGUE_FLAGS
#define ROGUE_FLAGS 0
#endif

/* PLUGIN(id, initialiser or NULL, kernels): `good` is put after them. */
#define PLUGIN(name, start, ...)                                            \
    static const sb_kernel *const kernels[] = { __VA_ARGS__, &good, NULL }; \
    const sb_plugin sb_plugin_entry = {                                     \
        .size = sizeof(sb_plugin),                                          \
        .abi_major = SB_ABI_MAJOR,                                          \
        .abi_minor = SB_ABI_MINOR,                                          \
        .flags = ROGUE_FLAGS,                                               \
        .id = name,                                                         \
        .version = "1",                                                     \
        .summary = "misbehaves, for a test",                                \
        .license = "Apache-2.0",                                            \
        .kernels = kernels,                                                 \
        .init = start,                                                      \
    }

#endif
