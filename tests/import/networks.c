/* SPDX-License-Identifier: Apache-2.0 */
#include "networks.h"

#include "builder.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 96 };

__attribute__((format(printf, 2, 3))) static void format_name(char to[LONGEST], const char *format,
                                                              ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(to, LONGEST, format, arguments);
    va_end(arguments);
}

#define TEXT(text, ...) \
    char text[LONGEST]; \
    format_name(text, __VA_ARGS__)

static value flatten(builder *b, value x)
{
    x = builder_apply(b, "Flatten", x);
    x.c *= x.h * x.w;
    x.h = x.w = 1;
    return x;
}

static value fully_connected(builder *b, value x, int64_t k, const char *name)
{
    const char *w = builder_weight(b, name, (const int64_t[]) { k, x.c, 0 });
    SbOnnx__Node *node = builder_node(b, "Gemm", NULL, (const char *const[]) { x.name, w, NULL });
    builder_int(node, "transB", 1);
    return (value) { builder_node_output(b, node), k, 1, 1 };
}

/* ------------------------------------------------- MobileNetV1, as Keras and tf2onnx write it */

/* Bounds of Clip as attributes; ZeroPadding2D in front of strided convolutions. */
static value clip6(builder *b, value x)
{
    SbOnnx__Node *node = builder_node(b, "Clip", NULL, (const char *const[]) { x.name, NULL });
    builder_number(node, "min", 0);
    builder_number(node, "max", 6);
    x.name = builder_node_output(b, node);
    return x;
}

static value pad_end(builder *b, value x)
{
    SbOnnx__Node *node = builder_node(b, "Pad", NULL, (const char *const[]) { x.name, NULL });
    builder_list(node, "pads", (const int64_t[]) { 0, 0, 0, 0, 0, 0, 1, 1 }, 8);
    builder_text(node, "mode", "constant");
    return (value) { builder_node_output(b, node), x.c, x.h + 1, x.w + 1 };
}

static value keras_conv(builder *b, value x, const char *name, int64_t k, int64_t kernel,
                        int64_t stride, int64_t groups)
{
    TEXT(weight, "mobilenet/%s/kernel", name);
    conv_options o = { .weight = weight,
                       .k = k,
                       .kernel = kernel,
                       .stride = stride,
                       .groups = groups,
                       .auto_pad = "SAME_UPPER" };
    if (stride == 2) {
        x = pad_end(b, x);
        o.auto_pad = "VALID";
    }
    value y = builder_conv(b, x, o);
    if (stride == 2)
        y.h = y.w = (x.h - kernel) / 2 + 1;
    return clip6(b, builder_norm(b, y));
}

static void mobilenet_v1(builder *b)
{
    static const int64_t channels[] = { 64,  128, 128, 256, 256,  512, 512,
                                        512, 512, 512, 512, 1024, 1024 };
    value x = builder_input(b, "input", -1, 3, 224, 224);
    x = keras_conv(b, x, "conv1", 32, 3, 2, 1);
    for (int i = 0; i < 13; i++) {
        const int64_t stride = i == 1 || i == 3 || i == 5 || i == 11 ? 2 : 1;
        TEXT(dw, "conv_dw_%d", i + 1);
        TEXT(pw, "conv_pw_%d", i + 1);
        x = keras_conv(b, x, dw, x.c, 3, stride, x.c);
        x = keras_conv(b, x, pw, channels[i], 1, 1, 1);
    }
    x = fully_connected(b, flatten(b, builder_global_pool(b, x)), 1000, "preds/kernel");
    builder_output(b, builder_apply(b, "Softmax", x));
}

/* ---------------------------------------------------------- MobileNetV2, as PyTorch writes it */

static value relu6(builder *b, value x)
{
    const char *const inputs[] = { x.name, builder_float(b, NULL, 0), builder_float(b, NULL, 6),
                                   NULL };
    x.name = builder_node_output(b, builder_node(b, "Clip", NULL, inputs));
    return x;
}

