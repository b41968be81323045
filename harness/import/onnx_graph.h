/* SPDX-License-Identifier: Apache-2.0 */
/* The graph of an ONNX model: nodes in order, the values between them, and their known shapes. */
#ifndef SB_IMPORT_ONNX_GRAPH_H
#define SB_IMPORT_ONNX_GRAPH_H

#include "core/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SB_ONNX_RANK = 8,       /* most dimensions of a tensor that are handled */
    SB_ONNX_ELEMENTS = 1024 /* most elements of a constant that are handled */
};

#define SB_ONNX_NONE UINT32_MAX /* no value, no node */

/* A shape, and the contents of a small constant. */
typedef struct sb_onnx_tensor {
    int rank;                   /* -1: not known */
    int64_t dims[SB_ONNX_RANK]; /* -1: not known */
    bool integer;               /* of the elements */
    double *content;            /* row by row; NULL: not known. Owned. Exact up to 2^53 */
    size_t count;               /* number of elements in content */
} sb_onnx_tensor;

/* A value between nodes. */
typedef struct sb_onnx_value {
    const char *name;
    sb_onnx_tensor tensor;   /* inferred; for inputs and weights, as in the file */
    sb_onnx_tensor declared; /* the file's shape for a value between nodes; no content */
    bool input, output;      /* of the graph */
    bool weight;             /* an initializer, or computed only from those */
    bool sized;              /* an input whose size the user gave */
    uint32_t producer;       /* a node */
    uint32_t first_consumer; /* its position in sb_onnx_graph.consumers */
    uint32_t consumer_count;
} sb_onnx_value;

typedef struct sb_onnx_attribute {
    const char *name;
    double f;
    int64_t i;
    const char *s; /* "" if it has none */
    const int64_t *ints;
    size_t int_count;
    const float *floats;
    size_t float_count;
    bool has_i, has_f;
    sb_onnx_tensor tensor; /* rank -1 if it has none */
} sb_onnx_attribute;

typedef struct sb_onnx_node {
    const char *name, *type;
    uint32_t *inputs, *outputs; /* values; SB_ONNX_NONE for one left out */
    uint32_t input_count, output_count;
    sb_onnx_attribute *attributes;
    size_t attribute_count;
    size_t inner_convolutions; /* within the graphs of a control-flow node */
    bool foreign;              /* of a domain other than ONNX's own */
} sb_onnx_node;

typedef struct sb_onnx_graph {
    const char *name;
    int64_t opset; /* 0: not given */
    sb_onnx_node *nodes;
    uint32_t node_count;
    sb_onnx_value *values;
    uint32_t value_count;
    uint32_t *consumers; /* nodes, value by value, once for each reading */
    void *memory;        /* owner of the texts and lists that are borrowed */
    void (*free_memory)(void *memory);
} sb_onnx_graph;

/* Reads a model; the weights' data is skipped. After a failure there is nothing to free. */
int sb_onnx_read(const char *path, sb_onnx_graph *graph, sb_error *error);
void sb_onnx_free(sb_onnx_graph *graph);

/* Stores the readers of each value, once nodes and values are there. */
void sb_onnx_list_consumers(sb_onnx_graph *graph);

/* The attribute of that name, or NULL. */
const sb_onnx_attribute *sb_onnx_attribute_of(const sb_onnx_node *node, const char *name);
int64_t sb_onnx_integer(const sb_onnx_node *node, const char *name, int64_t otherwise);
double sb_onnx_number(const sb_onnx_node *node, const char *name, double otherwise);

/* The i-th input or output, NULL if there is none. */
sb_onnx_value *sb_onnx_input(const sb_onnx_graph *graph, const sb_onnx_node *node, uint32_t i);
sb_onnx_value *sb_onnx_output(const sb_onnx_graph *graph, const sb_onnx_node *node, uint32_t i);

/* Sets the sizes of inputs that the user gives: "1x3x224x224", or "name=1x3x224x224". Batch sizes
 * that the file leaves open become 1. Returns the number of these, or a failure. */
int sb_onnx_set_inputs(sb_onnx_graph *graph, const char *const *shapes, sb_error *error);

/* Infers the shapes of all values in the order of the nodes, as far as they can be known. A graph
 * whose nodes are not in order (such as one with a cycle) is refused. */
int sb_onnx_infer(sb_onnx_graph *graph, sb_error *error);

#endif
