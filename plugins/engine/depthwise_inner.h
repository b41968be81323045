/* SPDX-License-Identifier: Apache-2.0 */
/* Tiles of depthwise micro-kernels, see depthwise_kernel.h. Included only by the files of
 * micro-kernels for each filter. */
#ifndef SB_ENGINE_DEPTHWISE_INNER_H
#define SB_ENGINE_DEPTHWISE_INNER_H

#include "engine/depthwise_kernel.h"

#include "engine/vec.h"

#include <stdbool.h>

#define MAX_TAPS 7

/* The constants of a kernel, known after inlining. */
typedef struct shape {
    int taps, stride; /* of both directions */
    int rows, cols;   /* outputs of a tile */
    int left, right;  /* input columns under it that lie in the padding */
    int checked;      /* unknown: checks each outer column and row */
    int hold;         /* all weights stay in registers; else those of one filter row at a time */
    int keep;         /* so does the bias; else it is loaded for each sum */
} shape;

/* The position of a run of tiles. */
typedef struct place {
    const float *input; /* column 0 of a row under the tile */
    ptrdiff_t pixel;
    int64_t first, last; /* columns that exist */
} place;

VEC_INLINE int columns_under(const shape k)
{
    return (k.cols - 1) * k.stride + k.taps;
}

VEC_INLINE int rows_under(const shape k)
{
    return (k.rows - 1) * k.stride + k.taps;
}

/* Adds input vector x, in column j under the tile, to each output that it reaches. */
VEC_INLINE void scatter(vec acc[][DW_MAX_COLS], vec x, vec w[][MAX_TAPS], const shape k,
                        const int j, const int from, const int to)
{
    VEC_UNROLL_LATE
    for (int p = from; p < to; p++) {
        VEC_UNROLL
        for (int q = 0; q < k.cols; q++) {
            const int s = j - q * k.stride;
            if (s >= 0 && s < k.taps)
                acc[p][q] += x * w[p][s];
        }
    }
}

/*
 * One row of input under the tile, for the tile's output rows from..to-1; w[p] is the filter row
 * that applies to output row p. Each input vector is loaded once, which the compiler might
 * otherwise repeat for each use, and is added to all outputs that it reaches.
 */
VEC_INLINE void input_row(vec acc[][DW_MAX_COLS], place at, vec w[][MAX_TAPS], const shape k,
                          const int from, const int to)
{
    const int columns = columns_under(k);
    VEC_UNROLL
    for (int j = k.left; j < columns - k.right; j++) {
        if (k.checked && j < k.taps - 1 && j < at.first)
            continue;
        if (k.checked && j > columns - k.taps && j >= at.last)
            continue;
        vec x = vec_load(at.input + j * at.pixel);
        VEC_KEEP(x);
        scatter(acc, x, w, k, j, from, to);
    }
}

VEC_INLINE void load_weights(vec w[MAX_TAPS], const float *from, const int taps)
{
    VEC_UNROLL
    for (int s = 0; s < taps; s++)
        w[s] = vec_load(from + s * VEC_LANES);
}

/* Rows from..to-1. If there is no register for the bias, it is loaded for each sum. */
VEC_INLINE void start_rows(const dw_job *job, vec acc[][DW_MAX_COLS], vec bias, const shape k,
                           const int from, const int to)
{
    const float *stored = job->bias;
    if (k.keep || stored == NULL) {
        VEC_UNROLL
        for (int i = from * k.cols; i < to * k.cols; i++)
            acc[i / k.cols][i % k.cols] = bias;
        return;
    }
    VEC_UNROLL
    for (int i = from * k.cols; i < to * k.cols; i++) {
        VEC_HIDE(stored);
        acc[i / k.cols][i % k.cols] = vec_load(stored);
    }
}

