/* SPDX-License-Identifier: Apache-2.0 */
/* The only file that uses protobuf-c. */
#include "core/file.h"
#include "core/text.h"
#include "import/onnx_graph.h"
#include "import/onnx_trim.h"

#include "import/onnx.pb-c.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef SbOnnx__Model model_message;
typedef SbOnnx__Graph graph_message;
typedef SbOnnx__Node node_message;
typedef SbOnnx__Tensor tensor_message;
typedef SbOnnx__Value value_message;
typedef SbOnnx__Attribute attribute_message;

/* --------------------------------------------------------------------------------------- file */

static int trim_stream(FILE *stream, const char *path, sb_text *lite, sb_error *error)
{
    struct stat info;
    if (fstat(fileno(stream), &info) != 0)
        return sb_fail_errno(error, "%s cannot be read", path);
    if (!S_ISREG(info.st_mode))
        return sb_fail(error, "%s: not a regular file", path);
    if (info.st_size == 0)
        return sb_fail(error, "%s: is empty; expected an ONNX model", path);
    if (sb_onnx_trim(stream, (uint64_t)info.st_size, lite, error) < 0)
        return sb_fail_within(error, "%s: not a whole ONNX model", path);
    return SB_OK;
}

static model_message *unpack(const char *path, sb_error *error)
{
    sb_text lite = { 0 };
    model_message *model = NULL;
    FILE *stream = sb_file_stream(path, error);
    if (!stream)
        return NULL;
    if (trim_stream(stream, path, &lite, error) == SB_OK) {
        model = sb_onnx__model__unpack(NULL, lite.length, (const uint8_t *)lite.data);
        if (!model)
            sb_fail(error, "%s: not an ONNX model: its parts cannot be unpacked", path);
    }
    fclose(stream);
    sb_text_free(&lite);
    if (model && !model->graph) {
        sb_fail(error, "%s: not an ONNX model: it contains no graph", path);
        sb_onnx__model__free_unpacked(model, NULL);
        model = NULL;
    }
    return model;
}

/* ------------------------------------------------------------------------------------ tensors */

/* The element types whose contents are read, by ONNX's numbers. */
enum {
    FLOAT = 1,
    UINT8 = 2,
    INT8 = 3,
    INT32 = 6,
    INT64 = 7,
    BOOL = 9,
    FLOAT16 = 10,
    DOUBLE = 11,
    BFLOAT16 = 16
};

static uint64_t little_endian(const uint8_t *bytes, size_t size)
{
    uint64_t value = 0;
    for (size_t i = size; i-- > 0;)
        value = value << 8 | bytes[i];
    return value;
}

static size_t element_size(int32_t type)
{
    static const unsigned char sizes[] = {
        [FLOAT] = 4, [UINT8] = 1,   [INT8] = 1,   [INT32] = 4,    [INT64] = 8,
        [BOOL] = 1,  [FLOAT16] = 2, [DOUBLE] = 8, [BFLOAT16] = 2,
    };
    return type > 0 && (size_t)type < sizeof sizes ? sizes[type] : 0;
}

/* A sign, 5 bits of exponent, 10 of fraction. */
static double half_of(uint32_t bits)
{
    enum { BIAS = 15, FRACTION = 10, SPECIAL = 31 };
    const int exponent = (int)(bits >> FRACTION & SPECIAL);
    const double fraction = (double)(bits & 0x3ff) / 0x400;
    const double size = exponent == SPECIAL ? (fraction > 0 ? NAN : INFINITY)
                        : exponent > 0      ? ldexp(1 + fraction, exponent - BIAS)
                                            : ldexp(fraction, 1 - BIAS);
    return bits & 0x8000 ? -size : size;
}

static double single_of(uint32_t bits)
{
    float single;
    memcpy(&single, &bits, sizeof single);
    return (double)single;
}

