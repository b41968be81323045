/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A convolution by Winograd's algorithm. The tiles of m x m output pixels are grouped into blocks,
 * small enough that the data of a block stays in L2 through its three phases:
 *
 *     input tiles -> transformed[xi][piece of the filter][channel block][tile][16]
 *     for each xi: product[xi][channel block][tile][16] = transformed[xi] x weights[xi]
 *     product -> output tiles
 *
 * The matrix products use the micro-kernels of the direct engine, with tiles in place of pixels.
 */
#ifndef SB_WINOGRAD_WINO_H
#define SB_WINOGRAD_WINO_H

#include "engine/gemm.h"
#include "engine/view.h"
#include "winograd/cut.h"

typedef struct wino_choice {
    int vectors;   /* vectors of output channels in a register tile */
    int64_t tiles; /* tiles in a block */
} wino_choice;

/* A panel of `vectors` vectors of adjacent output channels. */
typedef struct wino_panel {
    int64_t channel; /* the first one */
    int64_t weights; /* floats from the start of an xi's weights to the panel's */
    int vectors;
} wino_panel;

/* The pieces that have products for an element. */
typedef struct wino_list {
    const gemm_tap *taps;
    int64_t count;
} wino_list;

typedef struct wino {
    conv conv;
    view input, output;
    const isa *isa;
    wino_cut cut;
    const wino_transform *transform;
    const gemm_kernels *products;
    wino_choice choice;
    int64_t in_blocks, out_blocks;       /* of 16 channels; of the input, of all pieces */
    int64_t piece_blocks;                /* of the input, of one piece */
    int64_t tile_rows, tile_cols, tiles; /* rows, columns of an image; tiles of all images */
    int64_t block_count;                 /* blocks of tiles */
    int64_t panel_count;
    wino_panel *panels;
    gemm_tap *taps;        /* of all lists: one for each block of input channels */
    wino_list lists[2][2]; /* of elements that are infinity in y, in x */
    int64_t weight_step, input_step, product_step; /* floats from one xi to the next */
    float *weights;                                /* [xi][panel][channel][vectors x lanes] */
    float *bias;                                   /* [channel block][16]; NULL if none */
    float *scratch;                                /* one per thread, see scratch_pitch() */
    int64_t scratch_floats;                        /* of one thread */
    int64_t ahead; /* prefetch distance of the weights, in input channels */
    bool together; /* all threads share each block of tiles, and thread 0's scratch */
} wino;

/* The default choice for a problem that winograd supports. */
wino_choice wino_default(const conv *b, const sb_cpu *cpu, const wino_cut *cut, int lanes);

/* `bias` is NULL if there is none. Returns 0, or -1 if there is no memory; then nothing is held. */
int wino_plan(wino *own, const sb_host *host, const conv *b, const isa *set, const wino_cut *cut,
              sb_layout layout, wino_choice choice, const float *weights, const float *bias);
void wino_release(wino *own, const sb_host *host);

/* Transforms the filters [k][c][r][s] and puts them into own->weights, which are 0 before. */
void wino_pack(const wino *own, const float *weights);

/* Writes the symbols of the micro-kernels, in the order of the phases, and the number of blocks. */
void wino_describe(const wino *own, char *text, size_t size);

/* Every thread of a parallel region must call this. */
void wino_run(const wino *own, const tensors *t);

#endif
