/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench theory: what the formulas say, nothing is run. */
#include "cli/commands.h"
#include "cli/format.h"
#include "config/config.h"
#include "conv/cost.h"
#include "core/table.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

/* A layer's multiplications and parameters; 0 where it lacks the operation. */
typedef struct theory_row {
    int64_t standard, expand, depthwise, pointwise, separable;
    int64_t standard_parameters, expand_parameters, depthwise_parameters, pointwise_parameters,
        separable_parameters;
} theory_row;

/* Sums with repeats counted; no configuration overflows 128 bits. */
typedef struct theory_sum {
    size_t layers;
    __int128 standard, separable;
    __int128 standard_parameters, separable_parameters;
} theory_sum;

/* The chain's steps go to their members. */
static void count_chain(const sb_layer *layer, theory_row *row)
{
    int64_t *const multiplications[SB_ROLES] = { [SB_ROLE_EXPAND] = &row->expand,
                                                 [SB_ROLE_DEPTHWISE] = &row->depthwise,
                                                 [SB_ROLE_POINTWISE] = &row->pointwise };
    int64_t *const parameters[SB_ROLES] = { [SB_ROLE_EXPAND] = &row->expand_parameters,
                                            [SB_ROLE_DEPTHWISE] = &row->depthwise_parameters,
                                            [SB_ROLE_POINTWISE] = &row->pointwise_parameters };
    const sb_operation chain = sb_layer_chain(layer);
    const sb_problem problem = sb_layer_problem(layer, chain, 1);
    const sb_cost cost = sb_cost_of(&problem);
    for (uint32_t i = 0; i < problem.step_count; i++) {
        *multiplications[sb_operation_role(chain, i)] = cost.steps[i];
        *parameters[sb_operation_role(chain, i)] = cost.step_parameters[i];
    }
    row->separable = cost.total;
    row->separable_parameters = cost.parameters;
}

/* What a layer that is no pair counts as: the first of its operations. */
static sb_operation single_of(const sb_layer *layer)
{
    int op = 0;
    while (op + 1 < SB_OPERATIONS && !layer->operations[op])
        op++;
    return (sb_operation)op;
}

static theory_row row_of(const sb_layer *layer)
{
    theory_row row = { 0 };
    const sb_operation single = single_of(layer);
    if (sb_layer_is_pair(layer) || single == sb_layer_chain(layer))
        count_chain(layer, &row);
    if (sb_layer_is_pair(layer) || single != sb_layer_chain(layer)) {
        const sb_problem problem = sb_layer_problem(layer, single, 1);
        const sb_cost cost = sb_cost_of(&problem);
        row.standard = cost.total;
        row.standard_parameters = cost.parameters;
    }
    return row;
}

/* Pairs and single convolutions apart: a network's pairs are views of convolutions that its file
 * lists singly too. */
static theory_sum sum_of(const sb_config *config, bool pairs)
{
    theory_sum sum = { 0 };
    for (size_t i = 0; i < config->layer_count; i++) {
        const sb_layer *layer = &config->layers[i];
        if (sb_layer_is_pair(layer) != pairs)
            continue;
        const theory_row row = row_of(layer);
        const __int128 repeat = layer->repeat;
        sum.layers++;
        sum.standard += repeat * row.standard;
        sum.separable += repeat * row.separable;
        sum.standard_parameters += repeat * row.standard_parameters;
        sum.separable_parameters += repeat * row.separable_parameters;
    }
    return sum;
}

static double percent(__int128 separable, __int128 standard)
{
    return 100.0 * (double)separable / (double)standard;
}

static double times_fewer(__int128 separable, __int128 standard)
{
    return (double)standard / (double)separable;
}

/* -------------------------------------------------------------------------------- text */

static const char *output_text(const sb_layer *layer, char *buffer, size_t size)
{
    const sb_geometry *p = &layer->shape;
    snprintf(buffer, size, "%" PRId64 "x%" PRId64 "x%" PRId64, p->p, p->q, p->k);
    return buffer;
}

static void cell_count(sb_table *table, __int128 value)
{
    char digits[48];
    char *at = digits + sizeof digits;
    *--at = '\0';
    do
        *--at = (char)('0' + (int)(value % 10));
    while ((value /= 10) > 0);
    sb_table_cell(table, "%s", at);
}

