/* SPDX-License-Identifier: Apache-2.0 */
/* The parameters that the kernels of dense and depthwise convolution share, and how their values
 * translate into blockings and layouts. */
#ifndef SB_ENGINE_OPTIONS_H
#define SB_ENGINE_OPTIONS_H

#include "engine/dense.h"
#include "engine/depthwise.h"

/* Indices into the array of values. */
enum {
    OPT_LAYOUT,
    OPT_DENSE, /* OPT_DENSE_COUNT parameters of the last dense step */
    OPT_VECTORS = OPT_DENSE,
    OPT_PIXELS,
    OPT_CHANNELS,
    OPT_PANELS,
    OPT_TILES,
    OPT_DW, /* OPT_DW_COUNT parameters of the depthwise step */
    OPT_DW_ROWS = OPT_DW,
    OPT_DW_COLS,
    OPT_COUNT,
    OPT_EXPAND = OPT_COUNT, /* OPT_DENSE_COUNT parameters of the step before the depthwise one */
    OPT_EXPAND_END = OPT_EXPAND + OPT_DW - OPT_DENSE
};

enum { OPT_DENSE_COUNT = OPT_DW - OPT_DENSE, OPT_DW_COUNT = OPT_COUNT - OPT_DW };

extern const sb_parameter options[OPT_EXPAND_END];

/* For a parameter table: the parameters of one dense step. `at` is OPT_DENSE or OPT_EXPAND. */
#define OPT_DENSE_TABLE(at) \
    &options[(at)], &options[(at) + 1], &options[(at) + 2], &options[(at) + 3], &options[(at) + 4]

typedef enum option_layout {
    LAYOUT_NCHW16C,
    LAYOUT_NHWC,
    LAYOUT_NCHW8C,
    LAYOUT_PLANAR, /* input NCHW, output NCHW16c: for the few input channels of a first layer */
    LAYOUT_NCHW    /* vectors of pixels instead of channels, by tile_stage.h, which no other
                      parameter affects: for few output channels */
} option_layout;

sb_layouts options_layouts(const int64_t *values);
/* For sb_kernel.layouts. */
void options_tell_layouts(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values,
                          sb_layouts *out);

/* The instruction set to use. Its vectors are no longer than a block of channels of the layout. */
const isa *options_isa(const sb_cpu *cpu, const int64_t *values);

/* Is the step computed by depthwise.h (otherwise by dense.h)? */
bool is_depthwise(const sb_problem *problem, uint32_t step);

/* The best layout for a problem. */
option_layout options_default_layout(const sb_problem *problem, const sb_cpu *cpu);
/* Do the images of several steps have so few outputs that they should be computed together? */
bool options_has_tiny_images(const sb_problem *problem);
bool options_layout_serves(const sb_problem *problem, int64_t layout);

/* The layout of a tensor that a dense step writes for a depthwise one. A block holds one vector of
 * channels. */
uint32_t options_before_depthwise(const isa *set);

/* In the functions below, `chosen`, `one` and `other` point to the values of one step:
 * OPT_DENSE_COUNT or OPT_DW_COUNT of them. */

dense_blocking options_dense(const int64_t *chosen);
/* The same, but only the values whose bit is set in `given`; the others are 0. */
dense_blocking options_dense_given(uint32_t given, const int64_t *chosen);
/* Sets the values nearest to a blocking. */
void options_set_dense(dense_blocking blocking, int64_t *chosen);
/* Sets the default values, if this many rows are computed at a time. `input` is the layout. */
void options_set_depthwise(const conv *b, const sb_cpu *cpu, const isa *set, uint32_t input,
                           int64_t rows_at_a_time, int64_t *chosen);

/* For sb_kernel.ranges: sets the maxima of one step's values to the largest that may be valid. */
void options_narrow_dense(const conv *b, const sb_cpu *cpu, sb_range *chosen);
void options_narrow_depthwise(const conv *b, const sb_cpu *cpu, sb_range *chosen);

/* Are the blocks of channels as equal in size as this number of blocks can be? Unequal blocks have
 * no advantage, so such values are not valid. */
bool options_dense_balanced(const conv *b, const int64_t *chosen);

/* Do two sets of values lead to the same computation of a step? `input` is the layout of its input.
 * A depthwise step computes `rows_at_a_time` rows at a time. */
bool options_dense_alike(const conv *b, const isa *set, uint32_t input, const int64_t *one,
                         const int64_t *other);
depthwise_method options_tiles(const conv *b, const isa *set, uint32_t input,
                               int64_t rows_at_a_time, const int64_t *chosen);
bool options_depthwise_alike(const conv *b, const isa *set, uint32_t input, int64_t rows_at_a_time,
                             const int64_t *one, const int64_t *other);

#endif
