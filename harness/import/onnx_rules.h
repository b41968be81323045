/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the rules of shape inference. A rule reads its node's inputs and sets what it knows of
 * the outputs; everything else stays unknown. */
#ifndef SB_IMPORT_ONNX_RULES_H
#define SB_IMPORT_ONNX_RULES_H

#include "import/import_layer.h"
#include "import/onnx_graph.h"

typedef struct sb_onnx_rule_context {
    sb_onnx_graph *graph;
    const sb_onnx_node *node;
} sb_onnx_rule_context;

typedef void sb_onnx_rule(const sb_onnx_rule_context *at);

/* The rules for a few operators each; the lists end with name NULL. */
typedef struct sb_onnx_rule_entry {
    const char *type;
    sb_onnx_rule *rule;
} sb_onnx_rule_entry;

extern const sb_onnx_rule_entry sb_onnx_element_rules[]; /* element-wise operators, and constants */
extern const sb_onnx_rule_entry sb_onnx_layout_rules[];  /* operators that rearrange elements */
extern const sb_onnx_rule_entry sb_onnx_window_rules[];  /* convolutions, pools, products */

/* The tensor of the i-th input; NULL if there is none, or its rank is not known. */
const sb_onnx_tensor *sb_onnx_in(const sb_onnx_rule_context *at, uint32_t i);

/* The same, if its content is known. */
const sb_onnx_tensor *sb_onnx_content(const sb_onnx_rule_context *at, uint32_t i);

/* Sets an output; takes ownership of the content. */
void sb_onnx_set(const sb_onnx_rule_context *at, uint32_t i, sb_onnx_tensor tensor);

/* A tensor of this rank, otherwise unknown; rank -1 is completely unknown. */
sb_onnx_tensor sb_onnx_tensor_of(int rank);

/* A copy without content. */
sb_onnx_tensor sb_onnx_shape_of(const sb_onnx_tensor *tensor);

/* Memory for the content of a tensor with known dimensions; false if it is too large. */
bool sb_onnx_make_content(sb_onnx_tensor *tensor);

/* A list of integers that is an attribute in older models and an input in newer ones. Returns its
 * length; 0 if it is not known, or not there. */
size_t sb_onnx_list(const sb_onnx_rule_context *at, const char *attribute, uint32_t input,
                    int64_t list[SB_ONNX_RANK * 2]);

/* The axis as a number from 0 to rank - 1 (negative ones count from the end), or -1. */
int sb_onnx_axis(int64_t axis, int rank);

/* How many elements a Pad node adds before each axis, then after each; false if that is not known.
 */
bool sb_onnx_pads(const sb_onnx_rule_context *at, int rank, int64_t pads[SB_ONNX_RANK * 2]);

/*
 * The windows of a convolution or pool along each spatial axis: kernel, strides, dilations, pads
 * and auto_pad of the node, on an input of this shape. False if something is not known, or invalid.
 */
bool sb_onnx_windows(const sb_onnx_node *node, const sb_onnx_tensor *input, const int64_t *kernel,
                     sb_import_axis axes[SB_ONNX_RANK]);

#endif
