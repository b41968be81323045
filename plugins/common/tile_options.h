/* SPDX-License-Identifier: Apache-2.0 */
/* The parameters of tiled kernels, the same for one thread and for many. */
#ifndef SB_PLUGINS_TILE_OPTIONS_H
#define SB_PLUGINS_TILE_OPTIONS_H

#include "common/tile_stage.h"

/* Places in the array of values. */
enum {
    TILE_OUTPUTS,
    TILE_INPUTS,
    TILE_ROWS,
    TILE_COLUMNS,
    TILE_VECTORS,
    TILE_ORDER,
    TILE_PARAMETERS
};

extern const sb_parameter tile_outputs_parameter, tile_inputs_parameter, tile_rows_parameter,
    tile_columns_parameter, tile_vectors_parameter, tile_order_parameter;

/* For a parameter table. */
#define TILE_PARAMETER_TABLE                                                          \
    [TILE_OUTPUTS] = &tile_outputs_parameter, [TILE_INPUTS] = &tile_inputs_parameter, \
    [TILE_ROWS] = &tile_rows_parameter, [TILE_COLUMNS] = &tile_columns_parameter,     \
    [TILE_VECTORS] = &tile_vectors_parameter, [TILE_ORDER] = &tile_order_parameter

/* What values are judged for. */
typedef struct tile_setting {
    const sb_problem *problem;
    const sb_cpu *cpu;
} tile_setting;

/* The step that defaults are made for, but for the rows: the last. */
conv tile_main_step(const sb_problem *problem);

/* Options for the depthwise step among others, with so many rows a tile. */
tile_options tile_depthwise_options(const conv *b, int64_t rows);

/* What options come to for a step, and whether they come to the same for all. */
tile_cut tile_cut_step(const tile_setting *own, uint32_t step, const tile_options *options);
bool tile_alike(const tile_setting *own, const tile_options *a, const tile_options *b);

/* For sb_kernel.valid and sb_kernel.defaults. */
bool tile_valid(const tile_setting *own, const int64_t *values);
void tile_set_defaults(const tile_setting *own, int64_t threads, int64_t *values);

/* The values as options, with one part. */
tile_options tile_options_from(const int64_t *values);

/* The stage of a step under these options. NULL if there is no memory. */
stage *tile_stage_for(const stage_order *order, const tile_options *options);

#endif
