/* SPDX-License-Identifier: Apache-2.0 */
/* Operators after a convolution in a graph: normalisation, bias, activation, scaling. */
#include "import/onnx_layers.h"

#include <math.h>
#include <string.h>

enum { LONGEST_TAIL = 64 };

uint32_t sb_onnx_only_reader(const sb_onnx_graph *graph, uint32_t value)
{
    const sb_onnx_value *v = &graph->values[value];
    const uint32_t reader =
        v->consumer_count == 1 && !v->output ? graph->consumers[v->first_consumer] : SB_ONNX_NONE;
    const bool useful =
        reader != SB_ONNX_NONE && sb_onnx_output(graph, &graph->nodes[reader], 0) != NULL;
    return useful ? reader : SB_ONNX_NONE;
}

uint32_t sb_onnx_other_operand(const sb_onnx_node *node, uint32_t value)
{
    if (node->input_count != 2 || node->inputs[0] == node->inputs[1])
        return SB_ONNX_NONE;
    return node->inputs[0] == value ? node->inputs[1] : node->inputs[0];
}

static bool is_type(const sb_onnx_node *node, const char *type)
{
    return strcmp(node->type, type) == 0;
}

static const sb_onnx_node *producer_of(const sb_onnx_graph *graph, uint32_t value)
{
    const uint32_t node = value == SB_ONNX_NONE ? SB_ONNX_NONE : graph->values[value].producer;
    return node == SB_ONNX_NONE ? NULL : &graph->nodes[node];
}

static bool is_constant(const sb_onnx_graph *graph, uint32_t value, double wanted)
{
    const sb_onnx_tensor *t = value == SB_ONNX_NONE ? NULL : &graph->values[value].tensor;
    return t && t->content && t->count == 1 && fabs(t->content[0] - wanted) < 1e-3;
}

/* ------------------------------------------------------------------------------------ operands */

/* One number for each channel, or one for all. */
static bool is_per_channel(const sb_onnx_graph *graph, uint32_t value, uint32_t with)
{
    if (value == SB_ONNX_NONE || !graph->values[value].weight)
        return false;
    const sb_onnx_tensor *t = &graph->values[value].tensor, *x = &graph->values[with].tensor;
    if (t->rank < 0 || x->rank < 2 || t->rank > x->rank)
        return false;
    for (int i = 0; i < t->rank; i++)
        if (t->dims[i] != 1 && x->rank - t->rank + i != 1)
            return false;
    return true;
}

/* A value of one pixel per image, by which a larger one is multiplied. */
static bool is_pooled(const sb_onnx_graph *graph, uint32_t value, uint32_t with)
{
    const sb_onnx_tensor *t = &graph->values[value].tensor, *x = &graph->values[with].tensor;
    bool larger = false;
    if (t->rank != x->rank || t->rank < 3 || graph->values[value].weight)
        return false;
    for (int i = 2; i < t->rank; i++) {
        larger = larger || x->dims[i] != 1;
        if (t->dims[i] != 1)
            return false;
    }
    return larger;
}

/* ------------------------------------------------------------------------------------ bounds */

/* A bound of Clip: an attribute in older models, an input in newer ones. */
static double bound_of(const sb_onnx_graph *graph, const sb_onnx_node *node, const char *name,
                       uint32_t input, double otherwise)
{
    const sb_onnx_value *value = sb_onnx_input(graph, node, input);
    if (!value)
        return sb_onnx_number(node, name, otherwise);
    return value->tensor.content && value->tensor.count == 1 ? value->tensor.content[0] : NAN;
}

static bool clips_to_six(const sb_onnx_graph *graph, const sb_onnx_node *node)
{
    return is_type(node, "Clip") && node->input_count > 0 &&
           fabs(bound_of(graph, node, "min", 1, -INFINITY)) < 1e-6 &&
           fabs(bound_of(graph, node, "max", 2, INFINITY) - 6) < 1e-6;
}

/* -------------------------------------------------------------------------------------- gates */

/* The gates by which a value is multiplied to activate it. */
typedef enum gate { NO_GATE, SIGMOID, HARD_SIGMOID, SIX_HARD_SIGMOIDS } gate;

static bool is_hard_sigmoid(const sb_onnx_node *node)
{
    return is_type(node, "HardSigmoid") &&
           fabs(sb_onnx_number(node, "alpha", 0.2) - 1.0 / 6) < 1e-3 &&
           fabs(sb_onnx_number(node, "beta", 0.5) - 0.5) < 1e-3;
}

