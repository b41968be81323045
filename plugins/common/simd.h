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
 * for i in [0, count[v]). x is read for all lanes of every vector, out is touched only within
 * count.
 */
typedef struct simd_tile {
    int64_t depth, taps;
    const int64_t *tap;
    int64_t step;
    const float *x, *w;
    float *out;
    int64_t pitch;
    int64_t x_at[SIMD_MAX_VECTORS], out_at[SIMD_MAX_VECTORS], count[SIMD_MAX_VECTORS];
    bool add; /* add to what `out` holds */
} simd_tile;

typedef void simd_tile_fn(const simd_tile *tile);
typedef simd_tile_fn *simd_tile_table[SIMD_MAX_VECTORS + 1][SIMD_MAX_ROWS + 1];

typedef struct simd {
    int lanes;                      /* floats in a vector */
    int rows[SIMD_MAX_VECTORS + 1]; /* most rows beside so many vectors */
    const simd_tile_table *taps;    /* [vectors][rows] */
    const simd_tile_table *product; /* the same for taps == 1 and tap[0] == 0: a matrix product */
    /* to[i] = from[i * stride] for i in [0, count) */
    void (*gather)(float *to, const float *from, int64_t stride, int64_t count);
    /* Cuts a row into pieces of `width` floats, a multiple of `lanes`, that lie `pitch` apart. */
    void (*spread)(float *to, int64_t width, int64_t pitch, const float *from, int64_t count);
} simd;

#define DECLARE(set, needs) extern const simd simd__##set;
VARIANTS(DECLARE)
#undef DECLARE

/* The best for this processor. Never NULL. */
const simd *simd_select(const sb_cpu *cpu);

#endif
