/* SPDX-License-Identifier: Apache-2.0 */
/* Code that the misbehaving plugins share: a plain and correct kernel for each operation, which
 * each plugin then spoils, and the boilerplate of the tables. Everything is static, because each
 * plugin is one file. */
#ifndef SB_TESTS_ROGUE_H
#define SB_TESTS_ROGUE_H

#include "sepbench/plugin.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define UNUSED __attribute__((unused))

/* The descriptors of a worker lie below, in large sweeps too. */
enum { LAST_DESCRIPTOR = 1024 };

typedef struct rogue {
    sb_problem problem;
    const sb_host *host;
    float *weights[SB_MAX_STEPS]; /* copies */
    long runs;                    /* calls of `run` before this one */
    const float *first;           /* for a kernel that keeps a tensor */
} rogue;

static inline size_t output_count(const rogue *r)
{
    const sb_step *last = &r->problem.steps[r->problem.step_count - 1];
    return (size_t)(r->problem.n * last->k * last->p * last->q);
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
    sb_problem_copy(&r->problem, p);
    r->host = host;
    for (uint32_t i = 0; i < p->step_count; i++) {
        const sb_step *s = &p->steps[i];
        r->weights[i] = copy(host, weights->weights[i], s->k * (s->c / s->groups) * s->r * s->s);
    }
    *plan = r;
    return 0;
}

static UNUSED void forget(void *plan)
{
    rogue *r = plan;
    const sb_host *host = r->host;
    for (int i = 0; i < SB_MAX_STEPS; i++)
        host->free(host, r->weights[i]);
    host->free(host, r);
}

/* One output of one filter applied to one channel of the input. */
static float taps(const sb_step *p, const float *image, const float *filter, int64_t y, int64_t x)
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

/* One output element of a step. For the second step, it is computed from the input of the first. */
static float element(const rogue *r, uint32_t step, const float *input, int64_t n, int64_t k,
                     int64_t y, int64_t x)
{
    const sb_step *p = &r->problem.steps[step];
    int64_t depth = p->c / p->groups, first = k / (p->k / p->groups) * depth;
    float sum = 0;
    for (int64_t c = 0; c < depth; c++)
        if (step > 0)
            sum += r->weights[step][k * depth + c] * element(r, step - 1, input, n, c, y, x);
        else
            sum += taps(p, input + (n * p->c + first + c) * p->h * p->w,
                        r->weights[0] + (k * depth + c) * p->r * p->s, y, x);
    return sum;
}

/* Computes the first `count` elements correctly. */
static UNUSED int part(rogue *r, const float *input, float *output, size_t count)
{
    const uint32_t last = r->problem.step_count - 1;
    const sb_step *p = &r->problem.steps[last];
    const float *end = output + count;
    r->runs++;
    for (int64_t n = 0; n < r->problem.n; n++)
        for (int64_t k = 0; k < p->k; k++)
            for (int64_t y = 0; y < p->p; y++)
                for (int64_t x = 0; x < p->q && output < end; x++)
                    *output++ = element(r, last, input, n, k, y, x);
    return 0;
}

/* Computes every element correctly. */
static UNUSED int right(void *plan, const float *input, float *output)
{
    return part(plan, input, output, output_count(plan));
}

static UNUSED int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* A process that `start` makes, as fork() does, counts the milliseconds in which it runs. They must
 * be few in those gaps between calls that are the turns of others: otherwise the kernel fails. For
 * one kernel of a plugin. */
static UNUSED int right_beside(pid_t (*start)(void), void *plan, const float *input, float *output)
{
    static volatile int64_t *count;
    static int64_t before, left, bad;
    if (!count) {
        count =
            mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (start() == 0)
            for (int64_t last = 0;; last = now_us() / 1000)
                *count += last != now_us() / 1000;
    } else if (now_us() - left > 50000) {
        bad += *count - before > (now_us() - left) / 4000;
    }
    right(plan, input, output);
    left = now_us();
    before = *count;
    return bad > 3 ? -1 : 0;
}

/* KERNEL(name, need, supports, plan, run, destroy, other members) defines a kernel. `run` takes a
 * plan, an input and an output. */
#define KERNEL(name, need, can, make, go, end, ...)                             \
    static UNUSED int name##_called(void *plan, const sb_call *call)            \
    {                                                                           \
        return go(plan, call->input, call->output);                             \
    }                                                                           \
    static UNUSED const sb_kernel name = { .size = sizeof(sb_kernel),           \
                                           .handles = need,                     \
                                           .id = #name,                         \
                                           .technique = #name,                  \
                                           .summary = "misbehaves, for a test", \
                                           .supports = can,                     \
                                           .plan = make,                        \
                                           .run = name##_called,                \
                                           .destroy = end,                      \
                                           __VA_ARGS__ }

/* DEED(name, statement): a kernel that runs `statement` before its first call computes. The
 * statement may return. */
#define DEED(name, ...)                                                  \
    static int name##_run(void *plan, const float *input, float *output) \
    {                                                                    \
        if (((rogue *)plan)->runs == 0) {                                \
            __VA_ARGS__;                                                 \
        }                                                                \
        return right(plan, input, output);                               \
    }                                                                    \
    KERNEL(name, SB_NEED_STANDARD, yes, keep, name##_run, forget, .flags = 0)

#define GOOD KERNEL(good, SB_NEED_STANDARD, yes, keep, right, forget, .flags = 0)

#ifndef ROGUE_FLAGS
#define ROGUE_FLAGS 0
#endif
#ifndef ROGUE_DEINIT
#define ROGUE_DEINIT NULL
#endif

/* PLUGIN(id, initialiser or NULL, kernels) defines the plugin. `good` is added after the kernels.
 */
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
        .deinit = ROGUE_DEINIT,                                             \
    }

#endif
