/* SPDX-License-Identifier: Apache-2.0 */
/* Compiled once for each instruction set. The interpolation points of n = 3 are 0, 1 and infinity;
 * n = 4 adds -1, n = 5 also 2, n = 6 also -2, n = 7 also 1/2, and n = 8 also -1/2. filter.c has
 * them once more, with the factors of the filters that belong to the rows here. */
#include "winograd/transform.h"

#include "engine/vec.h"

/* --------------------------------------------------------------- along one dimension: B' d */

VEC_INLINE void input_3(vec y[], const vec d[])
{
    y[0] = d[0] - d[1];
    y[1] = d[1];
    y[2] = d[2] - d[1];
}

VEC_INLINE void input_4(vec y[], const vec d[])
{
    y[0] = d[0] - d[2];
    y[1] = d[1] + d[2];
    y[2] = d[2] - d[1];
    y[3] = d[3] - d[1];
}

VEC_INLINE void input_5(vec y[], const vec d[])
{
    const vec even = d[3] - 2 * d[2], odd = d[2] - 2 * d[1];
    y[0] = 2 * d[0] - d[1] + even;
    y[1] = even + odd;
    y[2] = even - odd;
    y[3] = d[3] - d[1];
    y[4] = d[4] - 2 * d[3] - odd;
}

VEC_INLINE void input_6(vec y[], const vec d[])
{
    const vec even1 = d[4] - 4 * d[2], odd1 = d[3] - 4 * d[1];
    const vec even2 = d[4] - d[2], odd2 = 2 * (d[3] - d[1]);
    y[0] = 4 * d[0] - 5 * d[2] + d[4];
    y[1] = even1 + odd1;
    y[2] = even1 - odd1;
    y[3] = even2 + odd2;
    y[4] = even2 - odd2;
    y[5] = 4 * d[1] - 5 * d[3] + d[5];
}

VEC_INLINE void input_7(vec y[], const vec d[])
{
    const vec even1 = d[5] - 0.5f * d[4] - 4 * d[3] + 2 * d[2];
    const vec odd1 = d[4] - 0.5f * d[3] - 4 * d[2] + 2 * d[1];
    const vec even2 = d[5] - 0.5f * d[4] - d[3] + 0.5f * d[2];
    const vec odd2 = 2 * d[4] - d[3] - 2 * d[2] + d[1];
    y[0] = d[5] - 0.5f * d[4] - 5 * d[3] + 2.5f * d[2] + 4 * d[1] - 2 * d[0];
    y[1] = even1 + odd1;
    y[2] = even1 - odd1;
    y[3] = even2 + odd2;
    y[4] = even2 - odd2;
    y[5] = d[5] - 5 * d[3] + 4 * d[1];
    y[6] = d[6] - 0.5f * d[5] - 5 * d[4] + 2.5f * d[3] + 4 * d[2] - 2 * d[1];
}

VEC_INLINE void input_8(vec y[], const vec d[])
{
    const vec even1 = d[2] + d[6] - 4.25f * d[4], odd1 = d[1] + d[5] - 4.25f * d[3];
    const vec even2 = d[6] + 0.25f * d[2] - 1.25f * d[4];
    const vec odd2 = 0.5f * d[1] - 2.5f * d[3] + 2 * d[5];
    const vec even3 = d[6] + 4 * d[2] - 5 * d[4];
    const vec odd3 = 2 * d[1] - 2.5f * d[3] + 0.5f * d[5];
    y[0] = d[0] - d[6] + 5.25f * (d[4] - d[2]);
    y[1] = even1 + odd1;
    y[2] = even1 - odd1;
    y[3] = even2 + odd2;
    y[4] = even2 - odd2;
    y[5] = even3 + odd3;
    y[6] = even3 - odd3;
    y[7] = d[7] - d[1] + 5.25f * (d[3] - d[5]);
}

VEC_INLINE void input_line(const int in, vec y[], const vec d[])
{
    switch (in) {
    case 3:
        input_3(y, d);
        return;
    case 4:
        input_4(y, d);
        return;
    case 5:
        input_5(y, d);
        return;
    case 6:
        input_6(y, d);
        return;
    case 7:
        input_7(y, d);
        return;
    default:
        input_8(y, d);
    }
}

