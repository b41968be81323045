/* SPDX-License-Identifier: Apache-2.0 */
#include "conv/problem.h"
#include "measure/possible.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* A machine with 100 GFLOP/s per core and memory that never limits. */
static const sb_peaks machine = {
    .threads = 2,
    .cores = 2,
    .gflops = { 0, 100, 200 },
    .gbytes = { { 0, 1e9, 2e9 }, { 0, 1e9, 2e9 }, { 0, 1e9, 2e9 }, { 0, 1e9, 2e9 } },
    .level_bytes = { 32000, 1000000, 16000000, UINT64_MAX },
    .level_cores = { 1, 1, 2, 0 },
};

static sb_problem problem_of(int64_t channels, int64_t image, int64_t filter, int64_t groups,
                             int64_t threads)
{
    sb_layer layer = {
        .shape = sb_geometry_square(channels, image, channels, filter),
        .operations = { true, false },
        .repeat = 1,
    };
    layer.shape.groups = groups;
    assert_int_equal(sb_layer_finish(&layer, NULL), 0);
    return sb_layer_problem(&layer, SB_STANDARD, threads);
}

/* 1x1, 100 x 100 channels, 10 x 10: 1e6 products, 20,000 ns. */
static const struct {
    sb_arithmetic arithmetic;
    int64_t threads;
    double ns;
    bool possible;
} cases[] = {
    { SB_DIRECT, 1, 20000, true },      { SB_DIRECT, 1, 13400, true },
    { SB_DIRECT, 1, 13300, false },     { SB_DIRECT, 1, 1, false },
    { SB_DIRECT, 1, 0, false },         { SB_DIRECT, 2, 6700, true },
    { SB_DIRECT, 2, 6600, false },      { SB_STRASSEN, 1, 11700, true },
    { SB_STRASSEN, 1, 11600, false },   { SB_STRASSEN_2, 1, 10300, true },
    { SB_STRASSEN_2, 1, 10150, false },
};

static void arithmetic_and_threads(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const sb_problem p = problem_of(100, 10, 1, 1, cases[i].threads);
        sb_possible m = { .peaks = &machine };
        char why[128] = "";
        if (sb_possible_time(&m, &p, cases[i].arithmetic, cases[i].ns, why, sizeof why) !=
            cases[i].possible)
            fail_msg("case %zu: %s", i, why);
    }
}

static void figures(void **state)
{
    (void)state;
    const sb_problem p = problem_of(100, 10, 1, 1, 1);
    sb_possible m = { .peaks = &machine };
    char why[128];
    assert_false(sb_possible_time(&m, &p, SB_DIRECT, 8, why, sizeof why));
    assert_string_equal(why, "250000 GFLOP/s is impossible: this machine's bound is 100");
}

/* If taps in the padding were counted, a correct depthwise 5x5 kernel on 7x7 would seem to exceed
 * its roofline by a factor of 1.46. */
static void padded_taps_are_not_computed(void **state)
{
    (void)state;
    const sb_problem p = problem_of(64, 7, 5, 64, 1);
    const double every = 64.0 * 49 * 25 * 2 / 100, inside = 64.0 * 29 * 29 * 2 / 100;
    sb_possible m = { .peaks = &machine };
    char why[128];
    assert_true(every / inside > 1.45);
    assert_true(sb_possible_time(&m, &p, SB_DIRECT, inside, why, sizeof why));
    assert_true(sb_possible_time(&m, &p, SB_DIRECT, inside / 1.49, why, sizeof why));
    assert_false(sb_possible_time(&m, &p, SB_DIRECT, inside / 1.51, why, sizeof why));
}

/* The result of a second look at the machine counts. */
static void faster_machine(void **state)
{
    (void)state;
    const sb_problem p = problem_of(100, 10, 1, 1, 1);
    sb_possible m = { .peaks = &machine, .faster = 2 };
    char why[128];
    assert_true(sb_possible_time(&m, &p, SB_DIRECT, 6700, why, sizeof why));
    assert_false(sb_possible_time(&m, &p, SB_DIRECT, 6600, why, sizeof why));
}

static void nothing_known(void **state)
{
    (void)state;
    const sb_problem p = problem_of(100, 10, 1, 1, 1);
    sb_possible m = { 0 };
    char why[128];
    assert_true(sb_possible_time(&m, &p, SB_DIRECT, 1, why, sizeof why));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arithmetic_and_threads),
        cmocka_unit_test(figures),
        cmocka_unit_test(padded_taps_are_not_computed),
        cmocka_unit_test(faster_machine),
        cmocka_unit_test(nothing_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
