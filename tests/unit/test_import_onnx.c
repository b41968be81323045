/* SPDX-License-Identifier: Apache-2.0 */
#include "import_fixture.h"

#include "builder.h"
#include "core/random.h"
#include "networks.h"

static const sb_import_options bottlenecks = { .join = SB_IMPORT_JOIN_BOTTLENECKS };

/* Imports a network; fails the test if that fails. */
static void import_network(const char *name, const sb_import_options *options,
                           sb_imported *imported)
{
    size_t length;
    sb_error error = { "" };
    uint8_t *bytes = make_network(name, &length);
    assert_non_null(bytes);
    if (import_bytes(sb_import_onnx, bytes, length, options, imported, &error) < 0)
        fail_msg("%s: %s", name, error.text);
    free(bytes);
}

/* Imports the model in the builder. */
static int import_built(builder *b, const sb_import_options *options, sb_imported *imported,
                        sb_error *error)
{
    size_t length;
    uint8_t *bytes = builder_finish(b, &length);
    int rc = import_bytes(sb_import_onnx, bytes, length, options, imported, error);
    free(bytes);
    return rc;
}

static void import_well(builder *b, sb_imported *imported)
{
    sb_error error = { "" };
    if (import_built(b, &bottlenecks, imported, &error) < 0)
        fail_msg("%s", error.text);
}

/* ------------------------------------------------------------------------------------ networks */

/* However convolutions are combined into layers, each is there exactly once. */
static void networks_have_the_published_counts(void **state)
{
    (void)state;
    for (const network *n = networks; n->name; n++)
        for (int join = SB_IMPORT_JOIN_NONE; join <= SB_IMPORT_JOIN_BOTTLENECKS; join++)
            for (int merge = 0; merge < 2; merge++)
                for (int all = 0; all < 2; all++) {
                    const sb_import_options options = { .join = (sb_import_join)join,
                                                        .fully_connected = all };
                    sb_imported imported;
                    import_network(n->name, &options, &imported);
                    if (merge)
                        sb_imported_merge(&imported);
                    const int64_t wanted = n->convolutions + (all ? n->fully_connected : 0);
                    assert_true(sb_imported_multiply_adds(&imported) == (double)wanted);
                    sb_imported_free(&imported);
                }
}

static void count_kinds(const sb_imported *imported, size_t kinds[3])
{
    memset(kinds, 0, 3 * sizeof *kinds);
    for (size_t i = 0; i < imported->layer_count; i++)
        kinds[imported->layers[i].shape.kind]++;
}

static void networks_have_their_blocks(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t convolutions, singles, pairs, bottlenecks;
    } cases[] = {
        { "mobilenet_v1", 27, 1, 13, 0 },
        { "mobilenet_v2", 52, 2, 1, 16 },
        { "resnet50", 53, 53, 0, 0 },
        { "shufflenet_v2", 56, 2, 3, 16 },
        { "shufflenet_zoo", 49, 49, 0, 0 },
        { "vgg16", 13, 13, 0, 0 },
        { "mobilenet_v3_large", 63, 19, 1, 14 },
        { "efficientnet_b0", 81, 34, 1, 15 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sb_imported imported;
        size_t kinds[3];
        import_network(cases[i].name, &bottlenecks, &imported);
        count_kinds(&imported, kinds);
        assert_int_equal(imported.convolutions, cases[i].convolutions);
        assert_int_equal(kinds[SB_IMPORT_SINGLE], cases[i].singles);
        assert_int_equal(kinds[SB_IMPORT_PAIR], cases[i].pairs);
        assert_int_equal(kinds[SB_IMPORT_BOTTLENECK], cases[i].bottlenecks);
        sb_imported_free(&imported);
    }
}

static void assert_named(sb_imported *imported, const char *line)
{
    const char *name = line + strlen("- {name: ");
    const size_t length = strcspn(name, ",");
    for (size_t i = 0; i < imported->layer_count; i++)
        if (imported->layers[i].name && strlen(imported->layers[i].name) == length &&
            strncmp(imported->layers[i].name, name, length) == 0) {
            assert_layer(imported, i, line);
            return;
        }
    fail_msg("there is no layer %.*s", (int)length, name);
}

