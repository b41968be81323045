/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Micro-kernels of depthwise convolution: a vector of channels, a tile of output pixels, each
 * input vector loaded once for all outputs that it reaches. A high tile holds in registers only
 * those of its rows that the present input row reaches, and stores each when it is complete. Taps
 * in the padding are skipped, not multiplied by zero: at 7 x 7 that saves a fifth of a 3 x 3 and
 * nearly half of a 7 x 7 filter.
 *
 * These are the declarations. The code is in depthwise_inner.h (3 x 3, 5 x 5, 7 x 7),
 * depthwise_row_inner.h and depthwise_general.c; it is compiled once for each instruction set, such
 * as AVX2.
 */
#ifndef SB_ENGINE_DEPTHWISE_KERNEL_H
#define SB_ENGINE_DEPTHWISE_KERNEL_H

#include "common/variants.h"

#include <stddef.h>

#define DW_BOUND 16 /* floats that hold a bound, as many as the longest vector has */

/* A run of equal adjacent tiles. All distances in floats. */
typedef struct dw_job {
    const float
        *input; /* with `at`: row 0, column 0 under the first tile, maybe outside the image */
    ptrdiff_t at;
    ptrdiff_t row, pixel;
    const float *weights; /* [r][s][lane] */
    const float *bias;    /* [lane] initial values of the sums; NULL: 0 */
    float *output;
    ptrdiff_t output_row, output_pixel;
    /* For relu and relu6 without a residual: [2][DW_BOUND] the bounds of the sums, aligned to 64
     * bytes; NULL: sums are stored unchanged. */
    const float *bounds;
    /* Vectors of channels, one after the other for the same tiles: weights and biases follow one
     * another, inputs and outputs are so far apart. */
    int64_t vectors;
    ptrdiff_t input_vector, output_vector;
    int64_t tiles;
    int64_t column; /* index of column 0 under the first tile; negative in the padding */
    int64_t width;  /* of the image */
    int first_row;  /* rows under the tile that exist, counted from `at` */
    int last_row;   /* one past */
    int unusual;    /* more than half a filter may lie in the padding: see DW_LOW_ROWS */
} dw_job;

typedef void dw_function(const dw_job *job);

/* Outputs that have just been stored and are still in the cache: adds the residual and applies the
 * activation. Both need more registers than tiles have. */
typedef struct dw_finish {
    float *output;
    const float *residual; /* laid out as the output; or NULL */
    ptrdiff_t row, pixel;
    int64_t rows, cols;
    uint32_t activation;
    int lanes; /* channels that there are */
} dw_finish;

typedef void dw_finish_function(const dw_finish *job);

/* A row of outputs of one vector of channels, for every shape without its own kernel. */
typedef struct dw_general_job {
    const float *input; /* with `at`: row 0, column 0 under the first output */
    ptrdiff_t at;
    const ptrdiff_t *lane; /* floats from `input` to the channel that each lane reads */
    int contiguous;        /* the lanes are neighbours, and all of them exist */
    int lanes;             /* channels to store */
    ptrdiff_t row, pixel;  /* one tap down, one tap right */
    ptrdiff_t step;        /* one output right */
    const float *weights;  /* [r][s][lane] */
    const float *bias;     /* [lane]; NULL: 0 */
    float *output;
    ptrdiff_t output_pixel;
    const float *residual; /* as above */
    uint32_t activation;
    int64_t outputs;
    int64_t first_row, last_row; /* taps that lie in the image */
    int64_t taps;                /* of a filter row */
    int64_t column, stride, dilation, width;
} dw_general_job;

typedef void dw_general_function(const dw_general_job *job);

/* By the distance from pixel to pixel of the input; if that is a constant, addresses need no
 * arithmetic. */
typedef enum dw_kind { DW_BLOCKED, DW_STRIDED, DW_KINDS } dw_kind;

#define DW_BLOCKED_PIXEL 16

#define DW_STRIDES       2 /* 1 and 2 */
#define DW_MAX_ROWS      7
#define DW_LOW_ROWS      2 /* tiles up to this may stand anywhere, higher ones not */
#define DW_MAX_COLS      7

/* By columns - 1. */
typedef dw_function *dw_widths[DW_MAX_COLS];

/* Those of one filter by kind, stride - 1, rows - 1, columns - 1; NULL if there is none. */
typedef struct dw_kernels {
    dw_widths of[DW_KINDS][DW_STRIDES][DW_MAX_ROWS];
    int max_rows, max_cols;
} dw_kernels;

#define DECLARE(set, needs)                                              \
    extern const dw_kernels dw_3x3__##set, dw_5x5__##set, dw_7x7__##set; \
    dw_finish_function dw_f32_finish__##set;                             \
    dw_general_function dw_f32_general__##set;
VARIANTS(DECLARE)
#undef DECLARE

#endif