/* The numbers of a row by name, in the order of the columns. */
static const struct {
    const char *name;
    size_t offset;
} columns[] = {
    { "standard_multiplications", offsetof(theory_row, standard) },
    { "depthwise_multiplications", offsetof(theory_row, depthwise) },
    { "pointwise_multiplications", offsetof(theory_row, pointwise) },
    { "separable_multiplications", offsetof(theory_row, separable) },
    { "standard_parameters", offsetof(theory_row, standard_parameters) },
    { "depthwise_parameters", offsetof(theory_row, depthwise_parameters) },
    { "pointwise_parameters", offsetof(theory_row, pointwise_parameters) },
    { "separable_parameters", offsetof(theory_row, separable_parameters) },
    { "expand_multiplications", offsetof(theory_row, expand) },
    { "expand_parameters", offsetof(theory_row, expand_parameters) },
};

/* Each four of them: standard, depthwise, pointwise, separable; what expands came later. */
enum column {
    MULTIPLICATIONS = 0,
    KINDS = 4,
    PARAMETERS = KINDS,
    EXPANSIONS = 2 * KINDS,
    COLUMNS = EXPANSIONS + 2
};

static int64_t column_of(const theory_row *row, size_t index)
{
    return *(const int64_t *)(const void *)((const char *)row + columns[index].offset);
}

static void skip_cells(sb_table *table, int count)
{
    while (count-- > 0)
        sb_table_cell(table, "%s", "");
}

static void cell_ratios(sb_table *table, __int128 separable, __int128 standard)
{
    sb_table_cell(table, "%.2f%%", percent(separable, standard));
    sb_table_cell(table, "%.2f", times_fewer(separable, standard));
}

/* The table of pairs: the columns from `first` on, and the sums of what stands in the first and the
 * last of them. */
typedef struct pairs_table {
    const char *title;
    const char *const *heads;
    bool with_output;
    enum column first;
    __int128 standard, separable;
} pairs_table;

static void print_pairs(const sb_config *config, const pairs_table *t)
{
    char output[80];
    sb_table table;
    sb_table_start(&table, t->heads);
    for (size_t i = 0; i < config->layer_count; i++) {
        const sb_layer *layer = &config->layers[i];
        if (!sb_layer_is_pair(layer))
            continue;
        const theory_row row = row_of(layer);
        sb_table_cell(&table, "%s", layer->name);
        if (t->with_output)
            sb_table_cell(&table, "%s", output_text(layer, output, sizeof output));
        cell_count(&table, layer->repeat);
        for (size_t j = t->first; j < t->first + KINDS; j++)
            cell_count(&table, column_of(&row, j));
        cell_ratios(&table, column_of(&row, t->first + KINDS - 1), column_of(&row, t->first));
    }
    sb_table_cell(&table, "total");
    skip_cells(&table, t->with_output ? 2 : 1);
    cell_count(&table, t->standard);
    skip_cells(&table, 2);
    cell_count(&table, t->separable);
    cell_ratios(&table, t->separable, t->standard);
    puts(t->title);
    sb_table_print(&table, stdout);
    sb_table_free(&table);
}

static void print_multiplications(const sb_config *config, const theory_sum *sum)
{
    static const char *const heads[] = { "layer",      ">output",    ">rep",       ">standard",
                                         ">depthwise", ">pointwise", ">separable", ">ratio",
                                         ">speedup",   NULL };
    print_pairs(config,
                &(pairs_table) {
                    .title = "Pairs: multiplications (the total counts each layer `rep` times)",
                    .heads = heads,
                    .with_output = true,
                    .first = MULTIPLICATIONS,
                    .standard = sum->standard,
                    .separable = sum->separable,
                });
}

static void print_parameters(const sb_config *config, const theory_sum *sum)
{
    static const char *const heads[] = { "layer",      ">rep",       ">standard",
                                         ">depthwise", ">pointwise", ">separable",
                                         ">ratio",     ">fewer",     NULL };
    print_pairs(config, &(pairs_table) {
                            .title = "\nPairs: parameters",
                            .heads = heads,
                            .first = PARAMETERS,
                            .standard = sum->standard_parameters,
                            .separable = sum->separable_parameters,
                        });
}

