/* SPDX-License-Identifier: Apache-2.0 */
#include "report/layers_table.h"

#include "core/table.h"
#include "core/text.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

/* Values computed from the shape's members. */
static const sb_geometry_member computed[] = {
    { .name = "p", .offset = offsetof(sb_geometry, p) },
    { .name = "q", .offset = offsetof(sb_geometry, q) },
};

enum { COMPUTED = sizeof computed / sizeof *computed, MOST_COLUMNS = 48 };

/* The shape's columns, named as in results.csv, in the order in which they were published: members
 * added later follow the computed ones. NULL after the last one. */
static const sb_geometry_member *member_at(size_t index)
{
    const size_t early = sb_geometry_member_count - 1;
    if (index < early)
        return &sb_geometry_members[index];
    if (index < early + COMPUTED)
        return &computed[index - early];
    return index == early + COMPUTED ? &sb_geometry_members[early] : NULL;
}

static char *operations_text(const sb_layer *layer)
{
    sb_text text = { 0 };
    for (int op = 0; op < SB_OPERATIONS; op++)
        if (layer->operations[op])
            sb_text_add(&text, "%s%s", text.length ? ";" : "", sb_operation_name((sb_operation)op));
    return text.data;
}

/* By step, as in a configuration. */
static char *biases_text(const sb_layer *layer)
{
    sb_role roles[SB_MAX_STEPS];
    const uint32_t steps = sb_layer_chain_roles(layer, roles);
    sb_text text = { 0 };
    for (uint32_t i = 0; i < steps; i++)
        sb_text_add(&text, "%s%d", i ? ";" : "", layer->biases[roles[i]]);
    return text.data;
}

static char *activations_text(const sb_layer *layer)
{
    sb_role roles[SB_MAX_STEPS];
    const uint32_t steps = sb_layer_chain_roles(layer, roles);
    sb_text text = { 0 };
    for (uint32_t i = 0; i < steps; i++)
        sb_text_add(&text, "%s%s", i ? ";" : "", sb_activation_name(layer->activations[roles[i]]));
    return text.data;
}

static void cell_owned(sb_table *table, char *text)
{
    sb_table_cell(table, "%s", text);
    free(text);
}

void sb_layers_print_text(const sb_network *network)
{
    static const char *const heads[] = { "layer", "operations", "repeat", "shape", NULL };
    sb_table table;
    sb_table_start(&table, heads);
    for (size_t i = 0; i < network->layer_count; i++) {
        const sb_layer *layer = &network->layers[i];
        char shape[SB_PROBLEM_TEXT];
        sb_table_cell(&table, "%s", layer->name);
        cell_owned(&table, operations_text(layer));
        sb_table_cell(&table, "%" PRId64, layer->repeat);
        sb_table_cell(&table, "%s", sb_layer_text(layer, shape, sizeof shape));
    }
    sb_table_print(&table, stdout);
    sb_table_free(&table);
}

void sb_layers_print_csv(const sb_network *network)
{
    const char *heads[MOST_COLUMNS] = { "layer", "operations", "repeat" };
    size_t count = 3;
    for (const sb_geometry_member *m; (m = member_at(count - 3)) != NULL; count++)
        heads[count] = m->name;
    heads[count++] = "bias";
    heads[count++] = "activation";
    heads[count] = "residual";
    sb_table table;
    sb_table_start(&table, heads);
    for (size_t i = 0; i < network->layer_count; i++) {
        const sb_layer *layer = &network->layers[i];
        sb_table_cell(&table, "%s", layer->name);
        cell_owned(&table, operations_text(layer));
        sb_table_cell(&table, "%" PRId64, layer->repeat);
        const sb_geometry_member *m;
        for (size_t j = 0; (m = member_at(j)) != NULL; j++)
            sb_table_cell(&table, "%" PRId64, sb_geometry_value(&layer->shape, m));
        cell_owned(&table, biases_text(layer));
        cell_owned(&table, activations_text(layer));
        sb_table_cell(&table, "%d", layer->residual);
    }
    sb_table_print_csv(&table, stdout);
    sb_table_free(&table);
}

static void add_epilogue(json_t *object, const sb_layer *layer)
{
    sb_role roles[SB_MAX_STEPS];
    const uint32_t steps = sb_layer_chain_roles(layer, roles);
    json_t *biases = json_array(), *activations = json_array();
    for (uint32_t i = 0; i < steps; i++) {
        const char *activation = sb_activation_name(layer->activations[roles[i]]);
        json_array_append_new(biases, json_boolean(layer->biases[roles[i]]));
        json_array_append_new(activations, json_string(activation));
    }
    json_object_set_new(object, "bias", biases);
    json_object_set_new(object, "activation", activations);
}

static json_t *layer_json(const sb_layer *layer)
{
    json_t *object = json_pack("{s:s}", "layer", layer->name), *operations = json_array();
    for (int i = 0; i < SB_OPERATIONS; i++)
        if (layer->operations[i])
            json_array_append_new(operations, json_string(sb_operation_name((sb_operation)i)));
    json_object_set_new(object, "operations", operations);
    json_object_set_new(object, "repeat", json_integer(layer->repeat));
    const sb_geometry_member *m;
    for (size_t j = 0; (m = member_at(j)) != NULL; j++)
        json_object_set_new(object, m->name, json_integer(sb_geometry_value(&layer->shape, m)));
    add_epilogue(object, layer);
    json_object_set_new(object, "residual", json_boolean(layer->residual));
    return object;
}

void sb_layers_print_json(const sb_network *network)
{
    json_t *layers = json_array();
    for (size_t i = 0; i < network->layer_count; i++)
        json_array_append_new(layers, layer_json(&network->layers[i]));
    json_t *root = json_pack("{s:s, s:o}", "name", network->name, "layers", layers);
    json_dumpf(root, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(root);
}
