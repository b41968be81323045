/* SPDX-License-Identifier: Apache-2.0 */
#include "core/random.h"
#include "core/text.h"
#include "measure/speedup.h"
#include "measure/steps.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
/* cmocka.h needs setjmp.h and stdarg.h */
#include <cmocka.h>

enum { ROUNDS = 40 };

typedef struct row {
    sb_operation operation;
    const char *label, *technique;
    double ns; /* 0: not timed */
    sb_verdict verdict;
    bool peer;
} row;

static const row rows[] = {
    { SB_STANDARD, "naive/standard", "naive", 8000, SB_VERDICT_OK, false },
    { SB_SEPARABLE, "naive/separable", "naive", 2000, SB_VERDICT_OK, false },
    { SB_STANDARD, "tiled/slow", "tiled", 4000, SB_VERDICT_OK, false },
    { SB_STANDARD, "tiled/fast", "tiled", 3000, SB_VERDICT_OK, false },
    { SB_SEPARABLE, "tiled/separable", "tiled", 1500, SB_VERDICT_OK, false },
    { SB_STANDARD, "winograd/f4", "winograd", 1000, SB_VERDICT_OK, false },
    { SB_SEPARABLE, "fused/wrong", "fused", 10, SB_VERDICT_WRONG, false },
    { SB_STANDARD, "peer/standard", "peer", 600, SB_VERDICT_OK, true },
    { SB_SEPARABLE, "peer/separable", "peer", 200, SB_VERDICT_OK, true },
};
enum { ROWS = sizeof rows / sizeof *rows };

/* The worked example: 7 x 7 x 3, 128 filters of 3 x 3. */
static sb_layer worked_example(void)
{
    sb_layer layer = {
        .shape = { .n = 1,
                   .c = 3,
                   .h = 7,
                   .w = 7,
                   .k = 128,
                   .r = 3,
                   .s = 3,
                   .stride_h = 1,
                   .stride_w = 1,
                   .dilation_h = 1,
                   .dilation_w = 1,
                   .groups = 1,
                   .multiplier = 1 },
        .operations = { true, true },
        .repeat = 1,
    };
    sb_error error;
    assert_int_equal(sb_layer_finish(&layer, &error), SB_OK);
    return layer;
}

static void assert_near(double a, double b)
{
    if (!(fabs(a - b) <= 1e-9))
        fail_msg("%.12g is not %.12g", a, b);
}

/* All rows share the noise of their rounds; each adds a little noise of its own. */
static void fill(sb_result *result, const row *from, double own_noise, uint64_t seed)
{
    *result = (sb_result) {
        .operation = from->operation,
        .label = sb_copy_text(from->label),
        .technique = sb_copy_text(from->technique),
        .verdict = from->verdict,
        .peer = from->peer,
        .estimator = SB_ESTIMATE_P10,
        .roofline_gflops = from->operation == SB_STANDARD ? 100 : 50,
    };
    if (from->verdict != SB_VERDICT_OK)
        return;
    sb_random luck = { 1 }, own = { seed };
    for (uint32_t round = 0; round < ROUNDS; round++) {
        double factor = 1 + sb_random_unit(&luck) + own_noise * sb_random_unit(&own);
        sb_sample sample = { .round = round, .iterations = 1, .ns = from->ns * factor };
        sb_series_add(&result->series, sample);
    }
    result->time = sb_estimate(&result->series, result->estimator, 0.95, 1);
}

static sb_group group_of(const sb_layer *layer, const row *list, size_t count, double own_noise)
{
    sb_group group = { .layer = layer, .results = sb_new(count, sizeof *group.results) };
    for (; group.result_count < count; group.result_count++)
        fill(&group.results[group.result_count], &list[group.result_count], own_noise,
             group.result_count + 10);
    return group;
}