/* Which share of the chain's multiplications each step has. */
static void print_shares(const sb_config *config)
{
    static const char *const heads[] = { "layer", ">expand", ">depthwise", ">pointwise", NULL };
    sb_table table;
    sb_table_start(&table, heads);
    for (size_t i = 0; i < config->layer_count; i++) {
        const sb_layer *layer = &config->layers[i];
        if (!sb_layer_is_pair(layer))
            continue;
        const theory_row row = row_of(layer);
        sb_table_cell(&table, "%s", layer->name);
        if (row.expand)
            sb_table_cell(&table, "%.2f%%", percent(row.expand, row.separable));
        else
            skip_cells(&table, 1);
        sb_table_cell(&table, "%.2f%%", percent(row.depthwise, row.separable));
        sb_table_cell(&table, "%.2f%%", percent(row.pointwise, row.separable));
    }
    puts("\nPairs: each step's share of the multiplications of its chain");
    sb_table_print(&table, stdout);
    sb_table_free(&table);
}

static void print_singles(const sb_config *config, const theory_sum *sum)
{
    static const char *const heads[] = { "layer", "operation",        ">output",
                                         ">rep",  ">multiplications", ">parameters",
                                         NULL };
    char output[80];
    sb_table table;
    sb_table_start(&table, heads);
    for (size_t i = 0; i < config->layer_count; i++) {
        const sb_layer *layer = &config->layers[i];
        if (sb_layer_is_pair(layer))
            continue;
        const theory_row row = row_of(layer);
        sb_table_cell(&table, "%s", layer->name);
        sb_table_cell(&table, "%s", sb_operation_name(single_of(layer)));
        sb_table_cell(&table, "%s", output_text(layer, output, sizeof output));
        cell_count(&table, layer->repeat);
        cell_count(&table, row.standard + row.separable);
        cell_count(&table, row.standard_parameters + row.separable_parameters);
    }
    sb_table_cell(&table, "total");
    skip_cells(&table, 3);
    cell_count(&table, sum->standard + sum->separable);
    cell_count(&table, sum->standard_parameters + sum->separable_parameters);
    puts("Single convolutions");
    sb_table_print(&table, stdout);
    sb_table_free(&table);
}

/* All layers as the network has them: pairs as their chains. */
static void print_network(const theory_sum *pairs, const theory_sum *singles)
{
    static const char *const heads[] = { "All layers", ">multiplications", ">parameters", NULL };
    sb_table table;
    sb_table_start(&table, heads);
    sb_table_cell(&table, "pairs as their chains, repeats counted");
    cell_count(&table, pairs->separable + singles->standard + singles->separable);
    cell_count(&table, pairs->separable_parameters + singles->standard_parameters +
                           singles->separable_parameters);
    putchar('\n');
    sb_table_print(&table, stdout);
    sb_table_free(&table);
}

static void print_text(const sb_config *config)
{
    const theory_sum pairs = sum_of(config, true), singles = sum_of(config, false);
    if (pairs.layers) {
        print_multiplications(config, &pairs);
        print_parameters(config, &pairs);
        print_shares(config);
    }
    if (pairs.layers && singles.layers)
        putchar('\n');
    if (singles.layers)
        print_singles(config, &singles);
    print_network(&pairs, &singles);
}

/* ------------------------------------------------------------------------- CSV and JSON */

static void cell_columns(sb_table *table, const theory_row *row, size_t from, size_t end)
{
    for (size_t j = from; j < end; j++)
        if (column_of(row, j))
            cell_count(table, column_of(row, j));
        else
            skip_cells(table, 1);
}

