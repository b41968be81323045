/* SPDX-License-Identifier: Apache-2.0 */
/* Convolutions of a graph, each by itself. */
#include "import/onnx_layers.h"
#include "import/onnx_rules.h"

#include <stdlib.h>
#include <string.h>

static const char *thing_of(const sb_onnx_conv *conv, const sb_onnx_node *node)
{
    return conv->name ? conv->name : node->name;
}

static bool leave_out(const sb_onnx_walk *walk, sb_onnx_conv *conv, const char *reason)
{
    sb_imported_note(walk->imported, SB_IMPORT_LEFT_OUT,
                     thing_of(conv, &walk->graph->nodes[conv->node]), 0, "%s", reason);
    free(conv->name);
    conv->name = NULL;
    return false;
}

/* ------------------------------------------------------------------------------------- padding */

/* The zero padding of height and width in a Pad node; false if it is anything else. */
static bool read_pad(const sb_onnx_graph *graph, const sb_onnx_node *pad, int rank,
                     int64_t pads[SB_ONNX_RANK * 2])
{
    const sb_onnx_rule_context at = { (sb_onnx_graph *)(uintptr_t)graph, pad };
    const sb_onnx_attribute *mode = sb_onnx_attribute_of(pad, "mode");
    const sb_onnx_value *filler = sb_onnx_input(graph, pad, 2);
    if ((mode && *mode->s && strcmp(mode->s, "constant") != 0) ||
        sb_onnx_number(pad, "value", 0) != 0 || !sb_onnx_pads(&at, rank, pads))
        return false;
    if (filler &&
        (!filler->tensor.content || filler->tensor.count != 1 || filler->tensor.content[0] != 0))
        return false;
    for (int i = 0; i < 2 * rank; i++)
        if (pads[i] < 0 || pads[i] > SB_IMPORT_MOST || (i % rank < 2 && pads[i] != 0))
            return false;
    return true;
}

/* A Pad before the convolution becomes its own padding, even if other nodes read it too. */
static void fold_pad(const sb_onnx_walk *walk, sb_onnx_conv *conv, int rank, sb_import_axis *axes)
{
    int64_t pads[SB_ONNX_RANK * 2];
    const uint32_t producer = walk->graph->values[conv->input].producer;
    if (producer == SB_ONNX_NONE || strcmp(walk->graph->nodes[producer].type, "Pad") != 0)
        return;
    const sb_onnx_node *pad = &walk->graph->nodes[producer];
    const bool alone = sb_onnx_only_reader(walk->graph, conv->input) != SB_ONNX_NONE;
    if (!alone || !sb_onnx_input(walk->graph, pad, 0) || !read_pad(walk->graph, pad, rank, pads))
        return;
    for (int i = 2; i < rank; i++) {
        sb_import_axis *axis = &axes[i - 2];
        axis->in -= pads[i] + pads[rank + i];
        axis->before += pads[i];
        axis->after += pads[rank + i];
    }
    conv->input = pad->inputs[0];
    walk->used[producer] = true;
    sb_imported_note(walk->imported, SB_IMPORT_FOLDED, "Pad", 0, "into a convolution's padding");
}

/* ------------------------------------------------------------------------------- convolutions */

/* Trailing padding that no tap reads is set to the leading padding if that makes no difference:
 * "padding: 1" is more readable than [1, 0, 1, 0]. */
static void make_symmetric(sb_import_axis *axis)
{
    sb_import_axis same = *axis;
    same.after = same.before;
    if (sb_import_axis_output(&same) == sb_import_axis_output(axis) && same.after < axis->after)
        *axis = same;
}

static bool is_quantised(const sb_onnx_graph *graph, const sb_onnx_value *value)
{
    return value->producer != SB_ONNX_NONE &&
           strcmp(graph->nodes[value->producer].type, "DequantizeLinear") == 0;
}

/* Which of the sizes is unknown, or NULL. */
static const char *unknown_size(const sb_onnx_tensor *in, const sb_onnx_tensor *w, int64_t groups)
{
    if (in->rank < 0 || w->rank < 0)
        return "the size of its input or its weights is not known (--shape)";
    if (in->rank != w->rank || in->rank < 3)
        return "input and weights have other numbers of dimensions";
    for (int i = 0; i < in->rank; i++)
        if (in->dims[i] < 0 || w->dims[i] < 0)
            return "the size of its input is not known (--shape)";
    for (int i = 0; i < in->rank; i++)
        if (in->dims[i] > SB_IMPORT_MOST || w->dims[i] > SB_IMPORT_MOST)
            return "a dimension is out of range";
    if (groups < 1 || groups > SB_IMPORT_MOST || in->dims[1] != w->dims[1] * groups)
        return "channels, weights and groups do not go together";
    return in->rank > 4 ? "three spatial dimensions" : NULL;
}

