/* SPDX-License-Identifier: Apache-2.0 */
/* The parameters that kernels of dense and depthwise convolution share, and what they mean. */
#ifndef SB_ENGINE_OPTIONS_H
#define SB_ENGINE_OPTIONS_H

#include "engine/dense.h"
#include "engine/depthwise.h"

/* Places in the array of values. */
enum {
    OPT_LAYOUT,
    OPT_VECTORS,
    OPT_PIXELS,
    OPT_CHANNELS,
    OPT_PANELS,
    OPT_TILES,
    OPT_DW_ROWS,
    OPT_DW_COLS,
    OPT_COUNT
};

extern const sb_parameter options[OPT_COUNT];

typedef enum option_layout {
    LAYOUT_NCHW16C,
    LAYOUT_NHWC,
    LAYOUT_NCHW8C,
    LAYOUT_PLANAR /* NCHW in, NCHW16c out: for the few channels of a first layer */
} option_layout;

sb_layouts options_layouts(const int64_t *values);

/* The instruction set for these values: no vector is longer than a block of channels. */
const isa *options_isa(const sb_cpu *cpu, const int64_t *values);

/* Does a standard problem go to depthwise.h? Else to dense.h. */
bool is_depthwise(const sb_problem *problem);

/* The first layout that serves a problem of either operation, the best one first. */
option_layout options_default_layout(const sb_problem *problem, const sb_cpu *cpu);
bool options_layout_serves(const sb_problem *problem, int64_t layout);

dense_blocking options_dense(const int64_t *values);
void options_set_dense(const sb_problem *problem, dense_blocking blocking, int64_t *values);
/* Good values for the depthwise step. */
void options_set_depthwise(const sb_problem *problem, const sb_cpu *cpu, const isa *set,
                           int64_t *rows, int64_t *cols);

/* Are values that do not matter for the problem left as they are by default? */
bool options_dense_unused(const int64_t *values);
bool options_depthwise_unused(const int64_t *values);

/* Validity. A value that means no more than a smaller one is not valid, so that no computation has
 * two names. options_tile_valid(): do the registers hold the tile? */
bool options_tile_valid(int64_t vectors, int64_t pixels);
bool options_dense_valid(const sb_problem *problem, const int64_t *values);
bool options_depthwise_valid(const sb_problem *problem, int64_t rows, int64_t cols);

#endif
