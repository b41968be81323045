/* SPDX-License-Identifier: Apache-2.0 */
/* Conversions between NCHW or NHWC and the layouts that kernels ask for. */
#ifndef SB_CONV_LAYOUT_H
#define SB_CONV_LAYOUT_H

#include "conv/problem.h"

#include <stdbool.h>

typedef struct sb_shape {
    int64_t n, c, h, w;
} sb_shape;

sb_shape sb_input_shape(const sb_problem *problem);
sb_shape sb_output_shape(const sb_problem *problem);

/* Number of elements in this layout, including the padding channels of a blocked one. */
int64_t sb_layout_elements(sb_layout layout, sb_shape shape);

/* Where one channel of one image lies: pixel i (row-major over h, w) is element first + i *
 * step. */
typedef struct sb_plane {
    int64_t first, step;
} sb_plane;

sb_plane sb_layout_plane(sb_layout layout, sb_shape shape, int64_t image, int64_t channel);

/* Writes every element of `to`; channels past c in a blocked layout become zero. */
void sb_reorder_from_nchw(sb_layout layout, sb_shape shape, const float *nchw, float *to);

/* Writes the n c h w elements of `nchw`; padding channels are not read. */
void sb_reorder_to_nchw(sb_layout layout, sb_shape shape, const float *from, float *nchw);

/* The same, from and to NHWC. */
void sb_reorder_from_nhwc(sb_layout layout, sb_shape shape, const float *nhwc, float *to);
void sb_reorder_to_nhwc(sb_layout layout, sb_shape shape, const float *from, float *nhwc);

/* Between any two layouts; the tensors do not overlap. */
void sb_reorder(sb_layout from, sb_layout to, sb_shape shape, const float *source, float *target);

/* Has a tensor in this layout channels that are padding, and what a kernel left in them? */
bool sb_layout_pads(sb_layout layout, sb_shape shape);
void sb_layout_clear_padding(sb_layout layout, sb_shape shape, float *tensor);

/* One of `parts` parts of a reorder, from 0, each with pixels of its own, for threads that share
 * it; if both layouts are the same, of clearing the padding. */
void sb_reorder_part(sb_layout from, sb_layout to, sb_shape shape, const float *source,
                     float *target, int64_t part, int64_t parts);

#endif
