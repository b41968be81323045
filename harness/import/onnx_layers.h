/* SPDX-License-Identifier: Apache-2.0 */
/* From a graph whose shapes are known to layers: convolutions, what follows them, and which of them
 * belong together. */
#ifndef SB_IMPORT_ONNX_LAYERS_H
#define SB_IMPORT_ONNX_LAYERS_H

#include "import/import.h"
#include "import/onnx_graph.h"

/* Where a walk over nodes and values stands. */
typedef struct sb_onnx_walk {
    const sb_onnx_graph *graph;
    bool *used; /* a node each: it is in a layer, or accounted for */
    sb_imported *imported;
} sb_onnx_walk;

/* What follows a convolution, up to `end`. */
typedef struct sb_onnx_tail {
    uint32_t end; /* the value that other layers read */
    bool bias;
    bool activated; /* nothing linear can be folded any more */
    bool scaled;    /* by squeeze-and-excitation, which is left out */
    sb_import_activation activation;
} sb_onnx_tail;

/* A convolution. */
typedef struct sb_onnx_conv {
    uint32_t node;
    uint32_t input; /* the value it reads, before a padding that became its own */
    sb_import_shape shape;
    sb_onnx_tail tail;
    char *name;       /* owned; NULL where the model has none */
    int64_t previous; /* the convolution whose end it reads, where it alone does; else -1 */
    bool taken;       /* it is in a layer */
} sb_onnx_conv;

/* Adds the layers of a graph whose shapes are known, and an account of everything else in it. */
int sb_onnx_take_layers(const sb_onnx_graph *graph, const sb_import_options *options,
                        sb_imported *imported, sb_error *error);

/* Fills in a convolution, or a fully connected layer as one; false, with a note, where it cannot be
 * said. */
bool sb_onnx_conv_read(const sb_onnx_walk *walk, uint32_t node, sb_onnx_conv *conv);
bool sb_onnx_product_read(const sb_onnx_walk *walk, uint32_t node, sb_onnx_conv *conv);

/* Multiply-adds of a product with weights; 0 where it is none, or not known. */
double sb_onnx_product_cost(const sb_onnx_graph *graph, const sb_onnx_node *node);

/* Goes on from tail->end over everything that belongs to the layer, marking it used. */
void sb_onnx_tail_walk(const sb_onnx_walk *walk, sb_onnx_tail *tail);

/* The node that alone reads the value, or SB_ONNX_NONE. */
uint32_t sb_onnx_only_reader(const sb_onnx_graph *graph, uint32_t value);

/* The operand of a node of two that is not this value; SB_ONNX_NONE where it reads it twice. */
uint32_t sb_onnx_other_operand(const sb_onnx_node *node, uint32_t value);

/* A name as a person would call the layer: from its weights' name, else the node's; free() it. */
char *sb_onnx_layer_name(const sb_onnx_graph *graph, const sb_onnx_node *node, uint32_t weights);

/* What the names of a layer's steps have in common, or "first+last"; free() it. */
char *sb_onnx_joined_name(const char *first, const char *last);

#endif
