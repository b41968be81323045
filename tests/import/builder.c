/* SPDX-License-Identifier: Apache-2.0 */
#include "builder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Makes room for one more pointer. */
#define APPEND(list, count, item)                                 \
    do {                                                          \
        (list) = realloc((list), ((count) + 1) * sizeof *(list)); \
        (list)[(count)++] = (item);                               \
    } while (0)

builder builder_start(const char *name, int64_t opset)
{
    builder b = { .model = malloc(sizeof *b.model), .graph = malloc(sizeof *b.graph) };
    SbOnnx__Opset *version = malloc(sizeof *version);
    sb_onnx__model__init(b.model);
    sb_onnx__graph__init(b.graph);
    sb_onnx__opset__init(version);
    version->has_version = 1;
    version->version = opset;
    b.graph->name = strdup(name);
    b.model->graph = b.graph;
    APPEND(b.model->opset_import, b.model->n_opset_import, version);
    return b;
}

static SbOnnx__Value *typed_value(const char *name, const int64_t *dims, size_t count)
{
    SbOnnx__Value *v = malloc(sizeof *v);
    SbOnnx__Type *type = malloc(sizeof *type);
    SbOnnx__TensorType *tensor = malloc(sizeof *tensor);
    SbOnnx__Shape *shape = malloc(sizeof *shape);
    sb_onnx__value__init(v);
    sb_onnx__type__init(type);
    sb_onnx__tensor_type__init(tensor);
    sb_onnx__shape__init(shape);
    v->name = strdup(name);
    v->type = type;
    type->tensor_type = tensor;
    tensor->shape = shape;
    for (size_t i = 0; i < count; i++) {
        SbOnnx__Dimension *dim = malloc(sizeof *dim);
        sb_onnx__dimension__init(dim);
        if (dims[i] < 1)
            dim->dim_param = strdup("open");
        dim->has_dim_value = dims[i] >= 1;
        dim->dim_value = dims[i];
        APPEND(shape->dim, shape->n_dim, dim);
    }
    return v;
}

value builder_input(builder *b, const char *name, int64_t n, int64_t c, int64_t h, int64_t w)
{
    SbOnnx__Value *v = typed_value(name, (const int64_t[]) { n, c, h, w }, 4);
    APPEND(b->graph->input, b->graph->n_input, v);
    return (value) { v->name, c, h, w };
}

void builder_output(builder *b, value v)
{
    SbOnnx__Value *output = typed_value(v.name, NULL, 0);
    sb_onnx__type__free_unpacked(output->type, NULL);
    output->type = NULL;
    APPEND(b->graph->output, b->graph->n_output, output);
}

uint8_t *builder_finish(builder *b, size_t *length)
{
    *length = sb_onnx__model__get_packed_size(b->model);
    uint8_t *bytes = malloc(*length);
    sb_onnx__model__pack(b->model, bytes);
    sb_onnx__model__free_unpacked(b->model, NULL);
    *b = (builder) { 0 };
    return bytes;
}

/* ------------------------------------------------------------------------------------- tensors */

static SbOnnx__Tensor *add_tensor(builder *b, const char *name, int32_t type)
{
    char made[32];
    SbOnnx__Tensor *t = malloc(sizeof *t);
    sb_onnx__tensor__init(t);
    snprintf(made, sizeof made, "onnx::w_%d", b->values++);
    t->name = strdup(name ? name : made);
    t->has_data_type = 1;
    t->data_type = type;
    APPEND(b->graph->initializer, b->graph->n_initializer, t);
    return t;
}

const char *builder_weight(builder *b, const char *name, const int64_t *dims)
{
    SbOnnx__Tensor *t = add_tensor(b, name, 1);
    for (; *dims; dims++)
        APPEND(t->dims, t->n_dims, *dims);
    return t->name;
}

const char *builder_ints(builder *b, const char *name, const int64_t *list, size_t count)
{
    SbOnnx__Tensor *t = add_tensor(b, name, 7);
    APPEND(t->dims, t->n_dims, (int64_t)count);
    for (size_t i = 0; i < count; i++)
        APPEND(t->int64_data, t->n_int64_data, list[i]);
    return t->name;
}

/* A scalar, as raw bytes. */
const char *builder_float(builder *b, const char *name, float number)
{
    SbOnnx__Tensor *t = add_tensor(b, name, 1);
    t->has_raw_data = 1;
    t->raw_data.len = sizeof number;
    t->raw_data.data = malloc(sizeof number);
    memcpy(t->raw_data.data, &number, sizeof number); /* the tests' machines are little-endian */
    return t->name;
}

/* --------------------------------------------------------------------------------------- nodes */

SbOnnx__Node *builder_node(builder *b, const char *type, const char *name,
                           const char *const *inputs)
{
    SbOnnx__Node *node = malloc(sizeof *node);
    sb_onnx__node__init(node);
    node->op_type = strdup(type);
    node->name = name ? strdup(name) : NULL;
    for (; *inputs; inputs++)
        APPEND(node->input, node->n_input, strdup(*inputs));
    APPEND(b->graph->node, b->graph->n_node, node);
    return node;
}

