/* SPDX-License-Identifier: Apache-2.0 */
/* The ways in which exporters, versions of ONNX and optimisers write the same convolution. */
#include "import_fixture.h"

#include "builder.h"

typedef struct graph {
    builder b;
    value x, y;        /* the input, and what has been built so far */
    const char *other; /* what a case keeps for later */
} graph;

enum { FLOAT = 1, HALF = 10, BRAIN = 16 };

static void import_graph(builder *b, sb_imported *imported)
{
    size_t length;
    sb_error error = { "" };
    const sb_import_options options = { .join = SB_IMPORT_JOIN_BOTTLENECKS };
    uint8_t *bytes = builder_finish(b, &length);
    if (import_bytes(sb_import_onnx, bytes, length, &options, imported, &error) < 0)
        fail_msg("%s", error.text);
    free(bytes);
    sb_imported_name(imported);
}

static void apply(graph *g, const char *type)
{
    g->y = builder_apply(&g->b, type, g->y);
}

/* type(y, other) or type(other, y) */
static void apply_two(graph *g, const char *type, const char *first, const char *second)
{
    value y = g->y;
    y.name = first;
    g->y = builder_apply_two(&g->b, type, y, second);
}

static const char *number(graph *g, float real)
{
    return builder_float(&g->b, NULL, real);
}

/* A number of another type, from its bits; in a list or as raw bytes. */
static const char *bits(graph *g, int32_t type, uint16_t pattern, bool raw)
{
    const char *name = number(g, 0);
    SbOnnx__Tensor *t = g->b.graph->initializer[g->b.graph->n_initializer - 1];
    t->data_type = type;
    if (raw) {
        t->raw_data.len = sizeof pattern;
        memcpy(t->raw_data.data, &pattern, sizeof pattern);
        return name;
    }
    free(t->raw_data.data);
    t->raw_data = (ProtobufCBinaryData) { 0 };
    t->has_raw_data = 0;
    t->int32_data = malloc(sizeof *t->int32_data);
    t->int32_data[t->n_int32_data++] = pattern;
    return name;
}

static void convolve(graph *g)
{
    g->y = builder_conv(
        &g->b, g->y,
        (conv_options) {
            .weight = "it.weight", .k = 8, .kernel = 3, .stride = 1, .groups = 1, .padding = 1 });
}

/* ------------------------------------------------------------------------------- what follows */

static void clip(graph *g, const char *low, const char *high)
{
    g->y.name = builder_node_output(
        &g->b,
        builder_node(&g->b, "Clip", NULL, (const char *const[]) { g->y.name, low, high, NULL }));
}

static void clip_by_attributes(graph *g)
{
    SbOnnx__Node *node =
        builder_node(&g->b, "Clip", NULL, (const char *const[]) { g->y.name, NULL });
    builder_number(node, "min", 0);
    builder_number(node, "max", 6);
    g->y.name = builder_node_output(&g->b, node);
}

static void clip_by_inputs(graph *g)
{
    clip(g, number(g, 0), number(g, 6));
}

static const char *constant(graph *g, float real)
{
    SbOnnx__Node *node = builder_node(&g->b, "Constant", NULL, (const char *const[]) { NULL });
    builder_number(node, "value_float", real);
    return builder_node_output(&g->b, node);
}

static void clip_by_nodes(graph *g)
{
    const char *low = constant(g, 0), *high = constant(g, 6);
    clip(g, low, high);
}

static void clip_by_halves(graph *g)
{
    clip(g, bits(g, HALF, 0, true), bits(g, HALF, 0x4600, true));
}

static void clip_by_listed_halves(graph *g)
{
    clip(g, bits(g, HALF, 0, false), bits(g, HALF, 0x4600, false));
}

static void clip_by_brain_floats(graph *g)
{
    clip(g, bits(g, BRAIN, 0, true), bits(g, BRAIN, 0x40c0, true));
}

static void clip_below(graph *g)
{
    clip(g, number(g, 0), "");
}

static void clip_elsewhere(graph *g)
{
    clip(g, number(g, -1), number(g, 1));
}

static void cast(graph *g, int64_t to)
{
    SbOnnx__Node *node =
        builder_node(&g->b, "Cast", NULL, (const char *const[]) { g->y.name, NULL });
    builder_int(node, "to", to);
    g->y.name = builder_node_output(&g->b, node);
}