static value torch_conv(builder *b, value x, const char *name, conv_options o)
{
    TEXT(weight, "%s.weight", name);
    o.weight = weight;
    o.groups = o.groups ? o.groups : 1;
    return builder_norm(b, builder_conv(b, x, o));
}

static void mobilenet_v2(builder *b)
{
    static const struct {
        int64_t expand, channels, repeat, stride;
    } rows[] = { { 1, 16, 1, 1 }, { 6, 24, 2, 2 },  { 6, 32, 3, 2 }, { 6, 64, 4, 2 },
                 { 6, 96, 3, 1 }, { 6, 160, 3, 2 }, { 6, 320, 1, 1 } };
    value x = builder_input(b, "input.1", 1, 3, 224, 224);
    x = relu6(b, torch_conv(b, x, "features.0.0",
                            (conv_options) { .k = 32, .kernel = 3, .stride = 2, .padding = 1 }));
    int number = 1;
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
        for (int64_t i = 0; i < rows[r].repeat; i++, number++) {
            const value in = x;
            const int64_t stride = i == 0 ? rows[r].stride : 1, middle = x.c * rows[r].expand;
            int step = 0;
            if (rows[r].expand > 1) {
                TEXT(name, "features.%d.conv.%d.0", number, step++);
                x = relu6(b, torch_conv(b, x, name,
                                        (conv_options) { .k = middle, .kernel = 1, .stride = 1 }));
            }
            TEXT(dw, "features.%d.conv.%d.0", number, step++);
            x = relu6(b, torch_conv(b, x, dw,
                                    (conv_options) { .k = middle,
                                                     .kernel = 3,
                                                     .stride = stride,
                                                     .padding = 1,
                                                     .groups = middle }));
            TEXT(pw, "features.%d.conv.%d", number, step);
            x = torch_conv(b, x, pw,
                           (conv_options) { .k = rows[r].channels, .kernel = 1, .stride = 1 });
            if (stride == 1 && in.c == x.c)
                x = builder_apply_two(b, "Add", in, x.name);
        }
    x = relu6(b, torch_conv(b, x, "features.18.0",
                            (conv_options) { .k = 1280, .kernel = 1, .stride = 1 }));
    builder_output(
        b, fully_connected(b, flatten(b, builder_global_pool(b, x)), 1000, "classifier.1.weight"));
}

/* --------------------------------- ResNet-50 v1.5, as PyTorch writes it with the norms folded */

static value folded_conv(builder *b, value x, const char *name, int64_t k, int64_t kernel,
                         int64_t stride)
{
    return builder_conv(b, x,
                        (conv_options) { .name = name,
                                         .k = k,
                                         .kernel = kernel,
                                         .stride = stride,
                                         .padding = kernel / 2,
                                         .groups = 1,
                                         .bias = 1 });
}

static void resnet50(builder *b)
{
    static const int blocks[] = { 3, 4, 6, 3 };
    value x = builder_input(b, "x", 1, 3, 224, 224);
    x = builder_apply(b, "Relu", folded_conv(b, x, "/conv1/Conv", 64, 7, 2));
    x = builder_pool(b, "MaxPool", x, 3, 2, 1);
    for (int l = 0; l < 4; l++)
        for (int i = 0; i < blocks[l]; i++) {
            const int64_t width = 64 << l, stride = l > 0 && i == 0 ? 2 : 1;
            TEXT(at, "/layer%d/layer%d.%d", l + 1, l + 1, i);
            TEXT(name1, "%s/conv1/Conv", at);
            TEXT(name2, "%s/conv2/Conv", at);
            TEXT(name3, "%s/conv3/Conv", at);
            TEXT(name4, "%s/downsample/downsample.0/Conv", at);
            value y = builder_apply(b, "Relu", folded_conv(b, x, name1, width, 1, 1));
            y = builder_apply(b, "Relu", folded_conv(b, y, name2, width, 3, stride));
            y = folded_conv(b, y, name3, 4 * width, 1, 1);
            const value other = i == 0 ? folded_conv(b, x, name4, 4 * width, 1, stride) : x;
            x = builder_apply(b, "Relu", builder_apply_two(b, "Add", y, other.name));
        }
    builder_output(b, fully_connected(b, flatten(b, builder_global_pool(b, x)), 1000, "fc.weight"));
}

