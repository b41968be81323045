/* SPDX-License-Identifier: Apache-2.0 */
/* Compiled once for each instruction set. Transforms filters, one in each lane of a vector. The
 * sums are computed in double, because an error of the weights would appear in every output. */
#include "winograd/transform.h"

#include "engine/vec.h"

/* Half as many doubles as a vector has floats, and as many floats. */
typedef double wide __attribute__((vector_size(VEC_LANES * 4)));
typedef float half_vec __attribute__((vector_size(VEC_LANES * 2), aligned(4), may_alias));

/* ---------------------------------------------------------------- along one dimension: G g */

/* A row of G is a factor times the powers of its point. */
typedef struct point {
    double at, factor;
    int both; /* the next row has the opposite point, and the same factor */
} point;

/* By n; each list belongs to the rows of B' in transform.c. The last row is that of infinity. */
static const point points[WINO_MAX_IN + 1][WINO_MAX_IN - 1] = {
    [3] = { { 0, 1, 0 }, { 1, 1, 0 } },
    [4] = { { 0, 1, 0 }, { 1, 1. / 2, 1 } },
    [5] = { { 0, 1. / 2, 0 }, { 1, -1. / 2, 0 }, { -1, -1. / 6, 0 }, { 2, 1. / 6, 0 } },
    [6] = { { 0, 1. / 4, 0 }, { 1, -1. / 6, 1 }, { 0, 0, 0 }, { 2, 1. / 24, 1 } },
    [7] = { { 0, -1. / 2, 0 },
            { 1, -1. / 3, 0 },
            { -1, 1. / 9, 0 },
            { 2, 1. / 36, 0 },
            { -2, -1. / 60, 0 },
            { 1. / 2, 32. / 45, 0 } },
    [8] = { { 0, 1, 0 },
            { 1, -2. / 9, 1 },
            { 0, 0, 0 },
            { 2, 1. / 90, 1 },
            { 0, 0, 0 },
            { 1. / 2, 32. / 45, 1 } },
};

/* The sum of at^j * g[j] for j = from, from + 2, ... */
VEC_INLINE wide every_second(const int taps, const double at, const int from, const wide g[])
{
    wide sum = { 0 };
    double power = from == 0 ? 1 : at;
    VEC_UNROLL_LATE
    for (int j = from; j < taps; j += 2) {
        sum += power * g[j];
        power *= at * at;
    }
    return sum;
}

VEC_INLINE void filter_line(const int taps, const int in, wide y[], const wide g[])
{
    y[0] = points[in][0].factor * g[0];
    VEC_UNROLL_LATE
    for (int i = 1; i < in - 1; i++) {
        const point *p = &points[in][i];
        const wide even = p->factor * every_second(taps, p->at, 0, g);
        const wide odd = p->factor * every_second(taps, p->at, 1, g);
        if (p->factor != 0)
            y[i] = even + odd;
        if (p->both)
            y[i + 1] = even - odd;
    }
    y[in - 1] = g[taps - 1];
}

/* ---------------------------------------------------------------------- along its dimensions */

VEC_INLINE wide load_wide(const float *from)
{
    return __builtin_convertvector(*(const half_vec *)from, wide);
}

VEC_INLINE void store_wide(float *to, wide value)
{
    *(half_vec *)to = __builtin_convertvector(value, half_vec);
}

/* Transforms the filters of half a vector's lanes. */
VEC_INLINE void filter_square(const int taps, const int in, const float *from, float *to,
                              ptrdiff_t step)
{
    wide half[WINO_MAX_IN][WINO_MAX_TAPS];
    VEC_UNROLL
    for (int j = 0; j < taps; j++) {
        wide g[WINO_MAX_TAPS], y[WINO_MAX_IN];
        VEC_UNROLL
        for (int i = 0; i < taps; i++)
            g[i] = load_wide(from + (taps * i + j) * VEC_LANES);
        filter_line(taps, in, y, g);
        VEC_UNROLL
        for (int i = 0; i < in; i++)
            half[i][j] = y[i];
    }
    VEC_UNROLL
    for (int i = 0; i < in; i++) {
        wide y[WINO_MAX_IN];
        filter_line(taps, in, y, half[i]);
        VEC_UNROLL
        for (int j = 0; j < in; j++)
            store_wide(to + (i * in + j) * step, y[j]);
    }
}

VEC_INLINE void filter_run(const int taps, const int in, const float *from, float *to,
                           ptrdiff_t step)
{
    wide g[WINO_MAX_TAPS], y[WINO_MAX_IN];
    VEC_UNROLL
    for (int i = 0; i < taps; i++)
        g[i] = load_wide(from + i * VEC_LANES);
    filter_line(taps, in, y, g);
    VEC_UNROLL
    for (int i = 0; i < in; i++)
        store_wide(to + i * step, y[i]);
}

#define FILTER(name, transform, r, n)                                 \
    void VEC_NAME(name)(const float *from, float *to, ptrdiff_t step) \
    {                                                                 \
        for (int lane = 0; lane < VEC_LANES; lane += VEC_LANES / 2)   \
            transform(r, n, from + lane, to + lane, step);            \
    }
#define SQUARE(m, r, n) FILTER(wino_filter_##m##_##r, filter_square, r, n)
#define LINE(m, r, n)   FILTER(wino_filter_line_##m##_##r, filter_run, r, n)

WINO_SQUARES(SQUARE)
WINO_LINES(LINE)
