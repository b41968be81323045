/* SPDX-License-Identifier: Apache-2.0 */
/* Micro-kernels of the kind GEMM_RGB, see gemm.h. Compiled once for each variant. */
#include "engine/gemm_tile.h"

#if VEC_LANES > 4 || VEC_REGISTERS >= 32

#define KERNEL(pixels, vectors)                                                              \
    KERNEL_OF(NAME(pixels, vectors, rgb), NAME(pixels, vectors, rgb_uneven), GEMM_RGB_PIXEL, \
              pixels, vectors, 0)
#define ENTRY(pixels, vectors) [vectors - 1][pixels - 1] = NAME(pixels, vectors, rgb),

SHAPES(KERNEL)

const gemm_kernels VEC_NAME(gemm_rgb) = { .of = { SHAPES(ENTRY) } };

#else
const gemm_kernels VEC_NAME(gemm_rgb) = { 0 };
#endif
