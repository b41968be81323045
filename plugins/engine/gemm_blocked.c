/* SPDX-License-Identifier: Apache-2.0 */
/* Micro-kernels of the kind GEMM_BLOCKED, see gemm.h. Compiled once for each variant. */
#include "engine/gemm_tile.h"

#define KERNEL(pixels, vectors)                                                      \
    KERNEL_OF(NAME(pixels, vectors, blocked), NAME(pixels, vectors, blocked_uneven), \
              GEMM_BLOCKED_PIXEL, pixels, vectors, 1)
#define ENTRY(pixels, vectors) [vectors - 1][pixels - 1] = NAME(pixels, vectors, blocked),

SHAPES(KERNEL)

const gemm_kernels VEC_NAME(gemm_blocked) = { .of = { SHAPES(ENTRY) } };
