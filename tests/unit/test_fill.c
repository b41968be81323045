/* SPDX-License-Identifier: Apache-2.0 */
#include "conv/odd.h"
#include "tensors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

static sb_problem sized(sb_operation operation, int64_t c, int64_t r)
{
    const sb_layer layer = {
        .shape = {
            .n = 1,
            .c = c,
            .h = r,
            .w = r,
            .k = 2,
            .r = r,
            .s = r,
            .stride_h = 1,
            .stride_w = 1,
            .dilation_h = 1,
            .dilation_w = 1,
            .groups = 1,
            .multiplier = 1,
            .p = 1,
            .q = 1,
        },
    };
    return sb_layer_problem(&layer, operation, 1);
}

/* The largest magnitude. Checks that all values are non-zero multiples of `unit`. */
static double largest(const float *values, int64_t count, double unit)
{
    double most = 0.0;
    for (int64_t i = 0; i < count; i++) {
        const double multiple = (double)values[i] / unit;
        assert_true(multiple != 0.0 && multiple == rint(multiple));
        most = fmax(most, fabs((double)values[i]));
    }
    return most;
}

/* Checks that in each step the largest sum that the data allows, computed from the tensors in the
 * step's units, stays below 2^24. */
static void check_exact(const sb_problem *problem)
{
    sb_tensors t = new_tensors(problem);
    const sb_exact_ranges ranges = sb_fill_ranges(problem);
    assert_true(sb_fill(problem, SB_INTEGERS, 7, &t));
    double most = largest(t.input, sb_input_elements(problem), 1.0), unit = 1.0;
    for (uint32_t i = 0; i < problem->step_count; i++) {
        const sb_step *s = &problem->steps[i];
        const double scale = ldexp(1.0, -ranges.shift[i]);
        const double weight = largest(t.weights[i], sb_step_weights(s), scale);
        double sum = most * weight * (double)(s->c / s->groups * s->r * s->s);
        unit *= scale;
        if (s->bias)
            sum += largest(t.biases[i], s->k, unit);
        if (problem->residual && i + 1 == problem->step_count)
            sum += largest(t.residual, sb_output_elements(problem), 1.0);
        assert_true(sum / unit < 0x1p24);
        most = s->activation == SB_RELU6 ? fmin(sum, 6.0) : sum;
    }
    free_tensors(&t);
}

static bool rounds(const sb_problem *problem)
{
    return (problem->needs & (SB_NEED_HARD_SWISH | SB_NEED_SWISH)) != 0;
}

static void test_exact_on_odd_layers(void **state)
{
    (void)state;
    size_t count;
    const sb_layer *layers = sb_odd_layers(&count);
    for (size_t i = 0; i < count; i++)
        for (int op = 0; op < SB_OPERATIONS; op++)
            if (layers[i].operations[op]) {
                const sb_problem problem = sb_layer_problem(&layers[i], (sb_operation)op, 1);
                if (rounds(&problem))
                    assert_int_equal(sb_fill_ranges(&problem).input, 0);
                else
                    check_exact(&problem);
            }
}

/* For layers of real networks, the inputs need more bits than bfloat16 has. There is data for sums
 * of up to 2^24 products. */
static void test_ranges(void **state)
{
    (void)state;
    static const struct {
        sb_operation operation;
        int64_t c, r;
        int least_input, least_weight;
    } rows[] = {
        { SB_STANDARD, 3, 3, 4095, 3 },           { SB_STANDARD, 512, 3, 1023, 2 },
        { SB_SEPARABLE, 512, 3, 1023, 1 },        { SB_SEPARABLE, 32, 3, 4095, 3 },
        { SB_STANDARD, 4096, 1, 1023, 3 },        { SB_STANDARD, (1 << 24) - 1, 1, 1, 1 },
        { SB_SEPARABLE, (1 << 24) / 9, 3, 1, 1 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const sb_problem problem = sized(rows[i].operation, rows[i].c, rows[i].r);
        const sb_exact_ranges ranges = sb_fill_ranges(&problem);
        assert_true(ranges.input >= rows[i].least_input);
        assert_true(ranges.weight >= rows[i].least_weight);
    }
    const sb_problem endless = sized(SB_STANDARD, 1 << 24, 1);
    const sb_tensors none = { .input = NULL };
    assert_int_equal(sb_fill_ranges(&endless).input, 0);
    assert_false(sb_fill(&endless, SB_INTEGERS, 1, &none));
}

static void test_reals(void **state)
{
    (void)state;
    const sb_problem problem = sized(SB_SEPARABLE, 100, 10);
    sb_tensors tensors = new_tensors(&problem);
    const int64_t count = sb_input_elements(&problem);
    assert_true(sb_fill(&problem, SB_REALS, 3, &tensors));
    double sum = 0.0, squares = 0.0;
    for (int64_t i = 0; i < count; i++) {
        const double x = (double)tensors.input[i];
        assert_true(x != 0.0 && fabs(x) >= 0x1p-24 && fabs(x) < 1.0);
        sum += x;
        squares += x * x;
    }
    /* Uniform in (-1, 1): mean 0, mean square 1/3; five standard errors. */
    assert_true(fabs(sum) / (double)count < 5.0 * sqrt(1.0 / 3.0 / (double)count));
    assert_true(fabs(squares / (double)count - 1.0 / 3.0) < 5.0 * sqrt(4.0 / 45.0 / (double)count));
    free_tensors(&tensors);
}

static void test_seeds(void **state)
{
    (void)state;
    const sb_problem problem = sized(SB_SEPARABLE, 50, 8);
    const size_t bytes = (size_t)sb_input_elements(&problem) * sizeof(float);
    sb_tensors a = new_tensors(&problem), b = new_tensors(&problem);
    for (int data = SB_INTEGERS; data <= SB_REALS; data++) {
        sb_fill(&problem, (sb_data)data, 1, &a);
        sb_fill(&problem, (sb_data)data, 1, &b);
        assert_memory_equal(a.input, b.input, bytes);
        assert_memory_equal(a.weights[1], b.weights[1], 100 * sizeof(float));
        sb_fill(&problem, (sb_data)data, 2, &b);
        assert_memory_not_equal(a.input, b.input, bytes);
        assert_memory_not_equal(a.input, a.weights[0], bytes); /* streams differ */
    }
    free_tensors(&a);
    free_tensors(&b);
}

/* The same values on every machine. */
static void test_known_values(void **state)
{
    (void)state;
    const sb_problem problem = sized(SB_STANDARD, 4, 1);
    sb_tensors tensors = new_tensors(&problem);
    sb_fill(&problem, SB_INTEGERS, 1, &tensors);
    static const float wanted[] = { 3508, -1932, -1575, -3283 };
    assert_memory_equal(tensors.input, wanted, sizeof wanted);
    free_tensors(&tensors);
}

static void test_unwritten(void **state)
{
    (void)state;
    float values[5];
    values[4] = 1.0f;
    sb_fill_unwritten(values, 4);
    for (int i = 0; i < 4; i++) {
        assert_true(isnan(values[i]));
        assert_true(sb_is_unwritten(&values[i]));
    }
    assert_false(sb_is_unwritten(&values[4]));
    values[0] = NAN;
    assert_false(sb_is_unwritten(&values[0]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exact_on_odd_layers),
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_reals),
        cmocka_unit_test(test_seeds),
        cmocka_unit_test(test_known_values),
        cmocka_unit_test(test_unwritten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
