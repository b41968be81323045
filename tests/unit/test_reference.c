/* SPDX-License-Identifier: Apache-2.0 */
#include "conv/odd.h"
#include "conv/reference.h"
#include "tensors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

/* ------------------------------------------------ the definition, as literally as C can say it */

static double input_at(const sb_problem *s, const float *x, int64_t n, int64_t c, int64_t y,
                       int64_t z)
{
    if (y < 0 || y >= s->h || z < 0 || z >= s->w)
        return 0.0;
    return (double)x[((n * s->c + c) * s->h + y) * s->w + z];
}

/* The sum over the taps of one filter on one input channel at output pixel (p, q). */
static double taps_at(const sb_problem *s, const float *x, const float *filter, int64_t n,
                      int64_t c, int64_t p, int64_t q)
{
    double sum = 0.0;
    for (int64_t r = 0; r < s->r; r++)
        for (int64_t t = 0; t < s->s; t++)
            sum += input_at(s, x, n, c, p * s->stride_h - s->pad_top + r * s->dilation_h,
                            q * s->stride_w - s->pad_left + t * s->dilation_w) *
                   (double)filter[r * s->s + t];
    return sum;
}

static double standard_at(const sb_problem *s, const sb_tensors *t, int64_t n, int64_t k, int64_t p,
                          int64_t q)
{
    const int64_t channels = s->c / s->groups;
    const int64_t first = k / (s->k / s->groups) * channels;
    double sum = 0.0;
    for (int64_t c = 0; c < channels; c++)
        sum += taps_at(s, t->input, t->standard + (k * channels + c) * s->r * s->s, n, first + c, p,
                       q);
    return sum;
}

static double separable_at(const sb_problem *s, const sb_tensors *t, int64_t n, int64_t k,
                           int64_t p, int64_t q)
{
    const int64_t channels = s->c * s->multiplier;
    double sum = 0.0;
    for (int64_t d = 0; d < channels; d++)
        sum += (double)t->pointwise[k * channels + d] *
               taps_at(s, t->input, t->depthwise + d * s->r * s->s, n, d / s->multiplier, p, q);
    return sum;
}

static void by_definition(const sb_problem *s, const sb_tensors *t, double *value)
{
    for (int64_t n = 0; n < s->n; n++)
        for (int64_t k = 0; k < s->k; k++)
            for (int64_t p = 0; p < s->p; p++)
                for (int64_t q = 0; q < s->q; q++)
                    *value++ = s->operation == SB_STANDARD ? standard_at(s, t, n, k, p, q)
                                                           : separable_at(s, t, n, k, p, q);
}

/* ------------------------------------------------------------------------------------- helpers */

static void make_absolute(float *values, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        values[i] = fabsf(values[i]);
}

static void make_all_absolute(const sb_problem *problem, sb_tensors *tensors)
{
    const sb_weight_counts counts = sb_weight_elements(problem);
    make_absolute(tensors->input, sb_input_elements(problem));
    make_absolute(tensors->standard, counts.standard);
    make_absolute(tensors->depthwise, counts.depthwise);
    make_absolute(tensors->pointwise, counts.pointwise);
}

/* Two sums in fp64 over the same products differ by less than this part of the magnitude. */
static void assert_near(const double *a, const double *b, const double *magnitude, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        if (!(fabs(a[i] - b[i]) <= 1e-12 * magnitude[i]))
            fail_msg("element %lld: %.17g is not %.17g", (long long)i, a[i], b[i]);
}

typedef void tester(const char *name, const sb_problem *problem);

static void for_each_odd_problem(tester *test)
{
    size_t count;
    const sb_layer *layers = sb_odd_layers(&count);
    for (size_t i = 0; i < count; i++)
        for (int op = 0; op < SB_OPERATIONS; op++)
            if (layers[i].operations[op]) {
                const sb_problem problem = sb_layer_problem(&layers[i], (sb_operation)op, 1);
                test(layers[i].name, &problem);
            }
}

/* --------------------------------------------------------------------------------------- tests */

