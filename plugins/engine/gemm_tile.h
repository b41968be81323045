/* SPDX-License-Identifier: Apache-2.0 */
/* Micro-kernels for tiles of whole vectors, see gemm.h. Only the files that define one kind of them
 * include it. */
#ifndef SB_ENGINE_GEMM_TILE_H
#define SB_ENGINE_GEMM_TILE_H

#include "engine/gemm_inner.h"

/* Does each channel consist of a pair of floats, for the even and for the odd lanes? Then the sums'
 * lanes have to be put in order. */
#ifndef PAIRED
#define PAIRED 0
#endif
#define FLOATS   (1 + PAIRED) /* of a channel */

#define MAX_TILE VEC_REGISTERS /* vectors in a tile, which are all kept in registers */

/* Can an input that is used only once be a memory operand? */
#define IS_OPERAND (VEC_HAS_MASKS && !PAIRED)

#define IS_MASKED  VEC_HAS_MASKS /* stores of some lanes take no longer than others */

/* Sets all lanes to an input. */
VEC_INLINE vec spread(const float *at)
{
#if PAIRED
    return (vec)_mm512_set1_pd(*(const pair *)at);
#else
    return vec_splat(*at);
#endif
}

/* Even lanes first, then odd ones. */
VEC_INLINE vec in_order(vec sums)
{
#if PAIRED
    const __m512i from = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15);
    return (vec)_mm512_permutexvar_ps(from, (__m512)sums);
#else
    return sums;
#endif
}

/*
 * Adds to acc[m][n] the products of input pixel m and the weights of vector n, for all channels of
 * one tap. After inlining, everything but the number of channels and `ahead` is a constant, and
 * `pixel` in some kinds, so that acc stays in registers.
 */
VEC_INLINE void multiply(vec acc[][GEMM_MAX_VECTORS], const float *a, ptrdiff_t pixel,
                         const float *b, int32_t channels, const int from, const int to,
                         const int vectors, const int fetch, ptrdiff_t ahead)
{
    const int strided = !__builtin_constant_p(pixel);
    tile_pixels at = { 0 };
    if (strided)
        at = find_pixels(a, pixel, to);
    for (int32_t c = 0; c < channels; c++) {
        vec w[GEMM_MAX_VECTORS];
        if (fetch)
            fetch_ahead(b, ahead, vectors);
        VEC_UNROLL
        for (int n = 0; n < vectors; n++)
            w[n] = vec_load(b + n * VEC_LANES);
        VEC_UNROLL
        for (int m = from; m < to; m++) {
            vec x = spread(strided ? pixel_of(&at, m) : a + m * pixel);
            VEC_UNROLL
            for (int n = 0; n < vectors; n++)
                acc[m][n] += x * w[n];
            if (!IS_OPERAND || vectors > 1)
                VEC_USE(x);
        }
        VEC_UNROLL
        for (int n = 0; n < vectors; n++)
            VEC_USE(w[n]);
        a += FLOATS;
        if (strided)
            move_pixels(&at, to, FLOATS);
        b += vectors * VEC_LANES;
    }
}

/* The same for a tap that some of the pixels skip. The multiplications hide the tests. What the
 * compiler could compute in advance, the tests' results and the addresses, would take more
 * registers than there are, and is hidden from it. */
VEC_INLINE void multiply_some(vec acc[][GEMM_MAX_VECTORS], const float *a, ptrdiff_t pixel,
                              const float *b, int32_t channels, uint32_t hidden, const int pixels,
                              const int vectors)
{
    for (int32_t c = 0; c < channels; c++) {
        const float *at = a + c * FLOATS;
        vec w[GEMM_MAX_VECTORS];
        VEC_UNROLL
        for (int n = 0; n < vectors; n++)
            w[n] = vec_load(b + n * VEC_LANES);
        VEC_HIDE(hidden);
        VEC_UNROLL
        for (int m = 0; m < pixels; m++, at += pixel) {
            VEC_HIDE(at);
            if (hidden >> m & 1)
                continue;
            const vec x = spread(at);
            VEC_UNROLL
            for (int n = 0; n < vectors; n++)
                acc[m][n] += x * w[n];
        }
        b += vectors * VEC_LANES;
    }
}