const char *builder_node_output(builder *b, SbOnnx__Node *node)
{
    char name[32];
    snprintf(name, sizeof name, "v%d", b->values++);
    APPEND(node->output, node->n_output, strdup(name));
    return node->output[node->n_output - 1];
}

static SbOnnx__Attribute *add_attribute(SbOnnx__Node *node, const char *name)
{
    SbOnnx__Attribute *a = malloc(sizeof *a);
    sb_onnx__attribute__init(a);
    a->name = strdup(name);
    APPEND(node->attribute, node->n_attribute, a);
    return a;
}

void builder_int(SbOnnx__Node *node, const char *name, int64_t number)
{
    SbOnnx__Attribute *a = add_attribute(node, name);
    a->has_i = 1;
    a->i = number;
}

void builder_list(SbOnnx__Node *node, const char *name, const int64_t *list, size_t count)
{
    SbOnnx__Attribute *a = add_attribute(node, name);
    for (size_t i = 0; i < count; i++)
        APPEND(a->ints, a->n_ints, list[i]);
}

void builder_number(SbOnnx__Node *node, const char *name, float number)
{
    SbOnnx__Attribute *a = add_attribute(node, name);
    a->has_f = 1;
    a->f = number;
}

void builder_text(SbOnnx__Node *node, const char *name, const char *text)
{
    SbOnnx__Attribute *a = add_attribute(node, name);
    a->has_s = 1;
    a->s.len = strlen(text);
    a->s.data = malloc(a->s.len + 1);
    memcpy(a->s.data, text, a->s.len);
}

value builder_apply(builder *b, const char *type, value x)
{
    x.name =
        builder_node_output(b, builder_node(b, type, NULL, (const char *const[]) { x.name, NULL }));
    return x;
}

value builder_apply_two(builder *b, const char *type, value x, const char *other)
{
    x.name = builder_node_output(
        b, builder_node(b, type, NULL, (const char *const[]) { x.name, other, NULL }));
    return x;
}

/* --------------------------------------------------------------------------------------- layers */

static int64_t output_size(int64_t in, const conv_options *o)
{
    return o->auto_pad ? (in + o->stride - 1) / o->stride
                       : (in + 2 * o->padding - o->kernel) / o->stride + 1;
}

value builder_conv(builder *b, value x, conv_options o)
{
    const char *w = builder_weight(
        b, o.weight, (const int64_t[]) { o.k, x.c / o.groups, o.kernel, o.kernel, 0 });
    const char *bias = o.bias ? builder_weight(b, NULL, (const int64_t[]) { o.k, 0 }) : NULL;
    SbOnnx__Node *node =
        builder_node(b, "Conv", o.name, (const char *const[]) { x.name, w, bias, NULL });
    builder_list(node, "strides", (const int64_t[]) { o.stride, o.stride }, 2);
    builder_list(node, "kernel_shape", (const int64_t[]) { o.kernel, o.kernel }, 2);
    builder_int(node, "group", o.groups);
    if (o.auto_pad)
        builder_text(node, "auto_pad", o.auto_pad);
    else
        builder_list(node, "pads", (const int64_t[]) { o.padding, o.padding, o.padding, o.padding },
                     4);
    return (value) { builder_node_output(b, node), o.k, output_size(x.h, &o),
                     output_size(x.w, &o) };
}

value builder_norm(builder *b, value x)
{
    const int64_t dims[] = { x.c, 0 };
    const char *const inputs[] = { x.name,
                                   builder_weight(b, NULL, dims),
                                   builder_weight(b, NULL, dims),
                                   builder_weight(b, NULL, dims),
                                   builder_weight(b, NULL, dims),
                                   NULL };
    x.name = builder_node_output(b, builder_node(b, "BatchNormalization", NULL, inputs));
    return x;
}

value builder_pool(builder *b, const char *type, value x, int64_t kernel, int64_t stride,
                   int64_t padding)
{
    const conv_options o = { .kernel = kernel, .stride = stride, .padding = padding };
    SbOnnx__Node *node = builder_node(b, type, NULL, (const char *const[]) { x.name, NULL });
    builder_list(node, "kernel_shape", (const int64_t[]) { kernel, kernel }, 2);
    builder_list(node, "strides", (const int64_t[]) { stride, stride }, 2);
    builder_list(node, "pads", (const int64_t[]) { padding, padding, padding, padding }, 4);
    return (value) { builder_node_output(b, node), x.c, output_size(x.h, &o),
                     output_size(x.w, &o) };
}

value builder_global_pool(builder *b, value x)
{
    x = builder_apply(b, "GlobalAveragePool", x);
    x.h = x.w = 1;
    return x;
}
