/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The innermost loops, written once with the compiler's vector extensions and compiled once for
 * each variant.
 */
#ifndef SB_PLUGINS_SIMD_H
#define SB_PLUGINS_SIMD_H

#include "common/variants.h"

#include <stdbool.h>

enum { SIMD_MAX_VECTORS = 4, SIMD_MAX_ROWS = 14, SIMD_MAX_LANES = 16 };

/*
 * One register tile: `rows` output channels by `vectors` vectors of output pixels, summed over
 * `depth` steps of `taps` taps:
 *
 *     out[row * pitch + out_at[v] + i] (+)= sum over d, t of
 *         w[(d * taps + t) * rows + row] * x[d * step + tap[t] + x_at[v] + i]
 *
 * for i in [0, count[v]). x is read for all lanes of every vector, out and residual are touched
 * only within count. Where a sum is computed in several calls, the first one has the bias, and the
 * last one the residual and the activation.
 */
typedef struct simd_tile {
    int64_t depth, taps;
    const int64_t *tap;
    int64_t step;
    const float *x, *w;
    float *out;
    int64_t pitch;
    int64_t x_at[SIMD_MAX_VECTORS], out_at[SIMD_MAX_VECTORS], count[SIMD_MAX_VECTORS];
    bool add;              /* add to what `out` holds */
    const float *bias;     /* [rows]: what the sums start from; NULL: zero. Not with `add` */
    const float *residual; /* laid out as `out`, is added; NULL: none */
    uint32_t activation;   /* sb_activation of the result */
} simd_tile;

typedef void simd_tile_fn(const simd_tile *tile);

/* Register tiles, by vectors and rows. */
typedef struct simd_tiles {
    int rows[SIMD_MAX_VECTORS + 1]; /* most rows beside so many vectors */
    simd_tile_fn *taps[SIMD_MAX_VECTORS + 1][SIMD_MAX_ROWS + 1];
    /* the same for taps == 1 and tap[0] == 0: a matrix product */
    simd_tile_fn *product[SIMD_MAX_VECTORS + 1][SIMD_MAX_ROWS + 1];
} simd_tiles;

/*
 * What follows sums that lie in memory, for products that somebody else computes:
 *
 *     out[row * pitch + i] = activation(out[row * pitch + i] + bias[...] + residual[row * pitch +
 * i])
 *
 * for i in [0, count), where the bias is that of `row` or of `i`.
 */
typedef struct simd_pass {
    float *out;
    const float *residual; /* NULL: none */
    const float *bias;     /* NULL: none */
    bool bias_of_row;
    uint32_t activation; /* sb_activation */
    int64_t rows, count, pitch;
} simd_pass;

typedef struct simd {
    variant variant;
    const char *name; /* "avx512" */
    int lanes;        /* floats in a vector */
    /* to[i] = from[i * stride] for i in [0, count) */
    void (*gather)(float *to, const float *from, int64_t stride, int64_t count);
    /* Cuts a row into pieces of `width` floats, a multiple of `lanes`, that lie `pitch` apart. */
    void (*spread)(float *to, int64_t width, int64_t pitch, const float *from, int64_t count);
    void (*pass)(const simd_pass *pass);
} simd;

#define DECLARE(set, needs)        \
    extern const simd simd__##set; \
    extern const simd_tiles simd_tiles__##set;
VARIANTS(DECLARE)
#undef DECLARE

/* The best for this processor. Never NULL. */
const simd *simd_select(const sb_cpu *cpu);

/* The tiles that go with it. A function of its own, so that plugins without tiles do not hold them.
 */
const simd_tiles *simd_tiles_of(const simd *isa);

#endif
