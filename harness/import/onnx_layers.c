/* SPDX-License-Identifier: Apache-2.0 */
#include "import/onnx_layers.h"

#include <stdlib.h>
#include <string.h>

typedef struct conv_list {
    sb_onnx_conv *items;
    size_t count;
} conv_list;

/* -------------------------------------------------------------------------------------- finding */

static bool is_product(const sb_onnx_node *node)
{
    return strcmp(node->type, "Gemm") == 0 || strcmp(node->type, "MatMul") == 0;
}

static void add_conv(const sb_onnx_walk *walk, sb_onnx_conv conv, conv_list *list)
{
    if ((list->count & (list->count - 1)) == 0)
        list->items = sb_grow(list->items, list->count ? 2 * list->count : 1, sizeof *list->items);
    walk->used[conv.node] = true;
    sb_onnx_tail_walk(walk, &conv.tail);
    conv.shape.bias[0] = conv.tail.bias;
    conv.shape.activation[0] = conv.tail.activation;
    list->items[list->count++] = conv;
}

static conv_list find_convs(const sb_onnx_walk *walk, bool products)
{
    conv_list list = { 0 };
    for (uint32_t i = 0; i < walk->graph->node_count; i++) {
        const sb_onnx_node *node = &walk->graph->nodes[i];
        sb_onnx_conv conv;
        if (node->foreign)
            continue;
        if (strcmp(node->type, "Conv") == 0) {
            walk->used[i] = true;
            if (sb_onnx_conv_read(walk, i, &conv))
                add_conv(walk, conv, &list);
        } else if (products && is_product(node) && sb_onnx_product_read(walk, i, &conv)) {
            add_conv(walk, conv, &list);
        }
    }
    return list;
}

/* ------------------------------------------------------------------------------------- joining */

static bool is_depthwise(const sb_import_shape *s)
{
    return s->groups > 1 && s->groups == s->c && s->k % s->c == 0;
}

static bool is_pointwise(const sb_import_shape *s)
{
    return s->r == 1 && s->s == 1 && s->stride_h == 1 && s->stride_w == 1 && s->groups == 1 &&
           !(s->pad_top | s->pad_bottom | s->pad_left | s->pad_right);
}

/* Finds, for each convolution, the convolution whose output only it reads. */
static void link_convs(const sb_onnx_graph *graph, conv_list *list)
{
    int64_t *ends = sb_new(graph->value_count, sizeof *ends);
    for (uint32_t i = 0; i < graph->value_count; i++)
        ends[i] = -1;
    for (size_t i = 0; i < list->count; i++) {
        sb_onnx_conv *conv = &list->items[i];
        if (sb_onnx_only_reader(graph, conv->input) != SB_ONNX_NONE)
            conv->previous = ends[conv->input];
        ends[conv->tail.end] = (int64_t)i;
    }
    free(ends);
}

/* A layer under construction, of one to three convolutions, the first step first. */
typedef struct group {
    sb_onnx_conv *steps[SB_IMPORT_STEPS];
    size_t count;
} group;

static sb_onnx_conv *previous_of(const conv_list *list, const sb_onnx_conv *conv)
{
    return conv->previous < 0 ? NULL : &list->items[conv->previous];
}

/* Pairs first, in order, so that in MobileNetV1, where pointwise and depthwise alternate, each
 * pointwise is paired with the depthwise before it. A remaining pointwise before a pair is its
 * expansion. */
static group group_at(const conv_list *list, sb_onnx_conv *last, sb_import_join join)
{
    group alone = { .steps = { last }, .count = 1 };
    sb_onnx_conv *depthwise = is_pointwise(&last->shape) ? previous_of(list, last) : NULL;
    if (join == SB_IMPORT_JOIN_NONE || !depthwise || depthwise->taken ||
        !is_depthwise(&depthwise->shape))
        return alone;
    sb_onnx_conv *expand = previous_of(list, depthwise);
    if (join == SB_IMPORT_JOIN_BOTTLENECKS && expand && !expand->taken && !expand->tail.scaled &&
        is_pointwise(&expand->shape))
        return (group) { .steps = { expand, depthwise, last }, .count = 3 };
    return (group) { .steps = { depthwise, last }, .count = 2 };
}

