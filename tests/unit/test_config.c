/* SPDX-License-Identifier: Apache-2.0 */
#include "config/config.h"
#include "config/document.h"
#include "config/layers.h"
#include "conv/cost.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static sb_config parse(const char *text)
{
    sb_config config;
    sb_error error = { "" };
    if (sb_config_parse("t.yaml", text, NULL, NULL, &config, &error) < 0)
        fail_msg("%s", error.text);
    return config;
}

/* ------------------------------------------------------------------------- good input */

/* The run.json of a run by an older version can still be read as a configuration. */
static void retired_keys_are_passed_over(void **state)
{
    (void)state;
    sb_log_quiet(true);
    sb_config config = parse("layers: [{name: a, input: [1, 3, 3], out_channels: 1, kernel: 3}]\n"
                             "tune: {strategy: random, objective: time}\n"
                             "baseline: naive\n"
                             "threads: 3\n");
    assert_string_equal(config.tune.strategy, "random");
    assert_int_equal(config.threads[0], 3);
    assert_null(strstr(config.source, "baseline"));
    assert_int_equal(config.tune.objective, SB_MINIMISE_TIME); /* once without effect */
    sb_config_free(&config);
}

static void everything_is_read(void **state)
{
    (void)state;
    sb_config config = parse(
        "name: all\n"
        "layers: [{name: a, input: [2, 3, 8, 9], out_channels: 4, kernel: [3, 2],\n"
        "  stride: [2, 1], padding: [1, 2, 3, 0], dilation: 2, multiplier: 2,\n"
        "  repeat: 5}]\n"
        "operations: separable\n"
        "kernels: [\"naive/*\", tiled, {kernel: fused/separable, as: mine,"
        " params: {rows: 4, order: kc}}]\n"
        "threads: [2, max]\n"
        "tuned: require\n"
        "measure: {confidence: 0.9, precision: 0.05, estimator: median,\n"
        "  min_samples: 20, processes: 3, max_time: 250ms, timeout: 2m, cache: cold, seed: 7}\n"
        "tune: {strategy: random, budget: 30s}\n"
        "report: {formats: [pdf]}\n");
    const sb_geometry *p = &config.layers[0].shape;
    assert_string_equal(config.name, "all");
    assert_int_equal(config.layer_count, 1);
    assert_string_equal(config.layers[0].name, "a");
    const int64_t shape[] = { p->n,          p->c,          p->h,          p->w,
                              p->k,          p->r,          p->s,          p->stride_h,
                              p->stride_w,   p->pad_top,    p->pad_bottom, p->pad_left,
                              p->pad_right,  p->dilation_h, p->dilation_w, p->groups,
                              p->multiplier, p->p,          p->q };
    const int64_t wanted[] = { 2, 3, 8, 9, 4, 3, 2, 2, 1, 1, 2, 3, 0, 2, 2, 1, 2, 4, 10 };
    assert_memory_equal(shape, wanted, sizeof wanted);
    assert_int_equal(config.layers[0].repeat, 5);
    assert_false(config.layers[0].operations[SB_STANDARD]);
    assert_true(config.layers[0].operations[SB_SEPARABLE]);
    assert_int_equal(config.kernel_count, 3);
    assert_string_equal(config.kernels[1].pattern, "tiled/*");
    assert_string_equal(config.kernels[2].pattern, "fused/separable");
    assert_string_equal(config.kernels[2].as, "mine");
    assert_int_equal(config.kernels[2].param_count, 2);
    assert_string_equal(config.kernels[2].param_names[1], "order");
    assert_string_equal(config.kernels[2].param_values[1], "kc");
    assert_string_equal(config.kernels[0].where, "t.yaml:6:11");
    assert_int_equal(config.thread_count, 2);
    assert_int_equal(config.threads[0], 2);
    assert_int_equal(config.threads[1], SB_THREADS_MAX);
    assert_int_equal(config.tuned, SB_TUNED_REQUIRE);
    assert_true(config.measure.confidence == 0.9 && config.measure.precision == 0.05);
    assert_int_equal(config.measure.estimator, SB_ESTIMATE_MEDIAN);
    assert_int_equal(config.measure.min_samples, 20);
    assert_int_equal(config.measure.processes, 3);
    assert_int_equal(config.measure.max_time_ns, 250000000);
    assert_int_equal(config.measure.timeout_ns, INT64_C(120000000000));
    assert_int_equal(config.measure.cache, SB_CACHE_COLD);
    assert_int_equal(config.measure.seed, 7);
    assert_string_equal(config.tune.strategy, "random");
    assert_int_equal(config.tune.budget, 0);
    assert_int_equal(config.tune.budget_ns, INT64_C(30000000000));
    assert_true(config.report.pdf && !config.report.svg);
    assert_false(config.report.svg || config.report.png);
    sb_config_free(&config);
}

/* The names of the layers, joined by blanks. */
static void assert_names(const char *layers, const char *names)
{
    sb_text text = { 0 };
    sb_text_add(&text, "layers:\n%s", layers);
    sb_config config = parse(text.data);
    sb_text_clear(&text);
    for (size_t i = 0; i < config.layer_count; i++)
        sb_text_add(&text, "%s%s", i ? " " : "", config.layers[i].name);
    assert_string_equal(text.data, names);
    sb_text_free(&text);
    sb_config_free(&config);
}

static void sweeps_are_named(void **state)
{
    (void)state;
    assert_names("- sweep: {channels: [3, 4], size: [8, [6, 7]], kernel: 3, out_channels: [1]}",
                 "c3_hw8_r3_k1 c3_hw6x7_r3_k1 c4_hw8_r3_k1 c4_hw6x7_r3_k1");
    assert_names("- {sweep: {padding: [same, [1, 0]]}, name: x, input: [1, 5, 5], kernel: 3,"
                 " out_channels: 2}",
                 "x_psame x_p1x0");
    assert_names("- sweep: {input: [3, 7, 7], kernel: [1, [3, 1]], out_channels: 2}",
                 "in3x7x7_r1_k2 in3x7x7_r3x1_k2");
}