/* No registers for the bounds: alignment makes them memory operands. */
VEC_INLINE void clamp_rows(vec acc[][DW_MAX_COLS], const float *bounds, const shape k,
                           const int from, const int to)
{
    typedef float bound __attribute__((vector_size(VEC_LANES * 4), may_alias));
    VEC_HIDE(bounds);
    VEC_UNROLL
    for (int i = from * k.cols; i < to * k.cols; i++)
        acc[i / k.cols][i % k.cols] = act_max(acc[i / k.cols][i % k.cols], *(const bound *)bounds);
    VEC_HIDE(bounds);
    VEC_UNROLL
    for (int i = from * k.cols; i < to * k.cols; i++)
        acc[i / k.cols][i % k.cols] =
            act_min(acc[i / k.cols][i % k.cols], *(const bound *)(bounds + DW_BOUND));
}

/* The pointer advances by steps unknown to the compiler, which would otherwise compute all
 * addresses of the tile in advance and keep them on the stack. */
VEC_INLINE void store_row(const dw_job *job, float *output, const vec acc[DW_MAX_COLS],
                          const shape k)
{
    VEC_UNROLL
    for (int q = 0; q < k.cols; q++) {
        vec_store(output, acc[q]);
        output += job->output_pixel;
        VEC_HIDE(output);
    }
}

/* Finishes rows from..to-1. */
VEC_INLINE void store_rows(const dw_job *job, float *output, vec acc[][DW_MAX_COLS], const shape k,
                           const int from, const int to)
{
    if (job->bounds != NULL)
        clamp_rows(acc, job->bounds, k, from, to);
    VEC_UNROLL
    for (int p = from; p < to; p++) {
        store_row(job, output, acc[p], k);
        output += job->output_row;
        VEC_HIDE(output);
    }
}

/* Does row i under the tile exist? Only the outer ones can lie in the padding. */
VEC_INLINE bool exists(const dw_job *job, const int i, const shape k)
{
    const int outer = k.checked ? k.taps - 1 : k.taps / 2;
    return (i >= outer || i >= job->first_row) && (i < rows_under(k) - outer || i < job->last_row);
}

/* All weights in registers: rows are unrolled, because a register has no index. The rows of a high
 * tile start and end one by one, because there are registers for only a few. */
VEC_INLINE void rows_held(const dw_job *job, place at, float *output, vec held[][MAX_TAPS],
                          vec bias, const shape k)
{
    vec acc[DW_MAX_ROWS][DW_MAX_COLS];
    if (k.rows <= DW_LOW_ROWS)
        start_rows(job, acc, bias, k, 0, k.rows);
    VEC_UNROLL
    for (int i = 0; i < rows_under(k); i++) {
        const int from = i < k.taps ? 0 : (i - k.taps) / k.stride + 1;
        const int to = i / k.stride + 1 < k.rows ? i / k.stride + 1 : k.rows;
        vec w[DW_MAX_ROWS][MAX_TAPS];
        VEC_UNROLL_LATE
        for (int p = from; p < to; p++) {
            VEC_UNROLL
            for (int s = 0; s < k.taps; s++)
                w[p][s] = held[i - p * k.stride][s];
            if (i == p * k.stride && k.rows > DW_LOW_ROWS)
                start_rows(job, acc, bias, k, p, p + 1);
        }
        if (exists(job, i, k))
            input_row(acc, at, w, k, from, to);
        at.input += job->row;
        VEC_HIDE(at.input);
        if (i - from * k.stride == k.taps - 1 && k.rows > DW_LOW_ROWS) {
            store_rows(job, output, acc, k, from, from + 1);
            output += job->output_row;
            VEC_HIDE(output);
        }
    }
    if (k.rows <= DW_LOW_ROWS)
        store_rows(job, output, acc, k, 0, k.rows);
}

/* Input rows first..last-1, all of which reach the output rows from..to-1. */
VEC_INLINE void rows_loaded(vec acc[][DW_MAX_COLS], const dw_job *job, place at, int first,
                            int last, const shape k, const int from, const int to)
{
    if (first < job->first_row)
        first = job->first_row;
    if (last > job->last_row)
        last = job->last_row;
    at.input += first * job->row;
    for (int i = first; i < last; i++) {
        vec w[DW_MAX_ROWS][MAX_TAPS];
        VEC_UNROLL
        for (int p = from; p < to; p++)
            load_weights(w[p], job->weights + (i - p * k.stride) * k.taps * VEC_LANES, k.taps);
        input_row(acc, at, w, k, from, to);
        at.input += job->row;
        VEC_FENCE();
    }
}

