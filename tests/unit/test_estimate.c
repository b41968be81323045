/* SPDX-License-Identifier: Apache-2.0 */
/* The estimated time of a group. */
#include "campaign/estimate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static const char text[] =
    "layers:\n"
    "- {name: small, input: [8, 14, 14], out_channels: 8, kernel: 3, bias: true}\n"
    "- {name: large, input: [256, 112, 112], out_channels: 512, kernel: 3}\n"
    "operations: [standard, separable]\n"
    "measure: {min_samples: 10, max_time: 500ms}\n";

static sb_kernel_info kernels[] = {
    { .id = (char[]) { "a" }, .technique = (char[]) { "naive" }, .handles = UINT64_MAX },
    { .id = (char[]) { "b" }, .technique = (char[]) { "direct" }, .handles = UINT64_MAX },
    { .id = (char[]) { "c" }, .technique = (char[]) { "direct" } },
    { .id = (char[]) { "d" },
      .technique = (char[]) { "winograd" },
      .arithmetic = SB_WINOGRAD_F4,
      .handles = UINT64_MAX },
    { .id = (char[]) { "e" },
      .technique = (char[]) { "strassen" },
      .arithmetic = SB_STRASSEN,
      .handles = UINT64_MAX },
};
static sb_plugin_info plugin = { .id = (char[]) { "p" }, .kernels = kernels, .kernel_count = 5 };

typedef struct fixture {
    sb_scope scope;
    sb_candidate candidates[4];
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    sb_error error;
    assert_non_null(f);
    f->scope.threads = calloc(1, sizeof *f->scope.threads);
    assert_non_null(f->scope.threads);
    f->scope.threads[0] = 1;
    f->scope.thread_count = 1;
    f->scope.candidates.items = f->candidates;
    if (sb_config_parse("test", text, NULL, NULL, &f->scope.config, &error) < 0)
        fail_msg("%s", error.text);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    sb_config_free(&f->scope.config);
    free(f->scope.threads);
    free(f);
    return 0;
}

static void add_candidate(fixture *f, size_t kernel, sb_operation operation)
{
    f->candidates[f->scope.candidates.count++] =
        (sb_candidate) { .plugin = &plugin, .kernel = kernel, .operation = operation };
}

static int64_t estimate_layer(const fixture *f, size_t layer)
{
    return sb_estimate_group_ns(&f->scope, &f->scope.config.layers[layer], 1, NULL);
}

/* A fast kernel is timed for max_time, and starting its workers takes no longer than that. */
static void test_fast(void **state)
{
    fixture *f = *state;
    assert_int_equal(estimate_layer(f, 0), 0);
    add_candidate(f, 1, SB_STANDARD);
    assert_in_range(estimate_layer(f, 0), 500000000, 1000000000);
}

static void test_slow_costs_more(void **state)
{
    fixture *f = *state;
    add_candidate(f, 1, SB_STANDARD);
    int64_t fast = estimate_layer(f, 1);
    f->candidates[0].kernel = 0;
    /* Seven calls of 29 GFLOP at 1.2 % of 100 GFLOP/s. */
    assert_in_range(estimate_layer(f, 1), fast, INT64_MAX);
    assert_in_range(estimate_layer(f, 1), INT64_C(150000000000), INT64_C(500000000000));
}

static void test_unsupported_costs_nothing(void **state)
{
    fixture *f = *state;
    add_candidate(f, 1, SB_SEPARABLE);
    int64_t one = estimate_layer(f, 0);
    f->candidates[1] = f->candidates[0];
    f->candidates[1].kernel = 2;
    f->scope.candidates.count = 2;
    int64_t two = estimate_layer(f, 0);
    assert_in_range(two, one, one + one / 100);
}

/* Arithmetic of filters larger than 1 x 1, and of 1 x 1. */
static void test_arithmetic_that_does_not_serve(void **state)
{
    fixture *f = *state;
    add_candidate(f, 3, SB_STANDARD);
    assert_in_range(estimate_layer(f, 0), 500000000, 1000000000);
    f->scope.config.layers[0].shape.r = f->scope.config.layers[0].shape.s = 1;
    assert_int_equal(estimate_layer(f, 0), 0);
    f->scope.config.layers[0].shape.r = f->scope.config.layers[0].shape.s = 3;
    f->scope.config.layers[0].shape.stride_h = 2;
    assert_int_equal(estimate_layer(f, 0), 0);
    f->candidates[0].kernel = 4;
    assert_int_equal(estimate_layer(f, 0), 0);
    f->candidates[0].operation = SB_SEPARABLE;
    assert_in_range(estimate_layer(f, 0), 500000000, 1000000000);
}

static void test_scope_is_the_sum(void **state)
{
    fixture *f = *state;
    add_candidate(f, 0, SB_STANDARD);
    add_candidate(f, 1, SB_SEPARABLE);
    assert_int_equal(sb_estimate_scope_ns(&f->scope, NULL),
                     estimate_layer(f, 0) + estimate_layer(f, 1));
}

static void test_faster_machine(void **state)
{
    fixture *f = *state;
    const sb_peaks fast = { .threads = 1,
                            .gflops = { 0, 1000 },
                            .gbytes = { { 0, 2000 }, { 0, 1000 }, { 0, 400 }, { 0, 120 } },
                            .level_bytes = { 32 << 10, 1 << 20, 16 << 20, UINT64_MAX },
                            .cores = 1 };
    add_candidate(f, 0, SB_STANDARD);
    assert_true(sb_estimate_group_ns(&f->scope, &f->scope.config.layers[1], 1, &fast) <
                estimate_layer(f, 1));
}

static void test_searches_cost_their_evaluations(void **state)
{
    fixture *f = *state;
    add_candidate(f, 0, SB_STANDARD);
    const sb_problem small = sb_layer_problem(&f->scope.config.layers[0], SB_STANDARD, 1);
    const sb_problem large = sb_layer_problem(&f->scope.config.layers[1], SB_STANDARD, 1);
    int64_t few = sb_estimate_search_ns(f->candidates, &small, 10, NULL);
    int64_t many = sb_estimate_search_ns(f->candidates, &small, 200, NULL);
    assert_in_range(few, INT64_C(1000000000), INT64_C(10000000000)); /* the race, mostly */
    assert_in_range(many - few, INT64_C(190) * 12000000, INT64_C(190) * 100000000);
    assert_true(sb_estimate_search_ns(f->candidates, &large, 10, NULL) > 10 * few);
    char shown[SB_ESTIMATE_TEXT];
    sb_estimate_text(INT64_C(90000000000), shown);
    assert_string_equal(shown, "about 2 min");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_fast),
        TEST(test_slow_costs_more),
        TEST(test_unsupported_costs_nothing),
        TEST(test_arithmetic_that_does_not_serve),
        TEST(test_scope_is_the_sum),
        TEST(test_faster_machine),
        TEST(test_searches_cost_their_evaluations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
