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

/* sb_kernel.valid and sb_kernel.defaults. A value that means no more than a smaller one is not
 * valid, so that no computation has two names. */
int tile_valid(const sb_problem *problem, const int64_t *values);
void tile_set_defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values);

/* The standard problem that all parameters but `rows` speak of: the whole, or the pointwise step.
 */
sb_problem tile_main_step(const sb_problem *problem);

/* The values as options, with one part. */
tile_options tile_options_from(const int64_t *values);

/* The stages of a problem under these values; `second` is NULL for a standard one. NULLs where
 * there is no memory, as chain_new() takes them. */
typedef struct stage_pair {
    stage *first, *second;
} stage_pair;
stage_pair tile_stages(const sb_host *host, const sb_problem *problem, const tile_options *options,
                       const sb_weights *weights);

/* The depthwise step of a separable problem, with so many rows a tile. */
stage *tile_depthwise_stage(const sb_host *host, const sb_problem *problem,
                            const sb_weights *weights, int64_t rows);

#endif