/* --------------------------------------------------------- ShuffleNetV2, with computed reshapes */

/* The size of one dimension, as exporters compute it from the tensor. */
static const char *size_of(builder *b, value x, int64_t axis)
{
    const char *shape = builder_apply(b, "Shape", x).name;
    const char *index = builder_ints(b, NULL, &axis, 1);
    SbOnnx__Node *node =
        builder_node(b, "Gather", NULL, (const char *const[]) { shape, index, NULL });
    builder_int(node, "axis", 0);
    return builder_node_output(b, node);
}

static value reshape_to(builder *b, value x, const char *const *sizes)
{
    SbOnnx__Node *node = builder_node(b, "Concat", NULL, sizes);
    builder_int(node, "axis", 0);
    return builder_apply_two(b, "Reshape", x, builder_node_output(b, node));
}

static value shuffle(builder *b, value x, int64_t groups)
{
    const char *n = size_of(b, x, 0), *c = size_of(b, x, 1), *h = size_of(b, x, 2),
               *w = size_of(b, x, 3);
    const char *g = builder_ints(b, NULL, &groups, 1);
    SbOnnx__Node *each = builder_node(b, "Div", NULL, (const char *const[]) { c, g, NULL });
    const char *per_group = builder_node_output(b, each);
    value y = reshape_to(b, x, (const char *const[]) { n, g, per_group, h, w, NULL });
    SbOnnx__Node *node = builder_node(b, "Transpose", NULL, (const char *const[]) { y.name, NULL });
    builder_list(node, "perm", (const int64_t[]) { 0, 2, 1, 3, 4 }, 5);
    y.name = builder_node_output(b, node);
    return reshape_to(b, y, (const char *const[]) { n, c, h, w, NULL });
}

static value concat(builder *b, value x, value y)
{
    SbOnnx__Node *node =
        builder_node(b, "Concat", NULL, (const char *const[]) { x.name, y.name, NULL });
    builder_int(node, "axis", 1);
    return (value) { builder_node_output(b, node), x.c + y.c, x.h, x.w };
}

static value v2_branch(builder *b, value x, int64_t k, int64_t stride, const char *name, int first)
{
    TEXT(pw1, "%s.%d", name, 0);
    TEXT(dw, "%s.%d", name, first ? 3 : 0);
    TEXT(pw2, "%s.%d", name, first ? 5 : 2);
    if (first)
        x = builder_apply(
            b, "Relu", torch_conv(b, x, pw1, (conv_options) { .k = k, .kernel = 1, .stride = 1 }));
    x = torch_conv(
        b, x, dw,
        (conv_options) { .k = x.c, .kernel = 3, .stride = stride, .padding = 1, .groups = x.c });
    return builder_apply(
        b, "Relu", torch_conv(b, x, pw2, (conv_options) { .k = k, .kernel = 1, .stride = 1 }));
}

static void shufflenet_v2(builder *b)
{
    static const int64_t channels[] = { 116, 232, 464 }, repeats[] = { 4, 8, 4 };
    value x = builder_input(b, "input", -1, 3, 224, 224);
    x = builder_apply(
        b, "Relu",
        torch_conv(b, x, "conv1.0",
                   (conv_options) { .k = 24, .kernel = 3, .stride = 2, .padding = 1 }));
    x = builder_pool(b, "MaxPool", x, 3, 2, 1);
    for (int s = 0; s < 3; s++)
        for (int64_t i = 0; i < repeats[s]; i++) {
            const int64_t half = channels[s] / 2;
            TEXT(one, "stage%d.%d.branch1", s + 2, (int)i);
            TEXT(two, "stage%d.%d.branch2", s + 2, (int)i);
            value left = x, right = x;
            if (i == 0) {
                left = v2_branch(b, x, half, 2, one, 0);
            } else {
                SbOnnx__Node *node =
                    builder_node(b, "Split", NULL, (const char *const[]) { x.name, NULL });
                builder_int(node, "axis", 1);
                builder_list(node, "split", (const int64_t[]) { half, half }, 2);
                left.name = builder_node_output(b, node);
                right.name = builder_node_output(b, node);
                left.c = right.c = half;
            }
            right = v2_branch(b, right, half, i == 0 ? 2 : 1, two, 1);
            x = shuffle(b, concat(b, left, right), 2);
        }
    x = builder_apply(
        b, "Relu",
        torch_conv(b, x, "conv5.0", (conv_options) { .k = 1024, .kernel = 1, .stride = 1 }));
    SbOnnx__Node *mean =
        builder_node(b, "ReduceMean", NULL, (const char *const[]) { x.name, NULL });
    builder_list(mean, "axes", (const int64_t[]) { 2, 3 }, 2);
    builder_int(mean, "keepdims", 0);
    x.name = builder_node_output(b, mean);
    builder_output(b, fully_connected(b, x, 1000, "fc.weight"));
}