VEC_INLINE int is_whole(const gemm_job *job, const int vectors)
{
    return job->lanes >= vectors * VEC_LANES;
}

/* Are the addends initial values of the sums? */
VEC_INLINE int adds_first(const gemm_job *job, const int vectors)
{
    return is_whole(job, vectors) && !PAIRED;
}

VEC_INLINE void add(vec acc[][GEMM_MAX_VECTORS], const gemm_addend *addend, ptrdiff_t step,
                    const int pixels, const int vectors)
{
    const float *from[GEMM_MAX_VECTORS];
    VEC_UNROLL
    for (int n = 0; n < vectors; n++)
        from[n] = addend->at + addend->vector[n];
    VEC_UNROLL
    for (int m = 0; m < pixels; m++) {
        VEC_UNROLL
        for (int n = 0; n < vectors; n++) {
            acc[m][n] += vec_load(from[n]);
            from[n] += step;
        }
    }
}

/* Sets the sums to the bias. The bias is loaded again for each pixel: the load ports are idle here,
 * whereas a copy between registers takes the time of a multiplication. */
VEC_INLINE void load_bias(vec acc[][GEMM_MAX_VECTORS], const float *bias, const int pixels,
                          const int vectors)
{
    VEC_UNROLL
    for (int m = 0; m < pixels; m++) {
        VEC_HIDE(bias);
        VEC_UNROLL
        for (int n = 0; n < vectors; n++)
            acc[m][n] = vec_load(bias + n * VEC_LANES);
    }
}

VEC_INLINE void clear(vec acc[][GEMM_MAX_VECTORS], const int pixels, const int vectors)
{
    VEC_UNROLL
    for (int i = 0; i < pixels * vectors; i++)
        acc[i / vectors][i % vectors] = (vec) { 0 };
}

/* Sets the sums to their initial values. In a partial panel, or if lanes are out of order, the
 * addends are added at the end, in finish_partial(). */
VEC_INLINE void start(vec acc[][GEMM_MAX_VECTORS], const gemm_job *job, const int pixels,
                      const int vectors)
{
    if (job->bias != NULL)
        load_bias(acc, job->bias, pixels, vectors);
    else
        clear(acc, pixels, vectors);
    if (!adds_first(job, vectors))
        return;
    for (int i = 0; i < job->addend_count; i++)
        add(acc, &job->addends[i], job->output_pixel, pixels, vectors);
}

/*
 * Adds the addends, finishes and stores a panel whose last vector may have lanes without a channel.
 * The sums come in a buffer as [pixel][vector][lane]. This is not inlined, to keep it out of the
 * common path.
 */
static __attribute__((noinline)) void finish_partial(const gemm_job *job, const float *buffer,
                                                     int pixels, int vectors)
{
    for (int n = 0; n < vectors; n++) {
        const int left = job->lanes - n * VEC_LANES, lanes = left < VEC_LANES ? left : VEC_LANES;
        for (int m = 0; m < pixels; m++) {
            const ptrdiff_t pixel = m * job->output_pixel;
            vec value = vec_load(buffer + (m * vectors + n) * VEC_LANES);
            for (int i = 0; i < job->addend_count; i++) {
                const gemm_addend *addend = &job->addends[i];
                value += vec_load_first(addend->at + pixel + addend->vector[n], lanes);
            }
            vec_store_first(job->output + pixel + job->output_vector[n],
                            activate(value, job->activation), lanes);
        }
    }
}

/* Applies relu or relu6. */
VEC_INLINE void clamp_sums(vec acc[][GEMM_MAX_VECTORS], uint32_t activation, const int pixels,
                           const int vectors)
{
    VEC_UNROLL
    for (int i = 0; i < pixels * vectors; i++)
        acc[i / vectors][i % vectors] = act_relu(acc[i / vectors][i % vectors]);
    if (activation == SB_RELU)
        return;
    VEC_UNROLL
    for (int i = 0; i < pixels * vectors; i++)
        acc[i / vectors][i % vectors] = act_min(acc[i / vectors][i % vectors], act_all(6));
}

