/* SPDX-License-Identifier: Apache-2.0 */
/* Prefetching, as the GEMM micro-kernels have in common. Included by their files alone. */
#ifndef SB_DIRECT_GEMM_FETCH_H
#define SB_DIRECT_GEMM_FETCH_H

#include "common/vec.h"

#define LINE 16 /* floats of a cache line */

/* As much as a step of the weights holds, see gemm_job. */
VEC_INLINE void fetch_ahead(const float *weights, ptrdiff_t ahead, const int vectors)
{
    VEC_UNROLL
    for (int n = 0; n < vectors * VEC_LANES; n += LINE)
        __builtin_prefetch(weights + ahead + n, 0, 2);
}

/* What the next tile of the row will read under this tap, where a pixel is a cache line: the planes
 * of a blocked layout lie too far apart for the processor to see the pattern. */
VEC_INLINE void fetch_next_tile(const float *a, const int pixels)
{
    VEC_UNROLL
    for (int m = pixels; m < 2 * pixels; m++)
        __builtin_prefetch(a + m * LINE);
}

#endif
