/* SPDX-License-Identifier: Apache-2.0 */
/* From a graph with known shapes to layers: finds convolutions, the operators that follow them, and
 * which of them belong together. */
#ifndef SB_IMPORT_ONNX_LAYERS_H
#define SB_IMPORT_ONNX_LAYERS_H

#include "import/import.h"
#include "import/onnx_graph.h"

/* The state of a walk over nodes and values. */
typedef struct sb_onnx_walk {
    const sb_onnx_graph *graph;
    bool *used; /* for each node: it is part of a layer, or accounted for */
    sb_imported *imported;
} sb_onnx_walk;

/* What follows a convolution, up to `end`. */
typedef struct sb_onnx_tail {
    uint32_t end; /* the value that other layers read */
    bool bias;
    bool activated; /* no more linear operators can be folded */
    bool scaled;    /* multiplied by squeeze-and-excitation, which is left out */
    sb_import_activation activation;
} sb_onnx_tail;

/* A convolution. */
typedef struct sb_onnx_conv {
    uint32_t node;
    uint32_t input; /* the value that it reads, before a padding that became its own */
    sb_import_shape shape;
    sb_onnx_tail tail;
    char *name;       /* owned; NULL if the model has none */
    int64_t previous; /* the convolution whose end only it reads; else -1 */
    bool taken;       /* it is part of a layer */
} sb_onnx_conv;

/* Adds the layers of a graph with known shapes, and an account of everything else in it. */
int sb_onnx_take_layers(const sb_onnx_graph *graph, const sb_import_options *options,
                        sb_imported *imported, sb_error *error);

/* Fills in a convolution, or a fully connected layer as one; false, with a note, if it cannot be
 * expressed. */
bool sb_onnx_conv_read(const sb_onnx_walk *walk, uint32_t node, sb_onnx_conv *conv);
bool sb_onnx_product_read(const sb_onnx_walk *walk, uint32_t node, sb_onnx_conv *conv);

/* Multiply-adds of a product with weights; 0 if it is not one, or not known. */
double sb_onnx_product_cost(const sb_onnx_graph *graph, const sb_onnx_node *node);

/* Continues from tail->end over everything that belongs to the layer, marking it used. */
void sb_onnx_tail_walk(const sb_onnx_walk *walk, sb_onnx_tail *tail);

/* The only node that reads the value, if it has an output; else SB_ONNX_NONE. */
uint32_t sb_onnx_only_reader(const sb_onnx_graph *graph, uint32_t value);

/* The other operand of a node with two; SB_ONNX_NONE if it reads this value twice. */
uint32_t sb_onnx_other_operand(const sb_onnx_node *node, uint32_t value);

/* A readable name for the layer: derived from its weights' name, else the node's; free() it. */
char *sb_onnx_layer_name(const sb_onnx_graph *graph, const sb_onnx_node *node, uint32_t weights);

/* The common part of the names of a layer's steps, or "first+last"; free() it. */
char *sb_onnx_joined_name(const char *first, const char *last);

#endif