static void everything_that_passes(graph *g)
{
    cast(g, FLOAT);
    g->y = builder_norm(&g->b, g->y);
    apply(g, "Identity");
    apply(g, "Dropout");
    clip_by_inputs(g);
    cast(g, HALF);
}

static void relu_after_integers(graph *g)
{
    cast(g, 6);
    apply(g, "Relu");
}

static void hard_swish_by_name(graph *g)
{
    apply(g, "HardSwish");
}

/* x * f(clip(x + 3, 0, 6)), where f divides by 6 inside (1) or outside (0) of the product. */
static void hard_swish_by_nodes(graph *g, bool inside, bool product_first)
{
    const value x = g->y;
    apply_two(g, "Add", x.name, number(g, 3));
    clip_by_inputs(g);
    if (inside)
        apply_two(g, "Div", g->y.name, number(g, 6));
    apply_two(g, "Mul", product_first ? g->y.name : x.name, product_first ? x.name : g->y.name);
    if (!inside)
        apply_two(g, "Div", g->y.name, number(g, 6));
}

static void hard_swish_inside(graph *g)
{
    hard_swish_by_nodes(g, true, true);
}

static void hard_swish_outside(graph *g)
{
    hard_swish_by_nodes(g, false, false);
}

static void hard_swish_by_sigmoid(graph *g)
{
    const value x = g->y;
    SbOnnx__Node *node =
        builder_node(&g->b, "HardSigmoid", NULL, (const char *const[]) { x.name, NULL });
    builder_number(node, "alpha", 1.0F / 6);
    builder_number(node, "beta", 0.5F);
    g->y.name = builder_node_output(&g->b, node);
    apply_two(g, "Mul", g->y.name, x.name);
}

static void swish(graph *g)
{
    const value x = g->y;
    apply(g, "Sigmoid");
    apply_two(g, "Mul", x.name, g->y.name);
}

static void swish_turned(graph *g)
{
    const value x = g->y;
    apply(g, "Sigmoid");
    apply_two(g, "Mul", g->y.name, x.name);
}

static void add_input(graph *g)
{
    apply_two(g, "Add", g->y.name, g->x.name);
}

static void add_to_input(graph *g)
{
    apply_two(g, "Add", g->x.name, g->y.name);
    apply(g, "Relu");
}

/* One number for each channel, computed from the input: no residual. */
static void add_pooled(graph *g)
{
    const value pooled = builder_global_pool(&g->b, g->x);
    apply_two(g, "Add", g->y.name, pooled.name);
}

static void add_per_channel(graph *g)
{
    apply_two(g, "Add", builder_weight(&g->b, NULL, (const int64_t[]) { 8, 1, 1, 0 }), g->y.name);
}

/* Not linear in the convolution's output. */
static void divide_constant(graph *g)
{
    apply_two(g, "Div", number(g, 1), g->y.name);
}