/* ------------------------------- the ShuffleNet of the ONNX model zoo: grouped pointwise layers */

static value grouped(builder *b, value x, int64_t k, int64_t kernel, int64_t stride, int64_t groups)
{
    return builder_norm(b, builder_conv(b, x,
                                        (conv_options) { .k = k,
                                                         .kernel = kernel,
                                                         .stride = stride,
                                                         .padding = kernel / 2,
                                                         .groups = groups }));
}

static void shufflenet_zoo(builder *b)
{
    static const int64_t channels[] = { 136, 272, 544 }, repeats[] = { 4, 8, 4 };
    value x = builder_input(b, "gpu_0/data_0", 1, 3, 224, 224);
    x = builder_apply(b, "Relu", grouped(b, x, 24, 3, 2, 1));
    x = builder_pool(b, "MaxPool", x, 3, 2, 1);
    for (int s = 0; s < 3; s++)
        for (int64_t i = 0; i < repeats[s]; i++) {
            const int64_t k = i == 0 ? channels[s] - x.c : channels[s];
            const value in = x;
            value y = builder_apply(b, "Relu", grouped(b, x, k, 1, 1, 4));
            y = grouped(b, shuffle(b, y, 4), k, 3, i == 0 ? 2 : 1, k);
            y = grouped(b, y, k, 1, 1, 4);
            x = i == 0 ? concat(b, builder_pool(b, "AveragePool", in, 3, 2, 1), y)
                       : builder_apply_two(b, "Add", in, y.name);
            x = builder_apply(b, "Relu", x);
        }
    x = flatten(b, builder_pool(b, "AveragePool", x, 7, 1, 0));
    builder_output(b, builder_apply(b, "Softmax", fully_connected(b, x, 1000, NULL)));
}

/* ------------------------------------------------------------------------------------- VGG-16 */

static void vgg16(builder *b)
{
    static const int convs[] = { 2, 2, 3, 3, 3 };
    static const int64_t channels[] = { 64, 128, 256, 512, 512 };
    value x = builder_input(b, "data", 1, 3, 224, 224);
    for (int block = 0; block < 5; block++) {
        for (int i = 0; i < convs[block]; i++) {
            TEXT(name, "vgg0_conv%d_%d", block + 1, i + 1);
            x = builder_apply(b, "Relu", folded_conv(b, x, name, channels[block], 3, 1));
        }
        x = builder_pool(b, "MaxPool", x, 2, 2, 0);
    }
    x = builder_apply(b, "Relu", fully_connected(b, flatten(b, x), 4096, "vgg0_dense0_weight"));
    x = builder_apply(b, "Dropout", x);
    x = builder_apply(b, "Relu", fully_connected(b, x, 4096, "vgg0_dense1_weight"));
    builder_output(b, fully_connected(b, x, 1000, "vgg0_dense2_weight"));
}

/* --------------------------------------------------------- activations that are several nodes */

static value swish(builder *b, value x)
{
    return builder_apply_two(b, "Mul", x, builder_apply(b, "Sigmoid", x).name);
}

