/* SPDX-License-Identifier: Apache-2.0 */
/* Code that all files of GEMM micro-kernels share. Only they include it. */
#ifndef SB_ENGINE_GEMM_INNER_H
#define SB_ENGINE_GEMM_INNER_H

#include "engine/gemm.h"
#include "engine/vec.h"

#define LINE         16                   /* floats in a cache line */
#define LAST(pixels) (1U << ((pixels)-1)) /* in gemm_tap.hidden: that of the last pixel */

/* Prefetches as many floats as one step of the weights holds, see gemm_job.ahead. */
VEC_INLINE void fetch_ahead(const float *weights, ptrdiff_t ahead, const int vectors)
{
    VEC_UNROLL
    for (int n = 0; n < vectors * VEC_LANES; n += LINE)
        __builtin_prefetch(weights + ahead + n, 0, 2);
}

/* Prefetches what the next tile of the row will read for this tap, in a layout where a pixel is a
 * cache line. The hardware prefetcher does not help here, because the planes of a blocked layout
 * are too far apart for it to see the pattern. */
VEC_INLINE void fetch_next_tile(const float *a, const int pixels)
{
    VEC_UNROLL
    for (int m = pixels; m < 2 * pixels; m++)
        __builtin_prefetch(a + m * LINE);
}

/*
 * The pixels of a tile in a layout where their distance is not a constant. A register for each
 * would be too many: those that are missing would be loaded from the stack for every
 * multiplication. A pointer to every seventh pixel and three distances suffice, because x86-64
 * multiplies one of them by 2 or 4 as part of an address.
 */
#define PIXELS_APART 7

typedef struct tile_pixels {
    const char *at[GEMM_MAX_PIXELS / PIXELS_APART]; /* every seventh, at the present channel */
    ptrdiff_t one, three, five;                     /* in bytes: to so many pixels further */
} tile_pixels;

VEC_INLINE int count_pointers(const int pixels)
{
    return (pixels + PIXELS_APART - 1) / PIXELS_APART;
}

VEC_INLINE tile_pixels find_pixels(const float *a, ptrdiff_t pixel, const int pixels)
{
    tile_pixels p = { .one = 4 * pixel, .three = 12 * pixel, .five = 20 * pixel };
    VEC_HIDE(p.one);
    VEC_HIDE(p.three);
    VEC_HIDE(p.five);
    VEC_UNROLL
    for (int i = 0; i < count_pointers(pixels); i++) {
        p.at[i] = (const char *)(a + i * PIXELS_APART * pixel);
        VEC_HIDE(p.at[i]);
    }
    return p;
}

VEC_INLINE const float *pixel_of(const tile_pixels *p, const int m)
{
    const char *at = p->at[m / PIXELS_APART];
    const int i = m % PIXELS_APART;
    at += i == 3 ? p->three : i == 5 ? p->five : i == 6 ? 2 * p->three : i * p->one;
    return (const float *)at;
}

VEC_INLINE void move_pixels(tile_pixels *p, const int pixels, const int floats)
{
    VEC_UNROLL
    for (int i = 0; i < count_pointers(pixels); i++)
        p->at[i] += floats * (int)sizeof(float);
}

/* Applies the activations that are not clamps, see vec_is_clamp(), to a stored tile. */
static __attribute__((noinline)) void activate_tile(const gemm_job *job, int pixels)
{
    for (int n = 0; n * VEC_LANES < job->lanes; n++) {
        const int left = job->lanes - n * VEC_LANES, lanes = left < VEC_LANES ? left : VEC_LANES;
        float *at = job->output + job->output_vector[n];
        for (int m = 0; m < pixels; m++, at += job->output_pixel)
            vec_store_first(at, activate(vec_load_first(at, lanes), job->activation), lanes);
    }
}

/* All numbers of pixels, so that pixels can be split into tiles of nearly equal size instead of
 * leaving a small rest: 49 = 13 + 12 + 12 + 12. */
#define PIXELS_3(K, v)  K(1, v) K(2, v) K(3, v)
#define PIXELS_4(K, v)  PIXELS_3(K, v) K(4, v)
#define PIXELS_6(K, v)  PIXELS_4(K, v) K(5, v) K(6, v)
#define PIXELS_9(K, v)  PIXELS_6(K, v) K(7, v) K(8, v) K(9, v)
#define PIXELS_12(K, v) PIXELS_9(K, v) K(10, v) K(11, v) K(12, v)
#define PIXELS_14(K, v) PIXELS_12(K, v) K(13, v) K(14, v)
#define PIXELS_28(K, v) \
    PIXELS_14(K, v)     \
    K(15, v)            \
    K(16, v)            \
    K(17, v)            \
    K(18, v)            \
    K(19, v) K(20, v) K(21, v) K(22, v) K(23, v) K(24, v) K(25, v) K(26, v) K(27, v) K(28, v)

/* A micro-kernel, and a function of its own for uneven taps. In one function with it, the other
 * loops would have fewer registers for addresses: a first layer of short runs was 8 to 16 % slower.
 */
#define KERNEL_OF(name, other, pixel, pixels, vectors, blocked)      \
    static __attribute__((noinline)) void other(const gemm_job *job) \
    {                                                                \
        tile(job, pixel, pixels, vectors, blocked, 1);               \
    }                                                                \
    static void name(const gemm_job *job)                            \
    {                                                                \
        if (job->uneven)                                             \
            other(job);                                              \
        else                                                         \
            tile(job, pixel, pixels, vectors, blocked, 0);           \
    }

/* gemm_f32_14x32_blocked__avx512: 14 pixels x 32 output channels. gemm_write_name() writes the same
 * names. */
#define NAME2(pixels, channels, kind) VEC_NAME(gemm_f32_##pixels##x##channels##_##kind)
#define NAME1(pixels, channels, kind) NAME2(pixels, channels, kind)
#define NAME(pixels, vectors, kind)   NAME1(pixels, VEC_WIDTH_##vectors, kind)

#endif
