/* SPDX-License-Identifier: Apache-2.0 */
/* Small helpers shared by the kernels of several plugins. */
#ifndef SB_PLUGINS_KIT_H
#define SB_PLUGINS_KIT_H

#include "sepbench/plugin.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

/* How a plugin is built, for its table; made by plugins/local.mk from compiler and flags. */
#ifndef SB_BUILD
#define SB_BUILD NULL
#endif

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

/* The largest power of two that is at most a, which is at least 1. */
static inline int64_t power_of_two_to(int64_t a)
{
    const int64_t power = power_of_two_from(a);
    return power > a ? power / 2 : power;
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
 * The distance from one thread's scratch of `count` floats to the next. A core prefetches up to
 * seven strides past the end of what it reads, and so takes cache lines from the core that writes
 * them. Between cores without a shared cache that makes the other thread 1.8 times slower; 128 KiB
 * between the scratches avoid it.
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

/* The sizes of a core's caches in floats; common sizes if they are not known. */
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

#endif