bool sb_onnx_conv_read(const sb_onnx_walk *walk, uint32_t number, sb_onnx_conv *conv)
{
    const sb_onnx_graph *graph = walk->graph;
    const sb_onnx_node *node = &graph->nodes[number];
    const sb_onnx_value *in = sb_onnx_input(graph, node, 0), *w = sb_onnx_input(graph, node, 1);
    const int64_t groups = sb_onnx_integer(node, "group", 1);
    sb_import_axis axes[SB_ONNX_RANK];
    *conv = (sb_onnx_conv) { .node = number, .previous = -1 };
    conv->name = sb_onnx_layer_name(graph, node, w ? node->inputs[1] : SB_ONNX_NONE);
    if (!in || !w || !sb_onnx_output(graph, node, 0))
        return leave_out(walk, conv, "convolutions without input, weights or output");
    if (is_quantised(graph, in))
        return leave_out(walk, conv, "quantised convolutions");
    if (!w->weight && w->producer != SB_ONNX_NONE)
        return leave_out(walk, conv, "convolutions whose weights are computed from the input");
    const char *why = unknown_size(&in->tensor, &w->tensor, groups);
    if (why)
        return leave_out(walk, conv, why);
    if (!sb_onnx_windows(node, &in->tensor, w->tensor.dims + 2, axes))
        return leave_out(walk, conv, "kernel, strides, dilations or pads are out of range");
    static const sb_import_axis one = { .in = 1, .taps = 1, .dilation = 1, .stride = 1 };
    conv->input = node->inputs[0];
    fold_pad(walk, conv, in->tensor.rank, axes);
    sb_import_axis *width = &axes[in->tensor.rank - 3];
    make_symmetric(&axes[0]);
    make_symmetric(width);
    conv->shape = sb_import_shape_initial();
    conv->shape.n = in->tensor.dims[0];
    conv->shape.c = in->tensor.dims[1];
    conv->shape.k = w->tensor.dims[0];
    conv->shape.groups = groups;
    sb_import_shape_set_axes(&conv->shape, in->tensor.rank == 3 ? &one : &axes[0], width);
    conv->tail =
        (sb_onnx_tail) { .end = node->outputs[0], .bias = sb_onnx_input(graph, node, 2) != NULL };
    return true;
}

/* -------------------------------------------------------------------------- fully connected */

/* [n][c] by [c][k]; false if the product is another one, or not known. */
static bool product_sizes(const sb_onnx_graph *graph, const sb_onnx_node *node, int64_t *n,
                          int64_t *c, int64_t *k)
{
    const sb_onnx_value *a = sb_onnx_input(graph, node, 0), *b = sb_onnx_input(graph, node, 1);
    if (!a || !b || !b->weight || a->weight || a->tensor.rank != 2 || b->tensor.rank != 2)
        return false;
    const bool across = sb_onnx_integer(node, "transA", 0) != 0;
    *n = a->tensor.dims[across ? 1 : 0];
    *c = a->tensor.dims[across ? 0 : 1];
    *k = b->tensor.dims[sb_onnx_integer(node, "transB", 0) ? 0 : 1];
    return *n > 0 && *c > 0 && *k > 0 && *n <= SB_IMPORT_MOST && *c <= SB_IMPORT_MOST &&
           *k <= SB_IMPORT_MOST;
}

double sb_onnx_product_cost(const sb_onnx_graph *graph, const sb_onnx_node *node)
{
    int64_t n, c, k;
    return product_sizes(graph, node, &n, &c, &k) ? (double)n * (double)c * (double)k : 0;
}

bool sb_onnx_product_read(const sb_onnx_walk *walk, uint32_t number, sb_onnx_conv *conv)
{
    const sb_onnx_graph *graph = walk->graph;
    const sb_onnx_node *node = &graph->nodes[number];
    int64_t n, c, k;
    if (!product_sizes(graph, node, &n, &c, &k) || !sb_onnx_output(graph, node, 0))
        return false;
    *conv = (sb_onnx_conv) { .node = number, .previous = -1, .input = node->inputs[0] };
    conv->name = sb_onnx_layer_name(graph, node, node->inputs[1]);
    conv->shape = sb_import_shape_initial();
    conv->shape.n = n;
    conv->shape.c = c;
    conv->shape.k = k;
    conv->shape.h = conv->shape.w = conv->shape.r = conv->shape.s = 1;
    conv->tail =
        (sb_onnx_tail) { .end = node->outputs[0], .bias = sb_onnx_input(graph, node, 2) != NULL };
    return true;
}
