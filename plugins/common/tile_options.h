/* SPDX-License-Identifier: Apache-2.0 */
/* The parameters of tiled kernels, the same for one thread and for many. */
#ifndef SB_PLUGINS_TILE_OPTIONS_H
#define SB_PLUGINS_TILE_OPTIONS_H

#include "common/step_list.h"
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

/* Options for the depthwise step among others, with so many rows a tile. */
tile_options tile_depthwise_options(const conv *b, int64_t rows);

/* The effective blocking for all steps. For the depthwise one among several, only the rows
 * count. */
typedef struct tile_meaning {
    tile_cut cuts[SB_MAX_STEPS];
    int64_t tasks; /* of the step that has the most */
} tile_meaning;

tile_meaning tile_mean(const step_list *list, const tile_options *options);
bool tile_alike(const tile_meaning *one, const tile_meaning *other);

/* For sb_kernel.ranges: narrows them to what may be valid. */
void tile_narrow(const step_list *list, sb_range *ranges);

/* For sb_kernel.defaults; the result may not be the smallest name yet. */
void tile_set_defaults(const step_list *list, int64_t threads, int64_t *values);

/* The values as options, with one part. */
tile_options tile_options_from(const int64_t *values);

/* The stage of a step under these options. NULL if there is no memory. */
stage *tile_stage_for(const stage_order *order, const tile_options *options);

#endif
