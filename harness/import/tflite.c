/* SPDX-License-Identifier: Apache-2.0 */
/* Layers of TensorFlow Lite models: read into a graph in ONNX's terms, with channels first. */
#include "core/file.h"
#include "import/flatbuffer.h"
#include "import/onnx_layers.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST_OPERATORS = 1 << 20 };
#define MOST_BYTES (SIZE_MAX / 4)

/* The fields of the schema's tables that are read. */
enum { MODEL_CODES = 1, MODEL_GRAPHS = 2, MODEL_BUFFERS = 4 };
enum { CODE_OLD = 0, CODE_CUSTOM = 1, CODE_NEW = 3 };
enum { GRAPH_TENSORS = 0, GRAPH_INPUTS = 1, GRAPH_OUTPUTS = 2, GRAPH_OPERATORS = 3 };
enum { TENSOR_SHAPE = 0, TENSOR_TYPE = 1, TENSOR_BUFFER = 2, TENSOR_NAME = 3 };
enum { OPERATOR_CODE = 0, OPERATOR_INPUTS = 1, OPERATOR_OUTPUTS = 2, OPERATOR_OPTIONS = 4 };

/* Element types. */
enum { FLOAT32 = 0, FLOAT16 = 1, INT32 = 2 };

/* What a model is while it is read. The graph borrows texts and lists from it. */
typedef struct reader {
    sb_flatbuffer file;
    sb_flat_list codes, buffers, tensors, operators;
    sb_onnx_graph *graph;
    uint32_t fresh; /* the next value that stands for no tensor of the file */
    int64_t (*lists)[8];
} reader;

/* -------------------------------------------------------------------------------------- values */

static sb_flat_list shape_of(const reader *from, uint32_t tensor)
{
    const sb_flat_table table = sb_flat_item(&from->file, from->tensors, tensor);
    return sb_flat_list_of(&from->file, table, TENSOR_SHAPE, 4);
}

static int64_t dim_of(const reader *from, uint32_t tensor, size_t index)
{
    const int64_t dim = sb_flat_number(&from->file, shape_of(from, tensor), index, 4);
    return dim > 0 ? dim : -1;
}

static int64_t type_of(const reader *from, uint32_t tensor)
{
    const sb_flat_table table = sb_flat_item(&from->file, from->tensors, tensor);
    return sb_flat_integer(&from->file, table, TENSOR_TYPE, 1, FLOAT32);
}

/* The bytes of a constant; empty for what is computed. */
static sb_flat_list data_of(const reader *from, uint32_t tensor)
{
    const sb_flat_table table = sb_flat_item(&from->file, from->tensors, tensor);
    const int64_t buffer = sb_flat_integer(&from->file, table, TENSOR_BUFFER, 4, 0);
    return sb_flat_list_of(&from->file, sb_flat_item(&from->file, from->buffers, (size_t)buffer), 0,
                           1);
}

/* Images have their channels last. */
static sb_onnx_tensor tensor_of(const reader *from, uint32_t tensor)
{
    static const size_t channels_first[] = { 0, 3, 1, 2 };
    const size_t rank = shape_of(from, tensor).count;
    sb_onnx_tensor result = { .rank = rank <= SB_ONNX_RANK ? (int)rank : -1 };
    for (size_t i = 0; i < rank && rank <= SB_ONNX_RANK; i++)
        result.dims[i] = dim_of(from, tensor, rank == 4 ? channels_first[i] : i);
    return result;
}

static void read_values(reader *from)
{
    for (uint32_t i = 0; i < from->tensors.count; i++) {
        const sb_flat_table table = sb_flat_item(&from->file, from->tensors, i);
        from->graph->values[i] = (sb_onnx_value) {
            .name = sb_flat_text(&from->file, table, TENSOR_NAME),
            .tensor = tensor_of(from, i),
            .declared = { .rank = -1 },
            .weight = data_of(from, i).count > 0,
            .producer = SB_ONNX_NONE,
        };
    }
}

/* --------------------------------------------------------------------------------------- nodes */

