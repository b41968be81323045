/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Convolution by a BLAS library: im2col, strip by strip of output pixels, and sgemm; 1 x 1
 * convolutions go to sgemm as they are. Each thread works on strips of its own with products of one
 * thread, so that im2col runs in parallel as well.
 */
#ifndef SB_PEERS_BLAS_STEP_H
#define SB_PEERS_BLAS_STEP_H

#include "peers/blas_library.h"

/* Places in the array of values. */
enum { BLAS_LAYOUT, BLAS_PIXELS, BLAS_PARAMETERS };

extern const sb_parameter *const blas_parameters[BLAS_PARAMETERS + 1];

/* sb_kernel.supports, .defaults, .valid and .layouts. */
int blas_supports(const sb_problem *problem, const sb_cpu *cpu, sb_why *why);
void blas_defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values);
int blas_valid(const sb_problem *problem, const int64_t *values);
void blas_layouts(const sb_problem *problem, const int64_t *values, sb_layouts *out);

/* sb_kernel.plan. `loaded` outlives the plan. */
int blas_plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
              const sb_weights *weights, const blas_loaded *loaded, void **out, sb_why *why);

#define BLAS_KERNEL(operation_, id_, technique_, summary_, plan_)                             \
    {                                                                                         \
        .size = sizeof(sb_kernel), .operation = operation_, .arithmetic = SB_DIRECT,          \
        .flags = SB_KERNEL_THREADED, .id = id_, .technique = technique_, .summary = summary_, \
        .parameters = blas_parameters, .supports = blas_supports, .defaults = blas_defaults,  \
        .valid = blas_valid, .layouts = blas_layouts, .plan = plan_, .run = steps_run,        \
        .destroy = steps_destroy, .describe = steps_describe,                                 \
    }

#endif
