/* SPDX-License-Identifier: Apache-2.0 */
/* Divides work among threads statically. */
#ifndef SB_ENGINE_SHARE_H
#define SB_ENGINE_SHARE_H

#include "common/conv.h"

typedef struct share {
    int64_t from, to;
} share;

/* Part `index` of `parts` of `total` pieces. Parts are contiguous, and their sizes differ by at
 * most one piece. Two divisions take as long as a small tile, and most work has one part. */
static inline share share_of(int64_t total, int64_t index, int64_t parts)
{
    if (parts == 1)
        return (share) { .from = 0, .to = total };
    return (share) { .from = total * index / parts, .to = total * (index + 1) / parts };
}

/*
 * The number of threads that pays for a problem. Starting and joining threads takes 1.5 to 3 us
 * (libgomp and libomp, two cores), so a single thread is faster for a layer of a few microseconds.
 * The estimate assumes two vector multiply-adds per cycle at 2 GHz.
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
