/* SPDX-License-Identifier: Apache-2.0 */
/* Compiled once for each instruction set. The interpolation points of F(2) are 0, 1, -1 and
 * infinity; F(4) adds 2 and -2; F(6) also adds 1/2 and -1/2. */
#include "winograd/transform.h"

#include "engine/vec.h"

/* --------------------------------------------------------------- along one dimension: B' d */

VEC_INLINE void input_2(vec y[], const vec d[])
{
    y[0] = d[0] - d[2];
    y[1] = d[1] + d[2];
    y[2] = d[2] - d[1];
    y[3] = d[1] - d[3];
}

VEC_INLINE void input_4(vec y[], const vec d[])
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

VEC_INLINE void input_6(vec y[], const vec d[])
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

/* --------------------------------------------------------------- along one dimension: A' y */

VEC_INLINE void output_2(vec o[], const vec y[])
{
    o[0] = y[0] + y[1] + y[2];
    o[1] = y[1] - y[2] - y[3];
}

VEC_INLINE void output_4(vec o[], const vec y[])
{
    const vec sum1 = y[1] + y[2], diff1 = y[1] - y[2];
    const vec sum2 = y[3] + y[4], diff2 = y[3] - y[4];
    o[0] = y[0] + sum1 + sum2;
    o[1] = diff1 + 2 * diff2;
    o[2] = sum1 + 4 * sum2;
    o[3] = diff1 + 8 * diff2 + y[5];
}

VEC_INLINE void output_6(vec o[], const vec y[])
{
    const vec sum1 = y[1] + y[2], diff1 = y[1] - y[2];
    const vec sum2 = y[3] + y[4], diff2 = y[3] - y[4];
    const vec sum3 = y[5] + y[6], diff3 = y[5] - y[6];
    o[0] = y[0] + sum1 + sum2 + sum3;
    o[1] = diff1 + 2 * diff2 + 0.5f * diff3;
    o[2] = sum1 + 4 * sum2 + 0.25f * sum3;
    o[3] = diff1 + 8 * diff2 + 0.125f * diff3;
    o[4] = sum1 + 16 * sum2 + 0.0625f * sum3;
    o[5] = diff1 + 32 * diff2 + 0.03125f * diff3 + y[7];
}

/* -------------------------------------------------------------------- along both dimensions */

VEC_INLINE void input_line(const int m, vec y[], const vec d[])
{
    if (m == 2)
        input_2(y, d);
    else if (m == 4)
        input_4(y, d);
    else
        input_6(y, d);
}

VEC_INLINE void output_line(const int m, vec o[], const vec y[])
{
    if (m == 2)
        output_2(o, y);
    else if (m == 4)
        output_4(o, y);
    else
        output_6(o, y);
}

VEC_INLINE void input_square(const int m, const float *from, ptrdiff_t row, ptrdiff_t pixel,
                             float *to, ptrdiff_t step)
{
    const int in = m + 2;
    vec half[WINO_MAX_IN][WINO_MAX_IN];
    VEC_UNROLL
    for (int j = 0; j < in; j++) {
        vec d[WINO_MAX_IN], y[WINO_MAX_IN];
        VEC_UNROLL
        for (int i = 0; i < in; i++)
            d[i] = vec_load(from + i * row + j * pixel);
        input_line(m, y, d);
        VEC_UNROLL
        for (int i = 0; i < in; i++)
            half[i][j] = y[i];
    }
    VEC_UNROLL
    for (int i = 0; i < in; i++) {
        vec y[WINO_MAX_IN];
        input_line(m, y, half[i]);
        VEC_UNROLL
        for (int j = 0; j < in; j++)
            vec_store(to + (i * in + j) * step, y[j]);
    }
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
static __attribute__((noinline)) void activate_square(const wino_square *square, int m)
{
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < m; j++) {
            float *to = square->to + i * square->row + j * square->pixel;
            for (int c = 0; c < WINO_BLOCK; c += VEC_LANES)
                vec_store(to + c, activate(vec_load(to + c), square->activation));
        }
    }
}

VEC_INLINE void output_square(const int m, const wino_square *square, int c)
{
    const int in = m + 2;
    vec half[WINO_MAX_OUT][WINO_MAX_IN];
    VEC_UNROLL
    for (int j = 0; j < in; j++) {
        vec y[WINO_MAX_IN], o[WINO_MAX_OUT];
        VEC_UNROLL
        for (int i = 0; i < in; i++)
            y[i] = vec_load(square->from + (i * in + j) * square->step + c);
        output_line(m, o, y);
        VEC_UNROLL
        for (int i = 0; i < m; i++)
            half[i][j] = o[i];
    }
    VEC_UNROLL
    for (int i = 0; i < m; i++) {
        vec o[WINO_MAX_OUT];
        output_line(m, o, half[i]);
        store_line(m, square, o, i, c);
    }
}

/* Defines wino_input_4__avx512, wino_output_4__avx512 and so on. */
#define TRANSFORM(m)                                                                        \
    static void VEC_NAME(wino_input_##m)(const float *from, ptrdiff_t row, ptrdiff_t pixel, \
                                         float *to, ptrdiff_t step)                         \
    {                                                                                       \
        for (int c = 0; c < WINO_BLOCK; c += VEC_LANES)                                     \
            input_square(m, from + c, row, pixel, to + c, step);                            \
    }                                                                                       \
    static void VEC_NAME(wino_output_##m)(const wino_square *square)                        \
    {                                                                                       \
        for (int c = 0; c < WINO_BLOCK; c += VEC_LANES)                                     \
            output_square(m, square, c);                                                    \
        if (square->activation > SB_RELU6)                                                  \
            activate_square(square, m);                                                     \
    }

TRANSFORM(2)
TRANSFORM(4)
TRANSFORM(6)

const wino_transform VEC_NAME(wino_transforms)[WINO_SIZES] = {
    [WINO_F2] = { 2, 4, VEC_NAME(wino_input_2), VEC_NAME(wino_output_2) },
    [WINO_F4] = { 4, 6, VEC_NAME(wino_input_4), VEC_NAME(wino_output_4) },
    [WINO_F6] = { 6, 8, VEC_NAME(wino_input_6), VEC_NAME(wino_output_6) },
};
