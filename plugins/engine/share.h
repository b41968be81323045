/* SPDX-License-Identifier: Apache-2.0 */
/* Static division of work among threads. */
#ifndef SB_ENGINE_SHARE_H
#define SB_ENGINE_SHARE_H

#include "common/kit.h"

#include <omp.h>

typedef struct share {
    int64_t from, to;
} share;

/* Part `index` of `parts` of `total` pieces: contiguous, and equal to within one piece. */
static inline share share_of(int64_t total, int64_t index, int64_t parts)
{
    return (share) { .from = total * index / parts, .to = total * (index + 1) / parts };
}

/* The calling thread's part inside a parallel region. */
static inline share my_share(int64_t total)
{
    return share_of(total, omp_get_thread_num(), omp_get_num_threads());
}

/* A thread's part of a plan's work, inside a parallel region or, all of it, outside. */
typedef void share_function(const void *plan, const float *input, float *output);

/* For sb_kernel.run; a single thread enters no region. Returns 0. */
static inline int run_by_threads(int threads, share_function *part, const void *plan,
                                 const float *input, float *output)
{
    if (threads == 1) {
        part(plan, input, output);
        return 0;
    }
#pragma omp parallel num_threads(threads)
    part(plan, input, output);
    return 0;
}

/* Floating-point operations of a problem of either operation. */
static inline double operations_of(const sb_problem *b)
{
    const double pixels = (double)(b->n * b->p * b->q), taps = (double)(b->r * b->s);
    if (b->operation == SB_STANDARD)
        return 2 * pixels * (double)(b->k * (b->c / b->groups)) * taps;
    return 2 * pixels * (double)(b->c * b->multiplier) * (taps + (double)b->k);
}

/*
 * The problem with as many threads as pay: starting and joining them takes 1.5 to 3 us (libgomp and
 * libomp, two cores), and a layer of a few microseconds is done sooner by one. A core is taken for
 * two multiply-adds a cycle at 2 GHz.
 */
static inline sb_problem with_worthwhile_threads(const sb_problem *problem, int lanes)
{
    const double start_ns = 1800;
    const double ns = operations_of(problem) / (8.0 * lanes);
    sb_problem b = *problem;
    if (ns - ns / (double)b.threads < start_ns)
        b.threads = 1;
    return b;
}

#endif
