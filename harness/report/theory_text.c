/* SPDX-License-Identifier: Apache-2.0 */
#include "report/theory.h"

#include "report/theory_rows.h"

#include <inttypes.h>
#include <stdio.h>

static const char *output_text(const sb_layer *layer, char *buffer, size_t size)
{
    const sb_geometry *p = &layer->shape;
    snprintf(buffer, size, "%" PRId64 "x%" PRId64 "x%" PRId64, p->p, p->q, p->k);
    return buffer;
}

static double times_fewer(__int128 separable, __int128 standard)
{
    return (double)standard / (double)separable;
}

static void cell_ratios(sb_table *table, __int128 separable, __int128 standard)
{
    sb_table_cell(table, "%.2f%%", sb_theory_percent(separable, standard));
    sb_table_cell(table, "%.2f", times_fewer(separable, standard));
}

/* The table of pairs: the columns from `first` on, and the sums of the first and the last of
 * them. */
typedef struct pairs_table {
    const char *title;
    const char *const *heads;
    bool with_output;
    enum sb_theory_column first;
    __int128 standard, separable;
} pairs_table;

static void print_pairs(const sb_network *network, const pairs_table *t)
{
    char output[80];
    sb_table table;
    sb_table_start(&table, t->heads);
    for (size_t i = 0; i < network->layer_count; i++) {
        const sb_layer *layer = &network->layers[i];
        if (!sb_layer_is_pair(layer))
            continue;
        const sb_theory_row row = sb_theory_row_of(layer);
        sb_table_cell(&table, "%s", layer->name);
        if (t->with_output)
            sb_table_cell(&table, "%s", output_text(layer, output, sizeof output));
        sb_theory_cell(&table, layer->repeat);
        for (size_t j = t->first; j < t->first + SB_THEORY_KINDS; j++)
            sb_theory_cell(&table, sb_theory_value(&row, j));
        cell_ratios(&table, sb_theory_value(&row, t->first + SB_THEORY_KINDS - 1),
                    sb_theory_value(&row, t->first));
    }
    sb_table_cell(&table, "total");
    sb_theory_skip(&table, t->with_output ? 2 : 1);
    sb_theory_cell(&table, t->standard);
    sb_theory_skip(&table, 2);
    sb_theory_cell(&table, t->separable);
    cell_ratios(&table, t->separable, t->standard);
    puts(t->title);
    sb_table_print(&table, stdout);
    sb_table_free(&table);
}

static void print_multiplications(const sb_network *network, const sb_theory_sum *sum)
{
    static const char *const heads[] = { "layer",      ">output",    ">rep",       ">standard",
                                         ">depthwise", ">pointwise", ">separable", ">ratio",
                                         ">speedup",   NULL };
    print_pairs(network,
                &(pairs_table) {
                    .title = "Pairs: multiplications (the total counts each layer `rep` times)",
                    .heads = heads,
                    .with_output = true,
                    .first = SB_THEORY_MULTIPLICATIONS,
                    .standard = sum->standard,
                    .separable = sum->separable,
                });
}

static void print_parameters(const sb_network *network, const sb_theory_sum *sum)
{
    static const char *const heads[] = { "layer",      ">rep",       ">standard",
                                         ">depthwise", ">pointwise", ">separable",
                                         ">ratio",     ">fewer",     NULL };
    print_pairs(network, &(pairs_table) {
                             .title = "\nPairs: parameters",
                             .heads = heads,
                             .first = SB_THEORY_PARAMETERS,
                             .standard = sum->standard_parameters,
                             .separable = sum->separable_parameters,
                         });
}

/* The share of each step in the chain's multiplications. */
static void print_shares(const sb_network *network)
{
    static const char *const heads[] = { "layer", ">expand", ">depthwise", ">pointwise", NULL };
    sb_table table;
    sb_table_start(&table, heads);
    for (size_t i = 0; i < network->layer_count; i++) {
        const sb_layer *layer = &network->layers[i];
        if (!sb_layer_is_pair(layer))
            continue;
        const sb_theory_row row = sb_theory_row_of(layer);
        sb_table_cell(&table, "%s", layer->name);
        if (row.expand)
            sb_table_cell(&table, "%.2f%%", sb_theory_percent(row.expand, row.separable));
        else
            sb_theory_skip(&table, 1);
        sb_table_cell(&table, "%.2f%%", sb_theory_percent(row.depthwise, row.separable));
        sb_table_cell(&table, "%.2f%%", sb_theory_percent(row.pointwise, row.separable));
    }
    puts("\nPairs: each step's share of the multiplications of its chain");
    sb_table_print(&table, stdout);
    sb_table_free(&table);
}

static void print_singles(const sb_network *network, const sb_theory_sum *sum)
{
    static const char *const heads[] = { "layer", "operation",        ">output",
                                         ">rep",  ">multiplications", ">parameters",
                                         NULL };
    char output[80];
    sb_table table;
    sb_table_start(&table, heads);
    for (size_t i = 0; i < network->layer_count; i++) {
        const sb_layer *layer = &network->layers[i];
        if (sb_layer_is_pair(layer))
            continue;
        const sb_theory_row row = sb_theory_row_of(layer);
        sb_table_cell(&table, "%s", layer->name);
        sb_table_cell(&table, "%s", sb_operation_name(sb_theory_single(layer)));
        sb_table_cell(&table, "%s", output_text(layer, output, sizeof output));
        sb_theory_cell(&table, layer->repeat);
        sb_theory_cell(&table, row.standard + row.separable);
        sb_theory_cell(&table, row.standard_parameters + row.separable_parameters);
    }
    sb_table_cell(&table, "total");
    sb_theory_skip(&table, 3);
    sb_theory_cell(&table, sum->standard + sum->separable);
    sb_theory_cell(&table, sum->standard_parameters + sum->separable_parameters);
    puts("Single convolutions");
    sb_table_print(&table, stdout);
    sb_table_free(&table);
}

/* All layers as the network has them: pairs as their chains. */
static void print_network(const sb_theory_sum *pairs, const sb_theory_sum *singles)
{
    static const char *const heads[] = { "All layers", ">multiplications", ">parameters", NULL };
    sb_table table;
    sb_table_start(&table, heads);
    sb_table_cell(&table, "pairs as their chains, repeats counted");
    sb_theory_cell(&table, pairs->separable + singles->standard + singles->separable);
    sb_theory_cell(&table, pairs->separable_parameters + singles->standard_parameters +
                               singles->separable_parameters);
    putchar('\n');
    sb_table_print(&table, stdout);
    sb_table_free(&table);
}

void sb_theory_print_text(const sb_network *network)
{
    const sb_theory_sum pairs = sb_theory_sum_of(network, true),
                        singles = sb_theory_sum_of(network, false);
    if (pairs.layers) {
        print_multiplications(network, &pairs);
        print_parameters(network, &pairs);
        print_shares(network);
    }
    if (pairs.layers && singles.layers)
        putchar('\n');
    if (singles.layers)
        print_singles(network, &singles);
    print_network(&pairs, &singles);
}
