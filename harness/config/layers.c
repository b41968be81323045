/* SPDX-License-Identifier: Apache-2.0 */
#include "config/layers.h"

#include "config/include.h"
#include "config/shape.h"
#include "config/unknown_key.h"
#include "config/value.h"

#include <stdlib.h>
#include <string.h>

/* The keys of a layer other than those of its shape. */
static const char *const own_keys[] = { "name", "operations", "sweep", "include" };

enum { OWN_KEYS = sizeof own_keys / sizeof *own_keys };

/* All of them, NULL-terminated. */
static const char *const *entry_keys(void)
{
    static const char *keys[OWN_KEYS + SB_MOST_KEYS + 1];
    size_t count = 0;
    for (int key = 0; sb_key_name(key); key++)
        keys[count++] = sb_key_name(key);
    for (size_t i = 0; i < OWN_KEYS; i++)
        keys[count++] = own_keys[i];
    return keys;
}

/* The names of the operations, NULL-terminated. */
static const char *const *operation_words(void)
{
    static const char *words[SB_OPERATIONS + 1];
    for (int op = 0; op < SB_OPERATIONS; op++)
        words[op] = sb_operation_name((sb_operation)op);
    return words;
}

/* An entry's values other than its shape. */
typedef struct layer_entry {
    const sb_node *node;
    const char *name; /* of the layer, or the beginning of the names of a sweep; NULL for none */
    bool own_operations;
    bool operations[SB_OPERATIONS];
    sb_draft draft;
} layer_entry;

/* One key of a sweep and its values. */
typedef struct sweep_axis {
    int key;
    const sb_node *values; /* a list of them, or a single one */
    size_t count;
    bool single;
} sweep_axis;

typedef struct sweep_axes {
    sweep_axis axes[SB_MOST_KEYS];
    size_t count;
} sweep_axes;

void sb_layer_list_free(sb_layer_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->layers[i].name);
    free(list->layers);
    free(list->nodes);
    *list = (sb_layer_list) { 0 };
}

static int append_layer(sb_layer_list *list, const sb_layer *layer, const sb_node *node,
                        sb_error *error)
{
    if (list->count == SB_MAX_CONFIG_LAYERS)
        return sb_node_fail(node, error, "more than %d layers; split the configuration",
                            SB_MAX_CONFIG_LAYERS);
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? list->capacity * 2 : 64;
        list->layers = sb_grow(list->layers, list->capacity, sizeof *list->layers);
        list->nodes = sb_grow(list->nodes, list->capacity, sizeof *list->nodes);
    }
    list->layers[list->count] = *layer;
    list->nodes[list->count++] = node;
    return SB_OK;
}

/* `operations`: one word or a list of different ones. */
static int read_operations(const sb_node *node, bool operations[SB_OPERATIONS], sb_error *error)
{
    memset(operations, 0, SB_OPERATIONS * sizeof *operations);
    if (sb_node_count(node) == 0)
        return sb_node_fail(node, error,
                            "operations is empty; name at least one, such as standard");
    for (size_t i = 0; i < sb_node_count(node); i++) {
        const sb_node *item = sb_node_item(node, i);
        size_t operation;
        if (sb_node_word(item, "operation", operation_words(), &operation, error) < 0)
            return SB_FAILED;
        if (operations[operation])
            return sb_node_fail(item, error, "duplicate operation %s",
                                sb_operation_name((sb_operation)operation));
        operations[operation] = true;
    }
    return SB_OK;
}

/* -------------------------------------------------------------------------- one layer */

/* A 1x1 convolution does as much work as its separable twin: measuring both answers nothing, and
 * takes twice the time. A bottleneck with one still has its steps. */
static bool has_useless_twin(const sb_layer *layer)
{
    return layer->shape.r == 1 && layer->shape.s == 1 && layer->shape.expand == 0;
}

/*
 * A layer's own operations, else those of the configuration that it supports (a convolution in
 * groups has no separable twin of one group, only a bottleneck expands, and a 1x1 convolution is a
 * pair only if its own `operations` say so), else, if no operations are given anywhere, its pair:
 * the standard convolution and its chain.
 */
static void choose_operations(const layer_entry *entry, const bool defaults[SB_OPERATIONS],
                              bool operations[SB_OPERATIONS])
{
    const sb_layer *layer = &entry->draft.layer;
    bool wanted[SB_OPERATIONS] = { false }, any = false, named = false;
    for (int op = 0; op < SB_OPERATIONS; op++)
        named = named || defaults[op];
    wanted[SB_STANDARD] = wanted[sb_layer_chain(layer)] = true;
    memcpy(operations, named ? defaults : wanted, sizeof wanted);
    if (operations[SB_STANDARD] && has_useless_twin(layer)) {
        memset(operations, 0, sizeof wanted);
        operations[SB_STANDARD] = true;
    }
    if (entry->own_operations)
        memcpy(operations, entry->operations, sizeof wanted);
    for (int op = 0; op < SB_OPERATIONS && !entry->own_operations; op++) {
        sb_error ignored;
        operations[op] = operations[op] && sb_layer_allows(layer, (sb_operation)op, &ignored) == 0;
        any = any || operations[op];
    }
    if (!entry->own_operations && !any)
        operations[SB_STANDARD] = true;
}