/* --------------------------------------------------------------- along one dimension: A' y */

/* 2^i */
VEC_INLINE float power(const int i)
{
    return (float)(1 << i);
}

/* What even and odd outputs need of point `at` and, if there is one, the opposite point. */
typedef struct pair {
    vec even, odd;
} pair;

VEC_INLINE pair pair_of(const int in, const vec y[], const int at)
{
    pair p = { { 0 }, { 0 } };
    if (at < in - 1)
        p.even = p.odd = y[at];
    if (at + 1 < in - 1) {
        p.even += y[at + 1];
        p.odd -= y[at + 1];
    }
    return p;
}

/* Output i is the sum of all products, each times the i-th power of its point; that of infinity
 * goes into the last output. */
VEC_INLINE void output_line(const int out, const int in, vec o[], const vec y[])
{
    const pair ones = pair_of(in, y, 1), twos = pair_of(in, y, 3), halves = pair_of(in, y, 5);
    VEC_UNROLL
    for (int i = 0; i < out; i++) {
        const int odd = i % 2;
        o[i] = odd ? ones.odd : ones.even;
        if (i == 0)
            o[i] += y[0];
        if (in > 4)
            o[i] += power(i) * (odd ? twos.odd : twos.even);
        if (in > 6)
            o[i] += 1 / power(i) * (odd ? halves.odd : halves.even);
        if (i == out - 1)
            o[i] += y[in - 1];
    }
}

/* ---------------------------------------------------------------------- along its dimensions */

VEC_INLINE void input_square(const int in, const float *from, ptrdiff_t row, ptrdiff_t pixel,
                             float *to, ptrdiff_t step)
{
    vec half[WINO_MAX_IN][WINO_MAX_IN];
    VEC_UNROLL
    for (int j = 0; j < in; j++) {
        vec d[WINO_MAX_IN], y[WINO_MAX_IN];
        VEC_UNROLL
        for (int i = 0; i < in; i++)
            d[i] = vec_load(from + i * row + j * pixel);
        input_line(in, y, d);
        VEC_UNROLL
        for (int i = 0; i < in; i++)
            half[i][j] = y[i];
    }
    VEC_UNROLL
    for (int i = 0; i < in; i++) {
        vec y[WINO_MAX_IN];
        input_line(in, y, half[i]);
        VEC_UNROLL
        for (int j = 0; j < in; j++)
            vec_store(to + (i * in + j) * step, y[j]);
    }
}

VEC_INLINE void input_run(const int in, const float *from, ptrdiff_t pixel, float *to,
                          ptrdiff_t step)
{
    vec d[WINO_MAX_IN], y[WINO_MAX_IN];
    VEC_UNROLL
    for (int i = 0; i < in; i++)
        d[i] = vec_load(from + i * pixel);
    input_line(in, y, d);
    VEC_UNROLL
    for (int i = 0; i < in; i++)
        vec_store(to + i * step, y[i]);
}

/* Finishes and stores a row of m output pixels: one vector each, beginning at channel c of the
 * block. */
VEC_INLINE void store_line(const int m, const wino_square *square, vec o[], int i, int c)
{
    const ptrdiff_t at = i * square->row + c;
    if (square->residual != NULL) {
        VEC_UNROLL
        for (int j = 0; j < m; j++)
            o[j] += vec_load(square->residual + at + j * square->pixel);
    }
    if (vec_is_clamp(square->activation)) {
        VEC_UNROLL
        for (int j = 0; j < m; j++)
            o[j] = act_relu(o[j]);
    }
    if (square->activation == SB_RELU6) {
        VEC_UNROLL
        for (int j = 0; j < m; j++)
            o[j] = act_min(o[j], act_all(6));
    }
    VEC_UNROLL
    for (int j = 0; j < m; j++)
        vec_store(square->to + at + j * square->pixel, o[j]);
}

/* Applies the other activations to the pixels just stored, which are still in L1. */
static __attribute__((noinline)) void activate_square(const wino_square *square, int rows, int m)
{
    for (int i = 0; i < rows; i++) {
        for (int j = 0; j < m; j++) {
            float *to = square->to + i * square->row + j * square->pixel;
            for (int c = 0; c < WINO_BLOCK; c += VEC_LANES)
                vec_store(to + c, activate(vec_load(to + c), square->activation));
        }
    }
}