static sb_import_shape joined_shape(const group *g)
{
    const sb_import_shape *last = &g->steps[g->count - 1]->shape;
    if (g->count == 1)
        return *last;
    const sb_import_shape *first = &g->steps[0]->shape, *middle = &g->steps[g->count - 2]->shape;
    sb_import_shape shape = *middle;
    shape.kind = g->count == 3 ? SB_IMPORT_BOTTLENECK : SB_IMPORT_PAIR;
    shape.c = first->c;
    shape.expand = g->count == 3 ? middle->c : 0;
    shape.multiplier = middle->k / middle->c;
    shape.groups = 1;
    shape.k = last->k;
    for (size_t i = 0; i < g->count; i++) {
        shape.bias[i] = g->steps[i]->shape.bias[0];
        shape.activation[i] = g->steps[i]->shape.activation[0];
    }
    return shape;
}

/* ------------------------------------------------------------------------------------ residual */

static bool same_shape(const sb_onnx_tensor *a, const sb_onnx_tensor *b)
{
    bool same = a->rank == b->rank;
    for (int i = 0; same && i < a->rank; i++)
        same = a->dims[i] == b->dims[i];
    return same;
}

/* The node that adds another tensor of its shape to the layer's output, or SB_ONNX_NONE. */
static uint32_t find_addition(const sb_onnx_walk *walk, const sb_onnx_tail *tail)
{
    const uint32_t reader = sb_onnx_only_reader(walk->graph, tail->end);
    const sb_onnx_node *node = reader == SB_ONNX_NONE ? NULL : &walk->graph->nodes[reader];
    if (!node || node->foreign || walk->used[reader] || tail->activated || tail->scaled ||
        (strcmp(node->type, "Add") != 0 && strcmp(node->type, "Sum") != 0))
        return SB_ONNX_NONE;
    const uint32_t other = sb_onnx_other_operand(node, tail->end);
    const sb_onnx_value *values = walk->graph->values;
    const bool adds = other != SB_ONNX_NONE && !values[other].weight &&
                      same_shape(&values[other].tensor, &values[tail->end].tensor);
    return adds ? reader : SB_ONNX_NONE;
}

/* A layer can add a tensor of its output's shape only if its input has that shape too. */
static void take_residual(const sb_onnx_walk *walk, const group *g, const char *name,
                          sb_import_shape *shape)
{
    sb_onnx_tail tail = g->steps[g->count - 1]->tail;
    const uint32_t addition = find_addition(walk, &tail);
    int64_t height, width;
    if (addition == SB_ONNX_NONE)
        return;
    sb_import_output(shape, &height, &width);
    if (shape->c != shape->k || shape->h != height || shape->w != width) {
        sb_imported_note(walk->imported, SB_IMPORT_LEFT_OUT, name, 0,
                         "additions, and what follows them, where the layer's input has another "
                         "shape than its output");
        return;
    }
    walk->used[addition] = true;
    tail.end = walk->graph->nodes[addition].outputs[0];
    const bool bias = tail.bias;
    sb_onnx_tail_walk(walk, &tail);
    shape->residual = 1;
    shape->bias[g->count - 1] = shape->bias[g->count - 1] || bias;
    shape->activation[g->count - 1] = tail.activation;
}

/* -------------------------------------------------------------------------------------- layers */

static char *remark_of(const group *g)
{
    bool scaled = false;
    for (size_t i = 0; i < g->count; i++)
        scaled = scaled || g->steps[i]->tail.scaled;
    if (!scaled)
        return NULL;
    return sb_copy_text(g->count > 1 ? "without the squeeze-and-excitation between its steps"
                                     : "without the squeeze-and-excitation behind it");
}

static void note_approximations(const sb_onnx_walk *walk, const group *g, const char *name)
{
    bool scaled = false;
    for (size_t i = 0; i < g->count; i++)
        scaled = scaled || g->steps[i]->tail.scaled;
    if (scaled)
        sb_imported_note(walk->imported, SB_IMPORT_LEFT_OUT, name, 0,
                         "scaling by squeeze-and-excitation (its convolutions are layers)");
}

static void add_group(const sb_onnx_walk *walk, const group *g)
{
    const sb_onnx_conv *first = g->steps[0], *last = g->steps[g->count - 1];
    sb_import_layer layer = { .shape = joined_shape(g), .repeat = 1 };
    layer.name = g->count > 1  ? sb_onnx_joined_name(first->name, last->name)
                 : first->name ? sb_copy_text(first->name)
                               : NULL;
    layer.remark = remark_of(g);
    note_approximations(walk, g, layer.name);
    take_residual(walk, g, layer.name, &layer.shape);
    sb_imported_add(walk->imported, layer);
}