static void groups_are_not_paired_unless_asked(void **state)
{
    (void)state;
    sb_config config =
        parse("layers:\n"
              "- {name: a, input: [4, 5, 5], kernel: 3, out_channels: 4, groups: 4}\n"
              "- {name: b, input: [4, 5, 5], kernel: 3, out_channels: 4}\n");
    assert_false(config.layers[0].operations[SB_SEPARABLE]);
    assert_true(config.layers[0].operations[SB_STANDARD]);
    assert_true(config.layers[1].operations[SB_SEPARABLE]);
    sb_config_free(&config);
}

/* A 1 x 1 layer becomes a pair only if the layer itself asks for it, or if the list of operations
 * lacks the standard convolution. */
static void a_1x1_layer_is_no_pair_unless_asked(void **state)
{
    (void)state;
    static const struct {
        const char *top, *own;
        bool standard, separable, pointwise;
    } cases[] = {
        { "", "", true, false, false },
        { "operations: [standard, separable, depthwise, pointwise]\n", "", true, false, false },
        { "", ", operations: [standard, separable]", true, true, false },
        { "operations: [pointwise]\n", "", false, false, true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sb_text text = { 0 };
        sb_text_add(&text, "%slayers: [{name: a, input: [4, 5, 5], kernel: 1, out_channels: 4%s}]",
                    cases[i].top, cases[i].own);
        sb_config config = parse(text.data);
        const bool *operations = config.layers[0].operations;
        assert_int_equal(operations[SB_STANDARD], cases[i].standard);
        assert_int_equal(operations[SB_SEPARABLE], cases[i].separable);
        assert_int_equal(operations[SB_POINTWISE], cases[i].pointwise);
        assert_false(operations[SB_DEPTHWISE]);
        sb_config_free(&config);
        sb_text_free(&text);
    }
}

static void assert_padding(const char *word, int64_t before, int64_t after)
{
    sb_text text = { 0 };
    sb_text_add(&text,
                "layers: [{name: a, input: [1, 8, 8], kernel: 3, stride: 2, out_channels: 1, "
                "padding: %s}]",
                word);
    sb_config config = parse(text.data);
    const sb_geometry *g = &config.layers[0].shape;
    assert_true(g->pad_top == before && g->pad_left == before);
    assert_true(g->pad_bottom == after && g->pad_right == after);
    sb_config_free(&config);
    sb_text_free(&text);
}

/* As TensorFlow and ONNX spell them. */
static void padding_words_are_understood(void **state)
{
    (void)state;
    assert_padding("same", 0, 1);
    assert_padding("SAME", 0, 1);
    assert_padding("SAME_UPPER", 0, 1);
    assert_padding("same_lower", 1, 0);
    assert_padding("VALID", 0, 0);
    assert_padding("valid", 0, 0);
}

/* Padding `same` keeps ceil(input / stride), whatever the kernel. */
static void same_padding_keeps_the_size(void **state)
{
    (void)state;
    sb_config config =
        parse("layers:\n"
              "- sweep: {size: [1, 2, 7, 8], kernel: [1, 2, 3, 5], stride: [1, 2, 3],"
              " dilation: [1, 2]}\n"
              "  channels: 1\n"
              "  out_channels: 1\n"
              "  padding: same\n");
    assert_int_equal(config.layer_count, 96);
    for (size_t i = 0; i < config.layer_count; i++) {
        const sb_geometry *p = &config.layers[i].shape;
        assert_int_equal(p->p, (p->h + p->stride_h - 1) / p->stride_h);
        assert_in_range(p->pad_bottom - p->pad_top, 0, 1);
    }
    sb_config_free(&config);
}

static void settings_replace_the_file(void **state)
{
    (void)state;
    static const char text[] = "layers: [{name: a, input: [1, 5, 5], kernel: 3, out_channels: 1},\n"
                               "  {name: b, input: [1, 5, 5], kernel: 3, out_channels: 1}]\n"
                               "measure: &m {seed: 3, max_time: 2s}\n"
                               "threads: 4\n"
                               "tune: null\n";
    static const char *const settings[] = { "measure.max_time=1s", "threads=[1, 2]",
                                            "tune.budget=9", "report.formats=pdf", NULL };
    sb_config config;
    sb_error error = { "" };
    assert_int_equal(sb_config_parse("t.yaml", text, "b*", settings, &config, &error), SB_OK);
    assert_int_equal(config.layer_count, 1);
    assert_string_equal(config.layers[0].name, "b");
    assert_int_equal(config.measure.max_time_ns, 1000000000);
    assert_int_equal(config.measure.seed, 3);
    assert_int_equal(config.thread_count, 2);
    assert_int_equal(config.tune.budget, 9);
    assert_true(config.report.pdf && !config.report.svg);
    sb_config_free(&config);
}

/* -------------------------------------------------------------------------- round trip */

/* Writes the configuration as text and reads it back: the result is the same, and writing it again
 * gives the same text. */
static void assert_round_trip(const sb_config *config)
{
    sb_config again;
    sb_error error = { "" };
    if (sb_config_parse("source", config->source, NULL, NULL, &again, &error) < 0)
        fail_msg("%s", error.text);
    assert_string_equal(again.source, config->source);
    assert_int_equal(again.layer_count, config->layer_count);
    for (size_t i = 0; i < config->layer_count; i++) {
        const sb_layer *a = &config->layers[i], *b = &again.layers[i];
        assert_string_equal(a->name, b->name);
        assert_memory_equal(&a->shape, &b->shape, sizeof a->shape);
        assert_memory_equal(a->operations, b->operations, sizeof a->operations);
        assert_int_equal(a->repeat, b->repeat);
    }
    assert_int_equal(again.kernel_count, config->kernel_count);
    assert_int_equal(again.thread_count, config->thread_count);
    assert_memory_equal(again.threads, config->threads,
                        config->thread_count * sizeof *config->threads);
    for (size_t k = 0; k < config->kernel_count; k++) {
        const sb_kernel_choice *one = &config->kernels[k], *other = &again.kernels[k];
        assert_int_equal(other->param_count, one->param_count);
        for (size_t i = 0; i < one->param_count; i++) {
            assert_string_equal(other->param_names[i], one->param_names[i]);
            assert_string_equal(other->param_values[i], one->param_values[i]);
        }
    }
    assert_memory_equal(&again.measure, &config->measure, sizeof config->measure);
    assert_memory_equal(&again.report, &config->report, sizeof config->report);
    sb_config_free(&again);
}

static void odd_texts_survive_the_round_trip(void **state)
{
    (void)state;
    sb_config config = parse(
        "name: 'null'\n"
        "layers:\n"
        "- {name: \"3a: 'x' \\\"y\\\" #\\\\ é\", input: [1, 5, 5], kernel: 3,"
        " out_channels: 1, padding: [0, 1, 2, 0], stride: [1, 2]}\n"
        "kernels: [{kernel: a/b, as: \"~\", params: {\"x y\": \"null\", z: [1, \"~\", b]}}, '*']\n"
        "tune: {budget: 90s}\n"
        "measure: {precision: 0.012345678901234567}\n");
    assert_string_equal(config.layers[0].name, "3a: 'x' \"y\" #\\ \xc3\xa9");
    assert_round_trip(&config);
    sb_config_free(&config);
}

static void tuning_is_restricted_and_started(void **state)
{
    (void)state;
    sb_config config = parse("layers: [{name: a, input: [1, 3, 3], out_channels: 1, kernel: 3}]\n"
                             "tune:\n"
                             "  constraints: [rows * cols <= 32, \"layout == nhwc\"]\n"
                             "  start:\n"
                             "    - {rows: 7, layout: nhwc}\n"
                             "    - {cols: 2}\n");
    assert_int_equal(config.tune.constraint_count, 2);
    assert_string_equal(sb_expression_text(config.tune.constraints[0].expression), "rows*cols<=32");
    assert_string_equal(config.tune.constraints[1].where, "t.yaml:3:36");
    assert_int_equal(config.tune.start_count, 2);
    assert_int_equal(config.tune.starts[0].count, 2);
    assert_string_equal(config.tune.starts[0].values[1], "nhwc");
    assert_string_equal(config.tune.starts[1].where, "t.yaml:6:7");
    assert_round_trip(&config);
    sb_config_free(&config);
}

static const struct {
    const char *tune, *message;
} bad_tuning[] = {
    { "{constraints: [a < 3, a <]}", "t.yaml:2:32: constraint 'a <': expected" },
    { "{constraints: \"a <\"}", "t.yaml:2:25: constraint 'a <': expected" },
    { "{constraints: [{a: 3}]}", "t.yaml:2:22: a constraint" },
    { "{start: [3]}", "t.yaml:2:16: a starting point must be a map" },
    { "{start: {}}", "t.yaml:2:15: a starting point must be a map" },
    { "{start: {a: [1, 2]}}", "t.yaml:2:19: the parameter's value" },
    { "{constraint: a < 3}", "did you mean 'constraints'" },
};

static void bad_restrictions_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_tuning / sizeof *bad_tuning; i++) {
        sb_text text = { 0 };
        sb_config config;
        sb_error error = { "" };
        sb_text_add(&text,
                    "layers: [{name: a, input: [1, 3, 3], out_channels: 1, kernel: 3}]\n"
                    "tune: %s\n",
                    bad_tuning[i].tune);
        assert_int_equal(sb_config_parse("t.yaml", text.data, NULL, NULL, &config, &error),
                         SB_FAILED);
        if (!strstr(error.text, bad_tuning[i].message))
            fail_msg("%s: %s", bad_tuning[i].tune, error.text);
        sb_text_free(&text);
    }
}