static void print_csv(const sb_config *config)
{
    static const char *const first[] = { "layer", "p", "q", "k", "repeat" };
    const char *heads[5 + COLUMNS + 3] = { NULL };
    for (size_t j = 0; j < 5; j++)
        heads[j] = first[j];
    for (size_t j = 0; j < EXPANSIONS; j++)
        heads[5 + j] = columns[j].name;
    heads[5 + EXPANSIONS] = "separable_percent";
    heads[6 + EXPANSIONS] = "theoretical_speedup";
    for (size_t j = EXPANSIONS; j < COLUMNS; j++)
        heads[7 + j] = columns[j].name;
    sb_table table;
    sb_table_start(&table, heads);
    for (size_t i = 0; i < config->layer_count; i++) {
        const sb_layer *layer = &config->layers[i];
        const theory_row row = row_of(layer);
        sb_table_cell(&table, "%s", layer->name);
        cell_count(&table, layer->shape.p);
        cell_count(&table, layer->shape.q);
        cell_count(&table, layer->shape.k);
        cell_count(&table, layer->repeat);
        cell_columns(&table, &row, 0, EXPANSIONS);
        if (sb_layer_is_pair(layer)) {
            sb_table_cell(&table, "%.10g", percent(row.separable, row.standard));
            sb_table_cell(&table, "%.10g", sb_theoretical_speedup(layer));
        } else {
            skip_cells(&table, 2);
        }
        cell_columns(&table, &row, EXPANSIONS, COLUMNS);
    }
    sb_table_print_csv(&table, stdout);
    sb_table_free(&table);
}

static json_t *layer_json(const sb_layer *layer)
{
    const theory_row row = row_of(layer);
    json_t *object = json_pack("{s:s, s:I, s:I, s:I, s:I}", "layer", layer->name, "p",
                               (json_int_t)layer->shape.p, "q", (json_int_t)layer->shape.q, "k",
                               (json_int_t)layer->shape.k, "repeat", (json_int_t)layer->repeat);
    for (size_t j = 0; j < COLUMNS; j++)
        if (column_of(&row, j))
            json_object_set_new(object, columns[j].name, json_integer(column_of(&row, j)));
    if (sb_layer_is_pair(layer)) {
        json_object_set_new(object, "separable_percent",
                            json_real(percent(row.separable, row.standard)));
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

static json_t *sum_json(const theory_sum *sum, bool pairs)
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

static void print_json(const sb_config *config)
{
    const theory_sum pairs = sum_of(config, true), singles = sum_of(config, false);
    json_t *layers = json_array();
    for (size_t i = 0; i < config->layer_count; i++)
        json_array_append_new(layers, layer_json(&config->layers[i]));
    const theory_sum all = {
        .layers = pairs.layers + singles.layers,
        .separable = pairs.separable + singles.standard + singles.separable,
        .separable_parameters =
            pairs.separable_parameters + singles.standard_parameters + singles.separable_parameters,
    };
    json_t *root =
        json_pack("{s:s, s:o, s:{s:o, s:o, s:o}}", "name", config->name, "layers", layers, "totals",
                  "pairs", sum_json(&pairs, true), "single_convolutions", sum_json(&singles, false),
                  "all_layers", sum_json(&all, false));
    json_dumpf(root, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(root);
}

/* ----------------------------------------------------------------------------- command */

typedef struct theory_options {
    const char *format, *filter;
    sb_option_list settings;
} theory_options;

static const sb_option options[] = {
    { "format", 0, SB_OPTION_TEXT, offsetof(theory_options, format), "FORMAT",
      "text, csv or json" },
    { "filter", 0, SB_OPTION_TEXT, offsetof(theory_options, filter), "GLOB",
      "only the layers whose names match" },
    { "set", 0, SB_OPTION_LIST, offsetof(theory_options, settings), "KEY=VALUE",
      "replaces what the file says" },
    { 0 },
};

static int run(const sb_invocation *invocation, sb_error *error)
{
    static void (*const print[])(const sb_config *config) = {
        [SB_FORMAT_TEXT] = print_text,
        [SB_FORMAT_CSV] = print_csv,
        [SB_FORMAT_JSON] = print_json,
    };
    const theory_options *o = invocation->options;
    sb_format format;
    sb_config config;
    if (sb_format_parse(o->format, &format, error) < 0 ||
        sb_config_read(invocation->operands[0], o->filter, o->settings.items, &config, error) < 0)
        return SB_FAILED;
    print[format](&config);
    sb_config_free(&config);
    return SB_OK;
}

const sb_command sb_command_theory = {
    .name = "theory",
    .usage = "CONFIG [OPTIONS]",
    .summary = "Count multiplications and parameters; nothing is run",
    .options = options,
    .options_size = sizeof(theory_options),
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