static void a_row_a_technique_and_the_best(void **state)
{
    (void)state;
    static const struct {
        const char *technique, *standard, *separable;
        double ratio;
    } expected[] = {
        { "naive", "naive/standard", "naive/separable", 4 },
        { "tiled", "tiled/fast", "tiled/separable", 2 },
        { "peer", "peer/standard", "peer/separable", 3 },
        { "best", "winograd/f4", "tiled/separable", 1 / 1.5 },
    };
    sb_layer layer = worked_example();
    sb_group group = group_of(&layer, rows, ROWS, 0);
    sb_group_speedups(&group, 0.95, 1);
    sb_group_speedups(&group, 0.95, 1); /* replaces */
    assert_int_equal(group.speedup_count, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < group.speedup_count; i++) {
        const sb_speedup *speedup = &group.speedups[i];
        assert_string_equal(speedup->technique, expected[i].technique);
        assert_string_equal(speedup->standard_kernel, expected[i].standard);
        assert_string_equal(speedup->separable_kernel, expected[i].separable);
        assert_near(speedup->measured.value, expected[i].ratio);
        assert_near(speedup->standard_ns / speedup->separable_ns, expected[i].ratio);
        assert_near(speedup->theoretical, 86400.0 / 10275);
        assert_near(speedup->roofline, 86400.0 / 10275 * 50 / 100);
    }
    sb_group_free(&group);
}

static void one_operation_has_no_speedup(void **state)
{
    (void)state;
    sb_layer layer = worked_example();
    sb_group group = group_of(&layer, rows, 1, 0);
    sb_group_speedups(&group, 0.95, 1);
    assert_int_equal(group.speedup_count, 0);
    sb_group_free(&group);
}

static double width(sb_interval interval)
{
    return interval.high - interval.low;
}

/* Chance decides which of several nearly equal kernels is the fastest; the interval must allow for
 * that. */
static void choosing_among_equals_widens(void **state)
{
    (void)state;
    static const row equals[] = {
        { SB_STANDARD, "a/standard", "a", 1000, SB_VERDICT_OK, false },
        { SB_SEPARABLE, "a/separable", "a", 500, SB_VERDICT_OK, false },
        { SB_STANDARD, "b/standard", "b", 1000, SB_VERDICT_OK, false },
        { SB_STANDARD, "c/standard", "c", 1000, SB_VERDICT_OK, false },
    };
    sb_layer layer = worked_example();
    sb_group group = group_of(&layer, equals, sizeof equals / sizeof *equals, 0.2);
    sb_group_speedups(&group, 0.95, 1);
    assert_int_equal(group.speedup_count, 2);
    const sb_speedup *best = &group.speedups[1];
    const sb_result *chosen = NULL;
    for (size_t i = 0; i < group.result_count; i++)
        if (group.results[i].time.value == best->standard_ns)
            chosen = &group.results[i];
    assert_non_null(chosen);
    sb_interval alone =
        sb_ratio(&chosen->series, &group.results[1].series, SB_ESTIMATE_P10, 0.95, 1, 1);
    assert_true(width(best->measured) > 1.1 * width(alone));
    sb_group_free(&group);
}

static void unknown_peaks_leave_no_roofline(void **state)
{
    (void)state;
    sb_layer layer = worked_example();
    sb_group group = group_of(&layer, rows, 2, 0);
    group.results[0].roofline_gflops = NAN;
    sb_group_speedups(&group, 0.95, 1);
    assert_true(isnan(group.speedups[0].roofline));
    sb_group_free(&group);
}

static const row stepwise[] = {
    { SB_SEPARABLE, "tiled/separable", "tiled", 1500, SB_VERDICT_OK, false },
    { SB_DEPTHWISE, "tiled/depthwise", "tiled", 500, SB_VERDICT_OK, false },
    { SB_POINTWISE, "tiled/slow", "tiled", 1600, SB_VERDICT_OK, false },
    { SB_POINTWISE, "tiled/pointwise", "tiled", 1500, SB_VERDICT_OK, false },
    { SB_DEPTHWISE, "naive/depthwise", "naive", 400, SB_VERDICT_OK, false },
    { SB_POINTWISE, "naive/pointwise", "naive", 10, SB_VERDICT_WRONG, false },
    { SB_SEPARABLE, "fused/separable", "fused", 1200, SB_VERDICT_OK, false },
    { SB_DEPTHWISE, "peer/depthwise", "peer", 100, SB_VERDICT_OK, true },
    { SB_POINTWISE, "peer/pointwise", "peer", 300, SB_VERDICT_OK, true },
};

