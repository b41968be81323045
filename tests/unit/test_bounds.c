/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/bounds.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* A machine with 100 GFLOP/s and memory that never limits. */
static const sb_peaks arithmetic = {
    .threads = 1,
    .cores = 1,
    .gflops = { 0, 100 },
    .gbytes = { { 0, 1e6 }, { 0 }, { 0 }, { 0, 1e6 } },
    .level_bytes = { 4, 0, 0, UINT64_MAX },
    .level_cores = { 1, 1, 1, 0 },
};

/* The same machine with memory that loads 10 GB/s and stores 5 GB/s. */
static const sb_peaks memory = {
    .threads = 1,
    .cores = 1,
    .gflops = { 0, 100 },
    .gbytes = { { 0, 1e6 }, { 0 }, { 0 }, { 0, 10 } },
    .stores = { { 0, 1e6 }, { 0 }, { 0 }, { 0, 5 } },
    .copies = { { 0, 1e6 }, { 0 }, { 0 }, { 0, 6 } },
    .level_bytes = { 4, 0, 0, UINT64_MAX },
    .level_cores = { 1, 1, 1, 0 },
};

static sb_result bounds_of(const sb_peaks *peaks, const sb_layer *layer, sb_operation operation)
{
    sb_result result = { .operation = operation };
    const sb_problem problem = sb_layer_problem(layer, operation, 1);
    sb_set_bounds(peaks, &problem, false, &result);
    return result;
}

static sb_layer make_layer(int64_t channels, int64_t size, int64_t kernel, int64_t outputs)
{
    const int64_t pad = kernel / 2;
    sb_layer layer = {
        .shape = sb_geometry_square(channels, size, outputs, kernel),
        .operations = { [SB_STANDARD] = true,
                        [SB_SEPARABLE] = true,
                        [SB_DEPTHWISE] = true,
                        [SB_POINTWISE] = true },
        .biases = { true, true, true, true },
        .activations = { [SB_ROLE_DEPTHWISE] = SB_RELU },
        .repeat = 1,
    };
    layer.shape.pad_top = layer.shape.pad_bottom = pad;
    layer.shape.pad_left = layer.shape.pad_right = pad;
    sb_error error;
    if (sb_layer_finish(&layer, &error) < 0)
        fail_msg("%s", error.text);
    return layer;
}

/* A 3 x 3 filter on a padded 4 x 4 image: in each direction, 10 of 12 taps are inside. */
static void taps_inside_alone_are_computed(void **state)
{
    (void)state;
    const sb_layer layer = make_layer(64, 4, 3, 64);
    const sb_result r = bounds_of(&arithmetic, &layer, SB_STANDARD);
    assert_int_equal(r.bound_by, SB_LIMIT_ARITHMETIC);
    assert_true(fabs(r.roofline_gflops - 100 * 144 / 100.0) < 1e-9);
}

/* Two passes also write and read the tensor between them. */
static void passes_are_slower_than_one(void **state)
{
    (void)state;
    const sb_layer layer = make_layer(16, 32, 3, 16);
    const sb_result both = bounds_of(&memory, &layer, SB_SEPARABLE);
    const sb_result first = bounds_of(&memory, &layer, SB_DEPTHWISE);
    const sb_result second = bounds_of(&memory, &layer, SB_POINTWISE);
    assert_true(first.passes_gflops == first.roofline_gflops);
    assert_true(second.passes_gflops == second.roofline_gflops);
    assert_true(both.passes_gflops < 0.6 * both.roofline_gflops);
    const double depthwise = 9.0 * 16 * 1024, pointwise = 16.0 * 16 * 1024;
    const double ns = depthwise / first.roofline_gflops + pointwise / second.roofline_gflops;
    assert_true(fabs((depthwise + pointwise) / both.passes_gflops / ns - 1) < 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(taps_inside_alone_are_computed),
        cmocka_unit_test(passes_are_slower_than_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
