/* SPDX-License-Identifier: Apache-2.0 */
/* Small things that the kernels of several plugins need. */
#ifndef SB_PLUGINS_KIT_H
#define SB_PLUGINS_KIT_H

#include "sepbench/plugin.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static inline int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static inline int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* For a >= 0 and b > 0. */
static inline int64_t divide_up(int64_t a, int64_t b)
{
    return (a + b - 1) / b;
}

static inline int64_t round_up(int64_t a, int64_t b)
{
    return divide_up(a, b) * b;
}

/* The smallest power of two that is at least a. */
static inline int64_t power_of_two_from(int64_t a)
{
    int64_t power = 1;
    while (power < a)
        power *= 2;
    return power;
}

static inline int64_t clamp(int64_t a, int64_t low, int64_t high)
{
    return larger(low, smaller(a, high));
}

/* Writes why a problem is refused or a plan failed; returns -1. */
__attribute__((format(printf, 2, 3))) static inline int refuse(sb_why *why, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(why->text, sizeof why->text, format, list);
    va_end(list);
    return -1;
}

static inline float *alloc_floats(const sb_host *host, int64_t count)
{
    return host->alloc(host, (size_t)larger(count, 1) * sizeof(float));
}

/*
 * From one thread's scratch of `count` floats to the next one's. A core fetches ahead of what it
 * goes through, up to seven strides past the end, and there takes lines from the core that writes
 * them. Between cores that share no cache that made the other one's work 1.8 times as long; with
 * 128 KiB between the scratches there was nothing left of it.
 */
static inline int64_t scratch_pitch(int64_t count)
{
    return round_up(count, 16) + 32768 + 64; /* not a page's multiple: sets of a cache */
}

/* The scratches of all threads; of one thread alone no more than it needs. */
static inline float *alloc_scratches(const sb_host *host, int64_t count, int64_t threads)
{
    return alloc_floats(host, (threads - 1) * scratch_pitch(count) + count);
}

/* What a core's caches hold, in floats; what is usual where it is not known. */
static inline int64_t l1_floats(const sb_cpu *cpu)
{
    return (cpu->l1d_bytes != 0 ? (int64_t)cpu->l1d_bytes : 32768) / 4;
}

static inline int64_t l2_floats(const sb_cpu *cpu)
{
    return (cpu->l2_bytes != 0 ? (int64_t)cpu->l2_bytes : 524288) / 4;
}

/* A kernel that computes every problem. */
static inline int supports_all(const sb_problem *problem, const sb_cpu *cpu, sb_why *why)
{
    (void)problem;
    (void)cpu;
    (void)why;
    return 1;
}

/* A 1 x 1 kernel that uses every pixel of the input once, in order. */
static inline bool is_plain_pointwise(const sb_problem *b)
{
    return b->r == 1 && b->s == 1 && b->stride_h == 1 && b->stride_w == 1 && b->pad_top == 0 &&
           b->pad_bottom == 0 && b->pad_left == 0 && b->pad_right == 0;
}

/* The same computation with an image of one row where that is possible: longer rows make fuller
 * vectors. */
static inline sb_problem flatten(const sb_problem *problem)
{
    sb_problem flat = *problem;
    if (is_plain_pointwise(problem)) {
        flat.w = flat.q = problem->h * problem->w;
        flat.h = flat.p = 1;
    }
    return flat;
}

/* The two steps of a separable problem, as standard ones. */
static inline sb_problem depthwise_step(const sb_problem *problem)
{
    sb_problem step = *problem;
    step.operation = SB_STANDARD;
    step.groups = problem->c;
    step.k = problem->c * problem->multiplier;
    step.multiplier = 1;
    return step;
}

static inline sb_problem pointwise_step(const sb_problem *problem)
{
    sb_problem step = *problem;
    step.operation = SB_STANDARD;
    step.c = problem->c * problem->multiplier;
    step.h = problem->p;
    step.w = problem->q;
    step.r = step.s = step.stride_h = step.stride_w = step.dilation_h = step.dilation_w = 1;
    step.pad_top = step.pad_bottom = step.pad_left = step.pad_right = 0;
    step.groups = step.multiplier = 1;
    return step;
}

#endif