static double raw_element(const uint8_t *bytes, int32_t type)
{
    const uint64_t bits = little_endian(bytes, element_size(type));
    double full;
    switch (type) {
    case FLOAT:
        return single_of((uint32_t)bits);
    case FLOAT16:
        return half_of((uint32_t)bits);
    case BFLOAT16:
        return single_of((uint32_t)bits << 16);
    case DOUBLE:
        memcpy(&full, &bits, sizeof full);
        return full;
    case INT8:
        return (double)(int8_t)bits;
    case INT32:
        return (double)(int32_t)bits;
    default:
        return (double)(int64_t)bits;
    }
}

static double listed_element(const tensor_message *t, size_t i)
{
    switch (t->data_type) {
    case FLOAT:
        return (double)t->float_data[i];
    case DOUBLE:
        return t->double_data[i];
    case INT64:
        return (double)t->int64_data[i];
    case FLOAT16: /* their bits */
        return half_of((uint32_t)t->int32_data[i] & 0xffff);
    case BFLOAT16:
        return single_of((uint32_t)t->int32_data[i] << 16);
    default:
        return (double)t->int32_data[i];
    }
}

static size_t listed_count(const tensor_message *t)
{
    switch (t->data_type) {
    case FLOAT:
        return t->n_float_data;
    case DOUBLE:
        return t->n_double_data;
    case INT64:
        return t->n_int64_data;
    default:
        return t->n_int32_data;
    }
}

/* The number of elements of complete contents; 0 if they are not read. */
static size_t small_count(const sb_onnx_tensor *tensor)
{
    size_t count = 1;
    for (int i = 0; i < tensor->rank; i++) {
        if (tensor->dims[i] < 0 || tensor->dims[i] > SB_ONNX_ELEMENTS)
            return 0;
        count *= (size_t)tensor->dims[i];
        if (count > SB_ONNX_ELEMENTS)
            return 0;
    }
    return tensor->rank < 0 ? 0 : count;
}

static void read_content(const tensor_message *t, sb_onnx_tensor *tensor)
{
    const size_t count = small_count(tensor), size = element_size(t->data_type);
    const bool raw = t->has_raw_data;
    if (count == 0 || size == 0 || (raw ? t->raw_data.len / size : listed_count(t)) != count)
        return;
    tensor->content = sb_new(count, sizeof *tensor->content);
    tensor->count = count;
    for (size_t i = 0; i < count; i++)
        tensor->content[i] =
            raw ? raw_element(t->raw_data.data + i * size, t->data_type) : listed_element(t, i);
}

static sb_onnx_tensor unknown_tensor(void)
{
    return (sb_onnx_tensor) { .rank = -1 };
}

static sb_onnx_tensor read_tensor(const tensor_message *t)
{
    sb_onnx_tensor tensor = unknown_tensor();
    if (!t || t->n_dims > SB_ONNX_RANK)
        return tensor;
    tensor.rank = (int)t->n_dims;
    tensor.integer = t->data_type != FLOAT && t->data_type != DOUBLE && t->data_type != FLOAT16 &&
                     t->data_type != BFLOAT16;
    for (size_t i = 0; i < t->n_dims; i++)
        tensor.dims[i] = t->dims[i] < 0 ? -1 : t->dims[i];
    read_content(t, &tensor);
    return tensor;
}

static sb_onnx_tensor read_type(const value_message *value)
{
    sb_onnx_tensor tensor = unknown_tensor();
    const SbOnnx__TensorType *type = value->type ? value->type->tensor_type : NULL;
    if (!type || !type->shape || type->shape->n_dim > SB_ONNX_RANK)
        return tensor;
    tensor.rank = (int)type->shape->n_dim;
    for (size_t i = 0; i < type->shape->n_dim; i++) {
        const SbOnnx__Dimension *dim = type->shape->dim[i];
        /* Some exporters write 0 or -1 for unknown dimensions. */
        tensor.dims[i] = dim->has_dim_value && dim->dim_value > 0 ? dim->dim_value : -1;
    }
    return tensor;
}

/* -------------------------------------------------------------------------------------- names */

