/* SPDX-License-Identifier: Apache-2.0 */
/* Micro-kernels of the kind GEMM_STRIDED, see gemm.h. Compiled once for each variant. */
#include "engine/gemm_tile.h"

#define KERNEL(pixels, vectors)                                                                  \
    KERNEL_OF(NAME(pixels, vectors, strided), NAME(pixels, vectors, strided_uneven), job->pixel, \
              pixels, vectors, 0)
#define ENTRY(pixels, vectors) [vectors - 1][pixels - 1] = NAME(pixels, vectors, strided),

SHAPES(KERNEL)

const gemm_kernels VEC_NAME(gemm_strided) = { .of = { SHAPES(ENTRY) } };
