/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The depthwise step: any kernel, stride, dilation and multiplier, in NHWC and blocked layouts; and
 * convolutions in groups of a few channels.
 *
 * Square filters of 3, 5 and 7 have tiles of several rows and columns, all others rows of outputs
 * (depthwise_row.h). With a dilation of d, an image consists of d x d interleaved images without
 * dilation: its phases.
 */
#ifndef SB_ENGINE_DEPTHWISE_H
#define SB_ENGINE_DEPTHWISE_H

#include "engine/depthwise_row.h"
#include "engine/isa.h"
#include "engine/view.h"

/* A row divided into this many tiles, the wide ones (by one column) first. Rows of outputs have no
 * wide ones, and the last may overlap the one before. */
typedef struct depthwise_columns {
    int cols; /* of the narrow ones */
    int64_t wide, narrow;
} depthwise_columns;

/* How a vector of channels is computed. */
typedef enum depthwise_way {
    DW_BY_TILES,
    DW_BY_ROWS,
    DW_BY_PIXELS, /* with the general kernel */
    DW_BY_PAIRS,  /* of groups, see pairs.h; not by this file */
    DW_BY_GROUPS  /* a vector is a group, see dense.h; not by this file */
} depthwise_way;

/* A filter row in pieces: some of `taps`, and the remaining ones singly. */
typedef struct dw_pieces {
    dw_row_taps of;
    int taps;   /* of a piece */
    int stride; /* 0: any */
    int count, rest;
} dw_pieces;

/* The blocking of a depthwise convolution: the tiles for a choice of rows and columns. */
typedef struct depthwise_method {
    depthwise_way way;
    int rows;                     /* of the highest tile */
    depthwise_columns columns[2]; /* of phases as long as the first, and of those one shorter */
    int64_t high, wide;           /* phases of rows and of columns */
    dw_pieces pieces;             /* DW_BY_ROWS */
    bool turned;                  /* likewise: columns are computed, of a filter higher than wide */
    int64_t cols;                 /* likewise: of a tile, at most */
} depthwise_method;

typedef struct depthwise {
    conv conv; /* groups == c, but for groups of a few channels */
    const isa *isa;
    view input, output;
    int copies;      /* c / groups: the number of inputs that an output sums at each tap */
    int64_t vectors; /* of output channels */
    bool overlaps;   /* the last vector is moved back so that it is whole */
    int64_t whole;   /* the first this many have all lanes in memory */
    int64_t even;    /* the first this many are equally far apart in input and output: */
    ptrdiff_t from_next, to_next; /* so many floats; 0 if it is one vector */
    float *weights;               /* [vector][r][copy][s][lane]; from the host */
    float *bias;                  /* [vector][lane], NULL: there is none; from the host */
    ptrdiff_t *lane;              /* [vector][lane] floats to the input channel; from the host */
    ptrdiff_t *to;                /* [vector] floats to the output channels; from the host */
    dw_spread *spread;            /* [vector][copy]; from the host */
    depthwise_method whole_by, partial_by; /* those vectors, and the others */
    const dw_widths *kernels;              /* DW_BY_TILES, [rows - 1][columns - 1] */
    bool in_turn; /* all vectors compute a tile, then the next one; else each computes all tiles */
    int64_t at_once; /* vectors that one call of a kernel computes, one after the other */
    bool unusual;    /* padding wider than half a filter */
    bool finishes; /* a residual or an activation that dw_finish_function applies after the tiles */
    /* How threads share the work: 0: by planes of channels; else by rows, divided into this many
     * pieces of which each thread computes its part. May be raised. */
    int row_pieces;
} depthwise;

/* Does this engine compute the step? Groups of a few channels qualify if a vector of outputs reads
 * at most one vector of inputs at a time, and dense micro-kernels would leave half of their lanes
 * empty. */
bool depthwise_serves(const conv *b);

/* The layout for the output if the caller may choose: NCHW16c, unless that would split the last
 * vector of channels of an NHWC input. */
uint32_t depthwise_best_output(const conv *b, uint32_t input);

/* The available tiles for a choice, if this many rows are computed at a time. */
depthwise_method depthwise_cut(const conv *b, const isa *set, const view *input,
                               int64_t rows_at_a_time, int64_t rows, int64_t cols);

/* The best number of rows of a tile, by a rule on the caches, if this many rows are computed at a
 * time. `input` is the layout. */
int depthwise_default_rows(const conv *b, const sb_cpu *cpu, const isa *set, uint32_t input,
                           int64_t rows_at_a_time);

/* The best width of tiles of so many rows. */
int depthwise_default_cols(const conv *b, const sb_cpu *cpu, const isa *set, uint32_t input,
                           int64_t rows);

/* The widest tile that the instruction set has registers for. */
int depthwise_max_cols(const conv *b, const isa *set);

bool depthwise_same(const depthwise_method *a, const depthwise_method *b);

/*
 * Packs the weights [k][c / groups][r][s] and the bias [k], or NULL. `output` may describe the
 * caller's own memory, such as a scratch of a few rows. Returns 0, or negative if there is no
 * memory; then nothing is allocated.
 */
int depthwise_plan(depthwise *d, const sb_host *host, const conv *b, const isa *set, view input,
                   view output, depthwise_method by, const float *weights, const float *bias);
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
