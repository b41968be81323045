/* SPDX-License-Identifier: Apache-2.0 */
#include "peers/onnx_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The numbers of fields and types in onnx.proto, and the version of the operators: the first one
 * with HardSwish. */
enum { IR_VERSION = 7, OPERATORS = 14, FLOAT_TYPE = 1 };
enum { MODEL_IR_VERSION = 1, MODEL_PRODUCER = 2, MODEL_GRAPH = 7, MODEL_OPERATORS = 8 };
enum { OPERATORS_VERSION = 2 };
enum { GRAPH_NODE = 1, GRAPH_NAME = 2, GRAPH_TENSOR = 5, GRAPH_INPUT = 11, GRAPH_OUTPUT = 12 };
enum { NODE_INPUT = 1, NODE_OUTPUT = 2, NODE_OPERATOR = 4, NODE_ATTRIBUTE = 5 };
enum { ATTRIBUTE_NAME = 1, ATTRIBUTE_INTEGER = 3, ATTRIBUTE_INTEGERS = 8, ATTRIBUTE_TYPE = 20 };
enum { INTEGER_ATTRIBUTE = 2, INTEGERS_ATTRIBUTE = 7 };
enum { TENSOR_DIMENSION = 1, TENSOR_TYPE = 2, TENSOR_NAME = 8, TENSOR_DATA = 9 };
enum { VALUE_NAME = 1, VALUE_TYPE = 2, TYPE_TENSOR = 1, TYPE_ELEMENT = 1, TYPE_SHAPE = 2 };
enum { SHAPE_DIMENSION = 1, DIMENSION_VALUE = 1 };

enum { NAME = 48 };

/* The graph while it is written. */
typedef struct graph {
    onnx_bytes *to;
    int left;        /* nodes still to come, the present one included */
    int values;      /* how many were named */
    char now[NAME];  /* the value that the next node reads */
    char next[NAME]; /* the value that it writes */
} graph;

/* A node that reads the present value and these (NULL: none), up to its attributes. */
static size_t begin_node(graph *g, const char *operator, const char * second, const char *third)
{
    const size_t node = onnx_begin(g->to, GRAPH_NODE);
    onnx_put_text(g->to, NODE_INPUT, g->now);
    if (second != NULL)
        onnx_put_text(g->to, NODE_INPUT, second);
    if (third != NULL)
        onnx_put_text(g->to, NODE_INPUT, third);
    if (g->left-- == 1)
        snprintf(g->next, sizeof g->next, "%s", ONNX_OUTPUT);
    else
        snprintf(g->next, sizeof g->next, "value%d", g->values++);
    onnx_put_text(g->to, NODE_OUTPUT, g->next);
    onnx_put_text(g->to, NODE_OPERATOR, operator);
    return node;
}

static void end_node(graph *g, size_t node)
{
    onnx_end(g->to, node);
    memcpy(g->now, g->next, sizeof g->now);
}

static void put_node(graph *g, const char *operator, const char * second, const char *third)
{
    end_node(g, begin_node(g, operator, second, third));
}

static void put_integers(onnx_bytes *to, const char *name, const int64_t *values, int count)
{
    const size_t attribute = onnx_begin(to, NODE_ATTRIBUTE);
    onnx_put_text(to, ATTRIBUTE_NAME, name);
    for (int i = 0; i < count; i++)
        onnx_put_integer(to, ATTRIBUTE_INTEGERS, values[i]);
    onnx_put_integer(to, ATTRIBUTE_TYPE, INTEGERS_ATTRIBUTE);
    onnx_end(to, attribute);
}

static void put_number(onnx_bytes *to, const char *name, int64_t value)
{
    const size_t attribute = onnx_begin(to, NODE_ATTRIBUTE);
    onnx_put_text(to, ATTRIBUTE_NAME, name);
    onnx_put_integer(to, ATTRIBUTE_INTEGER, value);
    onnx_put_integer(to, ATTRIBUTE_TYPE, INTEGER_ATTRIBUTE);
    onnx_end(to, attribute);
}

static void put_tensor(onnx_bytes *to, const char *name, const int64_t *dimensions, int count,
                       const float *data)
{
    size_t size = sizeof *data;
    const size_t tensor = onnx_begin(to, GRAPH_TENSOR);
    for (int i = 0; i < count; i++) {
        onnx_put_integer(to, TENSOR_DIMENSION, dimensions[i]);
        size *= (size_t)dimensions[i];
    }
    onnx_put_integer(to, TENSOR_TYPE, FLOAT_TYPE);
    onnx_put_text(to, TENSOR_NAME, name);
    onnx_put_block(to, TENSOR_DATA, data, size);
    onnx_end(to, tensor);
}

static void put_value(onnx_bytes *to, uint32_t field, const char *name, const int64_t shape[4])
{
    const size_t value = onnx_begin(to, field);
    onnx_put_text(to, VALUE_NAME, name);
    const size_t type = onnx_begin(to, VALUE_TYPE), tensor = onnx_begin(to, TYPE_TENSOR);
    onnx_put_integer(to, TYPE_ELEMENT, FLOAT_TYPE);
    const size_t dimensions = onnx_begin(to, TYPE_SHAPE);
    for (int i = 0; i < 4; i++) {
        const size_t dimension = onnx_begin(to, SHAPE_DIMENSION);
        onnx_put_integer(to, DIMENSION_VALUE, shape[i]);
        onnx_end(to, dimension);
    }
    onnx_end(to, dimensions);
    onnx_end(to, tensor);
    onnx_end(to, type);
    onnx_end(to, value);
}

/* ---------------------------------------------------------------------------------------- steps */

