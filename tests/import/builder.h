/* SPDX-License-Identifier: Apache-2.0 */
/* Makes ONNX models node by node. Names of values are owned by the model. */
#ifndef SB_TESTS_BUILDER_H
#define SB_TESTS_BUILDER_H

#include "import/onnx.pb-c.h"

#include <stddef.h>
#include <stdint.h>

typedef struct builder {
    SbOnnx__Model *model;
    SbOnnx__Graph *graph;
    int values;
} builder;

/* A value with the shape that the test knows. */
typedef struct value {
    const char *name;
    int64_t c, h, w;
} value;

/* A dimension below 1 is left open. */
builder builder_start(const char *name, int64_t opset);
value builder_input(builder *b, const char *name, int64_t n, int64_t c, int64_t h, int64_t w);
void builder_output(builder *b, value v);
uint8_t *builder_finish(builder *b, size_t *length); /* frees the model */

/* A weight of these dimensions (ends with 0), without data; returns its name. */
const char *builder_weight(builder *b, const char *name, const int64_t *dims);
const char *builder_ints(builder *b, const char *name, const int64_t *list, size_t count);
const char *builder_float(builder *b, const char *name, float number);

/* Adds a node; inputs end with NULL. Returns it, so that attributes and outputs can be added. */
SbOnnx__Node *builder_node(builder *b, const char *type, const char *name,
                           const char *const *inputs);
const char *builder_node_output(builder *b, SbOnnx__Node *node);
void builder_int(SbOnnx__Node *node, const char *name, int64_t number);
void builder_list(SbOnnx__Node *node, const char *name, const int64_t *list, size_t count);
void builder_number(SbOnnx__Node *node, const char *name, float number);
void builder_text(SbOnnx__Node *node, const char *name, const char *text);

/* One node with one output of the input's shape. */
value builder_apply(builder *b, const char *type, value x);
value builder_apply_two(builder *b, const char *type, value x, const char *other);

typedef struct conv_options {
    const char *name;   /* of the node; NULL: none */
    const char *weight; /* its name; NULL: made up */
    int64_t k, kernel, stride, padding, groups;
    const char *auto_pad; /* instead of padding */
    int bias;
} conv_options;

value builder_conv(builder *b, value x, conv_options options);
value builder_norm(builder *b, value x); /* BatchNormalization */
value builder_pool(builder *b, const char *type, value x, int64_t kernel, int64_t stride,
                   int64_t padding);
value builder_global_pool(builder *b, value x);

#endif
