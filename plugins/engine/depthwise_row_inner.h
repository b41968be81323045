/* SPDX-License-Identifier: Apache-2.0 */
/* Micro-kernels that compute a row of outputs, see depthwise_row.h. Included only by their files,
 * which first define how a vector of inputs is read. */
#ifndef SB_ENGINE_DEPTHWISE_ROW_INNER_H
#define SB_ENGINE_DEPTHWISE_ROW_INNER_H

#include "engine/depthwise_row.h"

#include "engine/vec.h"

#include <stdbool.h>

#if VEC_REGISTERS >= 32
#define MAX_COLS DW_ROW_MAX_COLS
#else
#define MAX_COLS 10
#endif
#define MAX_TAPS          11
#define LEAVES_REST(taps) ((taps) == 1 || (taps) >= 7)
#define FEW_TAPS          4 /* for which it pays to know that all columns exist */

/* How inputs are read. A masked load takes as much time as a multiplication, so that there are
 * kernels without. */
enum {
    SPREAD_NONE,
    SPREAD_WHOLE, /* as many channels as lanes can be read */
    SPREAD_MASKED /* fewer */
};

/* The constants of a kernel, known after inlining. */
typedef struct shape {
    int taps, stride; /* of a piece; stride 0: that of the job */
    int cols;
    int spread; /* inputs are read as dw_spread says, see SPREAD_... */
    int hold;   /* the weights of a piece fit into registers, else each is a memory operand */
} shape;

#ifdef __AVX512F__
#define SPREAD_VECTOR
typedef struct spreader {
    __m512i index;
    __mmask16 mask;
} spreader;

VEC_INLINE spreader load_spreader(const dw_spread *from)
{
    return (spreader) { _mm512_load_si512(from->index), (__mmask16)((1U << from->channels) - 1) };
}

VEC_INLINE vec load_spread(const float *from, const spreader *by, const int masked)
{
    return (vec)_mm512_permutexvar_ps(by->index, masked ? _mm512_maskz_loadu_ps(by->mask, from)
                                                        : _mm512_loadu_ps(from));
}
#elif defined(__AVX2__)
typedef struct spreader {
    __m256i index, mask;
} spreader;

VEC_INLINE spreader load_spreader(const dw_spread *from)
{
    const __m256i count = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return (spreader) { _mm256_load_si256((const __m256i *)from->index),
                        _mm256_cmpgt_epi32(_mm256_set1_epi32(from->channels), count) };
}

VEC_INLINE vec load_spread(const float *from, const spreader *by, const int masked)
{
    return (vec)_mm256_permutevar8x32_ps(
        masked ? _mm256_maskload_ps(from, by->mask) : _mm256_loadu_ps(from), by->index);
}
#else
typedef const int32_t *spreader;

VEC_INLINE spreader load_spreader(const dw_spread *from)
{
    return from->index;
}

VEC_INLINE vec load_spread(const float *from, const spreader *by, const int masked)
{
    vec value;
    (void)masked;
    for (int i = 0; i < VEC_LANES; i++)
        value[i] = from[(*by)[i]];
    return value;
}
#endif

VEC_INLINE vec load_input(const float *from, const spreader *by, const shape k)
{
    return k.spread == SPREAD_NONE ? vec_load(from)
                                   : load_spread(from, by, k.spread == SPREAD_MASKED);
}

/* Taps of one filter row: of a piece, or a single one. */
typedef struct place {
    const float *input; /* under the first output */
    const float *weights;
    int64_t column; /* of it */
} place;

VEC_INLINE int64_t columns_under(const dw_row_job *job, const shape k)
{
    return (k.cols - 1) * (k.stride > 0 ? k.stride : job->stride_x) + k.taps;
}

/* Adds input vector x, in column j under the tile, to each output that it reaches. */
VEC_INLINE void scatter(vec acc[MAX_COLS], vec x, const vec w[MAX_TAPS], const float *weights,
                        const int j, const shape k)
{
    VEC_UNROLL
    for (int q = 0; q < k.cols; q++) {
        const int s = j - q * k.stride;
        if (s < 0 || s >= k.taps)
            continue;
        if (!k.hold)
            VEC_HIDE(weights);
        acc[q] += x * (k.hold ? w[s] : vec_load(weights + s * VEC_LANES));
    }
}

/* Pieces of any stride: each output loads its own inputs, which may be those of others too. They
 * are read in order where filters do not overlap. */
