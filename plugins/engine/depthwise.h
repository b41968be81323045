/* SPDX-License-Identifier: Apache-2.0 */
/* The depthwise step: any kernel, stride, dilation and multiplier, in NHWC and blocked layouts. */
#ifndef SB_ENGINE_DEPTHWISE_H
#define SB_ENGINE_DEPTHWISE_H

#include "engine/isa.h"
#include "engine/view.h"

typedef struct depthwise {
    sb_problem problem; /* standard, groups == c */
    const isa *isa;
    view input, output;
    int64_t multiplier; /* k / c */
    int64_t vectors;    /* of output channels */
    bool overlaps;      /* the last vector begins early enough to be whole */
    int64_t whole;      /* the first so many of them have all lanes in memory */
    float *weights;     /* [vector][r][s][lane]; from the host */
    ptrdiff_t *lane;    /* [vector][lane] floats to the input channel; from the host */
    ptrdiff_t *to;      /* [vector] floats to the output channels; from the host */
    dw_function *const (*kernels)[DW_MAX_COLS]; /* [rows - 1][columns - 1], or NULL: general */
    int rows;                                   /* most of a tile */
    int cols;             /* of the narrow tiles; the wide ones have one more */
    int64_t wide, narrow; /* a row is cut into so many of both, the wide ones first */
    bool unusual;         /* padding wider than half a filter */
    /* How threads share the work: planes of channels, if 0; or rows, cut in so many pieces of which
     * each thread takes its part. May be changed. */
    int row_pieces;
} depthwise;

/* The layout of a tensor that is to take the output, where the caller may choose: NCHW16c, unless
 * that would split the last vector of channels of an NHWC input. */
uint32_t depthwise_best_output(const sb_problem *problem, uint32_t input);

/* A problem that the tiled kernels know; the others go pixel by pixel. */
bool depthwise_is_tiled(const sb_problem *problem);

/* There are tiles of so many rows. */
bool depthwise_is_height(int64_t rows);
/* The lowest tiles that hold so many rows of output, or the highest there are. */
int64_t depthwise_height_for(int64_t rows);

/* Rows of a tile that a problem is best computed with, by a rule on the first-level cache. */
int depthwise_default_rows(const sb_problem *problem, const sb_cpu *cpu, const isa *set);

/* The widest tile that the instruction set has registers for. */
int depthwise_max_cols(const sb_problem *problem, const isa *set);

/*
 * Packs the weights [k][r][s]. `output` may describe memory of the caller's own, a scratch of a few
 * rows for one. Tiles are cut to what there is. 0, or negative without memory, then nothing is
 * held.
 */
int depthwise_plan(depthwise *d, const sb_host *host, const sb_problem *problem, const isa *set,
                   view input, view output, int rows, int cols, const float *weights);
void depthwise_release(depthwise *d, const sb_host *host);

/* One line: the micro-kernel and its instruction set. Returns the length written. */
size_t depthwise_describe(const depthwise *d, char *text, size_t size);

/* Rows p0..p1-1 of vectors v0..v1-1 of one image; `output` is where row p0 goes. */
void depthwise_rows(const depthwise *d, const float *image, float *output, int64_t v0, int64_t v1,
                    int64_t p0, int64_t p1);

/* All images, by the threads of the caller's parallel region, or by the caller alone outside. */
void depthwise_run(const depthwise *d, const float *input, float *output);

#endif