static sb_onnx_node *add_node(reader *to, const char *type, const char *name, uint32_t inputs)
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

/* Room for eight numbers that live as long as the graph: one list a node and a half. */
static int64_t *add_list(reader *to, sb_onnx_node *node, const char *name, size_t count)
{
    sb_onnx_attribute *a = add_attribute(node, name);
    int64_t *list = *to->lists++;
    a->ints = list;
    a->int_count = count;
    return list;
}

static void connect_output(reader *to, sb_onnx_node *node, uint32_t value)
{
    node->outputs[0] = value;
    if (value != SB_ONNX_NONE)
        to->graph->values[value].producer = to->graph->node_count - 1;
}

/* An activation that an operator has within becomes a node of its own: returns what the operator
 * itself then makes. */
static uint32_t start_fused(reader *to, int64_t activation, uint32_t output)
{
    if (activation < 1 || activation > 5 || output == SB_ONNX_NONE)
        return output;
    const uint32_t value = to->fresh++;
    to->graph->values[value] = to->graph->values[output];
    to->graph->values[value].producer = SB_ONNX_NONE;
    to->graph->values[value].input = to->graph->values[value].output = false;
    return value;
}

static void end_fused(reader *to, int64_t activation, uint32_t from, uint32_t output)
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

/* One operator of the file. */
typedef struct operation {
    sb_flat_table options;
    const uint32_t *inputs;
    uint32_t input_count, output;
    const char *name; /* of its output */
} operation;

typedef void taker(reader *to, const operation *op);

static int64_t option(const reader *from, const operation *op, int field, size_t size,
                      int64_t otherwise)
{
    return sb_flat_integer(&from->file, op->options, field, size, otherwise);
}

/* A filter is [k][r][s][c / groups], and of a depthwise one [1][r][s][k]. */
static void set_filter(reader *to, uint32_t filter, bool depthwise)
{
    sb_onnx_tensor *w = &to->graph->values[filter].tensor;
    const size_t order[] = { depthwise ? 3 : 0, depthwise ? 0 : 3, 1, 2 };
    for (size_t i = 0; i < 4 && w->rank == 4; i++)
        w->dims[i] = dim_of(to, filter, order[i]);
}

/* Integers between floating-point values are no floating-point convolution. */
static bool is_quantised(const reader *from, const operation *op)
{
    const int64_t input = type_of(from, op->inputs[0]), filter = type_of(from, op->inputs[1]);
    return (input != FLOAT32 && input != FLOAT16) || (filter != FLOAT32 && filter != FLOAT16);
}

static void take_conv_of(reader *to, const operation *op, bool depthwise)
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

static void take_conv(reader *to, const operation *op)
{
    take_conv_of(to, op, false);
}

static void take_depthwise(reader *to, const operation *op)
{
    take_conv_of(to, op, true);
}

static void take_plain(reader *to, const operation *op, const char *type, int64_t activation)
{
    const uint32_t value = start_fused(to, activation, op->output);
    sb_onnx_node *node = add_node(to, type, op->name, op->input_count);
    memcpy(node->inputs, op->inputs, op->input_count * sizeof *node->inputs);
    connect_output(to, node, value);
    end_fused(to, activation, value, op->output);
}

static void take_add(reader *to, const operation *op)
{
    take_plain(to, op, "Add", option(to, op, 0, 1, 0));
}

static void take_mul(reader *to, const operation *op)
{
    take_plain(to, op, "Mul", option(to, op, 0, 1, 0));
}

/* Its weights are [k][c]. */
static void take_product(reader *to, const operation *op)
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

static void take_relu6(reader *to, const operation *op)
{
    take_plain(to, op, "Clip", 0);
    sb_onnx_node *node = &to->graph->nodes[to->graph->node_count - 1];
    add_number(node, "min", 0);
    add_number(node, "max", 6);
}

