/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One vector type for every instruction set, through the vector extensions of GCC and Clang. What
 * is written on it is compiled once for each variant (common/variants.h).
 */
#ifndef SB_ENGINE_VEC_H
#define SB_ENGINE_VEC_H

#include "common/variants.h"

#if VEC_LANES == 16
#include <immintrin.h>
#endif

#define ACTIVATE_LANES VEC_LANES
#include "common/activate.h"

/* Unrolls the loop that follows, whose bounds are constants after inlining, whatever -O says: only
 * then do arrays of vectors live in registers. _LATE: the bounds are constants once the loop around
 * it is unrolled, which clang sees too late to obey a pragma; it unrolls by its own judgement. */
#if defined(__SANITIZE_ADDRESS__)
#define VEC_UNROLL /* what is made to be checked, not timed, need not take minutes to compile */
#define VEC_UNROLL_LATE
#elif defined(__clang__)
#define VEC_UNROLL _Pragma("clang loop unroll(full)")
#define VEC_UNROLL_LATE
#else
#define VEC_UNROLL      _Pragma("GCC unroll 64")
#define VEC_UNROLL_LATE VEC_UNROLL
#endif

#define VEC_INLINE static inline __attribute__((always_inline))

/* Keeps what is loaded after it from being loaded, and held in registers, before it. */
#define VEC_FENCE() __asm__ volatile("" ::: "memory")

/* The value comes out of a register and of nowhere else: it is not computed or loaded again. */
#if defined(__x86_64__)
#define VEC_KEEP(value) __asm__("" : "+v"(value))
#elif defined(__aarch64__)
#define VEC_KEEP(value) __asm__("" : "+w"(value))
#else
#define VEC_KEEP(value) ((void)(value))
#endif

/*
 * The value is still wanted here, so that no product before was added up in its register: where an
 * operand is not wanted again, compilers like to write the sum over it, and have to move it back
 * for the next turn of the loop.
 */
#if defined(__FMA__)
#define VEC_USE(value) __asm__ volatile("" ::"v"(value))
#elif defined(__aarch64__)
#define VEC_USE(value) __asm__ volatile("" ::"w"(value))
#else
#define VEC_USE(value) ((void)(value))
#endif

/* Hides where a pointer or an integer comes from, so that nothing is computed from it ahead. */
#define VEC_HIDE(value) __asm__("" : "+r"(value))

/* May lie at any address of a float, and be read as any other type. */
typedef float vec __attribute__((vector_size(VEC_LANES * 4), aligned(4), may_alias));

VEC_INLINE vec vec_load(const float *from)
{
    return *(const vec *)from;
}

VEC_INLINE void vec_store(float *to, vec value)
{
    *(vec *)to = value;
}

/* The first `lanes` lanes, 1 to VEC_LANES; the others are 0. */
VEC_INLINE vec vec_load_first(const float *from, int lanes)
{
#if defined(__AVX512F__)
    return (vec)_mm512_maskz_loadu_ps((__mmask16)(0xffffU >> (VEC_LANES - lanes)), from);
#else
    vec value = { 0 };
    for (int i = 0; i < VEC_LANES; i++) {
        if (i < lanes)
            value[i] = from[i];
    }
    return value;
#endif
}

/* The first `lanes` lanes, 1 to VEC_LANES. */
VEC_INLINE void vec_store_first(float *to, vec value, int lanes)
{
#if VEC_LANES == 16
    _mm512_mask_storeu_ps(to, (__mmask16)(0xffffU >> (VEC_LANES - lanes)), value);
#else
    for (int i = 0; i < VEC_LANES; i++) {
        if (i < lanes)
            to[i] = value[i];
    }
#endif
}

/* All lanes hold x. (x - 0 is x for every x, the negative zero too; x + 0 is not.) */
VEC_INLINE vec vec_splat(float x)
{
    return x - (vec) { 0 };
}

/* The activations that take a register or two, and are done on sums before they are stored. The
 * others are done on what was stored, and still is in L1. */
VEC_INLINE int vec_is_clamp(uint32_t activation)
{
    return activation == SB_RELU || activation == SB_RELU6;
}

#endif