static const char *text_of(const char *text)
{
    return text ? text : "";
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const sb_onnx_value *)a)->name, ((const sb_onnx_value *)b)->name);
}

/* All names that the graph defines: each once, in alphabetical order. */
static void make_values(const graph_message *from, sb_onnx_graph *graph)
{
    size_t count = from->n_initializer + from->n_input, n = 0;
    for (size_t i = 0; i < from->n_node; i++)
        count += from->node[i]->n_output;
    const char **names = sb_new(count, sizeof *names);
    for (size_t i = 0; i < from->n_initializer; i++)
        names[n++] = text_of(from->initializer[i]->name);
    for (size_t i = 0; i < from->n_input; i++)
        names[n++] = text_of(from->input[i]->name);
    for (size_t i = 0; i < from->n_node; i++)
        for (size_t j = 0; j < from->node[i]->n_output; j++)
            names[n++] = from->node[i]->output[j];
    qsort(names, n, sizeof *names, by_text);
    graph->values = sb_new(n, sizeof *graph->values);
    for (size_t i = 0; i < n; i++)
        if (*names[i] && (i == 0 || strcmp(names[i - 1], names[i]) != 0))
            graph->values[graph->value_count++] = (sb_onnx_value) {
                .name = names[i],
                .tensor = unknown_tensor(),
                .declared = unknown_tensor(),
                .producer = SB_ONNX_NONE,
            };
    free(names);
}

static sb_onnx_value *find_value(const sb_onnx_graph *graph, const char *name)
{
    const sb_onnx_value key = { .name = text_of(name) };
    return graph->value_count
               ? bsearch(&key, graph->values, graph->value_count, sizeof *graph->values, by_name)
               : NULL;
}

static uint32_t index_of(const sb_onnx_graph *graph, const char *name)
{
    const sb_onnx_value *value = find_value(graph, name);
    return value ? (uint32_t)(value - graph->values) : SB_ONNX_NONE;
}

/* -------------------------------------------------------------------------------------- nodes */

static sb_onnx_attribute read_attribute(const attribute_message *a)
{
    return (sb_onnx_attribute) {
        .name = text_of(a->name),
        .f = (double)a->f,
        .i = a->i,
        .s = "",
        .ints = a->ints,
        .int_count = a->n_ints,
        .floats = a->floats,
        .float_count = a->n_floats,
        .has_i = a->has_i,
        .has_f = a->has_f,
        .tensor = read_tensor(a->t),
    };
}

/* Bytes without a NUL become a text in the memory of the message. */
static const char *terminate(ProtobufCBinaryData *bytes)
{
    uint8_t *data = realloc(bytes->data, bytes->len + 1);
    if (!data)
        return "";
    data[bytes->len] = '\0';
    bytes->data = data;
    return (const char *)data;
}

static size_t count_convolutions(const graph_message *graph)
{
    size_t count = 0;
    for (size_t i = 0; i < graph->n_node; i++) {
        const node_message *node = graph->node[i];
        count += strcmp(text_of(node->op_type), "Conv") == 0;
        for (size_t j = 0; j < node->n_attribute; j++)
            count += node->attribute[j]->g ? count_convolutions(node->attribute[j]->g) : 0;
    }
    return count;
}

static void read_attributes(const node_message *from, sb_onnx_node *node)
{
    node->attributes = sb_new(from->n_attribute, sizeof *node->attributes);
    node->attribute_count = from->n_attribute;
    for (size_t i = 0; i < from->n_attribute; i++) {
        attribute_message *a = from->attribute[i];
        node->attributes[i] = read_attribute(a);
        if (a->has_s)
            node->attributes[i].s = terminate(&a->s);
        if (a->g)
            node->inner_convolutions += count_convolutions(a->g);
    }
}

static bool is_foreign(const char *domain)
{
    return *domain && strcmp(domain, "ai.onnx") != 0;
}

