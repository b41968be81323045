/* SPDX-License-Identifier: Apache-2.0 */
#include "conv/activation.h"
#include "conv/odd.h"
#include "conv/reference.h"
#include "conv/tiles.h"
#include "conv/tolerance.h"
#include "tensors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

static const double u = 0x1p-24;

static void assert_near(double a, double b, double tolerance)
{
    if (!(fabs(a - b) <= tolerance))
        fail_msg("%.17g is not %.17g", a, b);
}

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

static void test_bounds(void **state)
{
    (void)state;
    const sb_layer *layer = named("groups_3");
    const sb_problem groups = sb_layer_problem(layer, SB_STANDARD, 1);
    assert_near(sb_error_bound(&groups, SB_DIRECT), 154 * u / (1 - 154 * u), 1e-18);
    const sb_problem separable = sb_layer_problem(named("multiplier_2"), SB_SEPARABLE, 1);
    assert_near(sb_error_bound(&separable, SB_DIRECT),
                sb_gamma(9) + sb_gamma(34) + sb_gamma(9) * sb_gamma(34), 1e-18);
    assert_near(sb_error_bound(&groups, SB_WINOGRAD_F2), 5 * u, 0);
    assert_near(sb_error_bound(&groups, SB_WINOGRAD_F4), 75 * u, 0);
    assert_near(sb_error_bound(&groups, SB_WINOGRAD_F6), 111 * u, 0);
    const sb_problem strided = sb_layer_problem(named("saved_5x5_stride_2"), SB_STANDARD, 1);
    assert_near(sb_error_bound(&strided, SB_WINOGRAD_F4), 75 * u, 0);
    const sb_problem large = sb_layer_problem(named("saved_5x5"), SB_STANDARD, 1);
    assert_near(sb_error_bound(&large, SB_WINOGRAD_F2), 47 * u + sb_gamma(2), 1e-18);
    assert_near(sb_error_bound(&large, SB_WINOGRAD_F4), 116 * u + sb_gamma(2), 1e-18);
    const sb_problem line = sb_layer_problem(named("saved_1x3"), SB_STANDARD, 1);
    assert_near(sb_error_bound(&line, SB_WINOGRAD_F2), 8 * u, 0);
    assert_near(sb_error_bound(&line, SB_WINOGRAD_F4), 15 * u, 0);
    const sb_problem pointwise = sb_layer_problem(named("remainders_pointwise"), SB_STANDARD, 1);
    assert_near(sb_error_bound(&pointwise, SB_STRASSEN), sb_gamma(18 * 130 + 192), 1e-18);
    assert_near(sb_error_bound(&pointwise, SB_STRASSEN_2), sb_gamma(81 * 130 + 1920), 1e-18);
    const sb_problem patches = sb_layer_problem(named("even_blocks_patches"), SB_STANDARD, 1);
    assert_near(sb_error_bound(&patches, SB_STRASSEN), sb_gamma(18 * 192 + 192) + sb_gamma(1),
                1e-12);
    const sb_problem dense = sb_layer_problem(named("even_blocks"), SB_STANDARD, 1);
    assert_near(sb_error_bound(&dense, SB_STRASSEN), sb_error_bound(&dense, SB_DIRECT), 0);
    assert_near(sb_error_bound(&groups, SB_STRASSEN), sb_error_bound(&groups, SB_DIRECT), 0);
    assert_true(isinf(sb_gamma(0x1p24)) && sb_gamma(0x1p24) > 0);
}

/* A step adds its own error to that of its input; bias, residual and activation then add theirs. */
static void test_bounds_of_chains(void **state)
{
    (void)state;
    const sb_problem relu6 = sb_layer_problem(named("bottleneck_residual_relu6"), SB_BOTTLENECK, 1);
    const double steps[] = { sb_gamma(24 + 1), sb_gamma(9 + 1), sb_gamma(144 + 2) };
    double error = 0;
    for (int i = 0; i < 3; i++)
        error += steps[i] + error * steps[i];
    assert_near(sb_error_bound(&relu6, SB_DIRECT), error, 1e-18);

    const sb_problem swish = sb_layer_problem(named("bias_swish"), SB_STANDARD, 1);
    error = sb_gamma(16 * 9 + 2);
    assert_near(sb_error_bound(&swish, SB_DIRECT), 1.1 * error + sb_gamma(24) * (1 + error), 1e-18);
    const sb_problem hard = sb_layer_problem(named("bias_hard_swish"), SB_STANDARD, 1);
    error = sb_gamma(19 * 25 + 2);
    assert_near(sb_error_bound(&hard, SB_DIRECT), 1.5 * error + sb_gamma(5) * (1 + error), 1e-18);
}