/* Names are also made from a sweep's values and from prefixes. */
static int check_name(const char *name, const sb_node *node, sb_error *error)
{
    if (strlen(name) <= SB_LONGEST_LAYER_NAME)
        return SB_OK;
    return sb_node_fail(node, error, "the layer name '%.40s...' is longer than %d bytes", name,
                        SB_LONGEST_LAYER_NAME);
}

static int add_layer(const layer_entry *entry, const char *name, const bool defaults[SB_OPERATIONS],
                     sb_layer_list *list, sb_error *error)
{
    if (check_name(name, entry->node, error) < 0)
        return SB_FAILED;
    sb_draft draft = entry->draft;
    bool operations[SB_OPERATIONS];
    choose_operations(entry, defaults, operations);
    if (sb_draft_finish(&draft, operations, entry->node, error) < 0)
        return SB_FAILED;
    sb_layer layer = draft.layer;
    memcpy(layer.operations, operations, sizeof operations);
    layer.name = sb_copy_text(name);
    sb_error why = { 0 };
    if (sb_layer_finish(&layer, &why) < 0) {
        sb_node_fail(entry->node, error, "layer '%s': %s", name, why.text);
        free(layer.name);
        return SB_FAILED;
    }
    if (append_layer(list, &layer, entry->node, error) < 0) {
        free(layer.name);
        return SB_FAILED;
    }
    return SB_OK;
}

/* ----------------------------------------------------------------------------- sweeps */

static const sb_node *axis_value(const sweep_axis *axis, size_t index)
{
    return axis->single ? axis->values : axis->values->items[index];
}

static int read_axis(const layer_entry *entry, const sb_node *key, const sb_node *value,
                     sweep_axis *axis, sb_error *error)
{
    int found = sb_key_find(key->text);
    if (found < 0)
        return sb_node_fail(key, error, "'%s' belongs beside 'sweep', not in it", key->text);
    if (entry->draft.given[found])
        return sb_node_fail(key, error, "'%s' is both in the sweep and beside it; keep one",
                            key->text);
    axis->key = found;
    axis->values = value;
    axis->single = sb_key_is_single(axis->key, value);
    axis->count = axis->single ? 1 : value->count;
    if (axis->count == 0)
        return sb_node_fail(value, error, "'%s' has no values", key->text);
    return SB_OK;
}

static int read_sweep(const layer_entry *entry, const sb_node *node, sweep_axes *sweep,
                      sb_error *error)
{
    if (sb_node_check_map(node, "sweep", entry_keys(), error) < 0)
        return SB_FAILED;
    if (node->count == 0)
        return sb_node_fail(node, error, "the sweep is empty; give a key a list of values");
    size_t points = 1;
    for (size_t i = 0; i < node->count; i++) {
        sweep_axis *axis = &sweep->axes[sweep->count++];
        if (read_axis(entry, node->items[2 * i], node->items[2 * i + 1], axis, error) < 0)
            return SB_FAILED;
        if (axis->count > SB_MAX_CONFIG_LAYERS / points)
            return sb_node_fail(node, error, "the sweep has more than %d points; split it",
                                SB_MAX_CONFIG_LAYERS);
        points *= axis->count;
    }
    return SB_OK;
}

/* Advances to the next point, the last key fastest; false after the last point. */
static bool advance_point(const sweep_axes *sweep, size_t *index)
{
    for (size_t i = sweep->count; i-- > 0;) {
        if (++index[i] < sweep->axes[i].count)
            return true;
        index[i] = 0;
    }
    return false;
}

static int add_point(const layer_entry *fixed, const sweep_axes *sweep, const size_t *index,
                     sb_text *name, const bool defaults[SB_OPERATIONS], sb_layer_list *list,
                     sb_error *error)
{
    layer_entry point = *fixed;
    sb_text_clear(name);
    if (fixed->name)
        sb_text_add(name, "%s", fixed->name);
    for (size_t i = 0; i < sweep->count; i++) {
        const sb_node *value = axis_value(&sweep->axes[i], index[i]);
        if (sb_draft_set(&point.draft, sweep->axes[i].key, value, error) < 0)
            return SB_FAILED;
        sb_text_add(name, "%s", name->length ? "_" : "");
        sb_key_add_tag(name, sweep->axes[i].key, value);
    }
    return add_layer(&point, name->data, defaults, list, error);
}

static int add_sweep(const layer_entry *fixed, const sb_node *node,
                     const bool defaults[SB_OPERATIONS], sb_layer_list *list, sb_error *error)
{
    sweep_axes sweep = { .count = 0 };
    if (read_sweep(fixed, node, &sweep, error) < 0)
        return SB_FAILED;
    size_t index[SB_MOST_KEYS] = { 0 };
    sb_text name = { 0 };
    int rc;
    do
        rc = add_point(fixed, &sweep, index, &name, defaults, list, error);
    while (rc == SB_OK && advance_point(&sweep, index));
    sb_text_free(&name);
    return rc;
}

