/* SPDX-License-Identifier: Apache-2.0 */
/* Static division of work among threads. */
#ifndef SB_ENGINE_SHARE_H
#define SB_ENGINE_SHARE_H

#include "common/conv.h"

typedef struct share {
    int64_t from, to;
} share;

/* Part `index` of `parts` of `total` pieces: contiguous, and equal to within one piece. */
static inline share share_of(int64_t total, int64_t index, int64_t parts)
{
    return (share) { .from = total * index / parts, .to = total * (index + 1) / parts };
}

/*
 * As many threads as pay for a problem: starting and joining them takes 1.5 to 3 us (libgomp and
 * libomp, two cores), and a layer of a few microseconds is done sooner by one. A core is taken for
 * two multiply-adds a cycle at 2 GHz.
 */
static inline int64_t worthwhile_threads(const sb_problem *problem, int lanes)
{
    const double start_ns = 1800;
    double macs = 0;
    for (uint32_t i = 0; i < problem->step_count; i++) {
        const conv step = conv_of(problem, i);
        macs += conv_macs(&step);
    }
    const double ns = macs / (4.0 * lanes);
    return ns - ns / (double)problem->threads < start_ns ? 1 : problem->threads;
}

#endif