static void follows_the_convolution(void **state)
{
    (void)state;
    static const struct {
        void (*build)(graph *g);
        const char *layer;
        size_t left; /* operators that the layer does not have */
    } cases[] = {
        { clip_by_attributes, ", activation: relu6}", 0 },
        { clip_by_inputs, ", activation: relu6}", 0 },
        { clip_by_nodes, ", activation: relu6}", 0 },
        { clip_by_halves, ", activation: relu6}", 0 },
        { clip_by_listed_halves, ", activation: relu6}", 0 },
        { clip_by_brain_floats, ", activation: relu6}", 0 },
        { clip_below, ", activation: relu}", 0 },
        { clip_elsewhere, "}", 1 },
        { everything_that_passes, ", bias: true, activation: relu6}", 0 },
        { relu_after_integers, "}", 2 },
        { hard_swish_by_name, ", activation: hard_swish}", 0 },
        { hard_swish_inside, ", activation: hard_swish}", 0 },
        { hard_swish_outside, ", activation: hard_swish}", 0 },
        { hard_swish_by_sigmoid, ", activation: hard_swish}", 0 },
        { swish, ", activation: swish}", 0 },
        { swish_turned, ", activation: swish}", 0 },
        { add_input, ", residual: true}", 0 },
        { add_to_input, ", activation: relu, residual: true}", 0 },
        { add_pooled, "}", 2 },
        { add_per_channel, ", bias: true}", 0 },
        { divide_constant, "}", 1 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        graph g = { .b = builder_start("follows", 18) };
        sb_imported imported;
        sb_text wanted = { 0 };
        g.x = g.y = builder_input(&g.b, "x", 1, 8, 10, 10);
        convolve(&g);
        cases[i].build(&g);
        builder_output(&g.b, g.y);
        import_graph(&g.b, &imported);
        sb_text_add(&wanted,
                    "- {name: it, input: [8, 10, 10], out_channels: 8, kernel: 3, padding: 1%s",
                    cases[i].layer);
        assert_int_equal(imported.layer_count, 1);
        assert_layer(&imported, 0, wanted.data);
        assert_int_equal(noted(&imported, SB_IMPORT_LEFT_OUT, ""), cases[i].left);
        sb_text_free(&wanted);
        sb_imported_free(&imported);
    }
}

/* ---------------------------------------------------------------------------------- in front */

static SbOnnx__Node *plain_conv(graph *g, const char *weights)
{
    SbOnnx__Node *node =
        builder_node(&g->b, "Conv", "it", (const char *const[]) { g->y.name, weights, NULL });
    g->y.name = builder_node_output(&g->b, node);
    return node;
}

static const char *weights_of(graph *g)
{
    return builder_weight(&g->b, NULL, (const int64_t[]) { 8, 8, 3, 3, 0 });
}

static void same_upper(graph *g)
{
    SbOnnx__Node *node = plain_conv(g, weights_of(g));
    builder_text(node, "auto_pad", "SAME_UPPER");
    builder_list(node, "strides", (const int64_t[]) { 2, 2 }, 2);
}

static void same_lower(graph *g)
{
    SbOnnx__Node *node = plain_conv(g, weights_of(g));
    builder_text(node, "auto_pad", "SAME_LOWER");
    builder_list(node, "strides", (const int64_t[]) { 2, 2 }, 2);
}

static void same_dilated(graph *g)
{
    SbOnnx__Node *node = plain_conv(g, weights_of(g));
    builder_text(node, "auto_pad", "SAME_UPPER");
    builder_list(node, "dilations", (const int64_t[]) { 2, 2 }, 2);
}

static void valid(graph *g)
{
    builder_text(plain_conv(g, weights_of(g)), "auto_pad", "VALID");
}

static void pad_by_attribute(graph *g)
{
    SbOnnx__Node *node =
        builder_node(&g->b, "Pad", NULL, (const char *const[]) { g->y.name, NULL });
    builder_list(node, "pads", (const int64_t[]) { 0, 0, 1, 2, 0, 0, 3, 4 }, 8);
    g->y.name = builder_node_output(&g->b, node);
    plain_conv(g, weights_of(g));
}

static void pad_by_inputs(graph *g, const char *mode, const int64_t *pads, size_t count,
                          const char *filler, const char *axes)
{
    SbOnnx__Node *node =
        builder_node(&g->b, "Pad", NULL,
                     (const char *const[]) { g->y.name, builder_ints(&g->b, NULL, pads, count),
                                             filler, axes, NULL });
    if (mode)
        builder_text(node, "mode", mode);
    g->y.name = builder_node_output(&g->b, node);
    plain_conv(g, weights_of(g));
}

static void pad_of_all_axes(graph *g)
{
    pad_by_inputs(g, "constant", (const int64_t[]) { 0, 0, 1, 2, 0, 0, 3, 4 }, 8, number(g, 0),
                  NULL);
}

static void pad_of_half(graph *g)
{
    pad_by_inputs(g, NULL, (const int64_t[]) { 0, 0, 1, 2, 0, 0, 3, 4 }, 8,
                  bits(g, HALF, 0x8000, true), NULL);
}

static void pad_of_named_axes(graph *g)
{
    pad_by_inputs(g, NULL, (const int64_t[]) { 2, 1, 4, 3 }, 4, "",
                  builder_ints(&g->b, NULL, (const int64_t[]) { -1, 2 }, 2));
}

static void pad_by_reflection(graph *g)
{
    pad_by_inputs(g, "reflect", (const int64_t[]) { 0, 0, 1, 1, 0, 0, 1, 1 }, 8, NULL, NULL);
}

static void constant_weights(graph *g)
{
    SbOnnx__Node *node = builder_node(&g->b, "Constant", NULL, (const char *const[]) { NULL });
    builder_number(node, "value", 0);
    SbOnnx__Attribute *a = node->attribute[0];
    a->has_f = 0;
    a->t = malloc(sizeof *a->t);
    sb_onnx__tensor__init(a->t);
    a->t->has_data_type = 1;
    a->t->data_type = HALF;
    a->t->dims = malloc(4 * sizeof *a->t->dims);
    a->t->n_dims = 4;
    memcpy(a->t->dims, (const int64_t[]) { 8, 8, 3, 3 }, 4 * sizeof *a->t->dims);
    plain_conv(g, builder_node_output(&g->b, node));
}

/* Stored as height, width, in, out; converted, and with a second name. */
static void computed_weights(graph *g)
{
    const char *stored = builder_weight(&g->b, NULL, (const int64_t[]) { 3, 3, 8, 8, 0 });
    SbOnnx__Node *node =
        builder_node(&g->b, "Transpose", NULL, (const char *const[]) { stored, NULL });
    builder_list(node, "perm", (const int64_t[]) { 3, 2, 0, 1 }, 4);
    const char *turned = builder_node_output(&g->b, node);
    node = builder_node(&g->b, "Cast", NULL, (const char *const[]) { turned, NULL });
    builder_int(node, "to", FLOAT);
    const char *converted = builder_node_output(&g->b, node);
    node = builder_node(&g->b, "Identity", NULL, (const char *const[]) { converted, NULL });
    plain_conv(g, builder_node_output(&g->b, node));
}

/* "external_data" (13) and "data_location: EXTERNAL" (14) of a tensor. */
static void external_weights(graph *g)
{
    static const uint8_t entry[] = "\x0d\x0a\x08location\x12\x01w", external[] = { 1 };
    const char *name = weights_of(g);
    SbOnnx__Tensor *t = g->b.graph->initializer[g->b.graph->n_initializer - 1];
    t->base.n_unknown_fields = 2;
    t->base.unknown_fields = calloc(2, sizeof *t->base.unknown_fields);
    for (int i = 0; i < 2; i++) {
        ProtobufCMessageUnknownField *field = &t->base.unknown_fields[i];
        field->tag = i ? 14 : 13;
        field->wire_type = i ? PROTOBUF_C_WIRE_TYPE_VARINT : PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED;
        field->len = i ? sizeof external : sizeof entry - 1;
        field->data = malloc(field->len);
        memcpy(field->data, i ? external : entry, field->len);
    }
    plain_conv(g, name);
}

/* As models without stored parameters have them. */
static void weights_as_input(graph *g)
{
    plain_conv(g, builder_input(&g->b, "w", 8, 8, 3, 3).name);
}

static void converted_input(graph *g)
{
    cast(g, HALF);
    apply(g, "Identity");
    plain_conv(g, weights_of(g));
}

static void comes_before_the_convolution(void **state)
{
    (void)state;
    static const struct {
        void (*build)(graph *g);
        const char *layer;
    } cases[] = {
        { same_upper, "stride: 2, padding: [0, 1, 0, 1]}" },
        { same_lower, "stride: 2, padding: [1, 0, 1, 0]}" },
        { same_dilated, "padding: 2, dilation: 2}" },
        { valid, "" },
        { pad_by_attribute, "padding: [1, 3, 2, 4]}" },
        { pad_of_all_axes, "padding: [1, 3, 2, 4]}" },
        { pad_of_half, "padding: [1, 3, 2, 4]}" },
        { pad_of_named_axes, "padding: [1, 3, 2, 4]}" },
        { constant_weights, "" },
        { computed_weights, "" },
        { external_weights, "" },
        { weights_as_input, "" },
        { converted_input, "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        graph g = { .b = builder_start("before", 18) };
        sb_imported imported;
        sb_text wanted = { 0 };
        g.x = g.y = builder_input(&g.b, "x", 1, 8, 10, 10);
        cases[i].build(&g);
        builder_output(&g.b, g.y);
        import_graph(&g.b, &imported);
        sb_text_add(&wanted, "- {name: it, input: [8, 10, 10], out_channels: 8, kernel: 3%s%s",
                    *cases[i].layer ? ", " : "}", cases[i].layer);
        assert_int_equal(imported.layer_count, 1);
        assert_layer(&imported, 0, wanted.data);
        sb_text_free(&wanted);
        sb_imported_free(&imported);
    }
}

/* A layer's padding is of zeros; here the convolution sees the larger image. */
static void other_padding_stays(void **state)
{
    (void)state;
    graph g = { .b = builder_start("reflect", 13) };
    sb_imported imported;
    g.x = g.y = builder_input(&g.b, "x", 1, 8, 10, 10);
    pad_by_reflection(&g);
    import_graph(&g.b, &imported);
    assert_layer(&imported, 0, "- {name: it, input: [8, 12, 12], out_channels: 8, kernel: 3}");
    assert_int_equal(noted(&imported, SB_IMPORT_LEFT_OUT, "operators that layers do not have"), 1);
    sb_imported_free(&imported);
}

/* A layer's weights are packed before it runs. */
static void weights_from_the_input_are_listed(void **state)
{
    (void)state;
    graph g = { .b = builder_start("dynamic", 13) };
    sb_imported imported;
    g.x = g.y = builder_input(&g.b, "x", 1, 8, 10, 10);
    const value template = builder_input(&g.b, "template", 8, 8, 3, 3);
    const value features = builder_apply(&g.b, "Relu", template);
    plain_conv(&g, features.name);
    convolve(&g);
    import_graph(&g.b, &imported);
    assert_int_equal(imported.layer_count, 1);
    assert_int_equal(
        noted(&imported, SB_IMPORT_LEFT_OUT, "convolutions whose weights are computed"), 1);
    sb_imported_free(&imported);
}

/* Split, shuffle and concatenation, as ShuffleNet has them, in the forms of several versions. */
static void shuffles(void **state)
{
    (void)state;
    for (int form = 0; form < 3; form++) {
        graph g = { .b = builder_start("shuffle", 18) };
        sb_imported imported;
        g.x = g.y = builder_input(&g.b, "x", 0, 16, 10, 10);
        const char *sizes =
            form == 1 ? builder_ints(&g.b, NULL, (const int64_t[]) { 8, 8 }, 2) : NULL;
        SbOnnx__Node *split =
            builder_node(&g.b, "Split", NULL, (const char *const[]) { g.x.name, sizes, NULL });
        builder_int(split, "axis", 1);
        if (form == 0)
            builder_list(split, "split", (const int64_t[]) { 8, 8 }, 2);
        if (form == 2)
            builder_int(split, "num_outputs", 2);
        const char *left = builder_node_output(&g.b, split);
        g.y = (value) { builder_node_output(&g.b, split), 8, 10, 10 };
        convolve(&g);
        SbOnnx__Node *concat =
            builder_node(&g.b, "Concat", NULL, (const char *const[]) { left, g.y.name, NULL });
        builder_int(concat, "axis", 1);
        g.y.name = builder_node_output(&g.b, concat);
        apply_two(&g, "Reshape", g.y.name,
                  builder_ints(&g.b, NULL, (const int64_t[]) { 0, 2, 8, 10, 10 }, 5));
        SbOnnx__Node *turn =
            builder_node(&g.b, "Transpose", NULL, (const char *const[]) { g.y.name, NULL });
        builder_list(turn, "perm", (const int64_t[]) { 0, 2, 1, 3, 4 }, 5);
        g.y.name = builder_node_output(&g.b, turn);
        apply_two(&g, "Reshape", g.y.name,
                  builder_ints(&g.b, NULL, (const int64_t[]) { 0, -1, 10, 10 }, 4));
        g.y.c = 16;
        g.y = builder_conv(
            &g.b, g.y,
            (conv_options) {
                .weight = "end.weight", .k = 4, .kernel = 1, .stride = 1, .groups = 1 });
        import_graph(&g.b, &imported);
        assert_int_equal(imported.layer_count, 2);
        assert_layer(&imported, 1,
                     "- {name: end, input: [16, 10, 10], out_channels: 4, kernel: 1}");
        sb_imported_free(&imported);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_the_convolution),
        cmocka_unit_test(comes_before_the_convolution),
        cmocka_unit_test(other_padding_stays),
        cmocka_unit_test(weights_from_the_input_are_listed),
        cmocka_unit_test(shuffles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
