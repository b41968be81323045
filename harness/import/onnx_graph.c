/* SPDX-License-Identifier: Apache-2.0 */
#include "import/onnx_graph.h"

#include <string.h>

const sb_onnx_attribute *sb_onnx_attribute_of(const sb_onnx_node *node, const char *name)
{
    for (size_t i = 0; i < node->attribute_count; i++)
        if (strcmp(node->attributes[i].name, name) == 0)
            return &node->attributes[i];
    return NULL;
}

int64_t sb_onnx_integer(const sb_onnx_node *node, const char *name, int64_t otherwise)
{
    const sb_onnx_attribute *a = sb_onnx_attribute_of(node, name);
    return a && a->has_i ? a->i : otherwise;
}

double sb_onnx_number(const sb_onnx_node *node, const char *name, double otherwise)
{
    const sb_onnx_attribute *a = sb_onnx_attribute_of(node, name);
    return a && a->has_f ? a->f : otherwise;
}

sb_onnx_value *sb_onnx_input(const sb_onnx_graph *graph, const sb_onnx_node *node, uint32_t i)
{
    return i < node->input_count && node->inputs[i] != SB_ONNX_NONE
               ? &graph->values[node->inputs[i]]
               : NULL;
}

sb_onnx_value *sb_onnx_output(const sb_onnx_graph *graph, const sb_onnx_node *node, uint32_t i)
{
    return i < node->output_count && node->outputs[i] != SB_ONNX_NONE
               ? &graph->values[node->outputs[i]]
               : NULL;
}