/* Layers are in the order of their first convolutions. */
static void add_layers(const sb_onnx_walk *walk, conv_list *list, sb_import_join join)
{
    group *groups = sb_new(list->count, sizeof *groups);
    for (size_t i = 0; i < list->count; i++) {
        const group g = group_at(list, &list->items[i], join);
        for (size_t j = 0; g.count > 1 && j < g.count; j++)
            g.steps[j]->taken = true;
        if (g.count > 1)
            groups[g.steps[0] - list->items] = g;
    }
    for (size_t i = 0; i < list->count; i++) {
        if (!list->items[i].taken)
            groups[i] = (group) { .steps = { &list->items[i] }, .count = 1 };
        if (groups[i].count)
            add_group(walk, &groups[i]);
    }
    free(groups);
}

/* ----------------------------------------------------------------------------------- left out */

/* Operators that compute shapes, and constants: they take no time. */
static bool is_plumbing(const sb_onnx_graph *graph, const sb_onnx_node *node)
{
    static const char *const types[] = { "Constant", "Shape", "Identity", "ConstantOfShape" };
    const sb_onnx_value *out = sb_onnx_output(graph, node, 0);
    if (out && (out->weight || out->tensor.content))
        return true;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(node->type, types[i]) == 0)
            return true;
    return false;
}

static void note_unused(const sb_onnx_walk *walk, const sb_onnx_node *node)
{
    sb_imported *to = walk->imported;
    const double cost = is_product(node) ? sb_onnx_product_cost(walk->graph, node) : 0;
    if (node->inner_convolutions)
        sb_imported_note(to, SB_IMPORT_LEFT_OUT, node->name, 0,
                         "graphs inside of a node %s, with convolutions", node->type);
    else if (strcmp(node->type, "ConvTranspose") == 0)
        sb_imported_note(to, SB_IMPORT_LEFT_OUT, node->name, 0, "transposed convolutions");
    else if (strcmp(node->type, "QLinearConv") == 0 || strcmp(node->type, "ConvInteger") == 0)
        sb_imported_note(to, SB_IMPORT_LEFT_OUT, node->name, 0, "quantised convolutions");
    else if (cost > 0)
        sb_imported_note(to, SB_IMPORT_LEFT_OUT, *node->name ? node->name : node->type, cost,
                         "fully connected layers (--fully-connected takes them)");
    else if (node->foreign)
        sb_imported_note(to, SB_IMPORT_LEFT_OUT, node->type, 0,
                         "operators that are not ONNX's own");
    else
        sb_imported_note(to, SB_IMPORT_LEFT_OUT, node->type, 0,
                         "operators that layers do not have");
}

static int check_found(const sb_onnx_graph *graph, const conv_list *list,
                       const sb_imported *imported, sb_error *error)
{
    if (list->count || imported->note_count == 0)
        return SB_OK;
    for (uint32_t i = 0; i < graph->value_count; i++) {
        const sb_onnx_value *value = &graph->values[i];
        for (int j = 0; value->input && j < value->tensor.rank; j++)
            if (value->tensor.dims[j] < 0)
                return sb_fail(error,
                               "no convolution's size is known, because the input '%.80s' has "
                               "none: give it, as --shape=1x3x224x224",
                               value->name);
    }
    return SB_OK;
}

int sb_onnx_take_layers(const sb_onnx_graph *graph, const sb_import_options *options,
                        sb_imported *imported, sb_error *error)
{
    sb_onnx_walk walk = { .graph = graph, .imported = imported };
    walk.used = sb_new(graph->node_count, sizeof *walk.used);
    imported->network = true;
    conv_list list = find_convs(&walk, options->fully_connected);
    link_convs(graph, &list);
    add_layers(&walk, &list, options->join);
    for (uint32_t i = 0; i < graph->node_count; i++)
        if (!walk.used[i] && !is_plumbing(graph, &graph->nodes[i]))
            note_unused(&walk, &graph->nodes[i]);
    int rc = check_found(graph, &list, imported, error);
    for (size_t i = 0; i < list.count; i++)
        free(list.items[i].name);
    free(list.items);
    free(walk.used);
    return rc;
}
