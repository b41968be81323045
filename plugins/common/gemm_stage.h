/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Convolution as a matrix product on NCHW: output[k][p q] = weights[k][depth] x columns[depth][p
 * q], per image and group (lower.h). Blocked in the manner of BLIS (Van Zee and van de Geijn, ACM
 * TOMS 41(3), 2015): a block of columns is packed into panels as wide as a register tile, weights
 * are packed once in the plan.
 */
#ifndef SB_PLUGINS_GEMM_STAGE_H
#define SB_PLUGINS_GEMM_STAGE_H

#include "common/chain.h"
#include "common/simd.h"

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

/* The effective blocking for a convolution: if two are equal, they compute the same. */
typedef struct gemm_cut {
    int64_t depth, columns; /* of a block; columns in whole tiles */
    int64_t blocks;         /* of columns, in an image */
    int64_t vectors;        /* of a tile */
    int64_t rows;           /* output channels of the highest tile */
    int64_t panels;         /* of weights, in a group */
    int64_t row_panels;     /* of them, in a block of outputs */
    int64_t parts;          /* that they are split into */
    bool plain;             /* a 1 x 1 kernel whose columns are the input itself */
    bool lowers_first;      /* the columns are written out */
} gemm_cut;

/* `b` is flattened. */
gemm_cut gemm_cut_options(const conv *b, const simd *isa, const gemm_options *options);
bool gemm_cut_alike(const gemm_cut *a, const gemm_cut *b);
int64_t gemm_tasks(const conv *b, const gemm_cut *cut);

/* The stage that an order asks for, NCHW on both sides. NULL if there is no memory. */
stage *gemm_stage_new(const stage_order *order, const gemm_options *options);

/* Good options for a convolution and processor. */
gemm_options gemm_defaults(const conv *b, const sb_cpu *cpu, int64_t threads);

#endif