static void layers_read_as_published(void **state)
{
    (void)state;
    static const struct {
        const char *network, *lines[6];
    } cases[] = {
        { "mobilenet_v1",
          { "- {name: mobilenet.conv1, input: [3, 224, 224], out_channels: 32, kernel: 3, stride: "
            "2, padding: [0, 1, 0, 1], bias: true, activation: relu6}",
            "- {name: mobilenet.conv_7, input: [512, 14, 14], out_channels: 512, kernel: 3, "
            "padding: 1, bias: true, activation: relu6, repeat: 5, operations: [standard, "
            "separable]}" } },
        { "mobilenet_v2",
          { "- {name: features.1.conv, input: [32, 112, 112], out_channels: 16, kernel: 3, "
            "padding: 1, bias: true, activation: [relu6, none], operations: [standard, separable]}",
            "- {name: features.2.conv, input: [16, 112, 112], expand: 96, out_channels: 24, "
            "kernel: 3, stride: 2, padding: 1, bias: true, activation: relu6, operations: "
            "[standard, separable, bottleneck]}",
            "- {name: features.8.conv, input: [64, 14, 14], expand: 384, out_channels: 64, kernel: "
            "3, padding: 1, bias: true, activation: relu6, residual: true, repeat: 3, operations: "
            "[standard, separable, bottleneck]}" } },
        { "resnet50",
          { "- {name: layer1.0.conv2, input: [64, 56, 56], out_channels: 64, kernel: 3, padding: "
            "1, bias: true, activation: relu, repeat: 3}",
            "- {name: layer2.0.downsample.0, input: [256, 56, 56], out_channels: 512, kernel: 1, "
            "stride: 2, bias: true}" } },
        { "shufflenet_v2",
          { "- {name: stage2.0.branch1, input: [24, 56, 56], out_channels: 58, kernel: 3, stride: "
            "2, padding: 1, bias: true, activation: [none, relu], operations: [standard, "
            "separable]}",
            "- {name: stage3.1.branch2, input: [116, 14, 14], expand: 116, out_channels: 116, "
            "kernel: 3, padding: 1, bias: true, activation: [relu, none, relu], repeat: 7, "
            "operations: [standard, separable, bottleneck]}" } },
        { "mobilenet_v3_large",
          { "- {name: features.0.0, input: [3, 224, 224], out_channels: 16, kernel: 3, stride: 2, "
            "padding: 1, bias: true, activation: hard_swish}",
            "- {name: features.1.block, input: [16, 112, 112], out_channels: 16, kernel: 3, "
            "padding: 1, bias: true, activation: [relu, none], residual: true, operations: "
            "[standard, separable]}",
            "- {name: features.8.block, input: [80, 14, 14], expand: 200, out_channels: 80, "
            "kernel: 3, padding: 1, bias: true, activation: hard_swish, residual: true, "
            "operations: [standard, separable, bottleneck]}",
            "- {name: features.14.block, input: [160, 7, 7], expand: 960, out_channels: 160, "
            "kernel: 5, padding: 2, bias: true, activation: hard_swish, residual: true, repeat: 2, "
            "operations: [standard, separable, bottleneck]} # without the squeeze-and-excitation "
            "between its steps" } },
        { "vgg16",
          { "- {name: vgg0_conv1_1, input: [3, 224, 224], out_channels: 64, kernel: 3, padding: 1, "
            "bias: true, activation: relu}" } },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sb_imported imported;
        import_network(cases[i].network, &bottlenecks, &imported);
        sb_imported_merge(&imported);
        for (size_t j = 0; j < 6 && cases[i].lines[j]; j++)
            assert_named(&imported, cases[i].lines[j]);
        sb_imported_free(&imported);
    }
}

