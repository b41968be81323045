/* SPDX-License-Identifier: Apache-2.0 */
/* The parameters that kernels of dense and depthwise convolution share, and what they mean. */
#ifndef SB_ENGINE_OPTIONS_H
#define SB_ENGINE_OPTIONS_H

#include "engine/dense.h"
#include "engine/depthwise.h"

/* Places in the array of values. */
enum {
    OPT_LAYOUT,
    OPT_DENSE, /* as many as OPT_DENSE_COUNT, of the last step that is dense */
    OPT_VECTORS = OPT_DENSE,
    OPT_PIXELS,
    OPT_CHANNELS,
    OPT_PANELS,
    OPT_TILES,
    OPT_DW, /* OPT_DW_COUNT, of the depthwise step */
    OPT_DW_ROWS = OPT_DW,
    OPT_DW_COLS,
    OPT_COUNT,
    OPT_EXPAND = OPT_COUNT, /* OPT_DENSE_COUNT, of the step before the depthwise one */
    OPT_EXPAND_END = OPT_EXPAND + OPT_DW - OPT_DENSE
};

enum { OPT_DENSE_COUNT = OPT_DW - OPT_DENSE, OPT_DW_COUNT = OPT_COUNT - OPT_DW };

extern const sb_parameter options[OPT_EXPAND_END];

/* For a parameter table: the values of one dense step, which begin at OPT_DENSE or OPT_EXPAND. */
#define OPT_DENSE_TABLE(at) \
    &options[(at)], &options[(at) + 1], &options[(at) + 2], &options[(at) + 3], &options[(at) + 4]

typedef enum option_layout {
    LAYOUT_NCHW16C,
    LAYOUT_NHWC,
    LAYOUT_NCHW8C,
    LAYOUT_PLANAR /* NCHW in, NCHW16c out: for the few channels of a first layer */
} option_layout;

sb_layouts options_layouts(const int64_t *values);
/* sb_kernel.layouts */
void options_tell_layouts(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values,
                          sb_layouts *out);

/* The instruction set for these values: no vector is longer than a block of channels. */
const isa *options_isa(const sb_cpu *cpu, const int64_t *values);

/* Does a step go to depthwise.h? Else to dense.h. */
bool is_depthwise(const sb_problem *problem, uint32_t step);

/* The first layout that serves a problem, the best one first. */
option_layout options_default_layout(const sb_problem *problem, const sb_cpu *cpu);
bool options_layout_serves(const sb_problem *problem, int64_t layout);

/* The layout of a tensor that a dense step writes for a depthwise one: its vectors fill a block. */
uint32_t options_before_depthwise(const isa *set);

/* From here on values are those of one step: OPT_DENSE_COUNT, or OPT_DW_COUNT. */

dense_blocking options_dense(const int64_t *chosen);
/* The nearest values. */
void options_set_dense(dense_blocking blocking, int64_t *chosen);
/* Good values. */
void options_set_depthwise(const conv *b, const sb_cpu *cpu, const isa *set, int64_t *chosen);

/* Are blocks of channels as equal as so many can be? Others have nothing for them. */
bool options_dense_balanced(const conv *b, const int64_t *chosen);

/* Do values mean the same for a step? `input` is its layout; of the depthwise step so many rows are
 * computed at a time. */
bool options_dense_alike(const conv *b, const isa *set, uint32_t input, const int64_t *one,
                         const int64_t *other);
depthwise_method options_tiles(const conv *b, const isa *set, uint32_t input,
                               int64_t rows_at_a_time, const int64_t *chosen);
bool options_depthwise_alike(const conv *b, const isa *set, uint32_t input, int64_t rows_at_a_time,
                             const int64_t *one, const int64_t *other);

#endif
