/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The transforms of Winograd's minimal filtering F(m x m, r x r): Lavin and Gray, "Fast Algorithms
 * for Convolutional Neural Networks" (CVPR 2016). They compute m x m outputs from n x n inputs d
 * and a filter g, where n = m + r - 1, as
 *
 *     A' [(G g G') . (B' d B)] A
 *
 * where ' means the transpose and . the product element by element. Summed over the channels, the
 * products of each of the n^2 elements xi form a matrix product. Or in one dimension: m outputs
 * A' [(G g) . (B' d)] from n inputs.
 *
 * B' depends on n alone: its rows belong to n - 1 points, where the filter is evaluated as a
 * polynomial whose coefficients are its taps, and to infinity, which stands for the last tap. So a
 * filter of r - 1 taps has 0 there, and the element need not be computed.
 */
#ifndef SB_WINOGRAD_TRANSFORM_H
#define SB_WINOGRAD_TRANSFORM_H

#include "common/variants.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    WINO_BLOCK = 16,   /* channels of one transform: a channel block of NCHW16c */
    WINO_MAX_OUT = 6,  /* m */
    WINO_MAX_TAPS = 5, /* r */
    WINO_MAX_IN = 8    /* n */
};

/* Transforms a tile of n^2, or in one dimension n, input pixels with 16 channels each. Rows are
 * `row` floats apart, pixels `pixel` floats. Writes element xi of the result to to[xi * step] and
 * the 15 floats after it. */
typedef void wino_input_fn(const float *from, ptrdiff_t row, ptrdiff_t pixel, float *to,
                           ptrdiff_t step);

/* A tile of m^2, or m, output pixels with 16 channels each. All distances in floats. */
typedef struct wino_square {
    const float *from; /* products; the 16 floats of element xi begin at from[xi * step] */
    ptrdiff_t step;
    float *to;
    const float *residual; /* laid out like `to`; NULL if there is none */
    ptrdiff_t row, pixel;
    uint32_t activation; /* sb_activation */
} wino_square;

typedef void wino_output_fn(const wino_square *square);

/*
 * Transforms as many filters as a vector has lanes; element i of filter n is from[i * lanes + n].
 * Writes element xi of the results, one filter in each lane, to to[xi * step] and the lanes - 1
 * floats after it.
 */
typedef void wino_filter_fn(const float *from, float *to, ptrdiff_t step);

typedef struct wino_transform {
    int out, taps; /* m, r */
    int in;        /* n */
    bool line;     /* in one dimension */
    /* The element of point 1. A number added to it among the products is added to all outputs,
     * because its column of A' is all ones. The bias is added this way. */
    int one;
    const char *input_name, *output_name; /* of the functions, for descriptions */
    wino_input_fn *input;
    wino_output_fn *output;
    wino_filter_fn *filter;
} wino_transform;

/* SQUARES(X) is X(m, r, n) for those in two dimensions, LINES(X) for those in one. */
#define WINO_SQUARES(X) X(2, 3, 4) X(4, 3, 6) X(6, 3, 8) X(2, 5, 6) X(4, 5, 8) X(2, 2, 3) X(4, 2, 5)
#define WINO_LINES(X)   X(2, 3, 4) X(4, 3, 6) X(2, 4, 5) X(4, 4, 7)

/* Indexed by variant; an entry without outputs ends each list. */
extern const wino_transform *const wino_transforms[VARIANT_COUNT];

#define DECLARE(set, needs) extern const wino_transform wino_transforms__##set[];
VARIANTS(DECLARE)
#undef DECLARE

/* Of the present variant: wino_filter_4_3__avx512, wino_filter_line_4_3__avx512 and so on. */
#ifdef SB_ISA
#define SQUARE(m, r, n) wino_filter_fn VEC_NAME(wino_filter_##m##_##r);
#define LINE(m, r, n)   wino_filter_fn VEC_NAME(wino_filter_line_##m##_##r);
WINO_SQUARES(SQUARE)
WINO_LINES(LINE)
#undef SQUARE
#undef LINE
#endif

#endif
