/* SPDX-License-Identifier: Apache-2.0 */
/* The parameters of matrix-product kernels, the same for one thread and for many. */
#ifndef SB_PLUGINS_GEMM_OPTIONS_H
#define SB_PLUGINS_GEMM_OPTIONS_H

#include "common/gemm_stage.h"

/* Places in the array of values. */
enum { GEMM_DEPTH, GEMM_OUTPUTS, GEMM_COLUMNS, GEMM_VECTORS, GEMM_LOWERING, GEMM_PARAMETERS };

extern const sb_parameter gemm_depth_parameter, gemm_outputs_parameter, gemm_columns_parameter,
    gemm_vectors_parameter, gemm_lowering_parameter;

/* For a parameter table. */
#define GEMM_PARAMETER_TABLE                                                            \
    [GEMM_DEPTH] = &gemm_depth_parameter, [GEMM_OUTPUTS] = &gemm_outputs_parameter,     \
    [GEMM_COLUMNS] = &gemm_columns_parameter, [GEMM_VECTORS] = &gemm_vectors_parameter, \
    [GEMM_LOWERING] = &gemm_lowering_parameter

/* The standard problem that the parameters speak of: the whole, or the pointwise step. */
sb_problem gemm_main_step(const sb_problem *problem);

/* sb_kernel.valid and sb_kernel.defaults. A value that means no more than a smaller one is not
 * valid, so that no computation has two names. */
int gemm_valid(const sb_problem *problem, const int64_t *values);
void gemm_set_defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values);

/* The values as options, with one part. */
gemm_options gemm_options_from(const int64_t *values);

/* The weights of gemm_main_step(). */
static inline const float *gemm_main_weights(const sb_problem *problem, const sb_weights *weights)
{
    return problem->operation == SB_SEPARABLE ? weights->pointwise : weights->standard;
}

#endif
