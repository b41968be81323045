/* SPDX-License-Identifier: Apache-2.0 */
#include "import/onnx_rules.h"

#include "core/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* --------------------------------------------------------------------------------------- order */

static sb_onnx_rule *find_rule(const char *type)
{
    static const sb_onnx_rule_entry *const lists[] = { sb_onnx_element_rules, sb_onnx_layout_rules,
                                                       sb_onnx_window_rules };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (const sb_onnx_rule_entry *entry = lists[i]; entry->type; entry++)
            if (strcmp(entry->type, type) == 0)
                return entry->rule;
    return NULL;
}

/* If no rule determines a shape, the file's is used, unless the user has changed the size of an
 * input. */
static void use_declaration(sb_onnx_value *value)
{
    sb_onnx_tensor *known = &value->tensor;
    const sb_onnx_tensor *declared = &value->declared;
    if (known->rank < 0)
        *known = *declared;
    for (int i = 0; i < known->rank && known->rank == declared->rank; i++)
        if (known->dims[i] < 0)
            known->dims[i] = declared->dims[i];
}

static int check_order(const sb_onnx_graph *graph, uint32_t number, sb_error *error)
{
    const sb_onnx_node *node = &graph->nodes[number];
    for (uint32_t i = 0; i < node->input_count; i++) {
        const sb_onnx_value *value = sb_onnx_input(graph, node, i);
        if (value && value->producer != SB_ONNX_NONE && value->producer >= number)
            return sb_fail(error,
                           "the node '%.80s' (%.40s) reads '%.80s' before it is computed: the "
                           "graph has a cycle, or its nodes are not in order",
                           node->name, node->type, value->name);
    }
    return SB_OK;
}

/* Computed from weights only, such as the quantised or transposed weights of some exporters. */
static bool reads_weights_only(const sb_onnx_graph *graph, const sb_onnx_node *node)
{
    for (uint32_t i = 0; i < node->input_count; i++) {
        const sb_onnx_value *value = sb_onnx_input(graph, node, i);
        if (value && !value->weight)
            return false;
    }
    return true;
}

static void infer_node(sb_onnx_graph *graph, const sb_onnx_node *node, bool resized)
{
    const sb_onnx_rule_context at = { graph, node };
    sb_onnx_rule *rule = node->foreign ? NULL : find_rule(node->type);
    if (rule)
        rule(&at);
    const bool weights = reads_weights_only(graph, node);
    for (uint32_t i = 0; i < node->output_count; i++) {
        sb_onnx_value *value = sb_onnx_output(graph, node, i);
        if (!value)
            continue;
        value->weight = weights;
        if (!resized)
            use_declaration(value);
    }
}

int sb_onnx_infer(sb_onnx_graph *graph, sb_error *error)
{
    bool resized = false;
    for (uint32_t i = 0; i < graph->value_count; i++)
        resized = resized || graph->values[i].sized;
    for (uint32_t i = 0; i < graph->node_count; i++) {
        if (check_order(graph, i, error) < 0)
            return SB_FAILED;
        infer_node(graph, &graph->nodes[i], resized);
    }
    return SB_OK;
}

/* -------------------------------------------------------------------------------------- inputs */

/* "1x3x224x224", or separated by commas. */
static int parse_shape(const char *text, const char *option, sb_onnx_tensor *shape, sb_error *error)
{
    *shape = sb_onnx_tensor_of(0);
    for (const char *at = text;;) {
        char *end;
        long long dim = strtoll(at, &end, 10);
        if (end == at || dim < 1 || dim > SB_IMPORT_MOST || shape->rank == SB_ONNX_RANK ||
            (*end && *end != 'x' && *end != ','))
            return sb_fail(error, "--shape=%s: expected sizes such as 1x3x224x224", option);
        shape->dims[shape->rank++] = dim;
        if (!*end)
            return SB_OK;
        at = end + 1;
    }
}

static sb_onnx_value *only_input(const sb_onnx_graph *graph)
{
    sb_onnx_value *found = NULL;
    for (uint32_t i = 0; i < graph->value_count; i++)
        if (graph->values[i].input) {
            if (found)
                return NULL;
            found = &graph->values[i];
        }
    return found;
}

static sb_onnx_value *input_named(const sb_onnx_graph *graph, const char *name, size_t length)
{
    for (uint32_t i = 0; i < graph->value_count; i++)
        if (graph->values[i].input && strncmp(graph->values[i].name, name, length) == 0 &&
            graph->values[i].name[length] == '\0')
            return &graph->values[i];
    return NULL;
}

static void list_inputs(const sb_onnx_graph *graph, sb_text *text)
{
    sb_text_add(text, "%s", "");
    for (uint32_t i = 0, count = 0; i < graph->value_count && count < 8; i++)
        if (graph->values[i].input)
            sb_text_add(text, "%s'%.80s'", count++ ? ", " : "", graph->values[i].name);
}

static int set_input(sb_onnx_graph *graph, const char *option, sb_error *error)
{
    const char *equals = strrchr(option, '=');
    sb_onnx_value *value =
        equals ? input_named(graph, option, (size_t)(equals - option)) : only_input(graph);
    sb_onnx_tensor shape;
    if (parse_shape(equals ? equals + 1 : option, option, &shape, error) < 0)
        return SB_FAILED;
    if (!value) {
        sb_text names = { 0 };
        list_inputs(graph, &names);
        sb_fail(error, "--shape=%s: %s; the model's inputs are %s", option,
                equals ? "there is no such input" : "which input? NAME=SIZES", names.data);
        sb_text_free(&names);
        return SB_FAILED;
    }
    if (value->tensor.rank >= 0 && value->tensor.rank != shape.rank)
        return sb_fail(error, "--shape=%s: the input '%.80s' has %d dimensions", option,
                       value->name, value->tensor.rank);
    value->tensor = shape;
    value->sized = true;
    return SB_OK;
}

int sb_onnx_set_inputs(sb_onnx_graph *graph, const char *const *shapes, sb_error *error)
{
    int open = 0;
    for (; shapes && *shapes; shapes++)
        if (set_input(graph, *shapes, error) < 0)
            return SB_FAILED;
    for (uint32_t i = 0; i < graph->value_count; i++) {
        sb_onnx_value *value = &graph->values[i];
        if (!value->input || value->tensor.rank < 1 || value->tensor.dims[0] >= 0)
            continue;
        value->tensor.dims[0] = 1;
        open++;
    }
    return open;
}
