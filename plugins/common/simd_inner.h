/* SPDX-License-Identifier: Apache-2.0 */
/* Vectors, as the simd_*.c files use them. Included by them alone. */
#ifndef SB_COMMON_SIMD_INNER_H
#define SB_COMMON_SIMD_INNER_H

#include "common/simd.h"

#define ACTIVATE_LANES VEC_LANES
#include "common/activate.h"

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

typedef float vector __attribute__((vector_size(VEC_LANES * sizeof(float))));
typedef float loose __attribute__((vector_size(VEC_LANES * sizeof(float)), aligned(4), may_alias));

static inline vector load(const float *from)
{
    return *(const loose *)from;
}

static inline void store(float *to, vector value)
{
    *(loose *)to = value;
}

/* The first `count` floats, zeros behind. */
static inline vector load_first(const float *from, int64_t count)
{
#if VEC_LANES == 16
    return _mm512_maskz_loadu_ps((__mmask16)((1U << count) - 1), from);
#else
    float lanes[VEC_LANES] = { 0 };
    for (int64_t i = 0; i < count; i++)
        lanes[i] = from[i];
    return load(lanes);
#endif
}

static inline void store_first(float *to, vector value, int64_t count)
{
#if VEC_LANES == 16
    _mm512_mask_storeu_ps(to, (__mmask16)((1U << count) - 1), value);
#else
    float lanes[VEC_LANES];
    store(lanes, value);
    for (int64_t i = 0; i < count; i++)
        to[i] = lanes[i];
#endif
}

#endif
