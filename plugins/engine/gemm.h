/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The micro-kernels of all dense convolutions. A micro-kernel computes a register tile of a few
 * output pixels and a few vectors of output channels, summing over a list of taps. A tap is a run
 * of input channels at one position of the filter. Thus the same kernel serves pointwise, R x S,
 * grouped and first layers in every layout, without im2col.
 */
#ifndef SB_ENGINE_GEMM_H
#define SB_ENGINE_GEMM_H

#include "common/kit.h"
#include "engine/isa.h"

typedef struct gemm_tap {
    ptrdiff_t input;   /* floats from the tile's first pixel to this tap's first channel */
    ptrdiff_t weights; /* channels from the start of the weights to this tap's first */
    int32_t channels;  /* contiguous in the input; at least 1 */
    uint32_t hidden;   /* bit m: pixel m of the tile has no input here, because of padding */
} gemm_tap;

#define GEMM_MAX_VECTORS 4
#define GEMM_MAX_ADDENDS 3

/* A tensor added to the sums of a tile: a residual, or partial sums that the output already holds.
 * It has as many pixels and lanes as the output, at the same distances. */
typedef struct gemm_addend {
    const float *at;         /* at the tile's first pixel */
    const ptrdiff_t *vector; /* [vectors] distance from there to each vector of channels */
} gemm_addend;

/* The operands of one tile. All distances in floats. */
typedef struct gemm_job {
    const float *input; /* input + at: the tile's first pixel, which may lie in the padding */
    ptrdiff_t at;
    ptrdiff_t pixel; /* from pixel to pixel of the input */
    const gemm_tap *taps;
    int64_t tap_count;
    int uneven;           /* some taps hide other pixels than the first or the last */
    const float *weights; /* [channel of the taps][vectors x lanes] */
    /* Prefetch distance: as each step reads its weights, it prefetches as many floats this far
     * ahead of them. They may be later weights, or anything else that is needed next. 0: none. */
    ptrdiff_t ahead;
    const float *bias; /* [vectors x lanes] initial value of the sums; NULL for 0 */
    gemm_addend addends[GEMM_MAX_ADDENDS];
    int addend_count;
    uint32_t activation; /* sb_activation, applied before the sums are stored */
    float *output;
    ptrdiff_t output_pixel;
    const ptrdiff_t *output_vector; /* [vectors] distance from `output` to each vector */
    int lanes;    /* output channels to store, counted over all vectors; at least 1 */
    int prefetch; /* the input comes from memory or a distant cache: prefetch the next tile's */
} gemm_job;

typedef void gemm_function(const gemm_job *job);

/*
 * Kinds of micro-kernels differ in the distance from pixel to pixel of the input. If the distance
 * is a constant, addresses need no arithmetic. It is in a blocked layout, and in NHWC with three
 * channels and stride 2, as in the first layer of most networks. (GEMM_RGB does not exist on plain
 * x86-64, where it gained nothing: without FMA each product needs an addition of its own, and the
 * arithmetic for the addresses costs no extra time.)
 *
 * The kinds GEMM_HALF_... are for panels whose last vector is at most half full. The number of
 * vectors includes that one. Its weights and its bias are stored twice, side by side. These kinds
 * exist only if vectors are long and there are many vector registers.
 *
 * GEMM_PAIRS is for two groups of half a vector of outputs: each input channel is a pair of
 * adjacent floats, one of each group, which are loaded as one. In weights and bias the outputs of
 * the two groups take turns; the output has them one after the other. Only tiles of one vector
 * exist.
 */
typedef enum gemm_kind {
    GEMM_BLOCKED,
    GEMM_RGB,
    GEMM_STRIDED,
    GEMM_HALF_BLOCKED,
    GEMM_HALF_STRIDED,
    GEMM_PAIRS,
    GEMM_KINDS
} gemm_kind;

#define GEMM_BLOCKED_PIXEL 16
#define GEMM_RGB_PIXEL     6
#define GEMM_MAX_PIXELS    28

/* The kernels of one kind, by vectors - 1 and pixels - 1. NULL if there are too few registers. */
typedef struct gemm_kernels {
    gemm_function *of[GEMM_MAX_VECTORS][GEMM_MAX_PIXELS];
} gemm_kernels;

/* Never returns NULL. If the kind does not exist, all of its kernels are NULL. */
const gemm_kernels *gemm_of(const isa *set, gemm_kind kind);

/* Are there kernels of this kind and width? If so, they exist for all numbers of pixels up to
 * gemm_max_pixels(). */
bool gemm_exists(const isa *set, gemm_kind kind, int vectors);

/* Writes the symbol of a kernel, for example "gemm_f32_14x32_blocked__avx512". */
void gemm_write_name(const isa *set, gemm_kind kind, int pixels, int vectors, char *text,
                     size_t size);

/* The most pixels in a tile of this many vectors. Beside the tile, the weights and one input need
 * registers too. */
static inline int gemm_max_pixels(const isa *set, int vectors)
{
    static const int pixels[2][GEMM_MAX_VECTORS] = { { 12, 6, 4, 3 }, { 28, 14, 9, 6 } };
    return pixels[set->dense->registers >= 32][vectors - 1];
}

/*
 * The prefetch distance of the weights in input channels, where `weights` is their total size in
 * floats. If they do not stay in L2, the first tile of each panel would have to wait for them; in a
 * small image that is one of only a few tiles. (Measured on 7 x 7 layers with up to 9 MB of
 * weights: distances of 32 to 192 channels are equally good, and 2 to 10 % faster than none.)
 */
static inline int64_t gemm_ahead(const sb_cpu *cpu, int64_t weights)
{
    return weights > l2_floats(cpu) / 2 ? 64 : 0;
}

/* Makes the input of GEMM_PAIRS: for each pixel, 16 floats in another order. */
typedef struct gemm_pair_job {
    const int32_t *order; /* [16] to[i] = from[order[i]]; aligned to 64 bytes */
    const float *from;
    ptrdiff_t pixel; /* from pixel to pixel */
    int64_t pixels;
    int channels; /* that may be read of each; what would be read past them is zero */
    float *to;
} gemm_pair_job;

typedef void gemm_pair_function(const gemm_pair_job *job);

/* NULL unless that kind exists. */
gemm_pair_function *gemm_pair_of(const isa *set);

#define DECLARE(set, needs)                                                              \
    extern const gemm_kernels gemm_blocked__##set, gemm_rgb__##set, gemm_strided__##set, \
        gemm_half_blocked__##set, gemm_half_strided__##set, gemm_pairs__##set;           \
    extern gemm_pair_function *const gemm_pair__##set;
VARIANTS(DECLARE)
#undef DECLARE
#define DECLARE(set, needs) extern const gemm_kernels gemm_strided__##set;
DENSE_VARIANTS(DECLARE)
#undef DECLARE

#endif