static int read_node(const node_message *from, uint32_t number, sb_onnx_graph *graph,
                     sb_error *error)
{
    sb_onnx_node *node = &graph->nodes[number];
    *node = (sb_onnx_node) {
        .name = text_of(from->name),
        .type = text_of(from->op_type),
        .foreign = is_foreign(text_of(from->domain)),
        .inputs = sb_new(from->n_input, sizeof *node->inputs),
        .outputs = sb_new(from->n_output, sizeof *node->outputs),
        .input_count = (uint32_t)from->n_input,
        .output_count = (uint32_t)from->n_output,
    };
    graph->node_count++;
    read_attributes(from, node);
    for (size_t i = 0; i < from->n_input; i++) {
        node->inputs[i] = index_of(graph, from->input[i]);
        if (node->inputs[i] == SB_ONNX_NONE && *from->input[i])
            return sb_fail(error, "the node '%.80s' (%.40s) reads '%.80s', which no node computes",
                           node->name, node->type, from->input[i]);
    }
    for (size_t i = 0; i < from->n_output; i++) {
        node->outputs[i] = index_of(graph, from->output[i]);
        if (node->outputs[i] == SB_ONNX_NONE)
            continue;
        sb_onnx_value *value = &graph->values[node->outputs[i]];
        if (value->producer != SB_ONNX_NONE || value->weight || value->input)
            return sb_fail(error, "'%.80s' is computed twice, the second time by the node '%.80s'",
                           value->name, node->name);
        value->producer = number;
    }
    return SB_OK;
}

/* -------------------------------------------------------------------------------------- graph */

static void read_values(const graph_message *from, sb_onnx_graph *graph)
{
    make_values(from, graph);
    for (size_t i = 0; i < from->n_initializer; i++) {
        sb_onnx_value *value = find_value(graph, from->initializer[i]->name);
        if (!value || value->weight)
            continue;
        value->weight = true;
        value->tensor = read_tensor(from->initializer[i]);
    }
    for (size_t i = 0; i < from->n_input; i++) {
        sb_onnx_value *value = find_value(graph, from->input[i]->name);
        if (!value || value->weight) /* older models list their weights as inputs too */
            continue;
        value->input = true;
        value->tensor = read_type(from->input[i]);
    }
}

/* The file's shapes for values between nodes. */
static void read_declarations(value_message *const *list, size_t count, bool outputs,
                              sb_onnx_graph *graph)
{
    for (size_t i = 0; i < count; i++) {
        sb_onnx_value *value = find_value(graph, list[i]->name);
        if (!value)
            continue;
        value->output = value->output || outputs;
        value->declared = read_type(list[i]);
    }
}

static int64_t opset_of(const model_message *model)
{
    for (size_t i = 0; i < model->n_opset_import; i++)
        if (!is_foreign(text_of(model->opset_import[i]->domain)))
            return model->opset_import[i]->version;
    return 0;
}

static void free_model(void *model)
{
    sb_onnx__model__free_unpacked(model, NULL);
}

static int read_graph(model_message *model, sb_onnx_graph *graph, sb_error *error)
{
    const graph_message *from = model->graph;
    *graph = (sb_onnx_graph) {
        .name = text_of(from->name),
        .opset = opset_of(model),
        .memory = model,
        .free_memory = free_model,
        .nodes = sb_new(from->n_node, sizeof *graph->nodes),
    };
    read_values(from, graph);
    read_declarations(from->value_info, from->n_value_info, false, graph);
    read_declarations(from->output, from->n_output, true, graph);
    for (size_t i = 0; i < from->n_node; i++)
        if (read_node(from->node[i], (uint32_t)i, graph, error) < 0)
            return SB_FAILED;
    sb_onnx_list_consumers(graph);
    return SB_OK;
}

int sb_onnx_read(const char *path, sb_onnx_graph *graph, sb_error *error)
{
    model_message *model = unpack(path, error);
    if (!model)
        return SB_FAILED;
    if (read_graph(model, graph, error) == SB_OK)
        return SB_OK;
    sb_onnx_free(graph);
    return sb_fail_within(error, "%s", path);
}
