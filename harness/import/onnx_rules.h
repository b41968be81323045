/* SPDX-License-Identifier: Apache-2.0 */
/* What the rules of inference share. A rule reads its node's inputs and sets what it knows of the
 * outputs; what it does not set stays unknown. */
#ifndef SB_IMPORT_ONNX_RULES_H
#define SB_IMPORT_ONNX_RULES_H

#include "import/import_layer.h"
#include "import/onnx_graph.h"

typedef struct sb_onnx_rule_context {
    sb_onnx_graph *graph;
    const sb_onnx_node *node;
} sb_onnx_rule_context;

typedef void sb_onnx_rule(const sb_onnx_rule_context *at);

/* The rules of a few operators each; the lists end with name NULL. */
typedef struct sb_onnx_rule_entry {
    const char *type;
    sb_onnx_rule *rule;
} sb_onnx_rule_entry;

extern const sb_onnx_rule_entry sb_onnx_element_rules[]; /* element by element, and constants */
extern const sb_onnx_rule_entry sb_onnx_layout_rules[];  /* what moves elements about */
extern const sb_onnx_rule_entry sb_onnx_window_rules[];  /* convolutions, pools, products */

/* The tensor of the i-th input; NULL where there is none, or its rank is not known. */
const sb_onnx_tensor *sb_onnx_in(const sb_onnx_rule_context *at, uint32_t i);

/* The same, where its content is known. */
const sb_onnx_tensor *sb_onnx_content(const sb_onnx_rule_context *at, uint32_t i);

/* Sets an output; takes over the content. */
void sb_onnx_set(const sb_onnx_rule_context *at, uint32_t i, sb_onnx_tensor tensor);

/* A tensor of this rank and nothing known; rank -1 is unknown altogether. */
sb_onnx_tensor sb_onnx_tensor_of(int rank);

/* A copy without content. */
sb_onnx_tensor sb_onnx_shape_of(const sb_onnx_tensor *tensor);

/* Room for the content of a tensor whose dimensions are known; false where it is too large. */
bool sb_onnx_make_content(sb_onnx_tensor *tensor);

/* A list of integers that is an attribute in older models and an input in newer ones. Returns how
 * many; 0 where it is not known, or not there. */
size_t sb_onnx_list(const sb_onnx_rule_context *at, const char *attribute, uint32_t input,
                    int64_t list[SB_ONNX_RANK * 2]);

/* The axis as a number from 0 to rank - 1 (counted from the end where negative), or -1. */
int sb_onnx_axis(int64_t axis, int rank);

/*
 * The windows of a convolution or pool along each spatial axis: kernel, strides, dilations, pads
 * and auto_pad of the node, on an input of this shape. False where something is not known, or
 * makes no sense.
 */
bool sb_onnx_windows(const sb_onnx_node *node, const sb_onnx_tensor *input, const int64_t *kernel,
                     sb_import_axis axes[SB_ONNX_RANK]);

#endif