static void networks_tell_what_is_left(void **state)
{
    (void)state;
    sb_imported imported;
    import_network("mobilenet_v1", &bottlenecks, &imported);
    assert_int_equal(noted(&imported, SB_IMPORT_FOLDED, "into weights and bias"), 27);
    assert_int_equal(noted(&imported, SB_IMPORT_FOLDED, "into a convolution's padding"), 5);
    assert_int_equal(noted(&imported, SB_IMPORT_CHANGED, "batches that the model leaves open"), 1);
    assert_int_equal(noted(&imported, SB_IMPORT_LEFT_OUT, "fully connected layers"), 1);
    assert_int_equal(noted(&imported, SB_IMPORT_LEFT_OUT, "operators that layers do not have"), 3);
    sb_imported_free(&imported);
    import_network("mobilenet_v3_large", &bottlenecks, &imported);
    assert_int_equal(noted(&imported, SB_IMPORT_LEFT_OUT, "scaling by squeeze-and-excitation"), 8);
    assert_int_equal(noted(&imported, SB_IMPORT_LEFT_OUT, "activations that layers do not"), 8);
    sb_imported_free(&imported);
    import_network("resnet50", &bottlenecks, &imported);
    assert_int_equal(noted(&imported, SB_IMPORT_LEFT_OUT, "additions, and what follows"), 20);
    sb_imported_free(&imported);
}

/* ------------------------------------------------------------------------------- small graphs */

static value conv3(builder *b, value x, int64_t k)
{
    return builder_conv(
        b, x, (conv_options) { .k = k, .kernel = 3, .stride = 1, .padding = 1, .groups = 1 });
}

static void one_dimension_is_a_row(void **state)
{
    (void)state;
    builder b = builder_start("row", 13);
    value x = builder_input(&b, "signal", 1, 16, 1, 100);
    SbOnnx__Node *squeeze = builder_node(
        &b, "Squeeze", NULL,
        (const char *const[]) { x.name, builder_ints(&b, NULL, (const int64_t[]) { 2 }, 1), NULL });
    const char *row = builder_node_output(&b, squeeze);
    const char *w = builder_weight(&b, "row.weight", (const int64_t[]) { 8, 16, 5, 0 });
    SbOnnx__Node *node = builder_node(&b, "Conv", NULL, (const char *const[]) { row, w, NULL });
    builder_list(node, "pads", (const int64_t[]) { 4, 0 }, 2);
    builder_list(node, "dilations", (const int64_t[]) { 2 }, 1);
    builder_node_output(&b, node);
    sb_imported imported;
    import_well(&b, &imported);
    assert_int_equal(imported.layer_count, 1);
    assert_layer(&imported, 0,
                 "- {name: row, input: [16, 1, 100], out_channels: 8, kernel: [1, 5], padding: [0, "
                 "0, 4, 0], dilation: [1, 2]}");
    sb_imported_free(&imported);
}

/* A depthwise convolution with two outputs per channel, directly followed by a pointwise one. */
static void multiplier_is_kept(void **state)
{
    (void)state;
    builder b = builder_start("multiplier", 13);
    value x = builder_input(&b, "x", 2, 8, 10, 12);
    x = builder_conv(&b, x,
                     (conv_options) { .weight = "sep.dw.weight",
                                      .k = 16,
                                      .kernel = 3,
                                      .stride = 1,
                                      .padding = 1,
                                      .groups = 8,
                                      .bias = 1 });
    x = builder_conv(
        &b, x,
        (conv_options) {
            .weight = "sep.pw.weight", .k = 24, .kernel = 1, .stride = 1, .groups = 1 });
    builder_output(&b, x);
    sb_imported imported;
    import_well(&b, &imported);
    assert_int_equal(imported.layer_count, 1);
    assert_layer(&imported, 0,
                 "- {name: sep, input: [2, 8, 10, 12], out_channels: 24, kernel: 3, padding: 1, "
                 "multiplier: 2, bias: [true, false], operations: [standard, separable]}");
    assert_int_equal(noted(&imported, SB_IMPORT_CHANGED, "a bias"), 0);
    sb_imported_free(&imported);
}