/* Facts about the networks: the layers that are pairs, the others, and the multiplications of the
 * whole network. */
static const struct {
    const char *file;
    size_t pairs, singles;
    int64_t multiplications;
} networks[] = {
    { "mobilenet_v1", 9, 1, INT64_C(567716352) },
    { "mobilenet_v2", 12, 2, INT64_C(299494272) },
    { "mobilenet_v3_large", 12, 15, INT64_C(215309760) },
    { "mobilenet_v3_small", 9, 17, INT64_C(55486400) },
    { "xception", 11, 6, INT64_C(8355355496) },
    { "efficientnet_b0", 12, 26, INT64_C(384534752) },
    { "mnasnet_a1", 12, 14, INT64_C(310299072) },
    { "convnext_tiny", 4, 8, INT64_C(4454763264) },
    { "resnet50", 0, 23, INT64_C(4087136256) },
    { "vgg16", 0, 9, INT64_C(15346630656) },
    { "googlenet", 0, 49, INT64_C(1581647872) },
    { "shufflenet_v2", 9, 2, INT64_C(143883992) },
    { "quick", 5, 0, 31159296 },
    { "worked_example", 1, 0, 10275 },
    { "channel_limit", 44, 0, 228601856 },
};

static void configurations_hold_their_networks(void **state)
{
    (void)state;
    const char *folder = getenv("srcdir");
    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++) {
        sb_text path = { 0 };
        sb_text_add(&path, "%s/configs/%s.yaml", folder ? folder : ".", networks[i].file);
        sb_config config;
        sb_error error = { "" };
        if (sb_config_read(path.data, NULL, NULL, &config, &error) < 0)
            fail_msg("%s", error.text);
        assert_string_equal(config.name, networks[i].file);
        size_t pairs = 0;
        int64_t multiplications = 0;
        for (size_t j = 0; j < config.layer_count; j++) {
            const sb_layer *layer = &config.layers[j];
            const sb_operation op = sb_layer_is_pair(layer) ? sb_layer_chain(layer) : SB_STANDARD;
            const sb_problem problem = sb_layer_problem(layer, op, 1);
            pairs += sb_layer_is_pair(layer);
            multiplications += layer->repeat * sb_cost_of(&problem).total;
        }
        assert_int_equal(pairs, networks[i].pairs);
        assert_int_equal(config.layer_count - pairs, networks[i].singles);
        assert_int_equal(multiplications, networks[i].multiplications);
        assert_round_trip(&config);
        sb_config_free(&config);
        sb_text_free(&path);
    }
}

/* Biases, residuals and activations, by step. The last step of a bottleneck has no activation by
 * default. */