/* In turn: one node; a hard sigmoid as gate; and its parts, before it had a name. */
static value hard_swish(builder *b, value x, int how)
{
    if (how == 0)
        return builder_apply(b, "HardSwish", x);
    if (how == 1) {
        SbOnnx__Node *node =
            builder_node(b, "HardSigmoid", NULL, (const char *const[]) { x.name, NULL });
        builder_number(node, "alpha", 1.0F / 6);
        return builder_apply_two(b, "Mul", x, builder_node_output(b, node));
    }
    const value shifted = builder_apply_two(b, "Add", x, builder_float(b, NULL, 3));
    const value clipped = how == 2 ? relu6(b, shifted) : clip6(b, shifted);
    if (how == 2) {
        const value gate = builder_apply_two(b, "Div", clipped, builder_float(b, NULL, 6));
        return builder_apply_two(b, "Mul", x, gate.name);
    }
    const value product = builder_apply_two(b, "Mul", x, clipped.name);
    return builder_apply_two(b, "Div", product, builder_float(b, NULL, 6));
}

static value squeeze(builder *b, value x, int64_t channels, const char *inner, const char *gate)
{
    value s = builder_global_pool(b, x);
    s = builder_conv(
        b, s, (conv_options) { .k = channels, .kernel = 1, .stride = 1, .groups = 1, .bias = 1 });
    s = strcmp(inner, "swish") == 0 ? swish(b, s) : builder_apply(b, inner, s);
    s = builder_conv(b, s,
                     (conv_options) { .k = x.c, .kernel = 1, .stride = 1, .groups = 1, .bias = 1 });
    return builder_apply_two(b, "Mul", x, builder_apply(b, gate, s).name);
}

/* -------------------------------------------------------------------------- MobileNetV3-Large */

static value v3_activation(builder *b, value x, int hard, int how)
{
    return hard ? hard_swish(b, x, how) : builder_apply(b, "Relu", x);
}

static void mobilenet_v3_large(builder *b)
{
    static const struct {
        int64_t kernel, expand, k, squeeze;
        int hard;
        int64_t stride;
    } rows[] = {
        { 3, 16, 16, 0, 0, 1 },     { 3, 64, 24, 0, 0, 2 },     { 3, 72, 24, 0, 0, 1 },
        { 5, 72, 40, 24, 0, 2 },    { 5, 120, 40, 32, 0, 1 },   { 5, 120, 40, 32, 0, 1 },
        { 3, 240, 80, 0, 1, 2 },    { 3, 200, 80, 0, 1, 1 },    { 3, 184, 80, 0, 1, 1 },
        { 3, 184, 80, 0, 1, 1 },    { 3, 480, 112, 120, 1, 1 }, { 3, 672, 112, 168, 1, 1 },
        { 5, 672, 160, 168, 1, 2 }, { 5, 960, 160, 240, 1, 1 }, { 5, 960, 160, 240, 1, 1 }
    };
    value x = builder_input(b, "input", 1, 3, 224, 224);
    x = hard_swish(b,
                   torch_conv(b, x, "features.0.0",
                              (conv_options) { .k = 16, .kernel = 3, .stride = 2, .padding = 1 }),
                   0);
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        const value in = x;
        const int how = (int)(r % 4);
        int step = 0;
        if (rows[r].expand != x.c) {
            TEXT(name, "features.%zu.block.%d.0", r + 1, step++);
            x = torch_conv(b, x, name,
                           (conv_options) { .k = rows[r].expand, .kernel = 1, .stride = 1 });
            x = v3_activation(b, x, rows[r].hard, how);
        }
        TEXT(dw, "features.%zu.block.%d.0", r + 1, step++);
        x = torch_conv(b, x, dw,
                       (conv_options) { .k = x.c,
                                        .kernel = rows[r].kernel,
                                        .stride = rows[r].stride,
                                        .padding = rows[r].kernel / 2,
                                        .groups = x.c });
        x = v3_activation(b, x, rows[r].hard, how);
        if (rows[r].squeeze)
            x = squeeze(b, x, rows[r].squeeze, "Relu", "HardSigmoid");
        TEXT(pw, "features.%zu.block.%d.0", r + 1, step + (rows[r].squeeze != 0));
        x = torch_conv(b, x, pw, (conv_options) { .k = rows[r].k, .kernel = 1, .stride = 1 });
        if (rows[r].stride == 1 && in.c == x.c)
            x = builder_apply_two(b, "Add", x, in.name);
    }
    x = hard_swish(
        b, torch_conv(b, x, "features.16.0", (conv_options) { .k = 960, .kernel = 1, .stride = 1 }),
        1);
    x = builder_global_pool(b, x);
    x = hard_swish(b,
                   builder_conv(b, x,
                                (conv_options) { .weight = "conv_head.weight",
                                                 .k = 1280,
                                                 .kernel = 1,
                                                 .stride = 1,
                                                 .groups = 1,
                                                 .bias = 1 }),
                   2);
    builder_output(b, fully_connected(b, flatten(b, x), 1000, "classifier.3.weight"));
}

