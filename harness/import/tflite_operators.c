/* SPDX-License-Identifier: Apache-2.0 */
#include "import/tflite_reader.h"

#include "core/text.h"

#include <stdlib.h>
#include <string.h>

/* --------------------------------------------------------------------------------------- nodes */

static sb_onnx_node *add_node(sb_tflite_reader *to, const char *type, const char *name,
                              uint32_t inputs)
{
    sb_onnx_node *node = &to->graph->nodes[to->graph->node_count++];
    *node = (sb_onnx_node) {
        .type = type,
        .name = name,
        .inputs = sb_new(inputs, sizeof *node->inputs),
        .outputs = sb_new(1, sizeof *node->outputs),
        .input_count = inputs,
        .output_count = 1,
        .attributes = sb_new(4, sizeof *node->attributes),
    };
    return node;
}

static sb_onnx_attribute *add_attribute(sb_onnx_node *node, const char *name)
{
    sb_onnx_attribute *a = &node->attributes[node->attribute_count++];
    *a = (sb_onnx_attribute) { .name = name, .s = "", .tensor = { .rank = -1 } };
    return a;
}

static void add_number(sb_onnx_node *node, const char *name, double number)
{
    sb_onnx_attribute *a = add_attribute(node, name);
    a->f = number;
    a->has_f = true;
}

/* Room for eight numbers that live as long as the graph: one list for each node and a half. */
static int64_t *add_list(sb_tflite_reader *to, sb_onnx_node *node, const char *name, size_t count)
{
    sb_onnx_attribute *a = add_attribute(node, name);
    int64_t *list = *to->lists++;
    a->ints = list;
    a->int_count = count;
    return list;
}

static void connect_output(sb_tflite_reader *to, sb_onnx_node *node, uint32_t value)
{
    node->outputs[0] = value;
    if (value != SB_ONNX_NONE)
        to->graph->values[value].producer = to->graph->node_count - 1;
}

/* An activation within an operator becomes a node of its own: returns the value that the operator
 * itself then computes. */
static uint32_t start_fused(sb_tflite_reader *to, int64_t activation, uint32_t output)
{
    if (activation < 1 || activation > 5 || output == SB_ONNX_NONE)
        return output;
    const uint32_t value = to->fresh++;
    to->graph->values[value] = to->graph->values[output];
    to->graph->values[value].producer = SB_ONNX_NONE;
    to->graph->values[value].input = to->graph->values[value].output = false;
    return value;
}

static void end_fused(sb_tflite_reader *to, int64_t activation, uint32_t from, uint32_t output)
{
    static const char *const types[] = { NULL, "Relu", "Clip", "Clip", "Tanh", "Sign" };
    if (from == output)
        return;
    sb_onnx_node *node = add_node(to, types[activation], "", 1);
    node->inputs[0] = from;
    if (activation == 2 || activation == 3) {
        add_number(node, "min", activation == 3 ? 0 : -1);
        add_number(node, "max", activation == 3 ? 6 : 1);
    }
    connect_output(to, node, output);
}

/* ------------------------------------------------------------------------------- the operators */

typedef void taker(sb_tflite_reader *to, const sb_tflite_operator *op);

static int64_t option(const sb_tflite_reader *from, const sb_tflite_operator *op, int field,
                      size_t size, int64_t otherwise)
{
    return sb_flat_integer(&from->file, op->options, field, size, otherwise);
}

/* A filter is [k][r][s][c / groups], and of a depthwise one [1][r][s][k]. */
static void set_filter(sb_tflite_reader *to, uint32_t filter, bool depthwise)
{
    sb_onnx_tensor *w = &to->graph->values[filter].tensor;
    const size_t order[] = { depthwise ? 3 : 0, depthwise ? 0 : 3, 1, 2 };
    for (size_t i = 0; i < 4 && w->rank == 4; i++)
        w->dims[i] = sb_tflite_dim(to, filter, order[i]);
}

/* Integers between floating-point values are not a floating-point convolution. */
static bool is_quantised(const sb_tflite_reader *from, const sb_tflite_operator *op)
{
    const int64_t input = sb_tflite_type(from, op->inputs[0]),
                  filter = sb_tflite_type(from, op->inputs[1]);
    return (input != SB_TFLITE_FLOAT32 && input != SB_TFLITE_FLOAT16) ||
           (filter != SB_TFLITE_FLOAT32 && filter != SB_TFLITE_FLOAT16);
}

static void take_conv_of(sb_tflite_reader *to, const sb_tflite_operator *op, bool depthwise)
{
    const int shift = depthwise ? 1 : 0; /* the depthwise options have one more field */
    const int64_t activation = option(to, op, 3 + shift, 1, 0);
    const uint32_t filter = op->input_count > 1 ? op->inputs[1] : SB_ONNX_NONE;
    if (op->input_count < 2 || op->inputs[0] == SB_ONNX_NONE || filter == SB_ONNX_NONE)
        return;
    set_filter(to, filter, depthwise);
    const sb_onnx_tensor *in = &to->graph->values[op->inputs[0]].tensor;
    const sb_onnx_tensor *w = &to->graph->values[filter].tensor;
    const uint32_t value = start_fused(to, activation, op->output);
    sb_onnx_node *node =
        add_node(to, is_quantised(to, op) ? "QLinearConv" : "Conv", op->name, op->input_count);
    memcpy(node->inputs, op->inputs, op->input_count * sizeof *node->inputs);
    int64_t *strides = add_list(to, node, "strides", 2);
    strides[0] = option(to, op, 2, 4, 1);
    strides[1] = option(to, op, 1, 4, 1);
    int64_t *dilations = add_list(to, node, "dilations", 2);
    dilations[0] = option(to, op, 5 + shift, 4, 1);
    dilations[1] = option(to, op, 4 + shift, 4, 1);
    add_attribute(node, "auto_pad")->s = option(to, op, 0, 1, 0) == 0 ? "SAME_UPPER" : "VALID";
    sb_onnx_attribute *groups = add_attribute(node, "group");
    groups->has_i = true;
    groups->i = in->rank == 4 && w->rank == 4 && w->dims[1] > 0 ? in->dims[1] / w->dims[1] : 1;
    connect_output(to, node, value);
    end_fused(to, activation, value, op->output);
}

