/* SPDX-License-Identifier: Apache-2.0 */
/* The models that the peer for ONNX Runtime writes are what an import reads. */
#include "import_fixture.h"

#include "conv/problem.h"
#include "core/text.h"
#include "peers/onnx_model.h"

/* Weights of zeros, as many as the steps need. */
static void write_model(const sb_problem *problem, onnx_bytes *bytes)
{
    sb_weights weights = { .size = sizeof weights, .step_count = problem->step_count };
    float *zeros[2 * SB_MAX_STEPS] = { NULL };
    for (uint32_t i = 0; i < problem->step_count; i++) {
        const sb_step *step = &problem->steps[i];
        weights.weights[i] = zeros[2 * i] = calloc((size_t)sb_step_weights(step), sizeof(float));
        weights.biases[i] = zeros[2 * i + 1] = calloc((size_t)step->k, sizeof(float));
    }
    const sb_network_part part = { .problem = problem, .weights = &weights, .residual = -1 };
    onnx_write_model(bytes, &part, 1);
    assert_false(bytes->failed);
    for (size_t i = 0; i < 2 * SB_MAX_STEPS; i++)
        free(zeros[i]);
}

static void models_are_what_they_were_written_for(void **state)
{
    (void)state;
    static const struct {
        const char *problem, *layer;
    } cases[] = {
        { "n1 c3 7x7 k128 3x3 s1 p0",
          "- {name: c3_hw7_r3_k128, input: [3, 7, 7], out_channels: 128, kernel: 3}" },
        { "n2 c4 9x8 k8 3x2 s2x1 p1,0,2,1 d2x1 g2 bias relu6",
          "- {name: n2_c4_hw9x8_r3x2_k8_s2x1_p1x2to0x1_d2x1_g2, input: [2, 4, 9, 8], out_channels: "
          "8, kernel: [3, 2], stride: [2, 1], padding: [1, 0, 2, 1], dilation: [2, 1], groups: 2, "
          "bias: true, activation: relu6}" },
        { "n1 c8 5x5 k16 3x3 s1 p1 g8 bias relu > k4 1x1 s1 p0 hard_swish",
          "- {name: c8_hw5_r3_k4_p1_m2, input: [8, 5, 5], out_channels: 4, kernel: 3, padding: 1, "
          "multiplier: 2, bias: [true, false], activation: [relu, hard_swish], operations: "
          "[standard, separable]}" },
        { "n1 c6 5x5 k12 1x1 s1 p0 swish > k12 3x3 s1 p1 g12 bias relu6 > k6 1x1 s1 p0 bias "
          "residual",
          "- {name: c6_hw5_e12_r3_k6_p1, input: [6, 5, 5], expand: 12, out_channels: 6, kernel: 3, "
          "padding: 1, bias: [false, true, true], activation: [swish, relu6, none], residual: "
          "true, "
          "operations: [standard, separable, bottleneck]}" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sb_problem problem;
        sb_imported imported;
        sb_error error = { "" };
        onnx_bytes bytes = { 0 };
        assert_true(sb_problem_parse(cases[i].problem, &problem));
        write_model(&problem, &bytes);
        const sb_import_options options = { .join = SB_IMPORT_JOIN_BOTTLENECKS };
        if (import_bytes(sb_import_onnx, bytes.data, bytes.length, &options, &imported, &error) < 0)
            fail_msg("%s: %s", cases[i].problem, error.text);
        assert_int_equal(imported.layer_count, 1);
        sb_imported_name(&imported);
        assert_int_equal(
            noted(&imported, SB_IMPORT_LEFT_OUT, "") + noted(&imported, SB_IMPORT_CHANGED, ""), 0);
        assert_layer(&imported, 0, cases[i].layer);
        sb_imported_free(&imported);
        onnx_free(&bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(models_are_what_they_were_written_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
