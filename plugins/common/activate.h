/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Activations on vectors. The file that includes this defines ACTIVATE_LANES, 4, 8 or 16, first;
 * any vector of so many floats may be given.
 *
 * relu and relu6 round nothing, and give the positive zero for both. hard_swish and swish are right
 * to within a few units in the last place of the argument, for arguments of any size.
 */
#ifndef SB_PLUGINS_ACTIVATE_H
#define SB_PLUGINS_ACTIVATE_H

#include "sepbench/plugin.h"

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

typedef float act_vector __attribute__((vector_size(ACTIVATE_LANES * 4)));
typedef int32_t act_bits __attribute__((vector_size(ACTIVATE_LANES * 4)));

#define ACTIVATE static inline __attribute__((always_inline))

/* a where it is the larger one, else b. */
ACTIVATE act_vector act_max(act_vector a, act_vector b)
{
#if defined(__AVX512F__) && ACTIVATE_LANES == 16
    return _mm512_max_ps(a, b);
#elif defined(__AVX__) && ACTIVATE_LANES == 8
    return _mm256_max_ps(a, b);
#elif defined(__SSE__) && ACTIVATE_LANES == 4
    return _mm_max_ps(a, b);
#elif defined(__aarch64__) && ACTIVATE_LANES == 4
    return vmaxq_f32(a, b);
#else
    const act_bits larger = (act_bits)(a > b);
    return (act_vector)(((act_bits)a & larger) | ((act_bits)b & ~larger));
#endif
}

ACTIVATE act_vector act_min(act_vector a, act_vector b)
{
#if defined(__AVX512F__) && ACTIVATE_LANES == 16
    return _mm512_min_ps(a, b);
#elif defined(__AVX__) && ACTIVATE_LANES == 8
    return _mm256_min_ps(a, b);
#elif defined(__SSE__) && ACTIVATE_LANES == 4
    return _mm_min_ps(a, b);
#elif defined(__aarch64__) && ACTIVATE_LANES == 4
    return vminq_f32(a, b);
#else
    const act_bits smaller = (act_bits)(a < b);
    return (act_vector)(((act_bits)a & smaller) | ((act_bits)b & ~smaller));
#endif
}

ACTIVATE act_vector act_all(float x)
{
    return x - (act_vector) { 0 };
}

ACTIVATE act_vector act_clamp(act_vector x, float low, float high)
{
    return act_min(act_max(x, act_all(low)), act_all(high));
}

ACTIVATE act_vector act_relu(act_vector x)
{
    return act_max(x, (act_vector) { 0 });
}

ACTIVATE act_vector act_relu6(act_vector x)
{
    return act_clamp(x, 0, 6);
}

ACTIVATE act_vector act_hard_swish(act_vector x)
{
    return x * act_clamp(x + 3, 0, 6) * (1.0f / 6);
}

/*
 * exp(x) = 2^n exp(y) with n the integer nearest to x log2(e) and y = x - n log(2), at most 0.347.
 * x is clamped to where 2^n is a normal number; n is the last bits of x log2(e) + 1.5 2^23, and
 * log(2) is split in two so that n times the first is exact. exp(y) is 1 + y + y^2 times a
 * polynomial, the one that is nearest in the relative error of the whole: 3e-9.
 */
ACTIVATE act_vector act_exp(act_vector x)
{
    const float shift = 12582912, first = 0.693359375f, second = -2.12194440e-4f;
    x = act_clamp(x, -86, 88);
    const act_vector shifted = x * 1.44269504f + shift;
    const act_vector n = shifted - shift;
    const act_vector y = x - n * first - n * second;
    act_vector sum = y * 0x1.6a234ap-10f + 0x1.123a6cp-7f;
    sum = sum * y + 0x1.5558f4p-5f;
    sum = sum * y + 0x1.55549p-3f;
    sum = sum * y + 0x1.fffffcp-2f;
    sum = sum * (y * y) + y + 1;
    return (act_vector)((act_bits)sum + ((act_bits)shifted << 23));
}

/* Far below zero exp(-x) stays at its largest, and what is left, x e-38, is as good as zero. */
ACTIVATE act_vector act_swish(act_vector x)
{
    return x / (1 + act_exp(-x));
}

/* For an activation that is a constant after inlining, or where a branch a vector costs nothing. */
ACTIVATE act_vector activate(act_vector x, const uint32_t activation)
{
    switch (activation) {
    case SB_RELU:
        return act_relu(x);
    case SB_RELU6:
        return act_relu6(x);
    case SB_HARD_SWISH:
        return act_hard_swish(x);
    case SB_SWISH:
        return act_swish(x);
    default:
        return x;
    }
}

#endif
