/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The transforms of Winograd's minimal filtering F(m x m, 3 x 3): Lavin and Gray, "Fast Algorithms
 * for Convolutional Neural Networks" (CVPR 2016). They compute m x m outputs from (m + 2) x (m + 2)
 * inputs d and a filter g as
 *
 *     A' [(G g G') . (B' d B)] A
 *
 * where ' means the transpose and . the product element by element. Summed over the channels, the
 * products of each of the (m + 2)^2 elements xi form a matrix product.
 */
#ifndef SB_WINOGRAD_TRANSFORM_H
#define SB_WINOGRAD_TRANSFORM_H

#include "common/variants.h"

#include <stddef.h>

enum {
    WINO_BLOCK = 16,  /* channels of one transform: a channel block of NCHW16c */
    WINO_MAX_OUT = 6, /* m */
    WINO_MAX_IN = 8   /* m + 2 */
};

/* Transforms a tile of (m + 2)^2 input pixels with 16 channels each. Rows are `row` floats apart,
 * pixels `pixel` floats. Writes element xi of the result to to[xi * step] and the 15 floats after
 * it. */
typedef void wino_input_fn(const float *from, ptrdiff_t row, ptrdiff_t pixel, float *to,
                           ptrdiff_t step);

/* A tile of m^2 output pixels with 16 channels each. All distances in floats. */
typedef struct wino_square {
    const float *from; /* products; the 16 floats of element xi begin at from[xi * step] */
    ptrdiff_t step;
    float *to;
    const float *residual; /* laid out like `to`; NULL if there is none */
    ptrdiff_t row, pixel;
    uint32_t activation; /* sb_activation */
} wino_square;

typedef void wino_output_fn(const wino_square *square);

/* A number added to element WINO_ALL(m) of the products is added to each of the m^2 pixels, because
 * the column of A' for that element is all ones. The bias is added this way. */
#define WINO_ALL(m) ((m) + 2 + 1)

typedef struct wino_transform {
    int out; /* m */
    int in;  /* m + 2 */
    wino_input_fn *input;
    wino_output_fn *output;
} wino_transform;

enum { WINO_F2, WINO_F4, WINO_F6, WINO_SIZES };

/* Indexed by variant, then by WINO_F2, WINO_F4 or WINO_F6. */
extern const wino_transform *const wino_transforms[VARIANT_COUNT];

/* Transforms one filter: writes the (m + 2)^2 elements of G g G', computed in double. */
void wino_filter(int size, const float filter[9], double *to);

#define DECLARE(set, needs) extern const wino_transform wino_transforms__##set[WINO_SIZES];
VARIANTS(DECLARE)
#undef DECLARE

#endif
