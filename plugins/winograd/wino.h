/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A 3 x 3 convolution by Winograd's algorithm. The tiles of m x m output pixels are cut into
 * blocks, so small that between the three phases of a block everything stays in L2:
 *
 *     input tiles -> transformed[xi][channel block][tile][16]
 *     for each xi: product[xi][channel block][tile][16] = transformed[xi] x weights[xi]
 *     product -> output tiles
 *
 * The matrix products are the micro-kernels of the direct engine, tiles in the place of pixels.
 */
#ifndef SB_WINOGRAD_WINO_H
#define SB_WINOGRAD_WINO_H

#include "engine/gemm.h"
#include "engine/view.h"
#include "winograd/transform.h"

typedef struct wino_choice {
    int size;      /* WINO_F2 ... */
    int vectors;   /* of output channels in a register tile */
    int64_t tiles; /* of a block */
} wino_choice;

/* Neighbouring output channels, `vectors` vectors of them. */
typedef struct wino_panel {
    int64_t channel;
    int64_t weights; /* floats from the start of an xi's weights */
    int vectors;
} wino_panel;

typedef struct wino {
    conv conv;
    view input, output;
    const isa *isa;
    const wino_transform *transform;
    const gemm_kernels *products;
    wino_choice choice;
    int64_t in_blocks, out_blocks;       /* of 16 channels */
    int64_t tile_rows, tile_cols, tiles; /* of one image; tiles: of all images */
    int64_t block_count;                 /* of tiles */
    int64_t panel_count;
    wino_panel *panels;
    gemm_tap *taps;                                /* one for each block of input channels */
    int64_t weight_step, input_step, product_step; /* floats from one xi to the next */
    float *weights;                                /* [xi][panel][channel][vectors x lanes] */
    float *bias;                                   /* [channel block][16], NULL: none */
    float *scratch;                                /* of each thread, see scratch_pitch() */
    int64_t scratch_floats;                        /* of a thread */
    int64_t ahead; /* input channels by which weights are fetched ahead */
    bool together; /* all threads share each block of tiles, and thread 0's scratch */
} wino;

/* A good choice for a problem that Winograd can compute. */
wino_choice wino_default(const conv *b, const sb_cpu *cpu, int size, int lanes);

/* The most tiles in all. */
int64_t wino_tiles(const conv *b, int size);

/* `bias`: NULL for none. 0, or -1 if there is no memory. */
int wino_plan(wino *own, const sb_host *host, const conv *b, const isa *set, view input,
              view output, wino_choice choice, const float *weights, const float *bias);
void wino_release(wino *own, const sb_host *host);

/* The symbols of the micro-kernels, in their order, and the number of blocks. */
void wino_describe(const wino *own, char *text, size_t size);

/* To be called by every thread of a parallel region. */
void wino_run(const wino *own, const tensors *t);

#endif
