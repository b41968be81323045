/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Micro-kernels for depthwise convolution with any filter, and for similar ones: several outputs of
 * one input channel, and groups of a few channels. A vector of channels, a row of outputs. A
 * filter row is divided into pieces with a constant number of taps, and remaining single taps; in a
 * piece each input vector is loaded once for all outputs that it reaches.
 *
 * If lanes and input channels differ, a vector of inputs is spread over the lanes by one
 * permutation. In groups of a few channels each output sums several inputs, each with its own
 * permutation.
 */
#ifndef SB_ENGINE_DEPTHWISE_ROW_H
#define SB_ENGINE_DEPTHWISE_ROW_H

#include "engine/depthwise_kernel.h"

/* How inputs are spread over the lanes of a vector of outputs. */
typedef struct dw_spread {
    _Alignas(64) int32_t index[16]; /* [lane] channel, counted from `at` */
    ptrdiff_t at;                   /* floats from the pixel */
    int32_t channels;               /* that may be read from there on, at most as many as lanes */
} dw_spread;

/* Several rows of outputs. All distances in floats. "Row" and "column" may be exchanged. */
typedef struct dw_row_job {
    const float *input;      /* row 0, column 0 of the image */
    ptrdiff_t row, pixel;    /* from row to row, and to the next column of the image */
    ptrdiff_t tap, step;     /* one tap right, one output right */
    const dw_spread *spread; /* [copies]; NULL: lanes are neighbouring channels */
    int copies;              /* inputs that an output sums up at each tap */
    const float *weights;    /* [r][copy][s][lane] */
    const float *bias;       /* [lane]; NULL: 0 */
    const float *bounds;     /* as dw_job has them */
    float *output;
    ptrdiff_t output_row, output_pixel;
    int lanes; /* channels to store */
    /* Vectors of channels, one after the other, without a spread; their distances in the input, in
     * the output and in the weights. */
    int64_t vectors;
    ptrdiff_t input_vector, output_vector, filter;
    int64_t rows, outputs; /* of each; at least as many as a tile has columns */
    int64_t tiles;         /* of a row; the last one ends where the row does */
    int64_t taps;          /* of a filter row: pieces, and the rest, one by one */
    ptrdiff_t input_row;   /* one tap down */
    ptrdiff_t filter_row;  /* one filter row of the weights */
    int pieces, rest;
    /* In rows and columns of the image: the first tap under the first output, the step between
     * outputs, the step between taps; taps down, and their number in both directions. Pieces
     * require a dilation of 1. */
    int64_t y, stride_y, dilation_y, filter_rows, height;
    int64_t x, stride_x, dilation_x, width;
} dw_row_job;

typedef void dw_row_function(const dw_row_job *job);

/* Pieces of so many taps. */
typedef enum dw_row_taps {
    DW_ROW_1,
    DW_ROW_2,
    DW_ROW_3,
    DW_ROW_4,
    DW_ROW_5,
    DW_ROW_7,
    DW_ROW_9,
    DW_ROW_11,
    DW_ROW_TAPS
} dw_row_taps;

/* How the kernels read a vector of inputs: lanes are neighbouring channels; spread as dw_spread
 * says; likewise, from a tensor that has fewer channels than a vector has lanes. */
typedef enum dw_row_kind { DW_NEIGHBOURS, DW_SPREAD, DW_MASKED, DW_ROW_KINDS } dw_row_kind;

#define DW_ROW_MAX_COLS 20

/* By stride, which is 0 for pieces of any stride, and columns - 1; NULL if there is none. */
typedef struct dw_rows {
    dw_row_function *of[DW_ROW_TAPS][DW_STRIDES + 1][DW_ROW_MAX_COLS];
    int max_cols;
} dw_rows;

/* Tiles of several vectors, without a spread, of any filter, by columns - 1. */
#define DW_FEW_COLS 4

#define DECLARE(set, needs)                                                   \
    extern const dw_rows dw_rows__##set, dw_spreads__##set, dw_masked__##set; \
    extern dw_row_function *const dw_few__##set[DW_FEW_COLS];
VARIANTS(DECLARE)
#undef DECLARE

#endif
