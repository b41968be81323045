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

/* What values are judged for. */
typedef struct gemm_setting {
    const sb_problem *problem;
    const sb_cpu *cpu;
    bool all_steps; /* the depthwise one is a product too; else others compute it */
} gemm_setting;

/* The step that defaults are made for: the last. */
conv gemm_main_step(const sb_problem *problem);

/* Do options come to the same for all steps that are products? */
bool gemm_alike(const gemm_setting *own, const gemm_options *a, const gemm_options *b);

/* For sb_kernel.valid and sb_kernel.defaults. */
bool gemm_valid(const gemm_setting *own, const int64_t *values);
void gemm_set_defaults(const gemm_setting *own, int64_t threads, int64_t *values);

/* The values as options, with one part. */
gemm_options gemm_options_from(const int64_t *values);

#endif
