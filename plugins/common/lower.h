/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lowering (im2col) of one group of one image: the convolution becomes the product of the weights
 * [k / groups][depth] and the column matrix [depth][p q], with depth = (c / groups) r s, whose row
 * (c, r, s) holds, for every output pixel, the input under that tap.
 */
#ifndef SB_PLUGINS_LOWER_H
#define SB_PLUGINS_LOWER_H

#include "common/conv.h"
#include "common/simd.h"

/* Columns [first, first + count) of row `row` of the column matrix. `image` is the group's first
 * channel of one image. */
void lower_row(const conv *b, const simd *isa, const float *image, int64_t row, int64_t first,
               int64_t count, float *to);

#endif