static void epilogues_are_read(void **state)
{
    (void)state;
    static const char text[] =
        "layers:\n"
        "- {name: a, input: [4, 8, 8], kernel: 3, padding: 1, out_channels: 8, bias: true,"
        " activation: relu6}\n"
        "- {name: b, input: [4, 8, 8], kernel: 3, padding: 1, out_channels: 4, expand: 24,"
        " bias: true, activation: relu6, residual: true}\n"
        "- {name: c, input: [4, 8, 8], kernel: 3, padding: 1, out_channels: 4, expand: 24,"
        " activation: [hard_swish, swish, relu],"
        " operations: [bottleneck, separable, depthwise, pointwise]}\n"
        "- {name: d, input: [4, 8, 8], kernel: 3, out_channels: 8, activation: [relu],"
        " operations: standard}\n"
        "- {name: e, input: [4, 8, 8], kernel: 3, out_channels: 8, activation: [relu, none],"
        " bias: [false, true]}\n";
    static const sb_activation wanted[][3] = {
        { SB_ACTIVATION_NONE, SB_RELU6, SB_RELU6 },
        { SB_RELU6, SB_RELU6, SB_ACTIVATION_NONE },
        { SB_HARD_SWISH, SB_SWISH, SB_RELU },
        { SB_ACTIVATION_NONE, SB_ACTIVATION_NONE, SB_RELU },
        { SB_ACTIVATION_NONE, SB_RELU, SB_ACTIVATION_NONE },
    };
    sb_config config = parse(text);
    assert_int_equal(config.layer_count, 5);
    for (size_t i = 0; i < 5; i++) {
        const sb_activation *a = config.layers[i].activations;
        assert_int_equal(a[SB_ROLE_EXPAND], wanted[i][0]);
        assert_int_equal(a[SB_ROLE_DEPTHWISE], wanted[i][1]);
        assert_int_equal(a[SB_ROLE_POINTWISE], wanted[i][2]);
        assert_int_equal(config.layers[i].biases[SB_ROLE_DEPTHWISE], i < 2);
        assert_int_equal(config.layers[i].biases[SB_ROLE_POINTWISE], i < 2 || i == 4);
        assert_int_equal(config.layers[i].residual, i == 1);
    }
    assert_true(config.layers[1].operations[SB_BOTTLENECK]);
    assert_true(config.layers[1].operations[SB_STANDARD]);
    assert_false(config.layers[1].operations[SB_SEPARABLE]);
    assert_false(config.layers[2].operations[SB_STANDARD]);
    assert_round_trip(&config);
    sb_config_free(&config);

    static const char *const settings[] = { "epilogue=none", NULL };
    sb_error error = { "" };
    assert_int_equal(sb_config_parse("t.yaml", text, NULL, settings, &config, &error), SB_OK);
    for (size_t i = 0; i < 5; i++) {
        const sb_problem problem = sb_layer_problem(&config.layers[i], SB_STANDARD, 1);
        assert_int_equal(problem.needs, SB_NEED_STANDARD);
    }
    assert_int_equal(config.layers[1].shape.expand, 24);
    assert_round_trip(&config);
    sb_config_free(&config);
}

/* -------------------------------------------------------------------------- bad input */

#define GOOD  "layers: [{name: a, input: [4, 8, 8], kernel: 3, out_channels: 8}]\n"
#define LAYER "layers:\n- {name: a, input: [4, 8, 8], kernel: 3, out_channels: 8"

