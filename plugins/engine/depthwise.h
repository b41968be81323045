/* SPDX-License-Identifier: Apache-2.0 */
/* The depthwise step: any kernel, stride, dilation and multiplier, in NHWC and blocked layouts. */
#ifndef SB_ENGINE_DEPTHWISE_H
#define SB_ENGINE_DEPTHWISE_H

#include "engine/depthwise_kernel.h"
#include "engine/isa.h"
#include "engine/view.h"

/* The tiles that a choice of rows and columns comes to. */
typedef struct depthwise_tiles {
    int rows;             /* of the highest; 0: the general kernel, pixel by pixel */
    int cols;             /* of the narrow ones; the wide ones have one more */
    int64_t wide, narrow; /* a row is cut into so many of both, the wide ones first */
} depthwise_tiles;

typedef struct depthwise {
    conv conv; /* groups == c */
    const isa *isa;
    view input, output;
    int64_t multiplier;       /* k / c */
    int64_t vectors;          /* of output channels */
    bool overlaps;            /* the last vector begins early enough to be whole */
    int64_t whole;            /* the first so many of them have all lanes in memory */
    float *weights;           /* [vector][r][s][lane]; from the host */
    float *bias;              /* [vector][lane], NULL: there is none; from the host */
    ptrdiff_t *lane;          /* [vector][lane] floats to the input channel; from the host */
    ptrdiff_t *to;            /* [vector] floats to the output channels; from the host */
    const dw_widths *kernels; /* [rows - 1][columns - 1], or NULL: general */
    depthwise_tiles tiles;
    bool unusual;  /* padding wider than half a filter */
    bool finishes; /* a residual or an activation that tiles leave to dw_finish_function */
    /* How threads share the work: planes of channels, if 0; or rows, cut in so many pieces of which
     * each thread takes its part. May be raised. */
    int row_pieces;
} depthwise;

/* The layout of a tensor that is to take the output, where the caller may choose: NCHW16c, unless
 * that would split the last vector of channels of an NHWC input. */
uint32_t depthwise_best_output(const conv *b, uint32_t input);

/* What of a choice there are tiles for, where so many rows are computed at a time. */
depthwise_tiles depthwise_cut(const conv *b, const isa *set, const view *input,
                              int64_t rows_at_a_time, int64_t rows, int64_t cols);

/* Rows of a tile that a convolution is best computed with, by a rule on the first-level cache. */
int depthwise_default_rows(const conv *b, const sb_cpu *cpu, const isa *set);

/* The widest tile that the instruction set has registers for. */
int depthwise_max_cols(const conv *b, const isa *set);

/*
 * Packs the weights [k][r][s] and the bias [k], or NULL. `output` may describe memory of the
 * caller's own, a scratch of a few rows for one. 0, or negative without memory, then nothing is
 * held.
 */
int depthwise_plan(depthwise *d, const sb_host *host, const conv *b, const isa *set, view input,
                   view output, depthwise_tiles tiles, const float *weights, const float *bias);
void depthwise_release(depthwise *d, const sb_host *host);

/* The symbol of the micro-kernel that computes the largest tiles. Returns the length written. */
size_t depthwise_describe(const depthwise *d, char *text, size_t size);

/* Rows p0..p1-1 of vectors v0..v1-1 of one image; output and residual begin with row p0. */
void depthwise_rows(const depthwise *d, const tensors *t, int64_t v0, int64_t v1, int64_t p0,
                    int64_t p1);

/* One of `parts` parts of all images. They write disjoint parts of the output; `parts` is the
 * number of threads that the plan was made for. */
void depthwise_run(const depthwise *d, const tensors *t, int64_t part, int64_t parts);

#endif
