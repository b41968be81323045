/* SPDX-License-Identifier: Apache-2.0 */
/* Micro-kernels of the kind GEMM_PAIRS, see gemm.h. Compiled once for each variant. */
#include "engine/gemm.h"

#if VEC_LANES == 16

/* Two adjacent floats, to be loaded as one. */
typedef double pair __attribute__((may_alias, aligned(4)));

#define PAIRED 1
#include "engine/gemm_tile.h"

#define KERNEL(pixels, vectors)                                                              \
    KERNEL_OF(NAME(pixels, vectors, pairs), NAME(pixels, vectors, pairs_uneven), job->pixel, \
              pixels, vectors, 0)
#define ENTRY(pixels, vectors) [vectors - 1][pixels - 1] = NAME(pixels, vectors, pairs),

PIXELS_28(KERNEL, 1)

const gemm_kernels VEC_NAME(gemm_pairs) = { .of = { PIXELS_28(ENTRY, 1) } };

static void pair_channels(const gemm_pair_job *job)
{
    const __m512i order = _mm512_load_si512(job->order);
    const __mmask16 mask = (__mmask16)((1U << job->channels) - 1);
    const float *from = job->from;
    float *to = job->to;
    for (int64_t i = 0; i < job->pixels; i++, from += job->pixel, to += VEC_LANES)
        vec_store(to, (vec)_mm512_permutexvar_ps(order, _mm512_maskz_loadu_ps(mask, from)));
}

gemm_pair_function *const VEC_NAME(gemm_pair) = pair_channels;

#else
const gemm_kernels VEC_NAME(gemm_pairs) = { 0 };
gemm_pair_function *const VEC_NAME(gemm_pair) = NULL;
#endif