/* A faulty text, the beginning of the message, and a part of it. */
static const struct {
    const char *text, *where, *says;
} mistakes[] = {
    { "", "t.yaml:1:1: ", "empty" },
    { "# only a comment\n", "t.yaml:2:1: ", "empty" },
    { "~\n", "t.yaml:1:1: ", "a map" },
    { "layers\n", "t.yaml:1:1: ", "must be a map with the key 'layers'" },
    { "[1, 2]\n", "t.yaml:1:1: ", "not a list" },
    { "name: a\n", "t.yaml:1:1: ", "missing key 'layers'" },
    { "layers:\n", "t.yaml:1:8: ", "list of layers" },
    { "layers: []\n", "t.yaml:1:9: ", "an empty one" },
    { "layers: 3\n", "t.yaml:1:9: ", "not '3'" },
    { "layers: [3]\n", "t.yaml:1:10: ", "a layer must be a map" },
    { "layers: [{name: a\n", "t.yaml:2:1: ", "not YAML" },
    { "layers: \"a\n", "t.yaml:1:9: ", "unterminated quote" },
    { "layers: [a\x01]\n", "t.yaml:1:11: ", "0x01" },
    { "\x7f"
      "ELF\n",
      "t.yaml:1:1: ", "0x7f" },
    { "name: \xff\xfe\n" GOOD, "t.yaml:1:7: ", "the byte 0xff" },
    { "name: \"a\\0b\"\n" GOOD, "t.yaml:1:7: ", "NUL" },
    { GOOD "---\n" GOOD, "t.yaml:2:1: ", "second document" },
    { GOOD "layer: 1\n", "t.yaml:2:1: ", "did you mean 'layers'" },
    { GOOD "frobnicate: 1\n", "t.yaml:2:1: ", "expected one of name, layers" },
    { GOOD "name: a\nname: b\n", "t.yaml:3:1: ", "duplicate key 'name'; the first is on line 2" },
    { GOOD "? [a]\n: 1\n", "t.yaml:2:3: ", "a key must be a word" },
    { GOOD "name: [a]\n", "t.yaml:2:7: ", "name must be a string, not a list" },
    { GOOD "cores: [1]\n",
      "t.yaml:2:8: ", "or numbers such as '0-5,8') must be a string, not a list" },
    { GOOD "operations: [standard, seperable]\n", "t.yaml:2:24: ", "did you mean 'separable'" },
    { GOOD "operations: [standard, standard]\n", "t.yaml:2:24: ", "duplicate operation" },
    { GOOD "operations: []\n", "t.yaml:2:13: ", "empty" },
    { GOOD "threads: 0\n", "t.yaml:2:10: ", "not '0'" },
    { GOOD "threads: [1, 1]\n", "t.yaml:2:14: ", "duplicate value '1'" },
    { GOOD "threads: maximum\n", "t.yaml:2:10: ", "'max'" },
    { GOOD "threads: []\n", "t.yaml:2:10: ", "1 to 64" },
    { GOOD "tuned: yes\n", "t.yaml:2:8: ", "auto, never, require" },
    { GOOD "kernels: []\n", "t.yaml:2:10: ", "patterns" },
    { GOOD "kernels: [{as: x}]\n", "t.yaml:2:11: ", "missing key 'kernel" },
    { GOOD "kernels: [{kernel: 'a/*', as: x}]\n", "t.yaml:2:20: ", "a single kernel" },
    { GOOD "kernels: [{kernel: a/b, parms: {}}]\n", "t.yaml:2:25: ", "did you mean 'params'" },
    { GOOD "kernels: [{kernel: a/b, params: 3}]\n", "t.yaml:2:33: ", "params must be a map" },
    { GOOD "kernels: [{kernel: a/b, as: x}, {kernel: a/c, as: x}]\n",
      "t.yaml:2:33: ", "duplicate 'as: x'" },
    { GOOD "measure: {max_tme: 1s}\n", "t.yaml:2:11: ", "did you mean 'max_time'" },
    { GOOD "measure: {max_time: soon}\n", "t.yaml:2:21: ", "a time" },
    { GOOD "measure: {max_time: -1s}\n", "t.yaml:2:21: ", "a time" },
    { GOOD "measure: {max_time: 1e300h}\n", "t.yaml:2:21: ", "a time" },
    { GOOD "measure: {confidence: nan}\n", "t.yaml:2:23: ", "not 'nan'" },
    { GOOD "measure: {confidence: .inf}\n", "t.yaml:2:23: ", "not '.inf'" },
    { GOOD "measure: {confidence: 95}\n", "t.yaml:2:23: ", "0.5 to 0.9999" },
    { GOOD "measure: {precision: 0}\n", "t.yaml:2:22: ", "not '0'" },
    { GOOD "measure: {estimator: mean}\n", "t.yaml:2:22: ", "did you mean 'median'" },
    { GOOD "measure: {cache: hot}\n", "t.yaml:2:18: ", "warm, cold" },
    { GOOD "measure: {cache: [warm, warm]}\n", "t.yaml:2:25: ", "duplicate" },
    { GOOD "measure: {cache: []}\n", "t.yaml:2:18: ", "cold-weights" },
    { GOOD "measure: {min_samples: 1}\n", "t.yaml:2:24: ", "from 3" },
    { GOOD "measure: {processes: 0}\n", "t.yaml:2:22: ", "or auto" },
    { GOOD "measure: [1]\n", "t.yaml:2:10: ", "measure must be a map" },
    { GOOD "tune: {budget: 0}\n", "t.yaml:2:16: ", "from 1" },
    { GOOD "tune: {budget: many}\n", "t.yaml:2:16: ", "a time" },
    { GOOD "report: {formats: [svg, bitmap]}\n", "t.yaml:2:25: ", "svg, pdf, png, html, latex" },
    { LAYER ", strid: 1}\n", "t.yaml:2:59: ", "did you mean 'stride'" },
    { LAYER ", kernel: 3}\n", "t.yaml:2:59: ", "duplicate key" },
    { LAYER ", stride: 0}\n", "t.yaml:2:67: ", "not '0'" },
    { LAYER ", stride: -1}\n", "t.yaml:2:67: ", "not '-1'" },
    { LAYER ", stride: 1.5}\n", "t.yaml:2:67: ", "whole number" },
    { LAYER ", stride: 010}\n", "t.yaml:2:67: ", "not '010'" },
    { LAYER ", stride: 99999999999999999999}\n", "t.yaml:2:67: ", "whole number" },
    { LAYER ", stride: [1, 2, 3]}\n", "t.yaml:2:67: ", "[height, width]" },
    { LAYER ", stride: []}\n", "t.yaml:2:67: ", "[height, width]" },
    { LAYER ", stride: {a: 1}}\n", "t.yaml:2:67: ", "[height, width]" },
    { LAYER ", stride: [[1], 2]}\n", "t.yaml:2:68: ", "not a list" },
    { LAYER ", stride: }\n", "t.yaml:2:", "not nothing" },
    { LAYER ", padding: -1}\n", "t.yaml:2:68: ", "from 0" },
    { LAYER ", padding: full}\n", "t.yaml:2:68: ", "whole number" },
    { LAYER ", padding: [1, 1, 1]}\n", "t.yaml:2:68: ", "same_lower or valid" },
    { LAYER ", bias: maybe}\n", "t.yaml:2:65: ", "bias" },
    { LAYER ", activation: relu7}\n", "t.yaml:2:71: ", "did you mean" },
    { LAYER ", activation: []}\n", "t.yaml:2:71: ", "empty" },
    { LAYER ", activation: [relu, relu, relu]}\n", "t.yaml:2:71: ", "the layer has 2 steps" },
    { LAYER ", expand: 24, activation: [relu, relu]}\n", "t.yaml:2:83: ", "3 steps" },
    { LAYER ", groups: 2, activation: [relu, relu]}\n", "t.yaml:2:82: ", "1 step:" },
    { LAYER ", expand: 0}\n", "t.yaml:2:67: ", "from 1" },
    { LAYER ", residual: true}\n", "t.yaml:2:3: ", "the input is 4 x 8 x 8" },
    { LAYER ", operations: bottleneck}\n", "t.yaml:2:3: ", "needs 'expand'" },
    { LAYER ", expand: 24, groups: 2, operations: bottleneck}\n", "t.yaml:2:3: ", "groups is 2" },
    { LAYER ", groups: 3}\n", "t.yaml:2:3: ", "layer 'a': " },
    { LAYER ", groups: 2, operations: separable}\n", "t.yaml:2:3: ", "layer 'a': " },
    { LAYER ", multiplier: 2, operations: standard}\n", "t.yaml:2:3: ", "layer 'a': " },
    { LAYER ", dilation: 9}\n", "t.yaml:2:3: ", "layer 'a': " },
    { LAYER ", repeat: 0}\n", "t.yaml:2:67: ", "repeat" },
    { LAYER ", channels: 4}\n", "t.yaml:2:69: ", "what 'input' says" },
    { LAYER ", prefix: x}\n", "t.yaml:2:59: ", "unknown key 'prefix'" },
    { "layers: [{name: a, batch: 2, input: [1, 1, 1, 1]}]\n", "t.yaml:1:37: ", "twice" },
    { "layers: [{name: a, input: [1, 1, 1, 1], batch: 2}]\n", "t.yaml:1:48: ", "twice" },
    { "layers: [{name: a, input: [1, 1]}]\n", "t.yaml:1:27: ", "[channels, height, width]" },
    { "layers: [{name: a, input: 3}]\n", "t.yaml:1:27: ", "[channels, height, width]" },
    { "layers: [{name: a}]\n", "t.yaml:1:10: ", "missing key 'input" },
    { "layers: [{name: a, size: 3}]\n", "t.yaml:1:10: ", "missing key 'channels'" },
    { "layers: [{name: a, input: [1, 3, 3]}]\n", "t.yaml:1:10: ", "missing key 'out_channels'" },
    { "layers: [{name: a, input: [1, 3, 3], out_channels: 1}]\n",
      "t.yaml:1:10: ", "missing key 'kernel'" },
    { "layers: [{input: [1, 3, 3], out_channels: 1, kernel: 1}]\n",
      "t.yaml:1:10: ", "missing key 'name'" },
    { "layers: [{name: '', input: [1, 3, 3]}]\n", "t.yaml:1:17: ", "name must be a string" },
    { "layers: [{name: \"a\\nb\", input: [1, 3, 3]}]\n", "t.yaml:1:17: ", "control" },
    { "layers: [{name: a, input: [1, 2, 2], out_channels: 1, kernel: 3}]\n",
      "t.yaml:1:10: ", "layer 'a': " },
    { "layers: [{name: a, input: [1048577, 2, 2], out_channels: 1, kernel: 1}]\n",
      "t.yaml:1:28: ", "from 1 to 1048576" },
    { "layers: [{name: a, input: [1048576, 1048576, 1048576], out_channels: 1, kernel: 1}]\n",
      "t.yaml:1:10: ", "layer 'a': " },
    { "layers:\n- {name: a, input: [1, 3, 3], out_channels: 1, kernel: 1}\n"
      "- {name: a, input: [1, 3, 3], out_channels: 1, kernel: 1}\n",
      "t.yaml:3:3: ", "'a' is already used at t.yaml:2:3" },
    { "layers: [{sweep: {}}]\n", "t.yaml:1:18: ", "empty" },
    { "layers: [{sweep: [1]}]\n", "t.yaml:1:18: ", "sweep must be a map" },
    { "layers: [{sweep: {kernels: [1]}}]\n", "t.yaml:1:19: ", "did you mean 'kernel'" },
    { "layers: [{sweep: {name: a}}]\n", "t.yaml:1:19: ", "beside 'sweep'" },
    { "layers: [{sweep: {kernel: []}}]\n", "t.yaml:1:27: ", "no values" },
    { "layers: [{kernel: 1, sweep: {kernel: [1]}}]\n", "t.yaml:1:30: ", "both" },
    { "layers: [{sweep: {kernel: [3, 3]}, input: [1, 3, 3], out_channels: 1}]\n",
      "t.yaml:1:10: ", "duplicate value" },
    { "layers: [{sweep: {kernel: [1, {a: 1}]}, input: [1, 3, 3], out_channels: 1}]\n",
      "t.yaml:1:31: ", "[height, width]" },
    { "layers: [{include: a.yaml}]\n", "t.yaml:1:20: ", "not a file" },
    { "layers: [{include: a.yaml, sweep: {}}]\n", "t.yaml:1:28: ", "unknown key 'sweep'" },
    { "layers: *a\n", "t.yaml:1:9: ", "without an anchor" },
    { "layers: &a [*a]\n", "t.yaml:1:13: ", "within its own anchor" },
};

