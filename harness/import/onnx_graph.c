/* SPDX-License-Identifier: Apache-2.0 */
#include "import/onnx_graph.h"

#include "core/text.h"

#include <stdlib.h>
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

/* Counts how often each value is read, then stores the readers. */
void sb_onnx_list_consumers(sb_onnx_graph *graph)
{
    uint32_t total = 0;
    for (uint32_t i = 0; i < graph->node_count; i++)
        for (uint32_t j = 0; j < graph->nodes[i].input_count; j++)
            if (graph->nodes[i].inputs[j] != SB_ONNX_NONE)
                graph->values[graph->nodes[i].inputs[j]].consumer_count++;
    for (uint32_t i = 0; i < graph->value_count; i++) {
        graph->values[i].first_consumer = total;
        total += graph->values[i].consumer_count;
        graph->values[i].consumer_count = 0;
    }
    graph->consumers = sb_new(total, sizeof *graph->consumers);
    for (uint32_t i = 0; i < graph->node_count; i++)
        for (uint32_t j = 0; j < graph->nodes[i].input_count; j++) {
            if (graph->nodes[i].inputs[j] == SB_ONNX_NONE)
                continue;
            sb_onnx_value *value = &graph->values[graph->nodes[i].inputs[j]];
            graph->consumers[value->first_consumer + value->consumer_count++] = i;
        }
}

void sb_onnx_free(sb_onnx_graph *graph)
{
    for (uint32_t i = 0; i < graph->node_count; i++) {
        sb_onnx_node *node = &graph->nodes[i];
        for (size_t j = 0; j < node->attribute_count; j++)
            free(node->attributes[j].tensor.content);
        free(node->attributes);
        free(node->inputs);
        free(node->outputs);
    }
    for (uint32_t i = 0; i < graph->value_count; i++)
        free(graph->values[i].tensor.content);
    free(graph->nodes);
    free(graph->values);
    free(graph->consumers);
    if (graph->free_memory)
        graph->free_memory(graph->memory);
    *graph = (sb_onnx_graph) { 0 };
}
