/* SPDX-License-Identifier: Apache-2.0 */
#include "conv/cost.h"
#include "conv/odd.h"
#include "conv/taps.h"
#include "core/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

enum { MOST = 64 };

/* Counts by looking at every tap. */
static sb_taps look(const sb_step *p)
{
    static unsigned char read[MOST][MOST], used[MOST][MOST];
    sb_taps sum = { 0 };
    memset(read, 0, sizeof read);
    memset(used, 0, sizeof used);
    for (int64_t y = 0; y < p->p; y++)
        for (int64_t x = 0; x < p->q; x++) {
            const int64_t before = sum.taps;
            for (int64_t r = 0; r < p->r; r++)
                for (int64_t s = 0; s < p->s; s++) {
                    const int64_t h = y * p->stride_h - p->pad_top + r * p->dilation_h;
                    const int64_t w = x * p->stride_w - p->pad_left + s * p->dilation_w;
                    if (h < 0 || h >= p->h || w < 0 || w >= p->w)
                        continue;
                    sum.taps++;
                    read[h][w] = used[r][s] = 1;
                }
            sum.outputs += sum.taps > before;
        }
    for (int i = 0; i < MOST; i++)
        for (int j = 0; j < MOST; j++) {
            sum.inputs += read[i][j];
            sum.filter += used[i][j];
        }
    return sum;
}

static void same(const sb_problem *problem)
{
    const sb_step *p = &problem->steps[problem->step_count == 3];
    const sb_taps expected = look(p), found = sb_taps_of(p);
    char text[SB_PROBLEM_TEXT];
    if (memcmp(&expected, &found, sizeof found) != 0)
        fail_msg("%s: %lld %lld %lld %lld, not %lld %lld %lld %lld",
                 sb_problem_text(problem, text, sizeof text), (long long)found.taps,
                 (long long)found.outputs, (long long)found.inputs, (long long)found.filter,
                 (long long)expected.taps, (long long)expected.outputs, (long long)expected.inputs,
                 (long long)expected.filter);
}

static void odd_layers(void **state)
{
    (void)state;
    size_t count;
    const sb_layer *layers = sb_odd_layers(&count);
    for (size_t i = 0; i < count; i++)
        for (int op = 0; op < SB_OPERATIONS; op++) {
            if (!layers[i].operations[op])
                continue;
            const sb_problem p = sb_layer_problem(&layers[i], (sb_operation)op, 1);
            if (layers[i].shape.h <= MOST && layers[i].shape.w <= MOST)
                same(&p);
        }
}

/* Strides larger than the filter, dilations larger than the image, padding larger than both. */
static void random_shapes(void **state)
{
    (void)state;
    sb_random random = { 7 };
    int seen = 0;
    for (int i = 0; i < 20000; i++) {
        sb_layer layer = { .operations = { true, false }, .repeat = 1 };
        sb_geometry *p = &layer.shape;
        int64_t *ones[] = { &p->n, &p->c, &p->k, &p->groups, &p->multiplier };
        for (size_t j = 0; j < sizeof ones / sizeof *ones; j++)
            *ones[j] = 1;
        int64_t *sizes[] = { &p->h,        &p->w,        &p->r,          &p->s,
                             &p->stride_h, &p->stride_w, &p->dilation_h, &p->dilation_w };
        for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++)
            *sizes[j] = 1 + (int64_t)sb_random_below(&random, j < 2 ? 12 : 6);
        int64_t *paddings[] = { &p->pad_top, &p->pad_bottom, &p->pad_left, &p->pad_right };
        for (size_t j = 0; j < sizeof paddings / sizeof *paddings; j++)
            *paddings[j] = (int64_t)sb_random_below(&random, 14);
        if (sb_layer_finish(&layer, NULL) < 0)
            continue;
        const sb_problem whole = sb_layer_problem(&layer, SB_STANDARD, 1);
        same(&whole);
        seen++;
    }
    assert_true(seen > 5000);
}

static sb_problem square(sb_operation operation, int64_t image, int64_t filter, int64_t padding)
{
    sb_layer layer = {
        .shape = sb_geometry_square(8, image, 16, filter),
        .operations = { true, true },
        .repeat = 1,
    };
    layer.shape.pad_top = layer.shape.pad_bottom = padding;
    layer.shape.pad_left = layer.shape.pad_right = padding;
    assert_int_equal(sb_layer_finish(&layer, NULL), 0);
    return sb_layer_problem(&layer, operation, 1);
}

/* 5x5 on 7x7: 29 of 35 taps along each side. */
static void known_counts(void **state)
{
    (void)state;
    const sb_problem p = square(SB_STANDARD, 7, 5, 2);
    const sb_taps t = sb_taps_of(&p.steps[0]);
    assert_int_equal(t.taps, 29 * 29);
    assert_int_equal(t.inputs, 49);
    assert_int_equal(t.outputs, 49);
    assert_int_equal(t.filter, 25);
}

static void unpadded_is_the_cost(void **state)
{
    (void)state;
    for (int op = SB_STANDARD; op <= SB_SEPARABLE; op++) {
        const sb_problem p = square((sb_operation)op, 12, 3, 0);
        const sb_least least = sb_least_of(&p, SB_DIRECT);
        const sb_cost cost = sb_cost_of(&p);
        assert_true(least.multiplications == (double)cost.total);
        assert_true(least.read + least.written == (double)cost.bytes);
    }
}

static void savings(void **state)
{
    (void)state;
    static const struct {
        sb_arithmetic arithmetic;
        int64_t filter, stride;
        double saving;
    } cases[] = {
        { SB_WINOGRAD_F2, 3, 1, 2.25 },      { SB_WINOGRAD_F4, 3, 1, 4 },
        { SB_WINOGRAD_F6, 3, 1, 5.0625 },    { SB_WINOGRAD_F4, 5, 1, 6.25 },
        { SB_WINOGRAD_F4, 1, 1, 1 },         { SB_WINOGRAD_F2, 3, 2, 1.44 },
        { SB_WINOGRAD_F4, 3, 2, 144. / 81 }, { SB_WINOGRAD_F4, 5, 2, 400. / 121 },
        { SB_WINOGRAD_F4, 1, 2, 1 },         { SB_WINOGRAD_F4, 2, 2, 1 },
        { SB_STRASSEN, 3, 1, 8.0 / 7 },      { SB_STRASSEN, 1, 1, 8.0 / 7 },
        { SB_STRASSEN_2, 1, 1, 64. / 49 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sb_problem p = square(SB_STANDARD, 12, cases[i].filter, 0);
        p.steps[0].stride_h = p.steps[0].stride_w = cases[i].stride;
        p.steps[0].p = p.steps[0].q = (12 - cases[i].filter) / cases[i].stride + 1;
        const double saving = sb_least_of(&p, SB_DIRECT).multiplications /
                              sb_least_of(&p, cases[i].arithmetic).multiplications;
        assert_true(fabs(saving - cases[i].saving) < 1e-12);
    }
}

/* With one output channel, a separable problem costs more than the equivalent standard one. */
static void merged_weights(void **state)
{
    (void)state;
    sb_problem p = square(SB_SEPARABLE, 12, 1, 0);
    p.steps[1].k = 1;
    assert_true(sb_least_of(&p, SB_DIRECT).multiplications == 8 * 144);
    assert_true(sb_cost_of(&p).total == 2 * 8 * 144);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(odd_layers),   cmocka_unit_test(random_shapes),
        cmocka_unit_test(known_counts), cmocka_unit_test(unpadded_is_the_cost),
        cmocka_unit_test(savings),      cmocka_unit_test(merged_weights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