VEC_INLINE void tile_loaded(const dw_job *job, place at, float *output, vec bias, const shape k)
{
    vec acc[DW_LOW_ROWS][DW_MAX_COLS];
    start_rows(job, acc, bias, k, 0, k.rows);
    if (k.rows == 1) {
        rows_loaded(acc, job, at, 0, k.taps, k, 0, 1);
    } else {
        rows_loaded(acc, job, at, 0, k.stride, k, 0, 1);
        rows_loaded(acc, job, at, k.stride, k.taps, k, 0, 2);
        rows_loaded(acc, job, at, k.taps, k.taps + k.stride, k, 1, 2);
    }
    store_rows(job, output, acc, k, 0, k.rows);
}

VEC_INLINE void tile(const dw_job *job, place at, float *output, vec held[][MAX_TAPS], vec bias,
                     shape k, const int left, const int right, const int checked)
{
    k.left = left;
    k.right = right;
    k.checked = checked;
    if (k.hold)
        rows_held(job, at, output, held, bias, k);
    else
        tile_loaded(job, at, output, bias, k);
}

/* Selects the code for the tile's position: without a check of each column, if possible. A 3 x 3
 * filter in usual padding lacks one column at an edge; a wider one lacks up to half of its
 * columns. */
VEC_INLINE void place_tile(const dw_job *job, place at, float *output, vec held[][MAX_TAPS],
                           vec bias, const shape k)
{
    const bool left = at.first > 0, right = at.last < columns_under(k);
    const bool known = k.hold && k.taps == 3;
    if (k.rows <= DW_LOW_ROWS && (job->unusual || (!known && (left || right))))
        tile(job, at, output, held, bias, k, 0, 0, 1);
    else if (!known || (!left && !right))
        tile(job, at, output, held, bias, k, 0, 0, 0);
    else if (!right)
        tile(job, at, output, held, bias, k, 1, 0, 0);
    else if (!left)
        tile(job, at, output, held, bias, k, 0, 1, 0);
    else
        tile(job, at, output, held, bias, k, 1, 1, 0);
}

/* One vector of channels. */
VEC_INLINE void run_vector(const dw_job *job, ptrdiff_t pixel, const shape k)
{
    vec held[MAX_TAPS][MAX_TAPS], bias = { 0 };
    place at = {
        .input = job->input + job->at,
        .pixel = pixel,
        .first = -job->column,
        .last = job->width - job->column,
    };
    float *output = job->output;
    const int step = k.cols * k.stride; /* of input columns, from tile to tile */
    if (k.hold) {
        VEC_UNROLL
        for (int r = 0; r < k.taps; r++)
            load_weights(held[r], job->weights + r * k.taps * VEC_LANES, k.taps);
    }
    if (k.keep) {
        if (job->bias != NULL)
            bias = vec_load(job->bias);
        VEC_KEEP(bias);
    }
    for (int64_t t = 0; t < job->tiles; t++) {
        place_tile(job, at, output, held, bias, k);
        at.input += step * pixel;
        at.first -= step;
        at.last -= step;
        output += k.cols * job->output_pixel;
    }
}

/* The job by value: otherwise the compiler must assume that stores to the output change it. */
VEC_INLINE void run(dw_job job, ptrdiff_t pixel, const shape k)
{
    for (int64_t v = 0; v < job.vectors; v++) {
        run_vector(&job, pixel, k);
        job.input += job.input_vector;
        job.weights += k.taps * k.taps * VEC_LANES;
        job.output += job.output_vector;
        if (job.bias != NULL)
            job.bias += VEC_LANES;
    }
}