static void name_weights(char *weights, char *bias, size_t part, uint32_t step)
{
    snprintf(weights, NAME, "weights%zu.%u", part, step);
    snprintf(bias, NAME, "bias%zu.%u", part, step);
}

static void put_conv(graph *g, const sb_step *s, size_t part, uint32_t step)
{
    char weights[NAME], bias[NAME];
    name_weights(weights, bias, part, step);
    const size_t node = begin_node(g, "Conv", weights, s->bias ? bias : NULL);
    put_number(g->to, "group", s->groups);
    put_integers(g->to, "kernel_shape", (const int64_t[]) { s->r, s->s }, 2);
    put_integers(g->to, "strides", (const int64_t[]) { s->stride_h, s->stride_w }, 2);
    put_integers(g->to, "dilations", (const int64_t[]) { s->dilation_h, s->dilation_w }, 2);
    put_integers(g->to, "pads",
                 (const int64_t[]) { s->pad_top, s->pad_left, s->pad_bottom, s->pad_right }, 4);
    end_node(g, node);
}

/* Swish is a product of two values, so that it is not in the table of those that are one node. */
static void put_swish(graph *g)
{
    char value[NAME];
    memcpy(value, g->now, sizeof value);
    put_node(g, "Sigmoid", NULL, NULL);
    put_node(g, "Mul", value, NULL);
}

static void put_activation(graph *g, uint32_t activation)
{
    if (activation == SB_RELU)
        put_node(g, "Relu", NULL, NULL);
    else if (activation == SB_RELU6)
        put_node(g, "Clip", "zero", "six");
    else if (activation == SB_HARD_SWISH)
        put_node(g, "HardSwish", NULL, NULL);
    else if (activation == SB_SWISH)
        put_swish(g);
}

static int count_nodes(const sb_problem *problem)
{
    int count = problem->residual != 0;
    for (uint32_t i = 0; i < problem->step_count; i++) {
        const uint32_t activation = problem->steps[i].activation;
        count += 1 + (activation != SB_ACTIVATION_NONE) + (activation == SB_SWISH);
    }
    return count;
}

static void put_part(graph *g, const sb_problem *problem, size_t part, const char *residual)
{
    for (uint32_t i = 0; i < problem->step_count; i++) {
        put_conv(g, &problem->steps[i], part, i);
        if (problem->residual && i + 1 == problem->step_count)
            put_node(g, "Add", residual, NULL);
        put_activation(g, problem->steps[i].activation);
    }
}

/* The value that each part reads stays known, because a later one may add it. */
static void put_nodes(onnx_bytes *to, const sb_network_part *parts, size_t count)
{
    graph g = { .to = to, .now = ONNX_INPUT };
    char(*inputs)[NAME] = calloc(count, sizeof *inputs);
    to->failed = to->failed || inputs == NULL;
    for (size_t i = 0; i < count; i++)
        g.left += count_nodes(parts[i].problem);
    for (size_t i = 0; i < count && inputs != NULL; i++) {
        memcpy(inputs[i], g.now, sizeof g.now);
        put_part(&g, parts[i].problem, i,
                 parts[i].residual < 0 ? ONNX_RESIDUAL : inputs[parts[i].residual]);
    }
    free(inputs);
}

/* Whether it has steps that are clipped. */
static bool put_tensors(onnx_bytes *to, const sb_network_part *from, size_t part)
{
    char weights[NAME], bias[NAME];
    bool clips = false;
    for (uint32_t i = 0; i < from->problem->step_count; i++) {
        const sb_step *s = &from->problem->steps[i];
        name_weights(weights, bias, part, i);
        put_tensor(to, weights, (const int64_t[]) { s->k, s->c / s->groups, s->r, s->s }, 4,
                   from->weights->weights[i]);
        if (s->bias)
            put_tensor(to, bias, &s->k, 1, from->weights->biases[i]);
        clips |= s->activation == SB_RELU6;
    }
    return clips;
}

static void put_all_tensors(onnx_bytes *to, const sb_network_part *parts, size_t count)
{
    bool clips = false;
    for (size_t i = 0; i < count; i++)
        clips |= put_tensors(to, &parts[i], i);
    if (clips) {
        put_tensor(to, "zero", NULL, 0, &(const float) { 0 });
        put_tensor(to, "six", NULL, 0, &(const float) { 6 });
    }
}

void onnx_write_model(onnx_bytes *bytes, const sb_network_part *parts, size_t count)
{
    const sb_problem *front = parts[0].problem, *back = parts[count - 1].problem;
    const sb_step *first = &front->steps[0], *last = &back->steps[back->step_count - 1];
    const int64_t input[] = { front->n, first->c, first->h, first->w };
    const int64_t output[] = { back->n, last->k, last->p, last->q };
    onnx_put_integer(bytes, MODEL_IR_VERSION, IR_VERSION);
    onnx_put_text(bytes, MODEL_PRODUCER, "sepbench");
    const size_t body = onnx_begin(bytes, MODEL_GRAPH);
    put_nodes(bytes, parts, count);
    onnx_put_text(bytes, GRAPH_NAME, "problem");
    put_all_tensors(bytes, parts, count);
    put_value(bytes, GRAPH_INPUT, ONNX_INPUT, input);
    if (back->residual && parts[count - 1].residual < 0)
        put_value(bytes, GRAPH_INPUT, ONNX_RESIDUAL, output);
    put_value(bytes, GRAPH_OUTPUT, ONNX_OUTPUT, output);
    onnx_end(bytes, body);
    const size_t operators = onnx_begin(bytes, MODEL_OPERATORS);
    onnx_put_integer(bytes, OPERATORS_VERSION, OPERATORS);
    onnx_end(bytes, operators);
}
