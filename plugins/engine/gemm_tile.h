/* SPDX-License-Identifier: Apache-2.0 */
/* Micro-kernels for tiles of whole vectors, see gemm.h. Only the files that define one kind of them
 * include it. */
#ifndef SB_ENGINE_GEMM_TILE_H
#define SB_ENGINE_GEMM_TILE_H

#include "engine/gemm_inner.h"

#define MAX_TILE   VEC_REGISTERS /* vectors in a tile, which are all kept in registers */

#define IS_OPERAND (VEC_LANES == 16) /* an input used only once can be a memory operand */

/*
 * Adds to acc[m][n] the products of input pixel m and the weights of vector n, for all channels of
 * one tap. After inlining, everything but the number of channels and `ahead` is a constant, so that
 * acc stays in registers.
 */
VEC_INLINE void multiply(vec acc[][GEMM_MAX_VECTORS], const float *a, ptrdiff_t pixel,
                         const float *b, int32_t channels, const int from, const int to,
                         const int vectors, const int fetch, ptrdiff_t ahead)
{
    for (int32_t c = 0; c < channels; c++) {
        vec w[GEMM_MAX_VECTORS];
        if (fetch)
            fetch_ahead(b, ahead, vectors);
        VEC_UNROLL
        for (int n = 0; n < vectors; n++)
            w[n] = vec_load(b + n * VEC_LANES);
        VEC_UNROLL
        for (int m = from; m < to; m++) {
            vec x = vec_splat(a[m * pixel]);
            VEC_UNROLL
            for (int n = 0; n < vectors; n++)
                acc[m][n] += x * w[n];
            if (!IS_OPERAND || vectors > 1)
                VEC_USE(x);
        }
        VEC_UNROLL
        for (int n = 0; n < vectors; n++)
            VEC_USE(w[n]);
        a++;
        b += vectors * VEC_LANES;
    }
}

VEC_INLINE int is_whole(const gemm_job *job, const int vectors)
{
    return job->lanes >= vectors * VEC_LANES;
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

/* Sets the sums to their initial values. In a partial panel the addends are added at the end, in
 * finish_partial(). */
VEC_INLINE void start(vec acc[][GEMM_MAX_VECTORS], const gemm_job *job, const int pixels,
                      const int vectors)
{
    if (job->bias != NULL)
        load_bias(acc, job->bias, pixels, vectors);
    else
        clear(acc, pixels, vectors);
    if (!is_whole(job, vectors))
        return;
    for (int i = 0; i < job->addend_count; i++)
        add(acc, &job->addends[i], job->output_pixel, pixels, vectors);
}

/*
 * Finishes and stores a partial panel, whose last vector has lanes without a channel. The sums come
 * in a buffer as [pixel][vector][lane]. This is not inlined, to keep it out of the common path.
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

VEC_INLINE void finish(vec acc[][GEMM_MAX_VECTORS], const gemm_job *job, const int pixels,
                       const int vectors)
{
    float buffer[MAX_TILE * VEC_LANES];
    const int whole = is_whole(job, vectors);
    const ptrdiff_t step = whole ? job->output_pixel : vectors * VEC_LANES;
    float *to[GEMM_MAX_VECTORS];
    if (whole && vec_is_clamp(job->activation))
        clamp_sums(acc, job->activation, pixels, vectors);
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
                     const int blocked)
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
        if (tap->skip == SKIP_FIRST)
            multiply(acc, a, pixel, b, tap->channels, 1, pixels, vectors, 0, 0);
        else if (tap->skip == SKIP_LAST)
            multiply(acc, a, pixel, b, tap->channels, 0, pixels - 1, vectors, 0, 0);
        else if (job->ahead == 0)
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
