/* SPDX-License-Identifier: Apache-2.0 */
#include "conv/layout.h"
#include "core/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

static const sb_shape shapes[] = {
    { 1, 1, 1, 1 },   { 1, 3, 5, 7 },  { 2, 17, 4, 9 },   { 3, 8, 1, 33 },
    { 2, 16, 16, 1 }, { 1, 24, 7, 7 }, { 2, 67, 15, 13 }, { 1, 130, 4, 4 },
};

/* The offset of element [n][c][y][x], as sepbench/plugin.h defines the layouts. */
static int64_t place(sb_layout layout, sb_shape s, int64_t n, int64_t c, int64_t y, int64_t x)
{
    const int64_t b = layout == SB_NCHW8C ? 8 : 16;
    switch (layout) {
    case SB_NCHW:
        return ((n * s.c + c) * s.h + y) * s.w + x;
    case SB_NHWC:
        return ((n * s.h + y) * s.w + x) * s.c + c;
    default:
        return (((n * ((s.c + b - 1) / b) + c / b) * s.h + y) * s.w + x) * b + c % b;
    }
}

static int64_t rounded(sb_layout layout, int64_t channels)
{
    const int64_t b = layout == SB_NCHW8C ? 8 : layout == SB_NCHW16C ? 16 : 1;
    return (channels + b - 1) / b * b;
}

static float element(sb_shape s, int64_t n, int64_t c, int64_t y, int64_t x)
{
    return (float)(1 + place(SB_NCHW, s, n, c, y, x));
}

static void check_from_nchw(sb_layout layout, sb_shape s, const float *nchw, float *to)
{
    sb_reorder_from_nchw(layout, s, nchw, to);
    const int64_t channels = rounded(layout, s.c);
    for (int64_t n = 0; n < s.n; n++)
        for (int64_t c = 0; c < channels; c++)
            for (int64_t y = 0; y < s.h; y++)
                for (int64_t x = 0; x < s.w; x++) {
                    const float wanted = c < s.c ? element(s, n, c, y, x) : 0.0f;
                    assert_true(to[place(layout, s, n, c, y, x)] == wanted);
                }
}

static void check_planes(sb_layout layout, sb_shape s)
{
    for (int64_t n = 0; n < s.n; n++)
        for (int64_t c = 0; c < s.c; c++)
            for (int64_t y = 0; y < s.h; y++)
                for (int64_t x = 0; x < s.w; x++) {
                    const sb_plane plane = sb_layout_plane(layout, s, n, c);
                    assert_int_equal(plane.first + (y * s.w + x) * plane.step,
                                     place(layout, s, n, c, y, x));
                }
}

/* Conversion through NHWC gives the same result as conversion from NCHW, and can be undone. */
static void check_nhwc(sb_layout layout, sb_shape s, const float *nchw, const float *wanted)
{
    const size_t count = (size_t)(s.n * s.c * s.h * s.w);
    const size_t laid_out = (size_t)sb_layout_elements(layout, s);
    float *nhwc = sb_new(count, sizeof *nhwc);
    float *to = sb_new(laid_out, sizeof *to);
    float *back = sb_new(count, sizeof *back);
    for (size_t i = 0; i < laid_out; i++)
        to[i] = NAN;
    sb_reorder_from_nchw(SB_NHWC, s, nchw, nhwc);
    sb_reorder_from_nhwc(layout, s, nhwc, to);
    assert_memory_equal(to, wanted, laid_out * sizeof *to);
    sb_reorder_to_nhwc(layout, s, to, back);
    assert_memory_equal(back, nhwc, count * sizeof *back);
    free(nhwc);
    free(to);
    free(back);
}

/* Converts from any layout, with garbage in its padding, to any other. */
static void check_between(sb_layout from, sb_layout to, sb_shape s)
{
    const size_t count = (size_t)(s.n * s.c * s.h * s.w);
    const size_t given = (size_t)sb_layout_elements(from, s);
    const size_t taken = (size_t)sb_layout_elements(to, s);
    float *nchw = sb_new(count, sizeof *nchw);
    float *source = sb_new(given, sizeof *source);
    float *wanted = sb_new(taken, sizeof *wanted);
    float *made = sb_new(taken, sizeof *made);
    for (size_t i = 0; i < count; i++)
        nchw[i] = (float)(1 + i);
    sb_reorder_from_nchw(from, s, nchw, source);
    sb_reorder_from_nchw(to, s, nchw, wanted);
    for (size_t i = 0; i < given; i++)
        if (source[i] == 0)
            source[i] = NAN;
    for (size_t i = 0; i < taken; i++)
        made[i] = NAN;
    sb_reorder(from, to, s, source, made);
    assert_memory_equal(made, wanted, taken * sizeof *made);
    for (int64_t parts = 1; parts <= 5; parts++) {
        for (size_t i = 0; i < taken; i++)
            made[i] = from == to && wanted[i] != 0 ? wanted[i] : NAN;
        for (int64_t part = 0; part < parts; part++)
            sb_reorder_part(from, to, s, from == to ? made : source, made, part, parts);
        assert_memory_equal(made, wanted, taken * sizeof *made);
    }
    assert_int_equal(sb_layout_pads(to, s), taken > count);
    for (size_t i = 0; i < taken; i++)
        if (made[i] == 0)
            made[i] = NAN;
    sb_layout_clear_padding(to, s, made);
    assert_memory_equal(made, wanted, taken * sizeof *made);
    free(nchw);
    free(source);
    free(wanted);
    free(made);
}

static void test_reorders(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (int from = SB_NCHW; from <= SB_NCHW16C; from++)
            for (int to = SB_NCHW; to <= SB_NCHW16C; to++)
                if (from != to)
                    check_between((sb_layout)from, (sb_layout)to, shapes[i]);
}

static void check(sb_layout layout, sb_shape s)
{
    const int64_t count = s.n * s.c * s.h * s.w;
    const int64_t laid_out = sb_layout_elements(layout, s);
    assert_int_equal(laid_out, s.n * rounded(layout, s.c) * s.h * s.w);
    float *nchw = sb_new((size_t)count, sizeof *nchw);
    float *to = sb_new((size_t)laid_out, sizeof *to);
    float *back = sb_new((size_t)count, sizeof *back);
    for (int64_t i = 0; i < count; i++) {
        nchw[i] = (float)(1 + i);
        back[i] = NAN;
    }
    for (int64_t i = 0; i < laid_out; i++)
        to[i] = NAN;
    check_from_nchw(layout, s, nchw, to);
    sb_reorder_to_nchw(layout, s, to, back);
    assert_memory_equal(back, nchw, (size_t)count * sizeof *nchw);
    check_planes(layout, s);
    check_nhwc(layout, s, nchw, to);
    free(nchw);
    free(to);
    free(back);
}

static void test_layouts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (int layout = SB_NCHW; layout <= SB_NCHW16C; layout++)
            check((sb_layout)layout, shapes[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layouts),
        cmocka_unit_test(test_reorders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