/* clip(x + 3, 0, 6) */
static bool is_shifted_clip(const sb_onnx_graph *graph, const sb_onnx_node *node, uint32_t x)
{
    const sb_onnx_node *add =
        clips_to_six(graph, node) ? producer_of(graph, node->inputs[0]) : NULL;
    return add && is_type(add, "Add") && add->input_count == 2 &&
           (add->inputs[0] == x || add->inputs[1] == x) &&
           is_constant(graph, sb_onnx_other_operand(add, x), 3);
}

static bool divides_by_six(const sb_onnx_graph *graph, const sb_onnx_node *node, uint32_t x)
{
    if (node->input_count != 2)
        return false;
    const uint32_t other = sb_onnx_other_operand(node, x);
    return (is_type(node, "Div") && node->inputs[0] == x && is_constant(graph, other, 6)) ||
           (is_type(node, "Mul") && is_constant(graph, other, 1.0 / 6));
}

/* The function of x that a value is. */
static gate gate_of(const sb_onnx_graph *graph, uint32_t value, uint32_t x)
{
    const sb_onnx_node *node = producer_of(graph, value);
    if (!node || node->input_count == 0)
        return NO_GATE;
    if (is_type(node, "Sigmoid") && node->inputs[0] == x)
        return SIGMOID;
    if (is_hard_sigmoid(node) && node->inputs[0] == x)
        return HARD_SIGMOID;
    if (is_shifted_clip(graph, node, x))
        return SIX_HARD_SIGMOIDS;
    for (uint32_t i = 0; i < node->input_count; i++) {
        const sb_onnx_node *inner = producer_of(graph, node->inputs[i]);
        if (inner && is_shifted_clip(graph, inner, x) &&
            divides_by_six(graph, node, node->inputs[i]))
            return HARD_SIGMOID;
    }
    return NO_GATE;
}

/* Marks everything between x and the value. */
static void use_path(const sb_onnx_walk *walk, uint32_t value, uint32_t x, int depth)
{
    const sb_onnx_node *node = producer_of(walk->graph, value);
    if (value == x || !node || depth == 0 || walk->graph->values[value].weight)
        return;
    walk->used[walk->graph->values[value].producer] = true;
    for (uint32_t i = 0; i < node->input_count; i++)
        use_path(walk, node->inputs[i], x, depth - 1);
}

/* The node that multiplies the value by something computed from it. */
static uint32_t find_product(const sb_onnx_graph *graph, uint32_t value)
{
    const sb_onnx_value *v = &graph->values[value];
    for (uint32_t i = 0; i < v->consumer_count && v->consumer_count == 2 && !v->output; i++) {
        const uint32_t reader = graph->consumers[v->first_consumer + i];
        const sb_onnx_node *node = &graph->nodes[reader];
        const uint32_t other =
            is_type(node, "Mul") ? sb_onnx_other_operand(node, value) : SB_ONNX_NONE;
        if (other != SB_ONNX_NONE && graph->values[other].producer != SB_ONNX_NONE &&
            !graph->values[other].weight && sb_onnx_output(graph, node, 0))
            return reader;
    }
    return SB_ONNX_NONE;
}

/* x * gate(x), or x * (the output of squeeze-and-excitation of x). */
static bool take_product(const sb_onnx_walk *walk, sb_onnx_tail *tail)
{
    const sb_onnx_graph *graph = walk->graph;
    const uint32_t x = tail->end, product = find_product(graph, x);
    if (product == SB_ONNX_NONE)
        return false;
    const sb_onnx_node *node = &graph->nodes[product];
    const uint32_t other = sb_onnx_other_operand(node, x);
    const gate kind = gate_of(graph, other, x);
    if (kind == NO_GATE && (tail->scaled || !is_pooled(graph, other, x)))
        return false;
    if (kind != NO_GATE && tail->activated)
        return false;
    tail->end = node->outputs[0];
    walk->used[product] = true;
    if (kind == NO_GATE) {
        tail->scaled = true;
        return true;
    }
    use_path(walk, other, x, 4);
    tail->activated = true;
    tail->activation = kind == SIGMOID ? SB_IMPORT_SWISH : SB_IMPORT_HARD_SWISH;
    const uint32_t reader = sb_onnx_only_reader(graph, tail->end);
    if (kind == SIX_HARD_SIGMOIDS && reader != SB_ONNX_NONE &&
        divides_by_six(graph, &graph->nodes[reader], tail->end)) {
        walk->used[reader] = true;
        tail->end = graph->nodes[reader].outputs[0];
    }
    return true;
}

