/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compiled once for each variant. See simd.h. A tile of R rows by V vectors keeps R V sums, V
 * pixels and one weight in registers.
 */
#include "common/simd.h"

#include <string.h>

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

typedef float vector __attribute__((vector_size(VEC_LANES * sizeof(float))));
typedef float loose __attribute__((vector_size(VEC_LANES * sizeof(float)), aligned(4), may_alias));

static inline vector load(const float *from)
{
    return *(const loose *)from;
}

static inline void store(float *to, vector value)
{
    *(loose *)to = value;
}

/* A ragged vector goes through memory, so that nothing past `count` is touched. Out of line:
 * inlined into every tile it made the compiler take minutes and the code megabytes. */
__attribute__((noinline)) static void finish_ragged(float *out, const float *sum, int64_t count,
                                                    bool add)
{
    for (int64_t i = 0; i < count; i++)
        out[i] = add ? out[i] + sum[i] : sum[i];
}

static inline void finish(float *out, vector sum, int64_t count, bool add)
{
    if (count == VEC_LANES) {
        store(out, add ? load(out) + sum : sum);
    } else {
        float lanes[VEC_LANES];
        store(lanes, sum);
        finish_ragged(out, lanes, count, add);
    }
}

__attribute__((always_inline)) static inline void multiply(const simd_tile *tile, const int rows,
                                                           const int vectors, const bool product)
{
    vector sum[SIMD_MAX_ROWS][SIMD_MAX_VECTORS];
    UNROLL for (int r = 0; r < rows; r++) UNROLL for (int v = 0; v < vectors; v++) sum[r][v] =
        (vector) { 0 };

    const float *w = tile->w;
    const float *x[SIMD_MAX_VECTORS];
    UNROLL for (int v = 0; v < vectors; v++) x[v] = tile->x + tile->x_at[v];
    const int64_t taps = product ? 1 : tile->taps;

    int64_t from = 0;
    for (int64_t d = 0; d < tile->depth; d++, from += tile->step)
        for (int64_t t = 0; t < taps; t++, w += rows) {
            const int64_t at = product ? from : from + tile->tap[t];
            vector pixel[SIMD_MAX_VECTORS];
            UNROLL for (int v = 0; v < vectors; v++) pixel[v] = load(x[v] + at);
            UNROLL for (int r = 0; r < rows; r++)
            {
                const vector weight = w[r] - (vector) { 0 };
                UNROLL for (int v = 0; v < vectors; v++) sum[r][v] += weight * pixel[v];
            }
        }

    UNROLL for (int r = 0; r < rows; r++) UNROLL for (int v = 0; v < vectors; v++)
        finish(tile->out + r * tile->pitch + tile->out_at[v], sum[r][v], tile->count[v], tile->add);
}

static void gather(float *to, const float *from, int64_t stride, int64_t count)
{
    if (stride == 1) {
        memcpy(to, from, (size_t)count * sizeof *to);
    } else if (stride == 2) {
        for (int64_t i = 0; i < count; i++)
            to[i] = from[2 * i];
    } else {
        for (int64_t i = 0; i < count; i++)
            to[i] = from[i * stride];
    }
}

static void spread(float *to, int64_t width, int64_t pitch, const float *from, int64_t count)
{
    for (; count >= width; count -= width, to += pitch, from += width)
        for (int64_t i = 0; i < width; i += VEC_LANES)
            store(to + i, load(from + i));
    for (int64_t i = 0; i < count; i++)
        to[i] = from[i];
}

/* clang-format off */
#define ROWS_2(X, v)  X(v, 1) X(v, 2)
#define ROWS_4(X, v)  ROWS_2(X, v) X(v, 3) X(v, 4)
#define ROWS_6(X, v)  ROWS_4(X, v) X(v, 5) X(v, 6)
#define ROWS_9(X, v)  ROWS_6(X, v) X(v, 7) X(v, 8) X(v, 9)
#define ROWS_14(X, v) ROWS_9(X, v) X(v, 10) X(v, 11) X(v, 12) X(v, 13) X(v, 14)

#if VEC_REGISTERS == 32
#define ALL_ROWS { 0, 14, 14, 9, 6 }
#define ALL_TILES(X) ROWS_14(X, 1) ROWS_14(X, 2) ROWS_9(X, 3) ROWS_6(X, 4)
#else
#define ALL_ROWS { 0, 6, 6, 4, 2 }
#define ALL_TILES(X) ROWS_6(X, 1) ROWS_6(X, 2) ROWS_4(X, 3) ROWS_2(X, 4)
#endif

#define DEFINE(v, r)                                                                               \
    static void taps_##v##_##r(const simd_tile *tile) { multiply(tile, r, v, false); }             \
    static void product_##v##_##r(const simd_tile *tile) { multiply(tile, r, v, true); }
#define TAPS(v, r)    [v][r] = taps_##v##_##r,
#define PRODUCT(v, r) [v][r] = product_##v##_##r,

ALL_TILES(DEFINE)
static const simd_tile_table taps_table = { ALL_TILES(TAPS) };
static const simd_tile_table product_table = { ALL_TILES(PRODUCT) };
/* clang-format on */

const simd VEC_NAME(simd) = {
    .lanes = VEC_LANES,
    .rows = ALL_ROWS,
    .taps = &taps_table,
    .product = &product_table,
    .gather = gather,
    .spread = spread,
};
