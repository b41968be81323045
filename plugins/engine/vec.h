/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One vector type for all instruction sets, based on the vector extensions of GCC and Clang. Code
 * that uses it is compiled once for each variant (common/variants.h).
 */
#ifndef SB_ENGINE_VEC_H
#define SB_ENGINE_VEC_H

#include "common/variants.h"

/* Are there AVX-512's masks, for loads and stores of some lanes, and operands that are one float in
 * memory for all lanes? */
#define VEC_HAS_MASKS (VEC_LANES >= 8 && VEC_REGISTERS == 32)

#if VEC_HAS_MASKS
#include <immintrin.h>
#endif

#define ACTIVATE_LANES VEC_LANES
#include "common/activate.h"

/* Unrolls the next loop at any optimization level. Its bounds must be constants after inlining.
 * Only unrolled loops let the compiler keep an array of vectors in registers. VEC_UNROLL_LATE is
 * for a loop whose bounds become constants when the loop around it is unrolled. Clang learns that
 * too late to obey a pragma, and is left to unroll by its own judgement. */
#if defined(__SANITIZE_ADDRESS__)
#define VEC_UNROLL /* a build for checks is not timed, and unrolling takes minutes to compile */
#define VEC_UNROLL_LATE
#elif defined(__clang__)
#define VEC_UNROLL _Pragma("clang loop unroll(full)")
#define VEC_UNROLL_LATE
#else
#define VEC_UNROLL      _Pragma("GCC unroll 64")
#define VEC_UNROLL_LATE VEC_UNROLL
#endif

#define VEC_INLINE static inline __attribute__((always_inline))

/* Keeps the compiler from moving later loads before this point and holding them in registers. */
#define VEC_FENCE() __asm__ volatile("" ::: "memory")

/* Makes the compiler keep the value in a register, instead of computing or loading it again. */
#if defined(__x86_64__)
#define VEC_KEEP(value) __asm__("" : "+v"(value))
#elif defined(__aarch64__)
#define VEC_KEEP(value) __asm__("" : "+w"(value))
#else
#define VEC_KEEP(value) ((void)(value))
#endif

/*
 * Marks the value as still in use. Without this mark, compilers tend to write a sum into the
 * register of an operand that is not used again, and then must move the sum back to its own
 * register for the next iteration.
 */
#if defined(__FMA__)
#define VEC_USE(value) __asm__ volatile("" ::"v"(value))
#elif defined(__aarch64__)
#define VEC_USE(value) __asm__ volatile("" ::"w"(value))
#else
#define VEC_USE(value) ((void)(value))
#endif

/* Hides the origin of a pointer or an integer, so that the compiler computes nothing from it in
 * advance. */
#define VEC_HIDE(value) __asm__("" : "+r"(value))

/* Needs only the alignment of a float, and may alias any other type. */
typedef float vec __attribute__((vector_size(VEC_LANES * 4), aligned(4), may_alias));

VEC_INLINE vec vec_load(const float *from)
{
    return *(const vec *)from;
}

VEC_INLINE void vec_store(float *to, vec value)
{
    *(vec *)to = value;
}

/* Loads the first `lanes` lanes, 1 to VEC_LANES, and sets the others to 0. */
VEC_INLINE vec vec_load_first(const float *from, int lanes)
{
#if VEC_LANES == 16
    return (vec)_mm512_maskz_loadu_ps((__mmask16)(0xffffU >> (VEC_LANES - lanes)), from);
#elif VEC_HAS_MASKS
    return (vec)_mm256_maskz_loadu_ps((__mmask8)(0xffU >> (VEC_LANES - lanes)), from);
#else
    vec value = { 0 };
    for (int i = 0; i < VEC_LANES; i++) {
        if (i < lanes)
            value[i] = from[i];
    }
    return value;
#endif
}

/* Stores the first `lanes` lanes, 1 to VEC_LANES. */
VEC_INLINE void vec_store_first(float *to, vec value, int lanes)
{
#if VEC_LANES == 16
    _mm512_mask_storeu_ps(to, (__mmask16)(0xffffU >> (VEC_LANES - lanes)), value);
#elif VEC_HAS_MASKS
    _mm256_mask_storeu_ps(to, (__mmask8)(0xffU >> (VEC_LANES - lanes)), value);
#else
    for (int i = 0; i < VEC_LANES; i++) {
        if (i < lanes)
            to[i] = value[i];
    }
#endif
}

/* Sets all lanes to x. (x - 0 is x for every x, even for negative zero; x + 0 is not.) */
VEC_INLINE vec vec_splat(float x)
{
    return x - (vec) { 0 };
}

/* Is the activation a clamp (relu or relu6)? A clamp needs only one or two registers and is applied
 * to the sums before they are stored. The other activations are applied to the stored outputs while
 * these are still in L1. */
VEC_INLINE int vec_is_clamp(uint32_t activation)
{
    return activation == SB_RELU || activation == SB_RELU6;
}

#endif
