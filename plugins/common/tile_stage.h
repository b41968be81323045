/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cache-blocked direct convolution on NCHW: the output is cut into tiles of rows x columns pixels
 * by `outputs` channels, the sum into blocks of `inputs` channels. Input is copied into patches
 * (patch.h), then register tiles run over them.
 */
#ifndef SB_PLUGINS_TILE_STAGE_H
#define SB_PLUGINS_TILE_STAGE_H

#include "common/chain.h"
#include "common/simd.h"

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

/* The effective blocking for a convolution: if two are equal, they compute the same. */
typedef struct tile_cut {
    int64_t rows, columns;           /* of a tile */
    int64_t row_tiles, column_tiles; /* of an image */
    int64_t inputs;                  /* of a block */
    int64_t vectors, height;         /* of the largest register tile */
    int64_t panels;                  /* of weights, in a group */
    int64_t part_panels;             /* of them, in a tile of output channels */
    int64_t parts;                   /* that they are split into */
    tile_order order;                /* the first of those that are the same */
} tile_cut;

/* `b` is flattened. */
tile_cut tile_cut_options(const conv *b, const simd *isa, const tile_options *options);
bool tile_cut_alike(const tile_cut *a, const tile_cut *b);
int64_t tile_tasks(const conv *b, const tile_cut *cut);

/* The stage that an order asks for, NCHW on both sides. NULL if there is no memory. */
stage *tile_stage_new(const stage_order *order, const tile_options *options);

/* Good options for a convolution and processor. */
tile_options tile_defaults(const conv *b, const sb_cpu *cpu, int64_t threads);

#endif