/* Checks the slopes and errors assumed for activations, over the whole range of fp32. */
static void test_activations(void **state)
{
    (void)state;
    for (int a = 0; a < SB_ACTIVATIONS; a++) {
        const sb_activation activation = (sb_activation)a;
        const sb_activation_error e = sb_activation_errors(activation);
        for (double x = -20; x < 20; x += 0x1p-10) {
            const double here = sb_activate(activation, x);
            const double slope = (sb_activate(activation, x + 0x1p-12) - here) * 0x1p12;
            assert_true(fabs(slope) <= e.slope + 1e-9);
            assert_true(fabs(here) <= fabs(x));
        }
    }
    for (float x = -90; x < 90; x += 0x1p-7f) {
        const double hard = (double)(x * fminf(fmaxf(x + 3.0f, 0.0f), 6.0f) * (1.0f / 6.0f));
        const double swish = (double)(x / (1.0f + expf(-x))), magnitude = fabs((double)x);
        assert_near(hard, sb_activate(SB_HARD_SWISH, (double)x),
                    sb_activation_errors(SB_HARD_SWISH).own * magnitude);
        assert_near(swish, sb_activate(SB_SWISH, (double)x),
                    sb_activation_errors(SB_SWISH).own * magnitude);
    }
}

/* --------------------------------------------------------------- outputs that break one thing */

typedef struct fixture {
    sb_problem problem;
    sb_shape shape;
    sb_tensors tensors;
    double *value, *magnitude;
    float *right; /* NCHW, the value rounded */
} fixture;

static fixture make(const char *name, sb_operation operation, sb_data data)
{
    fixture f = { .problem = sb_layer_problem(named(name), operation, 1) };
    const int64_t count = sb_output_elements(&f.problem);
    f.shape = sb_output_shape(&f.problem);
    f.tensors = new_tensors(&f.problem);
    f.value = new_doubles(count);
    f.magnitude = new_doubles(count);
    f.right = new_floats(count);
    sb_fill(&f.problem, data, 21, &f.tensors);
    sb_reference(&f.problem, &f.tensors, 1, f.value, f.magnitude, NULL);
    for (int64_t i = 0; i < count; i++)
        f.right[i] = (float)f.value[i];
    return f;
}

static void unmake(fixture *f)
{
    free_tensors(&f->tensors);
    free(f->value);
    free(f->magnitude);
    free(f->right);
}

/* `right` in `layout`, with element `index` (NCHW) replaced and the padding channels unwritten. */
static float *laid_out(const fixture *f, sb_layout layout, int64_t index, float wrong)
{
    const int64_t pixels = f->shape.h * f->shape.w;
    float *output = new_floats(sb_layout_elements(layout, f->shape));
    sb_fill_unwritten(output, (size_t)sb_layout_elements(layout, f->shape));
    for (int64_t n = 0; n < f->shape.n; n++)
        for (int64_t c = 0; c < f->shape.c; c++) {
            const sb_plane plane = sb_layout_plane(layout, f->shape, n, c);
            for (int64_t i = 0; i < pixels; i++) {
                const int64_t at = (n * f->shape.c + c) * pixels + i;
                memcpy(&output[plane.first + i * plane.step], at == index ? &wrong : &f->right[at],
                       sizeof wrong);
            }
        }
    return output;
}

static float unwritten(void)
{
    float value;
    sb_fill_unwritten(&value, 1);
    return value;
}

static void expect(sb_check check, bool passed, const char *word)
{
    assert_int_equal(check.passed, passed);
    if (!strstr(check.reason, word) || (passed && check.reason[0]))
        fail_msg("'%s' does not hold '%s'", check.reason, word);
}

