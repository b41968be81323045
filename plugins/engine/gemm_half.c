/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Micro-kernels for panels whose last vector is at most half full. For example, 24 output channels
 * are one vector of 16 and half of another. Two adjacent pixels share that vector, each in half of
 * its lanes, which takes 3 multiplications instead of 4. The packed weights hold the half vector
 * twice, side by side. See gemm.h. Compiled once for each instruction set.
 */
#include "engine/gemm.h"

#if VEC_LANES == 16

#include "engine/gemm_inner.h"

#define MAX_PAIRS 7

/* The sums: the whole vectors of each pixel, and the vector that pixels 2i and 2i + 1 share. */
typedef struct sums {
    vec whole[2 * MAX_PAIRS][GEMM_MAX_VECTORS - 1];
    vec shared[MAX_PAIRS];
} sums;

VEC_INLINE vec both_halves(vec low, vec high)
{
    return (vec)_mm512_mask_blend_ps(0xff00, (__m512)low, (__m512)high);
}

/* Moves a pixel's half of a shared vector to the low lanes. */
VEC_INLINE vec own_half(vec shared, const int m)
{
    return m % 2 == 0 ? (vec)_mm512_maskz_mov_ps(0xff, (__m512)shared)
                      : (vec)_mm512_maskz_shuffle_f32x4(0xff, (__m512)shared, (__m512)shared, 0xee);
}

/* Multiplies and adds all input channels of one tap, for the pixels that are not hidden. */
VEC_INLINE void multiply(sums *acc, const float *a, ptrdiff_t pixel, const float *b,
                         int32_t channels, uint32_t hidden, const int pixels, const int vectors,
                         const int fetch, ptrdiff_t ahead)
{
    const int strided = !__builtin_constant_p(pixel);
    tile_pixels at = { 0 };
    if (strided)
        at = find_pixels(a, pixel, pixels);
    for (int32_t c = 0; c < channels; c++) {
        vec w[GEMM_MAX_VECTORS], x[2 * MAX_PAIRS];
        if (fetch)
            fetch_ahead(b, ahead, vectors);
        if (!__builtin_constant_p(hidden))
            VEC_HIDE(hidden); /* no test is made in advance, for want of registers */
        VEC_UNROLL
        for (int n = 0; n < vectors; n++)
            w[n] = vec_load(b + n * VEC_LANES);
        VEC_UNROLL
        for (int m = 0; m < pixels; m++) {
            const float *from = strided ? pixel_of(&at, m) : a + m * pixel;
            x[m] = hidden >> m & 1 ? (vec) { 0 } : vec_splat(*from);
            VEC_KEEP(x[m]); /* load it once for all of its uses */
            VEC_UNROLL
            for (int n = 0; n < vectors - 1; n++)
                acc->whole[m][n] += x[m] * w[n];
            if (m % 2 == 1)
                acc->shared[m / 2] += both_halves(x[m - 1], x[m]) * w[vectors - 1];
            else if (m == pixels - 1)
                acc->shared[m / 2] += x[m] * w[vectors - 1];
        }
        a++;
        if (strided)
            move_pixels(&at, pixels, 1);
        b += vectors * VEC_LANES;
    }
}

/* The number of channels in the last vector, which is how much of it the output has room for. */
VEC_INLINE int lanes_left(const gemm_job *job, const int vectors)
{
    return job->lanes - (vectors - 1) * VEC_LANES;
}

/* Loads a pixel's lanes of the last vector into that pixel's half of the shared vector. */
VEC_INLINE vec load_half(const float *from, int lanes, const int m)
{
    const int half = VEC_LANES / 2, left = lanes < half ? lanes : half;
    const __mmask16 mask = (__mmask16)(0xffU >> (half - left));
    return m % 2 == 0 ? (vec)_mm512_maskz_loadu_ps(mask, from)
                      : (vec)_mm512_maskz_loadu_ps((__mmask16)(mask << half), from - half);
}

VEC_INLINE void add(sums *acc, const gemm_job *job, const gemm_addend *addend, const int pixels,
                    const int vectors)
{
    const float *from[GEMM_MAX_VECTORS];
    VEC_UNROLL
    for (int n = 0; n < vectors; n++)
        from[n] = addend->at + addend->vector[n];
    VEC_UNROLL
    for (int m = 0; m < pixels; m++) {
        VEC_UNROLL
        for (int n = 0; n < vectors - 1; n++) {
            acc->whole[m][n] += vec_load(from[n]);
            from[n] += job->output_pixel;
        }
        acc->shared[m / 2] += load_half(from[vectors - 1], lanes_left(job, vectors), m);
        from[vectors - 1] += job->output_pixel;
    }
}

/* See gemm_tile.h. */
VEC_INLINE void load_bias(sums *acc, const float *bias, const int pixels, const int vectors)
{
    VEC_UNROLL
    for (int m = 0; m < pixels; m++) {
        VEC_HIDE(bias);
        VEC_UNROLL
        for (int n = 0; n < vectors - 1; n++)
            acc->whole[m][n] = vec_load(bias + n * VEC_LANES);
        if (m % 2 == 0)
            acc->shared[m / 2] = vec_load(bias + (vectors - 1) * VEC_LANES);
    }
}

VEC_INLINE void clear(sums *acc, const int pixels, const int vectors)
{
    VEC_UNROLL
    for (int m = 0; m < pixels; m++) {
        VEC_UNROLL
        for (int n = 0; n < vectors - 1; n++)
            acc->whole[m][n] = (vec) { 0 };
        acc->shared[m / 2] = (vec) { 0 };
    }
}

