/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The transforms of Winograd's minimal filtering F(m x m, 3 x 3): Lavin and Gray, "Fast Algorithms
 * for Convolutional Neural Networks" (CVPR 2016). m x m outputs come from (m + 2) x (m + 2) inputs
 * d and a filter g as A' [(G g G') . (B' d B)] A, the product in the middle element by element, so
 * that over channels it becomes (m + 2)^2 matrix products.
 */
#ifndef SB_WINOGRAD_TRANSFORM_H
#define SB_WINOGRAD_TRANSFORM_H

#include "common/variants.h"

#include <stddef.h>

enum {
    WINO_BLOCK = 16,  /* channels that a transform works on: a block of NCHW16c */
    WINO_MAX_OUT = 6, /* m */
    WINO_MAX_IN = 8   /* m + 2 */
};

/* Reads (m + 2)^2 pixels of 16 channels, `row` and `pixel` floats apart; writes element xi of the
 * transform to to[xi * step ... + 16]. */
typedef void wino_input_fn(const float *from, ptrdiff_t row, ptrdiff_t pixel, float *to,
                           ptrdiff_t step);

/* m^2 pixels of 16 channels of the output. All distances in floats. */
typedef struct wino_square {
    const float *from; /* element xi of the products: from[xi * step ... + 16] */
    ptrdiff_t step;
    float *to;
    const float *residual; /* what is added, laid out as `to`; NULL: nothing */
    ptrdiff_t row, pixel;
    uint32_t activation; /* sb_activation */
} wino_square;

typedef void wino_output_fn(const wino_square *square);

/* A number that is added to element WINO_ALL(m) of the products comes out added to all m^2 pixels:
 * its row of A' is all ones. */
#define WINO_ALL(m) ((m) + 2 + 1)

typedef struct wino_transform {
    int out; /* m */
    int in;  /* m + 2 */
    wino_input_fn *input;
    wino_output_fn *output;
} wino_transform;

enum { WINO_F2, WINO_F4, WINO_F6, WINO_SIZES };

/* [variant][WINO_F...] */
extern const wino_transform *const wino_transforms[VARIANT_COUNT];

/* G g G' of one filter: in^2 elements, computed in double. */
void wino_filter(int size, const float filter[9], double *to);

#define DECLARE(set, needs) extern const wino_transform wino_transforms__##set[WINO_SIZES];
VARIANTS(DECLARE)
#undef DECLARE

#endif
