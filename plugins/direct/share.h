/* SPDX-License-Identifier: Apache-2.0 */
/* Static division of work among threads. */
#ifndef SB_DIRECT_SHARE_H
#define SB_DIRECT_SHARE_H

#include <omp.h>
#include <stdint.h>

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

#endif
