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
    int64_t standard, depthwise, pointwise, separable;
    int64_t standard_parameters, depthwise_parameters, pointwise_parameters, separable_parameters;
} theory_row;

/* Sums with repeats counted; no configuration overflows 128 bits. */
typedef struct theory_sum {
    size_t layers;
    __int128 standard, separable;
    __int128 standard_parameters, separable_parameters;
} theory_sum;

static bool is_pair(const sb_layer *layer)
{
    return layer->operations[SB_STANDARD] && layer->operations[SB_SEPARABLE];
}

static theory_row row_of(const sb_layer *layer)
{
    theory_row row = { 0 };
    if (layer->operations[SB_STANDARD]) {
        const sb_problem problem = sb_layer_problem(layer, SB_STANDARD, 1);
        const sb_cost cost = sb_cost_of(&problem);
        row.standard = cost.total;
        row.standard_parameters = cost.parameters;
    }
    if (layer->operations[SB_SEPARABLE]) {
        const sb_problem problem = sb_layer_problem(layer, SB_SEPARABLE, 1);
        const sb_cost cost = sb_cost_of(&problem);
        const sb_weight_counts weights = sb_weight_elements(&problem);
        row.depthwise = cost.depthwise;
        row.pointwise = cost.pointwise;
        row.separable = cost.total;
        row.depthwise_parameters = weights.depthwise;
        row.pointwise_parameters = weights.pointwise;
        row.separable_parameters = cost.parameters;
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
        if (is_pair(layer) != pairs)
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
    const sb_problem *p = &layer->shape;
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
};

/* Each four of them: standard, depthwise, pointwise, separable. */
enum column { MULTIPLICATIONS = 0, KINDS = 4, PARAMETERS = KINDS, COLUMNS = 2 * KINDS };

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
        if (!is_pair(layer))
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
        if (is_pair(layer))
            continue;
        const theory_row row = row_of(layer);
        const bool standard = layer->operations[SB_STANDARD];
        sb_table_cell(&table, "%s", layer->name);
        sb_table_cell(&table, "%s", sb_operation_name(standard ? SB_STANDARD : SB_SEPARABLE));
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

static void print_text(const sb_config *config)
{
    const theory_sum pairs = sum_of(config, true), singles = sum_of(config, false);
    if (pairs.layers) {
        print_multiplications(config, &pairs);
        print_parameters(config, &pairs);
    }
    if (pairs.layers && singles.layers)
        putchar('\n');
    if (singles.layers)
        print_singles(config, &singles);
}

/* ------------------------------------------------------------------------- CSV and JSON */

static void print_csv(const sb_config *config)
{
    static const char *const first[] = { "layer", "p", "q", "k", "repeat" };
    const char *heads[5 + COLUMNS + 3] = { NULL };
    for (size_t j = 0; j < 5; j++)
        heads[j] = first[j];
    for (size_t j = 0; j < COLUMNS; j++)
        heads[5 + j] = columns[j].name;
    heads[5 + COLUMNS] = "separable_percent";
    heads[6 + COLUMNS] = "theoretical_speedup";
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
        for (size_t j = 0; j < COLUMNS; j++)
            if (column_of(&row, j))
                cell_count(&table, column_of(&row, j));
            else
                skip_cells(&table, 1);
        if (is_pair(layer)) {
            sb_table_cell(&table, "%.10g", percent(row.separable, row.standard));
            sb_table_cell(&table, "%.10g", sb_theoretical_speedup(layer));
        } else {
            skip_cells(&table, 2);
        }
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
    if (is_pair(layer)) {
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
    json_t *root = json_pack("{s:s, s:o, s:{s:o, s:o}}", "name", config->name, "layers", layers,
                             "totals", "pairs", sum_json(&pairs, true), "single_convolutions",
                             sum_json(&singles, false));
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
