/* SPDX-License-Identifier: Apache-2.0 */
/* The same as CSV and JSON. */
#include "report/theory.h"

#include "conv/cost.h"
#include "report/theory_rows.h"

#include <jansson.h>
#include <stdio.h>

static void cell_columns(sb_table *table, const sb_theory_row *row, size_t from, size_t end)
{
    for (size_t j = from; j < end; j++)
        if (sb_theory_value(row, j))
            sb_theory_cell(table, sb_theory_value(row, j));
        else
            sb_theory_skip(table, 1);
}

void sb_theory_print_csv(const sb_network *network)
{
    static const char *const first[] = { "layer", "p", "q", "k", "repeat" };
    const char *heads[5 + SB_THEORY_COLUMNS + 3] = { NULL };
    for (size_t j = 0; j < 5; j++)
        heads[j] = first[j];
    for (size_t j = 0; j < SB_THEORY_EXPANSIONS; j++)
        heads[5 + j] = sb_theory_column_name(j);
    heads[5 + SB_THEORY_EXPANSIONS] = "separable_percent";
    heads[6 + SB_THEORY_EXPANSIONS] = "theoretical_speedup";
    for (size_t j = SB_THEORY_EXPANSIONS; j < SB_THEORY_COLUMNS; j++)
        heads[7 + j] = sb_theory_column_name(j);
    sb_table table;
    sb_table_start(&table, heads);
    for (size_t i = 0; i < network->layer_count; i++) {
        const sb_layer *layer = &network->layers[i];
        const sb_theory_row row = sb_theory_row_of(layer);
        sb_table_cell(&table, "%s", layer->name);
        sb_theory_cell(&table, layer->shape.p);
        sb_theory_cell(&table, layer->shape.q);
        sb_theory_cell(&table, layer->shape.k);
        sb_theory_cell(&table, layer->repeat);
        cell_columns(&table, &row, 0, SB_THEORY_EXPANSIONS);
        if (sb_layer_is_pair(layer)) {
            sb_table_cell(&table, "%.10g", sb_theory_percent(row.separable, row.standard));
            sb_table_cell(&table, "%.10g", sb_theoretical_speedup(layer));
        } else {
            sb_theory_skip(&table, 2);
        }
        cell_columns(&table, &row, SB_THEORY_EXPANSIONS, SB_THEORY_COLUMNS);
    }
    sb_table_print_csv(&table, stdout);
    sb_table_free(&table);
}

static json_t *layer_json(const sb_layer *layer)
{
    const sb_theory_row row = sb_theory_row_of(layer);
    json_t *object = json_pack("{s:s, s:I, s:I, s:I, s:I}", "layer", layer->name, "p",
                               (json_int_t)layer->shape.p, "q", (json_int_t)layer->shape.q, "k",
                               (json_int_t)layer->shape.k, "repeat", (json_int_t)layer->repeat);
    for (size_t j = 0; j < SB_THEORY_COLUMNS; j++)
        if (sb_theory_value(&row, j))
            json_object_set_new(object, sb_theory_column_name(j),
                                json_integer(sb_theory_value(&row, j)));
    if (sb_layer_is_pair(layer)) {
        json_object_set_new(object, "separable_percent",
                            json_real(sb_theory_percent(row.separable, row.standard)));
        json_object_set_new(object, "theoretical_speedup",
                            json_real(sb_theoretical_speedup(layer)));
    }
    return object;
}

/* JSON's integers end at 64 bits. */
static json_t *count_json(__int128 value)
{
    return value <= INT64_MAX ? json_integer((json_int_t)value) : json_real((double)value);
}

static json_t *sum_json(const sb_theory_sum *sum, bool pairs)
{
    json_t *object = json_pack("{s:I}", "layers", (json_int_t)sum->layers);
    if (!pairs) {
        json_object_set_new(object, "multiplications", count_json(sum->standard + sum->separable));
        json_object_set_new(object, "parameters",
                            count_json(sum->standard_parameters + sum->separable_parameters));
        return object;
    }
    json_object_set_new(object, "standard_multiplications", count_json(sum->standard));
    json_object_set_new(object, "separable_multiplications", count_json(sum->separable));
    json_object_set_new(object, "standard_parameters", count_json(sum->standard_parameters));
    json_object_set_new(object, "separable_parameters", count_json(sum->separable_parameters));
    return object;
}

void sb_theory_print_json(const sb_network *network)
{
    const sb_theory_sum pairs = sb_theory_sum_of(network, true),
                        singles = sb_theory_sum_of(network, false);
    json_t *layers = json_array();
    for (size_t i = 0; i < network->layer_count; i++)
        json_array_append_new(layers, layer_json(&network->layers[i]));
    const sb_theory_sum all = {
        .layers = pairs.layers + singles.layers,
        .separable = pairs.separable + singles.standard + singles.separable,
        .separable_parameters =
            pairs.separable_parameters + singles.standard_parameters + singles.separable_parameters,
    };
    json_t *root =
        json_pack("{s:s, s:o, s:{s:o, s:o, s:o}}", "name", network->name, "layers", layers,
                  "totals", "pairs", sum_json(&pairs, true), "single_convolutions",
                  sum_json(&singles, false), "all_layers", sum_json(&all, false));
    json_dumpf(root, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(root);
}
