/* SPDX-License-Identifier: Apache-2.0 */
#include "conv/cost.h"
#include "conv/odd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

static const sb_layer *named(const char *name)
{
    size_t count;
    const sb_layer *layers = sb_odd_layers(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(layers[i].name, name) == 0)
            return &layers[i];
    fail_msg("no layer %s", name);
    return NULL;
}

/* The textbook example: input 7 x 7 x 3, 128 filters of 3 x 3 x 3. */
static void test_worked_example(void **state)
{
    (void)state;
    const sb_layer *layer = named("worked_example");
    const sb_problem standard = sb_layer_problem(layer, SB_STANDARD, 1);
    const sb_problem separable = sb_layer_problem(layer, SB_SEPARABLE, 1);
    const sb_cost of_standard = sb_cost_of(&standard);
    const sb_cost of_separable = sb_cost_of(&separable);
    assert_int_equal(of_standard.total, 86400);
    assert_int_equal(of_standard.steps[0], 86400);
    assert_int_equal(of_standard.steps[1], 0);
    assert_int_equal(of_separable.steps[0], 675);
    assert_int_equal(of_separable.steps[1], 9600);
    assert_int_equal(of_separable.total, 10275);
    assert_int_equal(of_standard.parameters, 3456);
    assert_int_equal(of_separable.parameters, 411);
    assert_int_equal(of_standard.bytes, 4 * (147 + 3456 + 3200));
    assert_int_equal(of_separable.bytes, 4 * (147 + 411 + 3200));
    assert_true(fabs(sb_theoretical_speedup(layer) - 8.41) < 0.005);
}

/* With valid padding and stride 1 the ratio is 1 / K + 1 / (R S), for any C, H and W. */
static void test_ratio(void **state)
{
    (void)state;
    size_t count;
    const sb_layer *layers = sb_odd_layers(&count);
    for (size_t i = 0; i < count; i++) {
        const sb_geometry *s = &layers[i].shape;
        if (!sb_layer_is_pair(&layers[i]) || s->expand)
            continue;
        const double ratio = 1.0 / (double)s->k + 1.0 / (double)(s->r * s->s);
        assert_true(fabs(1.0 / sb_theoretical_speedup(&layers[i]) - ratio) < 1e-12);
    }
}

static void test_groups_and_multiplier(void **state)
{
    (void)state;
    const sb_problem depthwise = sb_layer_problem(named("depthwise_times_2"), SB_STANDARD, 1);
    const sb_cost of_depthwise = sb_cost_of(&depthwise);
    assert_int_equal(of_depthwise.parameters, 34 * 9);
    assert_int_equal(of_depthwise.total, 34 * 9 * 9 * 7);

    const sb_problem doubled = sb_layer_problem(named("multiplier_2"), SB_SEPARABLE, 1);
    const sb_cost of_doubled = sb_cost_of(&doubled);
    assert_int_equal(of_doubled.steps[0], 34 * 9 * 90);
    assert_int_equal(of_doubled.steps[1], 34 * 24 * 90);
}

/* MobileNetV2's third block: 24 -> 144 -> 144 -> 24 channels at 56 x 56, with biases. */
static void test_bottleneck(void **state)
{
    (void)state;
    sb_layer layer = *named("bottleneck_residual_relu6");
    layer.shape.h = layer.shape.w = 56;
    assert_int_equal(sb_layer_finish(&layer, NULL), 0);
    const sb_problem problem = sb_layer_problem(&layer, SB_BOTTLENECK, 1);
    const sb_cost cost = sb_cost_of(&problem);
    const int64_t pixels = 56 * 56;
    assert_int_equal(cost.steps[0], 24 * 144 * pixels);
    assert_int_equal(cost.steps[1], 144 * 9 * pixels);
    assert_int_equal(cost.steps[2], 144 * 24 * pixels);
    assert_int_equal(cost.total, cost.steps[0] + cost.steps[1] + cost.steps[2]);
    assert_int_equal(cost.parameters, 24 * 144 + 144 + 144 * 9 + 144 + 144 * 24 + 24);
    assert_int_equal(cost.bytes, 4 * (3 * 24 * pixels + cost.parameters));
    assert_true(fabs(sb_theoretical_speedup(&layer) - 24.0 * 24 * 9 / (24 * 144 * 2 + 144 * 9)) <
                1e-12);
}

/* The largest shapes that are accepted must not overflow. */
static void test_extremes(void **state)
{
    (void)state;
    sb_layer layer = {
        .shape = {
            .n = 1,
            .c = 1,
            .h = 32768,
            .w = 65536,
            .k = 1,
            .r = 32768,
            .s = 65536,
            .stride_h = 1,
            .stride_w = 1,
            .pad_top = 16383,
            .pad_bottom = 16384,
            .pad_left = 32767,
            .pad_right = 32768,
            .dilation_h = 1,
            .dilation_w = 1,
            .groups = 1,
            .multiplier = 1,
        },
        .operations = { true, true },
        .repeat = 1,
    };
    assert_int_equal(sb_layer_finish(&layer, NULL), 0);
    const sb_problem separable = sb_layer_problem(&layer, SB_SEPARABLE, 1);
    const sb_cost cost = sb_cost_of(&separable);
    assert_true(cost.steps[0] == INT64_C(1) << 62);
    assert_true(cost.total == (INT64_C(1) << 62) + (INT64_C(1) << 31));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_worked_example),
        cmocka_unit_test(test_ratio),
        cmocka_unit_test(test_groups_and_multiplier),
        cmocka_unit_test(test_bottleneck),
        cmocka_unit_test(test_extremes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