static void take_conv(sb_tflite_reader *to, const sb_tflite_operator *op)
{
    take_conv_of(to, op, false);
}

static void take_depthwise(sb_tflite_reader *to, const sb_tflite_operator *op)
{
    take_conv_of(to, op, true);
}

static void take_plain(sb_tflite_reader *to, const sb_tflite_operator *op, const char *type,
                       int64_t activation)
{
    const uint32_t value = start_fused(to, activation, op->output);
    sb_onnx_node *node = add_node(to, type, op->name, op->input_count);
    memcpy(node->inputs, op->inputs, op->input_count * sizeof *node->inputs);
    connect_output(to, node, value);
    end_fused(to, activation, value, op->output);
}

static void take_add(sb_tflite_reader *to, const sb_tflite_operator *op)
{
    take_plain(to, op, "Add", option(to, op, 0, 1, 0));
}

static void take_mul(sb_tflite_reader *to, const sb_tflite_operator *op)
{
    take_plain(to, op, "Mul", option(to, op, 0, 1, 0));
}

/* Its weights are [k][c]. */
static void take_product(sb_tflite_reader *to, const sb_tflite_operator *op)
{
    take_plain(to, op, "Gemm", option(to, op, 0, 1, 0));
    for (uint32_t i = to->graph->node_count; i-- > 0;)
        if (strcmp(to->graph->nodes[i].type, "Gemm") == 0) {
            sb_onnx_attribute *a = add_attribute(&to->graph->nodes[i], "transB");
            a->has_i = true;
            a->i = 1;
            return;
        }
}

static void take_relu6(sb_tflite_reader *to, const sb_tflite_operator *op)
{
    take_plain(to, op, "Clip", 0);
    sb_onnx_node *node = &to->graph->nodes[to->graph->node_count - 1];
    add_number(node, "min", 0);
    add_number(node, "max", 6);
}

/* [4][2] integers, before and after, channels last. */
static void take_pad(sb_tflite_reader *to, const sb_tflite_operator *op)
{
    static const size_t channels_first[] = { 0, 3, 1, 2 };
    const sb_flat_list data = op->input_count > 1 && op->inputs[1] != SB_ONNX_NONE &&
                                      sb_tflite_type(to, op->inputs[1]) == SB_TFLITE_INT32
                                  ? sb_tflite_data(to, op->inputs[1])
                                  : (sb_flat_list) { 0, 0 };
    const uint32_t inputs = op->input_count;
    sb_tflite_operator alone = *op;
    alone.input_count = inputs > 1 ? 1 : inputs;
    take_plain(to, &alone, "Pad", 0);
    if (data.count != 32)
        return;
    const sb_flat_list pads = { data.start, 8 };
    int64_t *list = add_list(to, &to->graph->nodes[to->graph->node_count - 1], "pads", 8);
    for (size_t i = 0; i < 4; i++) {
        list[i] = sb_flat_number(&to->file, pads, 2 * channels_first[i], 4);
        list[4 + i] = sb_flat_number(&to->file, pads, 2 * channels_first[i] + 1, 4);
    }
}

/* Operators by their code. Those without a function keep their inputs, and are reported under this
 * name. */
static const struct {
    int64_t code;
    const char *type;
    taker *take;
} operations[] = {
    { 0, "Add", take_add },
    { 1, "AVERAGE_POOL_2D", NULL },
    { 2, "CONCATENATION", NULL },
    { 3, "Conv", take_conv },
    { 4, "Conv", take_depthwise },
    { 6, "DequantizeLinear", NULL },
    { 9, "Gemm", take_product },
    { 14, "Sigmoid", NULL },
    { 17, "MAX_POOL_2D", NULL },
    { 18, "Mul", take_mul },
    { 19, "Relu", NULL },
    { 21, "Clip", take_relu6 },
    { 22, "RESHAPE", NULL },
    { 23, "RESIZE_BILINEAR", NULL },
    { 25, "Softmax", NULL },
    { 28, "Tanh", NULL },
    { 34, "Pad", take_pad },
    { 40, "MEAN", NULL },
    { 49, "SPLIT", NULL },
    { 54, "PRelu", NULL },
    { 67, "ConvTranspose", NULL },
    { 98, "LeakyRelu", NULL },
    { 114, "QuantizeLinear", NULL },
    { 117, "HardSwish", NULL },
    { 132, "CONV_3D", NULL },
};

void sb_tflite_take(sb_tflite_reader *to, int64_t code, const sb_tflite_operator *op)
{
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        if (operations[i].code != code)
            continue;
        if (operations[i].take)
            operations[i].take(to, op);
        else
            take_plain(to, op, operations[i].type, 0);
        return;
    }
    take_plain(to, op, "OTHER_OPERATOR", 0);
}
