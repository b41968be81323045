/* SPDX-License-Identifier: Apache-2.0 */
#include "conv/odd.h"
#include "conv/problem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static sb_layer plain(void)
{
    return (sb_layer) {
        .shape = sb_geometry_square(128, 56, 64, 3),
        .operations = { true, true },
        .repeat = 1,
    };
}

static void test_output_size(void **state)
{
    (void)state;
    static const struct {
        int64_t h, pad_top, pad_bottom, r, dilation, stride, p;
    } rows[] = {
        { 56, 1, 1, 3, 1, 1, 56 },   { 56, 1, 1, 3, 1, 2, 28 }, { 7, 0, 0, 3, 1, 1, 5 },
        { 224, 3, 3, 7, 1, 2, 112 }, { 1, 1, 1, 3, 1, 1, 1 },   { 4, 3, 3, 7, 1, 1, 4 },
        { 11, 2, 2, 3, 2, 1, 11 },   { 13, 0, 0, 2, 1, 3, 4 },  { 5, 0, 0, 5, 1, 9, 1 },
        { 14, 0, 1, 3, 1, 2, 7 },    { 8, 0, 0, 3, 1, 2, 3 },   { 1048576, 0, 0, 1, 1, 1, 1048576 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sb_layer layer = plain();
        sb_geometry *s = &layer.shape;
        layer.shape.c = 1;
        layer.shape.w = 3;
        s->h = rows[i].h;
        s->pad_top = rows[i].pad_top;
        s->pad_bottom = rows[i].pad_bottom;
        s->r = rows[i].r;
        s->dilation_h = rows[i].dilation;
        s->stride_h = rows[i].stride;
        assert_int_equal(sb_layer_finish(&layer, NULL), 0);
        assert_int_equal(s->p, rows[i].p);
        assert_int_equal(s->q, 3);
    }
}

typedef void breaker(sb_layer *layer);

/* Each case breaks one thing, and names a word that the message must contain. */
static void no_channels(sb_layer *l)
{
    l->shape.c = 0;
}
static void negative_height(sb_layer *l)
{
    l->shape.h = -5;
}
static void wide(sb_layer *l)
{
    l->shape.w = SB_MAX_DIMENSION + 1;
}
static void huge(sb_layer *l)
{
    l->shape.n = INT64_MAX;
}
static void lowest(sb_layer *l)
{
    l->shape.n = INT64_MIN;
}
static void no_stride(sb_layer *l)
{
    l->shape.stride_w = 0;
}
static void negative_padding(sb_layer *l)
{
    l->shape.pad_left = -1;
}
static void no_dilation(sb_layer *l)
{
    l->shape.dilation_h = 0;
}
static void no_repeat(sb_layer *l)
{
    l->repeat = 0;
}
static void tall_kernel(sb_layer *l)
{
    l->shape.r = 59;
}
static void wide_kernel(sb_layer *l)
{
    l->shape.dilation_w = 29;
}
static void widest_kernel(sb_layer *l)
{
    l->shape.s = SB_MAX_DIMENSION;
    l->shape.dilation_w = SB_MAX_DIMENSION;
}
static void no_operation(sb_layer *l)
{
    memset(l->operations, 0, sizeof l->operations);
}
static void separable_groups(sb_layer *l)
{
    l->shape.groups = 2;
}
static void groups_of_c(sb_layer *l)
{
    l->operations[SB_SEPARABLE] = false;
    l->shape.groups = 3;
    l->shape.k = 3;
}
static void groups_of_k(sb_layer *l)
{
    l->operations[SB_SEPARABLE] = false;
    l->shape.groups = 128;
}
static void standard_multiplier(sb_layer *l)
{
    l->operations[SB_SEPARABLE] = false;
    l->shape.multiplier = 2;
}
static void many_inputs(sb_layer *l)
{
    l->shape.n = l->shape.c = l->shape.h = l->shape.w = SB_MAX_DIMENSION;
}
static void many_outputs(sb_layer *l)
{
    l->shape.k = SB_MAX_DIMENSION;
}
static void many_weights(sb_layer *l)
{
    l->operations[SB_SEPARABLE] = false;
    l->shape.h = l->shape.w = l->shape.r = l->shape.s = 1000;
    l->shape.k = 100;
}
static void many_middles(sb_layer *l)
{
    l->shape.multiplier = 1 << 20;
}
static void lone_bottleneck(sb_layer *l)
{
    l->operations[SB_BOTTLENECK] = true;
}
static void grouped_depthwise(sb_layer *l)
{
    l->operations[SB_SEPARABLE] = false;
    l->operations[SB_DEPTHWISE] = true;
    l->shape.groups = 2;
}
static void negative_expansion(sb_layer *l)
{
    l->shape.expand = -1;
}
static void residual_of_other_shape(sb_layer *l)
{
    l->residual = true;
}
static void many_expanded_outputs(sb_layer *l)
{
    l->shape.expand = 1 << 20;
    l->operations[SB_BOTTLENECK] = true;
}
static void many_depthwise_outputs(sb_layer *l)
{
    l->shape.multiplier = 10000;
}

static void test_refusals(void **state)
{
    (void)state;
    static const struct {
        breaker *breaks;
        const char *word;
    } rows[] = {
        { no_channels, "input channels is 0" },
        { negative_height, "height is -5" },
        { wide, "width is 1048577" },
        { huge, "batch" },
        { lowest, "batch" },
        { no_stride, "stride" },
        { negative_padding, "left padding" },
        { no_dilation, "dilation" },
        { no_repeat, "repeat" },
        { tall_kernel, "59 elements of height" },
        { wide_kernel, "59 elements of width" },
        { widest_kernel, "of width" },
        { no_operation, "operation" },
        { separable_groups, "groups is 2" },
        { groups_of_c, "divide" },
        { groups_of_k, "divide" },
        { standard_multiplier, "multiplier is 2" },
        { many_inputs, "inputs" },
        { many_outputs, "outputs" },
        { many_weights, "weights" },
        { many_middles, "depthwise outputs" },
        { many_depthwise_outputs, "depthwise outputs" },
        { lone_bottleneck, "needs 'expand'" },
        { grouped_depthwise, "for a depthwise layer" },
        { negative_expansion, "expanded channels is -1" },
        { residual_of_other_shape, "the input is 128 x 56 x 56, the output 64 x 56 x 56" },
        { many_expanded_outputs, "expanded outputs" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sb_layer layer = plain();
        sb_error error = { "" };
        rows[i].breaks(&layer);
        assert_int_equal(sb_layer_finish(&layer, &error), SB_FAILED);
        if (!strstr(error.text, rows[i].word))
            fail_msg("'%s' does not hold '%s'", error.text, rows[i].word);
    }
}

static void test_problem_of_operation(void **state)
{
    (void)state;
    sb_layer layer = plain();
    layer.shape.multiplier = 2;
    assert_int_equal(sb_layer_finish(&layer, NULL), 0);
    const sb_problem standard = sb_layer_problem(&layer, SB_STANDARD, 2);
    const sb_problem separable = sb_layer_problem(&layer, SB_SEPARABLE, 1);
    assert_int_equal(standard.size, sizeof standard);
    assert_int_equal(standard.step_count, 1);
    assert_int_equal(standard.needs, SB_NEED_STANDARD);
    assert_int_equal(standard.threads, 2);
    assert_int_equal(separable.step_count, 2);
    assert_int_equal(separable.needs, SB_NEED_SEPARABLE);
    assert_int_equal(separable.threads, 1);
    assert_int_equal(separable.steps[0].groups, 128);
    assert_int_equal(separable.steps[0].k, 256);
    assert_int_equal(separable.steps[1].c, 256);
    assert_int_equal(separable.steps[1].r, 1);

    assert_int_equal(sb_input_elements(&standard), 128 * 56 * 56);
    assert_int_equal(sb_output_elements(&standard), 64 * 56 * 56);
    assert_int_equal(sb_step_weights(&standard.steps[0]), 64 * 128 * 9);
    assert_int_equal(sb_step_weights(&separable.steps[0]), 256 * 9);
    assert_int_equal(sb_step_weights(&separable.steps[1]), 64 * 256);
    assert_int_equal(sb_step_outputs(&separable, 0), 256 * 56 * 56);
}

/* The steps of each operation, the needs that they place on a kernel, and what the last step adds.
 */
static void test_operations(void **state)
{
    (void)state;
    sb_layer layer = plain();
    layer.shape.k = 128;
    layer.shape.expand = 768;
    layer.residual = true;
    layer.biases[SB_ROLE_EXPAND] = layer.biases[SB_ROLE_DEPTHWISE] = true;
    layer.biases[SB_ROLE_POINTWISE] = true;
    layer.activations[SB_ROLE_EXPAND] = layer.activations[SB_ROLE_DEPTHWISE] = SB_RELU6;
    for (int op = 0; op < SB_OPERATIONS; op++)
        layer.operations[op] = true;
    assert_int_equal(sb_layer_finish(&layer, NULL), 0);
    assert_int_equal(sb_layer_chain(&layer), SB_BOTTLENECK);
    assert_true(sb_layer_is_pair(&layer));
    static const struct {
        sb_operation operation;
        uint32_t steps;
        uint64_t needs;
        int64_t c, k;
    } rows[] = {
        { SB_STANDARD, 1, SB_NEED_STANDARD | SB_NEED_RESIDUAL, 128, 128 },
        { SB_SEPARABLE, 2, SB_NEED_SEPARABLE | SB_NEED_RELU6 | SB_NEED_RESIDUAL, 768, 128 },
        { SB_BOTTLENECK, 3, SB_NEED_BOTTLENECK | SB_NEED_RELU6 | SB_NEED_RESIDUAL, 128, 128 },
        { SB_EXPAND, 1, SB_NEED_STANDARD | SB_NEED_RELU6, 128, 768 },
        { SB_DEPTHWISE, 1, SB_NEED_STANDARD | SB_NEED_RELU6, 768, 768 },
        { SB_POINTWISE, 1, SB_NEED_STANDARD | SB_NEED_RESIDUAL, 768, 128 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const sb_problem problem = sb_layer_problem(&layer, rows[i].operation, 1);
        assert_int_equal(problem.step_count, rows[i].steps);
        assert_int_equal(problem.needs, rows[i].needs | SB_NEED_BIAS);
        assert_int_equal(sb_first_step(&problem)->c, rows[i].c);
        assert_int_equal(sb_last_step(&problem)->k, rows[i].k);
        assert_int_equal(problem.residual, (rows[i].needs & SB_NEED_RESIDUAL) != 0);
    }
    sb_layer_strip(&layer);
    const sb_problem bare = sb_layer_problem(&layer, SB_BOTTLENECK, 1);
    assert_int_equal(bare.needs, SB_NEED_BOTTLENECK);
}

static void test_text(void **state)
{
    (void)state;
    char text[SB_PROBLEM_TEXT];
    sb_layer layer = plain();
    assert_int_equal(sb_layer_finish(&layer, NULL), 0);
    assert_string_equal(sb_layer_text(&layer, text, sizeof text), "n1 c128 56x56 k64 3x3 s1 p1");
    layer.biases[SB_ROLE_DEPTHWISE] = layer.biases[SB_ROLE_POINTWISE] = true;
    layer.activations[SB_ROLE_DEPTHWISE] = SB_RELU6;
    const sb_problem separable = sb_layer_problem(&layer, SB_SEPARABLE, 1);
    assert_string_equal(sb_problem_text(&separable, text, sizeof text),
                        "n1 c128 56x56 k128 3x3 s1 p1 g128 bias relu6 > k64 1x1 s1 p0 bias");
    sb_layer_strip(&layer);
    layer.shape.stride_w = 2;
    layer.shape.pad_right = 0;
    layer.shape.dilation_h = 3;
    layer.shape.groups = 4;
    layer.shape.multiplier = 2;
    assert_string_equal(sb_layer_text(&layer, text, sizeof text),
                        "n1 c128 56x56 k64 3x3 s1x2 p1,1,1,0 d3x1 g4 m2");
    for (size_t size = 1; size < 48; size++) {
        memset(text, 'x', sizeof text);
        sb_layer_text(&layer, text, size);
        assert_true(strlen(text) < size);
        assert_int_equal(text[size], 'x');
    }
}

/* Every problem can be read back from its text; any other text is refused. */
static void test_text_back(void **state)
{
    (void)state;
    size_t count;
    const sb_layer *layers = sb_odd_layers(&count);
    for (size_t i = 0; i < count; i++)
        for (int op = 0; op < SB_OPERATIONS; op++) {
            if (!layers[i].operations[op])
                continue;
            sb_problem problem = sb_layer_problem(&layers[i], (sb_operation)op, 1), back;
            char text[SB_PROBLEM_TEXT];
            sb_problem_text(&problem, text, sizeof text);
            assert_true(sb_problem_parse(text, &back));
            problem.needs = 0;
            problem.threads = 0;
            assert_memory_equal(&problem, &back, sizeof problem);
            assert_true(sb_problem_distance(&problem, &back) == 0.0);
        }
    static const char *const none[] = {
        "",
        "n1",
        "n1 c1 1x1",
        "n1 c1 1x1 k1 1x1 s1 p0 ",
        "n01 c1 1x1 k1 1x1 s1 p0",
        "n1 c1 1x1 k1 1x1 s1 p0 >",
        "n1 c3 5x5 k4 3x3 s1 p0 g2",
        "n1 c3 5x5 k4 3x3 s1 p0 g0",
        "n1 c3 5x5 k4 3x3 s1 p0 d0",
        "n1 c3 5x5 k4 3x3 s1 p0 d1048577",
        "n1 c3 5x5 k4 3x3 s0 p0",
        "n1 c1 1x1 k1 3x3 s1 p0",
        "n1 c1 1048577x1 k1 1x1 s1 p0",
        "n1 c1 1x1 k1 1x1 s1 p0 relu7",
        "n-1 c1 1x1 k1 1x1 s1 p0",
        "n99999999999999999999 c1 1x1 k1 1x1 s1 p0",
        "n1 c1 1x1 k1 1x1 s1 p0 > k1 1x1 s1 p0 > k1 1x1 s1 p0 > k1 1x1 s1 p0 > k1 1x1 s1 p0",
    };
    sb_problem problem;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (sb_problem_parse(none[i], &problem))
            fail_msg("'%s' is taken for a problem", none[i]);
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(sb_operation_name(SB_SEPARABLE), "separable");
    assert_string_equal(sb_layout_name(SB_NCHW16C), "NCHW16c");
    assert_string_equal(sb_arithmetic_name(SB_DIRECT), "direct");
    assert_string_equal(sb_arithmetic_name(SB_WINOGRAD_F4), "winograd_f4");
    assert_string_equal(sb_arithmetic_name(SB_STRASSEN), "strassen");
    assert_string_equal(sb_arithmetic_name(SB_STRASSEN_2), "strassen_2");
}

/* The table is built with sb_layer_finish(), which accepts every row. The names must be unique. */
static void test_odd_layers(void **state)
{
    (void)state;
    size_t count;
    const sb_layer *layers = sb_odd_layers(&count);
    int wanted[SB_OPERATIONS] = { 0 };
    assert_true(count >= 50);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(layers[i].name, layers[j].name);
        for (int op = 0; op < SB_OPERATIONS; op++)
            wanted[op] += layers[i].operations[op];
    }
    assert_true(wanted[SB_STANDARD] >= 40 && wanted[SB_SEPARABLE] >= 40 &&
                wanted[SB_BOTTLENECK] >= 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_output_size),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_problem_of_operation),
        cmocka_unit_test(test_operations),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_text_back),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_odd_layers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