VEC_INLINE void output_square(const int m, const int in, const wino_square *square, int c)
{
    vec half[WINO_MAX_OUT][WINO_MAX_IN];
    VEC_UNROLL
    for (int j = 0; j < in; j++) {
        vec y[WINO_MAX_IN], o[WINO_MAX_OUT];
        VEC_UNROLL
        for (int i = 0; i < in; i++)
            y[i] = vec_load(square->from + (i * in + j) * square->step + c);
        output_line(m, in, o, y);
        VEC_UNROLL
        for (int i = 0; i < m; i++)
            half[i][j] = o[i];
    }
    VEC_UNROLL
    for (int i = 0; i < m; i++) {
        vec o[WINO_MAX_OUT];
        output_line(m, in, o, half[i]);
        store_line(m, square, o, i, c);
    }
}

VEC_INLINE void output_run(const int m, const int in, const wino_square *square, int c)
{
    vec y[WINO_MAX_IN], o[WINO_MAX_OUT];
    VEC_UNROLL
    for (int i = 0; i < in; i++)
        y[i] = vec_load(square->from + i * square->step + c);
    output_line(m, in, o, y);
    store_line(m, square, o, 0, c);
}

/* ---------------------------------------------------------------------------------- functions */

/* Defines wino_input_6__avx512 and so on; transforms of one n share them. */
#define INPUT_SQUARE(n)                                                                     \
    static void VEC_NAME(wino_input_##n)(const float *from, ptrdiff_t row, ptrdiff_t pixel, \
                                         float *to, ptrdiff_t step)                         \
    {                                                                                       \
        for (int c = 0; c < WINO_BLOCK; c += VEC_LANES)                                     \
            input_square(n, from + c, row, pixel, to + c, step);                            \
    }
#define INPUT_LINE(n)                                                                            \
    static void VEC_NAME(wino_input_line_##n)(const float *from, ptrdiff_t row, ptrdiff_t pixel, \
                                              float *to, ptrdiff_t step)                         \
    {                                                                                            \
        (void)row;                                                                               \
        for (int c = 0; c < WINO_BLOCK; c += VEC_LANES)                                          \
            input_run(n, from + c, pixel, to + c, step);                                         \
    }

INPUT_SQUARE(3)
INPUT_SQUARE(4)
INPUT_SQUARE(5)
INPUT_SQUARE(6)
INPUT_SQUARE(8)
INPUT_LINE(4)
INPUT_LINE(5)
INPUT_LINE(6)
INPUT_LINE(7)

/* wino_output_4_3__avx512 and so on. */
#define OUTPUT(name, transform, rows, m, n)               \
    static void VEC_NAME(name)(const wino_square *square) \
    {                                                     \
        for (int c = 0; c < WINO_BLOCK; c += VEC_LANES)   \
            transform(m, n, square, c);                   \
        if (square->activation > SB_RELU6)                \
            activate_square(square, rows, m);             \
    }
#define SQUARE(m, r, n) OUTPUT(wino_output_##m##_##r, output_square, m, m, n)
#define LINE(m, r, n)   OUTPUT(wino_output_line_##m##_##r, output_run, 1, m, n)

WINO_SQUARES(SQUARE)
WINO_LINES(LINE)

#undef SQUARE
#undef LINE

#define ROW(m, r, n, is_line, one_, from, to) \
    { .out = m,                               \
      .taps = r,                              \
      .in = n,                                \
      .line = is_line,                        \
      .one = one_,                            \
      .input_name = "wino_input_" #from,      \
      .output_name = "wino_output_" #to,      \
      .input = VEC_NAME(wino_input_##from),   \
      .output = VEC_NAME(wino_output_##to),   \
      .filter = VEC_NAME(wino_filter_##to) },
#define SQUARE(m, r, n) ROW(m, r, n, false, n + 1, n, m##_##r)
#define LINE(m, r, n)   ROW(m, r, n, true, 1, line_##n, line_##m##_##r)

const wino_transform VEC_NAME(wino_transforms)[] = { WINO_SQUARES(SQUARE) WINO_LINES(LINE) { 0 } };
