/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Micro-kernels of every dense convolution: a few output pixels times a few vectors of output
 * channels, summed over a list of taps. A tap is a run of input channels at one place of the
 * filter, so one kernel serves pointwise, R x S, grouped and first layers in every layout; there is
 * no im2col.
 */
#ifndef SB_ENGINE_GEMM_H
#define SB_ENGINE_GEMM_H

#include "common/kit.h"
#include "engine/isa.h"

/* Padding: the pixel at one end of the tile may have no input under this tap. */
typedef enum gemm_skip { SKIP_NONE, SKIP_FIRST, SKIP_LAST } gemm_skip;

typedef struct gemm_tap {
    ptrdiff_t input;   /* floats from the tile's first pixel to this tap's first channel */
    ptrdiff_t weights; /* channels from the start of the weights to this tap's first */
    int32_t channels;  /* at least 1; neighbours in the input */
    int32_t skip;      /* gemm_skip */
} gemm_tap;

#define GEMM_MAX_VECTORS 4
#define GEMM_MAX_ADDENDS 3

/* What is added to the sums of a tile: what the output holds, a residual. Pixels and lanes are as
 * far apart, and as many, as those of the output. */
typedef struct gemm_addend {
    const float *at;         /* of the tile's first pixel */
    const ptrdiff_t *vector; /* [vectors] from there to each vector of channels */
} gemm_addend;

/* One tile. All distances in floats. */
typedef struct gemm_job {
    const float *input; /* with `at`: the tile's first pixel, which padding may put outside */
    ptrdiff_t at;
    ptrdiff_t pixel; /* from pixel to pixel of the input */
    const gemm_tap *taps;
    int64_t tap_count;
    const float *weights; /* [channel of the taps][vectors x lanes] */
    /* With each step of the weights as many floats are fetched into the caches as it holds, so far
     * on: of the weights themselves, or of anything that is needed next. 0: none. */
    ptrdiff_t ahead;
    const float *bias; /* [vectors x lanes] what the sums of each pixel begin with */
    gemm_addend addends[GEMM_MAX_ADDENDS];
    int addend_count;
    uint32_t activation; /* sb_activation: what becomes of the sums before they are stored */
    float *output;
    ptrdiff_t output_pixel;
    const ptrdiff_t *output_vector; /* [vectors] from `output` to each vector of channels */
    int lanes;    /* output channels to store, counted over all vectors; at least 1 */
    int prefetch; /* the input comes from memory or a far cache, tile after tile */
} gemm_job;

typedef void gemm_function(const gemm_job *job);

/*
 * By the distance from pixel to pixel of the input. Where that is a constant, addresses need no
 * arithmetic: in a blocked layout, and where three channels in NHWC are read with stride 2, as in
 * the first layer of most networks. (GEMM_RGB does not exist on plain x86-64, where it gained
 * nothing: an addition for each product hides the addresses.)
 *
 * GEMM_HALF_... are for panels whose last vector (that one counted) is at most half full. The
 * weights and the bias of that vector lie twice in it, side by side. They exist only where vectors
 * are long, and many.
 */
typedef enum gemm_kind {
    GEMM_BLOCKED,
    GEMM_RGB,
    GEMM_STRIDED,
    GEMM_HALF_BLOCKED,
    GEMM_HALF_STRIDED,
    GEMM_KINDS
} gemm_kind;

#define GEMM_BLOCKED_PIXEL 16
#define GEMM_RGB_PIXEL     6
#define GEMM_MAX_PIXELS    28

/* Those of one kind by vectors - 1 and pixels - 1; NULL where there are too few registers. */
typedef struct gemm_kernels {
    gemm_function *of[GEMM_MAX_VECTORS][GEMM_MAX_PIXELS];
} gemm_kernels;

/* NULL never; where the kind does not exist, all are NULL. */
const gemm_kernels *gemm_of(const isa *set, gemm_kind kind);

/* Are there kernels of this kind and width? Then for all pixels up to gemm_max_pixels(). */
bool gemm_exists(const isa *set, gemm_kind kind, int vectors);

/* "gemm_f32_14x32_blocked__avx512": a kernel by its symbol. */
void gemm_write_name(const isa *set, gemm_kind kind, int pixels, int vectors, char *text,
                     size_t size);

/* The most pixels beside so many vectors that leave registers for the weights and one input. */
static inline int gemm_max_pixels(const isa *set, int vectors)
{
    static const int pixels[2][GEMM_MAX_VECTORS] = { { 12, 6, 4, 3 }, { 28, 14, 9, 6 } };
    return pixels[set->registers >= 32][vectors - 1];
}

/*
 * How many input channels ahead of their use weights should be fetched, if they are so many floats
 * in all. Where they do not stay in L2, the first tile of pixels that a panel meets would wait for
 * them, and small images have few tiles. (Measured on 7 x 7 layers of up to 9 MB of
 * weights: 32 to 192 channels ahead are alike, and 2 to 10 % faster than none.)
 */
static inline int64_t gemm_ahead(const sb_cpu *cpu, int64_t weights)
{
    return weights > l2_floats(cpu) / 2 ? 64 : 0;
}

#define DECLARE(set, needs)                                                              \
    extern const gemm_kernels gemm_blocked__##set, gemm_rgb__##set, gemm_strided__##set, \
        gemm_half_blocked__##set, gemm_half_strided__##set;
VARIANTS(DECLARE)
#undef DECLARE

#endif