/* A value that has a second reader cannot be inside a layer. */
static void shared_values_stay_outside(void **state)
{
    (void)state;
    builder b = builder_start("shared", 13);
    value x = builder_input(&b, "x", 1, 8, 10, 10);
    const conv_options dw = { .k = 8, .kernel = 3, .stride = 1, .padding = 1, .groups = 8 };
    const conv_options pw = { .k = 8, .kernel = 1, .stride = 1, .groups = 1 };
    value y = builder_conv(&b, x, dw);
    builder_output(&b, builder_conv(&b, y, pw));
    builder_output(&b, builder_conv(&b, y, pw));
    value z = builder_apply(&b, "LeakyRelu", builder_conv(&b, x, dw));
    builder_output(&b, z);
    builder_output(&b, builder_conv(&b, z, pw));
    sb_imported imported;
    import_well(&b, &imported);
    assert_int_equal(imported.layer_count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(imported.layers[i].shape.kind, SB_IMPORT_SINGLE);
    assert_int_equal(noted(&imported, SB_IMPORT_LEFT_OUT, "activations that layers do not"), 1);
    sb_imported_free(&imported);
}

/* The blocks of ResNet-18: the added tensor has the shape of the second convolution's input. */
static void residual_before_the_activation(void **state)
{
    (void)state;
    static const char *const types[] = { "Add", "Sum" };
    for (size_t i = 0; i < 2; i++) {
        builder b = builder_start("residual", 13);
        value x = builder_input(&b, "x", 1, 8, 10, 10);
        value y = builder_apply(&b, "Relu", builder_norm(&b, conv3(&b, x, 8)));
        y = builder_norm(&b, conv3(&b, y, 8));
        y = builder_apply_two(&b, types[i], x, y.name);
        builder_output(&b, builder_apply(&b, "Relu", y));
        sb_imported imported;
        import_well(&b, &imported);
        assert_int_equal(imported.layer_count, 2);
        sb_imported_name(&imported);
        assert_layer(&imported, 1,
                     "- {name: c8_hw10_r3_k8_p1_2, input: [8, 10, 10], out_channels: 8, kernel: 3, "
                     "padding: 1, bias: true, activation: relu, residual: true}");
        sb_imported_free(&imported);
    }
}

/* A matrix product followed by a bias, as Keras writes it. */
static void fully_connected_is_one_pixel(void **state)
{
    (void)state;
    const sb_import_options options = { .fully_connected = true };
    builder b = builder_start("dense", 13);
    value x = builder_input(&b, "x", 4, 16, 1, 1);
    x = builder_apply(&b, "Flatten", x);
    const char *w = builder_weight(&b, "dense/kernel", (const int64_t[]) { 16, 10, 0 });
    const char *bias = builder_weight(&b, "dense/bias", (const int64_t[]) { 10, 0 });
    x = builder_apply_two(&b, "Add", builder_apply_two(&b, "MatMul", x, w), bias);
    builder_output(&b, builder_apply(&b, "Relu", x));
    sb_imported imported;
    sb_error error;
    assert_int_equal(import_built(&b, &options, &imported, &error), SB_OK);
    assert_layer(&imported, 0,
                 "- {name: dense, input: [4, 16, 1, 1], out_channels: 10, kernel: 1, bias: true, "
                 "activation: relu}");
    sb_imported_free(&imported);
}

static void lists_what_layers_cannot_say(void **state)
{
    (void)state;
    builder b = builder_start("odd", 13);
    value x = builder_input(&b, "x", 1, 8, 10, 10);
    const char *w = builder_weight(&b, NULL, (const int64_t[]) { 8, 4, 3, 3, 0 });
    const char *deep = builder_weight(&b, NULL, (const int64_t[]) { 4, 8, 1, 3, 3, 0 });
    const char *axis = builder_ints(&b, NULL, (const int64_t[]) { 2 }, 1);
    builder_node_output(
        &b, builder_node(&b, "ConvTranspose", "up", (const char *const[]) { x.name, w, NULL }));
    const char *cube = builder_node_output(
        &b, builder_node(&b, "Unsqueeze", NULL, (const char *const[]) { x.name, axis, NULL }));
    builder_node_output(
        &b, builder_node(&b, "Conv", "deep", (const char *const[]) { cube, deep, NULL }));
    const char *scale = builder_float(&b, NULL, 0.5F);
    const char *real =
        builder_node_output(&b, builder_node(&b, "DequantizeLinear", NULL,
                                             (const char *const[]) { x.name, scale, NULL }));
    const value q = { real, 8, 10, 10 };
    builder_conv(&b, q,
                 (conv_options) { .name = "qdq", .k = 8, .kernel = 1, .stride = 1, .groups = 1 });
    builder_node_output(
        &b, builder_node(&b, "ConvInteger", "integer", (const char *const[]) { x.name, w, NULL }));
    SbOnnx__Node *foreign =
        builder_node(&b, "FusedThing", NULL, (const char *const[]) { x.name, NULL });
    foreign->domain = strdup("com.example");
    const value unknown = { builder_node_output(&b, foreign), 8, 10, 10 };
    builder_conv(
        &b, unknown,
        (conv_options) { .name = "behind", .k = 8, .kernel = 1, .stride = 1, .groups = 1 });
    builder_conv(&b, x,
                 (conv_options) { .name = "good", .k = 8, .kernel = 1, .stride = 1, .groups = 1 });
    sb_imported imported;
    import_well(&b, &imported);
    assert_int_equal(imported.layer_count, 1);
    assert_string_equal(imported.layers[0].name, "good");
    static const struct {
        const char *reason;
        size_t count;
    } left[] = { { "transposed convolutions", 1 },
                 { "three spatial dimensions", 1 },
                 { "quantised convolutions", 2 },
                 { "operators that are not ONNX's own", 1 },
                 { "the size of its input or its weights is not known", 1 },
                 { "operators that layers do not have", 2 } };
    for (size_t i = 0; i < sizeof left / sizeof *left; i++)
        assert_int_equal(noted(&imported, SB_IMPORT_LEFT_OUT, left[i].reason), left[i].count);
    sb_imported_free(&imported);
}

/* ---------------------------------------------------------------------------- sizes left open */

static builder open_model(void)
{
    builder b = builder_start("open", 13);
    value x = builder_input(&b, "image", 0, 3, 0, 0);
    builder_output(&b, conv3(&b, x, 4));
    return b;
}

static void open_sizes_need_a_shape(void **state)
{
    (void)state;
    static const struct {
        const char *shape, *says;
    } bad[] = {
        { NULL, "because the input 'image' has none: give it, as --shape=1x3x224x224" },
        { "1x3x8", "has 4 dimensions" },
        { "1x3x8xx8", "expected sizes such as" },
        { "1x3x8x0", "expected sizes such as" },
        { "1x3x8x99999999999", "expected sizes such as" },
        { "picture=1x3x8x8", "there is no such input; the model's inputs are 'image'" },
    };
    static const char *const good[] = { "2x3x8x9", "image=2x3x8x9", "2,3,8,9" };
    sb_imported imported;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const sb_import_options options = { .shapes =
                                                (const char *const[]) { bad[i].shape, NULL } };
        sb_error error = { "" };
        builder b = open_model();
        assert_int_equal(import_built(&b, &options, &imported, &error), SB_FAILED);
        if (!strstr(error.text, bad[i].says))
            fail_msg("'%s' does not say '%s'", error.text, bad[i].says);
    }
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        const sb_import_options options = { .shapes = (const char *const[]) { good[i], NULL } };
        sb_error error = { "" };
        builder b = open_model();
        assert_int_equal(import_built(&b, &options, &imported, &error), SB_OK);
        sb_imported_name(&imported);
        assert_layer(&imported, 0,
                     "- {name: n2_c3_hw8x9_r3_k4_p1, input: [2, 3, 8, 9], out_channels: 4, kernel: "
                     "3, padding: 1}");
        sb_imported_free(&imported);
    }
}

