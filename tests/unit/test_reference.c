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

static double input_at(const sb_step *s, const double *x, int64_t n, int64_t c, int64_t y,
                       int64_t z)
{
    if (y < 0 || y >= s->h || z < 0 || z >= s->w)
        return 0.0;
    return x[((n * s->c + c) * s->h + y) * s->w + z];
}

/* The sum over the taps of one filter on one input channel at output pixel (p, q). */
static double taps_at(const sb_step *s, const double *x, const float *filter, int64_t n, int64_t c,
                      int64_t p, int64_t q)
{
    double sum = 0.0;
    for (int64_t r = 0; r < s->r; r++)
        for (int64_t t = 0; t < s->s; t++)
            sum += input_at(s, x, n, c, p * s->stride_h - s->pad_top + r * s->dilation_h,
                            q * s->stride_w - s->pad_left + t * s->dilation_w) *
                   (double)filter[r * s->s + t];
    return sum;
}

static double sum_at(const sb_step *s, const double *x, const float *weights, int64_t n, int64_t k,
                     int64_t p, int64_t q)
{
    const int64_t channels = s->c / s->groups;
    const int64_t first = k / (s->k / s->groups) * channels;
    double sum = 0.0;
    for (int64_t c = 0; c < channels; c++)
        sum += taps_at(s, x, weights + (k * channels + c) * s->r * s->s, n, first + c, p, q);
    return sum;
}

static double activated(uint32_t activation, double x)
{
    const double clipped = x < -3 ? 0 : x > 3 ? 6 : x + 3;
    switch (activation) {
    case SB_RELU:
        return x > 0 ? x : 0;
    case SB_RELU6:
        return x < 0 ? 0 : x > 6 ? 6 : x;
    case SB_HARD_SWISH:
        return x * clipped / 6;
    case SB_SWISH:
        return x / (1 + exp(-x));
    default:
        return x;
    }
}

/* Computes one step from its input, without activation if only magnitudes are wanted. */
static double *step_by_definition(const sb_problem *problem, uint32_t index, const sb_tensors *t,
                                  const double *input, bool activates)
{
    const sb_step *s = &problem->steps[index];
    double *value = new_doubles(sb_step_outputs(problem, index)), *to = value;
    const bool residual = problem->residual && index + 1 == problem->step_count;
    for (int64_t n = 0; n < problem->n; n++)
        for (int64_t k = 0; k < s->k; k++)
            for (int64_t p = 0; p < s->p; p++)
                for (int64_t q = 0; q < s->q; q++, to++) {
                    *to = sum_at(s, input, t->weights[index], n, k, p, q);
                    *to += s->bias ? (double)t->biases[index][k] : 0;
                    *to += residual ? (double)t->residual[to - value] : 0;
                    *to = activates ? activated(s->activation, *to) : *to;
                }
    return value;
}

static double *by_definition(const sb_problem *problem, const sb_tensors *t, bool activates)
{
    const int64_t count = sb_input_elements(problem);
    double *input = new_doubles(count);
    for (int64_t i = 0; i < count; i++)
        input[i] = (double)t->input[i];
    for (uint32_t i = 0; i < problem->step_count; i++) {
        double *output = step_by_definition(problem, i, t, input, activates);
        free(input);
        input = output;
    }
    return input;
}

/* ------------------------------------------------------------------------------------- helpers */

static void make_absolute(float *values, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        values[i] = fabsf(values[i]);
}

static void make_all_absolute(const sb_problem *problem, sb_tensors *tensors)
{
    make_absolute(tensors->input, sb_input_elements(problem));
    if (problem->residual)
        make_absolute(tensors->residual, sb_output_elements(problem));
    for (uint32_t i = 0; i < problem->step_count; i++) {
        const sb_step *step = &problem->steps[i];
        make_absolute(tensors->weights[i], sb_step_weights(step));
        if (step->bias)
            make_absolute(tensors->biases[i], step->k);
    }
}

/* Checks that two sums in fp64 over the same products differ by only a small part of the
 * magnitude. */
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
    for (int64_t i = 0; i < count; i++)
        value[i] = magnitude[i] = NAN;

    sb_fill(problem, SB_REALS, 11, &tensors);
    assert_int_equal(sb_reference(problem, &tensors, 2, value, magnitude, NULL), 0);
    double *wanted = by_definition(problem, &tensors, true);
    assert_near(value, wanted, magnitude, count);
    free(wanted);
    make_all_absolute(problem, &tensors);
    wanted = by_definition(problem, &tensors, false);
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

/* The result is the same bit for bit with one thread or several, with or without magnitudes. */
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

/* W[k][c][y][x] = sum over the depthwise outputs d of channel c of
 * pointwise[k][d] depthwise[d][y][x]; exact for integers. */
static void compose(const sb_problem *problem, const sb_tensors *separable, float *standard)
{
    const sb_step *first = &problem->steps[0], *second = &problem->steps[1];
    const int64_t taps = first->r * first->s, multiplier = first->k / first->c;
    for (int64_t k = 0; k < second->k; k++)
        for (int64_t c = 0; c < first->c; c++)
            for (int64_t t = 0; t < taps; t++) {
                float sum = 0.0f;
                for (int64_t d = c * multiplier; d < (c + 1) * multiplier; d++)
                    sum += separable->weights[1][k * first->k + d] *
                           separable->weights[0][d * taps + t];
                standard[(k * first->c + c) * taps + t] = sum;
            }
}

/* The standard convolution from the input of a separable problem to its output. */
static sb_problem composed(const sb_problem *separable)
{
    sb_problem standard = *separable;
    standard.step_count = 1;
    standard.needs = SB_NEED_STANDARD;
    standard.steps[0].groups = 1;
    standard.steps[0].k = separable->steps[1].k;
    return standard;
}

/* A separable convolution with nothing between its steps equals a standard one with composed
 * weights, bit for bit on integers. */
static void check_identity(const char *name, const sb_problem *separable)
{
    (void)name;
    if (separable->needs != SB_NEED_SEPARABLE)
        return;
    const sb_problem standard = composed(separable);
    const int64_t count = sb_output_elements(separable);
    sb_tensors parts = new_tensors(separable);
    sb_tensors whole = new_tensors(&standard);
    double *a = new_doubles(count), *b = new_doubles(count);
    assert_true(sb_fill(separable, SB_INTEGERS, 9, &parts));
    memcpy(whole.input, parts.input, (size_t)sb_input_elements(separable) * sizeof(float));
    compose(separable, &parts, whole.weights[0]);
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