/* ---------------------------------------------------------------------------- entries */

static int read_key(layer_entry *entry, const sb_node *key, const sb_node *value, sb_error *error)
{
    int shape_key = sb_key_find(key->text);
    if (shape_key >= 0)
        return sb_draft_set(&entry->draft, shape_key, value, error);
    if (strcmp(key->text, "name") == 0)
        return sb_node_string(value, "name", SB_LONGEST_LAYER_NAME, &entry->name, error);
    if (strcmp(key->text, "operations") == 0) {
        entry->own_operations = true;
        return read_operations(value, entry->operations, error);
    }
    return SB_OK; /* sweep */
}

static int add_prefix(sb_layer *layer, const char *prefix, const sb_node *node, sb_error *error)
{
    sb_text name = { 0 };
    sb_text_add(&name, "%s%s", prefix, layer->name);
    free(layer->name);
    layer->name = name.data;
    return check_name(layer->name, node, error);
}

static int add_include(sb_config_reading *reading, const sb_node *node, sb_layer_list *list,
                       sb_error *error)
{
    const sb_node *root;
    const char *prefix;
    if (sb_include_open(reading, node, &root, &prefix, error) < 0)
        return SB_FAILED;
    size_t first = list->count;
    int rc = sb_config_layers(reading, root, list, error);
    for (size_t i = first; rc == SB_OK && i < list->count; i++)
        rc = add_prefix(&list->layers[i], prefix, node, error);
    sb_include_close(reading);
    return rc;
}

static int add_entry(sb_config_reading *reading, const sb_node *node,
                     const bool defaults[SB_OPERATIONS], sb_layer_list *list, sb_error *error)
{
    if (node->kind == SB_NODE_MAP && sb_node_get(node, "include"))
        return add_include(reading, node, list, error);
    if (sb_node_check_map(node, "a layer", entry_keys(), error) < 0)
        return SB_FAILED;
    layer_entry entry = { .node = node, .draft = sb_draft_initial() };
    for (size_t i = 0; i < node->count; i++)
        if (read_key(&entry, node->items[2 * i], node->items[2 * i + 1], error) < 0)
            return SB_FAILED;
    const sb_node *sweep = sb_node_get(node, "sweep");
    if (sweep)
        return add_sweep(&entry, sweep, defaults, list, error);
    if (!entry.name)
        return sb_node_fail(node, error, "missing key 'name'");
    return add_layer(&entry, entry.name, defaults, list, error);
}

int sb_config_layers(sb_config_reading *reading, const sb_node *root, sb_layer_list *list,
                     sb_error *error)
{
    bool defaults[SB_OPERATIONS] = { false }; /* none given: each layer's own pair */
    const sb_node *operations = sb_node_get(root, "operations");
    if (operations && !sb_node_is_null(operations) &&
        read_operations(operations, defaults, error) < 0)
        return SB_FAILED;
    const sb_node *layers = sb_node_get(root, "layers");
    if (!layers)
        return sb_node_fail(root, error, "missing key 'layers'");
    if (layers->kind != SB_NODE_LIST || layers->count == 0)
        return sb_node_fail(layers, error,
                            "layers must be a list of layers, sweeps and includes, not %s",
                            layers->kind == SB_NODE_LIST ? "an empty one" : sb_node_text(layers));
    for (size_t i = 0; i < layers->count; i++)
        if (add_entry(reading, layers->items[i], defaults, list, error) < 0)
            return SB_FAILED;
    return SB_OK;
}

/* ------------------------------------------------------------------------------ names */

typedef struct named {
    const char *name;
    size_t index;
} named;

static int by_name(const void *a, const void *b)
{
    const named *left = a, *right = b;
    int order = strcmp(left->name, right->name);
    return order ? order : (left->index > right->index) - (left->index < right->index);
}

static int fail_twice(const sb_layer_list *list, size_t first, size_t second, sb_error *error)
{
    const sb_node *before = list->nodes[first], *node = list->nodes[second];
    const char *remedy = before == node               ? "the sweep has a duplicate value"
                         : before->file != node->file ? "give an include a 'prefix: ...'"
                         : sb_node_get(node, "sweep") ? "give the sweep a 'name: ...'"
                                                      : "give it another";
    return sb_node_fail(node, error, "the layer name '%s' is already used at %s:%zu:%zu; %s",
                        list->layers[second].name, before->file, before->line, before->column,
                        remedy);
}

int sb_layer_list_check_names(const sb_layer_list *list, sb_error *error)
{
    named *names = sb_new(list->count, sizeof *names);
    for (size_t i = 0; i < list->count; i++)
        names[i] = (named) { list->layers[i].name, i };
    qsort(names, list->count, sizeof *names, by_name);
    int rc = SB_OK;
    for (size_t i = 1; i < list->count && rc == SB_OK; i++)
        if (strcmp(names[i - 1].name, names[i].name) == 0)
            rc = fail_twice(list, names[i - 1].index, names[i].index, error);
    free(names);
    return rc;
}
