/* SPDX-License-Identifier: Apache-2.0 */
/* The graph of an ONNX model: nodes in order, the values between them, what is known of both. */
#ifndef SB_IMPORT_ONNX_GRAPH_H
#define SB_IMPORT_ONNX_GRAPH_H

#include "core/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SB_ONNX_RANK = 8,       /* most dimensions of a tensor that is looked at */
    SB_ONNX_ELEMENTS = 1024 /* most elements of a constant that is looked at */
};

#define SB_ONNX_NONE UINT32_MAX /* no value, no node */

/* A shape, and, of small constants, the content. */
typedef struct sb_onnx_tensor {
    int rank;                   /* -1: not known */
    int64_t dims[SB_ONNX_RANK]; /* -1: not known */
    bool integer;               /* of the elements */
    double *content;            /* row by row; NULL: not known. Owned. Exact up to 2^53 */
    size_t count;               /* of elements in content */
} sb_onnx_tensor;

/* What flows between nodes. */
typedef struct sb_onnx_value {
    const char *name;
    sb_onnx_tensor tensor;   /* inferred, but of inputs and weights as the file says */
    sb_onnx_tensor declared; /* what the file says of a value between nodes; no content */
    bool input, output;      /* of the graph */
    bool weight;             /* an initializer, or computed from nothing but those */
    bool sized;              /* an input whose size the user gave */
    uint32_t producer;       /* a node */
    uint32_t first_consumer; /* in sb_onnx_graph.consumers */
    uint32_t consumer_count;
} sb_onnx_value;

typedef struct sb_onnx_attribute {
    const char *name;
    double f;
    int64_t i;
    const char *s; /* "" where it has none */
    const int64_t *ints;
    size_t int_count;
    const float *floats;
    size_t float_count;
    bool has_i, has_f;
    sb_onnx_tensor tensor; /* rank -1 where it has none */
} sb_onnx_attribute;

typedef struct sb_onnx_node {
    const char *name, *type;
    uint32_t *inputs, *outputs; /* values; SB_ONNX_NONE for one left out */
    uint32_t input_count, output_count;
    sb_onnx_attribute *attributes;
    size_t attribute_count;
    size_t inner_convolutions; /* in the graphs that a control-flow node holds */
    bool foreign;              /* of a domain other than ONNX's own */
} sb_onnx_node;

typedef struct sb_onnx_graph {
    const char *name;
    int64_t opset; /* 0: not said */
    sb_onnx_node *nodes;
    uint32_t node_count;
    sb_onnx_value *values;
    uint32_t value_count;
    uint32_t *consumers; /* nodes, value by value; a node that reads a value twice stands twice */
    void *memory;        /* what texts and lists are borrowed from */
    void (*free_memory)(void *memory);
} sb_onnx_graph;

/* Reads a model; weights' data is passed over. On failure nothing is left to free. */
int sb_onnx_read(const char *path, sb_onnx_graph *graph, sb_error *error);
void sb_onnx_free(sb_onnx_graph *graph);

/* Writes down who reads what, once nodes and values are there. */
void sb_onnx_list_consumers(sb_onnx_graph *graph);

/* The attribute of that name, or NULL. */
const sb_onnx_attribute *sb_onnx_attribute_of(const sb_onnx_node *node, const char *name);
int64_t sb_onnx_integer(const sb_onnx_node *node, const char *name, int64_t otherwise);
double sb_onnx_number(const sb_onnx_node *node, const char *name, double otherwise);

/* The i-th input or output, NULL where there is none. */
sb_onnx_value *sb_onnx_input(const sb_onnx_graph *graph, const sb_onnx_node *node, uint32_t i);
sb_onnx_value *sb_onnx_output(const sb_onnx_graph *graph, const sb_onnx_node *node, uint32_t i);

/* Gives inputs the sizes that the user asks for: "1x3x224x224", or "name=1x3x224x224". Batches
 * that the file leaves open become 1. Returns how many of those there were, or a failure. */
int sb_onnx_set_inputs(sb_onnx_graph *graph, const char *const *shapes, sb_error *error);

/* Follows the nodes in order and fills in the shapes of all values, as far as they can be known.
 * A graph whose nodes are not in order (as one with a circle) is refused. */
int sb_onnx_infer(sb_onnx_graph *graph, sb_error *error);

#endif
