/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/list_layers.h"

#include "core/table.h"
#include "core/text.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

/* The shape's columns, as results.csv names them. */
static const struct {
    const char *name;
    size_t offset;
} members[] = {
    { "n", offsetof(sb_problem, n) },
    { "c", offsetof(sb_problem, c) },
    { "h", offsetof(sb_problem, h) },
    { "w", offsetof(sb_problem, w) },
    { "k", offsetof(sb_problem, k) },
    { "r", offsetof(sb_problem, r) },
    { "s", offsetof(sb_problem, s) },
    { "stride_h", offsetof(sb_problem, stride_h) },
    { "stride_w", offsetof(sb_problem, stride_w) },
    { "pad_top", offsetof(sb_problem, pad_top) },
    { "pad_bottom", offsetof(sb_problem, pad_bottom) },
    { "pad_left", offsetof(sb_problem, pad_left) },
    { "pad_right", offsetof(sb_problem, pad_right) },
    { "dilation_h", offsetof(sb_problem, dilation_h) },
    { "dilation_w", offsetof(sb_problem, dilation_w) },
    { "groups", offsetof(sb_problem, groups) },
    { "multiplier", offsetof(sb_problem, multiplier) },
    { "p", offsetof(sb_problem, p) },
    { "q", offsetof(sb_problem, q) },
};

#define MEMBERS (sizeof members / sizeof *members)

static int64_t member(const sb_layer *layer, size_t index)
{
    return *(const int64_t *)(const void *)((const char *)&layer->shape + members[index].offset);
}

static const char *operations_text(const sb_layer *layer)
{
    if (layer->operations[SB_STANDARD] && layer->operations[SB_SEPARABLE])
        return "standard;separable";
    return sb_operation_name(layer->operations[SB_STANDARD] ? SB_STANDARD : SB_SEPARABLE);
}

static void print_text(const sb_config *config)
{
    static const char *const heads[] = { "layer", "operations", "repeat", "shape", NULL };
    sb_table table;
    sb_table_start(&table, heads);
    for (size_t i = 0; i < config->layer_count; i++) {
        const sb_layer *layer = &config->layers[i];
        char shape[160];
        bool pair = layer->operations[SB_STANDARD] && layer->operations[SB_SEPARABLE];
        sb_table_cell(&table, "%s", layer->name);
        sb_table_cell(&table, "%s", pair ? "both" : operations_text(layer));
        sb_table_cell(&table, "%" PRId64, layer->repeat);
        sb_table_cell(&table, "%s", sb_problem_text(&layer->shape, shape, sizeof shape));
    }
    sb_table_print(&table, stdout);
    sb_table_free(&table);
}

static void print_csv(const sb_config *config)
{
    const char *heads[MEMBERS + 4] = { "layer", "operations", "repeat" };
    for (size_t j = 0; j < MEMBERS; j++)
        heads[j + 3] = members[j].name;
    sb_table table;
    sb_table_start(&table, heads);
    for (size_t i = 0; i < config->layer_count; i++) {
        const sb_layer *layer = &config->layers[i];
        sb_table_cell(&table, "%s", layer->name);
        sb_table_cell(&table, "%s", operations_text(layer));
        sb_table_cell(&table, "%" PRId64, layer->repeat);
        for (size_t j = 0; j < MEMBERS; j++)
            sb_table_cell(&table, "%" PRId64, member(layer, j));
    }
    sb_table_print_csv(&table, stdout);
    sb_table_free(&table);
}

static json_t *layer_json(const sb_layer *layer)
{
    json_t *object = json_pack("{s:s}", "layer", layer->name), *operations = json_array();
    for (int i = 0; i < SB_OPERATIONS; i++)
        if (layer->operations[i])
            json_array_append_new(operations, json_string(sb_operation_name((sb_operation)i)));
    json_object_set_new(object, "operations", operations);
    json_object_set_new(object, "repeat", json_integer(layer->repeat));
    for (size_t j = 0; j < MEMBERS; j++)
        json_object_set_new(object, members[j].name, json_integer(member(layer, j)));
    return object;
}

static void print_json(const sb_config *config)
{
    json_t *layers = json_array();
    for (size_t i = 0; i < config->layer_count; i++)
        json_array_append_new(layers, layer_json(&config->layers[i]));
    json_t *root = json_pack("{s:s, s:o}", "name", config->name, "layers", layers);
    json_dumpf(root, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(root);
}

void sb_list_layers(const sb_config *config, sb_format format)
{
    static void (*const print[])(const sb_config *config) = {
        [SB_FORMAT_TEXT] = print_text,
        [SB_FORMAT_CSV] = print_csv,
        [SB_FORMAT_JSON] = print_json,
    };
    print[format](config);
}