/* Stores a partial panel. */
VEC_INLINE void store_masked(vec acc[][GEMM_MAX_VECTORS], const gemm_job *job, const int pixels,
                             const int vectors)
{
    const int left = job->lanes - (vectors - 1) * VEC_LANES;
    float *to[GEMM_MAX_VECTORS];
    VEC_UNROLL
    for (int n = 0; n < vectors; n++)
        to[n] = job->output + job->output_vector[n];
    VEC_UNROLL
    for (int m = 0; m < pixels; m++) {
        VEC_UNROLL
        for (int n = 0; n < vectors; n++) {
            if (n < vectors - 1)
                vec_store(to[n], acc[m][n]);
            else
                vec_store_first(to[n], acc[m][n], left);
            to[n] += job->output_pixel;
        }
    }
}

VEC_INLINE void finish(vec acc[][GEMM_MAX_VECTORS], const gemm_job *job, const int pixels,
                       const int vectors)
{
    float buffer[MAX_TILE * VEC_LANES];
    const int whole = is_whole(job, vectors) && (adds_first(job, vectors) || !job->addend_count);
    const int masked =
        IS_MASKED && !PAIRED && !whole && job->addend_count == 0 && job->activation <= SB_RELU6;
    const ptrdiff_t step = whole ? job->output_pixel : vectors * VEC_LANES;
    float *to[GEMM_MAX_VECTORS];
    if (PAIRED) {
        VEC_UNROLL
        for (int i = 0; i < pixels * vectors; i++)
            acc[i / vectors][i % vectors] = in_order(acc[i / vectors][i % vectors]);
    }
    if ((whole || masked) && vec_is_clamp(job->activation))
        clamp_sums(acc, job->activation, pixels, vectors);
    if (masked) {
        store_masked(acc, job, pixels, vectors);
        return;
    }
    VEC_UNROLL
    for (int n = 0; n < vectors; n++)
        to[n] = whole ? job->output + job->output_vector[n] : buffer + n * VEC_LANES;
    VEC_UNROLL
    for (int m = 0; m < pixels; m++) {
        VEC_UNROLL
        for (int n = 0; n < vectors; n++) {
            vec_store(to[n], acc[m][n]);
            to[n] += step;
        }
    }
    if (!whole)
        finish_partial(job, buffer, pixels, vectors);
    else if (job->activation > SB_RELU6)
        activate_tile(job, pixels);
}

VEC_INLINE void tile(const gemm_job *job, ptrdiff_t pixel, const int pixels, const int vectors,
                     const int blocked, const int uneven)
{
    vec acc[GEMM_MAX_PIXELS][GEMM_MAX_VECTORS];
    const float *base = job->input + job->at;
    const gemm_tap *end = job->taps + job->tap_count;

    start(acc, job, pixels, vectors);
    for (const gemm_tap *tap = job->taps; tap < end; tap++) {
        const float *a = base + tap->input;
        const float *b = job->weights + tap->weights * vectors * VEC_LANES;
        if (blocked && job->prefetch)
            fetch_next_tile(a, pixels);
        if (uneven && tap->hidden != 0)
            multiply_some(acc, a, pixel, b, tap->channels, tap->hidden, pixels, vectors);
        else if (!uneven && tap->hidden == 1)
            multiply(acc, a, pixel, b, tap->channels, 1, pixels, vectors, 0, 0);
        else if (!uneven && tap->hidden == LAST(pixels))
            multiply(acc, a, pixel, b, tap->channels, 0, pixels - 1, vectors, 0, 0);
        else if (uneven || job->ahead == 0)
            multiply(acc, a, pixel, b, tap->channels, 0, pixels, vectors, 0, 0);
        else
            multiply(acc, a, pixel, b, tap->channels, 0, pixels, vectors, 1, job->ahead);
    }
    finish(acc, job, pixels, vectors);
}

/* The largest tiles that leave enough registers for the weights and one input, as in
 * gemm_max_pixels(). */
#if VEC_REGISTERS >= 32
#define SHAPES(K) PIXELS_28(K, 1) PIXELS_14(K, 2) PIXELS_9(K, 3) PIXELS_6(K, 4)
#else
#define SHAPES(K) PIXELS_12(K, 1) PIXELS_6(K, 2) PIXELS_4(K, 3) PIXELS_3(K, 4)
#endif

#endif