/* ---------------------------------------------------------------------------- EfficientNet-B0 */

static value same_conv(builder *b, value x, int64_t k, int64_t kernel, int64_t stride,
                       int64_t groups)
{
    return builder_norm(b, builder_conv(b, x,
                                        (conv_options) { .k = k,
                                                         .kernel = kernel,
                                                         .stride = stride,
                                                         .groups = groups,
                                                         .auto_pad = "SAME_UPPER" }));
}

static void efficientnet_b0(builder *b)
{
    static const struct {
        int64_t expand, k, repeat, stride, kernel;
    } rows[] = { { 1, 16, 1, 1, 3 },  { 6, 24, 2, 2, 3 },  { 6, 40, 2, 2, 5 }, { 6, 80, 3, 2, 3 },
                 { 6, 112, 3, 1, 5 }, { 6, 192, 4, 2, 5 }, { 6, 320, 1, 1, 3 } };
    value x = builder_input(b, "images", -1, 3, 224, 224);
    x = swish(b, same_conv(b, x, 32, 3, 2, 1));
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
        for (int64_t i = 0; i < rows[r].repeat; i++) {
            const value in = x;
            const int64_t stride = i == 0 ? rows[r].stride : 1;
            if (rows[r].expand > 1)
                x = swish(b, same_conv(b, x, x.c * rows[r].expand, 1, 1, 1));
            x = swish(b, same_conv(b, x, x.c, rows[r].kernel, stride, x.c));
            x = squeeze(b, x, in.c / 4, "swish", "Sigmoid");
            x = same_conv(b, x, rows[r].k, 1, 1, 1);
            if (stride == 1 && in.c == x.c)
                x = builder_apply_two(b, "Add", x, in.name);
        }
    x = swish(b, same_conv(b, x, 1280, 1, 1, 1));
    builder_output(b, fully_connected(b, flatten(b, builder_global_pool(b, x)), 1000, NULL));
}

/* --------------------------------------------------------------------------------------- list */

/* What the papers and model cards say: 569, 300, 4,089, 146, 15,470, 219 and 390 million with the
 * fully connected layers; the zoo's ShuffleNet has 124.1 without. */
const network networks[] = {
    { "mobilenet_v1", 567716352, 1024000 },
    { "mobilenet_v2", 299494272, 1280000 },
    { "resnet50", 4087136256, 2048000 },
    { "shufflenet_v2", 143883992, 1024000 },
    { "shufflenet_zoo", 124120528, 544000 },
    { "vgg16", 15346630656, 123633664 },
    { "mobilenet_v3_large", 215309760, 1280000 },
    { "efficientnet_b0", 384534752, 1280000 },
    { NULL, 0, 0 },
};

uint8_t *make_network(const char *name, size_t *length)
{
    static void (*const makers[])(builder * b) = {
        mobilenet_v1,   mobilenet_v2, resnet50,           shufflenet_v2,
        shufflenet_zoo, vgg16,        mobilenet_v3_large, efficientnet_b0,
    };
    for (size_t i = 0; networks[i].name; i++)
        if (strcmp(networks[i].name, name) == 0) {
            builder b = builder_start(name, 11);
            makers[i](&b);
            return builder_finish(&b, length);
        }
    return NULL;
}
