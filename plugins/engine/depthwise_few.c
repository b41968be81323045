/* SPDX-License-Identifier: Apache-2.0 */
/* Compiled once for each variant: rows of few outputs, several vectors of channels together. Alone,
 * each sum would wait for the one before it. See depthwise_row.h. */
#include "engine/depthwise_row.h"

#include "engine/vec.h"

#include <stdbool.h>

/* At most so many vectors; with eight sums, no multiply-add waits. */
#define VECTORS 4
#define SUMS    8

/* The constants of a kernel, known after inlining. */
typedef struct shape {
    int vectors, cols;
} shape;

/* Taps of one filter row. */
typedef struct place {
    const float *input; /* under the first output */
    const float *weights;
    int64_t column; /* of it */
} place;

VEC_INLINE void add_tap(vec acc[SUMS], const dw_row_job *job, place at, const shape k,
                        const int checked)
{
    vec w[VECTORS];
    VEC_UNROLL
    for (int i = 0; i < k.vectors; i++)
        w[i] = vec_load(at.weights + i * job->filter);
    VEC_UNROLL
    for (int q = 0; q < k.cols; q++) {
        if (!checked || (uint64_t)at.column < (uint64_t)job->width) {
            VEC_UNROLL
            for (int i = 0; i < k.vectors; i++)
                acc[q * k.vectors + i] += vec_load(at.input + i * job->input_vector) * w[i];
        }
        at.column += job->stride_x;
        at.input += job->step;
    }
}

VEC_INLINE void add_row(vec acc[SUMS], const dw_row_job *job, place at, const shape k,
                        const int checked)
{
    for (int64_t s = 0; s < job->taps; s++) {
        add_tap(acc, job, at, k, checked);
        at.input += job->tap;
        at.weights += VEC_LANES;
        at.column += job->dilation_x;
    }
}

/* The filter's rows for one tile, whose first tap lies in row y. */
VEC_INLINE void add_rows(vec acc[SUMS], const dw_row_job *job, int64_t y, place at, const shape k)
{
    const int64_t last =
        at.column + (k.cols - 1) * job->stride_x + (job->taps - 1) * job->dilation_x;
    const bool inside = at.column >= 0 && last < job->width;
    for (int64_t r = 0; r < job->filter_rows; r++) {
        if ((uint64_t)y < (uint64_t)job->height && inside)
            add_row(acc, job, at, k, 0);
        else if ((uint64_t)y < (uint64_t)job->height)
            add_row(acc, job, at, k, 1);
        y += job->dilation_y;
        at.weights += job->filter_row;
        at.input += job->input_row;
    }
}

VEC_INLINE void clamp_sums(vec acc[SUMS], const float *bounds, const shape k)
{
    const vec low = vec_load(bounds), high = vec_load(bounds + DW_BOUND);
    VEC_UNROLL
    for (int i = 0; i < k.cols * k.vectors; i++)
        acc[i] = act_min(act_max(acc[i], low), high);
}

VEC_INLINE void start(vec acc[SUMS], const float *bias, const shape k)
{
    VEC_UNROLL
    for (int i = 0; i < k.cols * k.vectors; i++)
        acc[i] = bias != NULL ? vec_load(bias + i % k.vectors * VEC_LANES) : (vec) { 0 };
}

/* Vectors v and the next, outputs of row p from column q on. */
VEC_INLINE void run_tile(const dw_row_job *job, int64_t v, int64_t p, int64_t q, const shape k)
{
    const int64_t x = job->x + q * job->stride_x, y = job->y + p * job->stride_y;
    const place at = {
        .input = job->input + v * job->input_vector + x * job->pixel + y * job->row,
        .weights = job->weights + v * job->filter,
        .column = x,
    };
    float *to = job->output + v * job->output_vector + p * job->output_row + q * job->output_pixel;
    vec acc[SUMS];
    start(acc, job->bias != NULL ? job->bias + v * VEC_LANES : NULL, k);
    add_rows(acc, job, y, at, k);
    if (job->bounds != NULL)
        clamp_sums(acc, job->bounds, k);
    VEC_UNROLL
    for (int i = 0; i < k.cols * k.vectors; i++)
        vec_store(to + i / k.vectors * job->output_pixel + i % k.vectors * job->output_vector,
                  acc[i]);
}

VEC_INLINE void run_vectors(const dw_row_job *job, int64_t v, const shape k)
{
    for (int64_t p = 0; p < job->rows; p++)
        for (int64_t t = 0; t < job->tiles; t++) {
            const int64_t last = job->outputs - k.cols, q = t * k.cols;
            run_tile(job, v, p, q < last ? q : last, k);
        }
}

VEC_INLINE void run(const dw_row_job *job, const shape k)
{
    int64_t v = 0;
    for (; v + k.vectors <= job->vectors; v += k.vectors)
        run_vectors(job, v, k);
    for (; v < job->vectors; v++)
        run_vectors(job, v, (shape) { .vectors = 1, .cols = k.cols });
}

/* dw_f32_few_1x2__avx512: 2 outputs in a row. */
#define NAME(cols) VEC_NAME(dw_f32_few_1x##cols)
#define KERNEL(vectors_, cols_)                                   \
    static void NAME(cols_)(const dw_row_job *job)                \
    {                                                             \
        run(job, (shape) { .vectors = vectors_, .cols = cols_ }); \
    }

KERNEL(4, 1)
KERNEL(4, 2)
KERNEL(2, 3)
KERNEL(2, 4)

dw_row_function *const VEC_NAME(dw_few)[DW_FEW_COLS] = { NAME(1), NAME(2), NAME(3), NAME(4) };