static void mistakes_are_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        sb_config config;
        sb_error error = { "" };
        int rc = sb_config_parse("t.yaml", mistakes[i].text, NULL, NULL, &config, &error);
        if (rc != SB_FAILED)
            fail_msg("accepted: %s", mistakes[i].text);
        if (strncmp(error.text, mistakes[i].where, strlen(mistakes[i].where)) != 0 ||
            !strstr(error.text, mistakes[i].says))
            fail_msg("%s-> %s\nwanted %s...%s", mistakes[i].text, error.text, mistakes[i].where,
                     mistakes[i].says);
    }
}

static void bad_settings_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *setting, *says;
    } settings[] = {
        { "threads", "--set threads: expected KEY=VALUE" },
        { "=3", "expected KEY=VALUE" },
        { "thread=3", "--set thread:1:1: unknown key 'thread'; did you mean 'threads'?" },
        { "measure.max_tme=1s", "unknown key 'max_tme' in measure; did you mean 'max_time'?" },
        { "measure.max_time=soon", "--set measure.max_time:1:1: max_time must be a time" },
        { "layers.name=3", "'layers' is a list in the file" },
        { "threads=[1", "--set threads:2:1: not YAML" },
        { "a.b.c=1", "unknown key 'a'" },
        { "measure.a.b=1", "unknown key 'a.b' in measure" },
        { "layers=3", "--set layers:1:1: layers must be a list" },
        { "layers=", "--set layers:1:1: layers must be a list" },
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        const char *const list[] = { settings[i].setting, NULL };
        sb_config config;
        sb_error error = { "" };
        assert_int_equal(sb_config_parse("t.yaml", GOOD, NULL, list, &config, &error), SB_FAILED);
        if (!strstr(error.text, settings[i].says))
            fail_msg("%s -> %s", settings[i].setting, error.text);
    }
}

static void a_filter_that_matches_nothing_is_told(void **state)
{
    (void)state;
    sb_config config;
    sb_error error = { "" };
    assert_int_equal(sb_config_parse("t.yaml", GOOD, "b*", NULL, &config, &error), SB_FAILED);
    assert_non_null(strstr(error.text, "--filter b*"));
}

/* ----------------------------------------------------------------------------- limits */

