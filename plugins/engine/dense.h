/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Convolution with any filter, stride, dilation, padding and number of groups through the GEMM
 * micro-kernels: pointwise layers, R x S layers and first layers alike.
 *
 * The output pixels of an image are divided into tiles along its rows, the output channels into
 * panels of a few vectors. A tap that lies in the padding for a whole tile is left out of the
 * tile's list; a tap that lies in the padding for some of its pixels skips these.
 */
#ifndef SB_ENGINE_DENSE_H
#define SB_ENGINE_DENSE_H

#include "common/chain.h"
#include "engine/gemm.h"
#include "engine/share.h"
#include "engine/view.h"

/* The blocking; each value is at least 1, and is cut to the size of the convolution. */
typedef struct dense_blocking {
    int vectors;      /* output channels in a panel, in vectors */
    int pixels;       /* pixels of a tile, at most */
    int64_t channels; /* input channels between two visits to the output */
    int64_t panels;   /* of output channels that are computed for one block of tiles */
    int64_t tiles;    /* in a block of them */
} dense_blocking;

typedef struct dense_panel {
    int64_t channel; /* the first, counted in its group */
    int vectors, lanes;
    int stored;                         /* lanes that the output has room for */
    bool half;                          /* the last vector is at most half full: GEMM_HALF_... */
    gemm_function *const *kernels;      /* [pixels - 1] */
    int64_t weights;                    /* floats from the group's */
    ptrdiff_t output[GEMM_MAX_VECTORS]; /* floats from the group's to each vector */
} dense_panel;

/* Neighbouring tiles of a row that differ only in their position; they end where the next span
 * begins. */
typedef struct dense_span {
    int64_t tile;   /* the first */
    int64_t column; /* of the output, where that begins */
    int pixels;     /* of each */
    int list;       /* of taps */
} dense_span;

/* Taps for one class of tiles, in order of filter rows: those of row r are taps[start[r]] to
 * taps[start[r + 1] - 1]. */
typedef struct dense_list {
    gemm_tap *taps;
    int64_t *start;
    bool uneven; /* as gemm_job has it */
} dense_list;

typedef struct dense {
    conv conv; /* a plain pointwise one as a single row */
    const isa *isa;
    view input, output;
    dense_blocking blocking;
    int64_t group_channels, group_outputs; /* c and k of one group */
    int64_t channel_blocks;
    bool streams_input; /* it is read once, past weights that stay in cache */
    bool fetches;       /* the first panel of a tile prefetches the next tile, see run_span() */
    bool by_images;     /* one thread computes an image in one call of dense_pixels() */
    bool joins_groups;  /* each block of tiles is computed for all groups before the next one */
    dense_panel *panels;
    int64_t panel_count;
    dense_span *spans;  /* of one row; an empty one, where it ends, closes them */
    int64_t tile_count; /* of one row */
    dense_list *lists;  /* [list][0: whole channel block, 1: the last one] */
    gemm_tap *taps;     /* of all lists */
    int64_t *starts;
    float *weights; /* [group][panel][channel block][r][s][channel][lane of the panel] */
    int64_t group_weights;
    float *bias; /* [group][panel][lane of the panel]; NULL: there is none */
    int64_t group_bias;
    int64_t ahead; /* prefetch distance of the weights in input channels, see gemm_ahead() */
    share *rows;   /* for each row of output, the filter rows that lie in the image */
    /* The threads' parts: the tiles of all images and groups divided into `tile_parts`, times the
     * panels divided into `panel_parts`. */
    int64_t tile_parts, panel_parts;
} dense;

/* Good values, from a model of registers and caches, beside those that are given, which are not 0.
 * `input` is its layout. `near`: it is in L2 then, however large it is as a whole. */
dense_blocking dense_default(const conv *b, const sb_cpu *cpu, const isa *set, uint32_t input,
                             bool near, const dense_blocking *given);

/* Do two blockings make the same calls of the same micro-kernels, in the same order? `input` is its
 * layout. */
bool dense_alike(const conv *b, const isa *set, uint32_t input, dense_blocking one,
                 dense_blocking other);
/* A panel of so many vectors that holds so many channels: is it one of GEMM_HALF_...? */
bool dense_is_half(const isa *set, int vectors, int64_t channels);

/* A layout is suitable unless groups begin within a block of channels. */
bool dense_fits(const conv *b, uint32_t input, uint32_t output);

/*
 * Packs the weights [k][c / groups][r][s] and the bias [k], or NULL. The views describe the tensors
 * of the convolution, which for a plain pointwise layer may be one row of any length. Returns 0, or
 * negative if there is no memory; then nothing is allocated.
 */
int dense_plan(dense *d, const sb_host *host, const conv *b, const isa *set, view input,
               view output, dense_blocking blocking, const float *weights, const float *bias);
void dense_release(dense *d, const sb_host *host);

/* One line: the symbol of the micro-kernel that computes most of the output, and what is done one
 * part at a time; different for all plans that differ. Returns the length written. */
size_t dense_describe(const dense *d, char *text, size_t size);

/* The number of tiles that dense_run() divides among threads: of all images and groups, or of all
 * images, each tile with all groups. */
static inline int64_t dense_tiles(const dense *d)
{
    const conv *b = &d->conv;
    return b->n * (d->joins_groups ? 1 : b->groups) * b->p * d->tile_count;
}

/* One of `parts` parts of all images. They write disjoint parts of the output; `parts` is the
 * number of threads that the plan was made for. */
void dense_run(const dense *d, const tensors *t, int64_t part, int64_t parts);

/* Rows p0..p1-1 of one plane: the outputs of one group in one image, numbered through all images.
 * `t` is the whole tensors. */
void dense_rows(const dense *d, const tensors *t, int64_t plane, int64_t p0, int64_t p1);

/*
 * Memory to prefetch: `planes` runs of `length` floats, `pitch` apart. The compute loop prefetches
 * as much of it as time allows, and advances the description.
 */
typedef struct dense_stream {
    const float *plane;
    int64_t length, pitch, planes;
    int64_t taken; /* of what remains of the first plane */
} dense_stream;

/* The initial values of the sums of dense_pixels(). All tensors have the output's distance from
 * pixel to pixel. */
typedef struct dense_from {
    const float *residual; /* laid out as the output; NULL: none */
    gemm_addend sums[2];   /* of the only panel; `at` is NULL: none */
} dense_from;

/*
 * For a plain pointwise convolution planned with all channels in one block: computes any number of
 * adjacent pixels, times panels panel0..panel1-1, and meanwhile prefetches `next`, unless NULL.
 */
void dense_pixels(const dense *d, const float *input, float *output, int64_t pixels, int64_t panel0,
                  int64_t panel1, const dense_from *from, dense_stream *next);

#endif