VEC_INLINE void start(sums *acc, const gemm_job *job, const int pixels, const int vectors)
{
    if (job->bias != NULL)
        load_bias(acc, job->bias, pixels, vectors);
    else
        clear(acc, pixels, vectors);
    for (int i = 0; i < job->addend_count; i++)
        add(acc, job, &job->addends[i], pixels, vectors);
}

VEC_INLINE void clamp_sums(sums *acc, uint32_t activation, const int pixels, const int vectors)
{
    VEC_UNROLL
    for (int m = 0; m < pixels; m++) {
        VEC_UNROLL
        for (int n = 0; n < vectors - 1; n++)
            acc->whole[m][n] = act_relu(acc->whole[m][n]);
        if (m % 2 == 0)
            acc->shared[m / 2] = act_relu(acc->shared[m / 2]);
    }
    if (activation == SB_RELU)
        return;
    VEC_UNROLL
    for (int m = 0; m < pixels; m++) {
        VEC_UNROLL
        for (int n = 0; n < vectors - 1; n++)
            acc->whole[m][n] = act_min(acc->whole[m][n], act_all(6));
        if (m % 2 == 0)
            acc->shared[m / 2] = act_min(acc->shared[m / 2], act_all(6));
    }
}

VEC_INLINE void finish(sums *acc, const gemm_job *job, const int pixels, const int vectors)
{
    const int left = lanes_left(job, vectors);
    float *to[GEMM_MAX_VECTORS];
    if (vec_is_clamp(job->activation))
        clamp_sums(acc, job->activation, pixels, vectors);
    VEC_UNROLL
    for (int n = 0; n < vectors; n++)
        to[n] = job->output + job->output_vector[n];
    VEC_UNROLL
    for (int m = 0; m < pixels; m++) {
        VEC_UNROLL
        for (int n = 0; n < vectors - 1; n++) {
            vec_store(to[n], acc->whole[m][n]);
            to[n] += job->output_pixel;
        }
        vec_store_first(to[vectors - 1], own_half(acc->shared[m / 2], m), left);
        to[vectors - 1] += job->output_pixel;
    }
    if (job->activation > SB_RELU6)
        activate_tile(job, pixels);
}

VEC_INLINE void tile(const gemm_job *job, ptrdiff_t pixel, const int pixels, const int vectors,
                     const int blocked, const int uneven)
{
    sums acc;
    const float *base = job->input + job->at;
    const gemm_tap *end = job->taps + job->tap_count;

    start(&acc, job, pixels, vectors);
    for (const gemm_tap *tap = job->taps; tap < end; tap++) {
        const float *a = base + tap->input;
        const float *b = job->weights + tap->weights * vectors * VEC_LANES;
        const int32_t channels = tap->channels;
        if (blocked && job->prefetch)
            fetch_next_tile(a, pixels);
        if (uneven && tap->hidden != 0)
            multiply(&acc, a, pixel, b, channels, tap->hidden, pixels, vectors, 0, 0);
        else if (!uneven && tap->hidden == 1)
            multiply(&acc, a, pixel, b, channels, 1, pixels, vectors, 0, 0);
        else if (!uneven && tap->hidden == LAST(pixels))
            multiply(&acc, a, pixel, b, channels, LAST(pixels), pixels, vectors, 0, 0);
        else if (uneven || job->ahead == 0)
            multiply(&acc, a, pixel, b, channels, 0, pixels, vectors, 0, 0);
        else
            multiply(&acc, a, pixel, b, channels, 0, pixels, vectors, 1, job->ahead);
    }
    finish(&acc, job, pixels, vectors);
}

/* gemm_f32_14x24_half_blocked__avx512: 14 pixels x 24 output channels. */
#define HALF_2                           24
#define HALF_3                           40
#define HALF_4                           56
#define HALF_NAME(pixels, vectors, kind) NAME1(pixels, HALF_##vectors, kind)

#define KERNEL(pixels, vectors)                                                            \
    KERNEL_OF(HALF_NAME(pixels, vectors, half_blocked),                                    \
              HALF_NAME(pixels, vectors, half_blocked_uneven), GEMM_BLOCKED_PIXEL, pixels, \
              vectors, 1)                                                                  \
    KERNEL_OF(HALF_NAME(pixels, vectors, half_strided),                                    \
              HALF_NAME(pixels, vectors, half_strided_uneven), job->pixel, pixels, vectors, 0)
#define BLOCKED(pixels, vectors) \
    [vectors - 1][pixels - 1] = HALF_NAME(pixels, vectors, half_blocked),
#define STRIDED(pixels, vectors) \
    [vectors - 1][pixels - 1] = HALF_NAME(pixels, vectors, half_strided),

/* The same numbers of pixels as for tiles of whole vectors, which compute the other panels of the
 * same pixels. */
#define SHAPES(K) PIXELS_14(K, 2) PIXELS_9(K, 3) PIXELS_6(K, 4)

SHAPES(KERNEL)

const gemm_kernels VEC_NAME(gemm_half_blocked) = { .of = { SHAPES(BLOCKED) } };
const gemm_kernels VEC_NAME(gemm_half_strided) = { .of = { SHAPES(STRIDED) } };

#else
const gemm_kernels VEC_NAME(gemm_half_blocked) = { 0 };
const gemm_kernels VEC_NAME(gemm_half_strided) = { 0 };
#endif