/* The sizes of the whole network follow from the requested input size. */
static void networks_can_be_resized(void **state)
{
    (void)state;
    const sb_import_options options = { .shapes = (const char *const[]) { "4x3x192x160", NULL } };
    sb_imported imported;
    import_network("shufflenet_v2", &options, &imported);
    const sb_import_shape *last = &imported.layers[imported.layer_count - 1].shape;
    assert_int_equal(last->n, 4);
    assert_int_equal(last->c, 464);
    assert_int_equal(last->h, 6);
    assert_int_equal(last->w, 5);
    sb_imported_free(&imported);
}

/* ----------------------------------------------------------------------------------- bad models */

static void refuses(builder *b, const char *says)
{
    sb_imported imported;
    sb_error error = { "" };
    assert_int_equal(import_built(b, &bottlenecks, &imported, &error), SB_FAILED);
    if (!strstr(error.text, says) || !strstr(error.text, "/tmp/sb-import-"))
        fail_msg("'%s' does not say '%s' and the file's name", error.text, says);
}

static void refuses_graphs_that_are_none(void **state)
{
    (void)state;
    builder b = builder_start("circle", 13);
    value x = builder_input(&b, "x", 1, 8, 10, 10);
    SbOnnx__Node *first =
        builder_node(&b, "Add", "first", (const char *const[]) { x.name, "back", NULL });
    value y = { builder_node_output(&b, first), 8, 10, 10 };
    SbOnnx__Node *second =
        builder_node(&b, "Relu", "second", (const char *const[]) { y.name, NULL });
    second->output = malloc(sizeof *second->output);
    second->output[second->n_output++] = strdup("back");
    refuses(&b,
            "'back' before it is computed: the graph has a cycle, or its nodes are not in order");

    b = builder_start("twice", 13);
    x = builder_input(&b, "x", 1, 8, 10, 10);
    y = builder_apply(&b, "Relu", x);
    second = builder_node(&b, "Relu", "second", (const char *const[]) { x.name, NULL });
    second->output = malloc(sizeof *second->output);
    second->output[second->n_output++] = strdup(y.name);
    refuses(&b, "is computed twice, the second time by the node 'second'");

    b = builder_start("nowhere", 13);
    builder_input(&b, "x", 1, 8, 10, 10);
    builder_apply(&b, "Relu", (value) { "y", 8, 10, 10 });
    refuses(&b, "reads 'y', which no node computes");
}

