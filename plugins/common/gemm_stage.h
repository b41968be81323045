/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Convolution as a matrix product on NCHW: output[k][p q] = weights[k][depth] x columns[depth][p
 * q], per image and group (lower.h). Blocked in the manner of BLIS (Van Zee and van de Geijn, ACM
 * TOMS 41(3), 2015): a block of columns is packed into panels as wide as a register tile, weights
 * are packed once in the plan.
 */
#ifndef SB_PLUGINS_GEMM_STAGE_H
#define SB_PLUGINS_GEMM_STAGE_H

#include "common/simd.h"
#include "common/stage.h"

typedef enum gemm_lowering {
    GEMM_IMPLICIT, /* a block of columns is made while it is packed; never the whole matrix */
    GEMM_EXPLICIT  /* a task's columns are written out first, then packed: the textbook's im2col */
} gemm_lowering;

/* Larger than the problem means all of it. */
typedef struct gemm_options {
    int64_t depth;   /* of a block: kc */
    int64_t outputs; /* output channels of a block: mc */
    int64_t columns; /* pixels of a block: nc */
    int64_t vectors; /* of a register tile, up to SIMD_MAX_VECTORS */
    gemm_lowering lowering;
    int64_t parts; /* tasks that share a block of columns, each with part of the outputs */
} gemm_options;

/* NULL if there is no memory. The problem is a standard one, or a step of a separable one. */
stage *gemm_stage_new(const sb_host *host, const sb_problem *problem, const float *weights,
                      const gemm_options *options);

/* Good options for a problem and processor. */
gemm_options gemm_defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t threads);

#endif