static void test_exact(void **state)
{
    (void)state;
    fixture f = make("batch_2", SB_STANDARD, SB_INTEGERS);
    const int64_t index =
        ((1 * 24 + 23) * 9 + 4) * 8 + 7; /* [1][23][4][7]: 17 of 24 past a block */
    const struct {
        float wrong;
        bool passes;
        const char *word;
    } rows[] = {
        { f.right[index], true, "" },
        { f.right[index] + 1.0f, false, "output[1][23][4][7] is" },
        { unwritten(), false, "output[1][23][4][7] was never written" },
        { NAN, false, "nan" },
        { -INFINITY, false, "inf" },
    };
    for (int layout = SB_NCHW; layout <= SB_NCHW16C; layout++)
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            float *output = laid_out(&f, (sb_layout)layout, index, rows[i].wrong);
            const sb_check check = sb_check_exact(&f.problem, (sb_layout)layout, output, f.value);
            expect(check, rows[i].passes, rows[i].word);
            assert_near(check.bound, 0, 0);
            if (i < 2)
                assert_near(check.max_error, (double)i, 0);
            free(output);
        }
    unmake(&f);
}

/* An error just inside the bound passes, one just outside fails, in every layout. */
static void check_edge(const fixture *f, sb_layout layout, sb_arithmetic arithmetic, double scale,
                       int64_t index)
{
    const double step = sb_error_bound(&f->problem, arithmetic) * scale;
    const double factors[] = { 0.98, -0.98, 1.02, -1.02 };
    for (int i = 0; i < 4; i++) {
        const float wrong = (float)(f->value[index] + factors[i] * step);
        float *output = laid_out(f, layout, index, wrong);
        const sb_check check =
            sb_check_real(&f->problem, layout, arithmetic, output, f->value, f->magnitude);
        expect(check, i < 2, i < 2 ? "" : "error over magnitude");
        assert_near(check.max_error / check.bound, fabs(factors[i]), 0.02);
        free(output);
    }
}

static void test_real(void **state)
{
    (void)state;
    static const char *const names[] = { "batch_2", "remainders_stride_2" };
    for (int i = 0; i < 2; i++)
        for (int op = SB_STANDARD; op <= SB_SEPARABLE; op++) {
            fixture f = make(names[i], (sb_operation)op, SB_REALS);
            const int64_t last = sb_output_elements(&f.problem) - 1;
            for (int layout = SB_NCHW; layout <= SB_NCHW16C; layout++) {
                check_edge(&f, (sb_layout)layout, SB_DIRECT, f.magnitude[last], last);
                check_edge(&f, (sb_layout)layout, SB_WINOGRAD_F6, f.magnitude[0], 0);
            }
            unmake(&f);
        }
}

/* Strassen's bound is relative to the largest magnitude of the tensor, not to the element's own. */
static void test_strassen(void **state)
{
    (void)state;
    fixture f = make("remainders_pointwise", SB_STANDARD, SB_REALS);
    double most = 0.0;
    for (int64_t i = 0; i < sb_output_elements(&f.problem); i++)
        most = fmax(most, f.magnitude[i]);
    check_edge(&f, SB_NHWC, SB_STRASSEN, most, 100);

    /* with two levels, more; the edge of their bound would exceed the relative L2 error */
    const double error = 1.1 * sb_error_bound(&f.problem, SB_STRASSEN);
    float *output = laid_out(&f, SB_NHWC, 100, (float)(f.value[100] + error * most));
    expect(sb_check_real(&f.problem, SB_NHWC, SB_STRASSEN, output, f.value, f.magnitude), false,
           "error over magnitude");
    const sb_check check =
        sb_check_real(&f.problem, SB_NHWC, SB_STRASSEN_2, output, f.value, f.magnitude);
    expect(check, true, "");
    assert_near(check.max_error, error, 0.02 * error);
    free(output);
    unmake(&f);
}

/* A kernel that computes everything a little wrong stays within Winograd's bound for F(6x6), but
 * not within its relative L2 error. */