/* Layers with absurd dimensions are left out with a note, and the sums do not count them. */
static void absurd_sizes_are_left_out(void **state)
{
    (void)state;
    static const int64_t sizes[] = { INT64_C(1) << 21, INT64_C(1) << 40, INT64_MAX };
    for (size_t i = 0; i < 3; i++) {
        builder b = builder_start("absurd", 13);
        value x = builder_input(&b, "x", 1, 8, 16, 16);
        value huge = builder_input(&b, "huge", 1, 8, sizes[i], 16);
        builder_output(&b, conv3(&b, x, 8));
        const char *w = builder_weight(&b, NULL, (const int64_t[]) { 8, 8, 3, 3, 0 });
        SbOnnx__Node *node =
            builder_node(&b, "Conv", "big", (const char *const[]) { huge.name, w, NULL });
        value y = { builder_node_output(&b, node), 8, 16, 16 };
        builder_output(&b, builder_apply(&b, "Flatten", y));
        node = builder_node(&b, "Conv", "strange", (const char *const[]) { x.name, w, NULL });
        builder_list(node, "strides", (const int64_t[]) { INT64_MAX, INT64_MIN }, 2);
        builder_node_output(&b, node);
        node = builder_node(&b, "Conv", "groups", (const char *const[]) { x.name, w, NULL });
        builder_int(node, "group", INT64_MAX);
        builder_node_output(&b, node);
        sb_imported imported;
        import_well(&b, &imported);
        assert_int_equal(imported.layer_count, 1);
        assert_int_equal(imported.convolutions, 1);
        sb_imported_free(&imported);
    }
}

/* A model that is cut off at any place gives an error with that place, and never a crash or only
 * some of the layers. */
static void refuses_what_is_cut(void **state)
{
    (void)state;
    size_t length;
    uint8_t *bytes = make_network("mobilenet_v1", &length);
    for (size_t cut = 0; cut < length; cut += cut < 300 ? 1 : 97) {
        sb_imported imported;
        sb_error error = { "" };
        const int rc = import_bytes(sb_import_onnx, bytes, cut, &bottlenecks, &imported, &error);
        assert_int_equal(rc, SB_FAILED);
        assert_non_null(strstr(error.text, cut ? "not a" : "is empty"));
    }
    free(bytes);
}