static void check_definition(const char *name, const sb_problem *problem)
{
    (void)name;
    const int64_t count = sb_output_elements(problem);
    sb_tensors tensors = new_tensors(problem);
    double *value = new_doubles(count), *magnitude = new_doubles(count);
    double *wanted = new_doubles(count);
    for (int64_t i = 0; i < count; i++)
        value[i] = magnitude[i] = NAN;

    sb_fill(problem, SB_REALS, 11, &tensors);
    assert_int_equal(sb_reference(problem, &tensors, 2, value, magnitude, NULL), 0);
    by_definition(problem, &tensors, wanted);
    assert_near(value, wanted, magnitude, count);
    make_all_absolute(problem, &tensors);
    by_definition(problem, &tensors, wanted);
    assert_near(magnitude, wanted, wanted, count);

    free(value);
    free(magnitude);
    free(wanted);
    free_tensors(&tensors);
}

static void test_definition(void **state)
{
    (void)state;
    for_each_odd_problem(check_definition);
}

/* One thread or several, with magnitudes or without: the same bits. */
static void check_threads(const char *name, const sb_problem *problem)
{
    (void)name;
    const int64_t count = sb_output_elements(problem);
    sb_tensors tensors = new_tensors(problem);
    double *one = new_doubles(count), *several = new_doubles(count);
    double *magnitude = new_doubles(count);
    sb_fill(problem, SB_REALS, 5, &tensors);
    assert_int_equal(sb_reference(problem, &tensors, 1, one, NULL, NULL), 0);
    assert_int_equal(sb_reference(problem, &tensors, 3, several, magnitude, NULL), 0);
    assert_memory_equal(one, several, (size_t)count * sizeof *one);
    free(one);
    free(several);
    free(magnitude);
    free_tensors(&tensors);
}

static void test_threads(void **state)
{
    (void)state;
    for_each_odd_problem(check_threads);
}

/* W[k][c][y][x] = sum over the c's middles d of pointwise[k][d] depthwise[d][y][x]; exact for whole
 * numbers. */
static void compose(const sb_problem *s, const sb_tensors *separable, float *standard)
{
    const int64_t taps = s->r * s->s;
    for (int64_t k = 0; k < s->k; k++)
        for (int64_t c = 0; c < s->c; c++)
            for (int64_t t = 0; t < taps; t++) {
                float sum = 0.0f;
                for (int64_t d = c * s->multiplier; d < (c + 1) * s->multiplier; d++)
                    sum += separable->pointwise[k * s->c * s->multiplier + d] *
                           separable->depthwise[d * taps + t];
                standard[(k * s->c + c) * taps + t] = sum;
            }
}

/* A separable convolution is a standard one with composed weights: bit for bit on whole numbers. */
static void check_identity(const char *name, const sb_problem *separable)
{
    (void)name;
    if (separable->operation != SB_SEPARABLE)
        return;
    sb_problem standard = *separable;
    standard.operation = SB_STANDARD;
    standard.multiplier = 1;
    const int64_t count = sb_output_elements(separable);
    sb_tensors parts = new_tensors(separable);
    sb_tensors whole = new_tensors(&standard);
    double *a = new_doubles(count), *b = new_doubles(count);
    assert_true(sb_fill(separable, SB_INTEGERS, 9, &parts));
    memcpy(whole.input, parts.input, (size_t)sb_input_elements(separable) * sizeof(float));
    compose(separable, &parts, whole.standard);
    sb_reference(separable, &parts, 2, a, NULL, NULL);
    sb_reference(&standard, &whole, 2, b, NULL, NULL);
    for (int64_t i = 0; i < count; i++) {
        assert_true(a[i] == b[i]);
        assert_true(fabs(a[i]) < 0x1p24 && a[i] == rint(a[i]));
    }
    free(a);
    free(b);
    free_tensors(&parts);
    free_tensors(&whole);
}

static void test_identity(void **state)
{
    (void)state;
    for_each_odd_problem(check_identity);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_definition),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_identity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