/* ------------------------------------------------------------------------------------- readers */

static sb_import_activation clip_activation(const sb_onnx_graph *graph, const sb_onnx_node *node)
{
    const double low = bound_of(graph, node, "min", 1, -INFINITY);
    const double high = bound_of(graph, node, "max", 2, INFINITY);
    if (clips_to_six(graph, node))
        return SB_IMPORT_RELU6;
    return fabs(low) < 1e-6 && high > 1e30 ? SB_IMPORT_RELU : SB_IMPORT_NONE;
}

static bool is_other_activation(const sb_onnx_node *node)
{
    static const char *const types[] = { "LeakyRelu", "PRelu", "Elu",     "Celu",       "Selu",
                                         "Sigmoid",   "Tanh",  "Mish",    "Gelu",       "Softplus",
                                         "Softsign",  "Erf",   "Softmax", "HardSigmoid" };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (is_type(node, types[i]))
            return true;
    return false;
}

/* Is the node an activation of its input? One that layers do not support is left out. */
static bool take_activation(const sb_onnx_walk *walk, const sb_onnx_node *node, sb_onnx_tail *tail)
{
    const bool clips = is_type(node, "Clip"), swishes = is_type(node, "Swish");
    if (tail->activated)
        return false;
    if (is_type(node, "Relu"))
        tail->activation = SB_IMPORT_RELU;
    else if (is_type(node, "HardSwish"))
        tail->activation = SB_IMPORT_HARD_SWISH;
    else if (swishes && fabs(sb_onnx_number(node, "alpha", 1) - 1) < 1e-3)
        tail->activation = SB_IMPORT_SWISH;
    else if (clips)
        tail->activation = clip_activation(walk->graph, node);
    else if (!is_other_activation(node) && !swishes)
        return false;
    if (tail->activation == SB_IMPORT_NONE)
        sb_imported_note(walk->imported, SB_IMPORT_LEFT_OUT, node->type, 0,
                         "activations that layers do not have");
    tail->activated = true;
    return true;
}

/* Linear in each channel, so that it can be folded into the weights and the bias. */
static bool take_linear(const sb_onnx_walk *walk, const sb_onnx_node *node, sb_onnx_tail *tail)
{
    const bool adds = is_type(node, "Add") || is_type(node, "Sub"), divides = is_type(node, "Div");
    const bool scales = is_type(node, "Mul") || divides;
    if (tail->activated || tail->scaled || (divides && node->inputs[0] != tail->end))
        return false;
    if (is_type(node, "BatchNormalization")) {
        if (node->inputs[0] != tail->end)
            return false;
    } else if ((!adds && !scales) ||
               !is_per_channel(walk->graph, sb_onnx_other_operand(node, tail->end), tail->end)) {
        return false;
    }
    tail->bias = tail->bias || !scales;
    sb_imported_note(walk->imported, SB_IMPORT_FOLDED, node->type, 0, "into weights and bias");
    return true;
}

/* A conversion to another type of real numbers takes no operation of its own in a network of one
 * type, as layers are. */
static bool passes_through(const sb_onnx_graph *graph, const sb_onnx_node *node)
{
    const sb_onnx_value *out = sb_onnx_output(graph, node, 0);
    return is_type(node, "Identity") || is_type(node, "Dropout") ||
           (is_type(node, "Cast") && out && !out->tensor.integer);
}

/* One step; false at the end. */
static bool take_reader(const sb_onnx_walk *walk, sb_onnx_tail *tail)
{
    const uint32_t reader = sb_onnx_only_reader(walk->graph, tail->end);
    if (reader == SB_ONNX_NONE)
        return take_product(walk, tail);
    const sb_onnx_node *node = &walk->graph->nodes[reader];
    if (node->foreign || walk->used[reader] ||
        !(passes_through(walk->graph, node) || take_linear(walk, node, tail) ||
          take_activation(walk, node, tail)))
        return false;
    walk->used[reader] = true;
    tail->end = node->outputs[0];
    return true;
}

void sb_onnx_tail_walk(const sb_onnx_walk *walk, sb_onnx_tail *tail)
{
    for (int i = 0; i < LONGEST_TAIL && take_reader(walk, tail); i++)
        ;
}