VEC_INLINE void add_apart(vec acc[MAX_COLS], const dw_row_job *job, place at, const spreader *by,
                          const shape k, const int checked)
{
    vec w[MAX_TAPS];
    VEC_UNROLL
    for (int s = 0; s < k.taps; s++)
        w[s] = vec_load(at.weights + s * VEC_LANES);
    VEC_UNROLL
    for (int q = 0; q < k.cols; q++) {
        VEC_UNROLL
        for (int s = 0; s < k.taps; s++)
            if (!checked || (uint64_t)(at.column + s) < (uint64_t)job->width)
                acc[q] += load_input(at.input + s * job->tap, by, k) * w[s];
        at.column += job->stride_x;
        at.input += job->step;
        VEC_HIDE(at.input);
    }
}

/* Each input is loaded once, if it exists, and added to all outputs that it reaches. Checking each
 * column costs nothing compared with the multiplications of many taps. */
VEC_INLINE void add_piece(vec acc[MAX_COLS], const dw_row_job *job, place at, const spreader *by,
                          const shape k, const int checked)
{
    vec w[MAX_TAPS];
    if (k.stride == 0) {
        add_apart(acc, job, at, by, k, checked);
        return;
    }
    if (k.hold) {
        VEC_UNROLL
        for (int s = 0; s < k.taps; s++)
            w[s] = vec_load(at.weights + s * VEC_LANES);
    }
    VEC_UNROLL
    for (int j = 0; j < columns_under(job, k); j++) {
        if (!checked || (uint64_t)(at.column + j) < (uint64_t)job->width) {
            vec x = load_input(at.input, by, k);
            VEC_KEEP(x);
            scatter(acc, x, w, at.weights, j, k);
            VEC_USE(x);
        }
        at.input += job->tap;
        VEC_HIDE(at.input);
    }
}

VEC_INLINE void add_tap(vec acc[MAX_COLS], const dw_row_job *job, place at, const spreader *by,
                        const shape k)
{
    const vec w = vec_load(at.weights);
    int64_t step = job->stride_x;
    VEC_HIDE(step);
    const int64_t last = at.column + (k.cols - 1) * step;
    if (at.column >= 0 && last < job->width) {
        VEC_UNROLL
        for (int q = 0; q < k.cols; q++) {
            acc[q] += load_input(at.input, by, k) * w;
            at.input += job->step;
            VEC_HIDE(at.input);
        }
        return;
    }
    VEC_UNROLL
    for (int q = 0; q < k.cols; q++) {
        if ((uint64_t)at.column < (uint64_t)job->width)
            acc[q] += load_input(at.input, by, k) * w;
        at.column += step;
        at.input += job->step;
        VEC_HIDE(at.input);
    }
}

/* One row of the filter, for one of the inputs that an output sums. Only long pieces leave a
 * remainder. The value is hidden from the compiler, which would otherwise multiply in advance for
 * taps that may not exist. */
VEC_INLINE void add_row(vec acc[MAX_COLS], const dw_row_job *job, place at, const spreader *by,
                        const shape k)
{
    for (int i = 0; k.taps > 1 && i < job->pieces; i++) {
        const bool inside = at.column >= 0 && at.column + columns_under(job, k) <= job->width;
        VEC_HIDE(at.column);
        if (k.taps <= FEW_TAPS && inside)
            add_piece(acc, job, at, by, k, 0);
        else
            add_piece(acc, job, at, by, k, 1);
        at.input += k.taps * job->tap;
        at.weights += k.taps * VEC_LANES;
        at.column += k.taps;
    }
    for (int i = 0; LEAVES_REST(k.taps) && i < job->rest; i++) {
        add_tap(acc, job, at, by, k);
        at.input += job->tap;
        at.weights += VEC_LANES;
        at.column += job->dilation_x;
    }
}

/* Where inputs are spread, each that an output sums up is. */
VEC_INLINE void add_copies(vec acc[MAX_COLS], const dw_row_job *job, place at, const shape k)
{
    spreader by = { 0 };
    if (k.spread == SPREAD_NONE) {
        add_row(acc, job, at, &by, k);
        return;
    }
    const float *const input = at.input;
    for (int i = 0; i < job->copies; i++) {
        by = load_spreader(&job->spread[i]);
        at.input = input + job->spread[i].at;
        add_row(acc, job, at, &by, k);
        at.weights += job->taps * VEC_LANES;
    }
}

/* The filter's rows for one tile, whose first tap lies in row y. */
VEC_INLINE void add_rows(vec acc[MAX_COLS], const dw_row_job *job, int64_t y, place at,
                         const shape k)
{
    for (int64_t r = 0; r < job->filter_rows; r++) {
        if ((uint64_t)y < (uint64_t)job->height)
            add_copies(acc, job, at, k);
        y += job->dilation_y;
        at.weights += job->filter_row;
        at.input += job->input_row;
    }
}