static void assert_refused(const sb_text *text, const char *says)
{
    sb_config config;
    sb_error error = { "" };
    assert_int_equal(sb_config_parse("t.yaml", text->data, NULL, NULL, &config, &error), SB_FAILED);
    if (!strstr(error.text, says))
        fail_msg("%s", error.text);
}

static void nested_aliases_are_refused(void **state)
{
    (void)state;
    sb_text text = { 0 };
    sb_text_add(&text, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
        sb_text_add(&text, "a%d: &a%d [", i, i);
        for (int j = 0; j < 10; j++)
            sb_text_add(&text, "%s*a%d", j ? ", " : "", i - 1);
        sb_text_add(&text, "]\n");
    }
    assert_refused(&text, "aliases");
    sb_text_free(&text);
}

static void deep_nesting_is_refused(void **state)
{
    (void)state;
    sb_text text = { 0 };
    sb_text_add(&text, "layers: ");
    for (int i = 0; i < 100000; i++)
        sb_text_add(&text, "[");
    assert_refused(&text, "nested too deeply");
    sb_text_free(&text);
}

static void wide_maps_are_refused(void **state)
{
    (void)state;
    sb_text text = { 0 };
    for (int i = 0; i < 100000; i++)
        sb_text_add(&text, "k%d: 1\n", i);
    assert_refused(&text, "keys in one map");
    sb_text_free(&text);
}

static void large_sweeps_are_refused(void **state)
{
    (void)state;
    static const char *const keys[] = { "channels", "size", "kernel", "out_channels", "repeat" };
    sb_text text = { 0 };
    sb_text_add(&text, "layers: [{sweep: {");
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        sb_text_add(&text, "%s%s: [", k ? ", " : "", keys[k]);
        for (int i = 1; i <= 100; i++)
            sb_text_add(&text, "%s%d", i > 1 ? ", " : "", i);
        sb_text_add(&text, "]");
    }
    sb_text_add(&text, "}}]\n");
    assert_refused(&text, "points");
    sb_text_free(&text);
}

/* ------------------------------------------------------------------------------ limits */

#define ONE_LAYER "{name: a, input: [1, 3, 3], kernel: 3, out_channels: 1}"

static void add_repeated(sb_text *text, const char *part, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        sb_text_add(text, "%s", part);
}

static void write_name(sb_text *text, int64_t amount)
{
    sb_text_add(text, "layers: [" ONE_LAYER "]\nname: ");
    add_repeated(text, "n", amount);
}

static void write_layer_name(sb_text *text, int64_t amount)
{
    sb_text_add(text, "layers: [{input: [1, 3, 3], kernel: 3, out_channels: 1, name: ");
    add_repeated(text, "n", amount);
    sb_text_add(text, "}]");
}

/* The name together with the suffix that the sweep adds: "_c1". */
static void write_sweep_name(sb_text *text, int64_t amount)
{
    sb_text_add(text,
                "layers: [{sweep: {channels: 1}, size: 3, kernel: 3, out_channels: 1, name: ");
    add_repeated(text, "n", amount - 3);
    sb_text_add(text, "}]");
}

static void write_dimension(sb_text *text, int64_t amount)
{
    sb_text_add(text,
                "layers: [{name: a, input: [%lld, 1, 1], kernel: 1, out_channels: 1, "
                "operations: standard}]",
                (long long)amount);
}

/* An input of about `amount` elements: a multiple of 2^20, plus or minus one row. */
static void write_tensor(sb_text *text, int64_t amount)
{
    sb_text_add(text,
                "layers: [{name: a, input: [1, %lld, 1048576], kernel: 1, out_channels: 1, "
                "operations: standard}]",
                (long long)amount);
}

static void write_layers(sb_text *text, int64_t amount)
{
    sb_text_add(text, "layers: [");
    for (int64_t i = 0; i < amount; i++)
        sb_text_add(text, "{name: l%lld, input: [1, 3, 3], kernel: 3, out_channels: 1},\n",
                    (long long)i);
    sb_text_add(text, "]");
}

/* The outermost map counts as a level too. */
static void write_depth(sb_text *text, int64_t amount)
{
    sb_text_add(text, "layers: [" ONE_LAYER "]\nkernels: ");
    add_repeated(text, "[", amount - 1);
    add_repeated(text, "]", amount - 1);
}

static void write_keys(sb_text *text, int64_t amount)
{
    sb_text_add(text, "layers: [" ONE_LAYER "]\nkernels: [{kernel: a/b, params: {");
    for (int64_t i = 0; i < amount; i++)
        sb_text_add(text, "p%lld: 1, ", (long long)i);
    sb_text_add(text, "}}]");
}

/* The other values are a map of two keys, and a layer in a list. */
static void write_values(sb_text *text, int64_t amount)
{
    sb_text_add(text, "layers: [" ONE_LAYER "]\nkernels: [");
    add_repeated(text, "1,", amount - 17);
    sb_text_add(text, "]");
}

static void write_choices(sb_text *text, int64_t amount)
{
    sb_text_add(text, "layers: [" ONE_LAYER "]\nkernels: [");
    add_repeated(text, "a/b,", amount);
    sb_text_add(text, "]");
}

static void write_threads(sb_text *text, int64_t amount)
{
    sb_text_add(text, "layers: [" ONE_LAYER "]\nthreads: [");
    for (int64_t i = 1; i <= amount; i++)
        sb_text_add(text, "%lld, ", (long long)i);
    sb_text_add(text, "]");
}

/* Each limit, with its message. A refusal with another message does not count. */
static const struct {
    void (*write)(sb_text *text, int64_t amount);
    int64_t limit;
    const char *message;
} limits[] = {
    { write_name, 63, "longer than 63 bytes" },
    { write_layer_name, 128, "longer than 128 bytes" },
    { write_sweep_name, 128, "longer than 128 bytes" },
    { write_dimension, 1048576, "1048576" },
    { write_tensor, 2048, "more than 2147483648 elements" },
    { write_layers, 100000, "more than 100000 layers" },
    { write_depth, 32, "nested too deeply" },
    { write_keys, 256, "more than 256 keys" },
    { write_values, 2 << 20, "too many values" },
    { write_choices, 1024, "1 to 1024 patterns" },
    { write_threads, 64, "1 to 64 numbers" },
};