static void test_l2(void **state)
{
    (void)state;
    fixture f = make("worked_example", SB_STANDARD, SB_REALS);
    const int64_t count = sb_output_elements(&f.problem);
    const double step = 0.9 * sb_error_bound(&f.problem, SB_WINOGRAD_F6);
    for (int64_t i = 0; i < count; i++)
        f.right[i] = (float)(f.value[i] + step * f.magnitude[i]);
    expect(sb_check_real(&f.problem, SB_NCHW, SB_WINOGRAD_F6, f.right, f.value, f.magnitude), false,
           "relative L2");
    unmake(&f);
}

/* Computes it by looking at each position of each window. */
static double tile_magnitude(const fixture *f, int64_t more, int64_t k, int64_t p, int64_t q)
{
    const sb_step *s = &f->problem.steps[0];
    double sum = 0.0;
    for (int64_t c = 0; c < s->c; c++) {
        double inputs = 0.0, filter = 0.0;
        for (int64_t y = p - s->pad_top - more; y < p - s->pad_top + s->r + more; y++)
            for (int64_t x = q - s->pad_left - more; x < q - s->pad_left + s->s + more; x++)
                if (y >= 0 && y < s->h && x >= 0 && x < s->w)
                    inputs += pow((double)f->tensors.input[(c * s->h + y) * s->w + x], 2);
        for (int64_t t = 0; t < s->r * s->s; t++)
            filter += pow((double)f->tensors.weights[0][(k * s->c + c) * s->r * s->s + t], 2);
        sum += sqrt(inputs * filter);
    }
    return sum + (s->bias ? fabs((double)f->tensors.biases[0][k]) : 0.0);
}

/* At every border, with one channel and with a bias. */
static void test_tiles(void **state)
{
    (void)state;
    static const char *const names[] = { "one_input_channel", "channels_3_17", "bias" };
    for (int i = 0; i < 3; i++)
        for (int a = SB_WINOGRAD_F2; a <= SB_WINOGRAD_F6; a++) {
            fixture f = make(names[i], SB_STANDARD, SB_REALS);
            const sb_step *s = &f.problem.steps[0];
            const sb_arithmetic arithmetic = (sb_arithmetic)a;
            double *found = new_doubles(sb_output_elements(&f.problem)), *at = found;
            assert_int_equal(sb_tile_magnitudes(&f.problem, &f.tensors, arithmetic, 2, found, NULL),
                             0);
            for (int64_t k = 0; k < s->k; k++)
                for (int64_t p = 0; p < s->p; p++)
                    for (int64_t q = 0; q < s->q; q++, at++) {
                        const int64_t more = sb_tile_outputs(arithmetic) - 1;
                        const double expected = tile_magnitude(&f, more, k, p, q);
                        assert_near(*at, expected, 1e-6 * expected);
                        assert_true(*at >= 0.99 * f.magnitude[at - found]);
                    }
            free(found);
            unmake(&f);
        }
}

/* If a window sees only padding, the magnitude is 0 and the output must be 0. */
static void test_padding_only(void **state)
{
    (void)state;
    fixture f = make("only_padding", SB_STANDARD, SB_REALS);
    assert_true(f.magnitude[0] == 0.0);
    expect(sb_check_real(&f.problem, SB_NCHW, SB_DIRECT, f.right, f.value, f.magnitude), true, "");
    f.right[0] = 1e-30f;
    expect(sb_check_real(&f.problem, SB_NCHW, SB_DIRECT, f.right, f.value, f.magnitude), false,
           "output[0][0][0][0]");
    f.right[0] = unwritten();
    expect(sb_check_real(&f.problem, SB_NCHW, SB_DIRECT, f.right, f.value, f.magnitude), false,
           "never written");
    unmake(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bounds),       cmocka_unit_test(test_bounds_of_chains),
        cmocka_unit_test(test_activations),  cmocka_unit_test(test_exact),
        cmocka_unit_test(test_real),         cmocka_unit_test(test_strassen),
        cmocka_unit_test(test_l2),           cmocka_unit_test(test_tiles),
        cmocka_unit_test(test_padding_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