/* A damaged model gives an error or layers, and nothing worse; sanitizers check this too. */
static void survives_damage(void **state)
{
    (void)state;
    size_t length;
    sb_random random = { 5 };
    for (int round = 0; round < 400; round++) {
        uint8_t *bytes = make_network(round % 2 ? "shufflenet_v2" : "mobilenet_v3_large", &length);
        for (int i = 0; i < 1 + round % 8; i++)
            bytes[sb_random_below(&random, length)] = (uint8_t)sb_random_next(&random);
        sb_imported imported;
        sb_error error = { "" };
        if (import_bytes(sb_import_onnx, bytes, length, &bottlenecks, &imported, &error) == SB_OK)
            sb_imported_free(&imported);
        else
            assert_true(error.text[0]);
        free(bytes);
    }
}

static void refuses_bombs(void **state)
{
    (void)state;
    sb_imported imported;
    sb_error error = { "" };
    /* Graphs in attributes in nodes in graphs, with 3 bytes per level. */
    enum { LEVELS = 4000, LONGEST = 3 * 4 * LEVELS };
    uint8_t *nested = sb_new(LONGEST, 1);
    size_t at = LONGEST, length = 0;
    for (int i = 0; i < LEVELS; i++) {
        static const uint8_t tags[] = { 0x32, 0x2a, 0x0a }; /* graph, attribute, node */
        for (size_t j = 0; j < 3; j++) {
            nested[--at] = (uint8_t)(length >> 7);
            nested[--at] = (uint8_t)(length & 0x7f) | 0x80;
            nested[--at] = i == LEVELS - 1 && j == 2 ? 0x0a : tags[j];
            length = length + 3 < 16000 ? length + 3 : length;
        }
        if (length + 9 >= 16000)
            break;
    }
    uint8_t *model = sb_new(length + 3, 1);
    model[0] = 0x3a;
    model[1] = (uint8_t)(length & 0x7f) | 0x80;
    model[2] = (uint8_t)(length >> 7);
    memcpy(model + 3, nested + at, length);
    assert_int_equal(
        import_bytes(sb_import_onnx, model, length + 3, &bottlenecks, &imported, &error),
        SB_FAILED);
    assert_non_null(strstr(error.text, "nested more than"));
    free(nested);
    free(model);
    /* Three million empty nodes. */
    const size_t nodes = 3000000, size = 2 * nodes + 5;
    model = sb_new(size, 1);
    static const uint8_t head[] = { 0x3a, 0x80, 0x9b, 0xee, 0x02 };
    memcpy(model, head, sizeof head);
    for (size_t i = 0; i < nodes; i++)
        model[5 + 2 * i] = 0x0a;
    assert_int_equal(import_bytes(sb_import_onnx, model, size, &bottlenecks, &imported, &error),
                     SB_FAILED);
    assert_non_null(strstr(error.text, "more than 2097152 parts"));
    free(model);
    assert_int_equal(
        import_text(sb_import_onnx, "ONNX is not text\n", &bottlenecks, &imported, &error),
        SB_FAILED);
    assert_int_equal(sb_import_onnx("/tmp", &bottlenecks, &imported, &error), SB_FAILED);
    assert_non_null(strstr(error.text, "/tmp"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks_have_the_published_counts),
        cmocka_unit_test(networks_have_their_blocks),
        cmocka_unit_test(layers_read_as_published),
        cmocka_unit_test(networks_tell_what_is_left),
        cmocka_unit_test(one_dimension_is_a_row),
        cmocka_unit_test(multiplier_is_kept),
        cmocka_unit_test(shared_values_stay_outside),
        cmocka_unit_test(residual_before_the_activation),
        cmocka_unit_test(fully_connected_is_one_pixel),
        cmocka_unit_test(lists_what_layers_cannot_say),
        cmocka_unit_test(open_sizes_need_a_shape),
        cmocka_unit_test(networks_can_be_resized),
        cmocka_unit_test(refuses_graphs_that_are_none),
        cmocka_unit_test(absurd_sizes_are_left_out),
        cmocka_unit_test(refuses_what_is_cut),
        cmocka_unit_test(survives_damage),
        cmocka_unit_test(refuses_bombs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