/* dw_f32_3x3s1_2x7_blocked__avx512: 3 x 3, stride 1, 2 rows x 7 columns of outputs. */
#define NAME(taps, stride, rows, cols, kind) \
    VEC_NAME(dw_f32_##taps##x##taps##s##stride##_##rows##x##cols##_##kind)
/* Rows of a tile that one input row reaches. */
#define LIVE(taps, stride, rows) \
    (rows < (taps + stride - 1) / stride ? rows : (taps + stride - 1) / stride)
/* Registers for all weights, the sums, and one input. */
#define NEED(taps, stride, rows, cols) (taps * taps + LIVE(taps, stride, rows) * cols + 1)
#define SHAPE(taps_, stride_, rows_, cols_)                                 \
    ((shape) { .taps = taps_,                                               \
               .stride = stride_,                                           \
               .rows = rows_,                                               \
               .cols = cols_,                                               \
               .hold = NEED(taps_, stride_, rows_, cols_) <= VEC_REGISTERS, \
               .keep = NEED(taps_, stride_, rows_, cols_) < VEC_REGISTERS })
#define FUNCTIONS(scope, taps, stride, rows, cols)                        \
    scope void NAME(taps, stride, rows, cols, blocked)(const dw_job *job) \
    {                                                                     \
        run(*job, DW_BLOCKED_PIXEL, SHAPE(taps, stride, rows, cols));     \
    }                                                                     \
    scope void NAME(taps, stride, rows, cols, strided)(const dw_job *job) \
    {                                                                     \
        run(*job, job->pixel, SHAPE(taps, stride, rows, cols));           \
    }
#define KERNEL(taps, stride, rows, cols) FUNCTIONS(static, taps, stride, rows, cols)
#define ENTRY(taps, stride, rows, cols, kind) \
    [stride - 1][rows - 1][cols - 1] = NAME(taps, stride, rows, cols, kind),
#define BLOCKED(taps, stride, rows, cols) ENTRY(taps, stride, rows, cols, blocked)
#define STRIDED(taps, stride, rows, cols) ENTRY(taps, stride, rows, cols, strided)

/* Tiles are listed as TILES(K, stride), of these. */
#define COLS_4(K, t, s, r)      K(t, s, r, 1) K(t, s, r, 2) K(t, s, r, 3) K(t, s, r, 4)
#define COLS_7(K, t, s, r)      COLS_4(K, t, s, r) K(t, s, r, 5) K(t, s, r, 6) K(t, s, r, 7)
#define COLS_4_TO_7(K, t, s, r) K(t, s, r, 4) K(t, s, r, 5) K(t, s, r, 6) K(t, s, r, 7)

#define EACH(TILES, K)          TILES(K, 1) TILES(K, 2)
/* `rows`, `cols`: the largest available. */
#define TABLE(taps, TILES, rows, cols)                     \
    const dw_kernels VEC_NAME(dw_##taps##x##taps) = {      \
        .of = { [DW_BLOCKED] = { EACH(TILES, BLOCKED) },   \
                [DW_STRIDED] = { EACH(TILES, STRIDED) } }, \
        .max_rows = rows,                                  \
        .max_cols = cols,                                  \
    };

/* The high tiles of 3 x 3 filters take as long to compile as all others together, so they are in a
 * file of their own. */
#if VEC_REGISTERS >= 32
#define HAS_HIGH_TILES   1
#define HIGH_TILES(K, s) COLS_4_TO_7(K, 3, s, 7)
#else
/* Nine weights, six sums and an input are 16 registers; without FMA, a product would need one more.
 */
#define HAS_HIGH_TILES     (VEC_LANES > 4)
#define HIGH_TILES(K, s)   HIGH_TILES_##s(K, s)
#define HIGH_TILES_1(K, s) K(3, s, 7, 1) K(3, s, 7, 2)
#define HIGH_TILES_2(K, s) K(3, s, 7, 1) K(3, s, 7, 2) K(3, s, 7, 3)
#endif
#define HIGH_KERNEL(taps, stride, rows, cols)            \
    dw_function NAME(taps, stride, rows, cols, blocked); \
    dw_function NAME(taps, stride, rows, cols, strided);

#endif