/* There is no register for the bounds: alignment makes them memory operands. */
VEC_INLINE void clamp_sums(vec acc[MAX_COLS], const float *bounds, const shape k)
{
    typedef float bound __attribute__((vector_size(VEC_LANES * 4), may_alias));
    VEC_UNROLL
    for (int q = 0; q < k.cols; q++) {
        acc[q] = act_max(acc[q], *(const bound *)bounds);
        acc[q] = act_min(acc[q], *(const bound *)(bounds + DW_BOUND));
    }
}

/* Fewer channels than lanes: kept apart from the common case. */
static __attribute__((noinline)) void store_partial(const dw_row_job *job, float *output,
                                                    const float *sums, int cols)
{
    for (int q = 0; q < cols; q++)
        vec_store_first(output + q * job->output_pixel, vec_load(sums + q * VEC_LANES), job->lanes);
}

VEC_INLINE void store(const dw_row_job *job, float *output, const vec acc[MAX_COLS], const shape k)
{
    float sums[MAX_COLS * VEC_LANES];
    const bool whole = job->lanes == VEC_LANES;
    const ptrdiff_t step = whole ? job->output_pixel : VEC_LANES;
    float *to = whole ? output : sums;
    VEC_UNROLL
    for (int q = 0; q < k.cols; q++) {
        vec_store(to, acc[q]);
        to += step;
        VEC_HIDE(to);
    }
    if (!whole)
        store_partial(job, output, sums, k.cols);
}

/* One vector of channels. */
VEC_INLINE void run_vector(const dw_row_job *job, int64_t v, const shape k)
{
    const vec bias = job->bias != NULL ? vec_load(job->bias + v * VEC_LANES) : (vec) { 0 };
    const float *const corner = job->input + v * job->input_vector + job->x * job->pixel;
    for (int64_t p = 0; p < job->rows; p++) {
        const int64_t y = job->y + p * job->stride_y;
        float *const output = job->output + v * job->output_vector + p * job->output_row;
        for (int64_t t = 0; t < job->tiles; t++) {
            const int64_t last = job->outputs - k.cols, q = t * k.cols < last ? t * k.cols : last;
            const place at = {
                .input = corner + y * job->row + q * job->step,
                .weights = job->weights + v * job->filter,
                .column = job->x + q * job->stride_x,
            };
            vec acc[MAX_COLS];
            VEC_UNROLL
            for (int i = 0; i < k.cols; i++)
                acc[i] = bias;
            add_rows(acc, job, y, at, k);
            if (job->bounds != NULL)
                clamp_sums(acc, job->bounds, k);
            store(job, output + q * job->output_pixel, acc, k);
        }
    }
}

VEC_INLINE void run(const dw_row_job *job, const shape k)
{
    for (int64_t v = 0; v < job->vectors; v++)
        run_vector(job, v, k);
}

/* dw_f32_1x9s1_1x14_row__avx512: pieces of 9 taps, stride 1, 14 outputs in a row. Single taps have
 * any stride: dw_f32_1x1s0_1x14_row__avx512. */
#define NAME(taps, stride, cols, kind) VEC_NAME(dw_f32_1x##taps##s##stride##_1x##cols##_##kind)
#define SHAPE(taps_, stride_, cols_, spread_) \
    ((shape) { .taps = taps_,                 \
               .stride = stride_,             \
               .cols = cols_,                 \
               .spread = spread_,             \
               .hold = taps_ + cols_ + 1 + 2 * ((spread_) != SPREAD_NONE) <= VEC_REGISTERS })
#define KERNEL(taps, stride, cols, kind, spread)                      \
    static void NAME(taps, stride, cols, kind)(const dw_row_job *job) \
    {                                                                 \
        run(job, SHAPE(taps, stride, cols, spread));                  \
    }
#define ENTRY(taps, stride, cols, kind) \
    [DW_ROW_##taps][stride][cols - 1] = NAME(taps, stride, cols, kind),

/* The available widths; a row is divided into equal tiles, the last of which may overlap the one
 * before. */
#define COLS_8(K, t, s) \
    K(t, s, 1) K(t, s, 2) K(t, s, 3) K(t, s, 4) K(t, s, 5) K(t, s, 6) K(t, s, 7) K(t, s, 8)
#if VEC_REGISTERS >= 32
#define COLS(K, t, s)       COLS_8(K, t, s) K(t, s, 10) K(t, s, 12) K(t, s, 14)
#define COLS_WIDER(K, t, s) COLS(K, t, s) K(t, s, 17) K(t, s, 20)
#else
#define COLS(K, t, s)       COLS_8(K, t, s) K(t, s, 10)
#define COLS_WIDER(K, t, s) COLS(K, t, s)
#endif
#define STRIDES(K, t)       COLS(K, t, 1) COLS(K, t, 2)
#define STRIDES_WIDER(K, t) COLS_WIDER(K, t, 1) COLS(K, t, 2)

#endif