/* [4][2] integers, before and after, channels last. */
static void take_pad(reader *to, const operation *op)
{
    static const size_t channels_first[] = { 0, 3, 1, 2 };
    const sb_flat_list data =
        op->input_count > 1 && op->inputs[1] != SB_ONNX_NONE && type_of(to, op->inputs[1]) == INT32
            ? data_of(to, op->inputs[1])
            : (sb_flat_list) { 0, 0 };
    const uint32_t inputs = op->input_count;
    operation alone = *op;
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

/* Operators by their code. Those without a taker keep their inputs, and the name that is told. */
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

static int64_t code_of(const reader *from, int64_t index)
{
    const sb_flat_table code = sb_flat_item(&from->file, from->codes, (size_t)index);
    const int64_t old = sb_flat_integer(&from->file, code, CODE_OLD, 1, 0);
    const int64_t new = sb_flat_integer(&from->file, code, CODE_NEW, 4, 0);
    return new > old ? new : old; /* codes past 127 are in the newer field alone */
}

static void take_operation(reader *to, int64_t index, const operation *op)
{
    const int64_t code = code_of(to, index);
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

static uint32_t tensor_at(const reader *from, sb_flat_list list, size_t index)
{
    const int64_t tensor = sb_flat_number(&from->file, list, index, 4);
    return tensor >= 0 && (size_t)tensor < from->tensors.count ? (uint32_t)tensor : SB_ONNX_NONE;
}

/* Each value is made once, and not of itself. */
static int check_output(const operation *op, bool *made, sb_error *error)
{
    if (op->output == SB_ONNX_NONE)
        return SB_OK;
    for (uint32_t i = 0; i < op->input_count; i++)
        if (op->inputs[i] == op->output)
            return sb_fail(error, "'%.80s' is made of itself", op->name);
    if (made[op->output])
        return sb_fail(error, "'%.80s' is made twice", op->name);
    made[op->output] = true;
    return SB_OK;
}

static int read_operator(reader *to, sb_flat_table table, bool *made, sb_error *error)
{
    const sb_flat_list inputs = sb_flat_list_of(&to->file, table, OPERATOR_INPUTS, 4);
    const sb_flat_list outputs = sb_flat_list_of(&to->file, table, OPERATOR_OUTPUTS, 4);
    uint32_t *list = sb_new(inputs.count, sizeof *list);
    for (size_t i = 0; i < inputs.count; i++)
        list[i] = tensor_at(to, inputs, i);
    const operation op = {
        .options = sb_flat_child(&to->file, table, OPERATOR_OPTIONS),
        .inputs = list,
        .input_count = (uint32_t)inputs.count,
        .output = outputs.count ? tensor_at(to, outputs, 0) : SB_ONNX_NONE,
        .name = outputs.count && tensor_at(to, outputs, 0) != SB_ONNX_NONE
                    ? to->graph->values[tensor_at(to, outputs, 0)].name
                    : "",
    };
    int rc = check_output(&op, made, error);
    if (rc == SB_OK)
        take_operation(to, sb_flat_integer(&to->file, table, OPERATOR_CODE, 4, 0), &op);
    free(list);
    return rc;
}

/* --------------------------------------------------------------------------------------- graph */

static void mark_ends(reader *to, sb_flat_table graph)
{
    const sb_flat_list inputs = sb_flat_list_of(&to->file, graph, GRAPH_INPUTS, 4);
    const sb_flat_list outputs = sb_flat_list_of(&to->file, graph, GRAPH_OUTPUTS, 4);
    for (size_t i = 0; i < inputs.count; i++)
        if (tensor_at(to, inputs, i) != SB_ONNX_NONE)
            to->graph->values[tensor_at(to, inputs, i)].input = true;
    for (size_t i = 0; i < outputs.count; i++)
        if (tensor_at(to, outputs, i) != SB_ONNX_NONE)
            to->graph->values[tensor_at(to, outputs, i)].output = true;
}

/* Memory that the graph's texts and lists lie in. */
typedef struct memory {
    unsigned char *bytes;
    int64_t (*lists)[8];
} memory;

static void free_memory(void *data)
{
    memory *m = data;
    free(m->bytes);
    free(m->lists);
    free(m);
}

static int read_graph(reader *from, memory *m, sb_error *error)
{
    const sb_flat_table model = sb_flat_root(&from->file);
    const sb_flat_list graphs = sb_flat_list_of(&from->file, model, MODEL_GRAPHS, 4);
    const sb_flat_table graph = sb_flat_item(&from->file, graphs, 0);
    from->codes = sb_flat_list_of(&from->file, model, MODEL_CODES, 4);
    from->buffers = sb_flat_list_of(&from->file, model, MODEL_BUFFERS, 4);
    from->tensors = sb_flat_list_of(&from->file, graph, GRAPH_TENSORS, 4);
    from->operators = sb_flat_list_of(&from->file, graph, GRAPH_OPERATORS, 4);
    const size_t count = from->operators.count;
    if (count == 0)
        return sb_fail(error, "not a whole TensorFlow Lite model: it holds no operators");
    if (count > MOST_OPERATORS || from->tensors.count > MOST_OPERATORS)
        return sb_fail(error, "more than %d operators or tensors", MOST_OPERATORS);
    /* An activation within an operator takes a node and a value more. */
    from->graph->nodes = sb_new(2 * count, sizeof *from->graph->nodes);
    from->graph->values = sb_new(from->tensors.count + count, sizeof *from->graph->values);
    from->lists = m->lists = sb_new(2 * count, sizeof *m->lists);
    from->fresh = (uint32_t)from->tensors.count;
    read_values(from);
    mark_ends(from, graph);
    bool *made = sb_new(from->tensors.count, sizeof *made);
    int rc = SB_OK;
    for (size_t i = 0; i < count && rc == SB_OK; i++)
        rc = read_operator(from, sb_flat_item(&from->file, from->operators, i), made, error);
    free(made);
    from->graph->value_count = from->fresh;
    if (rc == SB_OK)
        sb_onnx_list_consumers(from->graph);
    return rc;
}

/* The whole file, in memory of just that size. */
static int read_file(const char *path, memory *m, size_t *length, sb_error *error)
{
    struct stat info;
    FILE *stream = fopen(path, "re");
    if (!stream || fstat(fileno(stream), &info) != 0) {
        sb_fail_errno(error, "%s cannot be read", path);
        goto fail;
    }
    if (!S_ISREG(info.st_mode) || (uint64_t)info.st_size > MOST_BYTES) {
        sb_fail(error, "%s: not a regular file", path);
        goto fail;
    }
    *length = (size_t)info.st_size;
    m->bytes = malloc(*length + 1);
    if (!m->bytes || fread(m->bytes, 1, *length, stream) != *length) {
        sb_fail(error, "%s: its %zu bytes cannot be read", path, *length);
        goto fail;
    }
    fclose(stream);
    return SB_OK;

fail:
    if (stream)
        fclose(stream);
    return SB_FAILED;
}

int sb_import_tflite(const char *path, const sb_import_options *options, sb_imported *imported,
                     sb_error *error)
{
    sb_onnx_graph graph = { .name = "",
                            .memory = sb_new(1, sizeof(memory)),
                            .free_memory = free_memory };
    memory *m = graph.memory;
    reader from = { .graph = &graph };
    int rc = read_file(path, m, &from.file.length, error);
    from.file.bytes = m->bytes;
    if (rc == SB_OK && (from.file.length < 8 || memcmp(m->bytes + 4, "TFL3", 4) != 0))
        rc = sb_fail(error, "%s: not a TensorFlow Lite model", path);
    if (rc == SB_OK && options->shapes && options->shapes[0])
        rc = sb_fail(error,
                     "%s: the sizes of a TensorFlow Lite model are fixed; --shape is for "
                     "ONNX",
                     path);
    if (rc == SB_OK) {
        sb_imported_start(imported, path, "TensorFlow Lite");
        rc = read_graph(&from, m, error);
        if (rc == SB_OK)
            rc = sb_onnx_take_layers(&graph, options, imported, error);
        if (rc < 0) {
            sb_imported_free(imported);
            sb_fail_within(error, "%s", path);
        }
    }
    sb_onnx_free(&graph);
    return rc;
}
