/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compiled once for each variant: register tiles, see simd.h. A tile of R rows by V vectors keeps
 * R V sums, V pixels and one weight in registers.
 */
#include "common/simd_inner.h"

#include <math.h>

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

/* --------------------------------------------------------------------- with something behind it */

/* none, relu and relu6 are one computation between different bounds. */
typedef struct bounds {
    vector low, high;
} bounds;

static inline bounds bounds_of(uint32_t activation)
{
    const bool bounded = activation == SB_RELU || activation == SB_RELU6;
    return (bounds) {
        .low = act_all(bounded ? 0.0f : -INFINITY),
        .high = act_all(activation == SB_RELU6 ? 6.0f : INFINITY),
    };
}

/* All sums of a tile, [rows][vectors], through memory: where vectors are ragged, and for
 * activations that take more than two instructions. Out of line, for the same reason as above. */
__attribute__((noinline)) static void finish_sums(const simd_tile *tile, const float *sums,
                                                  int rows, int vectors)
{
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++, sums += VEC_LANES) {
            const int64_t at = r * tile->pitch + tile->out_at[v], count = tile->count[v];
            vector sum = load(sums);
            if (tile->add)
                sum += load_first(tile->out + at, count);
            if (tile->residual != NULL)
                sum += load_first(tile->residual + at, count);
            store_first(tile->out + at, activate(sum, tile->activation), count);
        }
}

/* One whole vector whose activation is a matter of bounds. */
static inline void finish_bounded(const simd_tile *tile, int64_t at, vector sum, const bounds *b)
{
    if (tile->add)
        sum += load(tile->out + at);
    if (tile->residual != NULL)
        sum += load(tile->residual + at);
    store(tile->out + at, act_min(act_max(sum, b->low), b->high));
}

static inline bool is_bounded(const simd_tile *tile, int vectors)
{
    bool whole = true;
    for (int v = 0; v < vectors; v++)
        whole = whole && tile->count[v] == VEC_LANES;
    return whole && tile->activation <= SB_RELU6;
}

/* -------------------------------------------------------------------------------------- a tile */

/* On AArch64, GCC would load the weights of all rows at once, and move sums out of registers for
 * them. */
#ifdef __aarch64__
#define ONE_ROW_AT_A_TIME() __asm__ volatile("" ::: "memory")
#else
#define ONE_ROW_AT_A_TIME() ((void)0)
#endif

__attribute__((always_inline)) static inline void multiply(const simd_tile *tile, const int rows,
                                                           const int vectors, const bool product)
{
    vector sum[SIMD_MAX_ROWS][SIMD_MAX_VECTORS];
    UNROLL for (int r = 0; r < rows; r++)
    {
        const vector start = act_all(tile->bias != NULL ? tile->bias[r] : 0.0f);
        UNROLL for (int v = 0; v < vectors; v++) sum[r][v] = start;
    }

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
                ONE_ROW_AT_A_TIME();
            }
        }

    if (tile->residual == NULL && tile->activation == SB_ACTIVATION_NONE) {
        UNROLL for (int r = 0; r < rows; r++) UNROLL for (int v = 0; v < vectors; v++) finish(
            tile->out + r * tile->pitch + tile->out_at[v], sum[r][v], tile->count[v], tile->add);
    } else if (is_bounded(tile, vectors)) {
        const bounds b = bounds_of(tile->activation);
        UNROLL for (int r = 0; r < rows; r++) UNROLL for (int v = 0; v < vectors; v++)
            finish_bounded(tile, r * tile->pitch + tile->out_at[v], sum[r][v], &b);
    } else {
        float lanes[SIMD_MAX_ROWS * SIMD_MAX_VECTORS * VEC_LANES];
        UNROLL for (int r = 0; r < rows; r++) UNROLL for (int v = 0; v < vectors; v++)
            store(lanes + (r * vectors + v) * VEC_LANES, sum[r][v]);
        finish_sums(tile, lanes, rows, vectors);
    }
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

/* conv_f32_14x32__avx512: 14 output channels x 32 pixels; as stages say it. */
#define NAME2(kind, rows, width) VEC_NAME(kind##_f32_##rows##x##width)
#define NAME1(kind, rows, width) NAME2(kind, rows, width)
#define NAME(kind, vectors, rows) NAME1(kind, rows, VEC_WIDTH_##vectors)

#define DEFINE(v, r)                                                                               \
    static void NAME(conv, v, r)(const simd_tile *tile) { multiply(tile, r, v, false); }           \
    static void NAME(gemm, v, r)(const simd_tile *tile) { multiply(tile, r, v, true); }
#define TAPS(v, r)    [v][r] = NAME(conv, v, r),
#define PRODUCT(v, r) [v][r] = NAME(gemm, v, r),

ALL_TILES(DEFINE)

const simd_tiles VEC_NAME(simd_tiles) = {
    .rows = ALL_ROWS,
    .taps = { ALL_TILES(TAPS) },
    .product = { ALL_TILES(PRODUCT) },
};
/* clang-format on */
