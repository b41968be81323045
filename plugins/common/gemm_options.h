/* SPDX-License-Identifier: Apache-2.0 */
/* The parameters of matrix-product kernels, the same for one thread and for many. */
#ifndef SB_PLUGINS_GEMM_OPTIONS_H
#define SB_PLUGINS_GEMM_OPTIONS_H

#include "common/gemm_stage.h"
#include "common/step_list.h"

/* Places in the array of values. */
enum { GEMM_DEPTH, GEMM_OUTPUTS, GEMM_COLUMNS, GEMM_VECTORS, GEMM_LOWERING, GEMM_PARAMETERS };

extern const sb_parameter gemm_depth_parameter, gemm_outputs_parameter, gemm_columns_parameter,
    gemm_vectors_parameter, gemm_lowering_parameter;

/* For a parameter table. */
#define GEMM_PARAMETER_TABLE                                                            \
    [GEMM_DEPTH] = &gemm_depth_parameter, [GEMM_OUTPUTS] = &gemm_outputs_parameter,     \
    [GEMM_COLUMNS] = &gemm_columns_parameter, [GEMM_VECTORS] = &gemm_vectors_parameter, \
    [GEMM_LOWERING] = &gemm_lowering_parameter

/* The effective blocking for all steps that are products: all except the depthwise one among
 * several, or that one too. */
typedef struct gemm_meaning {
    gemm_cut cuts[SB_MAX_STEPS];
} gemm_meaning;

gemm_meaning gemm_mean(const step_list *list, bool depthwise_too, const gemm_options *options);
bool gemm_alike(const gemm_meaning *one, const gemm_meaning *other);

/* For sb_kernel.ranges: narrows them to what may be valid. */
void gemm_narrow(const step_list *list, sb_range *ranges);

/* For sb_kernel.defaults; the result may not be the smallest name yet. */
void gemm_set_defaults(const step_list *list, int64_t threads, int64_t *values);

/* The values as options, with one part. */
gemm_options gemm_options_from(const int64_t *values);

#endif
