/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cache-blocked direct convolution on NCHW: the output is cut into tiles of rows x columns pixels
 * by `outputs` channels, the sum into blocks of `inputs` channels. Input is copied into patches
 * (patch.h), then register tiles run over them.
 */
#ifndef SB_PLUGINS_TILE_STAGE_H
#define SB_PLUGINS_TILE_STAGE_H

#include "common/simd.h"
#include "common/stage.h"

/* Loop nests, outermost first. In the first two, a task is a tile of pixels with all output
 * channels of its part, and its input is copied once; in the last a task has one tile of output
 * channels. */
typedef enum tile_order {
    TILE_PIXELS_INPUTS_OUTPUTS, /* few inputs at a time: a small patch, sums go through memory */
    TILE_PIXELS_OUTPUTS_INPUTS, /* all inputs copied first */
    TILE_OUTPUTS_PIXELS_INPUTS  /* weights stay in cache, each tile of outputs copies its input */
} tile_order;

/* Larger than the problem means all of it. */
typedef struct tile_options {
    int64_t outputs, inputs, rows, columns;
    int64_t vectors; /* of a register tile, up to SIMD_MAX_VECTORS */
    tile_order order;
    int64_t parts; /* in the first two orders: tasks that share a tile of pixels, each with part of
                      the outputs and a copy of the input */
} tile_options;

/* NULL if there is no memory. The problem is a standard one, or a step of a separable one. */
stage *tile_stage_new(const sb_host *host, const sb_problem *problem, const float *weights,
                      const tile_options *options);

/* Good options for a problem and processor. */
tile_options tile_defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t threads);

#endif