static void limits_are_where_they_are_said_to_be(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        for (int64_t amount = limits[i].limit - 1; amount <= limits[i].limit + 1; amount++) {
            sb_text text = { 0 };
            sb_config config;
            sb_error error = { "" };
            limits[i].write(&text, amount);
            if (sb_config_parse("t.yaml", text.data, NULL, NULL, &config, &error) == 0)
                sb_config_free(&config);
            bool refused = strstr(error.text, limits[i].message) != NULL;
            if (refused != (amount > limits[i].limit))
                fail_msg("%s at %lld: '%s'", limits[i].message, (long long)amount, error.text);
            sb_text_free(&text);
        }
}

static void settings_have_a_limit(void **state)
{
    (void)state;
    const char *settings[SB_MAX_CONFIG_SETTINGS + 2] = { NULL };
    for (int count = 1; count <= SB_MAX_CONFIG_SETTINGS + 1; count++) {
        settings[count - 1] = "threads=2";
        if (count < SB_MAX_CONFIG_SETTINGS - 1)
            continue;
        sb_config config;
        sb_error error = { "" };
        int rc =
            sb_config_parse("t.yaml", "layers: [" ONE_LAYER "]", NULL, settings, &config, &error);
        assert_int_equal(rc, count > SB_MAX_CONFIG_SETTINGS ? SB_FAILED : SB_OK);
        if (rc == SB_OK)
            sb_config_free(&config);
        else
            assert_non_null(strstr(error.text, "more than 256 settings"));
    }
}

/* An alias is found without a search through all anchors, and a list is checked against the limits
 * while it is read. */
static void many_anchors_cost_little(void **state)
{
    (void)state;
    const int many = 200000;
    sb_text text = { 0 };
    sb_text_add(&text, "layers: [" ONE_LAYER "]\nkernels: [");
    for (int i = 0; i < many; i++)
        sb_text_add(&text, "&a%d x,", i);
    for (int i = 0; i < many; i++)
        sb_text_add(&text, "*a%d,", i);
    sb_text_add(&text, "]");
    int64_t start = sb_now_ns();
    assert_refused(&text, "1 to 1024 patterns");
    assert_true(sb_now_ns() - start < INT64_C(20000000000)); /* quadratic time would be minutes */
    sb_text_free(&text);
}

static void nested_lists_count_while_they_are_open(void **state)
{
    (void)state;
    sb_text text = { 0 };
    sb_text_add(&text, "layers: ");
    for (int i = 0; i < 5; i++) {
        sb_text_add(&text, "[");
        add_repeated(&text, "1,", 500000);
    }
    assert_refused(&text, "too many values");
    sb_text_free(&text);
}

/* ------------------------------------------------------------- texts that steer a reader */

static void texts_that_cannot_be_shown_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name, *message;
    } cases[] = {
        { "\"a\\x9b31m\"", "cannot be shown" }, /* C1: a control sequence in one character */
        { "\"a\\u2028b\"", "cannot be shown" }, /* a line separator */
        { "\"a\\u202eb\"", "cannot be shown" }, /* a switch to right-to-left text */
        { "\"a\\u2066b\"", "cannot be shown" },
        { "\"a\\u200eb\"", "cannot be shown" },
        { "\"a\\u061cb\"", "cannot be shown" },
        { "\"a\\eb\"", "cannot be shown" },
        { "a\xe2\x80\xaeg", "t.yaml:1:18: the byte 0xe2" },
        { "a\xffg", "t.yaml:1:18: the byte 0xff" },
        { "a\xc3", "t.yaml:1:18: the byte 0xc3" },
        { "a\xc0\xaf", "t.yaml:1:18: the byte 0xc0" },
        { "a\xed\xa0\x80", "t.yaml:1:18: the byte 0xed" },
        { "'a", "t.yaml:1:17: unterminated quote" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sb_text text = { 0 };
        sb_text_add(&text, "layers: [{name: %s, input: [1, 3, 3], kernel: 3, out_channels: 1}]",
                    cases[i].name);
        assert_refused(&text, cases[i].message);
        sb_text_free(&text);
    }
}

static void a_byte_order_mark_is_passed_over(void **state)
{
    (void)state;
    sb_config config = parse("\xef\xbb\xbflayers: [{name: \xc3\xa4\xe6\xbc\xa2, input: [1, 3, 3], "
                             "kernel: 3, out_channels: 1}]");
    assert_string_equal(config.layers[0].name, "\xc3\xa4\xe6\xbc\xa2");
    sb_config_free(&config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_read),
        cmocka_unit_test(retired_keys_are_passed_over),
        cmocka_unit_test(sweeps_are_named),
        cmocka_unit_test(groups_are_not_paired_unless_asked),
        cmocka_unit_test(epilogues_are_read),
        cmocka_unit_test(a_1x1_layer_is_no_pair_unless_asked),
        cmocka_unit_test(padding_words_are_understood),
        cmocka_unit_test(same_padding_keeps_the_size),
        cmocka_unit_test(settings_replace_the_file),
        cmocka_unit_test(odd_texts_survive_the_round_trip),
        cmocka_unit_test(tuning_is_restricted_and_started),
        cmocka_unit_test(bad_restrictions_are_refused),
        cmocka_unit_test(configurations_hold_their_networks),
        cmocka_unit_test(mistakes_are_told),
        cmocka_unit_test(bad_settings_are_told),
        cmocka_unit_test(a_filter_that_matches_nothing_is_told),
        cmocka_unit_test(nested_aliases_are_refused),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(wide_maps_are_refused),
        cmocka_unit_test(large_sweeps_are_refused),
        cmocka_unit_test(limits_are_where_they_are_said_to_be),
        cmocka_unit_test(settings_have_a_limit),
        cmocka_unit_test(many_anchors_cost_little),
        cmocka_unit_test(nested_lists_count_while_they_are_open),
        cmocka_unit_test(texts_that_cannot_be_shown_are_refused),
        cmocka_unit_test(a_byte_order_mark_is_passed_over),
    };
    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