/* The rows of steps: the kernel of each, and its share of the time. */
static const struct {
    const char *technique, *label;
    sb_operation operation;
    double of_time;
} shares_wanted[] = {
    { "tiled", "tiled/depthwise", SB_DEPTHWISE, 0.25 },
    { "tiled", "tiled/pointwise", SB_POINTWISE, 0.75 },
    { "tiled", "tiled/separable", SB_SEPARABLE, 0.75 }, /* in one pass it is faster */
    { "peer", "peer/depthwise", SB_DEPTHWISE, 0.25 },
    { "peer", "peer/pointwise", SB_POINTWISE, 0.75 },
    { "best", "naive/depthwise", SB_DEPTHWISE, 4.0 / 19 },
    { "best", "tiled/pointwise", SB_POINTWISE, 15.0 / 19 },
    { "best", "fused/separable", SB_SEPARABLE, 12.0 / 19 },
};

static void steps_beside_the_whole(void **state)
{
    (void)state;
    sb_layer layer = worked_example();
    layer.operations[SB_DEPTHWISE] = layer.operations[SB_POINTWISE] = true;
    const size_t wanted = sizeof shares_wanted / sizeof *shares_wanted;
    for (int noisy = 0; noisy < 2; noisy++) {
        sb_group group =
            group_of(&layer, stepwise, sizeof stepwise / sizeof *stepwise, noisy ? 0.05 : 0);
        sb_step_share *shares;
        assert_int_equal(sb_group_steps(&group, 0.95, 1, &shares), wanted);
        for (size_t i = 0; i < wanted; i++) {
            const sb_step_share *s = &shares[i];
            assert_string_equal(s->technique, shares_wanted[i].technique);
            assert_string_equal(s->result->label, shares_wanted[i].label);
            assert_int_equal(s->operation, shares_wanted[i].operation);
            assert_near(s->of_multiplications, s->operation == SB_DEPTHWISE   ? 675.0 / 10275
                                               : s->operation == SB_POINTWISE ? 9600.0 / 10275
                                                                              : 1);
            assert_true(s->of_time.low <= s->of_time.value && s->of_time.value <= s->of_time.high);
            if (!noisy)
                assert_near(s->of_time.value, shares_wanted[i].of_time);
            else
                assert_true(s->of_time.low < s->of_time.high &&
                            s->of_time.low < 1.02 * shares_wanted[i].of_time &&
                            s->of_time.high > 0.98 * shares_wanted[i].of_time);
        }
        /* The share is the quotient of the published times. */
        const double sum = shares[0].result->time.value + shares[1].result->time.value;
        assert_near(shares[0].of_time.value, shares[0].result->time.value / sum);
        assert_near(shares[2].of_time.value, shares[2].result->time.value / sum);
        free(shares);
        sb_group_free(&group);
    }
}

/* Where the best kernels are those of one technique, its shares are theirs. */
static void best_steps_of_one_technique(void **state)
{
    (void)state;
    sb_layer layer = worked_example();
    layer.operations[SB_DEPTHWISE] = layer.operations[SB_POINTWISE] = true;
    sb_group group = group_of(&layer, stepwise, sizeof stepwise / sizeof *stepwise, 0.05);
    sb_step_share *shares;
    for (size_t i = 0; i < group.result_count; i++)
        if (strcmp(group.results[i].technique, "tiled") != 0)
            group.results[i].verdict = SB_VERDICT_WRONG;
    assert_int_equal(sb_group_steps(&group, 0.95, 1, &shares), 6);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(shares[i].technique, "tiled");
        assert_string_equal(shares[3 + i].technique, "best");
        assert_ptr_equal(shares[i].result, shares[3 + i].result);
        assert_true(shares[i].of_time.low == shares[3 + i].of_time.low);
    }
    free(shares);
    sb_group_free(&group);
}

static void no_steps_without_all_of_them(void **state)
{
    (void)state;
    sb_layer layer = worked_example();
    sb_step_share *shares;
    sb_group group = group_of(&layer, rows, ROWS, 0);
    assert_int_equal(sb_group_steps(&group, 0.95, 1, &shares), 0);
    free(shares);
    sb_group_free(&group);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_a_technique_and_the_best),
        cmocka_unit_test(one_operation_has_no_speedup),
        cmocka_unit_test(choosing_among_equals_widens),
        cmocka_unit_test(steps_beside_the_whole),
        cmocka_unit_test(best_steps_of_one_technique),
        cmocka_unit_test(no_steps_without_all_of_them),
        cmocka_unit_test(unknown_peaks_leave_no_roofline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
